"""A sample bot in a real terminal; whatever is still open is ended after the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path, kept_models: Callable[[Path], None]) -> Path:
    """The concert bot without its actions module, so that no server is started, and with its models."""
    folder = tmp_path / "concertbot"
    shutil.copytree(sample_bots / "concertbot", folder, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    (folder / "actions.py").unlink()
    kept_models(folder)
    return folder


@pytest.fixture
def terminal(bot: Path) -> Iterator[Callable[..., Terminal]]:
    """`terminal("--ascii", size=(80, 24), NO_COLOR="1")`"""
    opened: list[Terminal] = []

    def open_terminal(*flags: str, size: tuple[int, int] = (80, 24), by: Sequence[str] = (), **env: str) -> Terminal:
        opened.append(Terminal([".", *flags], bot, size, env, by))
        return opened[-1]

    yield open_terminal
    for one in opened:
        one.close()
