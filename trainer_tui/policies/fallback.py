"""Fallback policies of 2018 and 2019: what to do where the interpreter or the other policies are unsure.

From Rasa 2.0 on their work is done by the intent `nlu_fallback`, by the rule policy's core fallback and by the loop
`action_two_stage_fallback`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Self

from trainer_tui.core.domain import ACTION_DEFAULT_FALLBACK, OUT_OF_SCOPE, Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import replace
from trainer_tui.policies.policy import USUAL_THRESHOLD, Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past

ACTION_ASK_AFFIRMATION = "action_default_ask_affirmation"
ACTION_ASK_REPHRASE = "action_default_ask_rephrase"
ACTION_REVERT_FALLBACK = "action_revert_fallback_events"


class FallbackPolicy:
    """The fallback action after a message that the interpreter is unsure of, else with confidence `core_threshold`.

    The interpreter is unsure below `nlu_threshold`, or where its two best intents are closer than
    `ambiguity_threshold` (Rasa 1.x; 0 = never). After the fallback action comes action_listen. A `core_threshold` of
    None is Rasa's usual one.
    """

    name = "FallbackPolicy"

    def __init__(
        self,
        nlu_threshold: float = 0.3,
        core_threshold: float | None = None,
        fallback_action_name: str = ACTION_DEFAULT_FALLBACK,
        ambiguity_threshold: float = 0.0,
        priority: int = 4,
    ) -> None:
        self.nlu_threshold = nlu_threshold
        self.has_usual_threshold = core_threshold is None
        self.core_threshold = USUAL_THRESHOLD if core_threshold is None else core_threshold
        self.fallback_action_name = fallback_action_name
        self.ambiguity_threshold = ambiguity_threshold
        self.priority = priority

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        return self

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Thresholds do not learn."""

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        if tracker.latest_action == self.fallback_action_name:
            return self._says(ACTION_LISTEN, 1.0, "after the fallback action")
        doubt = self.doubt(tracker)
        if doubt:
            return self._says(self.fallback_action_name, 1.0, doubt)
        return self.core_fallback()

    def sight(self, past: Past) -> Hashable:
        # How unsure the interpreter is stands in the evidence alone.
        return past.tracker.latest_action, self.doubt(past.tracker) is None

    def doubt(self, tracker: DialogueStateTracker) -> str | None:
        """Why the latest message is not understood well enough; None where it is, or where it has been answered."""
        message = tracker.latest_message
        if message is None or message.intent is None or tracker.latest_action != ACTION_LISTEN:
            return None
        if message.intent_confidence < self.nlu_threshold:
            return f"the intent's confidence {message.intent_confidence:.2f} is below {self.nlu_threshold:g}"
        best = sorted((confidence for _, confidence in message.intent_ranking), reverse=True)[:2]
        if len(best) == 2 and best[0] - best[1] < self.ambiguity_threshold:
            return f"the two best intents are {best[0] - best[1]:.2f} apart, less than {self.ambiguity_threshold:g}"
        return None

    def core_fallback(self) -> PolicyPrediction:
        why = f"where no other policy reaches {self.core_threshold:g}"
        found = self._says(self.fallback_action_name, self.core_threshold, why)
        return replace(found, has_usual_threshold=self.has_usual_threshold)

    def _says(self, action: str, confidence: float, why: str) -> PolicyPrediction:
        return PolicyPrediction(self.name, {action: confidence}, self.priority, evidence=(Evidence(why),))


class TwoStageFallbackPolicy(FallbackPolicy):
    """Asks the user to affirm the intent, then to rephrase, before it falls back (as Rasa 1.x)."""

    name = "TwoStageFallbackPolicy"

    def __init__(
        self,
        nlu_threshold: float = 0.3,
        ambiguity_threshold: float = 0.1,
        core_threshold: float | None = None,
        fallback_core_action_name: str = ACTION_DEFAULT_FALLBACK,
        fallback_nlu_action_name: str = ACTION_DEFAULT_FALLBACK,
        deny_suggestion_intent_name: str = OUT_OF_SCOPE,
        priority: int = 4,
    ) -> None:
        super().__init__(nlu_threshold, core_threshold, fallback_core_action_name, ambiguity_threshold, priority)
        self.fallback_nlu_action_name = fallback_nlu_action_name
        self.deny_suggestion_intent_name = deny_suggestion_intent_name

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        waits_after = (ACTION_ASK_AFFIRMATION, ACTION_ASK_REPHRASE, self.fallback_action_name)
        if tracker.latest_action in waits_after:
            return self._says(ACTION_LISTEN, 1.0, f"{tracker.latest_action} waits for an answer")
        if tracker.latest_action != ACTION_LISTEN:
            return self.core_fallback()
        asked = _latest_actions(tracker, 2)
        doubt = self.doubt(tracker)
        if asked[:1] == [ACTION_ASK_AFFIRMATION]:
            return self._after_suggestion(tracker, has_rephrased=asked[1:] == [ACTION_ASK_REPHRASE])
        if asked[:1] == [ACTION_ASK_REPHRASE] and not doubt:
            return self._says(ACTION_REVERT_FALLBACK, 1.0, "the user rephrased")
        if doubt:
            return self._says(ACTION_ASK_AFFIRMATION, 1.0, doubt)
        return self.core_fallback()

    def sight(self, past: Past) -> Hashable:
        message = past.tracker.latest_message
        asked = _latest_actions(past.tracker, 2)
        return super().sight(past), tuple(asked), message.intent if message else None

    def _after_suggestion(self, tracker: DialogueStateTracker, has_rephrased: bool) -> PolicyPrediction:
        message = tracker.latest_message
        if message is None or message.intent != self.deny_suggestion_intent_name:
            return self._says(ACTION_REVERT_FALLBACK, 1.0, "the user affirmed the intent")
        if has_rephrased:
            return self._says(self.fallback_nlu_action_name, 1.0, "the user denied the intent twice")
        return self._says(ACTION_ASK_REPHRASE, 1.0, "the user denied the intent")


def _latest_actions(tracker: DialogueStateTracker, count: int) -> list[str | None]:
    """The latest actions but action_listen, newest first."""
    found: list[str | None] = []
    for event in reversed(tracker.applied_events()):
        if isinstance(event, ActionExecuted) and event.name != ACTION_LISTEN:
            found.append(event.name)
            if len(found) == count:
                break
    return found
