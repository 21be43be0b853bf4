"""What every NLU reader collects: examples, synonyms, regexes, lookup tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, Synonym, TrainingData
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, Problem
from trainer_tui.formats import entity_markup
from trainer_tui.formats.report import Report
from trainer_tui.words import quoted

# The text of the file of that name in the same folder; None where there is none, FormatError where it is no text.
Beside = Callable[[str], str | None]


def nothing_beside(name: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class NluRead:
    """What an NLU reader found in one text, and what was wrong with it."""

    data: TrainingData = field(default_factory=TrainingData)
    problems: tuple[Problem, ...] = ()


class NluBuilder:
    """Training data in the making. Equal examples of a file count once, as in Rasa."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._examples: dict[Example, None] = {}
        self._synonyms: dict[str, str] = {}
        self._synonym_lines: list[Synonym] = []
        self._regexes: list[tuple[str, str]] = []
        self._lookups: dict[str, list[str]] = {}
        self._lookup_paths: dict[str, str] = {}

    def add_marked(self, marked: str, intent: str, line: int | None, metadata: Mapping[str, Any] | None = None) -> None:
        """An example in Rasa's entity notation; an entity whose value differs from its text makes a synonym."""
        try:
            found = entity_markup.parse(marked)
        except FormatError as error:
            self.report.failure(error, line)
            return
        self.add(found.text, intent, found.entities, line, metadata)
        for entity in found.entities:
            said = found.text[entity.start : entity.end]
            if said != entity.value:
                self.add_synonym(said, str(entity.value), line)

    def add(
        self,
        text: str,
        intent: str | None,
        entities: tuple[Entity, ...] = (),
        line: int | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        name = intent.strip() if intent else None
        self._examples.setdefault(Example(text, name, entities, metadata or {}, self.report.place(line)))

    def add_synonym(self, said: str, value: str, line: int | None = None) -> None:
        self._synonyms[said] = value
        self._synonym_lines.append(Synonym(said, value, self.report.place(line)))

    def add_regex(self, name: str, pattern: str, line: int | None = None) -> None:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            text = f"the regex {name!r} cannot be read: {error}, in {quoted(pattern, 80)}"
            self.report.error(line, text, "Expected a Python regular expression.")
        else:
            self._regexes.append((name, pattern))

    def add_lookup(self, name: str, elements: tuple[str, ...] = (), path: str | None = None) -> None:
        self._lookups.setdefault(name, []).extend(elements)
        if path is not None:
            self._lookup_paths[name] = path

    def finish(self) -> NluRead:
        lookups = (
            Lookup(name, tuple(elements), self._lookup_paths.get(name)) for name, elements in self._lookups.items()
        )
        data = TrainingData(
            tuple(self._examples),
            self._synonyms,
            tuple(self._regexes),
            tuple(lookups),
            tuple(self._synonym_lines),
        )
        return NluRead(data, tuple(self.report.problems))
