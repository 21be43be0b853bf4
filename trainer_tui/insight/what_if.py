"""The conversation as it is not: with another slot, intent, entity or earlier action. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, Event, SlotSet, UserUttered
from trainer_tui.core.slots import Slot
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.policies.policy import EnsemblePrediction

MOST_ACTIONS = 3
"""So many of the last actions can be others."""
_MOST_TRIED = 30
"""Where nothing would change it, all of these are predicted: some thirty milliseconds."""


@dataclass(frozen=True, slots=True)
class SlotIs:
    name: str
    value: Any

    @property
    def part(self) -> str:
        return f"slot {self.name}"

    @property
    def choice(self) -> str:
        return "none" if self.value is None else self.value[0] if isinstance(self.value, list) else str(self.value)

    def __str__(self) -> str:
        return f"the slot {self.name} {'not set' if self.value is None else f'= {self.value!r}'}"


@dataclass(frozen=True, slots=True)
class IntentIs:
    intent: str

    @property
    def part(self) -> str:
        return "intent"

    @property
    def choice(self) -> str:
        return self.intent

    def __str__(self) -> str:
        return f"the intent {self.intent}"


@dataclass(frozen=True, slots=True)
class EntityIs:
    """An entity of the latest message is there, or is not."""

    name: str
    is_there: bool

    @property
    def part(self) -> str:
        return f"entity {self.name}"

    @property
    def choice(self) -> str:
        return "yes" if self.is_there else "no"

    def __str__(self) -> str:
        return f"{'an' if self.is_there else 'no'} entity {self.name}"


@dataclass(frozen=True, slots=True)
class ActionWas:
    """The action that ran `back` actions before (1 is the latest, action_listen not counted) was another."""

    back: int
    action: str

    @property
    def part(self) -> str:
        return "last action" if self.back == 1 else f"{self.back} actions before"

    @property
    def choice(self) -> str:
        return self.action

    def __str__(self) -> str:
        where = "last" if self.back == 1 else f"{self.back} actions before"
        return f"{self.action} {where}"


@dataclass(frozen=True, slots=True)
class Part:
    """Something of the conversation that can be another: what it is now, and as what it can be tried."""

    name: str
    now: str
    choices: tuple[Alteration, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`chosen` is what is tried, `before` and `now` what is predicted without it and with it, likeliest first;
    `is_beside`: by our own model, where another decides."""

    parts: tuple[Part, ...]
    chosen: tuple[Alteration, ...]
    before: EnsemblePrediction
    now: EnsemblePrediction
    is_beside: bool = False


Alteration = SlotIs | IntentIs | EntityIs | ActionWas
Predict = Callable[[DialogueStateTracker], EnsemblePrediction]


def altered(tracker: DialogueStateTracker, alterations: Sequence[Alteration]) -> DialogueStateTracker:
    """The conversation with all of these; what does not apply changes nothing."""
    events: list[Event] = []
    start: DialogueStateTracker = tracker
    wanted = max((item.back for item in alterations if isinstance(item, ActionWas)), default=0)
    needs_message = any(isinstance(item, (IntentIs, EntityIs)) for item in alterations)
    while start.parent is not None and start.event is not None and (wanted or needs_message):
        if isinstance(start.event, UserUttered):
            needs_message = False
        wanted -= _is_counted(start.event) and wanted > 0
        events.append(start.event)
        start = start.parent
    events.reverse()
    for item in alterations:
        events = list(_with(events, item))
    return start.with_events(events)


def _with(events: Sequence[Event], item: Alteration) -> Iterator[Event]:
    said = max((place for place, event in enumerate(events) if isinstance(event, UserUttered)), default=-1)
    counted = [place for place, event in enumerate(events) if _is_counted(event)]
    for place, event in enumerate(events):
        match item, event:
            case IntentIs(intent), UserUttered() if place == said:
                yield replace(event, intent=intent, intent_confidence=1.0, intent_ranking=((intent, 1.0),))
            case EntityIs(name, is_there), UserUttered() if place == said:
                others = tuple(entity for entity in event.entities if name not in entity.labels)
                yield replace(event, entities=(*others, Entity(name, name)) if is_there else others)
            case ActionWas(back, action), ActionExecuted() if place in counted[-back:][:1] and back <= len(counted):
                yield replace(event, name=action, text=None)
            case _:
                yield event
    if isinstance(item, SlotIs):
        yield SlotSet(item.name, item.value)


def _is_counted(event: Event | None) -> bool:
    return isinstance(event, ActionExecuted) and event.name != ACTION_LISTEN


def values(slot: Slot, now: Any) -> tuple[Any, ...]:
    """Values that policies tell apart from the one of now."""
    match slot.type:
        case "bool":
            found: tuple[Any, ...] = (True, False, None)
        case "categorical":
            found = (*slot.values, None)
        case "float":
            found = (slot.min_value, slot.max_value, None)
        case "list":
            found = (["something"], None)
        case _:
            found = ("something", None)
    return tuple(value for value in found if slot.features(value) != slot.features(now))


def parts(tracker: DialogueStateTracker, domain: Domain) -> tuple[Part, ...]:
    """The featurised slots, the latest message's intent and entities, and the last actions."""
    found = []
    for name, now, choices in _slots(tracker, domain):
        found.append(Part(f"slot {name}", "not set" if now is None else repr(now), choices))
    message = tracker.latest_message
    if message is not None:
        there = message.labels
        others = tuple(IntentIs(name) for name in domain.intents if name != message.intent)
        found.append(Part("intent", message.intent or "", others))
        found += [
            Part(f"entity {name}", "there" if name in there else "none", (EntityIs(name, name not in there),))
            for name in domain.entities
        ]
    ran = (node.event for node in tracker.applied if _is_counted(node.event))
    for back, event in enumerate(islice(ran, MOST_ACTIONS), 1):
        assert isinstance(event, ActionExecuted)
        was = ActionWas(back, event.name or "")
        found.append(Part(was.part, was.action, tuple(_other_actions(was, domain))))
    return tuple(found)


def single(tracker: DialogueStateTracker, domain: Domain) -> Iterator[Alteration]:
    """Everything that one change could be, what is likeliest to be another first."""
    for _, _, choices in _slots(tracker, domain):
        yield from choices
    message = tracker.latest_message
    if message is not None and tracker.latest_action == ACTION_LISTEN:
        there = message.labels
        yield from (EntityIs(name, False) for name in sorted(there))
        yield from (EntityIs(name, True) for name in domain.entities if name not in there)
        ranked = [name for name, _ in message.intent_ranking if name in domain.intents]
        yield from (IntentIs(name) for name in dict.fromkeys((*ranked, *domain.intents)) if name != message.intent)
    latest = next((node.event for node in tracker.applied if _is_counted(node.event)), None)
    if isinstance(latest, ActionExecuted):
        yield from _other_actions(ActionWas(1, latest.name or ""), domain)


def _slots(tracker: DialogueStateTracker, domain: Domain) -> Iterator[tuple[str, Any, tuple[SlotIs, ...]]]:
    """Each that policies see: its name, its value, and what it could be."""
    for name, slot in domain.slots.items():
        if slot.is_featurised:
            now = tracker.slots.get(name)
            yield name, now, tuple(SlotIs(name, value) for value in values(slot, now))


def _other_actions(was: ActionWas, domain: Domain) -> Iterator[ActionWas]:
    names = (name for name in domain.action_names if name not in (was.action, ACTION_LISTEN))
    return (ActionWas(was.back, name) for name in names)


def flips(
    predict: Predict, tracker: DialogueStateTracker, domain: Domain, most: int = 3
) -> list[tuple[Alteration, EnsemblePrediction]]:
    """The first so many single changes after which another action is predicted."""
    action = predict(tracker).action
    found: list[tuple[Alteration, EnsemblePrediction]] = []
    for number, item in enumerate(single(tracker, domain)):
        if number == _MOST_TRIED or len(found) == most:
            break
        prediction = predict(altered(tracker, (item,)))
        if prediction.action != action:
            found.append((item, prediction))
    return found
