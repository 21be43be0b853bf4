"""`trainer-tui data stats`: how much of what a project holds, what stands in for its pipeline, what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.components import EMBEDDINGS, PARTS, read_pipeline
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.project import as_entries

if TYPE_CHECKING:
    from trainer_tui.insight.evaluation import InterpreterReport
    from trainer_tui.insight.part_worth import PipelineWorth
    from trainer_tui.runtime.reading.project_data import ProjectData
    from trainer_tui.runtime.workers import Workers


def nlu_counts(examples: Iterable[Example]) -> dict[str, int]:
    known = list(examples)
    return {
        "examples": len(known),
        "intents": len({example.intent for example in known}),
        "entities": sum(len(example.entities) for example in known),
    }


def standing_in(project: ProjectData) -> tuple[str, ...]:
    """What stands in for what the pipeline names; FormatError where that cannot be read."""
    return read_pipeline(as_entries(project.config.pipeline))[1]


def judge_parts(project: ProjectData, folds: int, workers: Workers, tell: Progress = unheard) -> PipelineWorth:
    """TrainerError where there is nothing to judge by, MissingEmbeddings where the pipeline asks for what is not
    installed."""
    from trainer_tui.insight.evaluation import report_on_examples
    from trainer_tui.insight.example_predictions import train_and_parse
    from trainer_tui.insight.folds import example_folds
    from trainer_tui.insight.part_worth import PartWorth, PipelineWorth, idle_parts, is_on, turned
    from trainer_tui.nlu.embeddings import installed_encoder
    from trainer_tui.nlu.pipeline import PipelineInterpreter

    data = project.nlu
    if len(data.examples) < 2:
        raise TrainerError("there are too few NLU examples to judge by", f"{project.root} has {len(data.examples)}.")
    settings, _ = read_pipeline(as_entries(project.config.pipeline))
    if settings.embeddings:
        installed_encoder()
    idle = tuple(idle_parts(data, settings, folds))
    parts = [name for name in PARTS if name not in idle and (name != EMBEDDINGS or _has_embeddings())]
    parted = example_folds(data, folds)

    variants = [settings, *(turned(settings, name) for name in parts)]
    tasks = [(PipelineInterpreter(chosen, project.domain), *fold) for chosen in variants for fold in parted]
    pieces = iter(workers.map(train_and_parse, tasks, "judging each part of the interpreter", tell))
    configured, *reports = (report_on_examples(chain.from_iterable(islice(pieces, len(parted)))) for _ in variants)
    worths = [PartWorth(name, is_on(settings, name), report) for name, report in zip(parts, reports, strict=True)]
    return PipelineWorth(folds, configured, tuple(worths), idle)


def _has_embeddings() -> bool:
    from trainer_tui.nlu.embeddings import MissingEmbeddings, installed_encoder

    try:
        installed_encoder()
    except MissingEmbeddings:
        return False
    return True


# --- for a person -----------------------------------------------------------------------------------------------------


def as_text(project: ProjectData, notes: Sequence[str], worth: PipelineWorth | None) -> str:
    counts = (f"{name:16} {count}" for name, count in _counts(project).items())
    return "\n".join([*counts, *_pipeline_as_text(notes, worth)])


def _pipeline_as_text(notes: Sequence[str], worth: PipelineWorth | None) -> Iterator[str]:
    if notes:
        yield ""
        yield "What stands in for the pipeline"
        yield from (f"  {note}" for note in notes)
    yield ""
    if worth is None:
        yield "What each part gains or costs on these examples: --cross-validate"
        return
    yield f"What each part gains or costs, by {worth.folds} folds of these examples"
    yield _row("", "intents right", "", "F1 of entities", "")
    yield _scored("as configured", worth.configured)
    for part in worth.parts:
        yield _scored(f"{'without' if part.is_configured else 'with'} {part.name}", part.report, worth.configured)
    if worth.idle:
        yield f"  Nothing to do here: {', '.join(worth.idle)}."
    if EMBEDDINGS not in (part.name for part in worth.parts):
        yield f"  {EMBEDDINGS} could not be tried: pip install 'trainer-tui[embeddings]'."


def _scored(what: str, report: InterpreterReport, beside: InterpreterReport | None = None) -> str:
    intents = f"{report.intents_right:,} of {len(report.examples):,} = {report.intent_accuracy:.3f}"
    more = f"{report.intents_right - beside.intents_right:+,}" if beside else ""
    if not report.entities:
        return _row(what, intents, more, "–", "")
    apart = f"{report.entity_f1 - beside.entity_f1:+.3f}" if beside else ""
    return _row(what, intents, more, f"{report.entity_f1:.3f}", apart)


def _row(what: str, intents: str, more_intents: str, entities: str, more_entities: str) -> str:
    return f"  {what:26} {intents:>24} {more_intents:>6} {entities:>16} {more_entities:>7}".rstrip()


# --- for programs -----------------------------------------------------------------------------------------------------


def as_dict(project: ProjectData, notes: Sequence[str], worth: PipelineWorth | None) -> dict[str, Any]:
    """What `--json` prints."""
    pipeline: dict[str, Any] = {"stands_in": list(notes), "cross_validation": None}
    if worth:
        pipeline["cross_validation"] = {
            "folds": worth.folds,
            "as_configured": _scores(worth.configured),
            "parts": [
                {"name": part.name, "configured": part.is_configured, "the_other_way": _scores(part.report)}
                for part in worth.parts
            ],
            "idle": list(worth.idle),
        }
    return {**_counts(project), "pipeline": pipeline}


def _scores(report: InterpreterReport) -> dict[str, Any]:
    return {
        "intents_right": report.intents_right,
        "examples": len(report.examples),
        "intent_accuracy": report.intent_accuracy,
        "entity_f1": report.entity_f1 if report.entities else None,
        "calibration_error": report.calibration_error,
    }


def _counts(project: ProjectData) -> dict[str, Any]:
    domain, stories = project.domain, project.stories
    return {
        "era": {"core": "Rasa Core, Rasa 1.x", "2": "Rasa 2.x", "3": "Rasa 3.x"}[domain.era.value],
        "files": len(project.files),
        "intents": len(domain.intents),
        "entities": len(domain.entities),
        "slots": len(domain.slots),
        "forms": len(domain.forms),
        "responses": len(domain.responses),
        "actions": len(domain.actions),
        "stories": len({(step.name, step.place.path if step.place else "") for step in stories.steps}),
        "story steps": len(stories.steps),
        "rules": len(stories.rules),
        "conversations": sum(not tracker.is_rule for tracker in training_trackers(stories, domain)),
        "test stories": len(project.test_stories.steps),
        "synonyms": len(project.nlu.synonyms),
        "regexes": len(project.nlu.regexes),
        "lookup tables": len(project.nlu.lookups),
        "errors": len(project.errors),
        "warnings": len(project.warnings),
    } | {f"NLU {name}": count for name, count in nlu_counts(project.nlu.examples).items()}
