"""What goes wrong with understanding messages is said in the status line, not only when a message is typed."""

from __future__ import annotations

import asyncio

from trainer_tui.core.domain import Domain
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.runtime.interpreter_http import HttpInterpreter
from trainer_tui.runtime.training import DialogueTeacher, InterpreterTeacher, SessionTeacher


def dialogue() -> DialogueTeacher:
    return DialogueTeacher(Ensemble((), Domain().era))


async def test_data_that_cannot_be_learned_is_said_and_shorthand_still_works() -> None:
    broken = TrainingData((Example("hello", "greet"),), regexes=(("zipcode", "[0-9"),))
    messages = InterpreterTeacher(lambda: (PipelineInterpreter(), False), broken)
    teacher = SessionTeacher(dialogue(), messages)
    assert not any("NLU" in part for part in teacher.status([], []))
    result = await messages.parse("hello", Domain(), [])
    assert result.intent is None
    assert teacher.status([], [])[-1].startswith("NLU: the regex 'zipcode' cannot be read")
    assert (await messages.parse("/greet", Domain(), [])).intent == "greet"


async def test_the_first_fit_for_which_a_message_waits_is_said() -> None:
    data = TrainingData((Example("hello", "greet"), Example("bye now", "goodbye")))
    messages = InterpreterTeacher(lambda: (PipelineInterpreter(), False), data)
    teacher = SessionTeacher(dialogue(), messages)
    reading = asyncio.ensure_future(messages.parse("hello", Domain(), []))
    await asyncio.sleep(0)
    assert teacher.status([], [])[-1] == "NLU learning ..."
    assert (await reading).intent == "greet"
    assert not any("NLU" in part for part in teacher.status([], []))


async def test_the_state_of_an_nlu_server_is_always_said() -> None:
    teacher = SessionTeacher(dialogue(), HttpInterpreter(Endpoint("http://127.0.0.1:9")))
    assert teacher.status([], [])[-1] == "NLU server: not asked yet"
