"""What a person taught about entities since the last fit: known at once, forgotten exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.nlu.entity_extractor import EntityExtractor, Kind, in_order, kind_of
from trainer_tui.nlu.phrases import PhraseTable
from trainer_tui.nlu.tokenizer import tokenize

TAUGHT = "taught"


class TaughtExtractor:
    """An extractor and what a person taught it since.

    A taught text has exactly the entities it was taught with. Elsewhere, a phrase that the extractor missed where it
    was taught is what it was taught as, and one that was wrongly marked is left alone.
    """

    def __init__(self, extractor: EntityExtractor) -> None:
        self.extractor = extractor
        self._untaught: dict[str, tuple[Entity, ...]] = {}
        self._forget()

    def _forget(self) -> None:
        self.examples: tuple[Example, ...] = ()
        self._exact: dict[str, tuple[Entity, ...]] = {}
        self._missed = PhraseTable[Kind]()
        self._wrong: set[tuple[str, Kind]] = set()
        self.errors = 0
        """How often the extractor found something else."""

    def learn(self, examples: Sequence[Example]) -> None:
        """Know exactly these examples beside the extractor; of two for one text the later counts."""
        given = tuple(examples)
        if given[: len(self.examples)] != self.examples:
            self._forget()
        for example in given[len(self.examples) :]:
            self._learn_one(example)
        self.examples = given

    def extract(self, text: str, intent: str | None = None) -> tuple[Entity, ...]:
        taught = self._exact.get(text)
        if taught is not None:
            return taught
        tokens = tokenize(text)
        found = [
            entity
            for entity in self.extractor.extract(text, intent)
            if (_said(text, entity), kind_of(entity)) not in self._wrong
        ]
        for match in self._missed.find(tokens):
            start, end = tokens[match.start].start, tokens[match.end - 1].end
            if any((entity.start, entity.end, entity.entity) == (start, end, match.kind.entity) for entity in found):
                continue  # the extractor sees the phrase as such; roles depend on what stands around it
            found = [entity for entity in found if not entity.overlaps(start, end)]
            found.append(
                Entity(match.kind.entity, text[start:end], start, end, match.kind.role, match.kind.group, TAUGHT)
            )
        return in_order(found)

    def _learn_one(self, example: Example) -> None:
        text = example.text
        self._exact[text] = tuple(replace(entity, confidence=1.0) for entity in example.entities)
        if text not in self._untaught:
            self._untaught[text] = self.extractor.extract(text, example.intent)
        right = {(entity.start, entity.end, kind_of(entity)) for entity in example.entities}
        predicted = {(entity.start, entity.end, kind_of(entity)) for entity in self._untaught[text]}
        self.errors += predicted != right
        for start, end, kind in sorted(predicted - right, key=repr):
            self._wrong.add((text[start:end].casefold(), kind))
            if self._missed.kind_of(text[start:end]) == kind:
                self._missed.remove(text[start:end])
        for start, end, kind in sorted(right - predicted, key=repr):
            if start is not None and end is not None:
                self._wrong.discard((text[start:end].casefold(), kind))
                self._missed.add(text[start:end], kind)


def _said(text: str, entity: Entity) -> str:
    return text[entity.start : entity.end].casefold()
