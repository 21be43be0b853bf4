"""From what a journal holds to where the session stood."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import field

from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.journal_reading import Kept
from trainer_tui.session.codec import is_same_domain
from trainer_tui.session.machine import start
from trainer_tui.session.new_domain import what_changed, without
from trainer_tui.session.protocol import ActionNamed, IntentNamed
from trainer_tui.session.records import Answered, Record
from trainer_tui.session.timeline import Timeline

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Replay:
    """A timeline, the records that led to it, the domain that they began with, and why no further ones could follow
    ("" where all did)."""

    began_with: Domain
    timeline: Timeline
    records: list[Record] = field(default_factory=list)
    fault: str = ""

    @classmethod
    def of_nothing(cls, domain: Domain, at: float) -> Replay:
        """A session that begins now (seconds since 1970)."""
        return cls(domain, Timeline(start(domain, at=at)))


@no_collection()
def replay(kept: Kept, today: Domain) -> Replay:
    """The journal replayed as far as it can be; `today` is the domain of the project as it is now."""
    furthest: Replay | None = None
    for domain in _beginnings(kept, today):
        found = _replay_on(domain, kept)
        if furthest is None or len(found.records) > len(furthest.records):
            furthest = found
        if not found.fault:
            break
    assert furthest is not None
    return furthest


def _replay_on(domain: Domain, kept: Kept) -> Replay:
    found = Replay.of_nothing(domain, kept.header.at)
    try:
        for record in kept.records:
            found.timeline.apply(record)
            found.records.append(record)
    except TrainerError as error:
        found.fault = error.title
    except Exception as error:  # what was written by another version may be at odds with this one in any way
        _log.exception("a journal cannot be replayed")
        found.fault = f"{type(error).__name__}: {error!s:.200}"
    return found


def _beginnings(kept: Kept, today: Domain) -> Iterator[Domain]:
    """The domains that a journal may have begun with: its own, where it holds one. Of an older version it holds none,
    and was perhaps exported since: then it is today's without what was made in the session, or today's."""
    if kept.domain is not None:
        yield today if is_same_domain(kept.domain, today) else kept.domain
        return
    given = [record.given for record in kept.records if isinstance(record, Answered)]
    actions = [item.action for item in given if isinstance(item, ActionNamed)]
    intents = [item.intent for item in given if isinstance(item, IntentNamed)]
    yield without(today, (*actions, *intents))
    yield without(today, actions)
    yield today


def changes(timeline: Timeline, today: Domain) -> str:
    """What of the project is another than the session knows it, in words."""
    from trainer_tui.export.conversations import additions

    made = additions(timeline)
    names = (*made.intents, *made.entities, *made.actions, *made.responses)
    events = (event for tip in timeline.tips() for event in tip.state.tracker.events)
    return what_changed(timeline.project, today, names, events)
