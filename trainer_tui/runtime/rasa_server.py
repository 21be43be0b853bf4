"""A running Rasa server (`rasa run --enable-api`): what it is, what it makes of a message, what it would do next.

It is asked as Rasa 3.6.21 answers (seen by running): a token counts only in the query, `/domain` wants to be asked for
JSON, some pipelines send no `intent_ranking`, and a message in the events needs its `parse_data`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era, as_dict
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import InvalidInput, TrainerError
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.endpoints import Endpoint, read_endpoints
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import Evidence, PolicyPrediction
from trainer_tui.runtime.interpreter_http import read_parse, refusal
from trainer_tui.runtime.webhook import Reply, Webhook

TIME_LIMIT = 5.0
"""Seconds for one answer: a person waits for it."""
_NAME = "the Rasa server"
_HINT = "Start it: `rasa run --enable-api`."
# Rasa 2 numbers its policies.
_NUMBERED = re.compile(r"policy_\d+_")
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


class RasaServerError(TrainerError):
    """The server did not say what it was asked; nothing has happened."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What runs there: Rasa's version, the model's file or id, and the domain that it was trained with."""

    version: str
    model: str
    domain: Domain

    @property
    def era(self) -> Era:
        """Whose names of events it understands."""
        major = self.version.partition(".")[0]
        return Era.CORE if major in ("0", "1") else Era.RASA_2 if major == "2" else Era.RASA_3


def server_at(url: str, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that `--rasa URL` names; `${NAME}` stands for a variable, `?token=` is Rasa's own way.

    InvalidInput where it is no address, or a variable is not set.
    """
    found, problems = read_endpoints(f"rasa: {{url: {json.dumps(url)}}}", "--rasa", environ)
    if found.rasa is None:
        raise InvalidInput(replace(problem, place=None) for problem in problems)
    return found.rasa


class RasaServer:
    """Asks one server. TrainerError where it is down, slow, refuses, has no model, or says what cannot be read."""

    def __init__(self, endpoint: Endpoint, time_limit: float = TIME_LIMIT) -> None:
        self.shown = endpoint.shown
        self._endpoint = endpoint
        self._time_limit = time_limit
        self._version, self._status, self._domain, self._parse = (
            self._at(path) for path in ("/version", "/status", "/domain", "/model/parse")
        )
        # The events would come back with the answer, as long as the conversation is.
        self._predict = self._at("/model/predict", {"include_events": "NONE"})

    def _at(self, path: str, params: Mapping[str, str] | None = None) -> Webhook:
        below = self._endpoint.below(path)
        return Webhook(replace(below, params={**below.params, **(params or {})}), _NAME, _HINT)

    async def describe(self) -> Deployed:
        """What runs there."""
        version, status, domain = await asyncio.gather(
            *(asked.get(self._time_limit) for asked in (self._version, self._status, self._domain))
        )
        try:
            said = self._body(status)
            model = said.get("model_file") or said.get("fingerprint") or said.get("model_id") or ""
            read = parse_domain(json.dumps(self._body(domain)), self.shown).domain
            return Deployed(str(self._body(version)["version"]), str(model), read)
        except _MALFORMED:
            raise self._unreadable(domain) from None

    async def parse(self, text: str) -> ParseResult:
        reply = await self._parse.post(lambda: {"text": text}, self._time_limit)
        try:
            return read_parse(text, self._body(reply))
        except _MALFORMED:
            raise self._unreadable(reply) from None

    async def predict(self, tracker: DialogueStateTracker, era: Era) -> PolicyPrediction:
        """What it would do after this conversation; `policy` is that of the server which decided."""
        events = tracker.events
        reply = await self._predict.post(lambda: [as_dict(event, era) for event in events], self._time_limit)
        try:
            body = self._body(reply)
            scores: Sequence[Mapping[str, Any]] = body["scores"]
            policy = _NUMBERED.sub("", str(body.get("policy") or ""))
            return PolicyPrediction(
                policy,
                {str(item["action"]): float(item["score"]) for item in scores},
                evidence=(Evidence(f"the model at {self.shown} says so"),),
            )
        except _MALFORMED:
            raise self._unreadable(reply) from None

    def _body(self, reply: Reply) -> Any:
        if reply.status == 200:
            return reply.body
        way_in = "Its token goes into the URL: --rasa 'http://host:5005?token=${TOKEN}'."
        title, message, hint = refusal(_NAME, reply, way_in)
        raise RasaServerError(title, f"{self._endpoint.concealed(message)} ({self.shown})", hint)

    def _unreadable(self, reply: Reply) -> RasaServerError:
        return RasaServerError(
            f"{_NAME} gave no answer of Rasa's", f"Found {reply.text[:80]!r} ({self.shown}).", "Check the address."
        )
