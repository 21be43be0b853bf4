"""The journal: on disk before the next question, whole up to the last answer wherever it was cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.journal import Header, Journal, JournalBusy, is_open, sessions
from trainer_tui.runtime.sessions import make_state_folder
from trainer_tui.session.protocol import Confirmed, MessageTyped
from trainer_tui.session.timeline import Answered, BranchNamed, Record, Undone

HEADER = Header("monday", "domain-hash", 1.0)
RECORDS: list[Record] = [
    Answered(MessageTyped("héllo \ud83d 你好")),
    Answered(Confirmed()),
    Undone(),
    BranchNamed(0, "a"),
]


def written(path: Path) -> bytes:
    journal = Journal.create(path, HEADER)
    for record in RECORDS:
        journal.append(record)
    assert journal.fault is None
    journal.close()
    return path.read_bytes()


def test_a_journal_reads_back_as_written(tmp_path: Path) -> None:
    written(tmp_path / "s" / "monday.jsonl")
    journal, records, note = Journal.resume(tmp_path / "s" / "monday.jsonl")
    assert (journal.header, records, note) == (HEADER, RECORDS, "")
    assert sessions(tmp_path / "s") == [tmp_path / "s" / "monday.jsonl"]


def test_a_new_state_folder_is_kept_out_of_the_projects_git(tmp_path: Path) -> None:
    make_state_folder(tmp_path / ".trainer")
    assert (tmp_path / ".trainer" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_was_there_before_is_not_hidden_from_git(tmp_path: Path) -> None:
    make_state_folder(tmp_path)
    written(tmp_path / "sessions" / "monday.jsonl")
    assert not (tmp_path / ".gitignore").exists()


def test_cut_at_any_byte_it_resumes_up_to_the_last_whole_answer_and_goes_on(tmp_path: Path) -> None:
    content = written(tmp_path / "a" / "monday.jsonl")
    for length in range(len(content)):
        path = tmp_path / "b" / f"{length}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content[:length])
        journal, records, _ = Journal.resume(path)
        assert records == RECORDS[: max(content[:length].count(b"\n") - 1, 0)]
        journal.append(Undone())
        journal.close()
        again, longer, note = Journal.resume(path)
        assert (longer, note) == ([*records, Undone()], "")
        again.close()


def test_a_line_of_rubbish_ends_what_is_resumed_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    content = written(path).splitlines(keepends=True)
    path.write_bytes(b"".join([*content[:2], b"\x00rubbish\n", *content[2:]]))
    journal, records, note = Journal.resume(path)
    assert records == RECORDS[:1]
    assert ":3 cannot be read" in note
    journal.close()


def test_a_session_is_open_in_one_place_only(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER)
    with pytest.raises(JournalBusy):
        Journal.resume(path)
    assert is_open(path)
    journal.close()
    assert not is_open(path)
    Journal.resume(path)[0].close()


def test_a_name_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    written(tmp_path / "s" / "monday.jsonl")
    with pytest.raises(TrainerError, match="exists already"):
        Journal.create(tmp_path / "s" / "monday.jsonl", HEADER)


def test_a_folder_that_takes_no_journal_is_said(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file, not a folder")
    with pytest.raises(TrainerError, match="cannot be kept"):
        Journal.create(tmp_path / "s" / "monday.jsonl", HEADER)


def test_a_full_disk_is_said_and_what_it_refused_is_written_when_it_takes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER)
    journal.append(RECORDS[0])
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        journal.append(RECORDS[1])
        assert journal.fault == "No space left on device"
    journal.append(RECORDS[2])
    assert journal.fault is None
    journal.close()
    again, records, _ = Journal.resume(path)
    assert records == RECORDS[:3]
    again.close()


def test_a_journal_that_somebody_removed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER)
    path.unlink()
    journal.append(RECORDS[0])
    assert journal.fault == "the journal file was removed"


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    path.write_text("hello\n")
    with pytest.raises(TrainerError, match="not the journal"):
        Journal.resume(path)


def _no_space(handle: int) -> None:
    raise OSError(28, "No space left on device")
