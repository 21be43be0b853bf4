"""A bot's project, loaded for teaching: its data, its stories joined to conversations, its policies and endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os.path import exists, isdir
from pathlib import Path
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, InvalidInput, Place, Problem, TrainerError
from trainer_tui.formats.yaml.config import ComponentConfig
from trainer_tui.formats.yaml.endpoints import Endpoints, read_endpoints
from trainer_tui.formats.yaml.reader import as_problem
from trainer_tui.policies.policy import Policy
from trainer_tui.policies.registry import policies_of
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.collection import making_what_stays, no_collection
from trainer_tui.runtime.files import read_text
from trainer_tui.runtime.later import LaterSequence
from trainer_tui.runtime.reading.kept import KeptReading
from trainer_tui.runtime.reading.project_data import ProjectData, read_project


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a project's parts are, as a command line names them; None = found in the folder.

    What is `held_out` (files or folders) is no training data, wherever it lies.
    """

    root: Path
    domain: Sequence[Path] | None = None
    stories: Sequence[Path] | None = None
    config: Path | None = None
    endpoints: Path | None = None
    nlu: Sequence[Path] | None = None
    held_out: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project that can be taught. `warnings` are problems that do not stop it, `notes` are said once. `kept` is what
    its reading leaves for the next one."""

    data: ProjectData
    trackers: Sequence[TrainingTracker]
    policies: tuple[Policy, ...]
    endpoints: Endpoints
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    kept: KeptReading | None = None

    @property
    def root(self) -> Path:
        return self.data.root

    @property
    def name(self) -> str:
        return self.root.resolve().name

    @property
    def domain(self) -> Domain:
        return self.data.domain

    def join(self, tell: Progress) -> None:
        """Join the stories now, where nobody has looked at the conversations yet."""
        if isinstance(self.trackers, LaterSequence):
            self.trackers.make(tell)


@no_collection()
def load_project(
    sources: Sources,
    environ: Mapping[str, str],
    domain: Domain | None = None,
    tell: Progress = unheard,
    kept: KeptReading | None = None,
) -> Project:
    """Read everything; InvalidInput with all problems of all files where something cannot be read.

    `domain` stands for the project's own, where a model brings one. `tell` is told how far reading is. Where it is
    known what was `kept`, stories are not parsed again, and joined when they are first looked at.
    """
    check_folder(sources.root)
    data = read_project(
        sources.root,
        sources.domain,
        sources.stories,
        sources.nlu,
        sources.config,
        sources.held_out,
        environ,
        tell,
        kept,
    )
    if domain is not None:
        data = replace(data, domain=domain)
    endpoints, endpoint_problems = _endpoints(sources, data, environ)
    policies = policies_of(
        as_entries(data.config.policies), data.domain, sources.root, _places(data.config.policies or ())
    )
    problems = (*data.problems, *endpoint_problems, *policies.problems)
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise InvalidInput(errors)
    warnings = tuple(problem for problem in problems if not problem.is_error)
    if kept:
        trackers: Sequence[TrainingTracker] = LaterSequence(lambda tell: joined_stories(data, tell))
    else:
        from trainer_tui.core.generator import training_trackers

        trackers = training_trackers(data.stories, data.domain, tell)
    has_stories = data.stories.steps or data.stories.rules
    notes = (*policies.notes, *(() if has_stories else (_WITHOUT_STORIES,)))
    return Project(data, trackers, policies.policies, endpoints, warnings, notes, kept)


@making_what_stays()
def joined_stories(data: ProjectData, tell: Progress = unheard) -> list[TrainingTracker]:
    """The conversations of a project, as `training_trackers` makes them, to stay as long as a session."""
    from trainer_tui.core.generator import training_trackers

    return training_trackers(data.stories, data.domain, tell)


_WITHOUT_STORIES = (
    "No stories or rules were found: the bot knows no dialogue yet. They are looked for in data/; others go behind -s."
)


def as_entries(components: Sequence[ComponentConfig] | None) -> list[dict[str, Any]] | None:
    """Policies or components as plain data, each with its name; None where the configuration names none."""
    if components is None:
        return None
    return [{"name": item.name, **item.parameters} for item in components]


def _places(components: Sequence[ComponentConfig]) -> list[Place | None]:
    return [item.place for item in components]


def check_folder(root: Path) -> None:
    if not exists(root):
        raise TrainerError(f"{root} does not exist", hint="Name the folder of a bot, with its domain.yml.")
    if not isdir(root):
        raise TrainerError(f"{root} is a file", hint="Name the folder of a bot; a domain file goes behind -d.")


def _endpoints(
    sources: Sources, data: ProjectData, environ: Mapping[str, str]
) -> tuple[Endpoints, tuple[Problem, ...]]:
    paths = [sources.endpoints] if sources.endpoints else list(data.files_with("endpoints"))[:1]
    if not paths:
        return Endpoints(), ()
    # A file that was named is called as it was named, one that was found by its place in the folder.
    shown = str(paths[0]) if sources.endpoints else paths[0].relative_to(data.root).as_posix()
    try:
        text = read_text(paths[0], shown)
    except FormatError as error:
        return Endpoints(), (as_problem(error),)
    return read_endpoints(text, shown, environ)
