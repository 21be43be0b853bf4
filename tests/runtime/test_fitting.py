"""Fits beside the session: in a thread or a process, the same solution, and cancelled at once."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from trainer_tui.policies.feature_rows import SparseRows
from trainer_tui.policies.linear_model import LinearProblem
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import in_thread, in_thread_telling
from trainer_tui.runtime.fits import fit as fitting
from trainer_tui.runtime.fits.fit import LONG, FitFailed, fit_beside


def problem(rows: int = 60) -> LinearProblem:
    """Row r has the columns 5 + r % 3 and r % 5, in no order, and the label r % 3."""
    numbers = np.arange(rows, dtype=np.int32)
    indices = np.column_stack([5 + numbers % 3, numbers % 5]).astype(np.int32).ravel()
    counts = np.zeros((rows, 3), dtype=np.int32)
    counts[numbers, (numbers // 3) % 3] = 1
    matrix = SparseRows(np.arange(0, 2 * rows + 1, 2, dtype=np.int32), indices, 8)
    return LinearProblem(matrix, numbers % 3, counts, classes=3, stories=rows)


def unheard(doing: str, share: float) -> None:
    pass


async def test_a_process_finds_what_a_thread_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem().seconds < LONG
    in_a_thread = await fit_beside(problem(), unheard)
    monkeypatch.setattr(fitting, "LONG", 0.0)
    in_a_process = await fit_beside(problem(), unheard)
    assert (in_a_process.weights == in_a_thread.weights).all()
    assert (in_a_process.bias == in_a_thread.bias).all()
    assert (
        in_a_process.inverse_temperature
        == in_a_thread.inverse_temperature
        == problem().solve(unheard).inverse_temperature
    )


@pytest.mark.parametrize("long", [0.0, LONG], ids=["process", "thread"])
async def test_progress_is_told_while_it_fits(monkeypatch: pytest.MonkeyPatch, long: float) -> None:
    monkeypatch.setattr(fitting, "LONG", long)
    told: list[float] = []
    await fit_beside(problem(), lambda doing, share: told.append(share))
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]


async def test_a_process_is_ended_when_the_fit_is_cancelled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forever = tmp_path / "forever"
    forever.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n")
    forever.chmod(0o755)
    monkeypatch.setattr(fitting, "LONG", 0.0)
    monkeypatch.setattr(sys, "executable", str(forever))
    fit = asyncio.ensure_future(fit_beside(problem(), unheard))
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()):
        await asyncio.sleep(0)
    process = int((tmp_path / "pid").read_text())
    fit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fit
    while is_running(process):
        await asyncio.sleep(0)


@pytest.mark.parametrize("turns", range(12))
async def test_a_fit_ends_when_it_is_cancelled_while_its_process_is_created(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "LONG", 0.0)
    fit = asyncio.ensure_future(fit_beside(problem(), unheard))
    for _ in range(turns):
        await asyncio.sleep(0)
    fit.cancel()
    done, _ = await asyncio.wait([fit], timeout=60)
    assert done


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_process_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\necho something odd >&2\necho no memory left >&2\nexit 9\n")
    failing.chmod(0o755)
    monkeypatch.setattr(fitting, "LONG", 0.0)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(FitFailed, match=r"could not be fitted.? no memory left"):
        await fit_beside(problem(), unheard)


async def test_what_a_thread_raises_is_raised_here() -> None:
    def work() -> None:
        raise FitFailed("no")

    with pytest.raises(FitFailed):
        await in_thread(work)


async def test_work_that_nobody_waits_for_any_more_stops_where_it_would_tell_next() -> None:
    told: list[float] = []
    began, is_stopped = asyncio.Event(), threading.Event()

    def work(tell: Progress) -> None:
        try:
            while True:
                tell("counting", 0.5)
        finally:
            is_stopped.set()

    def heard(doing: str, share: float) -> None:
        told.append(share)
        began.set()

    waiting = asyncio.ensure_future(in_thread_telling(work, heard))
    await began.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert is_stopped.wait(60)
    assert set(told) == {0.5}
