"""Sessions as regression tests: what was confirmed is held against today's data, and nothing is run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from trainer_tui.cli import main
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.session.protocol import (
    AskButton,
    AskFormValidation,
    AskMessage,
    ConfirmAction,
    Confirmed,
    MessageTyped,
)

SAMPLE_BOTS = Path(__file__).resolve().parents[2] / "sample_bots"
TALKS = {
    "moodbot": ("/greet", "/mood_great", "/goodbye"),
    "concertbot": ("/hello", "/goodbye"),
    "formbot": ("/greet", "/chitchat"),
    "formbot_core": ("/greet", "/chitchat"),
}


@pytest.fixture
def bot(tmp_path: Path) -> Callable[[str], Path]:
    def copied(name: str) -> Path:
        ignored = shutil.ignore_patterns(".trainer", "__pycache__")
        return Path(shutil.copytree(SAMPLE_BOTS / name, tmp_path / name, ignore=ignored))

    return copied


async def recorded(folder: Path, *messages: str, name: str = "kept") -> None:
    """Say this, and yes to whatever the bot wants, in a session of that name."""
    controller: Controller = open_session(SessionRequest(Sources(folder), conversation_id=name))
    await controller.finish_learning()
    for message in messages:
        controller.answer(MessageTyped(message))
        await controller.perform()
        while not isinstance(controller.view.prompt, (AskButton, AskMessage)):
            assert isinstance(controller.view.prompt, (ConfirmAction, AskFormValidation)), controller.view.prompt
            controller.answer(Confirmed())
            await controller.perform()
    controller.close()


@pytest.mark.parametrize("name", TALKS)
async def test_a_session_of_a_sample_bot_replays_as_it_was_confirmed(
    bot: Callable[[str], Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bot(name)
    await recorded(folder, *TALKS[name])
    assert main(["replay", str(folder / ".trainer" / "sessions" / "kept.jsonl"), "--bot", str(folder)]) == 0
    assert f"{len(TALKS[name])} turns" in capsys.readouterr().out


async def test_after_a_story_was_changed_the_difference_is_told_with_turn_and_both_values(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = bot("moodbot")
    await recorded(folder, "/greet", "/mood_great")
    report = tmp_path / "junit.xml"
    stories = folder / "data" / "stories.yml"
    text = stories.read_text(encoding="utf-8")
    assert "action: utter_happy" in text
    stories.write_text(text.replace("action: utter_happy", "action: utter_goodbye"), encoding="utf-8")
    path = str(folder / ".trainer" / "sessions" / "kept.jsonl")
    assert main(["replay", path, "--bot", str(folder), "--json", "--junit", str(report)]) == 1
    found = json.loads(capsys.readouterr().out)["conversations"][0]["differences"]
    assert [(item["turn"], item["part"], item["confirmed"], item["now"]) for item in found] == [
        (2, "action", "utter_happy", "utter_goodbye")
    ]
    suite = ElementTree.parse(report).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")


@pytest.mark.parametrize("holds", ["nothing", "fingerprint.json"])
async def test_a_folder_without_a_model_of_ours_is_refused_by_the_name_it_was_given_by(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path, holds: str
) -> None:
    folder = bot("moodbot")
    await recorded(folder, "/greet", name="greeting")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / holds).touch()
    assert main(["replay", str(folder), "--model", str(tmp_path / "models")]) == 1
    told = capsys.readouterr().err
    assert "--model names" in told and "--core" not in told


async def test_two_processes_and_a_kept_model_give_the_verdicts_that_one_gives(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = bot("moodbot")
    for name, messages in (("happy", ("/greet", "/mood_great")), ("gone", ("/goodbye",)), ("greeting", ("/greet",))):
        await recorded(folder, *messages, name=name)
    assert main(["train", str(folder), "--out", str(tmp_path / "models")]) == 0
    kept = [str(path) for path in (folder / ".trainer" / "sessions").glob("*.jsonl")]
    assert main(["replay", *kept, "--bot", str(folder), "--model", str(tmp_path / "models")]) == 0
    stories = folder / "data" / "stories.yml"
    text = stories.read_text(encoding="utf-8")
    stories.write_text(text.replace("action: utter_happy", "action: utter_goodbye"), encoding="utf-8")
    # The model's memory is that of its own stories, whatever these have become.
    assert main(["replay", *kept, "--bot", str(folder), "--model", str(tmp_path / "models")]) == 0
    assert main(["train", str(folder), "--out", str(tmp_path / "later")]) == 0
    stories.write_text(text, encoding="utf-8")
    assert main(["replay", *kept, "--bot", str(folder), "--model", str(tmp_path / "later")]) == 1
    assert main(["replay", *kept, "--bot", str(folder)]) == 0
    stories.write_text(text.replace("action: utter_happy", "action: utter_goodbye"), encoding="utf-8")
    capsys.readouterr()

    def verdicts(*arguments: str) -> dict[str, bool]:
        main(["replay", str(folder), "--json", *arguments])
        return {item["name"]: item["ok"] for item in json.loads(capsys.readouterr().out)["conversations"]}

    alone = verdicts()
    assert [name for name, is_ok in alone.items() if not is_ok and "happy" in name]
    assert all(is_ok for name, is_ok in alone.items() if "gone" in name or "greeting" in name)
    assert verdicts("--jobs", "2") == alone


async def test_sessions_are_listed_shown_renamed_and_deleted(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bot("moodbot")
    await recorded(folder, "/greet")
    assert main(["sessions", str(folder), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["name"], row["turns"], row["branches"]) == ("kept", 1, 1)
    assert row["not_exported"] == "1 story"
    assert main(["sessions", str(folder), "--show", "kept"]) == 0
    shown = capsys.readouterr().out
    assert "bot runs utter_greet" in shown
    assert main(["sessions", str(folder), "--show", "kept", "--json"]) == 0
    (branch,) = json.loads(capsys.readouterr().out)["branches"]
    assert shown.splitlines() == [f"{branch['name']}:", *(f"  {line}" for line in branch["lines"])]
    assert main(["sessions", str(folder), "--rename", "kept", "other"]) == 0
    assert main(["sessions", str(folder), "--show", "kept"]) == 1
    assert main(["sessions", str(folder), "--delete", "other"]) == 0
    capsys.readouterr()
    assert main(["sessions", str(folder)]) == 0
    assert "There are no sessions" in capsys.readouterr().out


async def test_a_session_is_exported_once_and_left_alone_while_it_is_open(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bot("moodbot")
    await recorded(folder, "/greet", "/goodbye")
    stories = (folder / "data" / "stories.yml").read_text(encoding="utf-8")
    taught = open_session(SessionRequest(Sources(folder), conversation_id="kept"))
    for what in (["--export", "kept"], ["--delete", "kept"], ["--rename", "kept", "other"]):
        assert main(["sessions", str(folder), *what]) == 1
        assert "open in another terminal" in capsys.readouterr().err
    taught.close()
    assert main(["sessions", str(folder), "--export", "kept"]) == 0
    written = (folder / "data" / "stories.yml").read_text(encoding="utf-8")
    assert written.startswith(stories.rstrip("\n"))
    assert len(written) > len(stories)
    assert main(["sessions", str(folder), "--export", "kept"]) == 0
    assert (folder / "data" / "stories.yml").read_text(encoding="utf-8") == written
    capsys.readouterr()
    assert main(["sessions", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["not_exported"] == ""


async def test_several_trainers_at_once_write_in_journals_of_their_own(bot: Callable[[str], Path]) -> None:
    folder = bot("moodbot")
    trainers = [open_session(SessionRequest(Sources(folder))) for _ in range(2)]
    for trainer, message in zip(trainers, ("/greet", "/goodbye"), strict=True):
        await trainer.finish_learning()
        trainer.answer(MessageTyped(message))
        await trainer.perform()
    name = trainers[0].view.status.session
    with pytest.raises(TrainerError, match="open in another terminal"):
        open_session(SessionRequest(Sources(folder), conversation_id=name))
    for trainer in trainers:
        trainer.close()
    kept = {path: path.read_text(encoding="utf-8") for path in (folder / ".trainer" / "sessions").glob("*.jsonl")}
    assert len(kept) == 2
    assert sorted(("/greet" in text, "/goodbye" in text) for text in kept.values()) == [(False, True), (True, False)]


def test_where_there_is_nothing_to_replay_that_is_said(
    bot: Callable[[str], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = bot("moodbot")
    shutil.rmtree(folder / "tests", ignore_errors=True)
    assert main(["replay", str(tmp_path / "nowhere.log"), "--bot", str(folder)]) == 1
    assert "nowhere.log" in capsys.readouterr().err
    broken = tmp_path / "broken.json"
    broken.write_text('{"events": [{"event": "user", "text": "hi"', encoding="utf-8")
    assert main(["replay", str(broken), "--bot", str(folder)]) == 1
    assert "Traceback" not in capsys.readouterr().err
