"""Messages of test stories given to an interpreter: where it reads them otherwise than they are annotated.

As Rasa's `test` with texts: a wrong intent, an entity that is not found and one that is not annotated fail the story;
a wrong role or group does not, which is said all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from trainer_tui.core.domain import base_intent
from trainer_tui.core.events import Entity, UserUttered
from trainer_tui.errors import Place
from trainer_tui.insight.evaluation import Misreading
from trainer_tui.nlu.interpreter import ParseResult


class Interpreter(Protocol):
    def parse(self, text: str) -> ParseResult: ...


def misreadings(message: UserUttered, interpreter: Interpreter, place: Place | None) -> Iterator[Misreading]:
    """What is read otherwise in the message; nothing where it has no text, no intent, or spells its meaning out."""
    text = message.text
    if not text or message.intent is None or text.startswith("/"):
        return
    parsed = interpreter.parse(text)
    if not _is_intent(message.intent, parsed.intent or ""):
        yield Misreading(text, f"understood as {parsed.intent or 'nothing'}, not as {message.intent}", place)
    for wanted in _missing(message.entities, parsed.entities):
        yield Misreading(text, f"the entity {_told(wanted)} is not found", place)
    for got in _missing(parsed.entities, message.entities):
        yield Misreading(text, f"the entity {_told(got)} is found, and not annotated", place)
    for wanted in message.entities:
        same = [got for got in parsed.entities if _is_same(wanted, got)]
        if same and not any((got.role, got.group) == (wanted.role, wanted.group) for got in same):
            what = f"the entity {_told(wanted)} is found as {_label(same[0])}, annotated as {_label(wanted)}"
            yield Misreading(text, what, place, is_failure=False)


def _is_intent(wanted: str, got: str) -> bool:
    """A story that names a retrieval intent alone leaves open which response is meant."""
    return wanted == got or ("/" not in wanted and wanted == base_intent(got))


def _missing(wanted: Iterable[Entity], found: Iterable[Entity]) -> list[Entity]:
    known = list(found)
    return [entity for entity in wanted if not any(_is_same(entity, other) for other in known)]


def _is_same(one: Entity, other: Entity) -> bool:
    """Entity, value and place are equal; an annotation without a text has no place."""
    if (one.entity, str(one.value)) != (other.entity, str(other.value)):
        return False
    return None in (one.start, other.start) or (one.start, one.end) == (other.start, other.end)


def _told(entity: Entity) -> str:
    return f"{entity.entity}={entity.value!s:.40}"


def _label(entity: Entity) -> str:
    return "#".join(filter(None, (entity.role, entity.group))) or "no role"
