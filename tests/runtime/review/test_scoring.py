"""Stores are scored: what deserves a look comes first, only what is new is read, and what is written stays."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.stores import make_store
from tests.runtime.review.opened import bot_at, opened, score
from tests.runtime.stores.tracker_table import action, add, add_row, database, turn, user
from trainer_tui.asking.reviewing import EVERYTHING, Filters
from trainer_tui.errors import TrainerError
from trainer_tui.review.likeness import together
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.review import listing
from trainer_tui.runtime.review.decisions import Decisions
from trainer_tui.runtime.review.listing import Listing
from trainer_tui.runtime.review.scoring import scorer_of
from trainer_tui.runtime.stores.store import StoredConversation
from trainer_tui.runtime.workers import Workers


def begin(at: float = 0.0) -> list[dict[str, object]]:
    return [action("action_session_start", at), {"event": "session_started", "timestamp": at}, action("action_listen")]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return bot_at(tmp_path)


@pytest.mark.parametrize("name", ["moodbot", "formbot"])
def test_seeded_mistakes_are_among_the_first(name: str, tmp_path: Path) -> None:
    bot, path = bot_at(tmp_path, name), tmp_path / "tracker.db"
    mistakes = make_store(path, load_project(Sources(bot), {}), 400, mistakes=12)
    before = path.read_bytes()
    found = opened(bot, path)
    assert score(found) == (400, [])
    listing = Listing(found.file)
    first = {row.id for row in listing.page("worth", EVERYTHING, 0, 24).rows}
    wrong = {mistake.sender_id for mistake in mistakes}
    conversations = found.file.rows("SELECT sender, shape FROM conversation")
    assert sum(sender in wrong and shape in first for sender, shape in conversations) >= 11
    assert sum(row.count for row in listing.page("count", EVERYTHING, 0, 3_000).rows) == 400
    found.close()
    assert path.read_bytes() == before, "a store is never written to"


def test_a_second_run_reads_only_what_is_new(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("bye", 20.0)))
    found = opened(bot, path)
    assert score(found) == (2, [])
    assert score(found) == (0, [])
    add(path, "ada", turn("bye then", 30.0))
    add(path, "eve", turn("hello", 40.0))
    assert score(found) == (2, [])
    rows = Listing(found.file).page("newest", EVERYTHING, 0, 9).rows
    assert [(row.sender, row.turns, row.last_at) for row in rows] == [
        ("eve", 1, 40.0),
        ("ada", 2, 30.0),
        ("bob", 1, 20.0),
    ]
    found.close()
    again = opened(bot, path)
    assert score(again) == (0, []), "nor does another process"
    again.close()
    stories = bot / "data" / "stories.yml"
    stories.write_text(stories.read_text().replace("utter_cheer_up", "utter_happy"))
    changed = opened(bot, path)
    assert score(changed) == (3, []), "another model scores all of it"
    changed.close()


def test_same_conversations_are_one_row_with_a_count(bot: Path, tmp_path: Path) -> None:
    talks = [(f"user{number}", turn("hello", float(number))) for number in range(5)]
    path = database(tmp_path / "tracker.db", *talks, ("other", turn("bye", 2.5)))
    found = opened(bot, path)
    score(found)
    rows = Listing(found.file).page("count", EVERYTHING, 0, 9).rows
    assert [(row.sender, row.count) for row in rows] == [("user4", 5), ("other", 1)]
    found.close()


def test_a_users_sessions_are_split_and_the_one_before_is_found(bot: Path, tmp_path: Path) -> None:
    path = database(
        tmp_path / "tracker.db", ("ada", [*begin(1.0), *turn("hello", 2.0), *begin(90.0), *turn("bye", 95.0)])
    )
    found = opened(bot, path)
    score(found)
    listing = Listing(found.file)
    last, first = listing.page("newest", EVERYTHING, 0, 9).rows
    assert (first.session, last.session) == (1, 2)
    assert listing.neighbour(listing.lying(last.id), -1) == first.id
    assert listing.neighbour(listing.lying(last.id), 1) is None
    found.close()


def test_what_a_version_before_called_otherwise_stays_decided(
    bot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("bye", 20.0)))
    with monkeypatch.context() as version_before:
        version_before.setattr("trainer_tui.runtime.review.scoring._scorers", {})
        version_before.setattr("trainer_tui.review.scoring.together", lambda digests: b"before" + together(digests))
        found = opened(bot, path)
        assert score(found) == (2, [])
        decisions = Decisions(found.file)
        (ada,) = (row for row in Listing(found.file).page("worth", EVERYTHING, 0, 9).rows if row.sender == "ada")
        decisions.decide([ada.id], "right", "story", "eva", 100.0, "")
        decisions.flag(ada.id, 1, "eva", 101.0)
        decisions.take_back(decisions.tag([ada.id], "no", "eva", 102.0))
        found.file.run("PRAGMA user_version = 3")
        found.close()
    add(path, "joe", turn("hello", 30.0))
    found = opened(bot, path)
    assert score(found) == (3, [])
    same, other = Listing(found.file).page("count", EVERYTHING, 0, 9).rows
    assert (same.sender, same.count, same.decision, same.by, same.outcome) == ("joe", 2, "right", "eva", "story")
    assert (same.flags, same.tags) == ((1,), ())
    assert (other.sender, other.count, other.decision) == ("bob", 1, None)
    assert Listing(found.file).page("count", Filters(is_unseen=True), 0, 9).total == 1
    assert found.file.number("SELECT COUNT(*) FROM decided") == 6, "each is taken over once"
    found.close()


def test_filters(bot: Path, tmp_path: Path) -> None:
    told = {**user("so 100% sad", "mood_unhappy", 200.0), "input_channel": "slack", "metadata": {"model_id": "m2"}}
    sad = [told, {"event": "slot", "name": "mood", "value": "sad"}, action("utter_cheer_up", 201.0)]
    path = database(tmp_path / "tracker.db", ("ada", sad), ("bob", turn("hello", 90.0)))
    found = opened(bot, path)
    score(found)
    listing = Listing(found.file)

    def senders(**wanted: object) -> list[str]:
        filters = Filters(**wanted)  # type: ignore[arg-type]
        page = listing.page("newest", filters, 0, 9)
        assert page.total == len(page.rows)
        return [row.sender for row in page.rows]

    assert senders() == ["ada", "bob"]
    for wanted in (
        {"text": "100%"},
        {"intent": "mood_unhappy"},
        {"action": "utter_cheer_up"},
        {"slot": "mood"},
        {"channel": "slack"},
        {"model": "m2"},
        {"since": 100.0},
    ):
        assert senders(**wanted) == ["ada"], wanted
    assert senders(until=100.0) == ["bob"]
    add(path, "eve", turn("hello", 300.0))
    score(found)
    assert senders(until=100.0) == ["eve"], "one of its conversations was: it is told by the latest of them"
    assert senders(until=100.0, since=300.0) == ["eve"]
    add(path, "bob", turn("hello again", 400.0))
    score(found)
    assert senders(until=100.0) == [], "it went on since"
    assert listing.page("newest", Filters(text="hello"), 0, 9, counted=1).total == 2, "few are counted whole"
    assert senders(intent="mood") == [], "names are whole"
    assert senders(text="1_0") == []
    names = listing.names()
    assert (names.slots, names.channels, names.models) == (("mood",), ("slack",), ("m2",))
    found.close()


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", [*turn("hello"), {"event": "of_the_future"}]))
    add_row(path, "eve", "{broken")
    found = opened(bot, path)
    read, problems = score(found)
    assert read == 1
    assert any("row 5 of events" in line for line in problems)
    assert any("of_the_future" in line and "ada" in line for line in problems)
    found.close()


def test_what_occurs_again_is_scored_as_it_is_alone(bot: Path, tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), 40, mistakes=9)
    found = opened(bot, path)
    stored = [item for item in found.stores[0].conversations() if isinstance(item, StoredConversation)]
    remembering = scorer_of(found.model)
    for item in [*stored, *stored]:
        alone = scorer_of(found.model).scored(item.sender_id, item.texts)
        assert remembering.scored(item.sender_id, item.texts) == alone
    found.close()


def test_several_processes_score_the_same(bot: Path, tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), 120, mistakes=6)
    found = opened(bot, path)
    score(found)
    alone = found.file.rows("SELECT digest, count, reasons FROM shape ORDER BY digest")
    found.close()
    for name in ("review.db", "review.db-wal", "review.db-shm"):
        (bot / ".trainer" / name).unlink(missing_ok=True)
    again = opened(bot, path)
    assert score(again, Workers(jobs=2)) == (120, [])
    assert again.file.rows("SELECT digest, count, reasons FROM shape ORDER BY digest") == alone
    again.close()


@contextlib.contextmanager
def scoring(bot: Path, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that scores, and says what it has read after each portion."""
    script = (
        "import sys; from pathlib import Path; from tests.runtime.review.opened import opened; "
        "from trainer_tui.runtime.workers import Workers; found = opened(Path(sys.argv[1]), Path(sys.argv[2])); "
        "found.score(lambda told: print(told.read, flush=True), Workers()); print('done', flush=True)"
    )
    command = [sys.executable, "-c", script, str(bot), str(path)]
    folder = Path(__file__).resolve().parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            yield process
        finally:
            process.kill()


def test_kill_9_in_the_middle_loses_nothing_that_was_written(bot: Path, tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), 1_500)
    with scoring(bot, path) as process:
        assert process.stdout is not None
        written = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    found = opened(bot, path)
    kept = found.file.row("SELECT COUNT(*) FROM conversation")
    assert kept is not None
    assert written <= kept[0]
    assert found.file.row("PRAGMA integrity_check") == ("ok",)
    assert score(found)[1] == []
    assert found.file.row("SELECT COUNT(*), SUM(count) FROM conversation, (SELECT SUM(count) AS count FROM shape)")
    assert found.file.row("SELECT COUNT(*) FROM conversation") == (1_500,)
    assert found.file.row("SELECT SUM(count) FROM shape") == (1_500,)
    found.close()


def test_two_processes_at_once_leave_one_row_a_session(bot: Path, tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), 600)
    opened(bot, path).close()
    with scoring(bot, path) as one, scoring(bot, path) as other:
        assert one.stdout and other.stdout
        assert one.stdout.read().endswith("done\n")
        assert other.stdout.read().endswith("done\n")
    found = opened(bot, path)
    assert found.file.row("SELECT COUNT(*) FROM conversation") == (600,)
    assert found.file.row("SELECT SUM(count) FROM shape") == (600,)
    assert score(found) == (0, [])
    found.close()


def test_the_file_is_nobody_elses_and_one_of_a_later_version_is_left_alone(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello")))
    found = opened(bot, path)
    score(found)
    kept = bot / ".trainer" / "review.db"
    for file in kept.parent.glob("review.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found.close()
    with contextlib.closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(TrainerError, match="later version"):
        opened(bot, path)
    kept.write_text("this is no database, whatever its name may say of it" * 9)
    with pytest.raises(TrainerError, match="cannot be used"):
        opened(bot, path)


def test_what_many_say_is_counted_as_far_as_it_is_asked_for(
    bot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks = [(f"user{number}", turn(f"hello {number}", float(number))) for number in range(30)]
    found = opened(bot, database(tmp_path / "tracker.db", *talks))
    score(found)
    monkeypatch.setattr(listing, "_COMMON", 20)
    page = Listing(found.file).page("newest", Filters(text="hello"), 5, 10, counted=5)
    assert ([row.sender for row in page.rows][:2], page.total, page.has_more) == (["user24", "user23"], 20, True)
    page = Listing(found.file).page("newest", Filters(text="hello"), 20, 10, counted=5)
    assert (page.total, page.has_more) == (30, False)
    assert Listing(found.file).page("newest", Filters(text="hello"), 0, 10).total == 30
    found.close()
