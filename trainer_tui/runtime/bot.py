"""A project's bot before it has learned: its conversations to train on, its policies and its interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from trainer_tui.core.domain import Domain
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.errors import InvalidInput, Problem
from trainer_tui.formats.config_yaml import ComponentConfig
from trainer_tui.formats.project_files import ProjectData
from trainer_tui.nlu.pipeline import PipelineInterpreter, build_interpreter
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.registry import policies_of


@dataclass(frozen=True, eq=False)
class Bot:
    """`ensemble` and `interpreter` are untrained; `notes` say what stands in for Rasa's components, `problems` what of
    the configuration is left out."""

    project: ProjectData
    ensemble: Ensemble
    interpreter: PipelineInterpreter
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def domain(self) -> Domain:
        return self.project.domain

    @cached_property
    def trackers(self) -> list[TrainingTracker]:
        """The conversations of the stories, and the rules."""
        return training_trackers(self.project.stories, self.domain)


def bot_of(project: ProjectData) -> Bot:
    """The bot of a project; InvalidInput lists everything that cannot be read, the configuration included."""
    config = project.config
    configured = policies_of(
        _plain(config.policies), project.domain, project.root, [item.place for item in config.policies or ()]
    )
    errors = (*project.errors, *(problem for problem in configured.problems if problem.is_error))
    if errors:
        raise InvalidInput(errors)
    interpreter, notes = build_interpreter(_plain(config.pipeline), config.language, project.domain)
    ensemble = Ensemble(configured.policies, project.domain.era)
    return Bot(project, ensemble, interpreter, (*configured.notes, *notes), configured.problems)


def _plain(components: tuple[ComponentConfig, ...] | None) -> list[dict[str, object]] | None:
    if components is None:
        return None
    return [{"name": component.name, **component.parameters} for component in components]
