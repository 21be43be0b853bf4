"""NLU data is fitted beside the session: in a thread or a process, the same model, and cancelled at once."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.nlu.components import Settings
from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.runtime.fits import fit as fitting
from trainer_tui.runtime.fits.fit import LONG, FitFailed, fit_beside

CITIES = ("Rome", "Lima", "Oslo", "Bonn")
DATA = TrainingData(
    (
        *(Example(text, "greet") for text in ("hello", "hi there", "good morning")),
        *(Example(f"go to {city}", "go", (Entity("city", city, 6, 10, "to"),)) for city in CITIES),
    ),
    {"NYC": "New York"},
    (("zipcode", "[0-9]{5}"),),
    (Lookup("city", CITIES),),
)
LESSONS = (Example("is there wifi", "ask"), Example("tell Ann", "tell", (Entity("name", "Ann", 5, 8),)))
SETTINGS = Settings(fallback=(0.3, 0.1), extracts_lookups=True)
TEXTS = ("hello there", "go to Kyiv", "go to NYC", "tell Ann", "is there wifi here", "zzz")


async def fitted(assignment: FitAssignment) -> FittedModel:
    return await fit_beside(assignment, lambda doing, share: None)


@pytest.mark.parametrize("lessons", [(), LESSONS[:1], LESSONS])
async def test_a_process_finds_what_a_thread_finds(
    monkeypatch: pytest.MonkeyPatch, lessons: tuple[Example, ...]
) -> None:
    interpreter = PipelineInterpreter(SETTINGS)
    if lessons:
        interpreter.train(DATA)
    in_a_thread = interpreter.adopting(await fitted(interpreter.assignment(DATA, lessons)))
    monkeypatch.setattr(fitting, "LONG", 0.0)
    in_a_process = interpreter.adopting(await fitted(interpreter.assignment(DATA, lessons)))
    assert [in_a_process.parse(text) for text in TEXTS] == [in_a_thread.parse(text) for text in TEXTS]
    assert in_a_process.parse("go to Kyiv").entities[0].role == "to"
    in_a_process.learn(())
    in_a_thread.learn(())
    assert [in_a_process.parse(text) for text in TEXTS] == [in_a_thread.parse(text) for text in TEXTS]


def test_entities_are_fitted_anew_only_where_a_lesson_asks_for_it() -> None:
    interpreter = PipelineInterpreter(SETTINGS).train(DATA)
    assert not interpreter.assignment(DATA, LESSONS[:1]).with_entities
    assert interpreter.assignment(DATA, LESSONS).with_entities


def test_an_assignment_says_how_long_it_takes() -> None:
    many = TrainingData(tuple(Example(f"text {number}", f"intent {number % 150}") for number in range(15_000)))
    assert FitAssignment(DATA, SETTINGS).seconds < LONG < FitAssignment(many, SETTINGS).seconds


async def test_a_process_is_ended_when_the_fit_is_cancelled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forever = tmp_path / "forever"
    forever.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n")
    forever.chmod(0o755)
    monkeypatch.setattr(fitting, "LONG", 0.0)
    monkeypatch.setattr(sys, "executable", str(forever))
    fit = asyncio.ensure_future(fitted(FitAssignment(DATA, SETTINGS)))
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()):
        await asyncio.sleep(0)
    process = int((tmp_path / "pid").read_text())
    fit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fit
    while True:  # until it is gone
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            break
        await asyncio.sleep(0)


async def test_what_cannot_be_learned_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "LONG", 0.0)
    broken = TrainingData(DATA.examples, regexes=(("zipcode", "[0-9"),))
    with pytest.raises(FitFailed) as failure:
        await fitted(FitAssignment(broken, SETTINGS))
    assert "the regex 'zipcode' cannot be read" in failure.value.message
