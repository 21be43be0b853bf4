"""The desk of real conversations on the screen: what stands there, what each key settles, and what it costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.ui.fake_controller import CONFIRM, FakeController
from tests.ui.fake_review import AT, FakeReview, FakeSettling
from tests.ui.test_look import Golden
from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.core.events import Entity
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens import review as review_module
from trainer_tui.ui.screens.inbox import Inbox
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.screens.review import Conversations, Steps
from trainer_tui.ui.widgets.paged import PagedRows

SIZES = ((80, 24), (120, 40))


class Noon(datetime):
    """The clock of the day that the conversations are of."""

    @classmethod
    def now(cls, tz: Any = None) -> Noon:
        return cls.fromtimestamp(AT)


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(review_module, "datetime", Noon)


def an_app(review: FakeReview | None = None) -> tuple[TrainerApp, FakeSettling]:
    settling = FakeSettling(review or FakeReview())
    return TrainerApp(FakeController(CONFIRM), settling=settling, said_after=0.0, moment=0.0), settling


def steps(trainer: Trainer) -> Steps:
    return trainer.app.screen.query_one(Steps)


def rows(trainer: Trainer) -> PagedRows[Any]:
    return trainer.app.screen.query_one(PagedRows)


@pytest.mark.parametrize("size", SIZES)
async def test_the_conversations_are_listed_with_the_one_under_the_cursor(
    size: tuple[int, int], golden: Golden
) -> None:
    app, _ = an_app()
    async with at_the_desk(app, size) as trainer:
        await trainer.presses("down")
        golden(f"conversations_{size[0]}x{size[1]}.txt", trainer.text)


@pytest.mark.parametrize("size", SIZES)
async def test_the_messages_are_grouped_with_what_they_may_mean(size: tuple[int, int], golden: Golden) -> None:
    app, _ = an_app()
    async with at_the_desk(app, size) as trainer:
        await trainer.presses("m")
        golden(f"messages_{size[0]}x{size[1]}.txt", trainer.text)


async def test_each_decision_is_one_key() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        for key in ("y", "t", "x", "l", "o"):
            await trainer.presses("down", key)
        assert settling.done == [
            ("keep", 1, "story"),
            ("keep", 2, "test"),
            ("decide", 3, "skip"),
            ("decide", 4, "later"),
            ("open", 5),
        ]
        assert isinstance(app.screen, MainScreen)
        await trainer.presses("f12")
        assert isinstance(app.screen, Conversations)
        assert rows(trainer).cursor == 5


async def test_a_step_is_flagged_and_a_conversation_tagged() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("tab", "up", "f", "a")
        await trainer.says("refunds")
        assert settling.done == [("flag", 0, 10), ("tag", 0, "refunds")]


async def test_the_session_before_of_a_user_is_one_key_away() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("b")
        await trainer.sees("message 0 of user-1")
        await trainer.presses("y")
        assert settling.done == [("keep", 1, "story")]


async def test_orders_and_filters_are_asked_of_the_review_and_bad_ones_refused_where_they_are_typed() -> None:
    review = FakeReview()
    app, _ = an_app(review)
    async with at_the_desk(app) as trainer:
        await trainer.presses("r")
        assert review.asked[-1][0] == "newest"
        await trainer.presses("slash", "ctrl+u")
        await trainer.says("intent:great")
        await trainer.sees("no conversation has the intent 'great'", "greet")
        await trainer.presses("ctrl+u")
        await trainer.says("intent:greet since:2026-09-01 money")
        _, filters = review.asked[-1]
        assert (filters.intent, filters.text, filters.is_unseen) == ("greet", "money", False)
        await trainer.sees("shown: intent:greet since:2026-09-01 money", "the newest first")


async def test_a_conversation_of_5000_turns_opens_at_its_end_and_loads_upwards() -> None:
    app, _ = an_app(FakeReview(turns=5000))
    async with at_the_desk(app) as trainer:
        await trainer.sees("message 4999 of user-0")
        assert steps(trainer).row_count() == 200
        await trainer.presses("tab", "home")
        assert steps(trainer).row_count() == 400
        shown = steps(trainer).current
        assert shown is not None
        assert shown.index == 20_000 - 200
        await trainer.presses("pageup", "pageup")
        assert steps(trainer).current.index < 20_000 - 200  # type: ignore[union-attr]


async def test_what_comes_while_one_looks_does_not_move_the_row_under_the_cursor() -> None:
    review = FakeReview()
    app, _ = an_app(review)
    async with at_the_desk(app, (120, 24)) as trainer:
        await trainer.presses(*["down"] * 25)
        line = rows(trainer).cursor - rows(trainer).scroll_offset.y
        review.gone |= {0, 1, 2}
        for listener in review._listeners:
            listener()
        await trainer.settles()
        assert rows(trainer).item(rows(trainer).cursor).id == 25  # type: ignore[union-attr]
        assert rows(trainer).cursor - rows(trainer).scroll_offset.y == line


async def test_a_message_takes_one_key_and_a_group_two() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("m")
        assert isinstance(app.screen, Inbox)
        await trainer.presses("enter", "enter")
        assert settling.done == [("confirm", [1, 2, 3], "ask_refund", {})]
        await trainer.presses("enter")
        assert settling.done[-1] == ("confirm", [4], "book", {})
        await trainer.presses("enter")
        assert "The model has no guess here: choose the intent." in trainer.told
        await trainer.presses("2")
        assert settling.done[-1] == ("confirm", [5], "book", {})
        await trainer.sees("0 messages in 0 groups")


async def test_what_is_ranked_anew_does_not_move_the_group_under_the_cursor() -> None:
    review = FakeReview()
    app, _ = an_app(review)
    async with at_the_desk(app) as trainer:
        await trainer.presses("m", "down")
        group = rows(trainer).current
        review.gone |= {-1, -2, -3}
        for listener in review._listeners:
            listener()
        await trainer.settles()
        assert rows(trainer).current == group
        await trainer.presses("enter")
        assert rows(trainer).cursor == 0, "what came behind takes its place"


async def test_another_intent_is_a_digit_or_found_by_name_or_new() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("m", "y")
        assert settling.done == [("confirm", [1], "ask_refund", {})]
        await trainer.presses("i")
        await trainer.types("bye")
        await trainer.presses("ctrl+u")
        await trainer.types("good")
        await trainer.presses("enter")
        assert settling.done[-1] == ("confirm", [2], "goodbye", {})
        await trainer.presses("i")
        await trainer.types("complain")
        await trainer.presses("ctrl+n")
        assert settling.done[-1] == ("confirm", [3], "complain", {})


async def test_many_are_marked_and_settled_at_once() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("m", "space", "space", "x")
        assert settling.done == [("set aside", [1, 2, 3, 4])]


async def test_entities_are_marked_in_their_notation() -> None:
    app, settling = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("m", "down", "t")
        await trainer.sees("table in [Oslo](city)")
        await trainer.presses("ctrl+u")
        await trainer.says("[table](what) in Oslo")
        assert settling.done == [("confirm", [4], "book", {4: (Entity("what", "table", 0, 5),)})]


async def test_escape_leads_to_the_session_and_f12_back_to_where_one_was() -> None:
    app, _ = an_app()
    async with at_the_desk(app) as trainer:
        await trainer.presses("m", "escape")
        assert isinstance(app.screen, MainScreen)
        await trainer.presses("f12")
        assert isinstance(app.screen, Inbox)
        await trainer.presses("m")
        assert isinstance(app.screen, Conversations)


async def test_of_100000_conversations_only_those_in_sight_are_asked_for() -> None:
    review = FakeReview(rows=100_000)
    app, _ = an_app(review)
    async with at_the_desk(app) as trainer:
        review.asked.clear()
        await trainer.presses("end")
        await trainer.sees("user-99999")
        assert len(review.asked) <= 4
        review.asked.clear()
        await trainer.presses("up", "up", "pageup")
        assert len(review.asked) <= 2
