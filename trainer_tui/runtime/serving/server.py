"""The server on the loopback interface: the page, the script in it that is a terminal, and the line to a session.

textual-serve brings that script and its style, and aiohttp. Its own server takes any visitor, asks a font host, and
waits without end for a session that does not leave.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.typedefs import Handler, Middleware

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.loopback import LOOPBACK
from trainer_tui.runtime.serving.gate import refusal
from trainer_tui.runtime.serving.visit import Visit

_PAGE = Path(__file__).with_name("page")
_ALIVE = 15.0
"""Seconds after which a browser is asked whether it is still there: a machine that sleeps closes nothing."""
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HEADERS = {
    # Whatever a name in a bot's files holds: the page loads and asks for nothing but what is served here.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def serve(command: Sequence[str], port: int, opened: Callable[[str], None]) -> int:
    """Serve `command` (the program that teaches; a session's name is added) until a signal ends it: 128 + its number.
    `opened` is told the address. TrainerError where the port is taken."""
    return asyncio.run(_serve(Server(command), port, opened))


async def _serve(server: Server, port: int, opened: Callable[[str], None]) -> int:
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except OSError as error:
            raise TrainerError(
                f"port {port} cannot be listened on", f"{os.strerror(error.errno or 0)}.", "Name another: --port."
            ) from error
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        for number in _ENDING:
            loop.add_signal_handler(number, _end, ended, number)
        opened(f"http://{LOOPBACK}:{runner.addresses[0][1]}/{server.token}/")
        return 128 + await ended
    finally:
        await runner.cleanup()


def _end(ended: asyncio.Future[int], number: int) -> None:
    if not ended.done():
        ended.set_result(number)


class Server:
    def __init__(self, command: Sequence[str], environ: Mapping[str, str] = os.environ) -> None:
        self.token = token_urlsafe(18)
        self._command = command
        self._environ = environ
        self._lines: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        application = web.Application(middlewares=[_guarding(self.token)])
        application.add_routes(
            [
                web.get("/{token}/", self._enter),
                web.get("/{token}/static/{name:[a-z./]+}", self._static),
                web.get("/{token}/{session:[a-z0-9-]+}/", self._page),
                web.get("/{token}/{session:[a-z0-9-]+}/line", self._line),
            ]
        )
        application.on_shutdown.append(self._say_goodbye)
        return application

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Each visitor's session has an address of its own: loading it anew goes on where one was."""
        raise web.HTTPSeeOther(f"/{self.token}/browser-{token_hex(3)}/")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = _STATIC.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def _line(self, request: web.Request) -> web.StreamResponse:
        """What is typed on the page, and what it shows, until either end goes."""
        line = web.WebSocketResponse(heartbeat=_ALIVE)
        await line.prepare(request)
        self._lines.add(line)
        command = [*self._command, f"--conversation-id={request.match_info['session']}"]
        columns, rows = (_number(request.query.get(side)) for side in ("width", "height"))
        heard: asyncio.Queue[str] = asyncio.Queue()
        visit = await Visit.begin(command, columns, rows, self._environ, heard.put_nowait)
        telling = asyncio.create_task(_tell(heard, line))
        showing = asyncio.create_task(_show(visit, line))
        try:
            async for message in line:
                if message.type is WSMsgType.TEXT:
                    await _take(visit, message.data)
        finally:
            # What it still has to show is taken from it, since it would wait for that.
            await visit.end()
            await showing
            telling.cancel()
            self._lines.discard(line)
        return line

    async def _say_goodbye(self, application: web.Application) -> None:
        for line in tuple(self._lines):
            await line.close(code=WSCloseCode.GOING_AWAY)


def _guarding(token: str) -> Middleware:
    """What every request goes through."""

    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        reason = refusal(request.path, request.host, request.headers.get("Origin"), token)
        if reason:
            return web.Response(text=f"{reason}\n", status=403, headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    return web.middleware(guarded)


async def _tell(heard: asyncio.Queue[str], line: web.WebSocketResponse) -> None:
    """What the page says until there is something to show."""
    with suppress(ConnectionError):
        while True:
            await line.send_str(json.dumps(["opening", await heard.get()]))


async def _show(visit: Visit, line: web.WebSocketResponse) -> None:
    async for payload in visit.shown():
        with suppress(ConnectionError):
            await line.send_bytes(payload)
    said = await visit.end()
    with suppress(ConnectionError):
        await line.send_str(json.dumps(["parting", said]))
        await line.close()


async def _take(visit: Visit, text: str) -> None:
    """A message of the page's script, as textual-serve writes them."""
    match _parsed(text):
        case ["stdin", str(typed)]:
            await visit.takes(typed)
        case ["resize", {"width": int(columns), "height": int(rows)}]:
            await visit.resizes(columns, rows)
        case ["focus" | "blur" as what]:
            await visit.has_focus(what == "focus")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 80


def _terminal() -> Path:
    """Where textual-serve keeps what it serves."""
    found = find_spec("textual_serve")
    if found is None or found.origin is None:
        raise ImportError("textual_serve")
    return Path(found.origin).with_name("static")


_STATIC = {
    "page.js": _PAGE / "page.js",
    "page.css": _PAGE / "page.css",
    "terminal.js": _terminal() / "js" / "textual.js",
    "terminal.css": _terminal() / "css" / "xterm.css",
}
