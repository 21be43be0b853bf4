"""Teaching beside the model that is deployed: a Rasa server interprets and predicts, ours learns and stands beside it.

Who decides: what was corrected in this very state, or taught in these very words, is ours to say; so is what the
server's model cannot know (an intent, entity or action that its domain lacks). Everything else is the server's, and
what the other would have said stands beside each decision. A server that does not answer is left alone for a while, and
ours decides until it is back: the session never waits for it twice in a row.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from trainer_tui.core.domain import Domain
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.second_opinion import SecondOpinion
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.corrections import CorrectionPolicy
from trainer_tui.policies.ensemble import FOLLOWUP, overruled
from trainer_tui.policies.policy import EnsemblePrediction, Lesson, PolicyPrediction
from trainer_tui.runtime.rasa_server import Deployed, RasaServer
from trainer_tui.runtime.training import SessionTeacher
from trainer_tui.words import listed

OURS = "trainer_tui"
RETRY_AFTER = 5.0
"""Seconds for which a server that did not answer is left alone."""
_LISTED = 5
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Agreement:
    """How often both said the same."""

    same: int = 0
    asked: int = 0

    def count(self, agrees: bool) -> None:
        self.asked += 1
        self.same += agrees


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the server says, and whether its model can know."""

    said: PolicyPrediction
    can_tell: bool


class DeployedTeacher:
    """The controller's `Teacher` where a Rasa server is asked first. `own` learns, and decides where that may not."""

    def __init__(self, own: SessionTeacher, server: RasaServer, clock: Callable[[], float] = time.monotonic) -> None:
        self.own = own
        self.agreement = Agreement()
        self.unanswered = 0
        self._server = server
        self._clock = clock
        self._deployed: Deployed | None = None
        self._is_other_bot = False
        self._quiet_until = 0.0
        self._fault = ""
        self._notes: list[str] = []

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        own, said = await asyncio.gather(
            self.own.parse(text, domain, taught), self._answer(lambda _: self._server.parse(text), domain)
        )
        if said is None:
            return own
        agrees = own.intent == said.intent
        is_known = said.intent is None or domain.knows_intent(said.intent)
        if is_known:
            self.agreement.count(agrees)
        if not is_known or any(example.text == text for example in taught):
            return replace(own, second=SecondOpinion(self._name, said.intent, said.confidence, agrees))
        ranking = said.ranking or (((said.intent, said.confidence),) if said.intent else ())
        others = tuple((name, 0.0) for name, _ in own.ranking if name not in dict(ranking))
        second = SecondOpinion(OURS, own.intent, own.confidence, agrees)
        return replace(said, ranking=(*ranking, *others), second=second)

    async def predict(
        self, tracker: DialogueStateTracker, domain: Domain, taught: Sequence[Lesson]
    ) -> EnsemblePrediction:
        own = await self.own.predict(tracker, domain, taught)
        heard = await self._heard(tracker, domain)
        if heard is None:
            return own
        if heard.can_tell:
            self.agreement.count(own.action == heard.said.action)
        return self._decided(own, heard, domain)

    async def what_if(
        self, tracker: DialogueStateTracker, domain: Domain, own: EnsemblePrediction
    ) -> EnsemblePrediction | None:
        """It predicts after any events that it is sent: nothing is kept of them there."""
        heard = await self._heard(tracker, domain)
        return self._decided(own, heard, domain) if heard else None

    async def _heard(self, tracker: DialogueStateTracker, domain: Domain) -> _Heard | None:
        said = await self._answer(lambda deployed: self._server.predict(tracker, deployed.era), domain)
        if said is None or said.action is None or self._deployed is None:
            return None
        can_tell = said.action in domain.action_set and _knows(self._deployed, tracker)
        return _Heard(replace(said, policy=f"{said.policy} of {self._name}"), can_tell)

    def _decided(self, own: EnsemblePrediction, heard: _Heard, domain: Domain) -> EnsemblePrediction:
        said, can_tell = heard.said, heard.can_tell
        agrees = own.action == said.action
        if not can_tell or own.policy in (CorrectionPolicy.name, FOLLOWUP):
            second = SecondOpinion(self._name, said.action, said.confidence, agrees)
            return replace(own, opinions=(said, *own.opinions), second=second)
        known = {action: score for action, score in said.confidences.items() if action in domain.action_set}
        decided = overruled(own, replace(said, confidences=known), domain)
        return replace(decided, second=SecondOpinion(OURS, own.action, own.confidence, agrees))

    def follow(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        self.own.follow(lessons, examples)

    def hold_fits(self, is_held: bool) -> None:
        self.own.hold_fits(is_held)

    def train_now(self, lessons: Sequence[Lesson]) -> None:
        self.own.train_now(lessons)

    async def finished(self) -> None:
        await self.own.finished()

    def status(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> tuple[str, ...]:
        return (self._state(), *self.own.status(lessons, examples))

    def take_notes(self) -> tuple[str, ...]:
        notes, self._notes = self._notes, []
        return (*notes, *self.own.take_notes())

    def close(self) -> None:
        self.own.close()

    # --- the server -----------------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return f"Rasa {self._deployed.version}" if self._deployed else "Rasa"

    def _state(self) -> str:
        if self._fault:
            return "Rasa: down"
        if self._is_other_bot:
            return f"{self._name}: another bot"
        if not self.agreement.asked:
            return self._name
        return f"{self._name} agreed {self.agreement.same} of {self.agreement.asked}"

    async def _answer(self, ask: Callable[[Deployed], Awaitable[_Answer]], domain: Domain) -> _Answer | None:
        """What the server says; None where it does not, which is counted, and said once until it does again."""
        answer = None
        if self._clock() >= self._quiet_until:
            try:
                deployed = self._deployed or self._met(await self._server.describe(), domain)
                answer = None if self._is_other_bot else await ask(deployed)
            except TrainerError as error:
                self._missed(error)
            else:
                self._is_there()
        self.unanswered += answer is None
        return answer

    def _is_there(self) -> None:
        if self._fault:
            self._fault = ""
            self._notes.append(f"{self._name} answers again: what it says counts.")

    def _missed(self, error: TrainerError) -> None:
        # Whatever is there when it answers again may be another version, of another model.
        self._deployed = None
        self._quiet_until = self._clock() + RETRY_AFTER
        if error.title != self._fault:
            self._fault = error.title
            self._notes.append(f"{error} Our model decides until it answers.")

    def _met(self, deployed: Deployed, domain: Domain) -> Deployed:
        self._deployed = deployed
        there, here = _names(deployed.domain), _names(domain)
        self._is_other_bot = 2 * len(there & here) < len(there)
        what = f"The model at {self._server.shown} (Rasa {deployed.version}, {deployed.model})"
        if self._is_other_bot:
            shared = f"{len(there & here)} of its {len(there)} intents and actions are known here"
            self._notes.append(f"{what} is of another bot: {shared}. Our model decides.")
            return deployed
        told = f"{what} interprets and predicts; ours is shown beside it."
        lacking = sorted(here - there)
        if lacking:
            told += f" It does not know {listed(lacking, _LISTED)}: there ours decides."
        self._notes.append(told)
        return deployed


def _names(domain: Domain) -> set[str]:
    """The intents and actions that are the bot's own."""
    return {*domain.intents, *domain.action_names} - set(Domain(era=domain.era).action_names)


def _knows(deployed: Deployed, tracker: DialogueStateTracker) -> bool:
    """Whether the model can tell what was said and done last."""
    message = tracker.latest_message
    intent = message.intent if message else None
    knows_intent = intent is None or deployed.domain.knows_intent(intent)
    return knows_intent and (tracker.latest_action is None or tracker.latest_action in deployed.domain.action_set)
