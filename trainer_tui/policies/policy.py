"""What a policy is: it learns from stories and from a person, and says which action comes next and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import field
from inspect import signature
from typing import Protocol, Self, runtime_checkable

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event, LoopInterrupted
from trainer_tui.core.second_opinion import SecondOpinion
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a policy says what it says, in one line, and where that stands in the project's files.

    `action` is what the stories or the rule of this evidence do here; None where the evidence is for no action.
    """

    text: str
    places: tuple[Place, ...] = ()
    action: str | None = None


USUAL_THRESHOLD = 0.3
"""What Rasa's fallbacks ask of the other policies where a configuration says nothing."""


@dataclass(frozen=True, slots=True)
class PolicyPrediction:
    """What one policy (or the ensemble) predicts.

    `confidences`: action → [0, 1]; absent actions have 0. Empty = no say.
    `events` go onto the tracker with the action (`LoopInterrupted`). `is_no_user_prediction`: made without regard to
    the latest message (a loop's happy path); beats the others as in Rasa 3.x. `hide_rule_turn`: a rule of which no
    story knows; the other policies do not see its turn. `contradictions` are rules or stories that a correction
    overrules here. `is_calibrated`: of ten predictions that are .8 sure, eight are right. `has_usual_threshold`: the
    confidence of a fallback that nobody chose, but Rasa has by default.
    """

    policy: str
    confidences: Mapping[str, float]
    priority: int = 1
    events: tuple[Event, ...] = ()
    is_no_user_prediction: bool = False
    is_end_to_end: bool = False
    evidence: tuple[Evidence, ...] = ()
    contradictions: tuple[Evidence, ...] = ()
    hide_rule_turn: bool = False
    is_calibrated: bool = False
    has_usual_threshold: bool = False

    @property
    def action(self) -> str | None:
        """The action of the highest confidence; equal ones by name, as Rasa sorts them."""
        return min(self.confidences.items(), key=_by_rank)[0] if self.confidences else None

    @property
    def confidence(self) -> float:
        return max(self.confidences.values(), default=0.0)

    @property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """(action, confidence), highest first, then by name."""
        return tuple(sorted(self.confidences.items(), key=_by_rank))


def _by_rank(item: tuple[str, float]) -> tuple[float, str]:
    return -item[1], item[0]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One action that a person confirmed: the states before it, the action, and whether it corrected the prediction.

    `is_interrupted`: the active loop was told to leave the latest message alone ("do not validate").
    """

    states: tuple[State, ...]
    action: str
    was_corrected: bool = False
    is_interrupted: bool = False


@runtime_checkable
class Policy(Protocol):
    """A policy stores its parameters, `train` returns itself, and `predict` never changes it (as in scikit-learn)."""

    name: str
    priority: int

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        """Learn the project's stories and rules from nothing."""
        ...

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Know exactly these lessons beside the training: what was taught before and is not among them is forgotten."""
        ...

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        """The next action after `tracker`."""
        ...


def untrained(policy: Policy) -> Policy:
    """A policy with the same parameters that knows nothing; of one that does not keep its parameters, a copy."""
    names = signature(type(policy)).parameters
    if all(hasattr(policy, name) for name in names):
        return type(policy)(**{name: getattr(policy, name) for name in names})
    return deepcopy(policy)


@dataclass(frozen=True, slots=True)
class EnsemblePrediction:
    """The decision: every action of the domain with its probability, who decided, and what each policy said.

    `second`: what the other model would do, where two are asked.
    """

    ranking: tuple[tuple[str, float], ...]
    policy: str
    confidence: float
    events: tuple[Event, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    contradictions: tuple[Evidence, ...] = ()
    opinions: tuple[PolicyPrediction, ...] = field(default=(), compare=False)
    hide_rule_turn: bool = False
    second: SecondOpinion | None = None

    @property
    def action(self) -> str:
        return self.ranking[0][0]

    @property
    def interruptions(self) -> tuple[Evidence, ...]:
        """Why a policy says that the active form shall not validate the latest message."""
        return tuple(evidence for opinion in self._interrupting for evidence in opinion.evidence)

    @property
    def interrupted_by(self) -> str:
        """The policy that says so; "" where none does."""
        return next((opinion.policy for opinion in self._interrupting), "")

    @property
    def _interrupting(self) -> tuple[PolicyPrediction, ...]:
        return tuple(
            opinion
            for opinion in self.opinions
            if any(isinstance(event, LoopInterrupted) and event.is_interrupted for event in opinion.events)
        )
