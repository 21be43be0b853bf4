"""The interpreter of a project: intents, entities, synonyms and thresholds put together as its `pipeline:` asks.

A fit takes seconds, a lesson must count at once. So there are fitted models, which never change, and lessons beside
them, which are forgotten exactly. A refit makes a new interpreter whose model has the lessons in it; where one of them
is taken back later, the model of the project's own data answers again, with what is still taught beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from trainer_tui.core.domain import NLU_FALLBACK, Domain, base_intent
from trainer_tui.core.growing import Growing
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.nlu.components import DEFAULT_SETTINGS, Settings
from trainer_tui.nlu.entity_extractor import EntityExtractor
from trainer_tui.nlu.entity_lessons import TaughtExtractor
from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel, finds
from trainer_tui.nlu.intent_lessons import TaughtClassifier
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.project_settings import settings_of
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.nlu.synonyms import TaughtSynonyms
from trainer_tui.progress import Progress, unheard

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG = 500
"""Characters of a message that are more than people say to a bot."""


class _Taught:
    """A fitted model with lessons beside it."""

    def __init__(self, model: FittedModel) -> None:
        self.model = model
        self.intents = TaughtClassifier(model.classifier)
        self.entities = TaughtExtractor(model.extractor or EntityExtractor())
        self.synonyms = TaughtSynonyms(model.synonyms)
        self._errors_of_fit = 0

    def covers(self, lessons: Sequence[Example]) -> bool:
        """Whether nothing that was taken back is still in the fit."""
        fitted = Growing.of(self.model.lessons)
        return fitted.shared_length(Growing.of(lessons)) == len(fitted) or set(fitted) <= set(lessons)

    @property
    def errors(self) -> int:
        return self.intents.errors + self.entities.errors - self._errors_of_fit

    def take_for_fitted(self) -> None:
        """What the fit still has wrong of its own lessons no other fit would have right."""
        self._errors_of_fit += self.errors

    def learn(self, lessons: Sequence[Example], settings: Settings) -> None:
        self.intents.learn(lessons)
        self.entities.learn(lessons)
        if settings.maps_synonyms:
            self.synonyms.learn(lessons)


class PipelineInterpreter:
    """Untrained, it understands `/intent{…}` and what it is taught.

    `train`, `learn` and `adopting` are deterministic; `parse` changes nothing.
    """

    name = "TF-IDF + linear classifier, CRF"

    def __init__(self, settings: Settings = DEFAULT_SETTINGS, domain: Domain | None = None) -> None:
        self.settings = settings
        self.domain = domain
        self._project = _Taught(FittedModel())
        self._latest = self._project
        self._active = self._project

    def train(self, data: TrainingData, tell: Progress = unheard) -> Self:
        self._start(self.assignment(data).solve(tell))
        return self

    def learn(self, examples: Sequence[Example]) -> None:
        self._active = self._latest if self._latest.covers(examples) else self._project
        self._active.learn(examples, self.settings)

    def assignment(self, data: TrainingData, examples: Sequence[Example] = ()) -> FitAssignment:
        """What has to be fitted to know `data` (with examples taught: what this one was trained on) and `examples`."""
        extractor = self._project.model.extractor
        is_kept = bool(examples) and extractor is not None and all(finds(extractor, example) for example in examples)
        return FitAssignment(data, self.settings, Growing.of(examples), with_entities=not is_kept)

    def adopting(self, model: FittedModel) -> Self:
        """An interpreter with the model of an assignment of this one's. This one stays as it is, so it can go on
        answering while the fit runs elsewhere."""
        new = type(self)(self.settings, self.domain)
        if not model.lessons:
            new._start(model)
        else:
            new._start(self._project.model)
            new._latest = _Taught(replace(model, extractor=model.extractor or self._project.model.extractor))
        new.give_up(self.given_up())
        new.learn(model.lessons)
        new._latest.take_for_fitted()
        return new

    @property
    def has_erred(self) -> bool:
        """Whether the fit says something else than it was taught since."""
        return self._active.errors > 0

    def may_take_long(self, text: str) -> bool:
        """Whether `parse` may take more than a blink: for a long text, and where regexes of the project run over it."""
        patterns = self._active.entities.extractor.patterns
        return len(text) > _LONG or any(pattern.regex is not None for pattern in patterns)

    def parse(self, text: str) -> ParseResult:
        """FormatError where `text` is a broken shorthand."""
        shorthand = parse_shorthand(text, self.domain)
        if shorthand is not None:
            return shorthand
        ranking = self._ranking(text)
        meant = ranking[0][0] if ranking else None
        entities = self._active.synonyms.mapper.map(self._active.entities.extract(text, meant))
        if not ranking or not text.strip():
            return ParseResult(text, None, 0.0, entities, ranking)
        intent, confidence = ranking[0]
        if self._falls_back(ranking):
            intent, confidence = NLU_FALLBACK, (self.settings.fallback or (0.0, 0.0))[0]
            ranking = ((intent, confidence), *ranking)
        return ParseResult(text, intent, confidence, entities, ranking)

    def given_up(self) -> frozenset[str]:
        """Names of the project's regexes that took too long for some text, and find nothing any more."""
        return frozenset(name for known in (self._project, self._latest) for name in known.entities.extractor.given_up)

    def give_up(self, names: Iterable[str]) -> None:
        """Know from another interpreter of the project that these take too long."""
        for known in (self._project, self._latest):
            known.entities.extractor.given_up.update(names)

    def _ranking(self, text: str) -> tuple[tuple[str, float], ...]:
        taught = self._active.intents
        shares = dict(zip(taught.intents, taught.probabilities(text).tolist(), strict=True))
        if not shares:
            return ()
        bases = {base_intent(intent) for intent in shares}
        unseen = [name for name in self.domain.intents if name not in bases] if self.domain else []
        shares |= dict.fromkeys(unseen, 0.0)
        return tuple(sorted(shares.items(), key=lambda item: (-item[1], item[0])))

    def _falls_back(self, ranking: Sequence[tuple[str, float]]) -> bool:
        """As Rasa's FallbackClassifier, which judges base intents: the response keys of one are added up."""
        if self.settings.fallback is None:
            return False
        threshold, ambiguity = self.settings.fallback
        shares: dict[str, float] = {}
        for intent, share in ranking:
            shares[base_intent(intent)] = shares.get(base_intent(intent), 0.0) + share
        best, second, *_ = (*sorted(shares.values(), reverse=True), 0.0)
        return best < threshold or (len(shares) > 1 and best - second < ambiguity)

    def _start(self, model: FittedModel) -> None:
        self._project = _Taught(model)
        self._latest = self._active = self._project

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The model of the project's data as JSON and arrays, lessons left out: a session teaches its own again."""
        described, arrays = self._project.model.to_parts()
        return {"settings": self.settings.to_json(), **described}, arrays

    @classmethod
    def from_parts(
        cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], domain: Domain | None = None
    ) -> Self:
        """The interpreter that `to_parts` described; it parses exactly alike. MissingEmbeddings where it was trained
        with sentence vectors that are not installed here."""
        interpreter = cls(Settings.from_json(described["settings"]), domain)
        interpreter._start(FittedModel.from_parts(described, arrays))
        return interpreter


def build_interpreter(
    pipeline: str | Sequence[Mapping[str, Any] | str] | None = None,
    language: str | None = None,
    domain: Domain | None = None,
) -> tuple[PipelineInterpreter, tuple[str, ...]]:
    """An untrained interpreter for a project's `pipeline:`, and what there is to say of that: see `settings_of`."""
    settings, notes = settings_of(pipeline, language)
    return PipelineInterpreter(settings, domain), notes
