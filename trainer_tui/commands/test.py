"""`trainer-tui test`: how good a bot is on stories and NLU examples that it was not trained on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from functools import reduce
from os.path import exists
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.folds_flag import add_cross_validate
from trainer_tui.commands.output import say, say_json, tell_notes, telling
from trainer_tui.commands.worker_flags import add_worker_flags, workers_of
from trainer_tui.errors import InvalidInput, Place, TrainerError

if TYPE_CHECKING:
    from trainer_tui.commands.evaluation_report import Report
    from trainer_tui.core.nlu_data import TrainingData
    from trainer_tui.core.stories import StoryFile
    from trainer_tui.formats.file_contents import FileContents
    from trainer_tui.insight.evaluation import InterpreterReport, StoryReport
    from trainer_tui.nlu.pipeline import PipelineInterpreter
    from trainer_tui.progress import Progress
    from trainer_tui.runtime.project import Project
    from trainer_tui.runtime.workers import Workers


_ALL = Path()
"""`--nlu` without a path."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    judged = parser.add_argument_group("what to judge by (never trained on)")
    judged.add_argument("-s", "--stories", type=Path, metavar="PATH", help="these stories")
    judged.add_argument(
        "-u", "--nlu", nargs="?", const=_ALL, type=Path, metavar="PATH", help="these NLU examples, or NLU data alone"
    )
    add_cross_validate(judged, "each K-th, by the others")
    trained = parser.add_argument_group("what to train on (whatever is not given is found in the folder)")
    trained.add_argument("-d", "--domain", nargs="+", type=Path, metavar="PATH", help="domain file(s) or folder(s)")
    trained.add_argument("--data", nargs="+", type=Path, metavar="PATH", help="training data")
    trained.add_argument("-c", "--config", type=Path, metavar="FILE", help="policies and pipeline")
    told = parser.add_argument_group("what to tell")
    told.add_argument("--json", action="store_true", help="the report as JSON on standard output")
    told.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report, a test case a story")
    told.add_argument(
        "--confusion", type=Path, metavar="FILE", help="write the confusion of intents as a picture (SVG)"
    )
    told.add_argument(
        "--strict", "--fail-on-prediction-errors", action="store_true", help="exit code 1 when a story fails"
    )
    told.add_argument("--e2e", action="store_true", help="nothing more: texts of test stories are always read")
    work = parser.add_argument_group("who works")
    add_worker_flags(work.add_argument)


def run(arguments: argparse.Namespace) -> int:
    """Train, judge, tell. With --strict 1 when a story fails; TrainerError where nothing can be judged."""
    from trainer_tui.commands import evaluation_report
    from trainer_tui.commands.confusion_picture import confusion_picture
    from trainer_tui.runtime.files import write_report
    from trainer_tui.runtime.project import Sources, load_project

    workers = workers_of(arguments)
    is_nlu_alone = arguments.nlu is _ALL
    if is_nlu_alone:
        arguments.nlu = None
    held_out = [path for path in (arguments.stories, arguments.nlu) if path]
    # Messages are judged without a domain: a project may have none.
    is_of_messages = is_nlu_alone or (arguments.nlu and not (arguments.stories or arguments.cross_validate))
    domain = arguments.domain or (() if is_of_messages else None)
    sources = Sources(arguments.project, domain, arguments.data, arguments.config, held_out=held_out)
    with telling(f"reading {arguments.project}") as tell_how_far:
        project = load_project(sources, os.environ, tell=tell_how_far)
    tell_notes((), project.warnings)
    with telling("learning, and judging what was learned") as tell:
        report = _report(project, arguments, is_nlu_alone, workers, tell)
    if arguments.junit:
        write_report(arguments.junit, evaluation_report.as_junit(report), "the JUnit report")
    if arguments.confusion:
        if report.nlu is None:
            raise TrainerError("there is no confusion to draw", "No NLU examples were judged.")
        judged = [(example.wanted, example.got) for example in report.nlu.examples]
        write_report(arguments.confusion, confusion_picture(judged), "the picture")
    if arguments.json:
        say_json(evaluation_report.as_dict(report), indent=2)
    else:
        say(evaluation_report.as_text(report))
    return 1 if arguments.strict and report.stories and report.stories.failed else 0


def _report(
    project: Project, arguments: argparse.Namespace, is_nlu_alone: bool, workers: Workers, tell: Progress
) -> Report:
    """What was asked for; without --stories, --nlu and --cross-validate, whatever the project has."""
    from trainer_tui.commands.evaluation_report import Report

    folds = arguments.cross_validate
    is_everything = bool(folds) or not (arguments.stories or arguments.nlu)
    notes: list[str] = []
    stories = nlu = None
    if arguments.stories or (is_everything and not is_nlu_alone):
        given = _read_stories(project, arguments.stories) if arguments.stories else None
        stories = _judge_stories(project, given, None if given else folds, workers, notes, tell)
    if arguments.nlu or is_everything or is_nlu_alone:
        examples = _read_examples(project, arguments.nlu) if arguments.nlu else None
        nlu = _judge_interpreter(project, examples, None if examples else folds, workers, notes, tell)
    if stories is None and nlu is None:
        raise TrainerError(
            "there is nothing to test",
            f"No stories and no NLU examples were found in {arguments.project}.",
            "Name them with --stories and --nlu.",
        )
    return Report(project.name, stories, nlu, tuple(notes))


def _judge_stories(
    project: Project, given: StoryFile | None, folds: int | None, workers: Workers, notes: list[str], tell: Progress
) -> StoryReport | None:
    from trainer_tui.insight.evaluation import report_on_stories
    from trainer_tui.insight.folds import story_folds
    from trainer_tui.insight.story_predictions import different, each_story, tell_stories, train_and_tell
    from trainer_tui.policies.ensemble import Ensemble
    from trainer_tui.runtime.collection import no_collection
    from trainer_tui.runtime.workers import dealt

    domain = project.domain
    ensemble = Ensemble(project.policies, domain.era)
    if folds:
        parted = story_folds(project.trackers, folds)
        tasks = [(ensemble, known, told, domain) for known, told in parted]
        found = workers.map(train_and_tell, tasks, "judging the stories by the others", tell)
        notes.append(f"stories: {folds}-fold cross-validation")
    else:
        test = given or project.data.test_stories
        interpreter = _reader_of(test, project, notes)
        told = each_story(test, domain)
        if not test.steps:
            told = list(different(project.trackers, domain))
            notes.append("stories: judged by those that were trained on; --cross-validate 5 tells what is learned")
        with no_collection():
            trained = ensemble.train(project.trackers, domain)
        hands = [(trained, hand, domain, interpreter) for hand in dealt(told, workers.pieces)]
        found = workers.map(tell_stories, hands, "judging the stories", tell)
    conversations = [conversation for piece in found for conversation in piece]
    return report_on_stories(conversations) if conversations else None


def _reader_of(stories: StoryFile, project: Project, notes: list[str]) -> PipelineInterpreter | None:
    """An interpreter for the texts of test stories; None where they have none, or there is nothing to learn from."""
    from trainer_tui.core.events import UserUttered

    events = (event for step in stories.steps for event in step.events)
    if not any(isinstance(event, UserUttered) and event.text and event.intent for event in events):
        return None
    if not project.data.nlu.examples:
        notes.append("stories: their texts are not read, since there are no NLU examples to learn from")
        return None
    return _interpreter(project).train(project.data.nlu)


def _judge_interpreter(
    project: Project, given: TrainingData | None, folds: int | None, workers: Workers, notes: list[str], tell: Progress
) -> InterpreterReport | None:
    from trainer_tui.insight.evaluation import report_on_examples
    from trainer_tui.insight.example_predictions import parse_examples, train_and_parse
    from trainer_tui.insight.folds import example_folds
    from trainer_tui.runtime.workers import dealt

    data = project.data.nlu
    if folds:
        parted = example_folds(data, folds)
        tasks = [(_interpreter(project), known, told) for known, told in parted]
        found = workers.map(train_and_parse, tasks, "judging the examples by the others", tell)
        notes.append(f"NLU: {folds}-fold cross-validation")
    elif not data.examples:
        return None
    else:
        if given is None:
            notes.append("NLU: judged by the examples that were trained on; --cross-validate 5 tells what is learned")
        examples = (given or data).examples
        trained = _interpreter(project).train(data)
        hands = [(trained, hand) for hand in dealt(examples, workers.pieces)]
        found = workers.map(parse_examples, hands, "judging the examples", tell)
    parsed = [example for piece in found for example in piece]
    return report_on_examples(parsed) if parsed else None


def _interpreter(project: Project) -> PipelineInterpreter:
    from trainer_tui.nlu.pipeline import build_interpreter
    from trainer_tui.runtime.project import as_entries

    config = project.data.config
    interpreter, _ = build_interpreter(as_entries(config.pipeline), config.language, project.domain)
    return interpreter


def _read_stories(project: Project, path: Path) -> StoryFile:
    """The stories of a file or folder; InvalidInput or TrainerError where they cannot be read, or are none."""
    from trainer_tui.core.stories import StoryFile

    files = _files(project, path, "--stories", is_test=True)
    found = reduce(StoryFile.merged, (file.stories for file in files), StoryFile())
    if not found.steps:
        raise TrainerError("--stories names no stories", "None are in it.", place=Place(str(path)))
    return found


def _read_examples(project: Project, path: Path) -> TrainingData:
    from trainer_tui.core.nlu_data import TrainingData

    files = _files(project, path, "--nlu", is_test=False)
    found = reduce(TrainingData.merged, (file.nlu for file in files), TrainingData())
    if not found.examples:
        raise TrainerError("--nlu names no NLU examples", "None are in it.", place=Place(str(path)))
    if not project.data.nlu.examples:
        raise TrainerError("there are no NLU examples to train on", "All of them are held out.")
    return found


def _files(project: Project, path: Path, flag: str, *, is_test: bool) -> Sequence[FileContents]:
    from trainer_tui.runtime.reading.file import read_file
    from trainer_tui.runtime.reading.file_search import find_training

    if not exists(path):
        raise TrainerError(f"{flag} names nothing that exists", place=Place(str(path)))
    found = find_training(project.root, [path])
    files = [read_file(file, str(file), is_test=is_test, environ=os.environ) for file in found]
    errors = [problem for file in files for problem in file.problems if problem.is_error]
    if errors:
        raise InvalidInput(errors)
    return files
