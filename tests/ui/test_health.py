"""What in the data is doubtful, found beside the session; what an edit mends is written after a look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Teaching
from trainer_tui.asking.health import Findings
from trainer_tui.errors import TrainerError
from trainer_tui.progress import Progress
from trainer_tui.session.protocol import AskMessage
from trainer_tui.ui.screens.export import Export


async def test_a_doubtful_example_is_mended_in_one_of_several_ways(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    bot = copy_of("moodbot")
    stories, nlu = bot / "data" / "stories.yml", bot / "data" / "nlu.yml"
    before = nlu.read_text(encoding="utf-8")
    lines = before.split("\n")
    place = next(number for number, line in enumerate(lines) if line.strip() == "- goodbye")
    greeting = next(line for line in lines if line.strip() == "- hello")
    lines.insert(place, greeting)
    nlu.write_text("\n".join(lines), encoding="utf-8")
    told = stories.read_text(encoding="utf-8")
    async with teaching("moodbot") as trainer:
        await trainer.presses("f8", "h")
        await trainer.sees("near-same examples of two intents: 1", f"nlu.yml:{place + 1}", "'hello'")
        await trainer.presses("m")
        await trainer.sees(
            f"(data/nlu.yml:{place + 1})", "take it out of greet (data/nlu.yml:", "take it out of goodbye"
        )
        await trainer.presses("enter")
        assert isinstance(trainer.app.screen, Export)
        await trainer.sees("export ─ 1 file, 1 part", "example 'hello' out")
        await trainer.presses("enter")
        assert nlu.read_text(encoding="utf-8") == before
        assert stories.read_text(encoding="utf-8") == told
        # The list is still there, without what is mended.
        await trainer.sees("what in the data is doubtful")
        await trainer.does_not_see("near-same examples of two intents")


async def test_after_an_edit_all_is_looked_for_anew_and_names_the_lines_as_they_are_by_now(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    """Two greetings stand among the goodbyes; with the first one gone, the other stands a line higher."""
    nlu = copy_of("moodbot") / "data" / "nlu.yml"
    lines = nlu.read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines, 1) if line.strip() == "- goodbye")
    lines[place:place] = ["    - hello", "    - good morning"]
    nlu.write_text("\n".join(lines), encoding="utf-8")
    async with teaching("moodbot") as trainer:
        await trainer.presses("f8", "h")
        await trainer.sees("near-same examples of two intents: 2", f"nlu.yml:{place + 1}", f"nlu.yml:{place + 2}")
        await trainer.presses("m", "enter")
        await trainer.sees("example 'hello' out")
        await trainer.presses("enter")
        await trainer.sees("near-same examples of two intents: 1", f"nlu.yml:{place + 1}: 'good morning'")
        # What is changed in an editor meanwhile counts as well.
        nlu.write_text(nlu.read_text(encoding="utf-8").replace("    - good morning\n", "", 1), encoding="utf-8")
        await trainer.presses("escape", "h")
        await trainer.does_not_see("near-same examples of two intents")


async def test_a_rule_that_nothing_meets_is_met_once_its_test_story_is_written(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    tests = copy_of("moodbot") / "tests" / "test_stories.yml"
    async with teaching("moodbot") as trainer:
        await trainer.says("hello")
        await trainer.answers("y")
        await trainer.presses("a")
        await trainer.presses("f8", "h")
        await trainer.sees("rules that no story meets: 2", "'Say goodbye whenever the user does' is met by no story")
        await trainer.presses("m")
        await trainer.sees('+ test story "Say goodbye whenever the user does"', "+    intent: goodbye")
        await trainer.presses("enter")
        await trainer.sees("rules that no story meets: 1")
        await trainer.does_not_see("'Say goodbye whenever the user does'", "looking again")
    assert "  - action: utter_goodbye" in tests.read_text(encoding="utf-8").split("\n")


async def test_why_the_data_cannot_be_judged_is_said_where_it_was_asked(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(insight: object, tell: object) -> Findings:
        raise TrainerError("the data cannot be judged", hint="Mend data/nlu.yml first.")

    monkeypatch.setattr("trainer_tui.runtime.insights.Insights.health", fails)
    async with teaching("moodbot") as trainer:
        await trainer.presses("f8", "h")
        await trainer.sees("the data cannot be judged. Mend data/nlu.yml first.")
        await trainer.presses("escape")
        await trainer.sees(AskMessage)


async def test_how_far_it_is_stands_there_and_whoever_leaves_stops_it(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = asyncio.Event()

    async def works(insight: object, tell: Progress) -> Findings:
        tell("judging by the others", 0.3)
        try:
            return await asyncio.Future()
        finally:
            stopped.set()

    monkeypatch.setattr("trainer_tui.runtime.insights.Insights.health", works)
    async with teaching("moodbot") as trainer:
        await trainer.presses("f8")
        await trainer.presses_meanwhile("h")
        while "30 %" not in trainer.text:
            await trainer.pilot.pause()
        assert "judging by the others ━━━······· 30 %, about" in trainer.text
        assert "s more · esc stops" in trainer.text
        await trainer.presses("escape")
        await trainer.sees(AskMessage)
        assert stopped.is_set()
