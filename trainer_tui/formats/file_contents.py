"""One file of a project, told by what its text holds and not by its name, and read for all of it.

Readers that a start can do without, since what they read of stories is kept, are imported by the first file of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.core.stories import StoryFile
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.nlu_building import Beside, nothing_beside
from trainer_tui.formats.nlu_text import holds_markdown_nlu
from trainer_tui.formats.yaml.config import CONFIG_KEYS, Config, config_of
from trainer_tui.formats.yaml.domain import DOMAIN_KEYS, DomainFile, domain_of
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, read_yaml

if TYPE_CHECKING:
    from trainer_tui.formats.yaml.stories import SignedSteps

STORIES = "stories"
RULES = "rules"
NLU = "nlu"
RESPONSES = "responses"
DOMAIN = "domain"
CONFIG = "config"
TEST_STORIES = "test stories"

_STORY_KEYS = {"stories", "rules"}

# What is surely a story, or a Rasa file, also where anything else may lie.
_SURE_STORY = re.compile(r"^[ \t]*\*[ \t]*\w[^\n]*\n[ \t]*-[ \t]*(?:utter_|action_|slot\{|form\{)", re.MULTILINE)
_SURE_KEY = re.compile(r"^(?:stories|rules|nlu|responses|intents|slots)[ \t]*:", re.MULTILINE)

_KNOWN_JSON = 'Expected {"rasa_nlu_data": ...}, or an export of LUIS, wit.ai (with "utterances") or Dialogflow.'

# Sections that Rasa or its relatives put into such files and that no story is made of.
_FOREIGN = {
    "flows": "CALM flows",
    "test_cases": "CALM test cases",
    "e2e_tests": "CALM test cases",
    "fixtures": "CALM fixtures",
    "multiflow_stories": "multiflow stories",
    "triggers": "triggers",
}


@dataclass(frozen=True, slots=True)
class FileContents:
    """What one file holds, by kind. `is_broken`: it could not be read at all, so nobody knows what it holds.
    `content_hash`: the SHA-256, in hexadecimal, of the bytes that this was read of; "" where it was read of a text."""

    holds: frozenset[str] = frozenset()
    stories: StoryFile = field(default_factory=StoryFile)
    nlu: TrainingData = field(default_factory=TrainingData)
    domain: DomainFile = field(default_factory=DomainFile)
    config: Config = field(default_factory=Config)
    version: str | None = None
    problems: tuple[Problem, ...] = ()
    is_broken: bool = False
    content_hash: str = ""


def contents_of(
    text: str,
    shown: str,
    *,
    is_test: bool = False,
    is_stray: bool = False,
    beside: Beside = nothing_beside,
    environ: Mapping[str, str] | None = None,
) -> FileContents:
    """The text, read as what it is. `shown` is the file's name in places; `is_test`: its stories are test stories.

    `is_stray`: it lies where files of any kind lie, so what is not surely a bot's is left alone. Never raises: what
    is wrong is in `problems`. `environ`: as `read_yaml` has it.
    """
    path = PurePath(shown)
    if is_stray and not _is_surely_a_bots(path, text):
        return FileContents()
    suffix = path.suffix.lower()
    if suffix in (".md", ".markdown"):
        return _markdown(shown, text, is_test)
    if suffix == ".json":
        return FileContents() if is_test else _json(shown, text, beside)
    if not any(key in text for key in _STORY_KEYS):
        return _yaml(shown, read_yaml(text, shown, environ), {}, is_test)
    from trainer_tui.formats.yaml.stories import read_story_text

    return read_story_text(text, shown, environ, lambda file, signed: _yaml(shown, file, signed, is_test))


def _is_surely_a_bots(path: PurePath, text: str) -> bool:
    from trainer_tui.formats.json.imports import looks_like_nlu_json
    from trainer_tui.formats.markdown.responses import looks_like_responses
    from trainer_tui.formats.markdown.stories import looks_like_stories

    if path.suffix.lower() in (".md", ".markdown"):
        named_so = "stor" in path.stem.lower() and looks_like_stories(text)
        return named_so or holds_markdown_nlu(text) or bool(_SURE_STORY.search(text)) or looks_like_responses(text)
    return looks_like_nlu_json(text) if path.suffix.lower() == ".json" else bool(_SURE_KEY.search(text))


def _markdown(shown: str, text: str, is_test: bool) -> FileContents:
    if holds_markdown_nlu(text):
        if is_test:
            return FileContents()
        read = parse_nlu_markdown(text, shown)
        return FileContents(frozenset((NLU,)), nlu=read.data, problems=read.problems)
    from trainer_tui.formats.markdown.responses import looks_like_responses, parse_responses_markdown
    from trainer_tui.formats.markdown.stories import looks_like_stories, parse_stories_markdown

    if looks_like_responses(text):
        return FileContents(frozenset((RESPONSES,)), domain=parse_responses_markdown(text, shown))
    if not looks_like_stories(text):
        return FileContents()
    stories = parse_stories_markdown(text, shown, is_end_to_end=is_test)
    kind = TEST_STORIES if is_test else STORIES
    return FileContents(frozenset((kind,)), stories=stories.stories, problems=stories.problems)


def _json(shown: str, text: str, beside: Beside) -> FileContents:
    from trainer_tui.formats.json.imports import is_part_of_an_export, parse_any_nlu_json

    read = parse_any_nlu_json(text, shown, beside)
    if read is None:
        known = is_part_of_an_export(PurePath(shown).name)
        return FileContents(problems=() if known else (_left_out(shown, _KNOWN_JSON),))
    return FileContents(frozenset((NLU,)), nlu=read.data, problems=read.problems)


def _yaml(shown: str, file: YamlFile, signed: SignedSteps, is_test: bool) -> FileContents:
    data = file.data
    problems = list(file.problems)
    if not isinstance(data, YamlMapping):
        return _no_mapping(shown, data, problems)
    # The text's own problems are counted once, however many sections the file has.
    file = YamlFile(data)
    found = FileContents(version=None if data.get("version") is None else str(data["version"]))
    holds: set[str] = set()
    if data.keys() & _STORY_KEYS:
        from trainer_tui.formats.yaml.stories import stories_of

        stories = stories_of(file, shown, signed)
        holds |= {TEST_STORIES} if is_test else {STORIES}
        holds |= {RULES} if stories.stories.rules else set()
        found = replace(found, stories=stories.stories)
        problems += stories.problems
    if "nlu" in data and not is_test:
        from trainer_tui.formats.yaml.nlu import nlu_of

        nlu = nlu_of(file, shown)
        holds.add(NLU)
        found = replace(found, nlu=nlu.data)
        problems += nlu.problems
    if data.keys() & DOMAIN_KEYS and not is_test:
        domain = domain_of(file, shown)
        holds |= {DOMAIN} if data.keys() & (DOMAIN_KEYS - {"responses"}) else set()
        holds |= {RESPONSES} if "responses" in data or "templates" in data else set()
        found = replace(found, domain=domain)
        problems += domain.problems
    if data.keys() & CONFIG_KEYS:
        config = config_of(file, shown)
        holds.add(CONFIG)
        found = replace(found, config=config.config)
        problems += config.problems
    problems += _foreign_sections(data, shown)
    if not holds and not problems and data.keys() - {"version"} and not is_test:
        problems.append(_left_out(shown, "Expected keys such as 'stories:' or 'nlu:'."))
    return replace(found, holds=frozenset(holds), problems=tuple(problems))


def _left_out(shown: str, hint: str) -> Problem:
    return Problem("the file holds nothing that is read here, and is left out", Place(shown), hint, is_error=False)


def _no_mapping(shown: str, data: Any, problems: list[Problem]) -> FileContents:
    """An empty file holds nothing; a list or a text at the top is no Rasa file."""
    if data is not None:
        problems.append(
            Problem("the file holds no mapping", Place(shown, 1), "Expected keys such as 'stories:' or 'nlu:'.")
        )
    return FileContents(problems=tuple(problems), is_broken=bool(problems))


def _foreign_sections(data: YamlMapping, shown: str) -> list[Problem]:
    return [
        Problem(
            f"{_FOREIGN[key]} ('{key}:') are not read",
            Place(shown, data.line_of(key)),
            "The rest of the file is.",
            is_error=False,
        )
        for key in data
        if isinstance(key, str) and key in _FOREIGN
    ]
