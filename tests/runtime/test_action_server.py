"""The project's own action server: found, started on this machine alone, restarted, and ended with the session."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.runtime.fake_server import reply, serving
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import BotUttered, Era
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.formats.yaml.endpoints import Endpoint, Endpoints
from trainer_tui.runtime import action_server
from trainer_tui.runtime.action_server import (
    ActionServer,
    Launch,
    NoLaunch,
    Sdk,
    answers_health,
    find_launch,
    find_module,
    free_port,
)
from trainer_tui.runtime.actions import ActionRunner
from trainer_tui.runtime.webhook import ActionServerError
from trainer_tui.session.protocol import ActionRan

RASA_SDK_IS_HERE = find_spec("rasa_sdk") is not None
needs_rasa_sdk = pytest.mark.skipif(not RASA_SDK_IS_HERE, reason="rasa_sdk is not installed")
needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")

DOMAIN = Domain(era=Era.RASA_3, actions=("action_tell",))
TALK = DialogueStateTracker.start(DOMAIN)

# Answers like an SDK: what actions.py says at the time when the server starts. Dies of the word "die" in it, and has
# another process in its group at "with a worker".
SERVER = """
import http.server, json, os, signal, sys
said = open("actions.py").read()
if said == "cannot start":
    def inner():
        raise RuntimeError("no good")
    inner()
if said == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if said == "with a worker" and os.fork() == 0:
    signal.pause()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": "ok"})
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if said == "die":
            os._exit(3)
        self.answer({"events": [], "responses": [{"text": said}]})
    def answer(self, body):
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
print("serving", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@dataclass(frozen=True)
class SmallServer(Launch):
    """A server without an SDK, so that it starts at once."""

    def command(self, port: int) -> list[str]:
        return [sys.executable, "-u", "-c", SERVER, str(port)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / "actions.py").write_text("one", encoding="utf-8")
    return folder


@pytest.fixture
def server(project: Path, tmp_path: Path) -> Iterator[ActionServer]:
    server = ActionServer(small(project), tmp_path / "logs" / "actions.log", os.environ)
    yield server
    server.stop()


def small(project: Path) -> Launch:
    return SmallServer(project, "actions", Sdk("rasa_sdk", sys.executable))


@pytest.fixture
def runner(project: Path, tmp_path: Path) -> Iterator[ActionRunner]:
    yield from running(small(project), tmp_path)


def running(launch: Launch | NoLaunch, tmp_path: Path) -> Iterator[ActionRunner]:
    """A runner whose configured endpoint nothing answers at."""
    runner = ActionRunner(
        Endpoints(action_endpoint=Endpoint(f"http://127.0.0.1:{free_port()}/webhook")),
        launch,
        tmp_path / "actions.log",
        environ=os.environ,
        choose=lambda variations: variations[0],
        now=lambda: 1.0,
    )
    yield runner
    runner.close()


async def told(runner: ActionRunner, action: str = "action_tell", domain: Domain = DOMAIN) -> str | None:
    outcome = await runner.run(action, TALK, domain)
    assert isinstance(outcome, ActionRan)
    (message,) = (event for event in outcome.events if isinstance(event, BotUttered))
    return message.text


def watch(group: int) -> list[int]:
    """A descriptor for each process of the group; it can be read once the process has ended."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(ProcessLookupError):
            if process.name.isdigit() and os.getpgid(int(process.name)) == group:
                found.append(os.pidfd_open(int(process.name)))
    return found


def wait_for_the_end_of(descriptors: list[int]) -> None:
    """Returns once all of them have ended; how long that takes does not matter."""
    for descriptor in descriptors:
        select.select([descriptor], [], [])
        os.close(descriptor)


def pid_of(server: ActionServer) -> int:
    assert server._process is not None
    return server._process.pid


# --- finding -------------------------------------------------------------------------------------------------------


def test_a_project_without_actions_has_nothing_to_serve(tmp_path: Path) -> None:
    assert find_module(tmp_path) is None
    launch = find_launch(tmp_path, {})
    assert isinstance(launch, NoLaunch)
    assert launch.reason == f"{tmp_path} has no actions.py and no folder actions with Python in it."


def test_a_file_or_a_folder_of_actions_is_found(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    assert find_module(tmp_path) is None
    (tmp_path / "actions" / "tables.py").touch()
    assert find_module(tmp_path) == "actions"
    shutil.rmtree(tmp_path / "actions")
    (tmp_path / "actions.py").touch()
    assert find_module(tmp_path) == "actions"


@needs_rasa_sdk
def test_the_sdk_is_the_one_that_the_actions_import(tmp_path: Path) -> None:
    actions = tmp_path / "actions.py"
    python = tmp_path / "python"
    python.touch(mode=0o755)
    environ = {"TRAINER_TUI_RASA_CORE_SDK": str(python)}
    ours = Sdk("rasa_sdk", sys.executable)
    for source, sdk in (
        ("from rasa_sdk import Action", ours),
        ("import rasa_sdk.events as events", ours),
        ("from rasa_core_sdk.forms import FormAction", Sdk("rasa_core_sdk", str(python))),
        ("try:\n    from rasa_sdk import Action\nexcept ImportError:\n    from rasa_core_sdk import Action\n", ours),
        ("# rasa_core_sdk\n", ours),
    ):
        actions.write_text(source, encoding="utf-8")
        launch = find_launch(tmp_path, environ)
        assert isinstance(launch, Launch)
        assert launch.sdk == sdk


def test_an_sdk_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "actions.py").write_text("import rasa_core_sdk", encoding="utf-8")
    for environ in ({}, {"TRAINER_TUI_RASA_CORE_SDK": str(tmp_path / "nowhere")}):
        launch = find_launch(tmp_path, environ)
        assert isinstance(launch, NoLaunch)
        assert launch.reason.startswith("rasa_core_sdk is not installed here; TRAINER_TUI_RASA_CORE_SDK may name")


# --- one server ----------------------------------------------------------------------------------------------------


async def test_it_starts_in_a_process_group_of_its_own_and_ends_whole(server: ActionServer) -> None:
    server.start()
    await server.wait_until_ready(60)
    assert server.is_ready
    assert await answers_health(server.port)
    pid = pid_of(server)
    assert os.getpgid(pid) == pid != os.getpgrp()
    assert server.log_lines()[0] == "serving"

    server.stop()
    assert not server.is_running
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)
    assert not await answers_health(server.port)
    server.stop()


async def test_one_that_ignores_the_request_to_end_is_killed(
    server: ActionServer, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_server, "_GRACE", 0.1)
    (project / "actions.py").write_text("stubborn", encoding="utf-8")
    server.start()
    await server.wait_until_ready(60)
    pid = pid_of(server)
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


async def test_one_that_cannot_start_says_why(server: ActionServer, project: Path) -> None:
    (project / "actions.py").write_text("cannot start", encoding="utf-8")
    server.start()
    with pytest.raises(ActionServerError) as failed:
        await server.wait_until_ready(60)
    assert (failed.value.title, failed.value.message) == ("the action server ended", "RuntimeError: no good")
    assert str(server.log) in failed.value.hint


async def test_a_log_of_any_length_is_read_from_its_end(server: ActionServer) -> None:
    assert server.log_lines() == ()
    server.log.parent.mkdir()
    server.log.write_text("".join(f"line {number}\n" for number in range(100_000)), encoding="utf-8")
    assert server.log_lines(2) == ("line 99998", "line 99999")


async def test_servers_at_the_same_time_have_a_log_each(server: ActionServer, project: Path) -> None:
    server.start()
    await server.wait_until_ready(60)
    other = ActionServer(small(project), server.log, os.environ)
    other.start()
    await other.wait_until_ready(60)
    assert other.log == server.log.with_name("actions-2.log")
    assert other.log_lines()[0] == server.log_lines()[0] == "serving"
    server.stop()
    server.start()
    assert server.log.name == "actions.log"
    other.stop()


# --- as the session sees it ----------------------------------------------------------------------------------------


async def test_where_nothing_answers_the_projects_own_server_is_started(runner: ActionRunner) -> None:
    assert runner.status() == ("", True)
    await runner.start(DOMAIN)
    assert runner.status() == ("local", True)
    assert await told(runner) == "one"
    assert runner.log_lines()[0] == "serving"


async def test_an_action_waits_for_a_server_that_is_starting(runner: ActionRunner) -> None:
    assert await told(runner) == "one"


async def test_where_something_answers_no_server_is_started(project: Path, tmp_path: Path) -> None:
    async with serving(reply({"responses": [{"text": "configured"}]})) as configured:
        runner = ActionRunner(
            Endpoints(action_endpoint=Endpoint(configured.url)),
            small(project),
            tmp_path / "actions.log",
            environ=os.environ,
            choose=lambda variations: variations[0],
            now=lambda: 1.0,
        )
        await runner.start(DOMAIN)
        assert runner.status() == ("up", True)
        assert await told(runner) == "configured"
        assert "was not started by this session" in await runner.restart()
    assert not (tmp_path / "actions.log").exists()


async def test_changed_code_runs_after_a_restart(runner: ActionRunner, project: Path) -> None:
    assert await told(runner) == "one"
    (project / "actions.py").write_text("two", encoding="utf-8")
    os.utime(project / "actions.py", (1, 1))
    for notes in (("The actions were changed since their server started: restart it to run them.",), ()):
        assert await told(runner) == "one"
        assert runner.take_notes() == notes
    assert await runner.restart() == "The action server was started anew."
    assert await told(runner) == "two"
    assert runner.take_notes() == ()


async def test_a_server_that_dies_is_started_again_when_the_person_retries(runner: ActionRunner, project: Path) -> None:
    (project / "actions.py").write_text("die", encoding="utf-8")
    with pytest.raises(ActionServerError, match="hung up before its answer was whole"):
        await told(runner)
    assert runner.status() == ("down", False)
    (project / "actions.py").write_text("alive", encoding="utf-8")
    assert await told(runner) == "alive"
    assert runner.status() == ("local", True)


@needs_proc
async def test_what_is_left_of_a_server_ends_before_another_one_starts(runner: ActionRunner, project: Path) -> None:
    (project / "actions.py").write_text("with a worker", encoding="utf-8")
    assert await told(runner) == "with a worker"
    assert runner._custom._server is not None
    first = pid_of(runner._custom._server)
    processes = watch(first)
    assert len(processes) == 2
    ended = os.pidfd_open(first)
    os.kill(first, signal.SIGKILL)
    wait_for_the_end_of([ended])
    assert await told(runner) == "with a worker"
    wait_for_the_end_of(processes)


async def test_a_server_that_cannot_start_leaves_the_session_usable(runner: ActionRunner, project: Path) -> None:
    (project / "actions.py").write_text("cannot start", encoding="utf-8")
    await runner.start(DOMAIN)
    assert runner.status() == ("down", False)
    (note,) = runner.take_notes()
    assert "RuntimeError: no good" in note
    (project / "actions.py").write_text("better", encoding="utf-8")
    assert await told(runner) == "better"


# --- with the real SDKs --------------------------------------------------------------------------------------------

TELL = """
from {sdk} import Action

class Tell(Action):
    def name(self):
        return "action_tell"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message({argument}"{words}")
        return []
"""


def listening_addresses(port: int) -> set[str]:
    """The addresses (of /proc/net/tcp) that something listens on at the port."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="utf-8").splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            host, _, number = address.rpartition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(host)
    return found


@pytest.fixture(params=["rasa_sdk", "rasa_core_sdk"])
def launch(request: pytest.FixtureRequest, project: Path) -> Launch:
    """The project's actions under each SDK; the one of 2018 is skipped where it is not set up."""
    if request.param == "rasa_sdk" and not RASA_SDK_IS_HERE:
        pytest.skip("rasa_sdk is not installed")
    if request.param == "rasa_core_sdk":
        request.getfixturevalue("rasa_core_sdk_python")
    write_actions(project, request.param, "one")
    launch = find_launch(project, os.environ)
    assert isinstance(launch, Launch)
    assert launch.sdk.name == request.param
    return launch


def write_actions(project: Path, sdk: str, words: str) -> None:
    argument = "text=" if sdk == "rasa_sdk" else ""
    (project / "actions.py").write_text(TELL.format(sdk=sdk, words=words, argument=argument), encoding="utf-8")


async def test_each_sdk_serves_on_loopback_alone(launch: Launch, project: Path, tmp_path: Path) -> None:
    for runner in running(launch, tmp_path):
        assert await told(runner) == "one"
        assert runner._custom._server is not None
        if Path("/proc/net/tcp").exists():
            assert listening_addresses(runner._custom._server.port) == {"0100007F"}

        with pytest.raises(ActionServerError) as failed:
            await told(runner, "action_unheard_of", Domain(actions=("action_unheard_of",)))
        assert failed.value.title == "the action server has no action 'action_unheard_of'"

        source = (project / "actions.py").read_text(encoding="utf-8")
        (project / "actions.py").write_text("import no_such_library\n" + source, encoding="utf-8")
        with pytest.raises(ActionServerError, match=r"ModuleNotFoundError: .*no_such_library"):
            # The SDK of today ends; that of 2018 serves without the actions of the module.
            await runner.restart()
            await told(runner)

        write_actions(project, launch.sdk.name, "two")
        await runner.restart()
        assert await told(runner) == "two"
    assert [path.name for path in project.iterdir()] == ["actions.py"], "the project's folder is left as it was"


async def test_a_slip_in_the_code_is_named(project: Path, tmp_path: Path, rasa_core_sdk_python: Path) -> None:
    (project / "actions.py").write_text("from rasa_core_sdk import Action\n1 +\n", encoding="utf-8")
    for runner in running(find_launch(project, os.environ), tmp_path):
        with pytest.raises(ActionServerError, match="SyntaxError: invalid syntax"):
            await told(runner)
        write_actions(project, "rasa_core_sdk", "better")
        assert await told(runner) == "better"


# Starts a server, says its process id, and then waits for what comes.
SESSION = """
import asyncio, os, sys
from pathlib import Path
from trainer_tui.runtime.action_server import ActionServer, find_launch
server = ActionServer(find_launch(Path(sys.argv[1]), os.environ), Path(sys.argv[2]), os.environ)
server.start()
asyncio.run(server.wait_until_ready(60))
print(server._process.pid, flush=True)
sys.stdin.readline()
"""


@needs_proc
@pytest.mark.parametrize("ending", ["end of the program", "SIGKILL"])
async def test_the_server_ends_with_the_session_whatever_ends_it(launch: Launch, tmp_path: Path, ending: str) -> None:
    command = [sys.executable, "-c", SESSION, str(launch.root), str(tmp_path / "log")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        assert session.stdout is not None and session.stdin is not None
        processes = watch(int(session.stdout.readline()))
        assert processes
        if ending == "SIGKILL":
            session.send_signal(signal.SIGKILL)
        else:
            session.stdin.close()
        session.wait()
        wait_for_the_end_of(processes)


@needs_proc
async def test_the_workers_end_with_the_process_that_started_them(launch: Launch, tmp_path: Path) -> None:
    server = ActionServer(launch, tmp_path / "log", os.environ)
    server.start()
    await server.wait_until_ready(60)
    processes = watch(pid_of(server))
    os.kill(pid_of(server), signal.SIGKILL)
    wait_for_the_end_of(processes)
    server.stop()


HELD = """
import logging
import sqlite3
import threading

from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Tell(Action):
    def __init__(self):
        self.lock = threading.Lock()
        self.database = sqlite3.connect(":memory:", check_same_thread=False)

    def name(self):
        return "action_tell"

    def run(self, dispatcher, tracker, domain):
        with self.lock:
            dispatcher.utter_message(text=self.database.execute("select 'held'").fetchone()[0])
        return []


class OneEvent(Action):
    def name(self):
        return "action_one_event"

    def run(self, dispatcher, tracker, domain):
        return SlotSet("n", 1)


class Warns(Action):
    def name(self):
        return "action_warns"

    def run(self, dispatcher, tracker, domain):
        logging.getLogger(__name__).info("nothing to tell")
        logging.getLogger(__name__).warning("the table is empty")
        return []
"""


@needs_rasa_sdk
@needs_proc
async def test_actions_that_hold_a_lock_or_a_connection_are_served_by_one_process(
    project: Path, tmp_path: Path
) -> None:
    (project / "actions.py").write_text(HELD, encoding="utf-8")
    for runner in running(find_launch(project, os.environ), tmp_path):
        assert await told(runner) == "held"
        assert runner._custom._server is not None
        assert len(watch(pid_of(runner._custom._server))) == 1


@needs_rasa_sdk
async def test_what_the_server_warns_of_during_a_call_is_told_with_the_call(project: Path, tmp_path: Path) -> None:
    (project / "actions.py").write_text(HELD, encoding="utf-8")
    domain = Domain(actions=("action_one_event", "action_warns", "action_tell"))
    for runner in running(find_launch(project, os.environ), tmp_path):
        await runner.run("action_tell", TALK, domain)
        assert runner.take_notes() == ()
        await runner.run("action_one_event", TALK, domain)
        (note,) = runner.take_notes()
        assert note.startswith("The action server on action_one_event: ")
        await runner.run("action_warns", TALK, domain)
        assert runner.take_notes() == ("The action server on action_warns: the table is empty",)
