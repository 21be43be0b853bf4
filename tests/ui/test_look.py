"""How the screen looks, row by row: small golden texts that are reviewed as they change (`--update-golden`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ui.fake_controller import BRANCHES, CONFIRM, FIRST, REVIEW, SEATS, TORN, FakeController, asking
from tests.ui.trainer import at_the_desk
from trainer_tui.core.slots import SlotMapping
from trainer_tui.errors import Place
from trainer_tui.session.protocol import (
    ActionChosen,
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    Button,
    ChooseAction,
    ChooseIntent,
    ConfirmIntent,
    Decision,
    MarkEntities,
    NameAction,
    RunAction,
    StubResult,
    WarnContradiction,
    WriteResponse,
)
from trainer_tui.session.view import FormView, HistoryEntry, Mark, ScriptView, SessionView, SlotRow
from trainer_tui.ui.app import TrainerApp

Golden = Callable[[str, str], None]

FORM_RUN = Decision("restaurant_form", "restaurant_form", 0.9, "FormPolicy")
FORM = FormView(
    "restaurant_form",
    "outdoor_seating",
    (("cuisine", "greek"), ("num_people", 3)),
    ("outdoor_seating", "preferences", "feedback"),
    False,
    'stories say so: "stop, then go on"',
)
FORM_SLOTS = (
    SlotRow("cuisine", "greek"),
    SlotRow("num_people", 3, True),
    SlotRow("outdoor_seating", None),
    SlotRow("preferences", None),
    SlotRow("feedback", None),
)
FAILURE = AskAfterFailure(
    RunAction(FORM_RUN),
    "the action server does not answer",
    "All connection attempts failed (http://localhost:5055/webhook).",
    "Start it, then retry.",
)
VALIDATION = AskFormValidation(
    "restaurant_form",
    "outdoor_seating",
    FORM_RUN,
    (("outdoor_seating", True),),
    SlotMapping("from_intent", intents=("affirm",)),
)
VIEWS: dict[str, SessionView] = {
    "first": FIRST,
    "message": asking(AskMessage(), actions=replace(CONFIRM.actions, chosen="action_listen", is_current=False)),
    "confirm_action": CONFIRM,
    "choose_action": asking(ChooseAction(TORN)),
    "name_action": asking(NameAction(TORN)),
    "write_response": asking(WriteResponse("utter_no_reviews", TORN)),
    "confirm_intent": asking(ConfirmIntent(SEATS)),
    "choose_intent": asking(ChooseIntent(SEATS, (*SEATS.ranking, ("thankyou", 0.0)), True)),
    "mark_entities": asking(MarkEntities(SEATS)),
    "form_validation": asking(VALIDATION, form=FORM, slots=FORM_SLOTS),
    "contradiction": asking(
        WarnContradiction("restaurant_form", "outdoor_seating", FORM_RUN, (Place("data/stories.md", 31),))
    ),
    "buttons": asking(AskButton("How are you?", (Button("great", "/mood_great"), Button("so so", "/mood_unhappy")))),
    "failure": asking(FAILURE, status=replace(CONFIRM.status, actions="down", actions_ok=False)),
    "stub": asking(StubResult(RunAction(FORM_RUN), ())),
}
PLAYING = replace(
    CONFIRM,
    script=ScriptView(
        "turn 1 says /search_venues",
        2,
        3,
        True,
        (ActionChosen("action_show_concert_reviews"),),
        "action_show_concert_reviews",
        (
            HistoryEntry("you", "message", "/thankyou", 5),
            HistoryEntry("bot", "action", "utter_youarewelcome", 6),
        ),
    ),
)
CORRECTED = asking(
    AskMessage(),
    history=(
        *CONFIRM.history[:-2],
        HistoryEntry("you", "message", "book two seats in Rome", 4, entities=SEATS.entities),
        HistoryEntry("you", "intent", "intent book", mark=Mark.CORRECTED, confidence=1.0, wanted="search_venues"),
        HistoryEntry("bot", "action", "utter_ask", 5, mark=Mark.CORRECTED, confidence=0.2, wanted="utter_goodbye"),
        HistoryEntry("bot", "text", "For when, and do you want to sit outside or is it fine to be inside this time?"),
        HistoryEntry("bot", "buttons", "1 inside (/inform)"),
        HistoryEntry("bot", "form", "form booking starts"),
        HistoryEntry("bot", "action", "action_listen", mark=Mark.UNSURE, confidence=0.42),
    ),
)


async def looks(
    name: str, view: SessionView, size: tuple[int, int], golden: Golden, *keys: str, ascii_only: bool = False
) -> None:
    controller = FakeController(view)
    controller.review = REVIEW
    app = TrainerApp(controller, said_after=0.0, moment=0.0, ascii_only=ascii_only)
    async with at_the_desk(app, size) as trainer:
        await trainer.presses(*keys)
        golden(f"{name}_{size[0]}x{size[1]}.txt", trainer.text)


@pytest.mark.parametrize("name", VIEWS)
async def test_every_question_at_80x24(name: str, golden: Golden) -> None:
    await looks(name, VIEWS[name], (80, 24), golden)


@pytest.mark.parametrize("size", [(120, 40), (60, 20), (40, 12)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["first", "message", "confirm_action", "confirm_intent"])
async def test_the_main_questions_in_other_sizes(name: str, size: tuple[int, int], golden: Golden) -> None:
    await looks(name, VIEWS[name], size, golden)


async def test_a_conversation_with_everything_in_it(golden: Golden) -> None:
    await looks("conversation", CORRECTED, (80, 24), golden)


async def test_ascii_only(golden: Golden) -> None:

    await looks("ascii", CONFIRM, (80, 24), golden, ascii_only=True)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("menu", ("ctrl+c",)),
        ("export", ("ctrl+s",)),
        ("fork", ("ctrl+f",)),
        ("branches", ("ctrl+c", "b")),
        ("help", ("f1",)),
        ("maximised", ("f6", "F")),
        ("why", ("e",)),
    ],
)
async def test_what_opens_over_the_session(name: str, keys: tuple[str, ...], golden: Golden) -> None:
    await looks(name, CONFIRM, (80, 24), golden, *keys)


async def test_ascii_only_draws_nothing_else() -> None:
    for view in VIEWS.values():
        app = TrainerApp(FakeController(view), ascii_only=True, said_after=0.0, moment=0.0)
        async with at_the_desk(app, (80, 24)) as trainer:
            assert [character for character in trainer.text if not character.isascii()] == [], trainer.text


@pytest.mark.parametrize("keys", [("ctrl+c",), ("ctrl+s",), ("ctrl+s", "E"), ("ctrl+f",), ("ctrl+c", "b"), ("f1",)])
async def test_ascii_only_draws_nothing_else_over_the_session(keys: tuple[str, ...]) -> None:
    controller = FakeController(CONFIRM)
    controller.review = REVIEW
    app = TrainerApp(controller, ascii_only=True, said_after=0.0, moment=0.0)
    async with at_the_desk(app, (80, 24)) as trainer:
        app.desk.say("a note")
        await trainer.presses(*keys)
        assert [character for character in trainer.text if not character.isascii()] == [], trainer.text


async def test_enter_on_the_form_names_the_slots_that_it_has_and_needs() -> None:
    app = TrainerApp(FakeController(VIEWS["form_validation"]), said_after=0.0, moment=0.0)
    async with at_the_desk(app, (80, 24)) as trainer:
        await trainer.presses("f5", "home", "enter")
        await trainer.sees("filled: cuisine, num_people", "needed: outdoor_seating, preferences, feedback")


async def test_the_end_of_a_message_longer_than_its_field_is_seen() -> None:
    app = TrainerApp(FakeController(FIRST), said_after=0.0, moment=0.0)
    async with at_the_desk(app, (80, 24)) as trainer:
        await trainer.presses(*("word " * 20).replace(" ", "_"), *"end")
        await trainer.sees("word_end")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_log_of_any_length_shows_its_end_and_the_keys(size: tuple[int, int]) -> None:
    controller = FakeController(CONFIRM)
    controller.log = tuple(f"line {number}" for number in range(100))
    app = TrainerApp(controller, said_after=0.0, moment=0.0)
    async with at_the_desk(app, size) as trainer:
        await trainer.presses("f7")
        await trainer.sees("line 99", "r restart")
        await trainer.presses("home")
        await trainer.sees("line 0", "r restart")
        await trainer.presses("end")
        await trainer.sees("line 99")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("tree", ("ctrl+g",)),
        ("side_by_side", ("ctrl+g", "j", "c")),
        ("time_line", ("ctrl+l",)),
        ("earlier_point", ("ctrl+l", "home", "enter")),
        ("turn", ("ctrl+r", "j", "enter")),
    ],
)
async def test_what_was_said_already(name: str, keys: tuple[str, ...], size: tuple[int, int], golden: Golden) -> None:
    await looks(name, replace(CONFIRM, branches=BRANCHES), size, golden, *keys)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_script_that_is_played(size: tuple[int, int], golden: Golden) -> None:
    await looks("script", PLAYING, size, golden)
