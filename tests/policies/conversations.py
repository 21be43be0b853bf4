"""Conversations, stories and rules in short: `* intent`, `slot=value`, `form(name)`, an action."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.stories import Rule, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place


def event(step: str) -> Event:
    """`* greet` message, `"hello"` message without intent, `city=Rome` slot (`=null`), `form(f)` starts, `form()` ends,
    `rejects(f)` refuses, `interrupts` does not validate; anything else is an action."""
    if step.startswith("* "):
        return UserUttered(intent=step[2:])
    if step.startswith('"'):
        return UserUttered(text=step.strip('"'))
    if step.startswith("form("):
        return ActiveLoop(step[5:-1] or None)
    if step.startswith("rejects("):
        return ActionExecutionRejected(step[8:-1])
    if step == "interrupts":
        return LoopInterrupted(True)
    if "=" in step:
        name, value = step.split("=")
        return SlotSet(name, _value(value))
    return ActionExecuted(step)


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def events(*steps: str) -> list[Event]:
    """The steps with action_listen before every message."""
    return [found for step in steps for found in _with_listen(event(step))]


def _with_listen(found: Event) -> Iterator[Event]:
    if isinstance(found, UserUttered):
        yield ActionExecuted(ACTION_LISTEN)
    yield found


def conversation(domain: Domain, *steps: str) -> DialogueStateTracker:
    return DialogueStateTracker.start(domain).with_events(events(*steps))


def story(name: str, *steps: str, first_line: int = 1) -> TrainingTracker:
    """A story in stories.md whose first step stands in the line after its name."""
    told: list[Event] = []
    places: list[Place | None] = []
    for line, step in enumerate(steps, first_line + 1):
        for found in _with_listen(event(step)):
            told.append(found)
            is_implicit = isinstance(found, ActionExecuted) and found.name == ACTION_LISTEN
            places.append(None if is_implicit else Place("stories.md", line))
    told.append(ActionExecuted(ACTION_LISTEN))
    return TrainingTracker(name, tuple(told), Place("stories.md", first_line), (*places, None))


def rule(
    name: str,
    *steps: str,
    condition: tuple[str, ...] = (),
    conversation_start: bool = False,
    wait_for_user_input: bool = True,
    line: int = 1,
) -> TrainingTracker:
    """A rule in rules.yml, as it is trained on: `...` for what may come before it and after it."""
    told = [event(step) for step in condition]
    if not conversation_start:
        told.append(ActionExecuted("..."))
    told += events(*steps)
    if not wait_for_user_input:
        told.append(ActionExecuted("..."))
    told.append(ActionExecuted(ACTION_LISTEN))
    place = Place("rules.yml", line)
    return TrainingTracker(name, tuple(told), place, (place,) * len(told), is_rule=True, rule=Rule(name))
