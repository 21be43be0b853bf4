"""Real conversations line by line: what a script gets and settles, and that nothing of the store changes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from tests.runtime.review.opened import bot_at
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, database, user
from trainer_tui.asking.reviewing import StepView
from trainer_tui.cli import main
from trainer_tui.plain.review import HELP, Review, step_told

GREETED = [*begin(9.0), user("hello", "greet", 10.0), action("utter_greet"), action("action_listen")]
SAID = [
    *begin(29.0),
    user("howdy partner, it is ann@mail.example", "nlu_fallback", 30.0),
    action("action_default_fallback"),
    action("action_listen"),
]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return bot_at(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return database(tmp_path / "tracker.db", ("ada", GREETED), ("eve", SAID))


def run(bot: Path, store: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    # What the list needs is there before the first question.
    assert main(["review", str(bot), "--from", str(store), "--list"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert main(["review", str(bot), "--from", str(store), "--plain"]) == 0


def test_a_conversation_and_a_message_are_settled_and_exported(
    bot: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = store.read_bytes()
    run(bot, store, monkeypatch, ":conversations", ":messages")
    told = capsys.readouterr().out
    number = re.search(r"^  (\d+) ada 1, worth", told, re.MULTILINE)
    message = re.search(r"^    (\d+) howdy partner", told, re.MULTILINE)
    assert number and message, told
    ada, howdy = number[1], message[1]
    run(
        bot, store, monkeypatch,
        f":conversation {ada}", f":right {ada} as test", f":means small_talk {howdy}", ":back", ":again",
        ":messages", ":conversations", ":export", ":export --yes", ":quit",
    )  # fmt: skip
    told = capsys.readouterr().out
    assert "you: hello (greet, as today)" in told
    assert "Right as it is: ada 1: test story; :back takes it back." in told
    assert "Confirmed: 1 message as small_talk." in told
    assert "0 messages in 0 groups" in told
    assert "looks like personal data: e-mail address 'ann@mail.example'" in told
    assert "hello" in (bot / "tests/test_stories.yml").read_text()
    assert "howdy" not in (bot / "data/nlu.yml").read_text()
    assert store.read_bytes() == before


def test_what_cannot_be_done_is_said_in_a_line(
    bot: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        bot, store, monkeypatch,
        ":right 4711", ":confirm 4711", ":skip x", ":only intent:nobody", ":only since:yesterday", ":back", ":tag 1",
        ':only "open', ":play 4711", ":order sideways", ":help review",
    )  # fmt: skip
    told = capsys.readouterr()
    for words in (
        "there is no message 4711", "'x' is no number", "no conversation has the intent 'nobody'",
        "'yesterday' is no day", "there is nothing to undo here", "there is no command :tag 1", "cannot be read",
        "there is no command :order sideways",
    ):  # fmt: skip
        assert words in told.err, told.err
    assert "Traceback" not in told.err
    assert ":play N" in told.out


def test_without_a_review_its_commands_say_what_opens_one(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(":conversations\n"))
    assert main([str(bot), "--plain"]) == 0
    assert "trainer-tui review opens them" in capsys.readouterr().err


def test_what_is_played_is_corrected_and_decided_by_it(
    bot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [*begin(9.0), user("hello", "greet", 10.0), action("utter_goodbye"), action("action_listen")]
    store = database(tmp_path / "tracker.db", ("ada", wrong), ("eve", SAID))
    run(bot, store, monkeypatch, ":only hello", ":only howdy")
    ada, eve = re.findall(r"^  (\d+) (?:ada|eve) 1, worth", capsys.readouterr().out, re.MULTILINE)
    run(bot, store, monkeypatch, f":play {eve}", ":done", ":done", f":play {ada}", "y", ":only", ":quit")
    told = capsys.readouterr().out
    assert "eve 1: left at message 1 of 1; nothing was decided" in told
    assert "No conversation is played." in told
    assert "Decided: ada 1: corrected: 1 turn." in told
    assert "right (corrected: 1 turn)" in told


def test_a_step_is_flagged_bad_marks_are_refused_and_the_session_before_is_told(
    bot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    later = [*begin(99.0), user("bye", "goodbye", 100.0), action("utter_goodbye"), action("action_listen")]
    store = database(tmp_path / "tracker.db", ("ada", [*GREETED, *later]), ("eve", SAID))
    run(bot, store, monkeypatch, ":only bye", ":messages")
    listed = capsys.readouterr().out
    ada, howdy = (re.search(rf"^ +(\d+) {name}", listed, re.MULTILINE)[1] for name in ("ada 2", "howdy"))  # type: ignore[index]
    run(
        bot, store, monkeypatch,
        f":before {ada}", f":conversation {ada}", f":flag {ada} 3", f":conversation {ada}", f":flag {ada} 4711",
        f":mark {howdy} other words", ":messages",
        f":mark {howdy} [howdy](greeting) partner, it is ann@mail.example", ":messages",
        f":tag {ada} to look at", ":only tag:'to look at'", f":later {ada}", ":only later", f":skip {ada}",
    )  # fmt: skip
    told = capsys.readouterr()
    assert "you: hello (greet" in told.out
    assert f"Flagged: {ada} at 3" in told.out
    assert "flagged at 3" in told.out
    assert f"conversation {ada} has no step 4711" in told.err
    assert "Only the marks can be changed here." in told.err
    assert "1 message in 1 group" in told.out
    # It fell back; with the marks it means what is likeliest else.
    assert re.search(r"Confirmed: 1 message as (?!nlu_fallback)", told.out)
    assert "0 messages in 0 groups" in told.out
    assert "#to look at" in told.out
    assert f"For later: {ada}." in told.out
    assert f"Skipped: {ada}." in told.out


def test_each_command_that_the_help_names_is_one_and_bad_lines_settle_nothing(
    bot: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = set(re.findall(r"(?:^|, ):([a-z]+)", HELP, re.MULTILINE))
    assert named == set(Review.commands)
    bad = [
        f":{name} {argument}"
        for name in sorted(named)
        for argument in ("4711", "-1 -1", "x y z", "9" * 5000 + " 1", "9" * 25)
    ]
    run(bot, store, monkeypatch, ":conversations", *bad, ":only", ":quit")
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert not re.search(r"right|skip|later|flagged|#", "".join(re.findall(r"^  \d+ .*$", told.out, re.MULTILINE)))


def test_what_was_said_on_several_lines_is_told_in_one() -> None:
    """Whoever reads line by line counts on it."""
    steps = (
        StepView(1, "message", None, "hello\nyou", "", "greet", 0.9, True),
        StepView(2, "action", None, "", "Hi\nthere", "utter_greet", 1.0, True),
    )
    assert [step_told(step) for step in steps] == [
        "1 you: hello⏎you (of no meaning, now greet 0.90)",
        "2 bot does Hi⏎there, now utter_greet 1.00",
    ]
