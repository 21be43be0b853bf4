"""Who does otherwise than an answer, and every way out of it: the answer, the story, what tells them apart, a rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import ChooseAction, ConfirmAction
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.others import Others


async def hello_is_answered_with_goodbye(trainer: Trainer) -> None:
    """Against five stories of the bot."""
    await trainer.controller.finish_learning()
    await trainer.says("/hello")
    await trainer.is_asked(ConfirmAction, "utter_greet")
    await trainer.answers("n")
    await trainer.says("utter_goodbye")


async def test_who_does_otherwise_is_told_and_the_answer_is_changed(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await hello_is_answered_with_goodbye(trainer)
        [told] = [notice for notice in trainer.told if notice.startswith("But ")]
        assert told == 'But 6 stories do utter_greet here: story "hello" (data/stories.md:6) …; w opens the ways out.'
        await trainer.is_asked(ConfirmAction)
        # The key that was named tells of the answer, below what is asked by now; the conversation of any action.
        await trainer.presses("w")
        assert isinstance(trainer.app.screen, Others)
        await trainer.sees("with yes: action_listen, nobody else", "your answer: utter_goodbye, nobody else")
        await trainer.presses("escape", "f3", "end", "w")
        assert isinstance(trainer.app.screen, Others)
        await trainer.does_not_see("with yes: ")
        await trainer.sees("your answer: utter_goodbye, nobody else", "otherwise: utter_greet, 6 stories")
        await trainer.sees('story "hello and goodbye" (data/stories.md:10)', "what would tell them apart")
        await trainer.presses("t")
        assert trainer.notices == ["All that went before is the same on both sides."]
        # What is refused next is said in its place, and no longer than the sheet is open.
        await trainer.presses("r")
        [told] = trainer.notices
        assert "this project's Rasa has no rules" in told
        await trainer.presses("escape")
        assert not trainer.notices
        await trainer.controller.finish_watching()
        await trainer.sees("-6 wrong ctrl+k")
        await trainer.presses("ctrl+k")
        await trainer.sees("wrong now: wanted utter_greet, got utter_goodbye: 6", 'story "hello" (data/stories.md:6)')
        await trainer.presses("escape", "w", "a")
        prompt = await trainer.is_asked(ChooseAction)
        assert prompt.prediction.action == "utter_greet"
        await trainer.controller.finish_watching()
        await trainer.does_not_see("wrong ctrl+k")


async def test_a_story_is_changed_by_an_edit_that_is_looked_at_first(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    before = stories.read_text(encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await hello_is_answered_with_goodbye(trainer)
        await trainer.presses("f3", "end", "w", "down", "s")
        assert isinstance(trainer.app.screen, Export)
        await trainer.sees("export ─ 1 file, 1 part", "-    - utter_greet", "+    - utter_goodbye")
        assert stories.read_text(encoding="utf-8") == before
        await trainer.presses("enter")
        lines = before.split("\n")
        assert lines[9] == "    - utter_greet"
        lines[9] = "    - utter_goodbye"
        assert stories.read_text(encoding="utf-8") == "\n".join(lines)
        # The story does as the answer by now: it is told so, and broken no more.
        await trainer.controller.finish_learning()
        await trainer.sees("+1 right -5 wrong ctrl+k")
        await trainer.presses("f3", "end", "w")
        await trainer.sees("your answer: utter_goodbye, 1 story", "otherwise: utter_greet, 5 stories")
