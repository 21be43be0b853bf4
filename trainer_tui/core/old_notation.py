"""What stories of the oldest Rasa Core mean: `_greet` is the intent greet, `slot["price"]` an empty slot.

Rasa Core 0.7 to 0.12 read an underscore before an intent as they read a slash. Core 0.7 read a list behind a slot or a
checkpoint as names with an empty text each; from 0.9 on such a line is an action, or a checkpoint, of an odd name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Era, Event, SlotSet, UserUttered
from trainer_tui.core.stories import Checkpoint, Or, StoryFile, StoryStep

_WITH_LIST = re.compile(r"([^\[{]+)(\[.*\])", re.DOTALL)


def in_todays_notation(stories: StoryFile, domain: Domain) -> StoryFile:
    """The stories of a bot of Rasa Core as later versions would write them; those of any other bot as they are."""
    if domain.era is not Era.CORE:
        return stories
    return replace(stories, steps=tuple(_step(step, domain) for step in stories.steps))


def listed_slots(action: str | None) -> tuple[str, ...]:
    """The slots of `slot["price", "city"]`; none where the name is of any other action."""
    name, slots = _names_in_list(action or "")
    return slots if name == "slot" else ()


def _step(step: StoryStep, domain: Domain) -> StoryStep:
    events: list[Event | Or] = []
    lines: list[int] = []
    for event, line in zip(step.events, step.lines or (0,) * len(step.events), strict=True):
        found = list(_read_anew(event, domain))
        events += found
        lines += [line] * len(found)
    starts, ends = tuple(map(_checkpoint, step.start_checkpoints)), tuple(map(_checkpoint, step.end_checkpoints))
    if (tuple(events), starts, ends) == (step.events, step.start_checkpoints, step.end_checkpoints):
        return step
    kept = tuple(lines) if step.lines else ()
    return replace(step, events=tuple(events), lines=kept, start_checkpoints=starts, end_checkpoints=ends)


def _read_anew(event: Event | Or, domain: Domain) -> Iterator[Event | Or]:
    match event:
        case Or(alternatives):
            yield Or(tuple(tuple(_message(part, domain) for part in found) for found in alternatives))
        case ActionExecuted(name) if slots := listed_slots(name):
            yield from (SlotSet(slot, "") for slot in slots)
        case _:
            yield _message(event, domain)


def _message(event: Event, domain: Domain) -> Event:
    """The message with its intent by the domain's name; a name with an underscore may be an intent of its own."""
    name = event.intent if isinstance(event, UserUttered) else None
    if not isinstance(event, UserUttered) or not name or not name.startswith("_") or domain.knows_intent(name):
        return event
    return replace(event, intent=name[1:]) if domain.knows_intent(name[1:]) else event


def _checkpoint(checkpoint: Checkpoint) -> Checkpoint:
    name, slots = _names_in_list(checkpoint.name)
    return Checkpoint(name, dict.fromkeys(slots, "")) if slots else checkpoint


def _names_in_list(text: str) -> tuple[str, tuple[str, ...]]:
    """`check["a", "b"]` parted into its name and the names in its list."""
    found = _WITH_LIST.fullmatch(text)
    if found is None:
        return text, ()
    try:
        names = json.loads(found[2])
    except (ValueError, RecursionError):
        return text, ()
    return found[1].strip(), tuple(name for name in names if isinstance(name, str))
