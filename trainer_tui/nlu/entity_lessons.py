"""What a person taught about entities since the last fit: known at once, forgotten exactly."""

from __future__ import annotations

from dataclasses import field, replace

from trainer_tui.core.events import Entity
from trainer_tui.core.following import Following
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.entity_extractor import EntityExtractor, Kind, in_order, kind_of
from trainer_tui.nlu.phrases import PhraseTable
from trainer_tui.nlu.tokenizer import tokenize

TAUGHT = "taught"


class TaughtExtractor(Following[Example]):
    """An extractor and what a person taught it since.

    A taught text has exactly the entities it was taught with. Elsewhere, a phrase that the extractor missed where it
    was taught is what it was taught as, and one that was wrongly marked is left alone.
    """

    def __init__(self, extractor: EntityExtractor) -> None:
        super().__init__()
        self.extractor = extractor
        self._untaught: dict[str, tuple[Entity, ...]] = {}
        self._exact: dict[str, tuple[Entity, ...]] = {}
        self._beside = _Beside()
        self._before: list[tuple[tuple[Entity, ...] | None, _Beside]] = []

    @property
    def errors(self) -> int:
        """How often the extractor found something else."""
        return self._beside.errors

    def extract(self, text: str, intent: str | None = None) -> tuple[Entity, ...]:
        taught = self._exact.get(text)
        if taught is not None:
            return taught
        tokens = tokenize(text)
        found = [
            entity
            for entity in self.extractor.extract(text, intent)
            if (_said(text, entity), kind_of(entity)) not in self._beside.wrong
        ]
        for match in self._beside.missed.find(tokens):
            start, end = tokens[match.start].start, tokens[match.end - 1].end
            if any((entity.start, entity.end, entity.entity) == (start, end, match.kind.entity) for entity in found):
                continue  # the extractor sees the phrase as such; roles depend on what stands around it
            found = [entity for entity in found if not entity.overlaps(start, end)]
            found.append(
                Entity(match.kind.entity, text[start:end], start, end, match.kind.role, match.kind.group, TAUGHT)
            )
        return in_order(found)

    def _learn(self, lesson: Example) -> None:
        """Of two lessons for one text the later counts."""
        text = lesson.text
        self._before.append((self._exact.get(text), self._beside))
        self._exact[text] = tuple(replace(entity, confidence=1.0) for entity in lesson.entities)
        if text not in self._untaught:
            self._untaught[text] = self.extractor.extract(text, lesson.intent)
        right = {(entity.start, entity.end, kind_of(entity)) for entity in lesson.entities}
        predicted = {(entity.start, entity.end, kind_of(entity)) for entity in self._untaught[text]}
        if predicted != right:
            self._beside = self._beside.after(text, predicted - right, right - predicted)

    def _forget(self, lesson: Example) -> None:
        exact, self._beside = self._before.pop()
        if exact is None:
            del self._exact[lesson.text]
        else:
            self._exact[lesson.text] = exact


_Mark = tuple[int | None, int | None, Kind]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What was taught beside the extractor for other texts as well: it stays as it is, another one follows it."""

    missed: PhraseTable[Kind] = field(default_factory=PhraseTable)
    wrong: frozenset[tuple[str, Kind]] = frozenset()
    errors: int = 0

    def after(self, text: str, wrong: set[_Mark], missed: set[_Mark]) -> _Beside:
        """With what the extractor had marked wrongly in that text, and what it had missed."""
        table, known = self.missed.copy(), set(self.wrong)
        for start, end, kind in sorted(wrong, key=repr):
            known.add((text[start:end].casefold(), kind))
            if table.kind_of(text[start:end]) == kind:
                table.remove(text[start:end])
        for start, end, kind in sorted(missed, key=repr):
            if start is not None and end is not None:
                known.discard((text[start:end].casefold(), kind))
                table.add(text[start:end], kind)
        return _Beside(table, frozenset(known), self.errors + 1)


def _said(text: str, entity: Entity) -> str:
    return text[entity.start : entity.end].casefold()
