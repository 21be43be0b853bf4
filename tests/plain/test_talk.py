"""`trainer-tui shell`: a talk in which nothing is asked and nothing taught, and a session that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.walks.walking import Script, copy_of, opened, played
from trainer_tui.cli import main
from trainer_tui.plain.talk import Talk
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.session.protocol import AskMessage


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path, kept_models: Callable[[Path], None]) -> Path:
    bot = copy_of(sample_bots / "moodbot", tmp_path)
    kept_models(bot)
    return bot


def talked(bot: Path, *lines: str, code: int = 0) -> tuple[str, Controller]:
    """What was said, and the talk as it was left."""
    controller = open_session(SessionRequest(Sources(bot), is_talk=True))
    script = Script("\n".join(lines), "talk", {})
    assert Talk(controller, script, script.out, script.err).run() == code
    controller.close()
    return script.out.getvalue(), controller


def test_only_messages_are_asked_for_and_only_words_are_told(bot: Path) -> None:
    said, _ = talked(bot, "hello", ":# > bot says: Hi there!", ":undo", ":# > Undone", ":quit")
    assert "intent" not in said.partition("Your message:")[2]
    assert "bot runs" not in said


def test_nothing_is_taught(bot: Path) -> None:
    _, controller = talked(bot, "hello", "/mood_unhappy")
    assert [entry.text for entry in controller.view.history if entry.kind == "message"] == ["hello", "/mood_unhappy"]
    assert controller.view.status.model == talked(bot)[1].view.status.model
    again = opened(bot)
    assert (again.view.offer, again.view.branches[0].messages) == (None, ())
    again.close()


def test_what_the_bot_cannot_know_leads_nowhere_and_is_said(bot: Path) -> None:
    _, controller = talked(bot, "/greet", "/no_such_intent", ":# ! the bot does not know what that means", ":quit")
    assert [entry.text for entry in controller.view.history if entry.kind == "message"] == ["/greet"]


def test_an_action_that_fails_is_said_and_the_message_taken_back(bot: Path) -> None:
    (bot / "domain.yml").write_text((bot / "domain.yml").read_text() + "\nactions:\n- action_look\n")
    stories = bot / "data" / "stories.yml"
    stories.write_text(stories.read_text().replace("action: utter_greet", "action: action_look"))
    _, controller = talked(bot, "/greet", ":# ! no action server is set up", ":# > Your message:", ":quit")
    assert isinstance(controller.view.prompt, AskMessage)
    assert not controller.view.history


def test_a_bot_that_never_listens_is_made_to(bot: Path) -> None:
    (bot / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n")
    told = "version: '3.1'\nstories:\n- story: on and on\n  steps:\n  - intent: greet\n"
    (bot / "data" / "stories.yml").write_text(told + "  - action: utter_happy\n" * 15)
    said, _ = talked(bot, "/greet", ":# ! The bot did 10 things and would not listen", ":# > Your message:", ":quit")
    assert said.count("bot says:") == 10


def test_a_command_that_teaches_is_refused(bot: Path) -> None:
    talked(bot, ":export", ":# ! there is no command :export in a talk", ":help", ":# > :undo", ":quit")


def test_what_the_bot_took_a_message_for_is_no_example_until_that_is_confirmed(bot: Path) -> None:
    talked(bot, "bye", ":# > bot says: Take care, bye!", ":quit")[1].close()
    session = opened(bot, "--from", "talk-1")
    played(":# > intent goodbye\n:# > accepted by itself, as the script\n:# > Your message:\n", session)
    assert session.unexported() == "1 story"
    confirmed = ":edit 1 intent goodbye\n"
    played(f"{confirmed}:# > It is an example from now on; :undo takes it back.\n:# > Your message:\n", session)
    assert session.unexported() == "1 story, 1 example"
    played(f"{confirmed}:# ! that is an example already\n:undo\n:# > Undone: 'bye' as goodbye.\n", session)
    assert session.unexported() == "1 story"
    session.close()


def test_a_session_is_made_of_it(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Script("/greet\n/mood_great\n", "talk", {}))
    assert main(["shell", "--actions", str(bot)]) == 0
    told = capsys.readouterr().err
    assert "Teach from this talk: " in told
    assert f" --actions {bot} --from talk-1" in told
    session = opened(bot, "--from", "talk-1")
    played(":# > 2 you say: /mood_great\n:# > Your message:\n", session)
    assert session.unexported() == "1 story"
    session.close()
