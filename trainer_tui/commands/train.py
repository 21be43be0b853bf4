"""`trainer-tui train`: learn a project's stories and NLU data, and keep what was learned as models."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.output import tell, tell_notes, telling
from trainer_tui.commands.rasa_flags import add_flags_without_meaning
from trainer_tui.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.nlu.pipeline import PipelineInterpreter
    from trainer_tui.runtime.project import Project


_WITHOUT_MEANING = (
    ("finetune", "no", "a fit from nothing takes seconds."),
    ("epoch-fraction", "yes", "a fit from nothing takes seconds."),
    ("augmentation", "yes", "stories are not glued together; the policies generalise without it."),
    ("debug-plots", "no", "trainer-tui interactive shows the graph."),
    ("dump-stories", "no", "trainer-tui data examples prints what is trained on."),
    ("force", "no", "train always trains anew."),
    ("persist-nlu-data", "no", "the project's own NLU files are used as they are."),
    ("num-threads", "yes", "training takes the cores it needs."),
    ("fixed-model-name", "yes", "the model goes to the folder of --out."),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add("-o", "--out", type=Path, default=Path("models"), metavar="DIR", help="write the models here (default: models)")
    add("-d", "--domain", nargs="+", type=Path, metavar="PATH", help="domain file(s) or folder(s)")
    add("-s", "--stories", "--data", nargs="+", type=Path, metavar="PATH", help="training data")
    add("-u", "--nlu", nargs="+", type=Path, metavar="PATH", help="NLU data, where it lies elsewhere")
    add("-c", "--config", type=Path, metavar="FILE", help="policies and pipeline")
    add_flags_without_meaning(parser, _WITHOUT_MEANING)


def run(arguments: argparse.Namespace) -> int:
    """Write DIR/dialogue and DIR/current/nlu, whichever there is data for; TrainerError where there is none."""
    from trainer_tui.nlu.pipeline import build_interpreter
    from trainer_tui.runtime.project import Sources, as_entries, load_project

    sources = Sources(arguments.project, arguments.domain, arguments.stories, arguments.config, nlu=arguments.nlu)
    with telling(f"reading {arguments.project}") as tell_how_far:
        project = load_project(sources, os.environ, tell=tell_how_far)
    config = project.data.config
    interpreter, notes = build_interpreter(as_entries(config.pipeline), config.language, project.domain)
    tell_notes((*project.notes, *notes), project.warnings)
    if not project.trackers and not project.data.nlu.examples:
        raise TrainerError(
            "there is nothing to train on",
            f"No stories, rules or NLU examples were found in {arguments.project}.",
            "Name the project's folder, or its files with -s.",
        )
    if project.trackers:
        _train_dialogue(project, arguments.out)
    if project.data.nlu.examples:
        _train_interpreter(interpreter, project, arguments.out)
    return 0


def _train_dialogue(project: Project, out: Path) -> None:
    from trainer_tui.policies.ensemble import Ensemble
    from trainer_tui.runtime.collection import no_collection
    from trainer_tui.runtime.models.dialogue import DialogueSources, save_dialogue
    from trainer_tui.runtime.models.folders import dialogue_folder

    started = time.monotonic()
    folder = dialogue_folder(out)
    with telling("learning the stories") as tell_how_far, no_collection():
        ensemble = Ensemble(project.policies, project.domain.era)
        ensemble = ensemble.train(project.trackers, project.domain, tell_how_far)
    save_dialogue(folder, DialogueSources.of(project.data), ensemble, project.domain)
    rules = sum(tracker.is_rule for tracker in project.trackers)
    counted = f"{len(project.trackers) - rules:,} conversations, {rules:,} rules"
    tell(f"dialogue: {counted}, {time.monotonic() - started:.1f} s → {folder}")


def _train_interpreter(interpreter: PipelineInterpreter, project: Project, out: Path) -> None:
    from trainer_tui.runtime.models.folders import nlu_folder
    from trainer_tui.runtime.models.nlu import save_interpreter
    from trainer_tui.runtime.training import given_up

    started = time.monotonic()
    folder = nlu_folder(out)
    with telling("learning intents and entities") as tell_how_far:
        interpreter.train(project.data.nlu, tell_how_far)
    save_interpreter(folder, interpreter)
    for name in sorted(interpreter.given_up()):
        tell(f"warning: {given_up(name)}")
    tell(f"NLU: {len(project.data.nlu.examples):,} examples, {time.monotonic() - started:.1f} s → {folder}")
