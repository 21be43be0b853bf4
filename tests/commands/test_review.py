"""`trainer-tui review --list`: what a person or a script gets of real conversations."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tests.runtime.review.opened import bot_at
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, add_row, database, turn, user
from trainer_tui.cli import main
from trainer_tui.commands import review


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return bot_at(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    hello = [(name, [*begin(at), *turn("hello", at)]) for name, at in (("ada", 10.0), ("bob", 20.0))]
    fell = [
        *begin(29.0),
        user("qqq xyzzy", "nlu_fallback", 30.0),
        action("action_default_fallback"),
        action("action_listen"),
    ]
    return database(tmp_path / "tracker.db", *hello, ("eve", fell))


def test_what_deserves_a_look_comes_first(bot: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["review", str(bot), "--from", str(store), "--list"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    first, second = told.out.splitlines()
    assert "eve 1  " in first
    assert "fell back, then left" in first
    assert "bob 1 ×2" in second
    assert "nothing noticed" in second
    assert "3 conversations read that had something new." in told.err
    assert main([*arguments, "--order", "count", "--limit", "1"]) == 0
    told = capsys.readouterr()
    assert told.out.count("\n") == 1
    assert "bob" in told.out
    assert "0 conversations read" in told.err
    kept = {place.name.partition("-")[0] for place in (bot / ".trainer" / "cache").iterdir()}
    assert kept == {"dialogue", "nlu"}, "where a session finds its models"


def test_only_what_lies_in_the_named_stores_is_listed_each_by_one_name(
    bot: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hello, bye = [*begin(99.0), *turn("hello", 99.0)], turn("bye bye", 40.0)
    other = database(tmp_path / "other.db", ("joe", hello), ("moe", bye))
    listed = ["review", str(bot), "--list", "--order", "count", "--from"]
    assert main([*listed, str(store)]) == 0
    assert main([*listed, str(other)]) == 0
    told = capsys.readouterr()
    assert [line.split("  ")[2] for line in told.out.splitlines()[2:]] == ["moe 1", "joe 1"]
    monkeypatch.chdir(tmp_path)
    assert main([*listed, "./tracker.db"]) == 0
    told = capsys.readouterr()
    assert [line.split("  ")[2] for line in told.out.splitlines()] == ["bob 1 ×2", "eve 1"]
    assert "0 conversations read" in told.err


def test_json_is_all_there_is_on_standard_output(bot: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_row(store, "ivy", "{broken")
    assert main(["review", str(bot), "--from", str(store), "--list", "--json", "--text", "xyz", "--unseen"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["total"] == 1
    (row,) = found["conversations"]
    assert (row["sender"], row["session"], row["turns"], row["opening"]) == ("eve", 1, 1, "qqq xyzzy")
    assert "fell back, then left" in row["reasons"]
    # Before it may stand what takes long on a busy machine.
    assert [line for line in told.err.splitlines() if line.startswith("warning: row ")]


def test_days_are_those_on_which_somebody_was_active(
    bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noon = 1_767_268_800.0  # the first of January 2026, whatever the zone
    path = database(tmp_path / "days.db", ("ada", [*turn("hello", noon - 86_400 * 9), *turn("hello", noon)]))
    listed = ["review", str(bot), "--from", str(path), "--list", "--json"]
    for days, total in ((["--since", "2025-12-31"], 1), (["--since", "2026-01-03"], 0), (["--until", "2025-12-29"], 0)):
        assert main([*listed, *days]) == 0
        assert json.loads(capsys.readouterr().out)["total"] == total, days
    with pytest.raises(SystemExit):
        main([*listed, "--since", "yesterday"])
    assert "yesterday is no day" in capsys.readouterr().err


def test_the_server_that_scores_teaches_too() -> None:
    parser = argparse.ArgumentParser()
    review.add_arguments(parser)
    assert review.request_of(parser.parse_args(["bot", "--rasa", "http://host:5005"])).rasa == "http://host:5005"


def test_no_store_is_said_in_one_line(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(bot), "--list"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "--from SOURCE" in told.err
    assert told.err.count("\n") == 1
    assert main(["review", str(bot), "--list", "--from", str(tmp_path / "nowhere.db")]) == 1
    assert "nowhere.db" in capsys.readouterr().err
    assert main(["review", str(bot), "--list", "--backend", "dask"]) == 1
    assert "--scheduler" in capsys.readouterr().err


@pytest.mark.parametrize("version", ["2.8", "3.6"])
def test_what_real_rasa_wrote(corpus: Path, tmp_path: Path, version: str, capsys: pytest.CaptureFixture[str]) -> None:
    trackers = corpus / "talk" / "trackers"
    path = trackers / f"rasa{version.replace('.', '')}" / "tracker.db"
    before = path.read_bytes()
    state = ["--state-dir", str(tmp_path / "state")]
    assert main(["review", str(trackers / f"bot_{version}"), "--from", str(path), *state, "--list", "--json"]) == 0
    rows = {(row["sender"], row["session"]): row for row in json.loads(capsys.readouterr().out)["conversations"]}
    assert {sender for sender, _ in rows} == {
        "c1_form_interrupted",
        "c2_buttons",
        "c3_restart",
        "c4_fallback",
        "c5_slots",
        "c6_session",
    }
    assert {session for sender, session in rows if sender in ("c3_restart", "c6_session")} == {1, 2}
    assert "fell back" in rows["c4_fallback", 1]["reasons"][0]
    assert "began anew" in rows["c3_restart", 1]["reasons"]
    assert rows["c6_session", 1]["worth"] == 0.0
    assert path.read_bytes() == before
