"""Fits beside the session: in a thread or a process, the same solution, and cancelled at once."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trainer_tui.policies.feature_rows import SparseRows
from trainer_tui.policies.linear_model import LinearProblem, LinearSolution, solve
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.fits import dialogue
from trainer_tui.runtime.fits.fit import Fit, FitFailed, fit_beside

IN_A_THREAD = dialogue.FIT
IN_A_PROCESS = replace(dialogue.FIT, long_from=0)


def problem(rows: int = 60) -> LinearProblem:
    """Row r has the columns r % 5 and 5 + r % 3, and the label r % 3."""
    numbers = np.arange(rows, dtype=np.int32)
    indices = np.column_stack([numbers % 5, 5 + numbers % 3]).astype(np.int32).ravel()
    counts = np.zeros((rows, 3), dtype=np.int32)
    counts[numbers, (numbers // 3) % 3] = 1
    matrix = SparseRows(np.arange(0, 2 * rows + 1, 2, dtype=np.int32), indices, 8)
    return LinearProblem(matrix, numbers % 3, counts, classes=3, stories=rows)


def unheard(doing: str, share: float) -> None:
    pass


async def test_a_process_finds_what_a_thread_finds() -> None:
    assert not IN_A_THREAD.is_long(problem())
    in_a_thread = await fit_beside(IN_A_THREAD, problem(), unheard)
    assert IN_A_PROCESS.is_long(problem())
    in_a_process = await fit_beside(IN_A_PROCESS, problem(), unheard)
    assert (in_a_process.weights == in_a_thread.weights).all()
    assert (in_a_process.bias == in_a_thread.bias).all()
    assert (
        in_a_process.inverse_temperature
        == in_a_thread.inverse_temperature
        == solve(problem(), unheard).inverse_temperature
    )


@pytest.mark.parametrize("fit", [IN_A_PROCESS, IN_A_THREAD], ids=["process", "thread"])
async def test_progress_is_told_while_it_fits(fit: Fit[LinearProblem, LinearSolution]) -> None:
    told: list[float] = []
    await fit_beside(fit, problem(), lambda doing, share: told.append(share))
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]


async def test_a_process_is_ended_when_the_fit_is_cancelled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forever = tmp_path / "forever"
    forever.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n")
    forever.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(forever))
    fit = asyncio.ensure_future(fit_beside(IN_A_PROCESS, problem(), unheard))
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()):
        await asyncio.sleep(0)
    process = int((tmp_path / "pid").read_text())
    fit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fit
    while is_running(process):
        await asyncio.sleep(0)


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
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(FitFailed, match=r"could not be fitted.? no memory left"):
        await fit_beside(IN_A_PROCESS, problem(), unheard)


async def test_what_a_thread_raises_is_raised_here() -> None:
    def work() -> None:
        raise FitFailed("no")

    with pytest.raises(FitFailed):
        await in_thread(work)
