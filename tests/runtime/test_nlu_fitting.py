"""NLU data is fitted beside the session: in another process, the same model."""

from __future__ import annotations

import pytest

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.nlu.components import Settings
from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.runtime.fits.fit import LONG, fit_beside
from trainer_tui.runtime.fits.fitting_process import FitFailed

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
    model, _ = await fit_beside(assignment, lambda doing, share: None)
    return model


@pytest.mark.parametrize("lessons", [(), LESSONS[:1], LESSONS])
async def test_a_process_finds_what_is_found_here(lessons: tuple[Example, ...]) -> None:
    interpreter = PipelineInterpreter(SETTINGS)
    if lessons:
        interpreter.train(DATA)
    here = interpreter.adopting(interpreter.assignment(DATA, lessons).solve())
    in_a_process = interpreter.adopting(await fitted(interpreter.assignment(DATA, lessons)))
    assert [in_a_process.parse(text) for text in TEXTS] == [here.parse(text) for text in TEXTS]
    assert in_a_process.parse("go to Kyiv").entities[0].role == "to"
    in_a_process.learn(())
    here.learn(())
    assert [in_a_process.parse(text) for text in TEXTS] == [here.parse(text) for text in TEXTS]


def test_entities_are_fitted_anew_only_where_a_lesson_asks_for_it() -> None:
    interpreter = PipelineInterpreter(SETTINGS).train(DATA)
    assert not interpreter.assignment(DATA, LESSONS[:1]).with_entities
    assert interpreter.assignment(DATA, LESSONS).with_entities


def test_an_assignment_says_how_long_it_takes() -> None:
    many = TrainingData(tuple(Example(f"text {number}", f"intent {number % 150}") for number in range(15_000)))
    assert FitAssignment(DATA, SETTINGS).seconds < LONG < FitAssignment(many, SETTINGS).seconds


async def test_what_cannot_be_learned_is_said() -> None:
    broken = TrainingData(DATA.examples, regexes=(("zipcode", "[0-9"),))
    with pytest.raises(FormatError) as here:
        FitAssignment(broken, SETTINGS).solve()
    with pytest.raises(FitFailed) as failure:
        await fitted(FitAssignment(broken, SETTINGS))
    assert str(failure.value) == str(here.value)
    assert "the regex 'zipcode' cannot be read" in failure.value.title
