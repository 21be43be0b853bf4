"""`trainer-tui serve` as a visitor meets it, in a real browser, and as one who was not asked in meets it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket

import aiohttp
import pytest
from aiohttp import web

from tests.serving.chromium import NAMES, PATIENCE, Chromium, Tab, chromium, installed
from trainer_tui.cli import main
from trainer_tui.runtime.journal import journal_path, sessions
from trainer_tui.runtime.serving.server import Server

CONCERTBOT = Path(__file__).resolve().parents[2] / "sample_bots" / "concertbot"
ASKED = "Say something to the bot"


@asynccontextmanager
async def served(bot: Path, state: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The address, and the process."""
    command = (
        sys.executable,
        "-m",
        "trainer_tui",
        "serve",
        str(bot),
        "--port=0",
        "--no-actions",
        f"--state-dir={state}",
    )
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip(), process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        assert await process.wait() in (128 + signal.SIGINT, -signal.SIGKILL)


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return shutil.copytree(CONCERTBOT, tmp_path / "bot", ignore=shutil.ignore_patterns(".trainer", "__pycache__"))


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    if installed() is None:
        pytest.skip(f"no browser of these is installed: {', '.join(NAMES)}")
    async with chromium(tmp_path / "profile") as found:
        yield found


async def becomes(wanted: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not wanted():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(what) from None


def visitors(process: asyncio.subprocess.Process) -> set[int]:
    """The processes that a server has beneath it."""
    return {int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


def kept(state: Path, name: str) -> str:
    return journal_path(state / "sessions", name).read_text(encoding="utf-8")


async def session_of(tab: Tab) -> str:
    return str(await tab.says("window.location.pathname.split('/')[2]"))


async def teaches(tab: Tab) -> None:
    """A message, its intent, and another action than the bot would take; what the bot says is seen."""
    await tab.sees(ASKED)
    assert await tab.says("document.activeElement.className") == "xterm-helper-textarea"
    await tab.types("hello")
    await tab.presses("Enter")
    await tab.sees("hello 1.00")
    await tab.presses("Enter")
    await tab.sees("The bot wants to run utter_greet")
    await tab.presses("n")
    await tab.sees("What is the next action")
    await tab.types("youare")
    await tab.sees("utter_youarewelcome")
    await tab.presses("Enter")
    await tab.sees("Enjoy the music")


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="whose child a process is, is read from /proc")
async def test_a_visitor_teaches_leaves_and_goes_on_and_another_has_a_session_of_their_own(
    bot: Path, tmp_path: Path, browser: Chromium
) -> None:
    state = tmp_path / "state"
    async with served(bot, state) as (address, process):
        tab = await browser.tab()
        await tab.opens(address)
        await teaches(tab)
        name = await session_of(tab)
        assert '"utter_youarewelcome"' in kept(state, name)
        assert {line.split("/")[2] for line in tab.addresses} == {address.split("/")[2]}

        other = await browser.tab()
        await other.opens(address)
        await other.sees(ASKED)
        assert await session_of(other) != name
        assert len(visitors(process)) == 2

        # Leaving the page for another one ends its session, and so does closing the tab.
        there = str(await tab.says("window.location.href"))
        await tab.opens("about:blank")
        await becomes(lambda: len(visitors(process)) == 1, "the session of the page that was left goes on")
        await browser.closes(other)
        await becomes(lambda: not visitors(process), "the session of the tab that was closed goes on")

        # Back at its address, everything is as it was.
        await tab.opens(there)
        await tab.sees("Enjoy the music")
        assert {path.stem for path in sessions(state / "sessions")} >= {name}

        # Quitting tells how to come back, and Enter does.
        await tab.presses("ctrl+q")
        await tab.waits_for(lambda tab: tab.is_closed, "the end of the session")
        assert name in str(await tab.says("document.getElementById('said').textContent"))
        await tab.presses("Enter")
        await tab.waits_for(lambda tab: not tab.is_closed, "the session again")
        await becomes(lambda: len(visitors(process)) == 1, "no session was opened again")

        # However the server ends, so do they.
        (last,) = visitors(process)
        process.kill()
        await becomes(lambda: not Path(f"/proc/{last}").exists(), "the session outlives its server")


async def test_until_there_is_something_to_show_the_page_tells_how_far_reading_is(browser: Chromium) -> None:
    told = "reading stories.yml: 40 %, about 6 s more"
    program = (
        f"import sys; print({told!r}, file=sys.stderr, flush=True); "
        "any(b'quit' in said for said in iter(sys.stdin.buffer.read1, b''))"
    )
    server = Server([sys.executable, "-c", program])
    runner = web.AppRunner(server.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        tab = await browser.tab()
        await tab.opens(f"http://127.0.0.1:{runner.addresses[0][1]}/{server.token}/")
        async with asyncio.timeout(PATIENCE):
            while await tab.says("document.getElementById('opening').textContent") != told:
                await asyncio.sleep(0.05)
        await browser.closes(tab)
    finally:
        await runner.cleanup()


async def test_what_is_typed_in_a_page_are_keys_of_the_program(bot: Path, tmp_path: Path, browser: Chromium) -> None:
    async with served(bot, tmp_path / "state") as (address, _):
        tab = await browser.tab()
        await tab.opens(address)
        await tab.sees(ASKED, "f11 train")
        for key, shows in (("F1", "Send the message"), ("F8", "stories disagree"), ("ctrl+l", "time line")):
            await tab.presses(key)
            await tab.sees(shows)
            await tab.presses("Escape")
            await tab.waits_for(lambda tab, shows=shows: shows not in tab.text, f"the end of {shows}")  # type: ignore[misc]
        for key, tells in (("ctrl+r", "There is no earlier turn"), ("F12", "No conversations of real users")):
            await tab.presses(key)
            await tab.sees(tells)
        await tab.types("hello")
        await tab.presses("Enter")
        await tab.sees("hello 1.00")
        await tab.presses("n")
        await tab.sees("What intent is it?")
        await tab.presses("F10")
        await tab.sees("The name of the new intent")


async def test_who_was_not_asked_in_is_told_so(bot: Path, tmp_path: Path) -> None:
    async with served(bot, tmp_path / "state") as (address, _), aiohttp.ClientSession() as client:
        foreign = ({"Host": "evil.example"}, {"Origin": "http://evil.example"})
        for headers in foreign:
            async with client.get(address, headers=headers) as answer:
                assert (answer.status, "evil.example" in await answer.text()) == (403, True)
        root = "/".join(address.split("/")[:3])
        for path in ("/", "/other/", "/other/browser-1/", "/other/static/terminal.js"):
            async with client.get(root + path) as answer:
                assert (answer.status, "Open the whole address" in await answer.text()) == (403, True)
        for place, headers in ((f"{address}browser-1/line", foreign[1]), (f"{root}/other/browser-1/line", {})):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(place, headers=headers)
            assert refused.value.status == 403
        assert not (tmp_path / "state").exists()
        # Nothing but the page and its parts is there, and nothing that the line does not know ends it.
        async with client.get(f"{address}static/../server.py") as answer:
            assert answer.status == 404
        async with client.ws_connect(f"{address}browser-1/line") as line:
            for text in ("", "[", "{}", '["resize", {"width": "x"}]', '["stdin"]', '["focus"]', "[" * 2000):
                await line.send_str(text)
            assert (await line.receive(PATIENCE)).type is aiohttp.WSMsgType.BINARY


async def test_only_a_folder_with_a_bot_is_served(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "trainer_tui", "serve", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    told = (await process.communicate())[1].decode()
    assert process.returncode == 1
    assert "no bot" in told
    assert "trainer-tui init" in told


def test_a_port_that_is_taken_is_said(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", str(bot), "--port", str(port)]) == 1
    told = capsys.readouterr().err
    assert f"port {port} cannot be listened on" in told
    assert told.count(str(port)) == 1
    assert "--port" in told


def test_without_the_extra_one_is_told_what_to_install(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "trainer_tui.runtime.serving.server", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    assert main(["serve", str(bot)]) == 1
    assert "pip install 'trainer-tui[web]'" in capsys.readouterr().err
