"""Stories, rules and test stories → YAML of Rasa 2.0 to 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from trainer_tui.core.events import ActionExecuted, ActiveLoop, Entity, Event, SlotSet, UserUttered
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, Rule, StoryFile, StoryStep
from trainer_tui.formats.entity_writing import annotated
from trainer_tui.formats.story_events import BARE_EVENTS
from trainer_tui.formats.yaml.writing import Literal, YamlStyle, block_lines


def write_stories_yaml(stories: StoryFile, version: str | None = "3.1", style: YamlStyle | None = None) -> str:
    """A whole file. Events that YAML stories have no words for (bot utterances, rejections, …) are left out."""
    style = style or YamlStyle()
    blocks = [f'version: "{version}"\n'] if version else []
    sections: list[tuple[str, list[dict[str, Any]]]] = [
        ("stories", [story_item(step) for step in stories.steps]),
        ("rules", [rule_item(rule) for rule in stories.rules]),
    ]
    for key, items in sections:
        if items:
            written = ("\n".join(item_lines(item, style)) + "\n" for item in items)
            blocks.append(f"{key}:\n" + "\n".join(written))
    return "\n".join(blocks)


def item_lines(item: Mapping[str, Any], style: YamlStyle) -> list[str]:
    """One story or rule as the lines of a list item, moved as far to the right as the style's lists are."""
    return [" " * style.list_offset + line if line else "" for line in block_lines([item], style)]


def story_item(step: StoryStep) -> dict[str, Any]:
    """The story as the data of its list item."""
    steps = [
        *(_checkpoint(checkpoint) for checkpoint in step.start_checkpoints),
        *_steps(step.events),
        *(_checkpoint(checkpoint) for checkpoint in step.end_checkpoints),
    ]
    item: dict[str, Any] = {"story": step.name}
    if step.metadata:
        item["metadata"] = dict(step.metadata)
    return item | {"steps": steps}


def rule_item(rule: Rule) -> dict[str, Any]:
    """The rule as the data of its list item."""
    item: dict[str, Any] = {"rule": rule.name}
    if rule.metadata:
        item["metadata"] = dict(rule.metadata)
    if rule.condition:
        item["condition"] = _steps(rule.condition)
    if rule.conversation_start:
        item["conversation_start"] = True
    if not rule.wait_for_user_input:
        item["wait_for_user_input"] = False
    return item | {"steps": _steps(rule.events)}


def _steps(events: Sequence[Event | Or]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for is_slot, run in groupby(events, key=lambda event: isinstance(event, SlotSet)):
        if is_slot:
            steps.append({"slot_was_set": _slots(event for event in run if isinstance(event, SlotSet))})
        else:
            steps.extend(step for event in run for step in _step(event))
    return steps


def _step(event: Event | Or) -> list[dict[str, Any]]:
    match event:
        case Or():
            return [{"or": [step for alternative in event.alternatives for step in _steps(alternative)]}]
        case UserUttered():
            return [_user(event)]
        case ActionExecuted(name=None):
            return [{"bot": event.text}]
        case ActionExecuted():
            return [{"action": event.name}]
        case ActiveLoop():
            return [{"active_loop": event.name}]
        case _:
            name = BARE_EVENTS.get(type(event))
            return [{"action": name}] if name else []


def _user(message: UserUttered) -> dict[str, Any]:
    step: dict[str, Any] = {}
    entities = message.entities
    if message.text is not None:
        is_shorthand = message.text.startswith("/")
        is_marked = not is_shorthand and all(entity.start is not None for entity in entities)
        step["user"] = Literal(annotated(message.text, entities) if is_marked else message.text)
        if is_shorthand or is_marked:
            entities = ()
    if message.intent is not None:
        step["intent"] = message.intent
    if entities:
        step["entities"] = [_entity(entity) for entity in entities]
    return step


def _entity(entity: Entity) -> dict[str, Any]:
    item = {entity.entity: entity.value}
    for name in ("role", "group"):
        label = getattr(entity, name)
        if label is not None:
            item[name] = label
    return item


def _slots(events: Iterable[SlotSet]) -> list[Any]:
    return [_slot(event.name, event.value) for event in events]


def _slot(name: str, value: Any) -> Any:
    return name if value is AnyValue.ANY else {name: value}


def _checkpoint(checkpoint: Checkpoint) -> dict[str, Any]:
    step: dict[str, Any] = {"checkpoint": checkpoint.name}
    if checkpoint.conditions:
        step["slot_was_set"] = [_slot(name, value) for name, value in checkpoint.conditions.items()]
    return step
