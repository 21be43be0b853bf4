"""Synonyms as files of every notation list them."""

from __future__ import annotations

from collections.abc import Mapping

from trainer_tui.core.nlu_data import TrainingData


def by_value(synonyms: Mapping[str, str]) -> dict[str, list[str]]:
    """Synonyms as files list them: value → all that is said for it."""
    found: dict[str, list[str]] = {}
    for said, value in synonyms.items():
        found.setdefault(value, []).append(said)
    return found


def unmarked_synonyms(data: TrainingData) -> dict[str, str]:
    """The synonyms that no entity mark of an example makes by itself."""
    made = {
        example.text[entity.start : entity.end]: str(entity.value)
        for example in data.examples
        for entity in example.entities
        if example.text[entity.start : entity.end] != entity.value
    }
    return {said: value for said, value in data.synonyms.items() if made.get(said) != value}
