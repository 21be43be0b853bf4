"""Actions that nobody has written yet: their results are given by hand, offered again, and become Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.walk import walking
from trainer_tui import cli
from trainer_tui.formats.event_notation import format_events, parse_events
from trainer_tui.session.protocol import (
    ActionNamed,
    AskAfterFailure,
    NewNameRequested,
    ResultStubbed,
    RunAction,
    StubRequested,
    StubResult,
)

TYPED = 'Two places are left.\nslot{"venues": ["Harbour Hall"]}'


async def teach_an_action_that_does_not_exist(bot: Path, folder: Path) -> None:
    async with walking(bot, folder, with_actions=False) as walk:
        await walk.say("/search_venues")
        await walk.answer(NewNameRequested())
        await walk.answer(ActionNamed("action_count_places"))
        failure = walk.prompt
        assert isinstance(failure, AskAfterFailure) and isinstance(failure.effect, RunAction)
        assert failure.title == "the action server does not answer"
        await walk.answer(StubRequested())
        assert walk.prompt == StubResult(failure.effect)
        await walk.answer(ResultStubbed(parse_events(TYPED)))
        assert walk.said() == ["Two places are left."]
        assert walk.slots["venues"] == ["Harbour Hall"]

        walk.controller.undo()
        again = walk.prompt
        assert isinstance(again, StubResult)
        await walk.answer(ResultStubbed(parse_events(TYPED)))


async def test_a_stubbed_result_is_as_good_as_a_real_one_and_becomes_python(
    sample_bots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await teach_an_action_that_does_not_exist(sample_bots / "concertbot", tmp_path)
    folder = str(tmp_path / "concertbot")
    for arguments in ([], ["session-1"]):
        assert cli.main(["actions", folder, "--sketch", *arguments]) == 0
        source = capsys.readouterr().out
        compile(source, "actions.py", "exec")
        assert "class ActionCountPlaces(Action):" in source
        assert "dispatcher.utter_message(text='Two places are left.')" in source
        assert "return [SlotSet('venues', ['Harbour Hall'])]" in source


async def test_what_was_given_is_offered_the_next_time(sample_bots: Path, tmp_path: Path) -> None:
    async with walking(sample_bots / "concertbot", tmp_path, with_actions=False) as walk:
        for suggestion in ("", TYPED):
            await (await walk.say("/search_concerts")).fail("action_search_concerts")
            await walk.answer(StubRequested())
            assert isinstance(walk.prompt, StubResult)
            assert format_events(walk.prompt.suggestion) == suggestion
            await walk.answer(ResultStubbed(parse_events(TYPED)))
            walk.controller.start_fresh()


def test_without_a_session_or_a_result_it_says_so(
    sample_bots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(sample_bots / "concertbot")
    assert cli.main(["actions", folder, "--sketch", "--state-dir", str(tmp_path)]) == 1
    assert "there is no session yet" in capsys.readouterr().err


async def test_the_turn_of_a_form_becomes_no_python(
    sample_bots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with walking(sample_bots / "formbot", tmp_path, with_actions=False) as walk:
        await (await walk.say("/request_restaurant")).fail("restaurant_form")
        await walk.answer(StubRequested())
        assert isinstance(walk.prompt, StubResult)
        await walk.answer(ResultStubbed(walk.prompt.suggestion))
    assert cli.main(["actions", str(tmp_path / "formbot"), "--sketch"]) == 1
    assert "no result of a custom action was given by hand in session-1" in capsys.readouterr().err
