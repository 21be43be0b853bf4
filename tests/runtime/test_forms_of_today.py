"""The form of Rasa 3.x, performed here and validated under rasa_sdk: every path of formbot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.walk import Walk, serving_actions_of, take_out_what_is_named, walking
from trainer_tui.core.events import ActionExecutionRejected, LoopInterrupted
from trainer_tui.runtime.action_server import ActionServer
from trainer_tui.session.protocol import AskFormValidation

FORM = "restaurant_form"
LISTEN = "action_listen"


@pytest.fixture(scope="module")
def bot(sample_bots: Path) -> Path:
    pytest.importorskip("rasa_sdk")
    return sample_bots / "formbot"


@pytest.fixture(scope="module")
def actions(bot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    with serving_actions_of(bot, tmp_path_factory.mktemp("actions") / "log") as server:
        yield server


async def ask_for_seats(walk: Walk) -> None:
    await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
    assert walk.said() == ["What would you like to eat?"]
    await (await walk.say('/inform{"cuisine": "Greek"}')).confirm(FORM, LISTEN)
    assert walk.slots["cuisine"] == "greek"
    await (await walk.say('/inform{"number": "3"}')).confirm(FORM, LISTEN)
    assert walk.slots["num_people"] == 3
    assert walk.said() == ["Do you want to sit outside?"]


async def test_the_happy_path(bot: Path, tmp_path: Path) -> None:
    """With the server that the session starts by itself."""
    async with walking(bot, tmp_path) as walk:
        await ask_for_seats(walk)
        await (await walk.say("/affirm")).confirm(FORM, LISTEN)
        assert walk.slots["outdoor_seating"] is True
        await (await walk.say("/deny")).confirm(FORM, LISTEN)
        assert walk.slots["preferences"] == "no additional preferences"
        await (await walk.say('/inform{"feedback": "great"}')).confirm(FORM)
        assert walk.controller.timeline.state.tracker.active_loop is None
        await walk.confirm("utter_submit", "utter_slots_values", LISTEN)
        assert walk.said()[-1] == (
            "I'll look for a greek restaurant for 3. Seats outside: True. Wishes: no additional preferences. "
            "You said about me: great"
        )


async def test_everything_in_one_message(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say('/request_restaurant{"cuisine": "thai", "number": "2"}')).confirm(FORM, LISTEN)
        assert walk.said() == ["Do you want to sit outside?"]
        assert walk.slots["num_people"] == 2


async def test_a_wrong_answer_is_asked_again(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say('/inform{"cuisine": "mud"}')).confirm(FORM, LISTEN)
        assert walk.said() == [
            "I know no restaurant of that kind. Greek, Italian, Mexican, Indian, Thai and Turkish I do know.",
            "What would you like to eat?",
        ]
        assert walk.slots["cuisine"] is None


async def test_an_answer_is_corrected_later(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await (await walk.say('/inform{"cuisine": "thai"}')).confirm(FORM, LISTEN)
        assert walk.slots["cuisine"] == "thai"
        assert walk.said() == ["Do you want to sit outside?"]


async def test_chitchat_in_the_form(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await walk.say("/chitchat")
        await walk.confirm(FORM, "utter_chitchat", FORM, LISTEN)
        assert ActionExecutionRejected(FORM) in walk.events
        assert walk.said() == ["I could chat all day, but I'm better at tables.", "Do you want to sit outside?"]


async def stop_and_go_on(walk: Walk) -> AskFormValidation:
    await (await walk.say("/stop")).confirm(FORM, "utter_ask_continue", LISTEN)
    await (await walk.say("/affirm")).confirm(FORM)
    assert isinstance(walk.prompt, AskFormValidation)
    return walk.prompt


async def test_stop_and_go_on_without_taking_the_answer(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        question = await stop_and_go_on(walk)
        # The slot's mapping has conditions: as in Rasa 3.6 it does not look at what follows a rejection.
        assert question.would_fill == ()
        await walk.validate(FORM, "outdoor_seating", False)
        assert LoopInterrupted(True) in walk.events
        assert walk.said() == ["Do you want to sit outside?"]
        await walk.confirm(LISTEN)
        await (await walk.say("/affirm")).confirm(FORM)
        assert walk.slots["outdoor_seating"] is True


async def test_stop_and_go_on_against_the_stories(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    """The form reads the message, finds nothing that its mappings take after a rejection, and refuses, as in Rasa."""
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await stop_and_go_on(walk)
        await walk.validate(FORM, "outdoor_seating", True)
        warning = await walk.acknowledge_contradiction()
        assert warning.places
        assert walk.events[-1] == ActionExecutionRejected(FORM)
        assert walk.slots["outdoor_seating"] is None


async def test_stop_and_then_an_answer_all_the_same(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say("/stop")).confirm(FORM, "utter_ask_continue", LISTEN)
        await (await walk.say('/inform{"cuisine": "greek"}')).confirm(FORM)
        assert isinstance(walk.prompt, AskFormValidation)
        # Extraction came first, as in Rasa 3.x: the question shows it.
        assert walk.prompt.would_fill == (("cuisine", "greek"),)
        assert walk.prompt.mapping is not None
        assert walk.prompt.mapping.type == "from_entity"
        await walk.validate(FORM, "cuisine", True)
        await walk.confirm(LISTEN)
        assert walk.slots["cuisine"] == "greek"


async def test_the_story_that_says_otherwise_is_removed_by_an_export(
    bot: Path, actions: ActionServer, tmp_path: Path
) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await stop_and_go_on(walk)
        await walk.validate(FORM, "outdoor_seating", True)
        left = (await take_out_what_is_named(walk)).read_text(encoding="utf-8")
        assert "utter_ask_continue" not in left or "/affirm" not in left
        await walk.acknowledge_contradiction()
        assert LoopInterrupted(False) in walk.events


async def test_stop_for_good(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say("/stop")).confirm(FORM, "utter_ask_continue", LISTEN)
        await (await walk.say("/deny")).confirm("action_deactivate_loop")
        assert walk.controller.timeline.state.tracker.active_loop is None
