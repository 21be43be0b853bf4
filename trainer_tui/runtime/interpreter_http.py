"""An interpreter that asks a running Rasa server (`nlu: url:` in endpoints.yml) what a message means.

It never guesses in the server's place: what goes wrong is said, and the session asks to retry. A server cannot be
taught; a text that a person taught in this session is known here, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import TrainerError
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.runtime.webhook import ActionServerError, Reply, Webhook

TIME_LIMIT = 10.0
"""Seconds for one message."""
_PATH = "/model/parse"
_HINT = "Retry when it runs; /intent asks no server; without `nlu:` in endpoints.yml the project's own data is learned."


class InterpreterServerError(TrainerError):
    """The server did not say what a message means; nothing has happened."""


class HttpInterpreter:
    """Asks one server, message by message."""

    name = "Rasa server"

    def __init__(self, endpoint: Endpoint, time_limit: float = TIME_LIMIT) -> None:
        self.endpoint = endpoint.below(_PATH)
        self.time_limit = time_limit
        self._webhook = Webhook(self.endpoint, "the NLU server", _HINT)
        self._state = "not asked yet"
        self._is_well = True

    def status(self) -> tuple[str, bool]:
        """One line on the server, and whether all is well with it."""
        return f"NLU server: {self._state}", self._is_well

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        """The meaning of a message; a shorthand and a taught text ask no server.

        InterpreterServerError where the server is down, slow, refuses, or says what cannot be read; FormatError where
        `text` is a broken shorthand.
        """
        shorthand = parse_shorthand(text, domain)
        if shorthand is not None:
            return shorthand
        lesson = next((example for example in reversed(taught) if example.text == text and example.intent), None)
        if lesson is not None:
            return ParseResult(text, lesson.intent, 1.0, lesson.entities, ((str(lesson.intent), 1.0),))
        self._state, self._is_well = "asking ...", True
        try:
            result = self._read(text, await self._webhook.post(lambda: {"text": text}, self.time_limit))
        except TrainerError as error:
            self._state, self._is_well = error.title.removeprefix("the NLU server "), False
            if isinstance(error, ActionServerError):
                raise InterpreterServerError(error.title, error.message, error.hint, error.place) from None
            raise
        except BaseException:  # cancelled: nobody waits for the answer any more
            self._state = "not answered"
            raise
        self._state = "answers"
        return result

    def _read(self, text: str, reply: Reply) -> ParseResult:
        if reply.status != 200:
            raise self._error(*refusal("the NLU server", reply, "Check `token:` or `basic_auth:` in endpoints.yml."))
        try:
            return read_parse(text, reply.body)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._error(
                "the NLU server gave no Rasa parse result",
                f"Found {reply.text!r}.",
                'Expected {"intent": {"name": ..., "confidence": ...}, "entities": [...]}.',
            ) from None

    def _error(self, title: str, message: str, hint: str) -> InterpreterServerError:
        return InterpreterServerError(title, f"{self.endpoint.concealed(message)} ({self.endpoint.shown})", hint)


def read_parse(text: str, body: Mapping[str, Any]) -> ParseResult:
    """The meaning in the JSON of Rasa's /model/parse; ValueError, TypeError or KeyError where it is none.

    For a retrieval intent the response key is the best one of its response selector.
    """
    intent = body["intent"] or {}
    name = intent.get("name")
    if name is not None and not isinstance(name, str):
        raise TypeError(name)
    selectors = body.get("response_selector") or {}
    ranking = [(str(item["name"]), float(item["confidence"])) for item in body.get("intent_ranking") or ()]
    entities = tuple(_entity(text, found) for found in body.get("entities") or ())
    return ParseResult(
        text,
        _with_key(name, selectors) if name else None,
        float(intent.get("confidence") or 0.0),
        entities,
        tuple((_with_key(ranked, selectors), confidence) for ranked, confidence in ranking),
    )


def _entity(text: str, found: Mapping[str, Any]) -> Entity:
    """An entity of a server's: it may have several extractors, and one that knows no place."""
    entity = Entity.from_dict(found)
    if entity.start is None and entity.end is None:
        return entity
    if not (isinstance(entity.start, int) and isinstance(entity.end, int)):
        raise TypeError(found)
    if not 0 <= entity.start <= entity.end <= len(text):
        raise ValueError(found)
    return entity


def _with_key(intent: str, selectors: Mapping[str, Any]) -> str:
    """`faq` → `faq/hours`, where the selector of `faq`, or the one of all intents, chose that."""
    for selector in (selectors.get(intent), selectors.get("default")):
        response = (selector or {}).get("response") or {}
        key = response.get("intent_response_key")
        if isinstance(key, str) and key.startswith(f"{intent}/"):
            return key
    return intent


_REFUSALS = {
    404: ("offers no models over HTTP", "Start it with `rasa run --enable-api`, and check the address."),
    409: ("has no model loaded", "Start it with one: `rasa run --enable-api -m models`."),
}


def refusal(name: str, reply: Reply, way_in: str) -> tuple[str, str, str]:
    """Title, message and hint on a Rasa server that answered with another status than 200; `way_in` is the hint where
    it lets nobody in."""
    title, hint = _REFUSALS.get(reply.status, ("failed", "Its log tells why."))
    if reply.status in (401, 403):
        title, hint = "refuses to answer", way_in
    said = reply.body.get("message") or reply.body.get("reason") if isinstance(reply.body, dict) else None
    told = " ".join((said if isinstance(said, str) else reply.text).split())[:200]
    return f"{name} {title} (HTTP {reply.status})", f"It says: {told!r}.", hint
