"""Stories and end-to-end test stories → Markdown of Rasa Core and Rasa 1.x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trainer_tui.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    FollowupAction,
    ReminderScheduled,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, StoryFile, StoryStep
from trainer_tui.dataclass import dataclass
from trainer_tui.formats.entity_writing import annotated
from trainer_tui.formats.json.writing import json_line
from trainer_tui.formats.story_events import BARE_EVENTS

FORM_PREFIX = "form: "
"""Marks what a form did by itself; Rasa's readers pass over such lines."""


@dataclass(frozen=True, slots=True)
class MarkdownStyle:
    """What stands before an action and before a user message; `hashes` and what follows them before a name."""

    action_bullet: str = "    - "
    user_bullet: str = "* "
    header: str = "## "


def write_stories_markdown(stories: StoryFile) -> str:
    """A whole file. Rules have no Markdown; what Markdown stories have no words for is left out."""
    return "\n".join("\n".join(story_lines(step)) + "\n" for step in stories.steps)


def story_lines(
    step: StoryStep, style: MarkdownStyle | None = None, form_turns: frozenset[int] = frozenset()
) -> list[str]:
    """One story as lines without their end. `form_turns`: indices of events that get the `form: ` prefix."""
    style = style or MarkdownStyle()
    lines = [style.header + " ".join(step.name.replace("<!--", "<! --").split())]
    lines.extend(_checkpoint(checkpoint) for checkpoint in step.start_checkpoints)
    for index, event in enumerate(step.events):
        lines.extend(_event_lines(event, style, FORM_PREFIX if index in form_turns else ""))
    lines.extend(_checkpoint(checkpoint) for checkpoint in step.end_checkpoints)
    return lines


def _event_lines(event: Event | Or, style: MarkdownStyle, prefix: str) -> list[str]:
    match event:
        case Or():
            alternatives = (_alternative(alternative) for alternative in event.alternatives)
            return [style.user_bullet + prefix + " OR ".join(alternatives)]
        case UserUttered():
            return [style.user_bullet + prefix + _message(event)]
        case _:
            body = _action(event)
            return [style.action_bullet + prefix + body] if body else []


def _alternative(events: Sequence[Event]) -> str:
    return " ".join(_message(event) for event in events if isinstance(event, UserUttered))


def _message(message: UserUttered) -> str:
    if message.text is not None:
        text = message.text if message.text.startswith("/") else annotated(message.text, message.entities)
        text = " ".join(text.splitlines())
        return f"{message.intent}: {text}" if message.intent is not None else text
    values: dict[str, list[object]] = {}
    for entity in message.entities:
        values.setdefault(entity.entity, []).append(entity.value)
    if not values:
        return message.intent or ""
    return f"{message.intent}{_json({name: found if len(found) > 1 else found[0] for name, found in values.items()})}"


def _action(event: Event) -> str:
    match event:
        case ActionExecuted():
            return event.name or event.text or ""
        case SlotSet():
            return f"slot{_json({event.name: _value(event.value)})}"
        case ActiveLoop():
            return f"form{_json({'name': event.name})}"
        case FollowupAction():
            return f"followup{_json({'name': event.name})}"
        case ReminderScheduled():
            return f"reminder{_json(dict(event.details))}"
        case _:
            return BARE_EVENTS.get(type(event), "")


def _checkpoint(checkpoint: Checkpoint) -> str:
    values = {name: _value(value) for name, value in checkpoint.conditions.items()}
    conditions = _json(values) if values else ""
    return f"> {checkpoint.name}{conditions}"


def _value(value: Any) -> Any:
    """The value as JSON has it; a slot that YAML names without one is filled, with whatever."""
    return "filled" if value is AnyValue.ANY else value


def _json(value: Any) -> str:
    """JSON that no reader takes for a comment or for alternatives: they look for both in quotes, too."""
    return json_line(value).replace("<!--", "\\u003c!--").replace(" OR ", " \\u004fR ")
