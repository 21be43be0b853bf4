"""The project's own action server: found, started on a free port of this machine alone, and ended with the session."""

from __future__ import annotations

import asyncio
import atexit
import fcntl
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from os.path import isdir, isfile
from pathlib import Path
from typing import IO

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.loopback import LOOPBACK, other_addresses
from trainer_tui.runtime.tracebacks import errors, last_error, last_place, warnings
from trainer_tui.runtime.webhook import ActionServerError

RASA_CORE_SDK_VARIABLE = "TRAINER_TUI_RASA_CORE_SDK"
"""Names the Python that has rasa_core_sdk, where that is not ours."""

_LAUNCHER = Path(__file__).with_name("action_launcher.py")
_GRACE = 1.0
_POLL = 0.05
_LONGEST_WARNINGS = 100_000
"""Bytes of the log that are looked through after a call."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """The SDK that the actions are written for, and the Python that has it."""

    name: str
    python: str


@dataclass(frozen=True, slots=True)
class Launch:
    """What to run: the module of the project's actions, in `root`, with `sdk`."""

    root: Path
    module: str
    sdk: Sdk

    def code(self) -> Mapping[Path, float]:
        """The files of the actions, and when each was changed."""
        found = {}
        for source in _sources(self.root, self.module):
            with suppress(OSError):
                found[source] = source.stat().st_mtime
        return found

    def command(self, port: int) -> list[str]:
        return [self.sdk.python, "-u", str(_LAUNCHER), self.sdk.name, self.module, str(port), str(os.getpid())]


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """Why the project's actions are not served here; `is_chosen`: somebody said so, or was not asked yet."""

    reason: str
    is_chosen: bool = False


def find_launch(root: Path, environ: Mapping[str, str], module: str | None = None) -> Launch | NoLaunch:
    """How to serve the project's actions, with the SDK that they import."""
    module = module or find_module(root)
    if module is None or not _sources(root, module):
        name = module or "actions"
        return NoLaunch(f"{root} has no {name}.py and no folder {name} with Python in it.")
    wanted = _imported_sdks(root, module)
    for sdk in wanted or ["rasa_sdk", "rasa_core_sdk"]:
        python = _python_with(sdk, environ)
        if python:
            return Launch(root, module, Sdk(sdk, python))
    if "rasa_sdk" in wanted or not wanted:
        return NoLaunch("rasa_sdk is not installed here: pip install 'trainer-tui[actions]'.")
    return NoLaunch(f"rasa_core_sdk is not installed here; {RASA_CORE_SDK_VARIABLE} may name a Python that has it.")


def find_module(root: Path) -> str | None:
    """`actions`, where the project has an actions.py or a folder actions/ with Python in it."""
    folder = root / "actions"
    has_module = isfile(root / "actions.py") or (isdir(folder) and any(folder.rglob("*.py")))
    return "actions" if has_module else None


def _sources(root: Path, module: str) -> list[Path]:
    base = root.joinpath(*module.split("."))
    file = base.with_name(base.name + ".py")
    return [file] if isfile(file) else sorted(path for path in base.rglob("*.py") if isfile(path))


_IMPORT = re.compile(rb"^\s*(?:from|import)\s+(rasa_core_sdk|rasa_sdk)\b", re.MULTILINE)


def _imported_sdks(root: Path, module: str) -> list[str]:
    """The SDKs that the sources import, in the order in which they do."""
    found: dict[str, None] = {}
    for source in _sources(root, module):
        try:
            found |= dict.fromkeys(name.decode() for name in _IMPORT.findall(source.read_bytes()))
        except OSError:
            continue
    return list(found)


def _python_with(sdk: str, environ: Mapping[str, str]) -> str | None:
    if sdk == "rasa_core_sdk":
        named = environ.get(RASA_CORE_SDK_VARIABLE)
        if named and os.access(named, os.X_OK):
            return named
    return sys.executable if importlib.util.find_spec(sdk) else None


class ActionServer:
    """One child process in a process group of its own. `log` gets all it says; nothing of it reaches the screen.

    Where another server writes to that file yet (of a session next to this one), a file beside it becomes the `log`.
    """

    def __init__(self, launch: Launch, log: Path, environ: Mapping[str, str]) -> None:
        self.launch = launch
        self.log = log
        self.port = 0
        self._wanted_log = log
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._code: Mapping[Path, float] = {}

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/webhook"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        return self._is_ready and self.is_running

    def start(self) -> None:
        """Starts the server and returns at once; `wait_until_ready` tells when it answers."""
        if self.is_running:
            return
        self.port = free_port()
        self._is_ready = False
        self._code = self.launch.code()
        with _own_log(self._wanted_log) as output:
            self.log = Path(output.name)
            self._process = start_process(self.launch, self.port, self._environ, output)
        atexit.register(self.stop)

    def has_news(self) -> bool:
        """Whether the actions were changed since the server was started, or since this was asked the last time."""
        known, self._code = self._code, self.launch.code()
        return known != self._code

    async def wait_until_ready(self, time_limit: float) -> None:
        """Returns once the server answers; ActionServerError where it ended, or says nothing within `time_limit` s."""
        if self.is_ready:
            return
        try:
            async with asyncio.timeout(time_limit):
                while not await answers_health(self.port):
                    if not self.is_running:
                        raise self.ended()
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise ActionServerError(
                f"the action server did not start within {time_limit:g} s", self.last_words(), f"Its log: {self.log}"
            ) from None
        self._is_ready = True

    def ended(self) -> ActionServerError:
        """What to say of a server that is no longer there."""
        return ActionServerError(
            "the action server ended", self.last_words(), f"Correct the actions and retry; its log: {self.log}"
        )

    def last_words(self) -> str:
        """What the log says went wrong: the error of its last traceback and its place, or its last line."""
        lines = [line for line in self.log_lines() if line.strip()]
        return (last_error(lines, self.launch.root.resolve()) or next(reversed(lines), "").strip())[:300]

    def last_place(self) -> Place | None:
        """Where in the project's own code that arose."""
        return last_place(self.log_lines(), self.launch.root.resolve())

    def import_error(self) -> str:
        """The import that failed, if any: that of 2018 logs it and serves without the actions of that module."""
        named = errors(self.log_lines())
        return next((line for line in named if line.startswith(("ImportError", "ModuleNotFoundError"))), "")[:300]

    def log_size(self) -> int:
        """How much it has said so far, for `warnings_since`."""
        with suppress(OSError):
            return self.log.stat().st_size
        return 0

    def warnings_since(self, size: int) -> list[str]:
        """What its loggers warned of after it had said so much."""
        try:
            with self.log.open("rb") as file:
                file.seek(size)
                return warnings(file.read(_LONGEST_WARNINGS).decode("utf-8", "replace").splitlines())
        except OSError:
            return []

    def log_lines(self, count: int = 200) -> tuple[str, ...]:
        """The end of the log; the whole of a long one is never read."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 400 * count))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ()
        return tuple(text.splitlines()[-count:])

    def stop(self) -> None:
        """Ends the server and all that it started; may be called at any time, also when the program is ended."""
        process, self._process = self._process, None
        self._is_ready = False
        atexit.unregister(self.stop)
        if process is not None:
            end_group(process)


def _own_log(path: Path) -> FileIO:
    """The file, begun anew; or that of `name-2`, `name-3` … which no server has open: its lock ends with the server."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        file = FileIO(path if number == 1 else path.with_stem(f"{path.stem}-{number}"), "a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            number += 1
        else:
            file.truncate(0)
            os.fchmod(file.fileno(), 0o600)
            return file


def start_process(
    launch: Launch, port: int, environ: Mapping[str, str], output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    """The server as a child in a session of its own, so that no key of the terminal reaches it.

    `output` None: it speaks to our own output.
    """
    surrounding = {**environ, "SANIC_HOST": LOOPBACK, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        launch.command(port),
        cwd=launch.root,
        env=surrounding,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
    )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """TERM to the whole process group, and KILL to what is left of it after a second."""
    _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    # The group may outlive its first process (rasa_sdk's workers do).
    while _group_lives(process) and time.monotonic() < deadline:
        time.sleep(_POLL)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    """Whether anything of the group still runs; what has ended and only waits to be reaped does not count."""
    process.poll()
    return _signal_group(process, 0) and _runs(process.pid)


def _runs(group: int) -> bool:
    """As /proc tells; True where there is none. A container's first process may take seconds to reap the dead."""
    stats = [*Path("/proc").glob("[0-9]*/stat")]
    for stat in stats:
        with suppress(OSError):
            # pid (name) state parent group …, and the name may hold anything.
            state, _, found, *_ = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(found) == group and state not in "ZX":
                return True
    return not stats


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def free_port() -> int:
    """A port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


async def answers(host: str, port: int, time_limit: float = 1.0) -> bool:
    """Whether anything listens there."""
    try:
        async with asyncio.timeout(time_limit):
            # A name may take long to be told, or for ever.
            # As bytes, where it can be: else Python loads what other alphabets take, for a fiftieth of a start.
            name = host.encode() if host.isascii() else host
            found = await in_thread(lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
            for address in dict.fromkeys((*(str(item[4][0]) for item in found), *other_addresses(host))):
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(address, port)
                    writer.close()
                    return True
    except (OSError, TimeoutError, UnicodeError):
        return False
    return False


async def answers_health(port: int, time_limit: float = 2.0) -> bool:
    """Whether an SDK's server on this machine says that it is well: it listens before it can answer."""
    try:
        async with asyncio.timeout(time_limit):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.write(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            await writer.drain()
            first_line = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in first_line
