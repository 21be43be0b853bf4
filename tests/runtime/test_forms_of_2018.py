"""The form of 2018, on the action server of 2018: every path of formbot_core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.walk import Walk, serving_actions_of, take_out_what_is_named, walking
from trainer_tui.core.events import ActionExecutionRejected, LoopInterrupted
from trainer_tui.runtime.action_server import ActionServer
from trainer_tui.session.protocol import ActionChosen, ConfirmAction

FORM = "restaurant_form"
LISTEN = "action_listen"


@pytest.fixture(scope="module")
def bot(sample_bots: Path, rasa_core_sdk_python: Path) -> Path:
    return sample_bots / "formbot_core"


@pytest.fixture(scope="module")
def actions(bot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    with serving_actions_of(bot, tmp_path_factory.mktemp("actions") / "log") as server:
        yield server


async def ask_for_seats(walk: Walk) -> None:
    """Up to the form's question where to sit: cuisine greek, three people."""
    await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
    assert walk.said() == ["what would you like to eat?"]
    await (await walk.say('/inform{"cuisine": "Greek"}')).confirm(FORM, LISTEN)
    assert walk.said() == ["for how many people?"]
    await (await walk.say('/inform{"number": "3"}')).confirm(FORM, LISTEN)
    assert walk.said() == ["do you want to sit outside?"]
    assert walk.slots["cuisine"] == "greek"
    assert walk.slots["num_people"] == 3


async def stop_and_go_on(walk: Walk) -> None:
    """/stop, which the form refuses; then /affirm to "shall we go on?"."""
    await (await walk.say("/stop")).confirm(FORM, "utter_ask_continue", LISTEN)
    assert walk.said() == ["shall we go on with your table?"]
    assert ActionExecutionRejected(FORM) in walk.events
    await (await walk.say("/affirm")).confirm(FORM)
    assert walk.slots == {
        "cuisine": "greek",
        "num_people": 3,
        "outdoor_seating": None,
        "preferences": None,
        "feedback": None,
        "requested_slot": "outdoor_seating",
    }


async def test_the_happy_path(bot: Path, tmp_path: Path) -> None:
    """With the server that the session starts by itself."""
    async with walking(bot, tmp_path) as walk:
        await ask_for_seats(walk)
        await (await walk.say("/affirm")).confirm(FORM, LISTEN)
        assert walk.slots["outdoor_seating"] is True
        await (await walk.say("/deny")).confirm(FORM, LISTEN)
        assert walk.slots["preferences"] == "no additional preferences"
        await walk.say('/inform{"feedback": "great"}')
        await walk.confirm(FORM)
        assert walk.said() == ["that's all I need, thank you"]
        assert walk.slots["requested_slot"] is None
        assert walk.controller.timeline.state.tracker.active_loop is None
        await walk.confirm("utter_slots_values", LISTEN)


async def test_a_wrong_answer_is_asked_again(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say('/inform{"cuisine": "mud"}')).confirm(FORM, LISTEN)
        assert walk.said() == [
            "I know no restaurant of that kind: Greek, Italian, Mexican, Indian, Thai and Turkish I do know",
            "what would you like to eat?",
        ]
        assert walk.slots["cuisine"] is None


async def test_an_interrupted_form_that_shall_not_take_the_answer(
    bot: Path, actions: ActionServer, tmp_path: Path
) -> None:
    """The third walk of the documentation of 2018: validate? no."""
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await stop_and_go_on(walk)
        await walk.validate(FORM, "outdoor_seating", False)
        assert walk.said() == ["do you want to sit outside?"]
        assert walk.slots["outdoor_seating"] is None
        assert LoopInterrupted(True) in walk.events
        await walk.confirm(LISTEN)


async def test_an_interrupted_form_that_takes_the_answer_against_the_stories(
    bot: Path, actions: ActionServer, tmp_path: Path
) -> None:
    """The third walk: validate? yes; the stories say no, and are named."""
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await stop_and_go_on(walk)
        await walk.validate(FORM, "outdoor_seating", True)
        warning = await walk.acknowledge_contradiction()
        lines = (bot / "data" / "stories.md").read_text(encoding="utf-8").splitlines()
        assert warning.places
        for place in warning.places:
            assert place.path.endswith("stories.md")
            assert place.line is not None
            assert "restaurant_form" in lines[place.line - 1]
        assert walk.said() == ["is there anything else that the restaurant should know?"]
        assert walk.slots["outdoor_seating"] is True
        await walk.confirm(LISTEN)


async def test_the_story_that_says_otherwise_is_removed_by_an_export(
    bot: Path, actions: ActionServer, tmp_path: Path
) -> None:
    """The third walk to its end: the contradictory stories are taken out, and the session goes on without them."""
    async with walking(bot, tmp_path, actions) as walk:
        await ask_for_seats(walk)
        await stop_and_go_on(walk)
        await walk.validate(FORM, "outdoor_seating", True)
        written = (bot / "data" / "stories.md").read_text(encoding="utf-8")
        left = (await take_out_what_is_named(walk)).read_text(encoding="utf-8")
        gone = [line for line in written.splitlines() if line.startswith("## ") and line not in left.splitlines()]
        assert gone == [
            "## stop, but then go on",
            "## stop, but then go on, without a greeting",
            "## chitchat, then stop, but then go on",
            "## recorded in interactive learning: another cuisine after all, a stop, and on",
        ]
        assert set(left.splitlines()) <= set(written.splitlines())
        await walk.acknowledge_contradiction()
        await walk.confirm(LISTEN)
        assert walk.slots["outdoor_seating"] is True

        walk.controller.start_fresh()
        await ask_for_seats(walk)
        await (await walk.say("/stop")).confirm(FORM)
        assert isinstance(walk.prompt, ConfirmAction)
        await walk.answer(ActionChosen("utter_ask_continue"))
        await walk.answer(ActionChosen(LISTEN))
        await walk.say("/affirm")
        await walk.answer(ActionChosen(FORM))
        await walk.validate(FORM, "outdoor_seating", True)
        assert walk.slots["outdoor_seating"] is True


async def test_chitchat_in_the_form(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say("/chitchat")).confirm(FORM, "utter_chitchat", FORM, LISTEN)
        assert walk.said() == ["I could chat all day, but I'm better at tables", "what would you like to eat?"]


async def test_stop_for_good(bot: Path, actions: ActionServer, tmp_path: Path) -> None:
    async with walking(bot, tmp_path, actions) as walk:
        await (await walk.say("/request_restaurant")).confirm(FORM, LISTEN)
        await (await walk.say("/stop")).confirm(FORM, "utter_ask_continue", LISTEN)
        await walk.say("/deny")
        await walk.confirm("action_deactivate_form")
        assert walk.controller.timeline.state.tracker.active_loop is None
