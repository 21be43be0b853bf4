"""Synonyms: what people say → the value it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trainer_tui.core.events import Entity
from trainer_tui.core.following import Following
from trainer_tui.core.nlu_data import Example


def synonyms_of(examples: Iterable[Example]) -> dict[str, str]:
    """Of every entity that is marked with another value than its text: `[NYC](city:New York)`."""
    found = {}
    for example in examples:
        for entity in example.entities:
            if entity.start is None or entity.end is None or not isinstance(entity.value, str):
                continue
            said = example.text[entity.start : entity.end]
            if said and said != entity.value:
                found[said] = entity.value
    return found


class SynonymMapper:
    """Case does not count in what is said, as in Rasa's EntitySynonymMapper."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        self.synonyms = {said.lower(): value for said, value in synonyms.items()}

    def map(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        return tuple(replace(entity, value=self.value(entity.value)) for entity in entities)

    def value(self, said: object) -> object:
        return self.synonyms.get(said.lower(), said) if isinstance(said, str) else said


class TaughtSynonyms(Following[Example]):
    """Synonyms, and those that a person taught since; of two for one text the later counts."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        super().__init__()
        self.mapper = SynonymMapper(synonyms)
        self._before: list[SynonymMapper] = []

    def _learn(self, lesson: Example) -> None:
        self._before.append(self.mapper)
        if taught := synonyms_of([lesson]):
            self.mapper = SynonymMapper({**self.mapper.synonyms, **taught})

    def _forget(self, lesson: Example) -> None:
        self.mapper = self._before.pop()
