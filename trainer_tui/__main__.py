"""`python -m trainer_tui` is the same as the `trainer-tui` command."""

from trainer_tui.cli import run

run()
