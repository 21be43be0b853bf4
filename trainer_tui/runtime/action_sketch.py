"""The results that a person gave by hand in a session, as Python to start from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from os.path import exists
from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.errors import TrainerError
from trainer_tui.formats.action_skeleton import action_skeleton
from trainer_tui.runtime.journal import journal_path, sessions
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.session.machine import start
from trainer_tui.session.timeline import Timeline


def sketch_actions(domain: Domain, folder: Path, session: str = "") -> str:
    """A Python module with an action for each that was stubbed in the session; "" = the latest one of the folder."""
    kept = [journal_path(folder, session)] if session else sessions(folder)[:1]
    if not kept or not exists(kept[0]):
        raise TrainerError(f"there is no session {session or 'yet'} in {folder}")
    results = _stubbed(domain, kept[0])
    if not results:
        raise TrainerError(
            f"no result of a custom action was given by hand in {kept[0].stem}",
            hint="After a failure: stub the result.",
        )
    return action_skeleton(results)


def _stubbed(domain: Domain, path: Path) -> Mapping[str, tuple[Event, ...]]:
    kept = read_journal(path)
    timeline = Timeline(start(kept.domain or domain))
    # What cannot be replayed ends the replay; what came before it counts.
    with suppress(TrainerError):
        for record in kept.records:
            timeline.apply(record)
    return timeline.stubs()
