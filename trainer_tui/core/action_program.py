"""Actions that Rasa itself performs, as programs: plain generators that ask for other actions to be run.

A program yields a `Call`, is sent the events which that action returned, and returns its own events or a
`Rejection`. So what a form decides needs no network and no clock; whoever drives the program has both.
"""

from __future__ import annotations

from collections.abc import Generator

from trainer_tui.core.events import Event
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """Run `action` as if the conversation stood at `tracker`.

    `is_optional`: where no action server can be reached, the program goes on without, as Rasa does where code fills
    slots after a message.
    """

    action: str
    tracker: DialogueStateTracker
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """The action refused to run, and why."""

    reason: str


Events = tuple[Event, ...]
ActionProgram = Generator[Call, Events, Events | Rejection]
