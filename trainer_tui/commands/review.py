"""`trainer-tui review`: conversations with real users, those that most deserve a look first."""

from __future__ import annotations

import argparse
import getpass
import os
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.interactive import add_session_arguments, session_request
from trainer_tui.commands.output import say, say_json, tell, tell_notes, telling
from trainer_tui.commands.worker_flags import add_worker_flags, workers_of
from trainer_tui.words import clean, counted

if TYPE_CHECKING:
    from trainer_tui.asking.reviewing import ConversationRow, Filters
    from trainer_tui.progress import Progress
    from trainer_tui.runtime.controller import Controller
    from trainer_tui.runtime.opening import SessionRequest
    from trainer_tui.runtime.project import Project
    from trainer_tui.runtime.review.scoring import Told
    from trainer_tui.runtime.review.settling import Settler

_SHOWN_PROBLEMS = 20
_NARROW = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add(
        "--from",
        action="append",
        default=[],
        metavar="SOURCE",
        dest="sources",
        help="a store of conversations, a URL or a file; may be given again (default: tracker_store in endpoints.yml)",
    )
    add("--state-dir", type=Path, metavar="DIR", help="what was seen is kept here (default: FOLDER/.trainer)")
    add_session_arguments(parser)
    add("--rasa", metavar="URL", help="score and teach by a running Rasa server's model (rasa run --enable-api)")
    listed = parser.add_argument_group("the list")
    listed.add_argument("--list", action="store_true", help="print the list and end; no session is opened")
    listed.add_argument("--json", action="store_true", help="the list as JSON on standard output")
    listed.add_argument("--order", choices=["worth", "newest", "count"], default="worth", help="default: worth")
    listed.add_argument("--limit", type=_number, default=50, metavar="N", help="so many rows at most (default: 50)")
    for name, what in (
        ("text", "a user said this, or it is part of it"),
        ("intent", "this intent occurs"),
        ("action", "this action occurs"),
        ("slot", "this slot was set"),
        ("channel", "over this channel"),
        ("model", "this model answered"),
        ("tag", "tagged so"),
    ):
        listed.add_argument(f"--{name}", default="", metavar=name.upper(), help=what)
    listed.add_argument("--since", type=_day, metavar="DAY", help="active on this day or later (2026-01-31)")
    listed.add_argument("--until", type=_day, metavar="DAY", help="active on this day or earlier")
    listed.add_argument("--unseen", action="store_true", help="only what nobody has decided about")
    work = parser.add_argument_group("scoring")
    add_worker_flags(work.add_argument)


def opens_session(arguments: argparse.Namespace) -> bool:
    return not (arguments.list or arguments.json)


def request_of(arguments: argparse.Namespace) -> SessionRequest:
    """The session that the conversations are taught in."""
    from trainer_tui.runtime.project import Sources

    return replace(session_request(arguments, Sources(arguments.project)), rasa=arguments.rasa)


def settling(
    arguments: argparse.Namespace, project: Project, tell_how_far: Progress
) -> Callable[[Controller], Settler]:
    """What opens the review at a session of that project; TrainerError where no store can be opened."""
    from trainer_tui.runtime.review.opening import Reviewed
    from trainer_tui.runtime.review.reviewing import Reviewer
    from trainer_tui.runtime.review.settling import Settler

    reviewed = Reviewed(arguments.project, tuple(arguments.sources), arguments.state_dir, arguments.rasa)
    opened = reviewed.open(os.environ, project, tell_how_far)

    def at(controller: Controller) -> Settler:
        # What was settled and not exported lies in the latest session: that one goes on.
        controller.go_on()
        return Settler(controller, Reviewer(reviewed, opened, _person(), time.time))

    return at


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a user without a name


def run(arguments: argparse.Namespace) -> int:
    """Score what is new, and print the list. TrainerError where the bot or every store cannot be read."""
    from trainer_tui.runtime.review.opening import Reviewed

    workers = workers_of(arguments)
    reviewed = Reviewed(arguments.project, tuple(arguments.sources), arguments.state_dir, arguments.rasa)
    with telling(f"reading {arguments.project}") as tell_how_far:
        opened = reviewed.open(os.environ, tell=tell_how_far)
    tell_notes((), opened.problems)
    reading = _Reading()
    try:
        with telling("reading conversations") as tell_how_far:
            opened.score(partial(reading.take, tell_how_far), workers)
        reading.end()
        page = opened.listing().page(arguments.order, _filters(arguments), 0, arguments.limit)
    finally:
        opened.close()
    if arguments.json:
        say_json({"total": page.total, "conversations": [asdict(row) for row in page.rows]}, indent=2)
    else:
        for row in page.rows:
            say(_as_text(row))
        tell(f"{counted(page.total, 'row')}, {len(page.rows)} shown.")
    return 0


class _Reading:
    """What is said beside the list: how far reading is, and what could not be read."""

    def __init__(self) -> None:
        self._read = 0
        self._problems: dict[str, None] = {}

    def take(self, tell_how_far: Progress, told: Told) -> None:
        self._read += told.read
        tell_how_far(f"{counted(self._read, 'conversation')} read", told.share)
        for problem in told.problems:
            if problem not in self._problems and len(self._problems) < _SHOWN_PROBLEMS:
                tell(f"warning: {problem}")
            self._problems[problem] = None

    def end(self) -> None:
        if len(self._problems) > _SHOWN_PROBLEMS:
            tell(f"… and {counted(len(self._problems) - _SHOWN_PROBLEMS, 'warning')} more")
        tell(f"{counted(self._read, 'conversation')} read that had something new.")


def _filters(arguments: argparse.Namespace) -> Filters:
    from trainer_tui.asking.reviewing import Filters

    return Filters(
        text=arguments.text,
        intent=arguments.intent,
        action=arguments.action,
        slot=arguments.slot,
        channel=arguments.channel,
        model=arguments.model,
        tag=arguments.tag,
        since=arguments.since.timestamp() if arguments.since else None,
        until=(arguments.until + timedelta(days=1)).timestamp() if arguments.until else None,
        is_unseen=arguments.unseen,
    )


def _as_text(row: ConversationRow) -> str:
    count = f" ×{row.count}" if row.count > 1 else ""
    decided = f" [{row.decision}]" if row.decision else ""
    name = f"{row.sender} {row.session}"
    opening = row.opening if len(row.opening) <= _NARROW else f"{row.opening[: _NARROW - 1]}…"
    when = datetime.fromtimestamp(row.last_at).strftime("%Y-%m-%d %H:%M") if row.last_at else "-"
    reasons = "; ".join(row.reasons) or "nothing noticed"
    return clean(f"{row.worth:.2f}  {when}  {name}{count}{decided}  {reasons}  “{opening}”")


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day: 2026-01-31, say") from None


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of rows: 1, 2, …")
    return int(text)
