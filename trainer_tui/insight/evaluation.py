"""How good predictions are: accuracy, F1, whole conversations, confusions, calibration. Pure counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from trainer_tui.core.events import ACTION_LISTEN, Entity
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

BINS = 10

Judged = tuple[str, str]
"""(wanted, got)."""
Spans = Counter[tuple[str, int | None, int | None, str | None, str | None]]
"""(type, start, end, role, group) of entities."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a story: what the story wants, what was predicted, how sure, by which policy."""

    wanted: str
    got: str
    confidence: float
    policy: str
    place: Place | None = None

    @property
    def is_right(self) -> bool:
        return self.wanted == self.got


@dataclass(frozen=True, slots=True)
class Misreading:
    """A message that an interpreter reads otherwise than its story does. `is_failure`: the story fails by it."""

    text: str
    what: str
    place: Place | None = None
    is_failure: bool = True


@dataclass(frozen=True, slots=True)
class Conversation:
    """One story (one way through its alternatives), every action predicted from the story's own past.

    `misreadings` are of its messages, where these have a text that was given to an interpreter.
    """

    story: str
    steps: tuple[Step, ...]
    place: Place | None = None
    misreadings: tuple[Misreading, ...] = ()

    @property
    def first_wrong(self) -> Step | None:
        return next((step for step in self.steps if not step.is_right), None)

    @property
    def misread(self) -> tuple[Misreading, ...]:
        """The misreadings by which the story fails."""
        return tuple(found for found in self.misreadings if found.is_failure)

    @property
    def failed_at(self) -> Place | None:
        """Where the first failure stands."""
        step = self.first_wrong
        places = [found.place for found in self.misread] + ([step.place] if step else [])
        return min((place for place in places if place), key=lambda place: place.line or 0, default=self.place)


@dataclass(frozen=True, slots=True)
class ActionScores:
    """Over all steps, or all but those that want action_listen. `f1` is weighted by how often an action is wanted."""

    right: int
    total: int
    f1: float

    @property
    def accuracy(self) -> float:
        return share(self.right, self.total)


@dataclass(frozen=True, slots=True)
class StoryReport:
    """What became of stories that were told; `confusions`: (wanted and got, how often), most often first."""

    conversations: tuple[Conversation, ...]
    actions: ActionScores
    without_listen: ActionScores
    calibration_error: float
    confusions: tuple[tuple[Judged, int], ...]

    @property
    def failed(self) -> tuple[Conversation, ...]:
        return tuple(told for told in self.conversations if told.first_wrong or told.misread)

    @property
    def conversations_right(self) -> int:
        return len(self.conversations) - len(self.failed)


@dataclass(frozen=True, slots=True)
class ParsedExample:
    """One NLU example: intent and entities as written and as parsed."""

    text: str
    wanted: str
    got: str
    confidence: float
    wanted_entities: tuple[Entity, ...] = ()
    got_entities: tuple[Entity, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class EntityScores:
    """Of one type of entity: how many spans are wanted, found, and both."""

    name: str
    wanted: int
    got: int
    right: int

    @property
    def f1(self) -> float:
        return share(2 * self.right, self.wanted + self.got)


@dataclass(frozen=True, slots=True)
class InterpreterReport:
    """`entity_f1` is over spans: type, start, end, role and group must all agree. `entity_types`: by name."""

    examples: tuple[ParsedExample, ...]
    intents_right: int
    intent_f1: float
    entity_f1: float
    entity_precision: float
    entity_recall: float
    entities: int
    entity_types: tuple[EntityScores, ...]
    calibration_error: float
    confusions: tuple[tuple[Judged, int], ...]

    @property
    def intent_accuracy(self) -> float:
        return share(self.intents_right, len(self.examples))

    @property
    def worst(self) -> tuple[ParsedExample, ...]:
        """The examples whose intent is told wrongly, the surest first."""
        wrong = [example for example in self.examples if example.wanted != example.got]
        return tuple(sorted(wrong, key=lambda example: -example.confidence))


def share(part: float, whole: float) -> float:
    """part / whole; nothing of nothing is all of it: there was no way to fail."""
    return part / whole if whole else 1.0


def report_on_stories(conversations: Iterable[Conversation]) -> StoryReport:
    found = tuple(conversations)
    steps = [step for conversation in found for step in conversation.steps]
    judged = [(step.wanted, step.got) for step in steps]
    return StoryReport(
        conversations=found,
        actions=_action_scores(judged),
        without_listen=_action_scores([pair for pair in judged if pair[0] != ACTION_LISTEN]),
        calibration_error=calibration_error((step.confidence, step.is_right) for step in steps),
        confusions=confusions(judged),
    )


def report_on_examples(examples: Iterable[ParsedExample]) -> InterpreterReport:
    found = tuple(examples)
    judged = [(example.wanted, example.got) for example in found]
    wanted = [_spans(example.wanted_entities) for example in found]
    got = [_spans(example.got_entities) for example in found]
    both = sum((left & right).total() for left, right in zip(wanted, got, strict=True))
    wanted_count, got_count = sum(spans.total() for spans in wanted), sum(spans.total() for spans in got)
    return InterpreterReport(
        examples=found,
        intents_right=sum(left == right for left, right in judged),
        intent_f1=weighted_f1(judged),
        entity_f1=share(2 * both, wanted_count + got_count),
        entity_precision=share(both, got_count),
        entity_recall=share(both, wanted_count),
        entities=wanted_count,
        entity_types=_entity_types(wanted, got),
        calibration_error=calibration_error((example.confidence, example.wanted == example.got) for example in found),
        confusions=confusions(judged),
    )


def weighted_f1(judged: Sequence[Judged]) -> float:
    """F1 of each wanted label, averaged by how often it is wanted (scikit-learn's `average="weighted"`)."""
    wanted = Counter(pair[0] for pair in judged)
    got = Counter(pair[1] for pair in judged)
    right = Counter(left for left, other in judged if left == other)
    weighed = sum(count * 2 * right[label] / (count + got[label]) for label, count in wanted.items())
    return share(weighed, len(judged))


def calibration_error(judged: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error: |mean confidence - share right| in ten bins of confidence, weighed by their size."""
    sums = [0.0] * BINS
    total = 0
    for confidence, is_right in judged:
        sums[min(int(confidence * BINS), BINS - 1)] += min(confidence, 1.0) - is_right
        total += 1
    return sum(abs(difference) for difference in sums) / total if total else 0.0


def confusions(judged: Iterable[Judged]) -> tuple[tuple[Judged, int], ...]:
    """What was taken for what and how often, most frequent first."""
    counted = Counter(pair for pair in judged if pair[0] != pair[1])
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _action_scores(judged: Sequence[Judged]) -> ActionScores:
    return ActionScores(sum(wanted == got for wanted, got in judged), len(judged), weighted_f1(judged))


def _entity_types(wanted: Iterable[Spans], got: Iterable[Spans]) -> tuple[EntityScores, ...]:
    counts: dict[str, list[int]] = {}
    for left, right in zip(wanted, got, strict=True):
        for position, spans in enumerate((left, right, left & right)):
            for span, number in spans.items():
                counts.setdefault(span[0], [0, 0, 0])[position] += number
    return tuple(EntityScores(name, *counts[name]) for name in sorted(counts))


def _spans(entities: Iterable[Entity]) -> Spans:
    return Counter((entity.entity, entity.start, entity.end, entity.role, entity.group) for entity in entities)
