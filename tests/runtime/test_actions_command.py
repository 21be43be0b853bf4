"""`trainer-tui actions`: the project's action server in the foreground."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.runtime.test_action_server import wait_for_the_end_of, watch
from trainer_tui.commands.actions import configured_port
from trainer_tui.runtime.action_server import free_port


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    pytest.importorskip("rasa_sdk")
    return Path(shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot"))


@contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "trainer_tui", "actions", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(bot: Path, number: signal.Signals) -> None:
    port = free_port()
    with command(str(bot), "--port", str(port)) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == (
            f"trainer-tui: rasa_sdk serves actions on http://127.0.0.1:{port}/webhook (Ctrl-C ends it)\n"
        )
        while "up and running" not in process.stderr.readline():
            assert process.poll() is None
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        (server,) = children
        descriptors = watch(int(server))
        os.kill(process.pid, number)
        process.stderr.read()
        assert process.wait() == 128 + number
        wait_for_the_end_of(descriptors)


def failure(*arguments: str) -> str:
    with command(*arguments) as process:
        _, told = process.communicate()
    assert process.returncode == 1
    return told


def test_a_port_that_is_taken_is_named(bot: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is taken" in failure(str(bot), "--port", str(port))


def test_a_project_without_actions_has_nothing_to_serve(tmp_path: Path) -> None:
    assert "there are no actions to serve" in failure(str(tmp_path))
    assert "no tables.py" in failure(str(tmp_path), "--actions", "tables")


def test_a_server_that_ends_by_itself_is_a_failure(bot: Path) -> None:
    (bot / "actions.py").write_text("import rasa_sdk\n1 +\n", encoding="utf-8")
    told = failure(str(bot), "--port", str(free_port()))
    assert "SyntaxError" in told
    assert "the action server ended" in told


@pytest.mark.parametrize(
    ("endpoints", "port"),
    [
        (None, 5055),
        ("action_endpoint: {url: 'http://localhost:6006/webhook'}", 6006),
        ("action_endpoint: {url: 'http://actions.example:6006/webhook'}", 5055),
        ("nlg: {url: 'http://localhost:1'}", 5055),
        ("action_endpoint: [", 5055),
    ],
)
def test_the_port_is_that_of_the_endpoint_on_this_machine(tmp_path: Path, endpoints: str | None, port: int) -> None:
    if endpoints is not None:
        (tmp_path / "endpoints.yml").write_text(endpoints, encoding="utf-8")
    assert configured_port(tmp_path) == port
