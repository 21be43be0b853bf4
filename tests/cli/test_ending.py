"""The program's end: the interpreter is not taken down around a thread that works in native code, which would abort."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, atexit, sys, threading
from trainer_tui.cli import run
from trainer_tui.runtime.beside import in_thread

async def leave_at_work():
    asyncio.ensure_future(in_thread(threading.Event().wait))
    await asyncio.sleep(0)

atexit.register(print, "taken down")
if sys.argv.pop() == "busy":
    asyncio.new_event_loop().run_until_complete(leave_at_work())
run()
"""


@pytest.mark.parametrize(("threads", "is_taken_down"), [("idle", True), ("busy", False)])
@pytest.mark.parametrize(("argument", "code"), [("--version", 0), ("run", 2)])
def test_its_code_and_its_words_are_right_while_a_thread_is_at_work(
    threads: str, is_taken_down: bool, argument: str, code: int
) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, argument, threads], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "trainer-tui" in done.stdout + done.stderr
    assert ("taken down" in done.stdout) == is_taken_down
