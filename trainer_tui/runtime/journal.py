"""The journal of a session: one line a record, written before the next question is shown, and on disk for good before
an answer to it is taken.

A journal is whole in itself: it holds the domain that the session began with, so that it always replays to the same
place, whatever has become of the project. Nothing is ever cut from one: where a journal is damaged, or of an older
version, the session goes on in a new file of its name, and the old one is kept beside it whole, under a name of its
own. One process at a time may hold a journal (a lock on the file, gone with the process).
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from io import FileIO
from os.path import exists, isfile
from pathlib import Path
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.files import reason, settle
from trainer_tui.runtime.journal_lines import VERSION, line
from trainer_tui.runtime.journal_reading import DOMAIN, IS_DOMAIN_CHANGED, Header, Kept, hash_of, read
from trainer_tui.session.codec import domain_to_json, to_json
from trainer_tui.session.records import DomainChanged, Record

_SUFFIX = ".jsonl"


class JournalBusy(TrainerError):
    """Another process holds the session."""


class JournalRefused(TrainerError):
    """The disk does not take the journal."""


class Journal:
    """Appends records. `fault` says why the disk does not take them any more; the session then lives in memory only."""

    def __init__(self, path: Path, handle: FileIO, header: Header, lines_written: int = 0) -> None:
        self.path = path
        self.header = header
        self.fault: str | None = None
        self._handle = handle
        self._lines = lines_written
        self._unsaved: list[bytes] = []
        self._unsettled: list[bytes] = []
        self._settled = handle.tell()
        self._domains: set[str] = set()

    @classmethod
    def create(cls, path: Path, header: Header, domain: Domain) -> Journal:
        """A new journal of a session on that domain; TrainerError where the folder does not take it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (OSError, ValueError) as error:
            raise _not_writable(path, error) from error
        try:
            handle = _opened(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError as error:
            raise TrainerError(
                f"a session of the name {header.session!r} exists already", hint="Resume it, or choose another name."
            ) from error
        except (OSError, ValueError) as error:
            raise _not_writable(path, error) from error
        _lock(handle, path)
        journal = cls(path, handle, header)
        journal._begin(domain)
        with suppress(OSError):
            settle(path.parent)
        return journal

    @classmethod
    def resume(cls, path: Path) -> tuple[Journal, Kept]:
        """A journal on disk, and what it holds. One that is not whole is to be begun anew before it is written on."""
        try:
            handle = _opened(path, os.O_RDWR)
        except OSError as error:
            raise _not_writable(path, error) from error
        _lock(handle, path)
        try:
            content = handle.readall()
            kept = read(path, content)
        except TrainerError:
            handle.close()
            raise
        journal = cls(path, handle, kept.header, content.count(b"\n"))
        journal._domains.update(kept.domains)
        return journal, kept

    def begin_again(self, domain: Domain, records: Iterable[Record]) -> tuple[Journal, str]:
        """A journal of the same name on that domain with these records. This one is kept beside it whole; the name that
        it is resumed by."""
        beside = _free_name(self.path)
        unfinished = self.path.with_name(f".{self.path.name}.new")
        try:
            unfinished.unlink(missing_ok=True)
            journal = Journal.create(unfinished, self.header, domain)
            journal.append(*records)
            if journal.fault:
                raise OSError(journal.fault)
            # The name leads to the whole of it at every moment, also where the program is killed in between.
            _link(self.path, beside)
            os.replace(unfinished, self.path)
        except OSError as error:
            raise _not_writable(self.path, error) from error
        journal.path = self.path
        self._handle.close()
        return journal, beside.stem

    def renamed(self, session: str) -> Journal:
        """The same journal under another name; TrainerError where that is taken."""
        path = journal_path(self.path.parent, session)
        if exists(path):
            raise TrainerError(f"a session of the name {session!r} exists already", hint="Choose another name.")
        try:
            os.rename(self.path, path)
        except OSError as error:
            raise _not_writable(path, error) from error
        self.path, self.header = path, replace(self.header, session=session)
        return self

    def append(self, *records: Record, is_settled: bool = True) -> None:
        """Write the records; fsync'd where `is_settled`, else with what comes next, since to wait for the disk takes
        longer than to predict. A disk that refuses is remembered in `fault` and tried again next time."""
        for record in records:
            if isinstance(record, DomainChanged):
                self._put({"is": IS_DOMAIN_CHANGED, DOMAIN: self._put_domain(record.domain)})
            else:
                self._put(to_json(record))
        self._write(is_settled or self.fault is not None)

    def _begin(self, domain: Domain) -> None:
        self._put({"session": self.header.session, "at": self.header.at, "version": VERSION})
        self._put_domain(domain)
        self._write()

    def _put_domain(self, domain: Domain) -> str:
        content = domain_to_json(domain)
        name = hash_of(content)
        if name not in self._domains:
            self._domains.add(name)
            self._put({DOMAIN: name, "is": content})
        return name

    def _put(self, content: Mapping[str, Any]) -> None:
        self._lines += 1
        self._unsaved.append(line(content, self._lines))

    def _write(self, is_settled: bool = True) -> None:
        try:
            rest = memoryview(b"".join(self._unsaved))
            while rest:
                rest = rest[self._handle.write(rest) :]
            if is_settled:
                os.fsync(self._handle.fileno())
        except OSError as error:
            self.fault = reason(error)
            with suppress(OSError):
                # A half-written line must not stay: the next try starts where all is on disk for good.
                self._handle.seek(self._settled)
                self._handle.truncate(self._settled)
            self._unsaved[:0] = self._unsettled
            self._unsettled.clear()
            return
        if is_settled:
            self._unsettled.clear()
            self._settled = self._handle.tell()
        else:
            self._unsettled += self._unsaved
        self._unsaved.clear()
        self.fault = None if self._is_in_place() else "the journal file was removed"

    def _is_in_place(self) -> bool:
        """Whether its name still leads to the file that is written."""
        try:
            there = self.path.stat()
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self._handle.fileno())) or not there.st_ino

    def close(self, is_worth_keeping: bool = True) -> None:
        """Let the session go; a journal without records need not stay. Whether it can be come back to is in `fault`."""
        if not self.fault and not self._is_in_place():
            self.fault = "the journal file was removed"
        if not is_worth_keeping and not self.fault:
            self.path.unlink(missing_ok=True)
        self._handle.close()


# --- files ------------------------------------------------------------------------------------------------------------


def _opened(path: Path, flags: int) -> FileIO:
    """A transcript is private: nobody else may read it."""
    handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
    os.fchmod(handle, 0o600)
    return FileIO(handle, "r+b")


def _free_name(path: Path) -> Path:
    """NAME.old, NAME.old-2 …: the first that is free, or leads to this very file already."""
    number = 1
    while True:
        beside = path.with_name(f"{path.stem}.old{f'-{number}' if number > 1 else ''}{_SUFFIX}")
        if not exists(beside) or beside.samefile(path):
            return beside
        number += 1


def _link(path: Path, beside: Path) -> None:
    try:
        os.link(path, beside)
    except FileExistsError:
        pass  # it is this file: the program was killed here before
    except OSError:
        # A file system without links.
        shutil.copy2(path, beside)


def _lock(handle: FileIO, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise JournalBusy(
            f"the session {path.stem!r} is open in another terminal", hint="Leave it there, or start another session."
        ) from error


def _not_writable(path: Path, error: OSError | ValueError) -> JournalRefused:
    return JournalRefused(
        f"the session cannot be kept in {path}",
        f"{reason(error)}.",
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
    found = [path for path in folder.glob(f"*{_SUFFIX}") if isfile(path)]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def journal_path(folder: Path, session: str) -> Path:
    return folder / f"{session}{_SUFFIX}"
