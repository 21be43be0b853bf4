"""The events that count: restarts, rewinds and undos resolved, happy-path runs of a form collapsed.

A persistent list, each node its parent and one event more, so that a tracker adds to it at once and a policy reads
the last few states of a long conversation without walking through all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    EntitiesAdded,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class AppliedEvents:
    """What policies see after `event`: the latest message, the last action, slots and loop.

    `index` is the event's place among all events, those resolved away included. `loops` are the forms that this
    conversation activates anywhere: their repeated runs collapse. None = no run ever does, as in Rasa's training.
    """

    initial_slots: Mapping[str, Any]
    slots: Mapping[str, Any]
    loops: frozenset[str] | None = frozenset()
    message: UserUttered | None = None
    action: ActionExecuted | None = None
    loop: str | None = None
    event: Event | None = None
    index: int = -1
    parent: AppliedEvents | None = None

    @classmethod
    def start(cls, initial_slots: Mapping[str, Any], loops: frozenset[str] | None = frozenset()) -> AppliedEvents:
        return cls(initial_slots, initial_slots, loops)

    @classmethod
    def of(cls, events: Iterable[Event], initial_slots: Mapping[str, Any], *, collapses: bool = True) -> AppliedEvents:
        """The list after all these events; `collapses`: whether repeated runs of forms do."""
        known = tuple(events)
        loops = frozenset(event.name for event in known if isinstance(event, ActiveLoop) and event.name)
        applied = cls.start(initial_slots, loops if collapses else None)
        for index, event in enumerate(known):
            applied = applied.with_event(event, index)
        return applied

    def __iter__(self) -> Iterator[AppliedEvents]:
        """The nodes from the last one back to the first."""
        node: AppliedEvents | None = self
        while node is not None and node.event is not None:
            yield node
            node = node.parent

    @property
    def events(self) -> list[Event]:
        """The events, oldest first."""
        found = [node.event for node in self if node.event is not None]
        found.reverse()
        return found

    def with_event(self, event: Event, index: int) -> AppliedEvents:
        match event:
            case ActionExecuted():
                if self.loops and event.name in self.loops and (previous := self._happy_run_before(event.name)):
                    return self._collapsed(previous)
                return self._pushed(event, index, action=event)
            case UserUttered():
                return self._pushed(event, index, message=event)
            case SlotSet():
                return self._pushed(event, index, slots={**self.slots, event.name: event.value})
            case ActiveLoop():
                return self._with_loop(event, index)
            case AllSlotsReset():
                return self._pushed(event, index, slots=self.initial_slots)
            case Restarted() | SessionStarted():
                return AppliedEvents.start(self.initial_slots, self.loops)
            case ActionReverted():
                return self._before_last(ActionExecuted)
            case UserUtteranceReverted():
                return self._before_last(UserUttered)._before_last(ActionExecuted)
            case EntitiesAdded() if self.message:
                message = replace(self.message, entities=(*self.message.entities, *event.entities))
                return self._pushed(event, index, message=message)
            case _:
                return self._pushed(event, index)

    def _pushed(
        self,
        event: Event,
        index: int,
        *,
        slots: Mapping[str, Any] | None = None,
        message: UserUttered | None = None,
        action: ActionExecuted | None = None,
    ) -> AppliedEvents:
        return AppliedEvents(
            self.initial_slots,
            self.slots if slots is None else slots,
            self.loops,
            message or self.message,
            action or self.action,
            self.loop,
            event,
            index,
            self,
        )

    def _with_loop(self, event: ActiveLoop, index: int) -> AppliedEvents:
        """A form that is activated for the first time makes its earlier runs collapse as well, as in Rasa."""
        applied = self
        if event.name and self.loops is not None and event.name not in self.loops:
            loops = self.loops | {event.name}
            runs = sum(isinstance(node.event, ActionExecuted) and node.event.name == event.name for node in self)
            applied = self._replayed(loops) if runs > 1 else replace(self, loops=loops)
        return replace(applied._pushed(event, index), loop=event.name)

    def _replayed(self, loops: frozenset[str]) -> AppliedEvents:
        applied = AppliedEvents.start(self.initial_slots, loops)
        for node in reversed(list(self)):
            if node.event is not None:
                applied = applied.with_event(node.event, node.index)
        return applied

    def _before_last(self, kind: type[Event]) -> AppliedEvents:
        """The list as it was before its last event of the kind; empty where it has none."""
        for node in self:
            if isinstance(node.event, kind) and node.parent is not None:
                return node.parent._knowing(self.loops)
        return AppliedEvents.start(self.initial_slots, self.loops)

    def _knowing(self, loops: frozenset[str] | None) -> AppliedEvents:
        return self if self.loops == loops else replace(self, loops=loops)

    def _happy_run_before(self, loop: str | None) -> AppliedEvents | None:
        """The loop's run before, if it was not left since and nothing but the loop answered the messages since."""
        following: str | None = None
        for node in self:
            match node.event:
                case ActiveLoop(name=None):
                    return None
                case ActionExecutionRejected(name=name) if name == loop:
                    return None
                case UserUttered() if following is not None and following != loop:
                    return None
                case ActionExecuted(name=name):
                    if name == loop:
                        return node
                    following = name
                case _:
                    pass
        return None

    def _collapsed(self, previous: AppliedEvents) -> AppliedEvents:
        """Without the messages and actions since `previous`; slots and what the bot said stay."""
        kept: list[AppliedEvents] = []
        for node in self:
            if node is previous:
                break
            if not isinstance(node.event, (ActionExecuted, UserUttered, UserFeaturization, EntitiesAdded)):
                kept.append(node)
        applied = previous._knowing(self.loops)
        for node in reversed(kept):
            if node.event is not None:
                applied = applied.with_event(node.event, node.index)
        return applied
