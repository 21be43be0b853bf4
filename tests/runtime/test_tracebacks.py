"""What of a traceback is told."""

from __future__ import annotations

from pathlib import Path

from trainer_tui.errors import Place
from trainer_tui.runtime.tracebacks import errors, last_error, last_place

FAILED = """serving
Traceback (most recent call last):
  File "/bot/actions.py", line 3, in run
    return table[1]
KeyError: 1

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/site-packages/rasa_sdk/executor.py", line 9, in run
    action.run()
  File "/bot/tables/find.py", line 12, in run
    return float("no")
           ^^^^^^^^^^^
  File "/python/lib.py", line 1, in float
ValueError: could not convert
serving on
""".splitlines()


def test_each_traceback_ends_with_its_error() -> None:
    assert errors(FAILED) == ["KeyError: 1", "ValueError: could not convert"]


def test_the_last_error_is_told_with_its_place_in_the_project() -> None:
    assert last_error(FAILED) == "ValueError: could not convert"
    assert last_error(FAILED, Path("/bot")) == "ValueError: could not convert (tables/find.py, line 12)"
    assert last_error(FAILED, Path("/elsewhere")) == "ValueError: could not convert"
    assert last_place(FAILED, Path("/bot")) == Place("/bot/tables/find.py", 12)
    assert last_place(FAILED, Path("/elsewhere")) is None
    assert last_error(FAILED[:5], Path("/bot")) == "KeyError: 1 (actions.py, line 3)"


def test_without_a_traceback_there_is_none() -> None:
    assert last_error(["serving", "  indented: yes", "done."]) == ""
    assert last_error([]) == ""
