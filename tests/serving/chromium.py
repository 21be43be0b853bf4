"""A real Chromium without a window, driven over its own protocol: keys, tabs, and what comes over the page's line."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import aiohttp
import pyte

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60.0
"""Seconds after which a test that waits fails; nothing is asserted about how long it takes."""
# A key as the protocol has it: its name, its place on the keyboard, its number on Windows, what it types.
KEYS = {
    "Enter": ("Enter", "Enter", 13, "\r"),
    "Escape": ("Escape", "Escape", 27, ""),
    **{f"F{number}": (f"F{number}", f"F{number}", 111 + number, "") for number in range(1, 13)},
}
_CONTROL = 2


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab. `screen` is what a terminal of the page's size shows of all that came over its line: the page itself
    draws on a canvas, in which no test can read."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self.addresses: list[str] = []
        """What the page asked for."""
        self.is_closed = False
        self._clear(80, 24)
        self._reading = asyncio.create_task(self._read())

    def _clear(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            else:
                self._take(told["method"], told.get("params", {}))
            self._changed.set()

    def _take(self, method: str, about: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.addresses.append(about["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.addresses.append(about["url"])
            self.is_closed = False
        elif method == "Network.webSocketClosed":
            self.is_closed = True
        elif method == "Network.webSocketFrameSent" and '"resize"' in about["response"]["payloadData"]:
            size = json.loads(about["response"]["payloadData"])[1]
            self.screen.resize(size["height"], size["width"])
        elif method == "Network.webSocketFrameReceived" and about["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(about["response"]["payloadData"]))

    async def asks(self, method: str, **about: Any) -> Any:
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": about})
        told = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in told, told
        return told["result"]

    async def opens(self, address: str) -> None:
        self._clear(self.screen.columns, self.screen.lines)
        await self.asks("Page.navigate", url=address)

    async def types(self, text: str) -> None:
        for letter in text:
            await self.asks("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter, unmodifiedText=letter)
            await self.asks("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def presses(self, *keys: str) -> None:
        for key in keys:
            modifiers = 0
            if key.startswith("ctrl+"):
                letter = key.removeprefix("ctrl+")
                name, code, number, text = letter, f"Key{letter.upper()}", ord(letter.upper()), ""
                modifiers = _CONTROL
            else:
                name, code, number, text = KEYS.get(key) or (key, f"Key{key.upper()}", ord(key.upper()), key)
            about = {"key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
            await self.asks("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
            await self.asks("Input.dispatchKeyEvent", type="keyUp", **about)

    async def says(self, expression: str) -> Any:
        """What an expression of the page's own language gives there."""
        told = await self.asks("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    async def waits_for(self, wanted: Callable[[Self], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not wanted(self):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{what} did not come; the screen is\n{self.text}") from None

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    async def sees(self, *texts: str) -> None:
        for text in texts:
            await self.waits_for(lambda tab, text=text: text in tab.text, repr(text))  # type: ignore[misc]


class Chromium:
    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client = client
        self._address = address
        self._targets: dict[Tab, str] = {}

    async def tab(self) -> Tab:
        async with self._client.put(f"{self._address}/json/new") as answer:
            target = await answer.json()
        tab = Tab(await self._client.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0))
        self._targets[tab] = target["id"]
        for domain in ("Page", "Network", "Runtime"):
            await tab.asks(f"{domain}.enable")
        return tab

    async def closes(self, tab: Tab) -> None:
        async with self._client.get(f"{self._address}/json/close/{self._targets.pop(tab)}") as answer:
            assert answer.status == 200


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Chromium]:
    program = installed()
    assert program is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--window-size=1100,700")
    process = await asyncio.create_subprocess_exec(
        program,
        *flags,
        f"--user-data-dir={profile}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as client:
            yield Chromium(client, f"http://127.0.0.1:{port}")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _port(file: Path) -> int:
    """The port that it took, which it writes once it listens there."""
    async with asyncio.timeout(PATIENCE):
        while not (file.exists() and len(file.read_text().splitlines()) == 2):
            await asyncio.sleep(0.05)
    return int(file.read_text().splitlines()[0])
