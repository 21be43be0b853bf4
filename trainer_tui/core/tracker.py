"""A conversation so far: an immutable tracker, each one its parent and one event more.

Trackers share their past, so a tracker for every step of a session costs memory per step, not per step squared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Era,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.dataclass import dataclass, replace


@dataclass(frozen=True, slots=True)
class LoopState:
    """The active form: whether it refused to run, and whether it takes the next message without filling a slot."""

    name: str
    is_rejected: bool = False
    is_interrupted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class DialogueStateTracker:
    """What the bot knows after `event`, which followed `parent`. Start with `DialogueStateTracker.start(domain)`."""

    sender_id: str
    initial_slots: Mapping[str, Any]
    slots: Mapping[str, Any]
    applied: AppliedEvents
    latest_message: UserUttered | None = None
    latest_action: str | None = None
    latest_bot_utterance: BotUttered | None = None
    active_loop: LoopState | None = None
    followup_action: str | None = None
    is_paused: bool = False
    rewinds_whole_forms: bool = True
    length: int = 0
    event: Event | None = None
    parent: DialogueStateTracker | None = None

    @classmethod
    def start(cls, domain: Domain, sender_id: str = "default") -> DialogueStateTracker:
        slots = domain.initial_slots
        whole_forms = domain.era is not Era.CORE
        return cls(sender_id, slots, slots, AppliedEvents.start(slots), rewinds_whole_forms=whole_forms)

    @property
    def requested_slot(self) -> str | None:
        return self.slots.get(REQUESTED_SLOT)

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened, oldest first, undone and restarted parts included."""
        found: list[Event] = []
        tracker: DialogueStateTracker | None = self
        while tracker is not None and tracker.event is not None:
            found.append(tracker.event)
            tracker = tracker.parent
        found.reverse()
        return tuple(found)

    def with_events(self, events: Iterable[Event]) -> DialogueStateTracker:
        tracker = self
        for event in events:
            tracker = tracker.with_event(event)
        return tracker

    def with_event(self, event: Event) -> DialogueStateTracker:
        """The tracker after one event more; an unknown slot or an event with no effect changes nothing but the log."""
        applied = self.applied.with_event(event, self.length)
        is_reverting = isinstance(event, (ActionReverted, UserUtteranceReverted))
        after, changes = (self._replayed(event), {}) if is_reverting else (self, self._changes(event))
        return replace(after, **changes, length=self.length + 1, event=event, parent=self, applied=applied)

    def _replayed(self, reverting: Event) -> DialogueStateTracker:
        """The state without what a rewind or undo takes back: what is left, applied anew. From Rasa 2 on the runs of a
        form are one turn here as well as for policies, so that /back takes back the whole form."""
        if self.rewinds_whole_forms:
            left = self.applied.with_event(reverting, self.length).events
        else:
            left = without_reverted((*self.events, reverting))
        fresh = self._fresh()
        for event in left:
            fresh = replace(fresh, **fresh._changes(event))
        # As Rasa's tracker, which goes on with action_listen where nothing is left: else a fallback that takes back the
        # first message of a conversation would be predicted for ever.
        return fresh if fresh.latest_action else replace(fresh, followup_action=ACTION_LISTEN)

    def _fresh(self) -> DialogueStateTracker:
        applied = AppliedEvents.start(self.initial_slots)
        return DialogueStateTracker(
            self.sender_id,
            self.initial_slots,
            self.initial_slots,
            applied,
            rewinds_whole_forms=self.rewinds_whole_forms,
        )

    def _changes(self, event: Event) -> dict[str, Any]:
        """What is another thing after the event, by its name."""
        match event:
            case UserUttered():
                return {"latest_message": event, "followup_action": None}
            case BotUttered():
                return {"latest_bot_utterance": event}
            case ActionExecuted():
                loop = self.active_loop
                if loop:
                    rejected = loop.is_rejected and event.name != loop.name
                    loop = LoopState(loop.name, is_rejected=rejected)
                return {"latest_action": event.name or event.text, "followup_action": None, "active_loop": loop}
            case SlotSet():
                return {"slots": {**self.slots, event.name: event.value}}
            case EntitiesAdded() if self.latest_message:
                message = self.latest_message
                return {"latest_message": replace(message, entities=(*message.entities, *event.entities))}
            case ActiveLoop():
                return {"active_loop": LoopState(event.name) if event.name else None}
            case LoopInterrupted() if self.active_loop:
                return {"active_loop": replace(self.active_loop, is_interrupted=event.is_interrupted)}
            case ActionExecutionRejected() if self.active_loop and self.active_loop.name == event.name:
                return {"active_loop": replace(self.active_loop, is_rejected=True)}
            case AllSlotsReset():
                return {"slots": self.initial_slots}
            case Restarted() | SessionStarted():
                fresh = self._fresh()
                kept = ("applied", "length", "event", "parent")
                return {item.name: getattr(fresh, item.name) for item in fields(fresh) if item.name not in kept}
            case FollowupAction():
                return {"followup_action": event.name}
            case ConversationPaused() | ConversationResumed():
                return {"is_paused": isinstance(event, ConversationPaused)}
            case _:
                return {}

    def applied_events(self) -> list[Event]:
        """What counts for policies: restarts, rewinds and undos resolved, happy-path runs of a form collapsed."""
        return self.applied.events


def without_reverted(events: Iterable[Event]) -> list[Event]:
    """The events that rewinds and undos leave; unlike for policies, a form's repeated runs stay."""
    kept: list[Event] = []
    for event in events:
        match event:
            case Restarted() | SessionStarted():
                kept.clear()
            case ActionReverted():
                _pop_through(kept, ActionExecuted)
            case UserUtteranceReverted():
                _pop_through(kept, UserUttered)
                _pop_through(kept, ActionExecuted)
            case _:
                kept.append(event)
    return kept


def _pop_through(kept: list[Event], kind: type[Event]) -> None:
    while kept:
        if isinstance(kept.pop(), kind):
            return


def applied_events(events: Iterable[Event]) -> list[Event]:
    """Events as Rasa's `applied_events` leaves them.

    A repeated run of an active form on its happy path vanishes with the actions and messages back to the form's run
    before; slots and what the bot said stay.
    """
    return AppliedEvents.of(events, {}).events
