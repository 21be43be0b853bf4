"""A bot's folder, of any era, read as a whole: what holds what, the domain, stories, NLU data, and every problem."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from os.path import exists, isfile
from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.core.nlu_data import Lookup, TrainingData
from trainer_tui.core.stories import StoryFile
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, Place, Problem
from trainer_tui.formats.action_names import with_action_names
from trainer_tui.formats.file_contents import (
    CONFIG,
    DOMAIN,
    NLU,
    RESPONSES,
    RULES,
    STORIES,
    TEST_STORIES,
    FileContents,
)
from trainer_tui.formats.yaml.config import Config
from trainer_tui.formats.yaml.domain import DomainFile, merge
from trainer_tui.progress import Progress, each, unheard
from trainer_tui.runtime.files import file_size, read_text, shown_path
from trainer_tui.runtime.later import LaterSequence
from trainer_tui.runtime.reading.file import read_file
from trainer_tui.runtime.reading.file_search import (
    find_config,
    find_domain,
    find_endpoints,
    find_rival_domains,
    find_stray_training,
    find_tests,
    find_training,
    told_bots_below,
)
from trainer_tui.runtime.reading.kept import KeptReading
from trainer_tui.runtime.settings import bot_settings


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file of the project and what is read of it: the kinds of file_contents ("stories", "nlu", "domain", …).

    `is_stray`: it lies outside of data/, where Rasa itself does not look for training data. All was read of the
    content that `content_hash` (SHA-256, in hexadecimal) tells.
    """

    path: Path
    holds: frozenset[str] = frozenset()
    is_stray: bool = False
    stories: StoryFile = field(default_factory=StoryFile, repr=False, compare=False)
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class ProjectData:
    """What a bot's folder holds. Places name files relative to `root` where they lie in it.

    `problems` lists those of all files: errors first, what cannot be read, then warnings.
    """

    root: Path
    domain: Domain = field(default_factory=Domain)
    stories: StoryFile = field(default_factory=StoryFile)
    nlu: TrainingData = field(default_factory=TrainingData)
    test_stories: StoryFile = field(default_factory=StoryFile)
    config: Config = field(default_factory=Config)
    files: tuple[ProjectFile, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.is_error)

    def files_with(self, kind: str) -> tuple[Path, ...]:
        """The files that hold this kind, in the order they were read."""
        return tuple(file.path for file in self.files if kind in file.holds)

    def content_hashes(self, *kinds: str) -> list[str]:
        """What tells the content of each file that holds one of these kinds, in the order they were read."""
        return [file.content_hash for file in self.files if not file.holds.isdisjoint(kinds)]

    def path_of(self, place: Place) -> Path:
        """The file that a place names."""
        return self.root / place.path


def read_project(
    root: Path,
    domain_paths: Sequence[Path] | None = None,
    story_paths: Sequence[Path] | None = None,
    nlu_paths: Sequence[Path] | None = None,
    config: Path | None = None,
    held_out: Sequence[Path] = (),
    environ: Mapping[str, str] | None = os.environ,
    tell: Progress = unheard,
    kept: KeptReading | None = None,
) -> ProjectData:
    """Read what is given, then what the bot's trainer.toml names, and find the rest in the folder. No domain is looked
    for where `domain_paths` is empty: the caller has one.

    `story_paths` (files or folders) are all training data, as Rasa's --data is, unless `nlu_paths` is given, too.
    What is `held_out` (files or folders) is no training data, wherever it lies.
    `${NAME}` in YAML is a variable of `environ`, as in Rasa; None leaves it. `tell` is told how far reading is;
    `kept` knows what was read before.
    Never raises: what cannot be read is among the errors of the result, the rest is read.
    """
    reading = _Reading(root, held_out, environ, tell, kept)
    settled = bot_settings(root)
    reading.problems += settled.problems
    domain_paths = settled.paths("domain", root) if domain_paths is None else domain_paths
    story_paths = settled.paths("stories", root) if story_paths is None else story_paths
    config = config or next(iter(settled.paths("config", root) or ()), None)
    domain_files = reading.domain(domain_paths)
    training = reading.training(story_paths, nlu_paths)
    tests = reading.read(find_tests(root, {file.path for file in training}), is_test=True)
    config_files = reading.read((config,) if config else find_config(root))
    endpoints = [
        ProjectFile(path, frozenset(("endpoints",)))
        for path in settled.paths("endpoints", root) or find_endpoints(root)
    ]
    stories = _stories(training)
    domain = with_action_names(reading.merged_domain(domain_files, training), stories, reading.module_source)
    settings = Config()
    for file in config_files:
        settings = settings.merged(file.contents.config)
    files = _unique(
        *((file, {DOMAIN, RESPONSES}) for file in domain_files),
        *((file, {STORIES, RULES, NLU, RESPONSES}) for file in training),
        *((file, {TEST_STORIES}) for file in tests),
        *((file, {CONFIG}) for file in config_files),
    )
    return ProjectData(
        root,
        domain,
        stories,
        reading.with_lookup_files(_nlu(training)),
        _stories(tests),
        settings,
        (*files, *endpoints),
        _sorted(reading.problems),
    )


@dataclass(frozen=True, slots=True)
class _FileRead:
    path: Path
    contents: FileContents
    is_stray: bool = False


class _Reading:
    """One reading of a folder; a file that serves two ends is read once."""

    def __init__(
        self,
        root: Path,
        held_out: Sequence[Path],
        environ: Mapping[str, str] | None,
        tell: Progress,
        kept: KeptReading | None,
    ) -> None:
        self.root = root
        self.environ = environ
        self.tell = tell
        self.kept = kept
        self.held_out = frozenset(path.resolve() for path in held_out)
        self.problems: list[Problem] = []
        self._files: dict[tuple[Path, bool], _FileRead] = {}

    def read(self, paths: Iterable[Path], *, is_test: bool = False, are_stray: bool = False) -> list[_FileRead]:
        found = []
        for path in each(list(paths), f"reading {self.root}", self.tell, file_size):
            key = (path, is_test)
            if key not in self._files:
                shown = self._shown(path)
                contents = read_file(
                    path, shown, is_test=is_test, is_stray=are_stray, environ=self.environ, kept=self.kept
                )
                self._files[key] = _FileRead(path, contents, are_stray)
                self.problems += contents.problems
            found.append(self._files[key])
        return found

    def domain(self, given: Sequence[Path] | None) -> list[_FileRead]:
        if given is not None and not given:
            return []
        found = self.read(find_domain(self.root, given))
        holding = [file for file in found if DOMAIN in file.contents.holds or RESPONSES in file.contents.holds]
        missing = [path for path in given or () if not exists(path)]
        for path in missing:
            self._error(path, "the domain does not exist", "Check what is given with -d.")
        if not holding and not missing and not any(file.contents.is_broken for file in found):
            self.problems += self._without_domain(given, found)
        return holding + [file for file in found if file.contents.is_broken]

    def _without_domain(self, given: Sequence[Path] | None, found: list[_FileRead]) -> list[Problem]:
        rivals = [] if given else find_rival_domains(self.root)
        if rivals:
            names = ", ".join(self._shown(path) for path in rivals)
            return [Problem("several domains were found", Place(str(self.root)), f"Choose with -d: {names}.")]
        hint = "Expected keys such as 'intents:' and 'actions:'."
        # Files that were looked through for want of a domain.yml are not to blame.
        meant = [file for file in found[:3] if given or file.path.stem == "domain" or file.path.parent.name == "domain"]
        empty = [Problem("the file holds no domain", Place(self._shown(file.path)), hint) for file in meant]
        hint = told_bots_below(self.root) or (
            "Expected domain.yml or a folder domain/; name another one with -d, or make a bot: trainer-tui init FOLDER."
        )
        return empty or [Problem("no domain was found", Place(str(self.root)), hint)]

    def training(self, stories: Sequence[Path] | None, nlu: Sequence[Path] | None) -> list[_FileRead]:
        for path in (*(stories or ()), *(nlu or ())):
            if not exists(path):
                self._error(path, "this training data does not exist", "Check what is given with -s.")
        wanted = (*(stories or ()), *(nlu or ())) if stories or nlu else None
        read = self.read(path for path in find_training(self.root, wanted) if not self._is_held_out(path))
        if wanted is None:
            stray = (path for path in find_stray_training(self.root) if not self._is_held_out(path))
            read += self.read(stray, are_stray=True)
        kept = []
        for file in read:
            if nlu and stories and file.path not in find_training(self.root, nlu):
                kinds = file.contents.holds - {NLU}
                file = replace(file, contents=replace(file.contents, nlu=TrainingData(), holds=kinds))
            if file.contents.holds & {STORIES, NLU, RESPONSES} or file.contents.is_broken:
                kept.append(file)
        return kept

    def _is_held_out(self, path: Path) -> bool:
        if not self.held_out:
            return False
        resolved = path.resolve()
        return not self.held_out.isdisjoint((resolved, *resolved.parents))

    def merged_domain(self, domain_files: list[_FileRead], training: list[_FileRead]) -> Domain:
        """The domain with the responses that stand in NLU files, and the era that the whole project shows."""
        in_data = [
            file.contents.domain.domain
            for file in training
            if RESPONSES in file.contents.holds and file not in domain_files
        ]
        responses = [DomainFile(Domain(responses=found.responses, places=found.places)) for found in in_data]
        merged = merge((*(replace(file.contents.domain, problems=()) for file in domain_files), *responses))
        self.problems += merged.problems
        return replace(merged.domain, era=merged.era or _era_of_stories(training))

    def module_source(self, module: str) -> str | None:
        """The source of a module of the bot's, `a.b.c`, which may be named from a folder above."""
        parts = module.split(".")
        for first in range(len(parts)):
            path = self.root.joinpath(*parts[first:]).with_suffix(".py")
            if isfile(path):
                with suppress(FormatError):
                    return read_text(path)
        return None

    def with_lookup_files(self, data: TrainingData) -> TrainingData:
        """The data with the elements of lookup tables that name a file, one to a line, as Rasa reads them."""
        return replace(data, lookups=tuple(map(self._with_elements, data.lookups)))

    def _with_elements(self, lookup: Lookup) -> Lookup:
        if lookup.path is None:
            return lookup
        try:
            lines = read_text(self.root / lookup.path, lookup.path).splitlines()
        except FormatError as error:
            text = f"the lookup table {lookup.name!r} needs this file: {error.title}"
            hint = " ".join(filter(None, (error.message, "Its path starts at the project's folder.")))
            self.problems.append(Problem(text, error.place, hint, False))
            return lookup
        return replace(lookup, elements=(*lookup.elements, *filter(None, map(str.strip, lines))))

    def _error(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(Problem(message, Place(self._shown(path)), hint))

    def _shown(self, path: Path) -> str:
        return shown_path(path, self.root)


def _era_of_stories(training: list[_FileRead]) -> Era:
    """The era of a project whose domain does not tell: Markdown stories are of the first one."""
    stories = [file for file in training if STORIES in file.contents.holds]
    if any(file.path.suffix.lower() in (".md", ".markdown") for file in stories):
        return Era.CORE
    return Era.RASA_2 if any((file.contents.version or "").startswith("2") for file in stories) else Era.RASA_3


def _stories(files: Sequence[_FileRead]) -> StoryFile:
    """Those of all files, together only when somebody asks for them: an earlier reading may have kept them."""
    found = [file.contents.stories for file in files]
    return StoryFile(
        LaterSequence(
            lambda _: [step for each in found for step in each.steps], sum(len(each.steps) for each in found)
        ),
        LaterSequence(
            lambda _: [rule for each in found for rule in each.rules], sum(len(each.rules) for each in found)
        ),
    )


def _nlu(files: Sequence[_FileRead]) -> TrainingData:
    return TrainingData(
        tuple(example for file in files for example in file.contents.nlu.examples),
        {said: value for file in files for said, value in file.contents.nlu.synonyms.items()},
        tuple(regex for file in files for regex in file.contents.nlu.regexes),
        tuple(lookup for file in files for lookup in file.contents.nlu.lookups),
        tuple(line for file in files for line in file.contents.nlu.synonym_lines),
    )


def _unique(*files: tuple[_FileRead, set[str]]) -> list[ProjectFile]:
    """Each file once, with what is read of it: no more than the part it plays has a use for."""
    found: dict[Path, ProjectFile] = {}
    for file, used in files:
        contents = file.contents
        new = ProjectFile(file.path, frozenset(), file.is_stray, contents.stories, contents.content_hash)
        known = found.get(file.path, new)
        found[file.path] = replace(known, holds=known.holds | (contents.holds & used))
    return list(found.values())


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: not problem.is_error))
