"""The arguments of `trainer-tui interactive`, with Rasa's own names of every era, and what they ask for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.rasa_flags import add_flags_without_meaning
from trainer_tui.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.progress import Progress
    from trainer_tui.runtime.controller import Controller
    from trainer_tui.runtime.opening import SessionRequest
    from trainer_tui.runtime.project import Project, Sources

_WITHOUT_MEANING = (
    ("finetune", "no", "every correction is learned at once."),
    ("epoch-fraction", "yes", "every correction is learned at once."),
    ("augmentation", "yes", "stories are not glued together; the policies generalise without it."),
    ("port", "yes", "no server is started, so no port is needed."),
    ("e2e", "no", "choose 'test story' in the export review to write messages with their text."),
    ("debug-plots", "no", "the stories pane shows the graph."),
    ("dump-stories", "no", "trainer-tui data examples prints what is trained on."),
    ("force", "no", "a model is trained anew whenever its data changed."),
    ("persist-nlu-data", "no", "the project's own NLU files are used as they are."),
    ("num-threads", "yes", "training takes the cores it needs."),
    ("fixed-model-name", "yes", "the model goes to the folder of --out."),
    ("logging-config-file", "yes", "the log goes to the session's folder."),
    ("url", "yes", "give the story files themselves with --stories."),
    ("debug", "no", "use -v or -vv."),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    project = parser.add_argument_group("the bot (whatever is not given is found in the folder)")
    project.add_argument("-d", "--domain", nargs="+", type=Path, metavar="PATH", help="domain file(s) or folder(s)")
    project.add_argument("-s", "--stories", "--data", nargs="+", type=Path, metavar="PATH", help="training data")
    project.add_argument("-c", "--config", type=Path, metavar="FILE", help="policies and pipeline")
    project.add_argument("--endpoints", type=Path, metavar="FILE", help="action server, NLU and NLG servers")
    project.add_argument("-m", "--core", "--model", dest="core", type=Path, metavar="DIR", help="trained policies")
    project.add_argument("-u", "--nlu", type=Path, metavar="DIR", help="trained interpreter; made if missing")
    project.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="write the model here after the first fit and at exit"
    )
    project.add_argument(
        "--rasa", metavar="URL", help="a running Rasa server interprets and predicts (rasa run --enable-api)"
    )
    session = add_session_arguments(parser)
    session.add_argument(
        "--from", dest="start_from", metavar="NAME", help="play this story, session or file of a conversation first"
    )
    session.add_argument("--state-dir", type=Path, metavar="DIR", help="keep sessions here (default: FOLDER/.trainer)")
    session.add_argument(
        "--accept-above",
        type=confidence,
        metavar="P",
        help="accept intents and actions that are at least this sure by themselves, unless something contradicts them",
    )
    add_flags_without_meaning(parser, _WITHOUT_MEANING)


def add_session_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Those of whatever opens a session; the group of the session, for more of them."""
    session = parser.add_argument_group("the session")
    session.add_argument("--conversation-id", "--conversation_id", metavar="ID", help="name it; resumed if it exists")
    session.add_argument("--resume", action="store_true", help="go on with the latest session")
    add_actions_argument(session)
    screen = add_screen_arguments(parser)
    screen.add_argument("--skip-visualization", "--skip_visualization", action="store_true", help="no stories pane")
    screen.add_argument("--plain", action="store_true", help="line by line on standard input and output")
    screen.add_argument("-v", "--verbose", action="count", default=0, help="more in the log (-vv: everything)")
    screen.add_argument("--quiet", action="store_true", help="errors only in the log")
    return session


def add_screen_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    screen = parser.add_argument_group("the screen")
    screen.add_argument("--ascii", action="store_true", help="no box or block characters")
    screen.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    return screen


def add_actions_argument(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--actions",
        action=argparse.BooleanOptionalAction,
        help="run the bot's own actions, or do not, without asking (asked once for each folder; in a script: no)",
    )


def request_of(arguments: argparse.Namespace) -> SessionRequest:
    from trainer_tui.runtime.project import Sources
    from trainer_tui.runtime.session_parts import Options

    sources = Sources(arguments.project, arguments.domain, arguments.stories, arguments.config, arguments.endpoints)
    return replace(
        session_request(arguments, sources),
        core=arguments.core,
        nlu=arguments.nlu,
        out=arguments.out,
        rasa=arguments.rasa,
        start_from=arguments.start_from,
        options=Options(accept_above=arguments.accept_above),
    )


def session_request(arguments: argparse.Namespace, sources: Sources) -> SessionRequest:
    """The session that the arguments of `add_session_arguments`, and `--state-dir`, ask for."""
    from trainer_tui.runtime.opening import SessionRequest

    return SessionRequest(
        sources,
        state_folder=arguments.state_dir,
        conversation_id=arguments.conversation_id,
        is_resuming=arguments.resume,
        verbosity=arguments.verbose,
        is_quiet=arguments.quiet,
        runs_actions=arguments.actions,
        can_ask=not arguments.plain or sys.stdin.isatty(),
    )


def opens_session(arguments: argparse.Namespace) -> bool:
    return True


def settling(arguments: argparse.Namespace, project: Project, tell_how_far: Progress) -> Callable[[Controller], None]:
    """No conversations of real users are settled here."""
    return lambda controller: None


def confidence(text: str) -> float | None:
    from trainer_tui.asking.sureness import typed_sureness

    try:
        return typed_sureness(text)
    except TrainerError as error:
        raise argparse.ArgumentTypeError(error.title) from None
