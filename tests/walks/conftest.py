"""A sample bot as a recorded session leaves it; each is played once, however many tests look at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.walks.walking import copy_of, walked


@pytest.fixture(scope="session")
def walked_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    @cache
    def bot_of(walk: Path) -> Path:
        bot = copy_of(walk.parent.parent, tmp_path_factory.mktemp("walked"))
        walked(walk, bot)
        return bot

    return bot_of


@pytest.fixture
def walked_bot(walk: Path, walked_once: Callable[[Path], Path]) -> Path:
    """The bot of the walk, with its session and its export; read only."""
    return walked_once(walk)
