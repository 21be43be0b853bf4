"""The ensemble: every policy is heard, and one decides, by the law of the project's era.

Theory of operation. `predict` asks all policies for confidences, takes the action out that has just refused to run, and
picks one winner, whose confidences are the ranking; the others only order what it leaves equal. Nothing is averaged, as
in Rasa.

1. A correction in its own state wins over everything: a person has said so, here.
2. Then the action that the one before asked for (FollowupAction).
3. In Core and 1.x the highest confidence wins, of equal ones the highest priority; where that would wait for the user
   although nothing was done about the message, and no memory says so, a fallback policy answers instead.
4. From 2.0 on predictions are of three kinds, and only the highest kind that there is counts: those made without regard
   to the message (a loop that goes on), those from its very words, all others. Within it, as in 3.
5. Where nobody has anything to say, the bot waits, or, after a message, takes the default fallback, with confidence 0.

Rules of the file. Every opinion stays in the prediction with its evidence, so that the screen can tell why; a loser's
evidence for another action is a contradiction. Events are those of all policies, whoever decides. A policy never sees
another one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, Self, runtime_checkable

from trainer_tui.core.domain import ACTION_DEFAULT_FALLBACK, Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    Era,
    Event,
    UserFeaturization,
)
from trainer_tui.core.growing import Growing
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.corrections import CorrectionPolicy
from trainer_tui.policies.fallback import FallbackPolicy
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.mapping import MappingPolicy
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import EnsemblePrediction, Evidence, Lesson, Policy, PolicyPrediction, untrained
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.sight import Past, SightedPolicy
from trainer_tui.progress import Progress, each, parts, unheard

FOLLOWUP = "followup"
"""Stands for a policy where the action before asked for this one."""

NOBODY = "nobody"
"""Stands for a policy where none has anything to say."""

HEARD_BEFORE_FORMS = (RulePolicy.name, MappingPolicy.name, FOLLOWUP)
"""Whose predictions leave an active form out without asking it: /back and its like, rules for a text, mapped intents,
actions that another one asked for."""


@runtime_checkable
class SlowPolicy(Protocol):
    """A policy whose training takes long: `remember` makes it usable at once, without."""

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain, tell: Progress) -> Policy: ...

    def remember(self, trackers: Sequence[TrainingTracker], domain: Domain) -> object: ...


def overruled(own: EnsemblePrediction, winner: PolicyPrediction, domain: Domain) -> EnsemblePrediction:
    """The prediction where `winner`, which is no policy of this ensemble, decides in its place: what rules and stories
    say against that is shown as it is of any decision."""
    return replace(
        own,
        ranking=_ranking(winner, own.opinions, domain),
        policy=winner.policy,
        confidence=winner.confidence,
        evidence=winner.evidence,
        contradictions=_contradictions(winner, own.opinions),
        opinions=(winner, *own.opinions),
        hide_rule_turn=own.hide_rule_turn and own.action == winner.action,
    )


class Ensemble:
    """The policies of a bot, in the order of its configuration.

    An ensemble that was trained anew, or has one policy replaced, is a new one, and predictions under way are not
    disturbed. Only `learn` changes the ensemble itself.
    """

    def __init__(self, policies: Sequence[Policy], era: Era) -> None:
        self.policies = tuple(policies)
        self.era = era
        self.corrections = CorrectionPolicy(longest_memory(policies))
        self._sighted: list[SightedPolicy] = [policy for policy in self.policies if isinstance(policy, SightedPolicy)]
        self.tells_sights = len(self._sighted) == len(self.policies)
        self._lessons: Sequence[Lesson] = ()

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain, tell: Progress = unheard) -> Self:
        """A new ensemble that knows these stories and rules, and the lessons of this one."""
        return self._with(
            _trained(untrained(policy), trackers, domain, part) for policy, part in parts(self.policies, tell, _effort)
        )

    def remember(
        self,
        trackers: Sequence[TrainingTracker],
        domain: Domain,
        trained: Policy | None = None,
        tell: Progress = unheard,
    ) -> Self:
        """As `train`, but for what takes long: policies that can do without know the stories by memory alone.

        `trained` knows them already, and takes the place of the policy of its name.
        """
        return self._with(
            trained if trained and policy.name == trained.name else _remembering(untrained(policy), trackers, domain)
            for policy in each(self.policies, _LEARNING, tell)
        )

    def _with(self, policies: Iterator[Policy]) -> Self:
        changed = type(self)(tuple(policies), self.era)
        changed.learn(self._lessons)
        return changed

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Know exactly these lessons: new ones at the end are added, others that are gone are forgotten."""
        self._lessons = Growing.of(lessons)
        for policy in (self.corrections, *self.policies):
            policy.learn(self._lessons)

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction:
        """The next action after `tracker`, with a probability for every action of this domain."""
        rejected = _rejected_action(tracker)
        taught = self.corrections.predict(tracker, domain)
        opinions = [policy.predict(tracker, domain) for policy in self.policies]
        heard = [_without(rejected, opinion) for opinion in opinions] if rejected else opinions
        heard = _without_needless_fallback(heard)
        if taught.action not in (None, rejected):
            winner = taught
        elif tracker.followup_action in domain.action_set:
            winner = _followup(tracker)
        elif self.era is Era.CORE:
            winner = self._listen_once(_most_confident_beside_forms(heard), tracker)
        else:
            winner = _most_confident(_of_the_highest_kind(heard))
        if not any(winner.confidences.values()):
            winner = PolicyPrediction(NOBODY, {_what_is_left(tracker): 0.0})
        said = (taught, *opinions) if taught.confidences else tuple(opinions)
        return EnsemblePrediction(
            ranking=_ranking(winner, opinions, domain),
            policy=winner.policy,
            confidence=winner.confidence,
            events=_events(winner, opinions, tracker),
            evidence=winner.evidence,
            contradictions=_contradictions(winner, opinions),
            opinions=said,
            hide_rule_turn=winner.hide_rule_turn,
        )

    def sight(self, past: Past) -> Hashable | None:
        """What the next prediction depends on, but for the words of its evidence; None where a policy does not tell."""
        tracker = past.tracker
        if not self.tells_sights:
            return None
        seen = [policy.sight(past) for policy in (self.corrections, *self._sighted)]
        followup = tracker.followup_action and _followup(tracker).hide_rule_turn
        return *seen, tracker.latest_action, tracker.followup_action, followup, _rejected_action(tracker)

    def _listen_once(self, winner: PolicyPrediction, tracker: DialogueStateTracker) -> PolicyPrediction:
        """Rasa Core and 1.x let a fallback policy answer where action_listen would follow a message at once."""
        if winner.action != ACTION_LISTEN or tracker.latest_action != ACTION_LISTEN:
            return winner
        memories = {policy.name for policy in self.policies if isinstance(policy, MemoizationPolicy)}
        fallbacks = [policy for policy in self.policies if isinstance(policy, FallbackPolicy)]
        if winner.policy in memories or not fallbacks:
            return winner
        return fallbacks[0].core_fallback()


def longest_memory(policies: Sequence[Policy]) -> int | None:
    """What the memory of stories takes for one state; None where it looks at whole conversations."""
    histories = [policy.max_history for policy in policies if isinstance(policy, MemoizationPolicy)]
    if not histories:
        return 5
    known = [history for history in histories if history is not None]
    return max(known) if len(known) == len(histories) else None


_LEARNING = "learning the stories"
_SLOWER = 4
"""So many times as long as another policy a slow one is trained."""


def _effort(policy: Policy) -> int:
    return _SLOWER if isinstance(policy, SlowPolicy) else 1


def _trained(policy: Policy, trackers: Sequence[TrainingTracker], domain: Domain, tell: Progress) -> Policy:
    tell(_LEARNING, 0.0)
    if isinstance(policy, SlowPolicy):
        return policy.train(trackers, domain, tell)
    return policy.train(trackers, domain)


def _remembering(policy: Policy, trackers: Sequence[TrainingTracker], domain: Domain) -> Policy:
    if isinstance(policy, SlowPolicy):
        policy.remember(trackers, domain)
        return policy
    return policy.train(trackers, domain)


def _followup(tracker: DialogueStateTracker) -> PolicyPrediction:
    """The action that the one before asked for; it belongs to the same turn."""
    before = tracker.applied.action
    is_hidden = before is not None and before.hide_rule_turn
    return PolicyPrediction(FOLLOWUP, {str(tracker.followup_action): 1.0}, hide_rule_turn=is_hidden)


def _rejected_action(tracker: DialogueStateTracker | None) -> str | None:
    """The action that has just refused to run, if any: it must not be predicted again at once."""
    while tracker is not None:
        match tracker.event:
            case ActionExecutionRejected():
                return tracker.event.name
            case ActionExecuted():
                return None
            case _:
                tracker = tracker.parent
    return None


def _without(action: str, opinion: PolicyPrediction) -> PolicyPrediction:
    if action not in opinion.confidences:
        return opinion
    return replace(opinion, confidences={**opinion.confidences, action: 0.0})


# The threshold that Rasa has by default was set for networks that nobody calibrated. These need a temperature of about
# two to be as often right as they say (Guo and others, 2017), so the logits of a calibrated policy count twice here.
_SURENESS_OF_NETWORKS = 2.0


def _without_needless_fallback(opinions: Sequence[PolicyPrediction]) -> list[PolicyPrediction]:
    """Without a fallback that nobody chose a threshold for, where Rasa's own policies would reach the usual one."""
    surest = max((_as_a_network_says(opinion) for opinion in opinions if opinion.is_calibrated), default=0.0)
    return [opinion for opinion in opinions if not (opinion.has_usual_threshold and opinion.confidence <= surest)]


def _as_a_network_says(opinion: PolicyPrediction) -> float:
    shares = [share**_SURENESS_OF_NETWORKS for share in opinion.confidences.values()]
    return max(shares) / sum(shares) if any(shares) else 0.0


def _of_the_highest_kind(opinions: Sequence[PolicyPrediction]) -> list[PolicyPrediction]:
    """As Rasa 3.x: predictions without regard to the user beat the others, then those made from a message's words."""
    no_user = any(opinion.is_no_user_prediction for opinion in opinions)
    end_to_end = any(opinion.is_end_to_end for opinion in opinions)
    return [
        opinion
        for opinion in opinions
        if opinion.is_no_user_prediction is no_user and (no_user or opinion.is_end_to_end is end_to_end)
    ]


def _most_confident(opinions: Sequence[PolicyPrediction]) -> PolicyPrediction:
    """The highest confidence, then the highest priority, then the first."""
    nobody = PolicyPrediction(NOBODY, {}, priority=-1)
    return max((*opinions, nobody), key=lambda opinion: (opinion.confidence, opinion.priority))


def _most_confident_beside_forms(opinions: Sequence[PolicyPrediction]) -> PolicyPrediction:
    """As Rasa 1.x: an active form answers before everything but a mapped intent, which gives way to all others."""
    forms = [opinion for opinion in opinions if opinion.policy == FormPolicy.name]
    best = _most_confident([opinion for opinion in opinions if opinion.policy != FormPolicy.name])
    return best if best.policy == MappingPolicy.name else _most_confident([*forms, best])


def _what_is_left(tracker: DialogueStateTracker) -> str:
    """Where nothing was learned: answer a message with the fallback, else wait for one."""
    return ACTION_DEFAULT_FALLBACK if tracker.latest_action == ACTION_LISTEN else ACTION_LISTEN


_POSSIBLE = 0.005
"""What is less shows as .00."""


def _ranking(
    winner: PolicyPrediction, opinions: Sequence[PolicyPrediction], domain: Domain
) -> tuple[tuple[str, float], ...]:
    """Every action with the winner's confidence; where that is equal, the likelier one by the other policies first.

    A fallback is no likelier for being predicted wherever nothing else is.
    """
    best: dict[str, float] = {}
    for opinion in opinions:
        for action, confidence in opinion.confidences.items():
            if action != ACTION_DEFAULT_FALLBACK:
                best[action] = max(confidence, best.get(action, 0.0))
    said: Mapping[str, float] = winner.confidences
    names = dict.fromkeys((*domain.action_names, *said))
    first = winner.action

    def place(name: str) -> tuple[object, ...]:
        value, other = said.get(name, 0.0), best.get(name, 0.0)
        # Of what nobody thinks possible, a bot's own actions come before those that every bot has.
        is_beside = max(value, other) < _POSSIBLE and name != first and name in domain.default_actions
        return is_beside, -value, name != first, -other, name

    ranked = sorted(names, key=place)
    return tuple((name, said.get(name, 0.0)) for name in ranked)


def _events(
    winner: PolicyPrediction, opinions: Sequence[PolicyPrediction], tracker: DialogueStateTracker
) -> tuple[Event, ...]:
    """What every policy has to tell the tracker, whether it decides or not."""
    events: list[Event] = []
    for opinion in opinions:
        events += (event for event in opinion.events if event not in events)
    if winner.is_end_to_end and tracker.latest_action == ACTION_LISTEN:
        events.append(UserFeaturization(use_text_for_featurization=True))
    return tuple(events)


def _contradictions(winner: PolicyPrediction, opinions: Sequence[PolicyPrediction]) -> tuple[Evidence, ...]:
    """Rules and stories that do something else here. A loop's own turns contradict nothing: stories leave them out."""
    if winner.is_no_user_prediction:
        return ()
    others = (item for opinion in opinions for item in opinion.evidence if item.action not in (None, winner.action))
    return tuple(dict.fromkeys(others))
