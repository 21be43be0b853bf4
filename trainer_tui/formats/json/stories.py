"""Stories as compact JSON: what was read of a file once, so that it need not be read again.

Not to be exchanged: it is as the reader gave it, with the line of everything. A story file says the same few hundred
things again and again, so each different event is written once, and steps name it by its number; read back, equal
events are one object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.core.events import Event, SlotSet, UserUttered, as_dict, from_dict
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, Rule, StoryFile, StoryStep
from trainer_tui.errors import Place

_PLAIN = (str, int, float, bool, type(None))


class Unwritable(ValueError):
    """The stories hold something that JSON has no word for, a date of YAML, say."""


def stories_to_json(stories: StoryFile, path: str) -> dict[str, Any]:
    """The stories of one file, `path`, as plain JSON; Unwritable where they would not come back as they are."""
    events = _Events()
    steps = [_step(step, path, events) for step in stories.steps]
    rules = [_rule(rule, path, events) for rule in stories.rules]
    return {"events": events.written, "steps": steps, "rules": rules}


def stories_from_json(source: Mapping[str, Any], path: str) -> StoryFile:
    """The stories that `stories_to_json` wrote."""
    events = [_event_from(event) for event in source["events"]]
    return StoryFile(
        tuple(_step_from(step, path, events) for step in source["steps"]),
        tuple(_rule_from(rule, path, events) for rule in source["rules"]),
    )


# --- writing ----------------------------------------------------------------------------------------------------------


class _Events:
    """Each different event once."""

    def __init__(self) -> None:
        self.written: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, event: Event) -> int:
        try:
            identity = _identity(event)
            known = self._numbers.get(identity)
            if known is None:
                known = self._numbers[identity] = self._added(event)
            return known
        except TypeError:  # a list in a slot, say, by which nothing can be found
            return self._added(event)

    def _added(self, event: Event) -> int:
        self.written.append(_event(event))
        return len(self.written) - 1


def _identity(event: Event) -> Any:
    """What tells an event from another; 1, 1.0 and true are equal to Python, and not to a story."""
    match event:
        case SlotSet():
            return event, type(event.value)
        case UserUttered():
            return event, tuple(type(entity.value) for entity in event.entities)
        case _:
            return event


def _event(event: Event) -> Any:
    if isinstance(event, SlotSet) and event.value is AnyValue.ANY:
        return event.name
    written = as_dict(event)
    _check(written)
    if from_dict(written) != event:
        raise Unwritable(type(event).__name__)
    return written


def _check(value: Any) -> None:
    """Unwritable where a value would come back as another one."""
    if isinstance(value, dict):
        for key, item in value.items():
            if type(key) is not str:
                raise Unwritable("a name that is no text")
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif type(value) not in _PLAIN:
        raise Unwritable(type(value).__name__)


def _checked(value: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(value)
    _check(found)
    return found


def _blocks(events: Sequence[Event | Or], known: _Events) -> list[Any]:
    return [
        [[known.number(each) for each in alternative] for alternative in event.alternatives]
        if isinstance(event, Or)
        else known.number(event)
        for event in events
    ]


def _checkpoints(checkpoints: Sequence[Checkpoint]) -> list[Any]:
    return [[checkpoint.name, _checked(checkpoint.conditions)] for checkpoint in checkpoints]


def _line(place: Place | None, path: str) -> int | None:
    if place is None or place.path != path or place.column is not None:
        raise Unwritable("a place elsewhere")
    return place.line


def _step(step: StoryStep, path: str, events: _Events) -> list[Any]:
    return [
        step.name,
        _blocks(step.events, events),
        _checkpoints(step.start_checkpoints),
        _checkpoints(step.end_checkpoints),
        _line(step.place, path),
        list(step.lines),
        _checked(step.metadata),
    ]


def _rule(rule: Rule, path: str, events: _Events) -> list[Any]:
    return [
        rule.name,
        _blocks(rule.events, events),
        _blocks(rule.condition, events),
        rule.conversation_start,
        rule.wait_for_user_input,
        _line(rule.place, path),
        list(rule.lines),
        _checked(rule.metadata),
    ]


# --- reading ----------------------------------------------------------------------------------------------------------


def _event_from(source: Any) -> Event:
    return SlotSet(source, AnyValue.ANY) if isinstance(source, str) else from_dict(source)


def _blocks_from(source: Sequence[Any], events: Sequence[Event]) -> tuple[Event | Or, ...]:
    return tuple(
        [
            events[block]
            if isinstance(block, int)
            else Or(tuple(tuple(events[each] for each in alternative) for alternative in block))
            for block in source
        ]
    )


def _checkpoints_from(source: Sequence[Any]) -> tuple[Checkpoint, ...]:
    return tuple([Checkpoint(name, conditions) for name, conditions in source])


def _step_from(source: Sequence[Any], path: str, events: Sequence[Event]) -> StoryStep:
    name, blocks, starts, ends, line, lines, metadata = source
    return StoryStep(
        name,
        _blocks_from(blocks, events),
        _checkpoints_from(starts),
        _checkpoints_from(ends),
        Place(path, line),
        tuple(lines),
        metadata,
    )


def _rule_from(source: Sequence[Any], path: str, events: Sequence[Event]) -> Rule:
    name, blocks, condition, conversation_start, wait_for_user_input, line, lines, metadata = source
    return Rule(
        name,
        _blocks_from(blocks, events),
        tuple([events[number] for number in condition]),
        conversation_start,
        wait_for_user_input,
        Place(path, line),
        tuple(lines),
        metadata,
    )
