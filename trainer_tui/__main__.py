"""`python -m trainer_tui` is the same as the `trainer-tui` command."""

import sys

from trainer_tui.cli import main

sys.exit(main())
