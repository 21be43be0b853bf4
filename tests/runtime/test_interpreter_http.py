"""A Rasa server is asked what messages mean: a real server on the loopback address."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.runtime.interpreter_http import HttpInterpreter, InterpreterServerError

ROME = {
    "entity": "city",
    "start": 3,
    "end": 7,
    "value": "Rome",
    "extractor": "DIETClassifier",
    "confidence_entity": 0.9,
}
ANSWER: dict[str, Any] = {
    "text": "to Rome",
    "intent": {"name": "inform", "confidence": 0.75},
    "entities": [ROME | {"role": "to"}],
    "intent_ranking": [{"name": "inform", "confidence": 0.75}, {"name": "greet", "confidence": 0.25}],
}


@dataclass
class Request:
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass
class RasaServer:
    """Answers as it is told to, and remembers what it was asked."""

    status: int = 200
    answer: Any = field(default_factory=lambda: ANSWER)
    is_silent: bool = False
    hangs_up: bool = False
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        target = urlsplit(first.split()[1])
        self.requests.append(Request(target.path, parse_qs(target.query), headers, json.loads(body)))
        if self.is_silent:
            await reader.read()  # until the other side gives up
        elif not self.hangs_up:
            content = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
            writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content)
        writer.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[RasaServer]:
    rasa = RasaServer()
    listening = await asyncio.start_server(rasa.serve, "127.0.0.1", 0)
    rasa.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield rasa


async def parse(server: RasaServer, text: str = "to Rome", *taught: Example) -> Any:
    return await HttpInterpreter(Endpoint(server.url)).parse(text, Domain(), taught)


async def test_the_server_is_asked_and_its_answer_is_the_meaning(server: RasaServer) -> None:
    result = await parse(server)
    assert (result.text, result.intent, result.confidence) == ("to Rome", "inform", 0.75)
    assert result.entities == (Entity("city", "Rome", 3, 7, "to", None, "DIETClassifier", 0.9),)
    assert result.ranking == (("inform", 0.75), ("greet", 0.25))
    assert not result.is_shorthand
    (request,) = server.requests
    assert (request.path, request.body) == ("/model/parse", {"text": "to Rome"})


async def test_the_endpoint_is_used_as_it_is_configured(server: RasaServer) -> None:
    endpoint = Endpoint(
        f"{server.url}/rasa/", params={"token": "s3cret"}, headers={"X-Bot": "a"}, basic_auth=("ann", "pass")
    )
    await HttpInterpreter(endpoint).parse("to Rome", Domain(), ())
    await HttpInterpreter(Endpoint(f"{server.url}/model/parse")).parse("to Rome", Domain(), ())
    request, other = server.requests
    assert (request.path, request.query) == ("/rasa/model/parse", {"token": ["s3cret"]})
    assert request.headers["x-bot"] == "a"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"ann:pass").decode()
    assert other.path == "/model/parse"


@pytest.mark.parametrize("selector", ["faq", "default"])
async def test_a_retrieval_intent_comes_with_its_response_key(server: RasaServer, selector: str) -> None:
    server.answer = {
        "intent": {"name": "faq", "confidence": 0.8},
        "entities": [],
        "intent_ranking": [{"name": "faq", "confidence": 0.8}, {"name": "greet", "confidence": 0.2}],
        "response_selector": {
            "all_retrieval_intents": ["faq"],
            selector: {"response": {"intent_response_key": "faq/hours", "confidence": 0.9}},
        },
    }
    result = await parse(server)
    assert result.intent == "faq/hours"
    assert result.ranking == (("faq/hours", 0.8), ("greet", 0.2))


@pytest.mark.parametrize("intent", [None, {"name": None, "confidence": 0.0}])
async def test_no_intent_is_an_answer_too(server: RasaServer, intent: object) -> None:
    server.answer = {"text": "x", "intent": intent, "entities": []}
    result = await parse(server)
    assert (result.intent, result.confidence, result.ranking) == (None, 0.0, ())


async def test_shorthand_and_a_taught_text_ask_no_server(server: RasaServer) -> None:
    assert (await parse(server, "/greet")).is_shorthand
    taught = Example("to Rome", "book", (Entity("place", "Rome", 3, 7),))
    result = await parse(server, "to Rome", Example("to Rome", "wrong"), taught)
    assert (result.intent, result.confidence, result.entities) == ("book", 1.0, taught.entities)
    assert server.requests == []
    with pytest.raises(FormatError):
        await parse(server, "/greet{")


def refuse(server: RasaServer) -> None:
    server.status, server.answer = 401, {"status": "failure", "message": "User is not authenticated."}


def know_no_path(server: RasaServer) -> None:
    server.status, server.answer = 404, b"<html>not here</html>"


def fail(server: RasaServer) -> None:
    server.status, server.answer = 500, {"message": "An unexpected error occurred.", "reason": "ParsingError"}


def hang_up(server: RasaServer) -> None:
    server.hangs_up = True


def fall_silent(server: RasaServer) -> None:
    server.is_silent = True


def answer(body: object) -> Callable[[RasaServer], None]:
    def change(server: RasaServer) -> None:
        server.answer = body

    return change


@pytest.mark.parametrize(
    ("change", "title", "message"),
    [
        (refuse, "the NLU server refuses to answer (HTTP 401)", "User is not authenticated"),
        (know_no_path, "the NLU server offers no models over HTTP (HTTP 404)", "not here"),
        (fail, "the NLU server failed (HTTP 500)", "An unexpected error occurred"),
        (hang_up, "the NLU server hung up before its answer was whole", ""),
        (fall_silent, "the NLU server did not answer within 0.2 s", ""),
        (answer(b"hello"), "the NLU server gave no Rasa parse result", "'hello'"),
        (answer(["hello"]), "the NLU server gave no Rasa parse result", ""),
        (answer({"text": "hi"}), "the NLU server gave no Rasa parse result", ""),
        (answer({"intent": "greet"}), "the NLU server gave no Rasa parse result", "greet"),
        (answer({"intent": {"name": 3}}), "the NLU server gave no Rasa parse result", ""),
        (answer(ANSWER | {"entities": [{"value": "x"}]}), "the NLU server gave no Rasa parse result", ""),
        (answer(ANSWER | {"entities": [ROME | {"end": 99}]}), "the NLU server gave no Rasa parse result", ""),
        (answer(ANSWER | {"entities": [ROME | {"end": "7"}]}), "the NLU server gave no Rasa parse result", ""),
        (answer(ANSWER | {"intent_ranking": [{}]}), "the NLU server gave no Rasa parse result", ""),
    ],
)
async def test_what_goes_wrong_is_said_and_nothing_is_guessed(
    server: RasaServer, change: Callable[[RasaServer], None], title: str, message: str
) -> None:
    change(server)
    # Only where it is waited for in vain: a busy machine may take as long for an answer.
    interpreter = HttpInterpreter(Endpoint(server.url), time_limit=0.2 if server.is_silent else 60.0)
    with pytest.raises(InterpreterServerError) as failure:
        await interpreter.parse("to Rome", Domain(), ())
    assert isinstance(failure.value, TrainerError)
    assert failure.value.title == title
    assert message in failure.value.message
    assert server.url in failure.value.message
    assert failure.value.hint
    assert interpreter.status() == ("NLU server: " + title.removeprefix("the NLU server "), False)


async def test_a_server_that_is_down_is_named_and_a_retry_finds_it_again(server: RasaServer) -> None:
    held = socket.socket()  # bound, but nobody listens on it yet
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    interpreter = HttpInterpreter(Endpoint(f"http://127.0.0.1:{port}"))
    assert interpreter.status() == ("NLU server: not asked yet", True)
    with pytest.raises(InterpreterServerError, match="the NLU server does not answer"):
        await interpreter.parse("to Rome", Domain(), ())
    assert interpreter.status()[1] is False
    again = await asyncio.start_server(server.serve, sock=held)
    async with again:
        assert (await interpreter.parse("to Rome", Domain(), ())).intent == "inform"
    assert interpreter.status() == ("NLU server: answers", True)


async def test_while_it_is_asked_the_state_says_so_and_nobody_has_to_wait(server: RasaServer) -> None:
    server.is_silent = True
    interpreter = HttpInterpreter(Endpoint(server.url))
    asking = asyncio.ensure_future(interpreter.parse("to Rome", Domain(), ()))
    while not server.requests:
        await asyncio.sleep(0)
    assert interpreter.status() == ("NLU server: asking ...", True)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert interpreter.status() == ("NLU server: not answered", True)


async def test_secrets_stay_out_of_messages(server: RasaServer) -> None:
    server.status, server.answer = 500, {}
    with pytest.raises(InterpreterServerError) as failure:
        await HttpInterpreter(Endpoint(server.url, params={"token": "s3cret"})).parse("hi", Domain(), ())
    assert "s3cret" not in str(failure.value)
