"""What is settled at the desk is taught by the session and kept by the review, and undone in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runtime.review.opened import bot_at, reviewer
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, database, user
from trainer_tui.asking.reviewing import Filters, MessageRow
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.runtime.review.settling import Settler
from trainer_tui.session.protocol import ActionChosen, ConfirmAction, Confirmed, ConfirmIntent, IntentChosen

GREETED = [*begin(9.0), user("hello", "greet", 10.0), action("utter_greet"), action("action_listen")]
WRONG = [*begin(19.0), user("hello", "greet", 20.0), action("utter_goodbye"), action("action_listen")]
SAID = [
    *begin(29.0),
    user("howdy partner", "nlu_fallback", 30.0),
    action("action_default_fallback"),
    action("action_listen"),
]
GONE = [*begin(39.0), user("hello", "greet", 40.0), action("action_gone"), action("action_listen")]


class Desk:
    """A session and a review of the same bot."""

    def __init__(self, controller: Controller, settler: Settler) -> None:
        self.controller = controller
        self.settler = settler
        self.review = settler.review

    async def row(self, sender: str) -> int:
        page = self.review.conversations("worth", Filters())
        return next(row.id for row in page.rows if row.sender == sender)

    async def outcome(self, sender: str) -> tuple[str | None, str]:
        row = (await self.review.open(await self.row(sender))).row
        return row.decision, row.outcome

    def message(self, text: str) -> MessageRow:
        groups = self.review.inbox(0, 50).groups
        return next(message for group in groups for message in group.messages if message.text == text)

    def asked(self) -> list[str]:
        return [message.text for group in self.review.inbox(0, 50).groups for message in group.messages]

    def taught(self) -> list[tuple[str, str | None]]:
        return [(example.text, example.intent) for example in self.controller.timeline.examples()]


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    return await desk_of(tmp_path, ("ada", GREETED), ("bob", WRONG), ("eve", SAID), ("joe", GONE))


async def desk_of(tmp_path: Path, *conversations: tuple[str, list[dict[str, Any]]]) -> Desk:
    bot = bot_at(tmp_path)
    store = database(tmp_path / "tracker.db", *conversations)
    controller = open_session(SessionRequest(Sources(bot)))
    review = reviewer(bot, store)
    await review.begin()
    await review.finished()
    await review.rerank()
    return Desk(controller, Settler(controller, review))


async def test_right_as_it_is_is_a_story_of_the_session_and_never_asked_again(desk: Desk) -> None:
    view = await desk.review.open(await desk.row("ada"))
    assert await desk.settler.keep(view, "story") == "ada 1: story"
    assert await desk.outcome("ada") == ("right", "story")
    assert desk.taught() == [("hello", "greet")]
    assert desk.controller.unexported() == "1 story, 1 example"
    unseen = desk.review.conversations("worth", Filters(is_unseen=True)).rows
    assert "ada" not in [row.sender for row in unseen]


async def test_a_fallback_is_no_meaning_that_could_be_settled(desk: Desk) -> None:
    """That the bot was right to fall back does not tell what the user meant."""
    assert [group.guess for group in desk.review.inbox(0, 50).groups] != ["nlu_fallback"]
    await desk.settler.keep(await desk.review.open(await desk.row("eve")), "story")
    assert desk.taught() == []
    await desk.review.rerank()
    assert desk.asked() == ["howdy partner"]


async def test_undo_takes_it_back_in_both_and_redo_gives_it_again(desk: Desk) -> None:
    await desk.settler.keep(await desk.review.open(await desk.row("ada")), "test")
    desk.settler.undo()
    assert await desk.outcome("ada") == (None, "")
    assert desk.controller.unexported() is None
    desk.settler.redo()
    assert await desk.outcome("ada") == ("right", "test story")
    assert len(desk.controller.timeline.branches) == 2


async def test_undo_in_the_session_takes_the_decision_back_as_well(desk: Desk) -> None:
    await desk.settler.keep(await desk.review.open(await desk.row("ada")), "story")
    desk.controller.undo()
    assert await desk.outcome("ada") == (None, "")
    desk.controller.redo()
    assert await desk.outcome("ada") == ("right", "story")


async def test_what_the_bot_cannot_do_is_not_right_as_it_is_and_nothing_happens(desk: Desk) -> None:
    view = await desk.review.open(await desk.row("joe"))
    with pytest.raises(IllegalInput, match="no action 'action_gone'"):
        await desk.settler.keep(view, "story")
    assert await desk.outcome("joe") == (None, "")
    assert len(desk.controller.timeline.branches) == 1


async def test_a_message_that_is_confirmed_teaches_at_once_and_is_gone_from_the_inbox(desk: Desk) -> None:
    desk.settler.confirm([desk.message("howdy partner")], "greet")
    assert desk.taught() == [("howdy partner", "greet")]
    assert desk.asked() == []
    await desk.review.rerank()
    assert desk.asked() == []
    desk.settler.undo()
    assert desk.taught() == []
    await desk.review.rerank()
    assert desk.asked() == ["howdy partner"]
    desk.settler.set_aside([desk.message("howdy partner")])
    assert desk.taught() == []
    assert desk.asked() == []


async def test_a_new_intent_is_made_by_its_name_and_a_bad_one_refused(desk: Desk) -> None:
    message = desk.message("howdy partner")
    with pytest.raises(TrainerError, match="cannot be an intent"):
        desk.settler.confirm([message], "two words")
    assert desk.asked() == ["howdy partner"]
    desk.settler.confirm([message], "small_talk")
    assert desk.controller.timeline.state.domain.knows_intent("small_talk")


async def test_an_opened_conversation_is_decided_by_what_was_corrected(desk: Desk) -> None:
    await desk.settler.open(await desk.review.open(await desk.row("bob")))
    controller = desk.controller
    await controller.perform()
    assert desk.settler.opened is not None
    assert not desk.settler.opened.is_finished
    prompt = controller.view.prompt
    assert isinstance(prompt, ConfirmAction)
    # What the bot took the message for was right perhaps, but nobody has said so.
    assert desk.taught() == []
    controller.answer(ActionChosen("utter_greet"))
    await controller.perform()
    while not desk.settler.opened.is_finished:
        controller.answer(Confirmed())
        await controller.perform()
    assert desk.settler.opened.is_finished
    assert desk.settler.come_back() == "bob 1: corrected: 1 turn"
    assert await desk.outcome("bob") == ("right", "corrected: 1 turn")
    assert desk.settler.come_back() == ""


async def test_one_that_is_left_before_anything_was_corrected_is_not_decided(desk: Desk) -> None:
    await desk.settler.open(await desk.review.open(await desk.row("bob")))
    assert desk.settler.come_back() == "bob 1: left at message 1 of 1; nothing was decided"
    assert await desk.outcome("bob") == (None, "")


async def test_one_that_is_left_while_an_action_is_asked_about_is_not_decided(desk: Desk) -> None:
    await desk.settler.open(await desk.review.open(await desk.row("bob")))
    await desk.controller.perform()
    assert isinstance(desk.controller.view.prompt, ConfirmAction)
    assert desk.settler.come_back() == "bob 1: left at message 1 of 1; nothing was decided"
    assert await desk.outcome("bob") == (None, "")


async def test_what_a_correction_in_a_conversation_settled_is_not_asked_in_the_inbox(tmp_path: Path) -> None:
    said = [*begin(9.0), user("howdy partner", "goodbye", 10.0), action("utter_goodbye"), action("action_listen")]
    desk = await desk_of(tmp_path, ("eve", said))
    assert "howdy partner" in desk.asked()
    await desk.settler.open(await desk.review.open(await desk.row("eve")))
    controller, settler = desk.controller, desk.settler
    await controller.perform()
    if isinstance(controller.view.prompt, ConfirmIntent):
        controller.answer(IntentChosen("greet"))
        await controller.perform()
    while not (settler.opened and settler.opened.is_finished):
        controller.answer(Confirmed())
        await controller.perform()
    settler.come_back()
    await desk.review.rerank()
    assert "howdy partner" not in desk.asked()
    settler.undo()
    await desk.review.rerank()
    assert "howdy partner" in desk.asked()
