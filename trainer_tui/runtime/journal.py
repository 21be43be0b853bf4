"""The journal of a session: one JSON line a record, on disk before the next question is shown.

The first line is a header; each further line is one record of the timeline. A journal that was cut anywhere still
reads up to its last whole line. One process at a time may hold a journal (a lock on the file, gone with the process).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from io import FileIO
from pathlib import Path

from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.session.codec import from_json, to_json
from trainer_tui.session.timeline import Record

VERSION = 1
_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Header:
    """`domain` is the hash of the domain that the session was begun with; `at` its start, seconds since 1970."""

    session: str
    domain: str
    at: float
    version: int = VERSION


class JournalBusy(TrainerError):
    """Another process holds the session."""


class JournalRefused(TrainerError):
    """The disk does not take the journal."""


class Journal:
    """Appends records. `fault` says why the disk does not take them any more; the session then lives in memory only."""

    def __init__(self, path: Path, handle: FileIO, header: Header) -> None:
        self.path = path
        self.header = header
        self.fault: str | None = None
        self._handle = handle
        self._unsaved: list[bytes] = []

    @classmethod
    def create(cls, path: Path, header: Header) -> Journal:
        """A new journal; TrainerError where the folder does not take it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(path, error) from error
        try:
            handle = path.open("xb", buffering=0)
        except FileExistsError as error:
            raise TrainerError(
                f"a session of the name {header.session!r} exists already", hint="Resume it, or choose another name."
            ) from error
        except OSError as error:
            raise _not_writable(path, error) from error
        _lock(handle, path)
        journal = cls(path, handle, header)
        journal._write(_header_line(header))
        return journal

    @classmethod
    def resume(cls, path: Path) -> tuple[Journal, list[Record], str]:
        """A journal on disk, its records, and a line on what could not be read ("" if all could).

        What follows the last whole record is cut off, so that the journal goes on from there.
        """
        try:
            handle = path.open("r+b", buffering=0)
        except OSError as error:
            raise _not_writable(path, error) from error
        _lock(handle, path)
        content = handle.readall()
        if _is_cut_header(content):
            handle.truncate(0)
            handle.seek(0)
            journal = cls(path, handle, Header(path.stem, "", 0.0))
            journal._write(_header_line(journal.header))
            return journal, [], f"{path} was cut at its very beginning; the session begins anew"
        try:
            header, records, whole, note = _read(path, content)
        except TrainerError:
            handle.close()
            raise
        handle.truncate(whole)
        handle.seek(whole)
        return cls(path, handle, replace(header, session=path.stem)), records, note

    def begin_again(self, records: Sequence[Record]) -> Journal:
        """A journal of the same name with these records; this one is kept beside it, as NAME.old."""
        self.close()
        os.replace(self.path, self.path.with_suffix(".old"))
        journal = Journal.create(self.path, self.header)
        journal._write(b"".join(_line(record) for record in records))
        return journal

    def renamed(self, session: str) -> Journal:
        """The same journal under another name; TrainerError where that is taken."""
        path = journal_path(self.path.parent, session)
        if path.exists():
            raise TrainerError(f"a session of the name {session!r} exists already", hint="Choose another name.")
        try:
            os.rename(self.path, path)
        except OSError as error:
            raise _not_writable(path, error) from error
        journal = Journal(path, self._handle, replace(self.header, session=session))
        journal.fault, journal._unsaved = self.fault, self._unsaved
        return journal

    def append(self, record: Record) -> None:
        """Put the record on disk, fsync'd. A disk that refuses is remembered in `fault` and tried again next time."""
        self._write(_line(record))

    def _write(self, line: bytes) -> None:
        self._unsaved.append(line)
        start = self._handle.tell()
        try:
            rest = memoryview(b"".join(self._unsaved))
            while rest:
                rest = rest[self._handle.write(rest) :]
            os.fsync(self._handle.fileno())
            if os.fstat(self._handle.fileno()).st_nlink == 0:
                self.fault = "the journal file was removed"
                return
        except OSError as error:
            self.fault = error.strerror or str(error)
            with suppress(OSError):
                # A half-written line must not stay: the next try starts at the end of a whole one.
                self._handle.seek(start)
                self._handle.truncate(start)
        else:
            self.fault = None
            self._unsaved.clear()

    def close(self, is_worth_keeping: bool = True) -> None:
        """Let the session go; a journal without records need not stay."""
        if not is_worth_keeping:
            self.path.unlink(missing_ok=True)
        self._handle.close()


def _header_line(header: Header) -> bytes:
    return json.dumps(asdict(header)).encode() + b"\n"


def _is_cut_header(content: bytes) -> bool:
    """Whether not even the first line was written whole."""
    begun = b'{"session": '
    return b"\n" not in content and (content.startswith(begun) or begun.startswith(content))


def _line(record: Record) -> bytes:
    text = json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _read(path: Path, content: bytes) -> tuple[Header, list[Record], int, str]:
    """Header, records, length of the part that is whole, and what was wrong after it."""
    end = content.find(b"\n") + 1
    try:
        header = Header(**json.loads(content[:end]))
    except (ValueError, TypeError) as error:
        raise TrainerError(
            f"{path} is not the journal of a session", hint="Move it away, or name another session."
        ) from error
    if header.version != VERSION:
        raise TrainerError(f"{path} was written by another version of the trainer", hint="Open it with that version.")
    records: list[Record] = []
    whole, number = end, 1
    while whole < len(content):
        number += 1
        stop = content.find(b"\n", whole) + 1
        if not stop:
            return header, records, whole, f"the last line of {path} was cut; the session goes on from the one before"
        try:
            records.append(from_json(json.loads(content[whole:stop].decode("utf-8", "surrogatepass"))))
        except (ValueError, FormatError) as error:
            return header, records, whole, f"{path}:{number} cannot be read ({error}); the session goes on from before"
        whole = stop
    return header, records, whole, ""


def _lock(handle: FileIO, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise JournalBusy(
            f"the session {path.stem!r} is open in another terminal", hint="Leave it there, or start another session."
        ) from error


def _not_writable(path: Path, error: OSError) -> JournalRefused:
    return JournalRefused(
        f"the session cannot be kept in {path}",
        f"{error.strerror or error}.",
        "Make the folder writable, or name another with --state-dir.",
    )


def is_open(path: Path) -> bool:
    """Whether a session is being taught somewhere now."""
    try:
        with path.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def sessions(folder: Path) -> list[Path]:
    """The journals of a folder, latest first."""
    found = [path for path in folder.glob(f"*{_SUFFIX}") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def journal_path(folder: Path, session: str) -> Path:
    return folder / f"{session}{_SUFFIX}"
