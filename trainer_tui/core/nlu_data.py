"""NLU training data: examples with their entities, synonyms, regexes and lookup tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.core.events import Entity
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place


@dataclass(frozen=True, slots=True)
class Example:
    """One message to learn from. `intent` holds the response key of a retrieval intent: `faq/hours`."""

    text: str
    intent: str | None
    entities: tuple[Entity, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)
    place: Place | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        # Not of the entities: what stands for one may be a list.
        return hash((self.text, self.intent))


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup table: its elements, or the path of the file that lists them."""

    name: str
    elements: tuple[str, ...] = ()
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Synonym:
    """One line that gives a value for what is said."""

    said: str
    value: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All NLU data of a file or project. `synonyms`: what is said → value, the last where there are several;
    `synonym_lines`: all of them; `regexes`: (name, pattern)."""

    examples: tuple[Example, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: tuple[tuple[str, str], ...] = ()
    lookups: tuple[Lookup, ...] = ()
    synonym_lines: tuple[Synonym, ...] = field(default=(), compare=False)

    def merged(self, other: TrainingData) -> TrainingData:
        return TrainingData(
            self.examples + other.examples,
            dict(self.synonyms) | dict(other.synonyms),
            self.regexes + other.regexes,
            self.lookups + other.lookups,
            self.synonym_lines + other.synonym_lines,
        )
