"""The journal: on disk before the next question, whole in itself, and never cut by us."""

from __future__ import annotations

import json
import random
import stat
import zlib
from pathlib import Path

import pytest

from tests.session.script import concert_domain
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.journal import Journal, JournalBusy, is_open, sessions
from trainer_tui.runtime.journal_lines import line, lines
from trainer_tui.runtime.journal_reading import Header, Kept, read_journal
from trainer_tui.runtime.sessions import make_state_folder, unfinished
from trainer_tui.session.codec import is_same_domain
from trainer_tui.session.protocol import Confirmed, MessageTyped
from trainer_tui.session.records import Answered, BranchNamed, DomainChanged, Exported, Record, Undone

HEADER = Header("monday", 1.0)
DOMAIN = concert_domain()
OTHER = DOMAIN.with_additions(intents=["praise"], actions=["action_praise"])
RECORDS: list[Record] = [
    Answered(MessageTyped("héllo \ud83d 你好")),
    Answered(Confirmed()),
    Undone(),
    BranchNamed(0, "a"),
]
FIRST_RECORD = 2
"""Lines before it: the header, and the domain."""


def written(path: Path, records: list[Record] = RECORDS) -> bytes:
    journal = Journal.create(path, HEADER, DOMAIN)
    for record in records:
        journal.append(record)
    assert journal.fault is None
    journal.close()
    return path.read_bytes()


def resumed(path: Path) -> Kept:
    journal, kept = Journal.resume(path)
    journal.close()
    return kept


def test_a_journal_reads_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    content = written(path)
    kept = resumed(path)
    assert (kept.header, list(kept.records), kept.damage, kept.is_whole) == (HEADER, RECORDS, "", True)
    assert kept.domain is not None and is_same_domain(kept.domain, DOMAIN)
    assert path.read_bytes() == content
    assert sessions(tmp_path / "s") == [path]


def test_a_domain_is_in_a_journal_once_however_often_the_project_comes_back_to_it(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    there_and_back: list[Record] = [DomainChanged(OTHER), DomainChanged(DOMAIN), DomainChanged(OTHER)]
    content = written(path, there_and_back)
    journal, kept = Journal.resume(path)
    journal.append(DomainChanged(DOMAIN))
    journal.close()
    assert content.count(b"action_search_concerts") == 2
    assert path.read_bytes().count(b"action_search_concerts") == 2
    kept = resumed(path)
    domains = [record.domain for record in kept.records if isinstance(record, DomainChanged)]
    assert [is_same_domain(domain, DOMAIN) for domain in domains] == [False, True, False, True]


def test_what_is_kept_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    written(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    resumed(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_state_folder_is_kept_out_of_the_projects_git_and_private(tmp_path: Path) -> None:
    make_state_folder(tmp_path / ".trainer")
    assert (tmp_path / ".trainer" / ".gitignore").read_text() == "*\n"
    assert stat.S_IMODE((tmp_path / ".trainer").stat().st_mode) == 0o700


def test_a_state_folder_of_before_becomes_private(tmp_path: Path) -> None:
    make_state_folder(tmp_path / ".trainer")
    (tmp_path / ".trainer").chmod(0o755)
    make_state_folder(tmp_path / ".trainer")
    assert stat.S_IMODE((tmp_path / ".trainer").stat().st_mode) == 0o700


def test_a_folder_that_was_there_before_is_not_hidden_from_git_and_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_state_folder(tmp_path)
    written(tmp_path / "sessions" / "monday.jsonl")
    assert not (tmp_path / ".gitignore").exists()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


# --- damage -----------------------------------------------------------------------------------------------------------


def test_cut_at_any_byte_it_resumes_up_to_the_last_whole_answer_and_goes_on(tmp_path: Path) -> None:
    content = written(tmp_path / "a" / "monday.jsonl")
    whole = [len(line) for line in content.splitlines(keepends=True)]
    ends = [sum(whole[: number + 1]) - 1 for number in range(len(whole))]
    for length in [*range(200), *range(whole[0] + whole[1] - 30, len(content))]:
        path = tmp_path / "b" / str(length) / "monday.jsonl"
        path.parent.mkdir(parents=True)
        path.write_bytes(content[:length])
        journal, kept = Journal.resume(path)
        assert list(kept.records) == RECORDS[: max(sum(end <= length for end in ends) - FIRST_RECORD, 0)]
        journal, beside = journal.begin_again(DOMAIN, kept.records)
        journal.append(Undone())
        journal.close()
        again = resumed(path)
        assert (list(again.records), again.damage) == ([*kept.records, Undone()], "")
        assert path.with_name(f"{beside}.jsonl").read_bytes() == content[:length]


def damages(content: bytes, chance: random.Random) -> bytes:
    """One piece of damage, anywhere."""
    at, length = chance.randrange(len(content)), chance.choice((1, 1, 2, 8, 100, 1000))
    lines = content.splitlines(keepends=True)
    match chance.randrange(7):
        case 0:
            return content[:at] + content[at + length :]
        case 1:
            return content[:at] + bytes((content[at] ^ (1 << chance.randrange(8)),)) + content[at + 1 :]
        case 2:
            return content[:at] + chance.randbytes(length) + content[at:]
        case 3:
            return content[:at] + bytes(len(content[at : at + length])) + content[at + length :]
        case 4:
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
        case 5:
            del lines[chance.randrange(len(lines) - 1)]
        case _:
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_passes_for_another_history_and_what_follows_it_is_kept(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "monday.jsonl"
    content = written(path, [*RECORDS, *(Answered(MessageTyped(f"message {number}")) for number in range(20))])
    sound = list(resumed(path).records)
    harmed = damages(content, random.Random(seed))
    path.write_bytes(harmed)
    try:
        journal, kept = Journal.resume(path)
    except TrainerError as error:
        assert "is not the journal" in str(error)
        assert path.read_bytes() == harmed
        return
    assert list(kept.records) == sound[: len(kept.records)]
    assert kept.is_whole is (harmed == content[: len(harmed)] and harmed.endswith(b"\n"))
    assert path.read_bytes() == harmed
    if not kept.is_whole:
        journal, beside = journal.begin_again(DOMAIN, kept.records)
        assert path.with_name(f"{beside}.jsonl").read_bytes() == harmed
    journal.close()
    assert resumed(path).records == kept.records


def test_a_line_of_rubbish_ends_what_is_resumed_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    content = written(path).splitlines(keepends=True)
    path.write_bytes(b"".join([*content[:3], b"\x00rubbish\n", *content[3:]]))
    kept = resumed(path)
    assert list(kept.records) == RECORDS[:1]
    assert "monday.jsonl:4 cannot be read, nor what builds on it (3 lines more)" in kept.damage


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("[" * 100_000, id="deep"),
        "[1, 2]",
        "null",
        '{"is": "Nobody"}',
        '{"domain": "it"}',
        '{"domain": ["it"], "is": "DomainChanged"}',
        '{"domain": "one that is not in it", "is": "DomainChanged"}',
        '{"is": ["Undone"]}',
        '{"is": "Forked", "node": "1"}',
        '{"is": "Forked", "node": true}',
        '{"is": "BranchNamed", "branch": 0, "name": 7}',
        '{"is": "Exported", "written": []}',
        '{"is": "Answered", "given": {"is": "MessageTyped", "text": 5}}',
        '{"is": "Answered", "given": {"is": "MessageTyped", "text": "hello", "at": "noon"}}',
        '{"is": "Answered", "given": {"is": "Undone"}}',
        '{"is": "Answered", "given": {"is": "Denied", "part": "all"}}',
        '{"is": "Answered", "given": {"is": "EntitiesMarked", "entities": [{"entity": "x", "start": "0"}]}}',
        '{"is": "Answered", "given": {"is": "ActionRan", "events": {"event": "bot"}}}',
        '{"is": "Answered", "given": {"is": "MessageParsed", "result": {"text": "x", "intent": 1}}}',
    ],
)
def test_a_line_that_is_no_record_cannot_be_read_and_stops_nothing(tmp_path: Path, line: str) -> None:
    header = '{"session": "monday", "domain": "hash", "at": 1.0, "version": 1}'
    message = '{"is":"Answered","given":{"is":"MessageTyped","text":"hello","at":1.0}}'
    path = tmp_path / "monday.jsonl"
    path.write_text("\n".join((header, message, line, message, "")), encoding="utf-8")
    kept = resumed(path)
    assert list(kept.records) == [Answered(MessageTyped("hello"))]
    assert f"{path}:3 cannot be read" in kept.damage
    assert unfinished(tmp_path) is not None


def test_a_damaged_domain_leaves_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    content = written(path)
    path.write_bytes(content.replace(b"action_search_concerts", b"action_search_concertz"))
    kept = resumed(path)
    assert (kept.domain, list(kept.records), kept.is_whole) == (None, RECORDS, False)
    assert "The domain that" in kept.damage


def test_a_journal_of_the_first_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    path.write_text(
        '{"session": "monday", "domain": "hash", "at": 1.0, "version": 1}\n'
        '{"is":"Answered","given":{"is":"MessageTyped","text":"hello","at":2.0}}\n{"is":"Undone"}\n'
    )
    kept = resumed(path)
    assert (kept.header, kept.domain, kept.damage, kept.is_whole) == (HEADER, None, "", False)
    assert list(kept.records) == [Answered(MessageTyped("hello")), Undone()]


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    path.write_text(json.dumps({"session": "monday", "at": 1.0, "version": 3}) + "\n")
    with pytest.raises(TrainerError, match="another version"):
        Journal.resume(path)


def test_each_journal_that_is_kept_beside_has_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    written(path)
    names = []
    for _ in range(3):
        journal, kept = Journal.resume(path)
        journal, name = journal.begin_again(DOMAIN, kept.records)
        journal.close()
        names.append(name)
    assert names == ["monday.old", "monday.old-2", "monday.old-3"]
    assert list(resumed(tmp_path / "monday.old-2.jsonl").records) == RECORDS


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_session_is_open_in_one_place_only(tmp_path: Path) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER, DOMAIN)
    with pytest.raises(JournalBusy):
        Journal.resume(path)
    assert is_open(path)
    journal.close()
    assert not is_open(path)
    resumed(path)


def test_a_name_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    written(tmp_path / "s" / "monday.jsonl")
    with pytest.raises(TrainerError, match="exists already"):
        Journal.create(tmp_path / "s" / "monday.jsonl", HEADER, DOMAIN)


def test_a_folder_that_takes_no_journal_is_said(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file, not a folder")
    with pytest.raises(TrainerError, match="cannot be kept"):
        Journal.create(tmp_path / "s" / "monday.jsonl", HEADER, DOMAIN)


def test_a_full_disk_is_said_and_what_it_refused_is_written_when_it_takes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER, DOMAIN)
    journal.append(RECORDS[0])
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        journal.append(RECORDS[1])
        assert journal.fault == "No space left on device"
    journal.append(RECORDS[2])
    assert journal.fault is None
    journal.close()
    assert list(resumed(path).records) == RECORDS[:3]


def test_what_was_written_with_a_later_answer_in_mind_is_written_again_where_the_disk_refuses_that_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER, DOMAIN)
    journal.append(RECORDS[0], is_settled=False)
    assert list(read_journal(path).records) == RECORDS[:1]
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        journal.append(RECORDS[1])
        assert journal.fault == "No space left on device"
        journal.append(RECORDS[2], is_settled=False)
        assert journal.fault == "No space left on device"
    journal.append(RECORDS[3], is_settled=False)
    assert journal.fault is None
    journal.close()
    assert list(resumed(path).records) == RECORDS


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_journal_that_somebody_removed_is_said_at_the_next_answer_and_at_the_end(
    tmp_path: Path, is_moved: bool
) -> None:
    path = tmp_path / "s" / "monday.jsonl"
    journal = Journal.create(path, HEADER, DOMAIN)
    journal.append(RECORDS[0])
    if is_moved:
        path.parent.rename(tmp_path / "elsewhere")
    else:
        path.unlink()
    other = Journal.create(tmp_path / "t" / "other.jsonl", HEADER, DOMAIN)
    other.path.unlink()
    other.close()
    assert other.fault == "the journal file was removed"
    journal.append(RECORDS[0])
    assert journal.fault == "the journal file was removed"


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    path.write_text("hello\n")
    with pytest.raises(TrainerError, match="not the journal"):
        Journal.resume(path)
    assert path.read_text() == "hello\n"


def test_a_session_that_was_exported_and_came_back_to_is_not_unfinished(tmp_path: Path) -> None:
    written(tmp_path / "monday.jsonl", [RECORDS[0], Exported({}), DomainChanged(OTHER)])
    assert unfinished(tmp_path) is None


def test_reading_a_journal_takes_no_hold_of_it(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "monday.jsonl", HEADER, DOMAIN)
    journal.append(RECORDS[0])
    assert list(read_journal(journal.path).records) == RECORDS[:1]
    journal.close()


def _no_space(handle: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("body", [b'{"n": }', b"{},{}", b'"}', b"[}"])
def test_what_is_no_line_harms_no_other_even_where_its_checksum_is_right(body: bytes) -> None:
    sealed = body[:-1] + b',"sum":"%08x"}\n' % zlib.crc32(body, zlib.crc32(b"2"))
    content = line({"n": 1}, 1) + sealed + line({"n": 3}, 3)
    assert [(found.number, found.holds, found.is_sealed) for found in lines(content)] == [
        (1, {"n": 1}, True),
        (2, None, True),
        (3, {"n": 3}, True),
    ]
