"""`trainer-tui sessions`: the sessions of a bot, listed, shown, renamed, deleted and exported."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.output import say, say_json, telling
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.files import reason

if TYPE_CHECKING:
    from trainer_tui.core.domain import Domain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    # Made by itself, the line of those of which only one can be asked for is wider than a terminal.
    parser.usage = (
        "%(prog)s [-h] [--version] [--state-dir DIR] [--json]\n"
        "       [--show NAME | --rename NAME OTHER | --delete NAME | --export NAME]\n"
        "       [FOLDER]"
    )
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add("--state-dir", type=Path, metavar="DIR", help="sessions lie here (default: FOLDER/.trainer)")
    what = parser.add_argument_group("what to do (without any: list them)").add_mutually_exclusive_group()
    what.add_argument("--show", metavar="NAME", help="the conversations of one")
    what.add_argument("--rename", nargs=2, metavar=("NAME", "OTHER"), help="give one another name")
    what.add_argument("--delete", metavar="NAME", help="delete one; what it taught and did not export is lost")
    what.add_argument("--export", metavar="NAME", help="write what is new in one into the project's files")
    add("--json", action="store_true", help="the list, or what is shown, as JSON on standard output")


def run(arguments: argparse.Namespace) -> int:
    """TrainerError where there is no session of that name, or it is open in another terminal."""
    from trainer_tui.runtime.journal import Journal
    from trainer_tui.runtime.project import Sources, load_project
    from trainer_tui.runtime.script_sources import journal_named
    from trainer_tui.runtime.sessions import session_name

    folder = (arguments.state_dir or arguments.project / ".trainer") / "sessions"
    if arguments.rename:
        name, other = arguments.rename
        # Whoever holds the journal has its lock: one that is being taught elsewhere is left alone.
        journal, _ = Journal.resume(journal_named(folder, name))
        journal.renamed(session_name(other)).close()
        say(f"{name} is called {other}.")
        return 0
    if arguments.delete:
        path = journal_named(folder, arguments.delete)
        journal, _ = Journal.resume(path)
        try:
            path.unlink()
        except OSError as error:
            raise TrainerError(f"{path} cannot be deleted", f"{reason(error)}.") from error
        finally:
            journal.close()
        say(f"{arguments.delete} is deleted.")
        return 0
    if arguments.export:
        return _export(arguments, journal_named(folder, arguments.export))
    with telling(f"reading {arguments.project}") as tell_how_far:
        domain = load_project(Sources(arguments.project), os.environ, tell=tell_how_far).domain
        rows = [] if arguments.show else _rows(folder, domain)
    if arguments.show:
        _show(journal_named(folder, arguments.show), domain, arguments.json)
    elif arguments.json:
        say_json(rows, indent=2)
    else:
        _list(rows, folder)
    return 0


def _rows(folder: Path, domain: Domain) -> list[dict[str, object]]:
    """What is said of each session, the latest first; `fault`: why one cannot be read."""
    from trainer_tui.export.conversations import news
    from trainer_tui.runtime.journal import is_open, sessions
    from trainer_tui.runtime.script_sources import branch_script, session_timeline

    rows: list[dict[str, object]] = []
    for path in sessions(folder):
        changed = path.stat().st_mtime
        try:
            timeline = session_timeline(path, domain)
        except TrainerError as error:
            rows.append({"name": path.stem, "changed": changed, "fault": str(error)})
            continue
        turns = [branch_script(branch, branch.name).turns for branch in timeline.branches.values()]
        rows.append(
            {
                "name": path.stem,
                "changed": changed,
                "turns": sum(turns),
                "branches": len(turns),
                "not_exported": news(timeline) or "",
                "is_open": is_open(path),
            }
        )
    return rows


def _list(rows: Sequence[Mapping[str, object]], folder: Path) -> None:
    from trainer_tui.words import counted

    for row in rows:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(float(str(row["changed"]))))
        if "fault" in row:
            say(f"{row['name']}  {when}  {row['fault']}")
            continue
        new = f"not exported: {row['not_exported']}" if row["not_exported"] else "everything is exported"
        here = ", open now" if row["is_open"] else ""
        branches = "1 branch" if row["branches"] == 1 else f"{row['branches']} branches"
        say(f"{row['name']}  {when}  {counted(int(str(row['turns'])), 'turn')}, {branches}, {new}{here}")
    if not rows:
        say(f"There are no sessions in {folder}.")


def _show(path: Path, domain: Domain, as_json: bool) -> None:
    from trainer_tui.asking.telling import spoken
    from trainer_tui.runtime.script_sources import session_timeline
    from trainer_tui.session.history import History

    branches = session_timeline(path, domain).branches.values()
    told = [(branch.name, [spoken(entry) for entry in History().entries(branch.tip)]) for branch in branches]
    if as_json:
        say_json({"branches": [{"name": name, "lines": lines} for name, lines in told]}, indent=2)
        return
    for name, lines in told:
        say("\n  ".join((f"{name}:", *lines)))


def _export(arguments: argparse.Namespace, path: Path) -> int:
    from trainer_tui.export.review import Written
    from trainer_tui.runtime.opening import SessionRequest, open_session
    from trainer_tui.runtime.project import Sources

    request = SessionRequest(Sources(arguments.project), state_folder=arguments.state_dir, conversation_id=path.stem)
    with telling(f"reading {arguments.project}") as tell_how_far:
        controller = open_session(request, tell=tell_how_far)
    try:
        with telling("planning what is written") as tell_how_far:
            review = controller.exporter.review(controller.timeline, tell=tell_how_far)
        if not review.can_be_written:
            say(review.notice or "Nothing is new since the last export.")
            return 0
        result = controller.export_write()
        say(result.notice if isinstance(result, Written) else result.review.notice)
        return 0 if isinstance(result, Written) else 1
    finally:
        controller.close()
