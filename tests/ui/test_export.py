"""The export review: what would be written, changed before it is, and written into the project's own files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.ui.conftest import Teaching
from tests.ui.fake_controller import CONFIRM, REVIEW, FakeController
from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.export.review import ExportReview, Reviewing
from trainer_tui.progress import Progress
from trainer_tui.session.protocol import AskMessage
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens.export import Export


async def teach(trainer: Trainer) -> None:
    """A conversation that the stories do not hold: goodbye is answered with a greeting."""
    await trainer.says("/goodbye")
    await trainer.answers("n")
    await trainer.says("utter_greet")
    while not isinstance(trainer.view.prompt, AskMessage):
        await trainer.answers("n")
        await trainer.says("action_listen")


async def test_stories_are_written_into_the_projects_file_and_teaching_goes_on(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    before = stories.read_text(encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+s")
        await trainer.sees("export ─", "stories.md", "+* goodbye", "write all")
        assert stories.read_text(encoding="utf-8") == before
        await trainer.presses("enter")
        await trainer.sees(AskMessage)
        assert [notice for notice in trainer.told if notice.startswith("Wrote")] == [
            "Wrote 1 story to data/stories.md."
        ]
        after = stories.read_text(encoding="utf-8")
        assert after.startswith(before)
        assert "utter_greet" in after.removeprefix(before)
        # What is written is off from then on.
        await trainer.presses("ctrl+s")
        await trainer.sees("(left out: exported already)")
    # And it reads again.
    async with teaching("concertbot", "--conversation-id", "other") as trainer:
        assert not [warning for warning in trainer.view.status.warnings if warning.is_error]


async def test_a_part_is_left_out_renamed_and_edited(teaching: Teaching, copy_of: Callable[[str], Path]) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    before = stories.read_text(encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+s", "space")
        await trainer.sees("left out", "export ─ 0 files")
        await trainer.presses("enter")
        assert "There is nothing to write." in trainer.told
        await trainer.presses("space", "r")
        await trainer.sees("name of the story")
        assert trainer.field == "goodbye"
        await trainer.presses("ctrl+u")
        await trainer.says("a greeting instead")
        await trainer.sees("a greeting instead")
        await trainer.presses("E")
        await trainer.sees("edit ─ data/stories.md", "ctrl+s keeps it")
        await trainer.types("x")
        await trainer.presses("escape")
        await trainer.sees("edit ─ data/stories.md", "esc once more throws the change away")
        await trainer.presses("escape")
        await trainer.does_not_see("edit ─")
        await trainer.presses("enter")
        assert "## a greeting instead" in stories.read_text(encoding="utf-8").removeprefix(before)


async def test_a_file_that_changed_meanwhile_is_planned_anew_and_said(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+s")
        pulled = stories.read_text(encoding="utf-8") + "\n## pulled\n* hello\n    - utter_greet\n"
        stories.write_text(pulled, encoding="utf-8")
        await trainer.presses("enter")
        await trainer.sees("changed meanwhile", "export ─")
        assert stories.read_text(encoding="utf-8") == pulled
        await trainer.presses("enter")
        await trainer.sees(AskMessage)
        assert stories.read_text(encoding="utf-8").startswith(pulled)


async def test_one_exchange_is_written_as_a_rule(teaching: Teaching, copy_of: Callable[[str], Path]) -> None:
    rules = copy_of("moodbot") / "data" / "rules.yml"
    before = rules.read_text(encoding="utf-8")
    async with teaching("moodbot") as trainer:
        await trainer.says("/mood_great")
        await trainer.answers("n")
        await trainer.says("utter_goodbye")
        await trainer.answers("n")
        await trainer.says("action_listen")
        await trainer.presses("ctrl+s", "w")
        await trainer.sees("write it as")
        await trainer.presses("down", "enter")
        await trainer.sees('rule "mood great"')
        await trainer.presses("enter")
        await trainer.sees(AskMessage)
    added = rules.read_text(encoding="utf-8").removeprefix(before)
    assert "- rule: mood great" in added and "utter_goodbye" in added


async def test_a_story_that_goes_against_a_rule_is_told_so_to_the_end(teaching: Teaching) -> None:
    async with teaching("formbot", size=(80, 24)) as trainer:
        await trainer.says("/chitchat")
        await trainer.answers("n")
        await trainer.says("utter_greet")
        while not isinstance(trainer.view.prompt, AskMessage):
            await trainer.answers("n")
            await trainer.says("action_listen")
        await trainer.presses("ctrl+s")
        await trainer.sees("runs utter_greet, but rule", "(data/rules.yml:30)")


async def test_escape_writes_nothing(teaching: Teaching, copy_of: Callable[[str], Path]) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    before = stories.read_bytes()
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+s", "escape")
        await trainer.sees(AskMessage)
    assert stories.read_bytes() == before


async def test_export_and_quit_quits_once_it_is_written(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+c", "x")
        assert isinstance(trainer.app.screen, Export)
        await trainer.presses("enter")
    assert trainer.app.return_code == 0


async def test_a_target_that_cannot_be_written_is_said_and_nothing_is_lost(teaching: Teaching, tmp_path: Path) -> None:
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.presses("ctrl+s", "t", "ctrl+u")
        await trainer.says("stories.txt")
        # Refused where it was typed, or at the writing: never a crash, and the part is still there.
        await trainer.presses("escape")
        assert trainer.app.controller.unexported() is not None


class Slow(FakeController):
    """Its review is made when somebody says so, as one of thousands of stories."""

    def __init__(self) -> None:
        super().__init__(CONFIRM)
        self.review = REVIEW
        self.may_end = asyncio.Event()
        self.stopped = 0

    def export_review(self, is_removing: bool = False) -> Reviewing:
        async def work(tell: Progress) -> ExportReview:
            tell("comparing with the stories", 0.25)
            try:
                await self.may_end.wait()
            except asyncio.CancelledError:
                self.stopped += 1
                raise
            return self.review

        return work


async def test_a_review_that_takes_a_while_tells_how_far_it_is_and_is_stopped() -> None:
    controller = Slow()
    async with at_the_desk(TrainerApp(controller, said_after=0.0, moment=0.0), (80, 24)) as trainer:
        await trainer.presses_meanwhile("ctrl+s")
        while "comparing with the stories" not in trainer.text:
            await trainer.pilot.pause()
        assert "25 %" in trainer.text and "esc stops" in trainer.text
        # Nothing is written that nobody has seen.
        await trainer.presses_meanwhile("enter")
        assert "What would be written is not known yet." in trainer.text and not controller.given
        await trainer.presses("escape")
        await trainer.does_not_see("export ─")
        assert controller.stopped == 1
        await trainer.presses_meanwhile("ctrl+s")
        controller.may_end.set()
        await trainer.sees("export ─ 2 files", "write all")
        await trainer.does_not_see("comparing")


async def test_keys_that_come_with_the_one_that_opens_it_wait_for_the_review(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    before = stories.read_text(encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await teach(trainer)
        await trainer.pilot.press("ctrl+s", "enter")
        await trainer.settles()
        assert "Wrote 1 story to data/stories.md." in trainer.told
        assert stories.read_text(encoding="utf-8") != before
