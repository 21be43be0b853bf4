"""`--cross-validate`: judge by folds, each K-th by the others."""

from __future__ import annotations

import argparse
from typing import Any


def add_cross_validate(to: Any, what: str) -> None:
    """Add the flag to a parser or a group of one: None where it is not given, else the number of folds."""
    to.add_argument(
        "--cross-validate",
        "--cross-validation",
        nargs="?",
        const=5,
        type=_folds,
        metavar="K",
        help=f"{what} (default: 5)",
    )


def _folds(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is no number of folds from 2 on")
    return int(text)
