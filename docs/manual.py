"""Writes docs/trainer-tui.1, the manual page, from the parsers of the command line: `python docs/manual.py`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from trainer_tui import __version__
from trainer_tui.cli import EXAMPLES, EXIT_CODES, GROUPS, parser_of

PAGE = Path(__file__).with_name("trainer-tui.1")


def page() -> str:
    """The whole of it, as roff."""
    return "\n".join((*_head(), *_commands(), *_tail())) + "\n"


def _head() -> Iterator[str]:
    yield f'.TH TRAINER-TUI 1 "" "trainer-tui {_text(__version__)}" "User Commands"'
    yield from (".SH NAME", r"trainer\-tui \- teach a Rasa\-format dialogue bot by talking to it")
    yield from (".SH SYNOPSIS", r".B trainer\-tui", "[interactive] [FOLDER] [options]", ".br")
    yield from (r".B trainer\-tui", "COMMAND [options]")


def _commands() -> Iterator[str]:
    for group, listed in GROUPS.items():
        yield f'.SH "COMMANDS: {_text(group.upper())}"'
        for name, told in listed.items():
            parser = parser_of(name)
            yield from (f".SS {_text(name)}", f"{_text(told[:1].upper() + told[1:])}.", ".PP")
            given = [action.metavar or action.dest for action in parser._get_positional_actions()]
            yield f".B {_text(' '.join(('trainer-tui', name, '[options]', *map(str, given))))}"
            yield from _options(parser)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What a parser understands; of its own commands the same, each under its name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from (".PP", f".B {_text(name)}")
                yield from _options(below)
        elif action.help is not argparse.SUPPRESS and action.dest not in ("help", "version"):
            yield from (".TP", f".B {_text(_called(action))}")
            yield _text(parser._get_formatter()._expand_help(action)) if action.help else ""


def _called(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or "|".join(map(str, action.choices or ())))
    names = ", ".join(action.option_strings) or value or action.dest
    return f"{names} {value}" if action.option_strings and value else names


def _tail() -> Iterator[str]:
    yield ".SH EXAMPLES"
    yield from (".nf", *map(_text, EXAMPLES), ".fi")
    yield '.SH "EXIT STATUS"'
    for code, told in EXIT_CODES.items():
        yield from (".TP", f".B {code}", _text(told))
    yield ".SH FILES"
    yield from (".TP", ".I FOLDER/.trainer", "sessions, models and logs of a bot; git ignores it")
    yield from (".TP", ".I config.toml, FOLDER/trainer.toml")
    yield _text("settings, yours and a bot's: trainer-tui config tells where")


def _text(text: str) -> str:
    """As roff reads it: no hyphens for dashes, no line that is a request."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
