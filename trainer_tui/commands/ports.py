"""Ports on a command line."""

from __future__ import annotations

import argparse


def port_number(text: str) -> int:
    """1 to 65535."""
    if found := port_or_any(text):
        return found
    raise argparse.ArgumentTypeError(f"{text!r} is no port")


def port_or_any(text: str) -> int:
    """The same, or 0: one that is free."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return int(text)
