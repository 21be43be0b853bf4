"""Predictions for many conversations, each made once for all that look the same.

Theory of operation. The conversations that were walked through make a tree: a node is what happened so far, as far as
policies can tell it apart (`_Symbols`), so an event that follows where it followed before costs a look-up, and makes
no tracker. Where a conversation goes a new way, its node has a tracker, and the policies tell what their prediction
depends on (`Ensemble.sight`): where that was seen before, so was the prediction. Both are let go when they have grown
too big.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Protocol

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ActionExecuted,
    AgentUttered,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Event,
    ReminderCancelled,
    ReminderScheduled,
    SlotSet,
    StoryExported,
    UserUttered,
)
from trainer_tui.core.featurizers import StateMaker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.fallback import FallbackPolicy
from trainer_tui.policies.mapping import MappingPolicy
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import EnsemblePrediction, Policy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.sight import Past

_MOST_NODES = 60_000
_MOST_SIGHTS = 200_000

_UNSEEN = (
    AgentUttered,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    ReminderCancelled,
    ReminderScheduled,
    StoryExported,
)
"""Events that no policy looks at."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is predicted for a step. `is_known`: a story, rule or form holds what to do here."""

    action: str
    confidence: float
    is_known: bool


class Predicting(Protocol):
    """As an `Ensemble`."""

    @property
    def policies(self) -> Sequence[Policy]: ...

    @property
    def tells_sights(self) -> bool: ...

    def sight(self, past: Past) -> Hashable: ...

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction: ...


class Interpreter(Protocol):
    def parse(self, text: str) -> ParseResult: ...


class Remembering:
    """Today's model for many conversations; it must learn nothing meanwhile. What it says is what
    `Ensemble.predict` and `parse` say, one by one."""

    def __init__(self, ensemble: Predicting, domain: Domain, interpreter: Interpreter | None) -> None:
        self.ensemble = ensemble
        self.domain = domain
        self.interpreter = interpreter
        self.predicted = 0
        self.forget()

    def forget(self) -> None:
        self._nodes = 0
        self._maker = StateMaker(self.domain)
        self._symbols = _Symbols(self.ensemble, self.domain, self._maker)
        self._sights: dict[Hashable, Foreseen] = {}
        self._root = Node(DialogueStateTracker.start(self.domain))

    def read(self, text: str) -> ParseResult | None:
        """The meaning of a message; None where there is no interpreter, or the text cannot be read."""
        if self.interpreter is None:
            return None
        try:
            return self.interpreter.parse(text)
        except TrainerError:
            return None

    def foresee(self, events: Sequence[Event], first: int = 0) -> Iterator[tuple[int, Foreseen]]:
        """Of one session's events, for each action from `first` on its index and what is predicted before it."""
        yield from self.follow(self.begin(), events, first)[0]

    def begin(self) -> Node:
        """Where a session begins."""
        if not self.ensemble.tells_sights:
            return Node(DialogueStateTracker.start(self.domain))
        if self._nodes > _MOST_NODES or len(self._sights) > _MOST_SIGHTS:
            self.forget()
        return self._root

    def follow(self, node: Node, events: Sequence[Event], first: int = 0) -> tuple[list[tuple[int, Foreseen]], Node]:
        """As `foresee` from a node on, and where these events lead."""
        found = []
        for index, event in enumerate(events):
            if index >= first and isinstance(event, ActionExecuted):
                found.append((index, node.foreseen or self._foreseen(node)))
            # Who knows what such policies look at.
            symbol = self._symbols.of(event) if self.ensemble.tells_sights else index
            if symbol is None:
                continue
            following = node.children.get(symbol)
            if following is None:
                following = node.children[symbol] = Node(node.tracker.with_event(event))
                self._nodes += 1
            node = following
        return found, node

    def _foreseen(self, node: Node) -> Foreseen:
        found = None
        if self.ensemble.tells_sights:
            sight = self.ensemble.sight(Past(node.tracker, self._maker))
            found = self._sights.get(sight) or self._sights.setdefault(sight, self._predicted(node.tracker))
        node.foreseen = found or self._predicted(node.tracker)
        return node.foreseen

    def _predicted(self, tracker: DialogueStateTracker) -> Foreseen:
        self.predicted += 1
        return foreseen(self.ensemble.predict(tracker, self.domain))


def foreseen(prediction: EnsemblePrediction) -> Foreseen:
    """What of a prediction counts here."""
    is_known = any(
        opinion.is_no_user_prediction or any(item.action for item in opinion.evidence)
        for opinion in prediction.opinions
    )
    return Foreseen(prediction.action, prediction.confidence, is_known)


class Node:
    """A place that conversations come to. `turns` is for whoever follows them, to keep what was found of the turns that
    were said from here on; it is forgotten with the node."""

    __slots__ = ("children", "foreseen", "tracker", "turns")

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self.tracker = tracker
        self.children: dict[Hashable, Node] = {}
        self.foreseen: Foreseen | None = None
        self.turns: dict[Hashable, Any] = {}


class _Symbols:
    """Events as far as these policies can tell them apart."""

    def __init__(self, ensemble: Predicting, domain: Domain, maker: StateMaker) -> None:
        policies = ensemble.policies
        self._maker = maker
        self._sees_text = any(isinstance(policy, RulePolicy) and policy.rules_.asks_for_text for policy in policies)
        self._sees_policy = any(isinstance(policy, MappingPolicy) for policy in policies)
        self._sees_confidence = any(
            isinstance(policy, FallbackPolicy)
            or (isinstance(policy, MemoizationPolicy) and policy.use_nlu_confidence_as_score)
            for policy in policies
        )
        self._featurised = frozenset(slot.name for slot in domain.slots.values() if slot.is_featurised)

    def of(self, event: Event) -> Hashable | None:
        """None where no policy sees it."""
        match event:
            case ActionExecuted():
                return event.name, event.text, event.hide_rule_turn, event.policy if self._sees_policy else None
            case UserUttered():
                labels = tuple(label for entity in event.entities for label in entity.labels)
                text = event.text if self._sees_text or not event.intent else None
                doubt: tuple[float, ...] = ()
                if self._sees_confidence:
                    best = sorted((share for _, share in event.intent_ranking), reverse=True)[:2]
                    doubt = (event.intent_confidence, *best)
                return event.intent, labels, text, doubt
            case SlotSet(name=name):
                return self._maker.slot(name, event.value) if name in self._featurised else None
            case EntitiesAdded():
                return "entities", tuple(label for entity in event.entities for label in entity.labels)
            case _ if isinstance(event, _UNSEEN):
                return None
            case _:
                return event
