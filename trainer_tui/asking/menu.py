"""The session menu: what can be done with the session, each entry saying what it will do now."""

from __future__ import annotations

from trainer_tui.dataclass import dataclass
from trainer_tui.session.view import SessionView


@dataclass(frozen=True, slots=True)
class Entry:
    """`command` is what it does, `more` what that comes to now. One that `opens` asks something before it is done."""

    command: str
    label: str
    more: str = ""
    is_enabled: bool = True
    opens: bool = False

    @property
    def told(self) -> str:
        """The whole entry in words."""
        return f"{self.label}: {self.more}" if self.more else self.label


def entries(view: SessionView, unexported: str | None) -> tuple[Entry, ...]:
    """The entries in order; `unexported` is what is new since the last export, in words."""
    stop = (Entry("menu.stop", "Stop waiting"),) if view.effect is not None else ()
    return (
        Entry("menu.continue", "Continue"),
        *stop,
        Entry("menu.undo", "Undo last", view.undo or "nothing to undo", view.undo is not None),
        Entry(
            "menu.fork",
            "Fork from an earlier message",
            "" if view.fork_points else "no message yet",
            bool(view.fork_points),
            opens=True,
        ),
        Entry("menu.fresh", "Start fresh", "a new conversation; this one is kept"),
        Entry("menu.branches", "Branches", _branches(view), opens=True),
        Entry("menu.save", "Save", "on disk already; name it, or save a copy", opens=True),
        Entry("menu.export", "Export", unexported or "nothing new", opens=True),
        Entry("menu.export_quit", "Export and quit", opens=True),
        Entry("menu.quit", "Quit", "nothing is lost"),
    )


def script_entries(view: SessionView) -> tuple[Entry, ...]:
    """What else can be done with what was said already; line by line there are commands for it."""
    more = "" if view.fork_points else "no message yet"
    script = view.script
    playing = "Stop the script" if script and script.is_playing else "Let the script go on"
    return (
        *_taking_back(view),
        *((Entry("menu.script", playing, script.name),) if script else ()),
        Entry("menu.edit", "Change an earlier turn", more, bool(view.fork_points), opens=True),
        Entry("menu.time_line", "Time line", "every move, undone ones too", opens=True),
        Entry("menu.start", "Start from", "a story, a session, a file", opens=True),
        Entry("menu.accept", "Accept by itself", _accepted(view.status.accept_above), opens=True),
    )


def _taking_back(view: SessionView) -> tuple[Entry, ...]:
    """Of an edit, a start or a fork, with all that was answered since, where it can be gone back to what it left."""
    live = {branch.id: branch for branch in view.branches if not branch.is_dropped}
    here = next((branch for branch in live.values() if branch.is_current), None)
    if here is None or here.origin not in live:
        return ()
    return (Entry("menu.drop", "Take back all of", f"{here.name}; back on {live[here.origin].name}"),)


def _accepted(above: float | None) -> str:
    return "nothing; all is asked" if above is None else f"what is at least {above:g} sure"


def _branches(view: SessionView) -> str:
    """Their names, where there are several."""
    if len(view.branches) < 2:
        return ""
    return ", ".join(branch.name + (" (you are here)" if branch.is_current else "") for branch in view.branches)
