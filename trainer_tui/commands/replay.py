"""`trainer-tui replay`: sessions, test stories and conversations played against today's data, as regression tests."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from itertools import chain
from os.path import isdir, isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from trainer_tui.commands.output import say, say_json, tell_notes, telling
from trainer_tui.commands.worker_flags import add_worker_flags, workers_of
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import InvalidInput, Place, Problem, TrainerError
from trainer_tui.progress import Progress, each, unheard

if TYPE_CHECKING:
    from trainer_tui.core.domain import Domain
    from trainer_tui.nlu.pipeline import PipelineInterpreter
    from trainer_tui.policies.ensemble import Ensemble
    from trainer_tui.runtime.project import Project
    from trainer_tui.runtime.script_sources import Tape
    from trainer_tui.runtime.workers import Workers
    from trainer_tui.session.replaying import Replayed
    from trainer_tui.session.script import Script


_PLAYING = "playing what was confirmed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        type=Path,
        metavar="FOLDER|FILE",
        help="the bot's folder (default: here), whose sessions and test stories are replayed; or files: sessions, "
        "test stories, conversations of Rasa, chat logs",
    )
    add("--bot", type=Path, metavar="FOLDER", help="the bot that files are replayed with (default: here)")
    add("-m", "--model", type=Path, metavar="DIR", help="a trained model instead of today's data")
    add("--state-dir", type=Path, metavar="DIR", help="sessions lie here (default: FOLDER/.trainer)")
    add("--json", action="store_true", help="the report as JSON on standard output")
    add("--junit", type=Path, metavar="FILE", help="write a JUnit report, a test case a conversation")
    add_worker_flags(add)


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation that was replayed; `fault` says why it could not be."""

    name: str
    place: str
    replayed: Replayed | None
    left_out: tuple[Problem, ...] = ()
    fault: str = ""

    @property
    def has_failed(self) -> bool:
        found = self.replayed
        return bool(self.fault) or found is None or bool(found.differences) or bool(found.stopped)


def run(arguments: argparse.Namespace) -> int:
    """Replay, tell; 1 where anything differs from what was confirmed. TrainerError where nothing can be replayed."""
    from trainer_tui.runtime.files import write_report
    from trainer_tui.runtime.project import Sources, load_project

    workers = workers_of(arguments)
    paths = arguments.paths or [Path(".")]
    folders = [path for path in paths if isdir(path)]
    files = [path for path in paths if not isdir(path)]
    if len(folders) > 1 or (folders and arguments.bot):
        raise TrainerError("one bot at a time is replayed", "Several folders are named.")
    root = arguments.bot or (folders[0] if folders else Path("."))
    missing = [path for path in files if not isfile(path)]
    if missing:
        raise TrainerError("nothing of that name exists", "Name a folder or a file.", place=Place(str(missing[0])))
    with telling(f"reading {root}") as tell_how_far:
        project = load_project(Sources(root, held_out=files), os.environ, tell=tell_how_far)
    tell_notes((), project.warnings)
    state = arguments.state_dir or root / ".trainer"
    tapes = _tapes(project, state / "sessions" if folders or not files else None, files)
    if not tapes:
        raise TrainerError(
            "there is nothing to replay",
            "No session, test story or conversation was found.",
            "Teach one, or name files.",
        )
    with telling("learning, and playing what was confirmed") as tell:
        cases = _replayed(project, tapes, arguments, state, workers, tell)
    if arguments.junit:
        write_report(arguments.junit, _as_junit(cases), "the JUnit report")
    if arguments.json:
        say_json(_as_json(cases), indent=2)
    else:
        say(_as_text(cases))
    return 1 if any(case.has_failed for case in cases) else 0


def _tapes(project: Project, sessions: Path | None, files: Sequence[Path]) -> list[Tape]:
    from trainer_tui.runtime.journal import sessions as journals
    from trainer_tui.runtime.script_sources import session_tapes, story_tapes, tapes_in

    found: list[Tape] = []
    if sessions is not None:
        found += story_tapes(project.data.test_stories, (), is_test=True)
        for path in reversed(journals(sessions)):
            found += session_tapes(path, project.domain)
    problems: list[Problem] = []
    for path in files:
        tapes, told = tapes_in(path, project.domain, os.environ)
        problems += told
        found += tapes
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise InvalidInput(errors)
    tell_notes((), problems)
    return found


def _replayed(
    project: Project,
    tapes: Sequence[Tape],
    arguments: argparse.Namespace,
    state: Path,
    workers: Workers,
    tell: Progress,
) -> list[Case]:
    from trainer_tui.runtime.workers import dealt

    domain, policies, interpreter = _models(project, arguments.model, state)
    made: list[tuple[Tape, Script | None, tuple[Problem, ...], str]] = []
    for tape in tapes:
        try:
            script, left_out = tape.made(domain)
            made.append((tape, script, left_out, ""))
        except TrainerError as error:
            made.append((tape, None, (), str(error)))
    scripts = [script for _, script, _, _ in made if script is not None]
    if workers.pieces == 1:
        # One that remembers what it predicted plays them all.
        results = iter(_replay_all(scripts, domain, policies, interpreter, tell))
    else:
        hands = [(hand, domain, policies, interpreter) for hand in dealt(scripts, workers.pieces)]
        results = chain.from_iterable(workers.map(_replay_all, hands, _PLAYING, tell))
    return [
        Case(tape.view.id, str(tape.place or ""), None if script is None else next(results), left_out, fault)
        for tape, script, left_out, fault in made
    ]


def _replay_all(
    scripts: Sequence[Script],
    domain: Domain,
    policies: Ensemble,
    interpreter: PipelineInterpreter | None,
    tell: Progress = unheard,
) -> list[Replayed]:
    from trainer_tui.policies.remembered import RememberedPredictions
    from trainer_tui.runtime.collection import no_collection
    from trainer_tui.session.replaying import replayed

    remembered = RememberedPredictions(policies)
    reads = cache(interpreter.parse) if interpreter else None
    # Nothing of a conversation goes while it is played.
    with no_collection():
        return [replayed(script, domain, remembered, reads) for script in each(scripts, _PLAYING, tell)]


def _models(project: Project, folder: Path | None, state: Path) -> tuple[Domain, Ensemble, PipelineInterpreter | None]:
    """What today's data teaches, or the model of a folder, whatever has become of the data since; where there are no
    examples, messages are not read anew."""
    from trainer_tui.policies.ensemble import Ensemble
    from trainer_tui.runtime.collection import no_collection
    from trainer_tui.runtime.model_project import project_of
    from trainer_tui.runtime.models.dialogue import load_dialogue
    from trainer_tui.runtime.models.folders import find_dialogue, find_interpreter
    from trainer_tui.runtime.models.nlu import load_interpreter
    from trainer_tui.runtime.session_models import Places, SessionModels
    from trainer_tui.runtime.sessions import make_state_folder

    with no_collection():
        if folder is not None:
            model = load_dialogue(find_dialogue(folder, "--model"))
            found = find_interpreter(folder, "--model")
            then = project_of(model, project.root, os.environ)
            ensemble = Ensemble(then.policies, then.domain.era).remember(then.trackers, then.domain, model.policy)
            return then.domain, ensemble, load_interpreter(found, then.domain) if found else None
        make_state_folder(state)
        whole = SessionModels(project, Places(state / "cache")).whole()
        return project.domain, whole.ensemble, whole.interpreter


# --- what is told -----------------------------------------------------------------------------------------------------


def _as_text(cases: Sequence[Case]) -> str:
    lines: list[str] = []
    for case in cases:
        if case.fault or case.replayed is None:
            lines.append(f"failed  {case.name}: {case.fault}")
            continue
        found = case.replayed
        lines.append(f"{'failed' if case.has_failed else 'ok':7} {case.name}: {found.turns} turns")
        lines += [f"        {_told(case, item)}" for item in found.differences]
        lines += [f"        stopped after turn {found.turns}: {found.stopped}"] if found.stopped else []
        lines += [f"        {problem}" for problem in case.left_out]
    failed = sum(case.has_failed for case in cases)
    turns = sum(case.replayed.turns for case in cases if case.replayed)
    lines.append(f"{len(cases) - failed} of {len(cases)} conversations as confirmed, {turns} turns.")
    return "\n".join(lines)


def _told(case: Case, item: Any) -> str:
    where = f" (line {item.line})" if item.line is not None else ""
    return f"turn {item.turn}{where}: {item.part} confirmed {item.confirmed}, now {item.now}"


def _as_json(cases: Sequence[Case]) -> dict[str, Any]:
    report = [
        {
            "name": case.name,
            "place": case.place,
            "ok": not case.has_failed,
            "turns": case.replayed.turns if case.replayed else 0,
            "differences": [asdict(item) for item in case.replayed.differences] if case.replayed else [],
            "stopped": case.fault or (case.replayed.stopped if case.replayed else ""),
            "left_out": [str(problem) for problem in case.left_out],
        }
        for case in cases
    ]
    return {"ok": not any(case.has_failed for case in cases), "conversations": report}


def _as_junit(cases: Sequence[Case]) -> str:
    failed = sum(case.has_failed for case in cases)
    suites = ElementTree.Element("testsuites", name="replay")
    suite = ElementTree.SubElement(
        suites, "testsuite", name="conversations", tests=str(len(cases)), failures=str(failed)
    )
    for case in cases:
        element = ElementTree.SubElement(suite, "testcase", name=_printable(case.name), classname="conversations")
        reasons = [_told(case, item) for item in case.replayed.differences] if case.replayed else []
        reasons += [text for text in (case.fault, case.replayed.stopped if case.replayed else "") if text]
        for reason in reasons:
            ElementTree.SubElement(element, "failure", message=_printable(reason))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
