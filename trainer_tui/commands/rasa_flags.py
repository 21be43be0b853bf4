"""Rasa's flags that mean nothing here: taken all the same, with a line on what happens instead."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from trainer_tui.commands.output import tell

FlagWithoutMeaning = tuple[str, str, str]
"""(name, whether it takes a value: "yes" or "no", what happens here instead)."""


def add_flags_without_meaning(parser: argparse.ArgumentParser, flags: Iterable[FlagWithoutMeaning]) -> None:
    """Add them in both spellings, `--debug-plots` and `--debug_plots`; the help does not list them."""
    for name, takes, sentence in flags:
        _add_without_meaning(parser, name, takes, sentence)


def _add_without_meaning(parser: argparse.ArgumentParser, name: str, takes: str, sentence: str) -> None:
    spellings = dict.fromkeys([f"--{name}", f"--{name.replace('-', '_')}"])
    counts = {"yes": 1, "no": 0}
    flags = (*(["-p"] if name == "port" else []), *spellings)
    parser.add_argument(
        *flags, action=_Explain, help=argparse.SUPPRESS, const=sentence, dest=argparse.SUPPRESS, nargs=counts[takes]
    )


class _Explain(argparse.Action):
    """Takes one of Rasa's flags that means nothing here, and says what happens instead."""

    def __init__(self, option_strings: list[str], dest: str, const: str, nargs: Any, help: str | None) -> None:
        super().__init__(option_strings, dest, nargs=nargs, const=const, help=help)

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        tell(f"trainer-tui: {option}: {self.const}")
