"""The map in the stories pane: arrows from node to node, what stands there, beginning and forking from it, the page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.ui.conftest import Teaching
from trainer_tui.asking.story_map import LEGEND, StoryMap
from trainer_tui.insight.drawing import _HEAVY, _LIGHT
from trainer_tui.session.protocol import AskMessage, ConfirmAction
from trainer_tui.ui.widgets.painted import _AS_ASCII
from trainer_tui.ui.widgets.story_graph import Stories


async def test_the_map_follows_the_conversation_and_leads_into_stories(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with teaching("concertbot", size=(160, 50)) as trainer:
        await trainer.controller.finish_learning()
        await trainer.presses("f6", "m")
        await trainer.sees("START", "⟦?⟧ ◀", "search_concerts")
        await trainer.presses("f2")
        await trainer.says("/hello")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("┃ hello", "[utter_greet]○ 100% ×6")
        await trainer.presses("f6", "down", "enter")
        await trainer.sees("6 stories", "hello and goodbye  data/stories.md:8", "nobody taught or tested this")
        # From there to the story in the editor, or into it.
        await trainer.presses("slash")
        await trainer.types("and goodbye")
        await trainer.presses("enter", "b")
        assert "From the story 'hello and goodbye' (data/stories.md:8), on a branch of its own." in trainer.told
        assert len(trainer.view.branches) == 2
        await trainer.presses("ctrl+z", "f2", "enter", "enter")
        await trainer.sees(AskMessage, "⟦utter_greet⟧ ×6")
        # Found by what is said; left and right go along a layer.
        await trainer.presses("f6", "slash")
        await trainer.says("goodbye")
        await trainer.presses("enter")
        await trainer.sees("goodbye ▸ utter_goodbye", "a story ends here")
        await trainer.presses("escape")
        # The place stays marked when a notice goes and the pane is taller again, and where it is wider.
        await trainer.pilot.resize_terminal(160, 46)
        await trainer.pilot.resize_terminal(150, 46)
        await trainer.presses("left", "up", "up", "f")
        await trainer.sees(AskMessage)
        branches = len(trainer.view.branches)
        assert branches == 2, "forked before the message of that turn"
        # The likeliest branch that nobody went along is begun at once.
        await trainer.presses("f6", "u")
        assert any("on a branch of its own." in notice for notice in trainer.told)
        assert len(trainer.view.branches) == branches + 1
        shown = tmp_path / "shown"
        browser = tmp_path / "browser"
        browser.write_text(f"#!{sys.executable}\nimport sys\nopen({str(shown)!r}, 'w').write(sys.argv[1])\n")
        browser.chmod(0o755)
        monkeypatch.setenv("BROWSER", str(browser))
        await trainer.presses("f6", "v")
        assert any("stories.html is written, and shown" in notice for notice in trainer.told), trainer.told
        page = tmp_path / "concertbot" / ".trainer" / "stories.html"
        assert "hello and goodbye" in page.read_text(encoding="utf-8")


def test_all_that_the_map_draws_has_an_ascii_sign() -> None:
    drawn = {*_LIGHT.values(), *_HEAVY.values(), *"⟦⟧", *LEGEND}
    assert [sign for sign in drawn if not sign.translate(_AS_ASCII).isascii()] == []


async def test_the_turn_that_is_under_way_is_forked_from_as_the_turns_before_it_are(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(160, 50)) as trainer:
        await trainer.says("/hello")
        await trainer.presses("a")
        await trainer.says("/goodbye")
        await trainer.is_asked(ConfirmAction, "utter_goodbye")
        await trainer.presses("f6", "m", "f")
        await trainer.sees(AskMessage)
        assert [entry.text for entry in trainer.history if entry.kind == "message"] == ["/hello"]
        await trainer.presses("f2")
        await trainer.says("/goodbye")
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("f6", "up", "f")
        await trainer.sees(AskMessage)
        assert not trainer.history


async def test_the_map_is_drawn_for_the_width_that_its_pane_has_by_now(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot", size=(160, 50)) as trainer:
        await trainer.controller.finish_learning()
        await trainer.presses("f6", "m")
        stories, insight = trainer.app.main.query_one(Stories), trainer.controller.insight
        drawn_for: list[int] = []
        story_map = insight.story_map

        def noted(width: int) -> StoryMap:
            drawn_for.append(width)
            return story_map(width)

        monkeypatch.setattr(insight, "story_map", noted)
        for columns in (90, 150):
            before = stories.size
            await trainer.pilot.resize_terminal(columns, 50)
            while stories.size == before:
                await trainer.pilot.pause()
            await trainer.settles()
            assert drawn_for[-1:] == [stories.row_width]
