"""What a fit of NLU data needs, and what it knows: both plain data, so that it can run anywhere and be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any, Self

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.components import Settings
from trainer_tui.nlu.embeddings import find_encoder
from trainer_tui.nlu.entity_extractor import EntityExtractor, EntityRecipe, Pattern, in_order, kind_of
from trainer_tui.nlu.intent_classifier import IntentClassifier
from trainer_tui.nlu.intent_fitting import IntentRecipe
from trainer_tui.nlu.synonyms import synonyms_of
from trainer_tui.progress import Progress, part_of, unheard

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class FittedModel:
    """What one fit knows. `lessons` are the taught examples that were fitted with the project's data."""

    classifier: IntentClassifier | None = None
    extractor: EntityExtractor | None = None
    synonyms: Mapping[str, str] = field(default_factory=dict)
    lessons: Sequence[Example] = ()

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """JSON and arrays, the lessons left out."""
        classifier = extractor = None
        arrays: dict[str, NDArray[Any]] = {}
        if self.extractor:
            extractor, extractor_arrays = self.extractor.to_parts()
            arrays |= {f"entities.{name}": array for name, array in extractor_arrays.items()}
        if self.classifier:
            classifier, classifier_arrays = self.classifier.to_parts()
            arrays |= {f"intents.{name}": array for name, array in classifier_arrays.items()}
        return {"intents": classifier, "entities": extractor, "synonyms": dict(self.synonyms)}, arrays

    @classmethod
    def from_parts(
        cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], lessons: Sequence[Example] = ()
    ) -> Self:
        """ValueError where the parts do not fit together, MissingEmbeddings where it was fitted with sentence vectors
        that are not installed here."""
        classifier, extractor = described["intents"], described["entities"]
        return cls(
            _stored_classifier(classifier, _below("intents.", arrays)) if classifier else None,
            EntityExtractor.from_parts(extractor, _below("entities.", arrays)) if extractor else None,
            dict(described["synonyms"]),
            lessons,
        )


@dataclass(frozen=True)
class FitAssignment:
    """Data and lessons to learn from nothing; what was taught last of a text is all that counts of it.

    `with_entities`: whether an extractor is fitted as well; where the one of the data alone finds all that the lessons
    say, that work is spared.
    """

    data: TrainingData
    settings: Settings
    lessons: Sequence[Example] = ()
    with_entities: bool = True

    @property
    def seconds(self) -> float:
        """About how long a fit takes: 10 s for a million examples × intents; entities cost five times as much."""
        return sum(self._seconds())

    def _seconds(self) -> tuple[float, float]:
        """For intents, and for entities."""
        examples = (*self.data.examples, *self.lessons)
        kinds = {kind_of(entity) for example in examples for entity in example.entities} if self.with_entities else ()
        intents = {example.intent for example in examples}
        return len(examples) * len(intents) / 100_000, len(examples) * 5 * len(kinds) / 100_000

    def solve(self, progress: Progress = unheard) -> FittedModel:
        """FormatError where a regex cannot be read."""
        of_intents, of_entities = self._seconds()
        share_of_intents = of_intents / (of_intents + of_entities or 1.0)
        taught = {example.text: example for example in self.lessons}
        examples = (*(example for example in self.data.examples if example.text not in taught), *taught.values())
        labelled = [(example.text, example.intent) for example in examples if example.intent]
        classifier = None
        if labelled:
            texts, intents = zip(*labelled, strict=True)
            told = part_of(progress, 0.0, share_of_intents)
            classifier = IntentClassifier.fit(texts, intents, _intent_recipe(self.settings), told)
        progress("learning entities", share_of_intents)
        extractor = _fit_extractor(self.data, examples, self.settings) if examples and self.with_entities else None
        synonyms = synonyms_of(examples) | dict(self.data.synonyms) if self.settings.maps_synonyms else {}
        return FittedModel(classifier, extractor, synonyms, self.lessons)

    def solution_of(self, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> FittedModel:
        """The model of these parts; the lessons in it do not go with them."""
        return FittedModel.from_parts(described, arrays, self.lessons)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        described = {
            "examples": [_example_json(example) for example in self.data.examples],
            "synonyms": dict(self.data.synonyms),
            "regexes": self.data.regexes,
            "lookups": [(lookup.name, lookup.elements) for lookup in self.data.lookups],
            "settings": self.settings.to_json(),
            "lessons": [_example_json(example) for example in self.lessons],
            "with_entities": self.with_entities,
        }
        return described, {}

    @classmethod
    def from_parts(cls, found: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        data = TrainingData(
            tuple(map(_example, found["examples"])),
            found["synonyms"],
            tuple((name, pattern) for name, pattern in found["regexes"]),
            tuple(Lookup(name, tuple(elements)) for name, elements in found["lookups"]),
        )
        lessons = tuple(map(_example, found["lessons"]))
        return cls(data, Settings.from_json(found["settings"]), lessons, found["with_entities"])


def _intent_recipe(settings: Settings) -> IntentRecipe:
    return IntentRecipe(settings.intent_names, settings.naive_bayes, find_encoder() if settings.embeddings else None)


def finds(extractor: EntityExtractor, example: Example) -> bool:
    """Whether it finds exactly the entities of the example."""
    found, right = (
        [(entity.start, entity.end, kind_of(entity)) for entity in entities]
        for entities in (extractor.extract(example.text, example.intent), in_order(example.entities))
    )
    return found == right


def _fit_extractor(data: TrainingData, examples: Sequence[Example], settings: Settings) -> EntityExtractor:
    if not (settings.extracts_entities or settings.extracts_lookups or settings.extracts_regexes):
        return EntityExtractor()
    marked = examples if settings.extracts_entities else ()
    recipe = EntityRecipe(
        settings.intent_for_entities,
        settings.gazetteer,
        settings.known_words,
        settings.whole_entities,
        settings.gradient_descent,
    )
    return EntityExtractor.fit(marked, _patterns(data, examples, settings), recipe)


def _patterns(data: TrainingData, examples: Sequence[Example], settings: Settings) -> list[Pattern]:
    """As Rasa's RegexEntityExtractor, only what is named like an entity of the examples is extracted."""
    entities = {entity.entity for example in examples for entity in example.entities}
    sensitive = settings.is_case_sensitive
    regexes = [
        Pattern(name, regex, (), extracts, sensitive or not extracts)
        for name, regex in data.regexes
        for extracts in [settings.extracts_regexes and name in entities]
    ]
    lookups = [
        Pattern(lookup.name, None, tuple(lookup.elements), extracts, sensitive and extracts)
        for lookup in data.lookups
        for extracts in [settings.extracts_lookups and lookup.name in entities]
    ]
    return regexes + lookups


def _example_json(example: Example) -> list[Any]:
    return [example.text, example.intent, [asdict(entity) for entity in example.entities]]


def _example(found: Sequence[Any]) -> Example:
    text, intent, entities = found
    return Example(text, intent, tuple(Entity(**entity) for entity in entities))


def _stored_classifier(described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> IntentClassifier:
    name = described["encoder"]
    return IntentClassifier.from_parts(described, arrays, find_encoder(name) if name else None)


def _below(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
