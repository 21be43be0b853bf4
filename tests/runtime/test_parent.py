"""A process that is started for another ends with it, even where that one was gone before it could look."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from trainer_tui.runtime import action_launcher
from trainer_tui.runtime.action_server import free_port

STARTED = {
    "a review": [sys.executable, "-P", "-m", "trainer_tui.runtime.review.process", "0"],
    "an action server": [sys.executable, action_launcher.__file__, "rasa_sdk", "actions", str(free_port())],
}


@pytest.mark.parametrize("what", STARTED)
def test_it_ends_where_its_starter_is_gone_already(what: str, tmp_path: Path) -> None:
    if what == "an action server" and find_spec("rasa_sdk") is None:
        pytest.skip("rasa_sdk is not installed")
    (tmp_path / "actions.py").touch()
    with subprocess.Popen([sys.executable, "-c", ""]) as starter:
        starter.wait()
    # Its input stays open, so that it waits for more than it gets: nothing else ends it.
    command = [*STARTED[what], str(starter.pid)]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, start_new_session=True) as started:
        try:
            assert started.wait(timeout=60) != 0
        finally:
            started.kill()
