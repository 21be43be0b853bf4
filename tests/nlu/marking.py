"""Examples written as a person marks them."""

from __future__ import annotations

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example


def marked(text: str, intent: str | None, *marks: tuple[str, str] | tuple[str, str, str | None, str | None]) -> Example:
    """An example; each mark is (what is said, entity) or (what is said, entity, role, group)."""
    entities = []
    position = 0
    for said, entity, *labels in marks:
        start = text.index(said, position)
        position = start + len(said)
        role, group = labels or (None, None)
        entities.append(Entity(entity, said, start, position, role, group))
    return Example(text, intent, tuple(entities))
