"""Asks a web server for JSON, within a limit of time and size; every way in which that fails is one clear message."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, TrainerError
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.files import reason
from trainer_tui.runtime.loopback import other_addresses
from trainer_tui.runtime.tracebacks import last_error
from trainer_tui.runtime.written_json import as_json

if TYPE_CHECKING:
    import httpx

_CONNECT_LIMIT = 5.0
_log = logging.getLogger(__name__)
MAXIMUM_REPLY = 10 * 1024 * 1024
"""Bytes of a reply that are read at most; what an action returns is a few kilobytes."""


OR_SAY = "or say what the action would return."
"""What a person can do beside correcting a server and retrying."""


class ActionServerError(TrainerError):
    """An action could not be run; nothing has happened."""


class ServerUnreachable(ActionServerError):
    """No server is set up, or it cannot be started, or nothing answers at its address."""


class NoAnswerInTime(ActionServerError):
    """The server was reached and said nothing (more) within the time limit."""


Payload = Callable[[], Mapping[str, Any] | Sequence[Any]]
"""Makes what is sent; called in a thread."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the JSON of the reply, None where there is none; `text` is how it begins.

    `error` is what the server says went wrong, on one line: "error" of the JSON, as the SDKs put it, or the error that
    a traceback ends with; "" where it says nothing of the kind.
    """

    status: int
    body: Any
    text: str
    error: str


class Webhook:
    """Posts JSON to one endpoint, or gets what is there.

    `name` is what the messages call the server ("the action server"), `hint` what to do where it does not answer as it
    should, `if_down` where nothing can be reached at all.
    """

    def __init__(self, endpoint: Endpoint, name: str, hint: str, if_down: str = "") -> None:
        self.endpoint = endpoint
        self._name = name
        self._hint = hint
        self._if_down = if_down or hint
        self._client: httpx.AsyncClient | None = None

    async def post(self, payload: Payload, time_limit: float) -> Reply:
        """The reply of any status; ActionServerError where none comes whole within `time_limit` seconds.

        Cancelling the caller closes the connection at once. What takes long (a conversation of thousands of events,
        the first import of httpx) is done in a thread, so that keys are answered meanwhile.
        """
        return await self._asked("POST", payload, time_limit)

    async def get(self, time_limit: float) -> Reply:
        """As `post`, where nothing is sent."""
        return await self._asked("GET", None, time_limit)

    async def _asked(self, method: str, payload: Payload | None, time_limit: float) -> Reply:
        client, body = await in_thread(lambda: self._prepared(payload))
        import httpx

        try:
            # The limit of httpx is for each piece of an answer; a server that drips would never reach it.
            async with asyncio.timeout(time_limit):
                return await self._reached(client, method, body)
        except TimeoutError:
            title = f"{self._name} did not answer within {time_limit:g} s"
            raise NoAnswerInTime(title, self._told("it may be at work yet"), self._hint) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if _is_distrust(error):
                hint = "Name the authority that signed it with 'cafile:' of the endpoint."
                title = f"the certificate of {self._name} is not trusted"
                raise ActionServerError(title, self._told(_reason(error)), hint, self.endpoint.place) from None
            title = f"{self._name} does not answer"
            raise ServerUnreachable(title, self._told(_reason(error)), self._if_down) from None
        except httpx.RemoteProtocolError as error:
            raise self._error(f"{self._name} hung up before its answer was whole", _reason(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._error(f"{self._name} could not be asked", _reason(error)) from None

    async def _reached(self, client: httpx.AsyncClient, method: str, body: bytes | None) -> Reply:
        """The reply of the first address of the endpoint that takes a connection; others were sent nothing."""
        import httpx

        url = httpx.URL(self.endpoint.url)
        requests = [client.build_request(method, url, content=body)]
        for address in other_addresses(url.host):
            # The same request, whose name and certificate are checked as before, elsewhere.
            elsewhere = client.build_request(method, url.copy_with(host=address), content=body)
            elsewhere.headers["Host"] = requests[0].headers["Host"]
            elsewhere.extensions["sni_hostname"] = url.host
            requests.append(elsewhere)
        refused: httpx.TransportError | None = None
        for request in requests:
            try:
                return await self._sent(client, request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if _is_distrust(error):
                    raise
                refused = refused or error
        assert refused is not None
        raise refused

    async def _sent(self, client: httpx.AsyncClient, request: httpx.Request) -> Reply:
        content = bytearray()
        response = await client.send(request, stream=True)
        async with contextlib.aclosing(response):
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > MAXIMUM_REPLY:
                    limit = f"{MAXIMUM_REPLY // 1024 // 1024} MB"
                    raise self._error(f"{self._name} answered more than {limit}", "it was not read to its end")
        text = content.decode("utf-8", "replace")
        try:
            found = _parsed(text)
        except (ValueError, RecursionError):
            found = None
        status = response.status_code
        _log.info("%s %s: %d", request.method, self.endpoint.shown, status)
        # What a server says of a request may quote it whole.
        begins = self.endpoint.concealed(text[:2000])[:200]
        wrong = self.endpoint.concealed(_said_wrong(found, text))[:300] if status != 200 else ""
        return Reply(status, found, begins, wrong)

    def _prepared(self, payload: Payload | None) -> tuple[httpx.AsyncClient, bytes | None]:
        body = None if payload is None else as_json(payload())
        if self._client is None:
            import httpx

            endpoint = self.endpoint
            self._client = httpx.AsyncClient(
                # httpx leaves out the query of a URL that it has parameters for; Rasa's client sends both.
                params=[*parse_qsl(urlsplit(endpoint.url).query, keep_blank_values=True), *endpoint.params.items()],
                headers={"Content-Type": "application/json", "Accept": "application/json", **endpoint.headers},
                auth=endpoint.basic_auth,
                verify=self._certificates(),
                timeout=httpx.Timeout(None, connect=_CONNECT_LIMIT),
                # Proxies of the environment are not for the action server, as in Rasa.
                trust_env=False,
                # A connection that was kept would be found closed after the server was started anew.
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        return self._client, body

    def _certificates(self) -> ssl.SSLContext | bool:
        endpoint = self.endpoint
        if not endpoint.url.startswith("https:"):
            return False
        if endpoint.cafile is None:
            return True
        try:
            return ssl.create_default_context(cafile=endpoint.cafile)
        except (OSError, ValueError) as error:
            raise ActionServerError(
                f"the certificate file {endpoint.concealed(endpoint.cafile)} cannot be read",
                f"{reason(error)}.",
                "Correct 'cafile:' of the endpoint.",
                endpoint.place,
            ) from None

    def _error(self, title: str, message: str) -> ActionServerError:
        return ActionServerError(title, self._told(message), self._hint)

    def _told(self, message: str) -> str:
        return f"{self.endpoint.concealed(message)} ({self.endpoint.shown})"


def _parsed(text: str) -> Any:
    """The JSON; halves of characters (`\\ud83d` alone), which nothing could print or store, become marks."""
    body = json.loads(text)
    return _whole(body) if "\\ud" in text.lower() else body


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _said_wrong(body: Any, text: str) -> str:
    said = str(body.get("error") or "") if isinstance(body, dict) else ""
    return last_error((said or text).splitlines()) or " ".join(said.split())


def _is_distrust(error: BaseException | None) -> bool:
    """Whether a certificate that did not check out is behind an error of httpx."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def failed(
    server: str, reply: Reply, endpoint: Endpoint, remedy: str, last_words: str = "", place: Place | None = None
) -> ActionServerError:
    """The server answered with a status that no result comes with; `last_words` are of its log, and tell more, as does
    the place that it names."""
    if reply.status in (401, 403):
        hint = "Check token, basic_auth and headers of the endpoint."
    elif reply.status == 404:
        hint = "Check the url of the endpoint: it usually ends in /webhook."
    else:
        hint = remedy
    why = (last_words if reply.error in last_words else reply.error) or "it did not say why; its log may"
    message = f"{why.rstrip('.')} ({endpoint.shown})"
    return ActionServerError(f"{server} failed with status {reply.status}", message, hint, place)


def unreadable(server: str, endpoint: Endpoint, expected: str, reply: Reply) -> ActionServerError:
    """The server answered 200 with something that is no result."""
    found = f"found {reply.text[:80]!r}" if reply.text else "the answer is empty"
    return ActionServerError(f"{server} answered something unreadable", f"{found} ({endpoint.shown})", expected)
