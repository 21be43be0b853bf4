"""`trainer-tui actions`: the project's action server in the foreground, on this machine alone."""

from __future__ import annotations

import argparse
import os
import signal
import socket
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from trainer_tui.commands.output import say, tell, telling
from trainer_tui.commands.ports import port_number
from trainer_tui.errors import TrainerError
from trainer_tui.formats.yaml.endpoints import read_endpoints
from trainer_tui.runtime.action_server import NoLaunch, end_group, find_launch, start_process
from trainer_tui.runtime.loopback import LOCAL_ADDRESSES, LOCALHOST, LOOPBACK

RASA_PORT = 5055
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "project", nargs="?", default=Path(), type=Path, metavar="FOLDER", help="the bot's folder (default: here)"
    )
    parser.add_argument("--actions", metavar="MODULE", help="the module of the actions (default: actions)")
    parser.add_argument(
        "-p",
        "--port",
        type=port_number,
        help=f"the port (default: that of endpoints.yml on this machine, or {RASA_PORT})",
    )
    parser.add_argument(
        "--sketch",
        nargs="?",
        const="",
        metavar="SESSION",
        help="print Python for the results that were given by hand in a session (default: the latest), and end",
    )
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="where sessions are (default: FOLDER/.trainer)")


def run(arguments: argparse.Namespace) -> int:
    """Serves until a signal ends it (exit code 128 + its number), or until the server ends by itself (1)."""
    root: Path = arguments.project
    if arguments.sketch is not None:
        return _sketch(root, arguments.state_dir, arguments.sketch)
    launch = find_launch(root, os.environ, arguments.actions)
    if isinstance(launch, NoLaunch):
        raise TrainerError("there are no actions to serve", launch.reason)
    port = arguments.port or configured_port(root)
    if _is_taken(port):
        raise TrainerError(f"port {port} is taken", hint="End what listens there, or name another one with --port.")
    for number in _ENDING:
        signal.signal(number, _ended)
    process = None
    try:
        process = start_process(launch, port, os.environ, output=None)
        address = f"http://{LOOPBACK}:{port}/webhook"
        tell(f"trainer-tui: {launch.sdk.name} serves {launch.module} on {address} (Ctrl-C ends it)")
        code = process.wait()
    except _Ended as ended:
        return 128 + ended.number
    finally:
        # Whatever comes now, the server must not outlive this.
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        if process is not None:
            end_group(process)
    raise TrainerError("the action server ended", f"Its exit code is {code}; what it said stands above.")


def _sketch(root: Path, state: Path | None, session: str) -> int:
    from trainer_tui.runtime.action_sketch import sketch_actions
    from trainer_tui.runtime.opening import STATE_FOLDER
    from trainer_tui.runtime.project import Sources, load_project

    with telling(f"reading {root}") as tell_how_far:
        project = load_project(Sources(root), os.environ, tell=tell_how_far)
    folder = (state or project.root / STATE_FOLDER) / "sessions"
    say(sketch_actions(project.domain, folder, session).removesuffix("\n"))
    return 0


def configured_port(root: Path) -> int:
    """The port of the action endpoint in endpoints.yml where that is on this machine; else Rasa's own."""
    try:
        text = (root / "endpoints.yml").read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return RASA_PORT
    endpoints, _ = read_endpoints(text, "endpoints.yml", os.environ)
    if endpoints.action_endpoint is None:
        return RASA_PORT
    parts = urlsplit(endpoints.action_endpoint.url)
    is_here = parts.hostname in (LOCALHOST, *LOCAL_ADDRESSES, "0.0.0.0")
    return parts.port or RASA_PORT if is_here else RASA_PORT


class _Ended(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _ended(number: int, frame: FrameType | None) -> None:
    raise _Ended(number)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False
