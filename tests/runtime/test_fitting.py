"""Fits beside the session, in another process: the same solution, and cancelled at once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trainer_tui.policies.feature_rows import SparseRows
from trainer_tui.policies.linear_model import LinearProblem
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import in_thread, in_thread_telling
from trainer_tui.runtime.fits import fit as fitting
from trainer_tui.runtime.fits.fit import LONG, fit_beside
from trainer_tui.runtime.fits.fitting_process import FitFailed, FittingProcess


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


@pytest.fixture(autouse=True)
def stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process for the short fits of each test, of which only its own are left."""
    process = FittingProcess()
    monkeypatch.setattr(fitting, "_stays", process)
    yield
    process.end()


@pytest.fixture
def started() -> Callable[[], list[int]]:
    """The fitting processes that a test has started so far, and that still run."""
    others = children()
    return lambda: [process for process in children() if process not in others]


@pytest.fixture(params=["stays", "own"])
def process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of short fits, and one of its own, as long ones have."""
    if request.param == "own":
        monkeypatch.setattr(fitting, "LONG", 0.0)


@pytest.mark.usefixtures("process")
async def test_a_process_finds_what_is_found_here(capfd: pytest.CaptureFixture[str]) -> None:
    (found, _), here = await fit_beside(problem(), unheard), problem().solve(unheard)
    assert (found.weights == here.weights).all()
    assert (found.bias == here.bias).all()
    assert found.inverse_temperature == here.inverse_temperature
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("process")
async def test_some_labels_alone_are_fitted_to_the_same_weights_there() -> None:
    some = replace(problem(), wanted=np.array([2, 0], dtype=np.int32), inverse_temperature=2.0)
    (there, _), here = await fit_beside(some, unheard), some.solve(unheard)
    assert here.weights.shape == (8, 2)
    assert (np.asarray(there.weights) == here.weights).all()
    assert (np.asarray(there.bias) == here.bias).all()
    assert np.ptp(here.weights) > 0.1


@pytest.mark.usefixtures("process")
async def test_progress_is_told_while_it_fits() -> None:
    told: list[float] = []
    await fit_beside(problem(), lambda doing, share: told.append(share))
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]


async def test_short_fits_share_a_process_that_stays(started: Callable[[], list[int]]) -> None:
    assert problem().seconds < LONG
    sizes = 60, 63, 66
    found = await asyncio.gather(*(fit_beside(problem(size), unheard) for size in sizes))
    for (solution, _), size in zip(found, sizes, strict=True):
        assert (solution.weights == problem(size).solve(unheard).weights).all()
    (process,) = started()
    await fit_beside(problem(), unheard)
    assert started() == [process]


async def test_a_process_that_was_killed_is_started_anew(started: Callable[[], list[int]]) -> None:
    await fit_beside(problem(), unheard)
    (process,) = started()
    os.kill(process, signal.SIGKILL)
    while is_running(process):
        await asyncio.sleep(0)
    while started():  # what is heard of its end
        await asyncio.sleep(0)
    await fit_beside(problem(), unheard)
    assert len(started()) == 1


async def test_a_fit_whose_process_is_killed_says_so_and_the_next_is_made(started: Callable[[], list[int]]) -> None:

    def kill(doing: str, share: float) -> None:
        for process in started():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(FitFailed, match="exit code -9"):
        await fit_beside(problem(30_000), kill)
    await fit_beside(problem(), unheard)


SESSION = """
import asyncio, signal, sys
from trainer_tui.runtime.fits.fit import fit_beside
from tests.runtime.test_fitting import children, problem, unheard

signal.signal(signal.SIGINT, lambda *_: None)

async def main():
    for line in sys.stdin:
        await fit_beside(problem(), unheard)
        print(*children(), flush=True)

asyncio.run(main())
"""
"""Fits once a line, and says by which process; Ctrl-C does not end it."""


@pytest.fixture
def session() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        process_group=0,
    ) as session:
        yield session


def process_of_a_fit(session: subprocess.Popen[str]) -> int:
    assert session.stdin is not None
    assert session.stdout is not None
    session.stdin.write("\n")
    return int(session.stdout.readline())


def test_a_process_ends_with_the_session_even_if_that_is_killed(session: subprocess.Popen[str]) -> None:
    process = process_of_a_fit(session)
    assert is_running(process)
    session.kill()
    while is_running(process):
        time.sleep(0.01)


def test_ctrl_c_is_for_the_session_alone(session: subprocess.Popen[str]) -> None:
    process = process_of_a_fit(session)
    os.killpg(session.pid, signal.SIGINT)
    assert process_of_a_fit(session) == process


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
    turns: int, started: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "LONG", 0.0)
    fit = asyncio.ensure_future(fit_beside(problem(), unheard))
    for _ in range(turns):
        await asyncio.sleep(0)
    fit.cancel()
    done, _ = await asyncio.wait([fit], timeout=60)
    assert done
    while any(thread.name == "beside" for thread in threading.enumerate()) or started():
        await asyncio.sleep(0)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def children() -> list[int]:
    """The fitting processes of this one."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [int(row[0]) for row in rows if int(row[1]) == os.getpid() and "fits.process" in row[-1]]


async def test_a_process_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\necho something odd >&2\necho no memory left >&2\nexit 9\n")
    failing.chmod(0o755)
    monkeypatch.setattr(fitting, "LONG", 0.0)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(FitFailed, match=r"could not be fitted") as failure:
        await fit_beside(problem(), unheard)
    assert failure.value.message == "no memory left."


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
