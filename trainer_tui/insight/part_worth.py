"""What each part of the interpreter is worth on a bot's own examples: judged by folds with the part, and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.dataclass import dataclass
from trainer_tui.insight.evaluation import InterpreterReport
from trainer_tui.nlu.components import ENTITY_PARTS, GRADIENT_DESCENT, PARTS, Settings
from trainer_tui.nlu.entity_extractor import MANY_MESSAGES


@dataclass(frozen=True, slots=True)
class PartWorth:
    """`report`: with this part the other way around than it is configured, everything else alike."""

    name: str
    is_configured: bool
    report: InterpreterReport


@dataclass(frozen=True, slots=True)
class PipelineWorth:
    """`idle` names the parts that do nothing on these data, whether they are on or off."""

    folds: int
    configured: InterpreterReport
    parts: tuple[PartWorth, ...]
    idle: tuple[str, ...]


def idle_parts(data: TrainingData, settings: Settings, folds: int) -> Iterator[str]:
    """The parts that no fold of the data gives anything to do."""
    has_entities = settings.extracts_entities and any(example.entities for example in data.examples)
    for name in PARTS:
        is_for_many = name == GRADIENT_DESCENT and len(data.examples) * (folds - 1) < MANY_MESSAGES * folds
        if name in ENTITY_PARTS and (is_for_many or not has_entities):
            yield name


def turned(settings: Settings, name: str) -> Settings:
    """The settings with this part switched over."""
    changed: dict[str, Any] = {PARTS[name]: not is_on(settings, name)}
    return replace(settings, **changed)


def is_on(settings: Settings, name: str) -> bool:
    return bool(getattr(settings, PARTS[name]))
