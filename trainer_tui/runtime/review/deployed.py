"""The model that is deployed as today's model: a Rasa server is asked for each message and each state once.

Who decides is the rule of a session (`deployed_teacher.py`); ours takes over where the server does not answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from trainer_tui.core.domain import Domain
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.policies.sight import Past
from trainer_tui.runtime.deployed_teacher import DeployedTeacher
from trainer_tui.runtime.models.cache import cache_key
from trainer_tui.runtime.rasa_server import RasaServer
from trainer_tui.runtime.session_models import TodaysModel
from trainer_tui.runtime.training import DialogueTeacher, InterpreterTeacher, SessionTeacher

Answer = TypeVar("Answer")


def deployed(model: TodaysModel, endpoint: Endpoint) -> TodaysModel:
    """Today's model with that server's in front; what is scored by another model there is scored anew. TrainerError
    where it does not answer."""
    found = asyncio.run(RasaServer(endpoint).describe())
    return replace(
        model, key=cache_key([model.key, endpoint.shown, found.version, found.model]), rasa=endpoint, own=model
    )


class DeployedModel:
    """What `Remembering` asks of an ensemble and of an interpreter."""

    def __init__(self, own: TodaysModel, endpoint: Endpoint) -> None:
        interpreter = own.interpreter
        assert interpreter is not None
        self.policies = own.ensemble.policies
        self.tells_sights = own.ensemble.tells_sights
        self._own = own
        self._loop = asyncio.new_event_loop()
        teacher = SessionTeacher(DialogueTeacher(own.ensemble), InterpreterTeacher(lambda: (interpreter, True), None))
        self._teacher = DeployedTeacher(teacher, RasaServer(endpoint))

    @property
    def is_whole(self) -> bool:
        """Whether the server was there for all that it was asked."""
        return not self._teacher.unanswered

    def take_notes(self) -> tuple[str, ...]:
        return self._teacher.take_notes()

    def parse(self, text: str) -> ParseResult:
        return self._asked(self._teacher.parse(text, self._own.domain, ()))

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction:
        return self._asked(self._teacher.predict(tracker, domain, ()))

    def sight(self, past: Past) -> Hashable:
        """Nobody knows how far back the server looks: all of the conversation's states."""
        return self._own.ensemble.sight(past), past.states(None, with_rule_turns=True)

    def _asked(self, answer: Coroutine[Any, Any, Answer]) -> Answer:
        return self._loop.run_until_complete(answer)

    def close(self) -> None:
        self._loop.close()
