"""`trainer-tui completion SHELL`: what makes the shell complete commands, flags, folders, sessions and stories."""

from __future__ import annotations

import argparse

from trainer_tui.commands.output import say

SHELLS = {
    "bash": 'eval "$(trainer-tui completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(trainer-tui completion zsh)" in ~/.zshrc',
    "fish": "trainer-tui completion fish | source in ~/.config/fish/config.fish",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="; ".join(SHELLS.values()))


def run(arguments: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    say(shellcode(["trainer-tui"], shell=arguments.shell))
    return 0
