"""What a session records: each record takes the timeline on, and is written to the journal, where one is kept."""

from __future__ import annotations

import shlex
from os.path import expanduser
from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.runtime.journal import Journal, JournalRefused
from trainer_tui.runtime.journal_reading import Header, Kept
from trainer_tui.runtime.resuming import Replay, changes, replay
from trainer_tui.runtime.sessions import session_name
from trainer_tui.session.codec import is_same_domain
from trainer_tui.session.records import DomainChanged, Record
from trainer_tui.session.timeline import Timeline


class Recorder:
    """The timeline, the records that led to it, and where they are on disk (`journal` None: nowhere)."""

    def __init__(self, begun: Replay, journal: Journal | None) -> None:
        self.journal = journal
        self._unwritten: list[Record] = []
        self._go_on_from(begun)

    def _go_on_from(self, replayed: Replay) -> None:
        self._began_with = replayed.began_with
        self.timeline: Timeline = replayed.timeline
        self.records: list[Record] = replayed.records

    @property
    def session(self) -> str:
        """Its name; "" where it has none."""
        return self.journal.header.session if self.journal else ""

    @property
    def path(self) -> Path | None:
        return self.journal.path if self.journal else None

    @property
    def fault(self) -> str | None:
        """Why what was recorded is not on disk."""
        return self.journal.fault if self.journal else "not kept"

    def record(self, record: Record) -> None:
        """Go on by it; IllegalInput where that is not possible, and nothing is recorded."""
        self.timeline.apply(record)
        self.records.append(record)
        self._unwritten.append(record)

    def write(self, *, is_settled: bool = True) -> None:
        """Write what was recorded since; nobody is asked anything before that. `is_settled`: see `Journal.append`."""
        records, self._unwritten = self._unwritten, []
        if self.journal and records:
            self.journal.append(*records, is_settled=is_settled)

    def resume(self, journal: Journal, kept: Kept, today: Domain) -> str:
        """Replay a journal on the domain that it began with, and write on in it; what there is to say of that. What the
        project has become since (`today`) is laid over the result; what cannot be replayed stays in a journal of its
        own."""
        self.leave()
        replayed = replay(kept, today)
        self._go_on_from(replayed)
        said = [kept.damage] if kept.damage else []
        if replayed.fault:
            said.append(f"{len(kept.records) - len(self.records)} later steps cannot be replayed: {replayed.fault}.")
        if replayed.fault or not kept.is_whole:
            try:
                journal, beside = journal.begin_again(self._began_with, self.records)
            except JournalRefused as error:
                said.append(f"{error} The session lives in memory: export before you leave.")
                journal.close()
            else:
                said.append(f"The whole of it is kept: --conversation-id {shlex.quote(beside)}." * bool(said))
                self.journal = journal
        else:
            self.journal = journal
        if not is_same_domain(self.timeline.project, today):
            said.append(f"The project has changed since: {changes(self.timeline, today)}.")
            self.record(DomainChanged(today))
            self.write()
        return " ".join(filter(None, said))

    def leave(self) -> str | None:
        """Close the journal; one that holds no record is not worth keeping. Why nobody can come back to it, if so."""
        journal, self.journal = self.journal, None
        if journal is None:
            return "the session was not kept"
        journal.close(is_worth_keeping=bool(self.records))
        return journal.fault

    def copy_to(self, path: Path, at: float) -> None:
        """Write a journal like this one; TrainerError where that cannot be done. `at` (seconds since 1970) is when the
        session began, where no journal says so."""
        path = Path(expanduser(path))
        began = self.journal.header.at if self.journal else at
        copy = Journal.create(path, Header(path.stem, began), self._began_with)
        copy.append(*self.records)
        copy.close()
        if copy.fault:
            raise TrainerError(f"{path} could not be written", f"{copy.fault}.")

    def rename(self, name: str) -> None:
        """TrainerError where the name is no name, or taken."""
        if self.journal is None:
            raise IllegalInput("this session is not kept on disk", hint="Save a copy of it elsewhere.")
        self.journal = self.journal.renamed(session_name(name))
