"""What is said beside the question: one at a time, in a place of its own."""

from __future__ import annotations

from collections.abc import Callable

from tests.ui.fake_controller import CONFIRM, REVIEW, FakeController
from tests.ui.trainer import at_the_desk
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.notices import Notice, Notices
from trainer_tui.ui.widgets.notice_line import NoticeLine


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.shown: list[str | None] = []
        self.waiting: list[Callable[[], None]] = []

    def show(self, notice: Notice | None) -> None:
        self.shown.append(notice and notice.text)

    def wait(self, seconds: float, then: Callable[[], None]) -> None:
        self.waiting.append(then)

    def runs_out(self) -> None:
        for then in self.waiting[:]:
            self.waiting.remove(then)
            then()


def test_a_notice_gives_way_to_the_next_and_a_bad_one_stays_its_time() -> None:
    clock = Clock()
    notices = Notices(clock.show, clock.wait)
    for notice in (Notice("one"), Notice("two"), Notice("bad", True), Notice("bad", True), Notice("after")):
        notices.say(notice)
    assert clock.shown == ["one", "two", "bad"]
    clock.runs_out()
    clock.runs_out()
    assert clock.shown[3:] == ["after", None]


def test_what_is_of_no_use_any_more_is_said_no_longer() -> None:
    clock = Clock()
    notices = Notices(clock.show, clock.wait)
    for notice in (Notice("bad", True), Notice("worse", True), Notice("good")):
        notices.say(notice)
    notices.take_back(Notice("worse", True))
    notices.take_back(Notice("nobody said this", True))
    notices.take_back(Notice("bad", True))
    clock.runs_out()
    assert clock.shown == ["bad", "good", None]


async def test_a_notice_covers_nothing_and_is_seen_over_a_sheet_too() -> None:
    controller = FakeController(CONFIRM)
    controller.review = REVIEW
    app = TrainerApp(controller, said_after=0.0, moment=0.0)
    async with at_the_desk(app, (80, 24)) as trainer:
        app.desk.say("a word that is long enough for a second row, as it goes on and on until the row is full")
        await trainer.sees("a word that is long", "row is full", "correct?", "enter answer", "f6 stories")
        place = app.main.query_one(NoticeLine).region
        assert not any(place.overlaps(pane.region) for pane in (*app.main.panes, app.main.prompt_bar))
        await trainer.presses("ctrl+s")
        await trainer.does_not_see("a word that is long enough")  # what was said of the session is not of the sheet
        app.desk.say("a zebra")
        await trainer.sees("a zebra", "write all")
        app.desk.notices.dismiss()
        await trainer.does_not_see("a zebra")
