"""One file of a project → the files that hold the same in the other notation.

What the other notation has no words for stays in one that has: rules and messages of several lines in YAML, overlapping
entities in JSON. Nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Literal

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Era, Event, SlotSet, UserUttered
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, StoryFile, StoryStep
from trainer_tui.core.story_pieces import value_of_any
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.entity_writing import marked_example
from trainer_tui.formats.file_contents import DOMAIN, NLU, RESPONSES, TEST_STORIES, FileContents
from trainer_tui.formats.json.nlu_writer import write_nlu_json
from trainer_tui.formats.markdown.nlu_writer import markdown_item, write_nlu_markdown
from trainer_tui.formats.markdown.stories_writer import write_stories_markdown
from trainer_tui.formats.yaml.domain_writer import variation_item, write_domain_yaml
from trainer_tui.formats.yaml.nlu_writer import write_nlu_yaml
from trainer_tui.formats.yaml.reader import YamlMapping, read_yaml
from trainer_tui.formats.yaml.stories_writer import story_item, write_stories_yaml
from trainer_tui.formats.yaml.writing import YamlStyle, block_lines
from trainer_tui.words import counted

Notation = Literal["yaml", "markdown"]

_PLACES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Converted:
    """A file to write; `is_copy`: it is as it was. `note` says what is worth knowing about it."""

    path: str
    text: str
    is_copy: bool = False
    note: str = ""


def convert(
    file: FileContents,
    path: str,
    text: str,
    domain: Domain,
    to: Notation,
    lines_of: Callable[[str], tuple[str, ...] | None],
) -> list[Converted]:
    """The files for one file. `lines_of` gives the elements of a lookup table that stands in a file of its own, by
    that file's name; None where there is no such file. `domain` is the project's."""
    file = replace(file, stories=in_todays_notation(file.stories, domain))
    suffix = PurePath(path).suffix.lower()
    version = "3.1" if domain.era is Era.RASA_3 else "2.0"
    if to == "yaml":
        if suffix in (".yml", ".yaml"):
            return [_modern_domain(file, path, text)]
        if _is_unread(file):
            return []
        return list(_to_yaml(file, path, version, lines_of))
    if suffix in (".md", ".markdown"):
        return [Converted(path, text, is_copy=True)]
    if _is_unread(file):
        return []
    return list(_to_markdown(file, path, text, domain, version))


def _is_unread(file: FileContents) -> bool:
    """Whether its faults have left nothing: a file that holds as little would pass for what it became."""
    has_faults = any(problem.is_error for problem in file.problems)
    return has_faults and (file.stories, file.nlu, file.domain) == (StoryFile(), TrainingData(), FileContents().domain)


# --- to YAML ----------------------------------------------------------------------------------------------------------


def _to_yaml(
    file: FileContents, path: str, version: str, lines_of: Callable[[str], tuple[str, ...] | None]
) -> Iterator[Converted]:
    target = _with_suffix(path, ".yml")
    if file.stories.steps or file.stories.rules:
        if TEST_STORIES in file.holds and not PurePath(target).name.startswith("test_"):
            target = str(PurePath(target).with_name(f"test_{PurePath(target).name}"))
        yield Converted(target, write_stories_yaml(file.stories, version))
    if NLU in file.holds:
        data, notes = _with_lookups(file.nlu, lines_of)
        fitting, rest = _parted(data.examples, _fits_yaml)
        yield Converted(target, write_nlu_yaml(replace(data, examples=fitting), version), note=" ".join(notes))
        if rest:
            note = _named(rest, "that YAML cannot hold: overlapping entities, brackets, or no intent")
            yield Converted(_with_suffix(path, ".json"), write_nlu_json(TrainingData(rest)), note=note)
    if RESPONSES in file.holds:
        responses = file.domain.domain.responses
        listed = {name: [variation_item(item) for item in found] for name, found in responses.items()}
        yield Converted(target, _yaml_text(version, {"responses": listed}))


def _modern_domain(file: FileContents, path: str, text: str) -> Converted:
    """A domain of the Markdown era in the notation of 2.0; any other file as it is."""
    if DOMAIN not in file.holds or file.domain.era is not Era.CORE:
        return Converted(path, text, is_copy=True)
    domain = replace(file.domain.domain, era=Era.RASA_2, version="2.0")
    note = "written anew for Rasa 2: comments stay behind" if "#" in text else "written anew for Rasa 2"
    return Converted(path, write_domain_yaml(domain), note=note)


def _with_lookups(
    data: TrainingData, lines_of: Callable[[str], tuple[str, ...] | None]
) -> tuple[TrainingData, list[str]]:
    """The data with the elements of lookup files in it: YAML names no files."""
    notes: list[str] = []
    lookups: list[Lookup] = []
    for lookup in data.lookups:
        elements = lines_of(lookup.path) if lookup.path else None
        if elements is not None:
            lookup = Lookup(lookup.name, (*lookup.elements, *elements))
            notes.append(f"the lookup table {lookup.name!r} now holds its elements itself")
        elif lookup.path:
            notes.append(f"the file {lookup.path!r} of the lookup table {lookup.name!r} is missing: its name is kept")
        lookups.append(lookup)
    return replace(data, lookups=tuple(lookups)), notes


# --- to Markdown ------------------------------------------------------------------------------------------------------


def _to_markdown(file: FileContents, path: str, text: str, domain: Domain, version: str) -> Iterator[Converted]:
    holds_stories, holds_nlu = bool(file.stories.steps), bool(NLU in file.holds)
    if not holds_stories and not holds_nlu:
        yield Converted(path, text, is_copy=True)
        return
    both = holds_stories and holds_nlu
    rest: dict[str, Any] = {}
    if not path.lower().endswith(".json"):
        data = read_yaml(text, path).data
        rest = {key: value for key, value in data.items() if key not in ("version", "stories", "nlu")}
        rest = rest if isinstance(data, YamlMapping) else {}
    if holds_stories:
        is_test = TEST_STORIES in file.holds
        steps = tuple(_in_markdown(step, domain, is_test) for step in file.stories.steps)
        target = _with_suffix(path, "_stories.md" if both else ".md")
        told = [step for step in steps if _has_words(step, is_test)]
        yield Converted(target, write_stories_markdown(StoryFile(tuple(told))))
        if len(told) < len(steps):
            rest["stories"] = [story_item(step) for step in steps if not _has_words(step, is_test)]
    if holds_nlu:
        fitting, other = _parted_data(file.nlu)
        yield Converted(_with_suffix(path, "_nlu.md" if both else ".md"), write_nlu_markdown(fitting))
        in_yaml, in_json = _parted(other.examples, _fits_yaml)
        if in_yaml or replace(other, examples=()) != TrainingData():
            note = _named(in_yaml, "that Markdown cannot hold") or "what Markdown cannot hold"
            kept = write_nlu_yaml(replace(other, examples=in_yaml), version)
            yield Converted(_with_suffix(path, "_rest.yml"), kept, note=note)
        if in_json:
            note = _named(in_json, "that neither Markdown nor YAML can hold")
            yield Converted(_with_suffix(path, "_rest.json"), write_nlu_json(TrainingData(in_json)), note=note)
    if rest:
        note = f"what Markdown has no words for: {', '.join(rest)}"
        yield Converted(path, _yaml_text(version, rest), note=note)


def _has_words(step: StoryStep, is_test: bool) -> bool:
    """Whether Markdown can tell the story: no text in place of an intent or action, no roles and groups of entities."""
    for event in _all_events(step):
        if isinstance(event, ActionExecuted) and event.name is None:
            return False
        if isinstance(event, UserUttered):
            is_marked = is_test and event.text is not None
            if event.intent is None or (is_test and "\n" in (event.text or "")):
                return False
            if not is_marked and any(entity.role or entity.group for entity in event.entities):
                return False
    return True


def _all_events(step: StoryStep) -> Iterator[Event]:
    for event in step.events:
        if isinstance(event, Or):
            for alternative in event.alternatives:
                yield from alternative
        else:
            yield event


def _in_markdown(step: StoryStep, domain: Domain, is_test: bool) -> StoryStep:
    """The step with values for slots that YAML names alone, and without texts beside intents, which only tests read:
    what Rasa makes of both."""

    def valued(event: Event | Or) -> Event | Or:
        if isinstance(event, Or):
            return Or(tuple(tuple(_valued(part, domain, is_test) for part in found) for found in event.alternatives))
        return _valued(event, domain, is_test)

    starts = (
        Checkpoint(start.name, {name: _value(name, value, domain) for name, value in start.conditions.items()})
        for start in step.start_checkpoints
    )
    return replace(step, events=tuple(map(valued, step.events)), start_checkpoints=tuple(starts))


def _valued(event: Event, domain: Domain, is_test: bool) -> Event:
    match event:
        case SlotSet():
            return replace(event, value=_value(event.name, event.value, domain))
        case UserUttered() if event.intent is not None and not is_test:
            return replace(event, text=None)
        case _:
            return event


def _value(name: str, value: Any, domain: Domain) -> Any:
    return value_of_any(name, domain) if value is AnyValue.ANY else value


# --- both -------------------------------------------------------------------------------------------------------------


def _parted(
    examples: tuple[Example, ...], fits: Callable[[Example], bool]
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    return tuple(filter(fits, examples)), tuple(example for example in examples if not fits(example))


def _fits_yaml(example: Example) -> bool:
    try:
        marked_example(example)
    except FormatError:
        return False
    return example.intent is not None and example.text == example.text.strip("\n\r ")


def _parted_data(data: TrainingData) -> tuple[TrainingData, TrainingData]:
    """What Markdown can hold of the data, and the rest."""
    examples, other_examples = _parted(data.examples, _fits_markdown)
    pairs = dict(data.synonyms)
    synonyms = {said: value for said, value in pairs.items() if _is_item(said)}
    regexes = tuple(regex for regex in data.regexes if _is_item(regex[1]))
    lookups = tuple(lookup for lookup in data.lookups if all(map(_is_item, lookup.elements)))
    rest = TrainingData(
        other_examples,
        {said: value for said, value in pairs.items() if said not in synonyms},
        tuple(regex for regex in data.regexes if regex not in regexes),
        tuple(lookup for lookup in data.lookups if lookup not in lookups),
    )
    return TrainingData(examples, synonyms, regexes, lookups), rest


def _is_item(text: str) -> bool:
    try:
        markdown_item(text)
    except FormatError:
        return False
    return True


def _fits_markdown(example: Example) -> bool:
    """Markdown has no words for metadata either."""
    try:
        markdown_item(marked_example(example, has_json_notation=False))
    except FormatError:
        return False
    return example.intent is not None and not example.metadata


def _named(examples: tuple[Example, ...], what: str) -> str:
    """How many they are, and where they stand."""
    places = [str(example.place) for example in examples if example.place]
    more = ", ..." if len(places) > _PLACES_NAMED else ""
    where = f" ({', '.join(places[:_PLACES_NAMED])}{more})" if places else ""
    return f"{counted(len(examples), 'example')} {what}{where}" if examples else ""


def _yaml_text(version: str, sections: Mapping[str, Any]) -> str:
    style = YamlStyle()
    blocks = ["\n".join(block_lines({key: value}, style)) + "\n" for key, value in sections.items()]
    return "\n".join([f'version: "{version}"\n', *blocks])


def _with_suffix(path: str, suffix: str) -> str:
    parts = PurePath(path)
    return str(parts.with_name(parts.stem + suffix))
