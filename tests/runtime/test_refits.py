"""Fits in the background: which model answers for which lessons, and when a new one is made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from trainer_tui.errors import TrainerError
from trainer_tui.progress import Progress
from trainer_tui.runtime.fits.refits import MANY_LESSONS, SHORT, Refits


class Bench:
    """A fit that is done when the test says so; its model is the text of its lessons."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.may_end = asyncio.Event()
        self.error: Exception | None = None
        self.seconds = 0.0
        self.changes = 0
        self.refits: Refits[str, str] = Refits(self._fit, self._changed)

    async def _fit(self, lessons: Sequence[str], tell: Progress) -> tuple[str, float]:
        self.asked.append(lessons)
        tell("fitting", 0.5)
        await self.may_end.wait()
        if self.error:
            raise self.error
        return "+".join(lessons), self.seconds

    def _changed(self) -> None:
        self.changes += 1

    async def begun(self) -> None:
        await asyncio.sleep(0)

    async def done(self, error: Exception | None = None) -> None:
        self.error = error
        self.may_end.set()
        await self.refits.finished()
        self.may_end.clear()

    def best(self, *lessons: str) -> str | None:
        found = self.refits.best(lessons)
        return None if found is None else found.model


@pytest.fixture
async def bench() -> Bench:
    return Bench()


@pytest.fixture
async def fitted(bench: Bench) -> Bench:
    """With a first model, that of the stories."""
    bench.refits.follow((), False)
    await bench.begun()
    await bench.done()
    return bench


async def test_the_first_model_is_fitted_without_lessons(bench: Bench) -> None:
    assert bench.best() is None
    bench.refits.follow(["a"], True)
    await bench.begun()
    assert bench.asked == [()]
    assert bench.best("a") is None
    assert bench.refits.pace is not None and bench.refits.pace.how_far().startswith("50 %, about ")
    await bench.done()
    assert bench.best("a") == ""
    assert not bench.refits.is_running
    assert bench.changes > 0


async def test_a_correction_is_fitted_at_once(fitted: Bench) -> None:
    fitted.refits.follow(["a"], True)
    await fitted.begun()
    assert fitted.asked == [(), ("a",)]
    assert fitted.best("a") == "", "the old model answers until the new one is there"
    await fitted.done()
    assert fitted.best("a") == "a"


async def test_what_was_only_confirmed_waits_for_more(fitted: Bench) -> None:
    lessons = [str(number) for number in range(MANY_LESSONS)]
    fitted.refits.follow(lessons[:-1], False)
    await fitted.begun()
    assert fitted.asked == [()]
    fitted.refits.follow(lessons, False)
    await fitted.begun()
    assert fitted.asked == [(), tuple(lessons)]


async def test_after_a_long_fit_corrections_wait_for_more_too(bench: Bench) -> None:
    bench.seconds = SHORT
    bench.refits.fit_now(())
    await bench.begun()
    await bench.done()
    bench.refits.follow(["a"], True)
    await bench.begun()
    assert bench.asked == [()]
    found = bench.refits.best(())
    assert found is not None
    assert found.seconds == SHORT


async def test_one_fit_at_a_time(fitted: Bench) -> None:
    fitted.refits.follow(["a"], True)
    await fitted.begun()
    fitted.refits.follow(["a", "b"], True)
    await fitted.begun()
    assert fitted.asked == [(), ("a",)]
    await fitted.done()
    fitted.refits.follow(["a", "b"], True)
    await fitted.begun()
    assert fitted.asked == [(), ("a",), ("a", "b")]


async def test_what_is_taken_back_is_in_no_model_that_answers(fitted: Bench) -> None:
    fitted.refits.fit_now(["a", "b"])
    await fitted.begun()
    await fitted.done()
    assert fitted.best("a", "b", "c") == "a+b"
    assert fitted.best("b", "c", "a") == "a+b", "lessons of another branch may come in between"
    assert fitted.best("a") == ""
    assert fitted.best("a", "a", "c") == ""
    assert fitted.best("a", "b") == "a+b", "redo"


async def test_a_fit_whose_lesson_is_taken_back_is_stopped(fitted: Bench) -> None:
    fitted.refits.follow(["a"], True)
    await fitted.begun()
    fitted.refits.follow([], False)
    assert not fitted.refits.is_running
    assert fitted.best("a") == ""
    fitted.refits.follow(["b"], True)
    await fitted.begun()
    await fitted.done()
    assert fitted.best("b") == "b"


async def test_the_first_model_is_kept_whatever_comes(fitted: Bench) -> None:
    lessons: list[str] = []
    for number in range(10):
        lessons.append(str(number))
        fitted.refits.fit_now(lessons)
        await fitted.begun()
        await fitted.done()
    assert fitted.best() == ""
    assert fitted.best(*lessons) == "+".join(lessons)
    assert fitted.best(*lessons[:-1]) == "+".join(lessons[:-1])


@pytest.mark.parametrize("error", [TrainerError("no memory left"), ZeroDivisionError("odd")])
async def test_a_fit_that_fails_is_said_and_not_tried_forever(bench: Bench, error: Exception) -> None:
    bench.refits.follow((), False)
    await bench.begun()
    await bench.done(error)
    assert bench.refits.fault is not None
    assert ("no memory left" in str(bench.refits.fault)) or ("ZeroDivisionError: odd" in str(bench.refits.fault))
    bench.refits.follow((), False)
    await bench.begun()
    assert bench.asked == [()]
    bench.refits.fit_now(())
    await bench.begun()
    await bench.done()
    assert bench.refits.fault is None


async def test_a_model_that_was_loaded_needs_no_fit(bench: Bench) -> None:
    bench.refits.start_with("loaded")
    bench.refits.follow((), False)
    assert not bench.refits.is_running
    assert bench.best("a") == "loaded"


async def test_while_a_script_is_played_nothing_is_fitted(fitted: Bench) -> None:
    fitted.refits.is_held = True
    fitted.refits.follow(["a"], True)
    await fitted.begun()
    assert fitted.asked == [()]
    fitted.refits.is_held = False
    fitted.refits.follow(["a"], True)
    await fitted.begun()
    assert fitted.asked == [(), ("a",)]


async def test_what_was_only_confirmed_is_fitted_the_more_seldom_the_more_there_is(fitted: Bench) -> None:
    lessons = [str(number) for number in range(10 * MANY_LESSONS + 1)]
    fitted.refits.fit_now(lessons[:-1])
    await fitted.begun()
    await fitted.done()
    more = [*lessons, *(f"new {number}" for number in range(MANY_LESSONS - 1))]
    fitted.refits.follow(more[:-1], False)
    await fitted.begun()
    assert len(fitted.asked) == 2
    fitted.refits.follow(more, False)
    await fitted.begun()
    assert len(fitted.asked) == 3


async def test_a_fit_that_tells_nothing_new_counts_down_and_no_longer_than_it_runs(bench: Bench) -> None:
    bench.refits.follow((), False)
    await bench.begun()
    told = bench.changes
    while bench.changes < told + 2:
        await asyncio.sleep(0.1)
    await bench.done()
    told = bench.changes
    await asyncio.sleep(1.5)
    assert bench.changes == told
