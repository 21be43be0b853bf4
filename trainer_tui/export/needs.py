"""What the parts of an export need of one another: a story its names, an example its intent and entities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from trainer_tui.core.domain import base_intent
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.export.additions import ExamplesAddition, NameAddition, ResponseAddition, StoryAddition
from trainer_tui.export.plan import ExportItem

Needed = tuple[str, str]
"""The section of a domain and the name in it."""

_CALLED = {"intents": "the intent", "entities": "the entity", "actions": "the action"}


def with_needs(items: Sequence[ExportItem]) -> list[ExportItem]:
    """The items, those that are on warned of each new name that is left out, and what is left out of who needs it."""
    left_out = {made for item in items if not item.is_on and not item.is_there for made in _makes(item)}
    needed_by: dict[Needed, list[str]] = {}
    for item in items:
        if item.is_on:
            for need in set(_needs(item)) & left_out:
                needed_by.setdefault(need, []).append(item.title.lstrip("+~ "))
    shown = []
    for item in items:
        if item.is_on:
            lacks = sorted(set(_needs(item)) & left_out)
            warnings = [f"needs {_CALLED[section]} {name}, which is left out" for section, name in lacks]
        else:
            by = [title for made in _makes(item) for title in needed_by.get(made, ())]
            warnings = [f"left out, though needed by {', '.join(by)}"] if by else []
        shown.append(replace(item, warnings=(*warnings, *item.warnings)))
    return shown


def _makes(item: ExportItem) -> Iterator[Needed]:
    match item.addition:
        case NameAddition(section, name):
            yield (section, name)
        case ResponseAddition(name):
            yield ("actions", name)


def _needs(item: ExportItem) -> Iterator[Needed]:
    match item.addition:
        case StoryAddition(conversation=events):
            for event in events:
                if isinstance(event, UserUttered):
                    if event.intent:
                        yield ("intents", base_intent(event.intent))
                    yield from (("entities", entity.entity) for entity in event.entities)
                elif isinstance(event, ActionExecuted) and event.name:
                    yield ("actions", event.name)
        case ExamplesAddition(intent, examples):
            yield ("intents", base_intent(intent))
            yield from (("entities", entity.entity) for example in examples for entity in example.entities)
