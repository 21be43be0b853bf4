"""`trainer-tui data`: what a project's files hold, what is wrong with them, and what is trained on."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from os.path import exists
from pathlib import Path
from typing import Any

from trainer_tui.commands import data_convert, data_stats
from trainer_tui.commands.data_stats import nlu_counts
from trainer_tui.commands.folds_flag import add_cross_validate
from trainer_tui.commands.output import place_as_dict, problem_as_dict, say, say_json, tell, telling
from trainer_tui.commands.worker_flags import add_worker_flags, workers_of
from trainer_tui.core.featurizers import MAX_HISTORY, StateMaker, training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import Place, Problem
from trainer_tui.runtime.project import check_folder
from trainer_tui.runtime.reading.file import read_nlu_file
from trainer_tui.runtime.reading.file_search import find_config
from trainer_tui.runtime.reading.project_data import ProjectData, read_project
from trainer_tui.words import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    validate = _command(commands, "validate", _validate, "what is wrong with a project's files")
    _add_project(validate)
    _add_max_history(validate)
    validate.add_argument("--strict", "--fail-on-warnings", action="store_true", help="exit 1 on warnings, too")
    health = _command(commands, "health", _health, "what in the data is doubtful, and what to do about it")
    _add_project(health)
    examples = _command(commands, "examples", _examples, "the dialogue examples that policies are trained on")
    _add_project(examples)
    _add_max_history(examples)
    nlu = _command(commands, "nlu", _nlu, "the NLU examples of files")
    nlu.add_argument("files", nargs="+", type=Path, metavar="FILE")
    stats = _command(commands, "stats", _stats, "how much of what a project holds")
    _add_project(stats)
    add_cross_validate(stats, "judge each part of the interpreter by folds of the NLU examples")
    add_worker_flags(stats.add_argument)
    for command in (validate, health, examples, nlu, stats):
        command.add_argument("--json", action="store_true", help="print JSON")
    data_convert.add_arguments(_command(commands, "convert", data_convert.run, "write data in another notation"))


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 where a file cannot be read (validate --strict: or there is a warning)."""
    code: int = arguments.command(arguments)
    return code


def _command(commands: Any, name: str, action: Callable[..., int], text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(command=action)
    return parser


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "project", nargs="?", default=Path(), type=Path, metavar="FOLDER", help="the bot (default: here)"
    )
    parser.add_argument("-d", "--domain", nargs="+", type=Path, metavar="PATH", help="domain file(s) or folder(s)")
    parser.add_argument("-s", "--stories", "--data", nargs="+", type=Path, metavar="PATH", help="training data")


def _add_max_history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-history", type=_history, default=MAX_HISTORY, metavar="N", help=f"states seen ({MAX_HISTORY}; 0 = all)"
    )


def _history(text: str) -> int | None:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("a number of states, or 0 for all")
    return number or None


def _project(arguments: argparse.Namespace) -> ProjectData:
    root: Path = arguments.project
    check_folder(root)
    with telling(f"reading {root}") as tell_how_far:
        given = _given(root, arguments.domain), _given(root, arguments.stories)
        return read_project(root, *given, tell=tell_how_far)


def _given(root: Path, paths: list[Path] | None) -> list[Path] | None:
    """Paths as typed, or below the project where they do not exist as typed."""
    if paths is None:
        return None
    return [path if exists(path) or not exists(root / path) else root / path for path in paths]


def _examples(arguments: argparse.Namespace) -> int:
    project = _project(arguments)
    trackers = training_trackers(project.stories, project.domain)
    states = StateMaker(project.domain)
    found = dict.fromkeys(
        example
        for tracker in trackers
        if not tracker.is_rule
        for example in training_examples(tracker, project.domain, arguments.max_history, states)
    )
    # What is learned does not depend on the configuration, so neither does the exit code.
    settings = {path.name for path in find_config(arguments.project)}
    errors = [problem for problem in project.errors if not (problem.place and problem.place.path in settings)]
    _print_problems(errors, arguments.project)
    listed = [{"states": [state.as_dict() for state in example.states], "action": example.action} for example in found]
    if arguments.json:
        say_json({"examples": listed})
    else:
        for example in listed:
            say(f"{json.dumps(example['states'], ensure_ascii=False)} → {example['action']}")
        tell(f"{len(listed)} examples of {len(trackers)} conversations")
    return 1 if errors else 0


def _nlu(arguments: argparse.Namespace) -> int:
    listed: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    for path in arguments.files:
        read = read_nlu_file(path)
        problems += read.problems
        rows = [_row(example) for example in read.data.examples]
        listed[str(path)] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, ensure_ascii=False))
        if not arguments.json:
            say(f"{path}: {_counts(nlu_counts(read.data.examples))}")
    if arguments.json:
        say_json(listed)
    _print_problems(problems)
    return 1 if any(problem.is_error for problem in problems) else 0


def _row(example: Example) -> list[Any]:
    return [example.text, example.intent, [entity.as_dict() for entity in example.entities]]


def _validate(arguments: argparse.Namespace) -> int:
    from trainer_tui.insight import conflicts
    from trainer_tui.insight.validation import find_faults

    project = _project(arguments)
    domain, stories, nlu = project.domain, project.stories, project.nlu
    with telling("comparing the stories"):
        trackers = training_trackers(stories, domain)
        warnings = [*project.warnings, *find_faults(domain, stories, nlu, trackers, is_whole=not project.errors)]
        found = conflicts.find_conflicts(trackers, domain, arguments.max_history)
    if arguments.json:
        report = {
            "errors": [problem_as_dict(problem) for problem in project.errors],
            "warnings": [problem_as_dict(problem) for problem in warnings],
            "conflicts": [_conflict_as_dict(conflict) for conflict in found],
        }
        say_json(report, indent=2)
    else:
        warnings += (conflicts.as_problem(conflict) for conflict in found)
        _print_problems([*project.errors, *warnings], arguments.project, say)
        say(f"{counted(len(project.errors), 'error')}, {counted(len(warnings), 'warning')}")
        if project.errors:
            say("What is used nowhere or named nowhere is looked for once all of it can be read.")
    is_bad = bool(project.errors) or (arguments.strict and bool(warnings or found))
    return 1 if is_bad else 0


def _conflict_as_dict(conflict: Any) -> dict[str, Any]:
    return {
        "states": [state.as_dict() for state in conflict.states],
        "sides": [{"action": side.action, "story": side.story, **place_as_dict(side.place)} for side in conflict.sides],
    }


def _health(arguments: argparse.Namespace) -> int:
    from trainer_tui.runtime.data_health import JUDGING, findings

    project = _project(arguments)
    with telling(JUDGING) as tell:
        found = findings(project, tell=tell)
    if arguments.json:
        report = [{"kind": kind, **problem_as_dict(one.problem)} for kind, listed in found.items() for one in listed]
        say_json({"errors": [problem_as_dict(problem) for problem in project.errors], "findings": report}, indent=2)
    else:
        _print_problems(project.errors, arguments.project, say)
        for kind, listed in found.items():
            if listed:
                say(f"{kind[0].upper()}{kind[1:]}: {len(listed)}")
                _print_problems((one.problem for one in listed), arguments.project, say)
        say(counted(sum(map(len, found.values())), "finding"))
    return 1 if project.errors else 0


def _stats(arguments: argparse.Namespace) -> int:
    project = _project(arguments)
    notes = data_stats.standing_in(project)
    worth = None
    if arguments.cross_validate:
        with telling("judging each part of the interpreter") as tell:
            worth = data_stats.judge_parts(project, arguments.cross_validate, workers_of(arguments), tell)
    if arguments.json:
        say_json(data_stats.as_dict(project, notes, worth), indent=2)
    else:
        say(data_stats.as_text(project, notes, worth))
    return 1 if project.errors else 0


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _print_problems(problems: Iterable[Problem], root: Path = Path(), print_line: Callable[[str], None] = tell) -> None:
    """One line each, the file as it can be opened from here."""
    for problem in problems:
        kind = "error" if problem.is_error else "warning"
        place = problem.place
        shown = f"{Place(str(root / place.path), place.line, place.column)}: " if place else ""
        print_line(f"{shown}{kind}: {replace(problem, place=None)}")
