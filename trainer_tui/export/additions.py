"""What an export adds, and the edits that add it to a file's text in the file's own notation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any, Literal

from trainer_tui.core.domain import Domain, ResponseVariation
from trainer_tui.core.events import REQUESTED_SLOT, Era, Event, SlotSet
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.core.stories import Or, Rule, StoryFile, StoryStep
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, Problem
from trainer_tui.export.review import StoryForm
from trainer_tui.export.story import (
    StoryEvents,
    WrittenSlots,
    end_to_end_story,
    markdown_story,
    yaml_story,
)
from trainer_tui.formats.dialect import Dialect
from trainer_tui.formats.entity_writing import marked_example
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.json.nlu_writer import example_object
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.nlu_writer import markdown_item
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.patch import domain as patch_domain
from trainer_tui.formats.patch import edits as patch_edits
from trainer_tui.formats.patch import json as patch_json
from trainer_tui.formats.patch import markdown as patch_markdown
from trainer_tui.formats.patch import nlu_yaml as patch_nlu_yaml
from trainer_tui.formats.patch import removal as patch_removal
from trainer_tui.formats.patch import responses as patch_responses
from trainer_tui.formats.patch import yaml as patch_yaml
from trainer_tui.formats.patch.edits import Edit
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.formats.yaml.stories_writer import rule_item, story_item
from trainer_tui.insight.findings import Section

Kind = Literal["stories", "rules", "test", "nlu", "domain"]
STORY_KINDS: Mapping[StoryForm, Kind] = {"story": "stories", "rule": "rules", "test": "test"}
"""Which files a conversation goes to, by what it is written as."""


@dataclass(frozen=True, slots=True)
class TargetFile:
    """A file of the project that can take an addition of one kind; `text` is None where it does not exist yet.

    A file of several kinds is several targets. `stories` are those of that very text, where it was read before.
    """

    path: str
    kind: Kind
    dialect: Dialect
    text: str | None = field(default=None, repr=False)
    stories: StoryFile | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PreviousExport:
    """The story that an earlier export wrote of a conversation: where, under which name, and its lines as written.

    `block` is empty where a person wrote the lines; `digest` tells whether the conversation went on since.
    """

    path: str
    name: str
    block: str
    form: StoryForm = "story"
    digest: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain JSON, for the journal."""
        return {"path": self.path, "name": self.name, "block": self.block, "form": self.form, "digest": self.digest}

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> PreviousExport:
        form: StoryForm = source["form"]
        return cls(source["path"], source["name"], source["block"], form, source["digest"])


@dataclass(frozen=True, slots=True)
class StoryAddition:
    """A conversation, cut to whole turns, as a story, rule or test story. `previous` is the block that it replaces."""

    name: str
    conversation: tuple[Event, ...]
    form: StoryForm = "story"
    previous: PreviousExport | None = None


@dataclass(frozen=True, slots=True)
class ExamplesAddition:
    intent: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class NameAddition:
    """An intent, entity or action by its name; `section` is the domain's."""

    section: Literal["intents", "entities", "actions"]
    name: str


@dataclass(frozen=True, slots=True)
class ResponseAddition:
    """`is_reworded`: it stands in the file, and says something else by now."""

    name: str
    variations: tuple[ResponseVariation, ...]
    is_reworded: bool = False


@dataclass(frozen=True, slots=True)
class StoryRemoval:
    """A story (or rule) of the project that is taken out: its name, its steps, and the line where it was read."""

    name: str
    events: tuple[Event | Or, ...]
    line: int
    is_rule: bool = False


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of the file (counted from 1) that reads `before` and is to read `after`: another line, several, or none.
    `what` says in words what that changes."""

    what: str
    line: int
    before: str
    after: str | None

    def edits(self, text: str) -> tuple[Edit, ...]:
        """Where the line stands by now; none where it reads so no more."""
        start, nearest = 0, None
        for number, line in enumerate(text.split("\n"), 1):
            if line.removesuffix("\r") == self.before and (nearest is None or abs(number - self.line) < nearest[0]):
                nearest = (abs(number - self.line), start, line)
            start += len(line) + 1
        if nearest is None:
            return ()
        _, start, line = nearest
        if self.after is None:
            return (Edit(start, min(start + len(line) + 1, len(text)), ""),)
        after = self.after.replace("\n", patch_edits.line_end_of(text))
        return (Edit(start, start + len(self.before), after),)


@dataclass(frozen=True, slots=True)
class ExampleMove:
    """An NLU example of the project becomes one of `example.intent`; a `LineChange` takes it from where it stood."""

    example: Example


@dataclass(frozen=True, slots=True)
class ExamplesRemoval:
    """The file is to hold no example of the intent any more."""

    intent: str


@dataclass(frozen=True, slots=True)
class NameRemoval:
    """The domain of the project is to define that name no more."""

    section: Section
    name: str


Change = StoryRemoval | LineChange | ExampleMove | ExamplesRemoval | NameRemoval
CHANGES = (StoryRemoval, LineChange, ExampleMove, ExamplesRemoval, NameRemoval)
"""Changes of what stood in the files before the session: nothing of the session is written by them."""
Addition = StoryAddition | ExamplesAddition | NameAddition | ResponseAddition | Change


def edits_for(addition: Addition, target: TargetFile, text: str, domain: Domain) -> tuple[Edit, ...]:
    """The edits that add it to `text`, which is the target's with what was added before; none where it is there.

    FormatError where the file cannot take it.
    """
    match addition:
        case StoryAddition():
            return (_story_edit(addition, target, text, domain),)
        case ExamplesAddition(intent, examples):
            return (_examples_edit(intent, examples, target.dialect, text),)
        case NameAddition("intents", name):
            return patch_domain.add_intent(text, name)
        case NameAddition("entities", name):
            return patch_domain.add_entity(text, name)
        case NameAddition(_, name):
            return patch_domain.add_action(text, name)
        case ResponseAddition(name, variations, is_reworded=True):
            return patch_responses.reword(text, name, variations)
        case ResponseAddition(name, variations):
            return patch_domain.add_response(text, name, variations, domain.era)
        case StoryRemoval():
            return (_removal_edit(addition, target, text),)
        case LineChange():
            return addition.edits(text)
        case ExampleMove(example):
            return (_examples_edit(example.intent or "", (example,), target.dialect, text),)
        case ExamplesRemoval(intent):
            return _examples_removal(intent, target.dialect, text)
        case NameRemoval(section, name):
            # Of old, a response is listed as an action, too.
            is_listed = section == "responses" and name in patch_domain.names_in(text, "actions")
            sections = (section, "actions") if is_listed else (section,)
            return tuple(patch_removal.remove_name(text, one, name) for one in sections)


def new_text(target: TargetFile) -> str:
    """What a new file begins with."""
    if target.kind == "domain" and target.dialect.version == "2.0":
        return ""
    return f'version: "{target.dialect.version}"\n' if target.dialect.version else ""


# --- stories ------------------------------------------------------------------------------------------------------


def story_events(addition: StoryAddition, target: TargetFile, domain: Domain) -> StoryEvents:
    """The events that are written of a conversation into this file."""
    if addition.form == "test":
        return end_to_end_story(addition.conversation)
    slots = slots_written(stories_in(target), domain)
    if target.dialect is Dialect.MARKDOWN:
        return markdown_story(addition.conversation, domain, slots)
    return yaml_story(addition.conversation, domain, slots)


def _story_edit(addition: StoryAddition, target: TargetFile, text: str, domain: Domain) -> Edit:
    if target.dialect is Dialect.JSON or (target.dialect is Dialect.MARKDOWN and addition.form == "rule"):
        what = "rules" if addition.form == "rule" else "stories"
        raise FormatError(f"{target.path} cannot hold {what}", hint="Choose a YAML file.")
    edit = continuation(addition, target, text, domain)
    if edit is not None:
        return edit
    story = story_events(addition, target, domain)
    if target.dialect is Dialect.MARKDOWN:
        return patch_markdown.append_story(text, StoryStep(addition.name, story.events), story.form_turns)
    return patch_yaml.append_to_list(text, _section(addition), _item(addition, story), None)


def continuation(addition: StoryAddition, target: TargetFile, text: str, domain: Domain) -> Edit | None:
    """The edit that puts the story in the place of the one written before; None where that is not there any more."""
    if addition.previous is None:
        return None
    story = story_events(addition, target, domain)
    block = addition.previous.block
    if target.dialect is Dialect.MARKDOWN:
        return patch_markdown.replace_story(text, block, StoryStep(addition.name, story.events), story.form_turns)
    return patch_yaml.replace_item(text, _section(addition), block, _item(addition, story))


def _section(addition: StoryAddition) -> str:
    return "rules" if addition.form == "rule" else "stories"


def _item(addition: StoryAddition, story: StoryEvents) -> dict[str, Any]:
    if addition.form == "rule":
        return rule_item(Rule(addition.name, story.events))
    return story_item(StoryStep(addition.name, story.events))


def _removal_edit(removal: StoryRemoval, target: TargetFile, text: str) -> Edit:
    found = read_stories(text, target.dialect, target.path)
    blocks: Sequence[StoryStep | Rule] = found.rules if removal.is_rule else found.steps
    lines = [
        block.place.line
        for block in blocks
        if (block.name, block.events) == (removal.name, removal.events) and block.place and block.place.line
    ]
    if not lines:
        raise FormatError(f'"{removal.name}" does not stand in {target.path} any more')
    line = min(lines, key=lambda line: abs(line - removal.line))
    if target.dialect is Dialect.MARKDOWN:
        return patch_removal.remove_markdown_story(text, line)
    return patch_removal.remove_yaml_story(text, line)


@lru_cache(maxsize=64)
def read_stories(text: str, dialect: Dialect, path: str) -> StoryFile:
    """The stories of a text; what cannot be read of it is left out."""
    if dialect is Dialect.MARKDOWN:
        return parse_stories_markdown(text, path).stories
    return parse_stories_yaml(text, path).stories


def problems_in(text: str, target: TargetFile) -> tuple[Problem, ...]:
    """What the reader of the target's kind finds wrong or doubtful in a text."""
    match target.kind:
        case "stories" | "rules" | "test" if target.dialect is Dialect.MARKDOWN:
            problems = parse_stories_markdown(text, target.path, is_end_to_end=target.kind == "test").problems
        case "stories" | "rules" | "test":
            problems = parse_stories_yaml(text, target.path).problems
        case "nlu" if target.dialect is Dialect.MARKDOWN:
            problems = parse_nlu_markdown(text, target.path).problems
        case "nlu" if target.dialect is Dialect.JSON:
            problems = parse_nlu_json(text, target.path).problems
        case "nlu":
            problems = parse_nlu_yaml(text, target.path).problems
        case _:
            problems = parse_domain(text, target.path).problems
    return tuple(problems)


def stories_in(target: TargetFile) -> StoryFile:
    """The stories that a target holds now."""
    return target.stories or read_stories(target.text or "", target.dialect, target.path)


def slots_written(stories: StoryFile, domain: Domain) -> WrittenSlots:
    """Whether a file's stories write slots that no policy sees."""
    events = [event for step in stories.steps for event in step.events]
    events += [event for rule in stories.rules for event in rule.events]
    found = {
        event.name
        for given in events
        for event in ([event for part in given.alternatives for event in part] if isinstance(given, Or) else [given])
        if isinstance(event, SlotSet)
    }
    unseen = {name for name in found if name not in domain.slots or not domain.slots[name].is_featurised}
    return WrittenSlots(bool(unseen - {REQUESTED_SLOT}), REQUESTED_SLOT in unseen)


# --- NLU ----------------------------------------------------------------------------------------------------------


def _examples_edit(intent: str, examples: tuple[Example, ...], dialect: Dialect, text: str) -> Edit:
    if dialect is Dialect.JSON:
        return patch_json.append_examples(text, [example_object(example) for example in examples])
    marked = [marked_in(example, dialect) for example in examples]
    append: Callable[[str, str, list[str]], Edit] = (
        patch_markdown.append_examples if dialect is Dialect.MARKDOWN else patch_nlu_yaml.append_examples
    )
    return append(text, intent, marked)


def _examples_removal(intent: str, dialect: Dialect, text: str) -> tuple[Edit, ...]:
    if dialect is Dialect.JSON:
        raise FormatError(f"the examples of {intent} stand in JSON", hint="Open the file, and take them out by hand.")
    if dialect is Dialect.MARKDOWN:
        return patch_removal.remove_markdown_examples(text, intent)
    return patch_removal.remove_yaml_examples(text, intent)


def marked_in(example: Example, dialect: Dialect) -> str:
    """The example as a file of that dialect writes it; FormatError where it cannot."""
    if dialect is Dialect.MARKDOWN:
        return markdown_item(marked_example(example, has_json_notation=False))
    return marked_example(example)


@lru_cache(maxsize=64)
def read_examples(text: str, dialect: Dialect, path: str) -> TrainingData:
    """The NLU data that a target holds; what cannot be read of it is left out."""
    if dialect is Dialect.MARKDOWN:
        return parse_nlu_markdown(text, path).data
    if dialect is Dialect.JSON:
        return parse_nlu_json(text, path).data
    return parse_nlu_yaml(text, path).data


def is_writable(target: TargetFile) -> bool:
    """False for the JSON of other services (Dialogflow, LUIS, wit.ai), which is read and not written."""
    return target.dialect is not Dialect.JSON or target.text is None or '"rasa_nlu_data"' in target.text


def default_target(kind: Kind, era: Era) -> TargetFile:
    """The file that is made for this kind where the project has none."""
    is_core = era is Era.CORE
    markdown = Dialect.MARKDOWN if is_core else Dialect.YAML_3 if era is Era.RASA_3 else Dialect.YAML_2
    suffix = "md" if is_core else "yml"
    paths: dict[Kind, str] = {
        "stories": f"data/stories.{suffix}",
        "rules": "data/rules.yml",
        "test": f"tests/test_stories.{suffix}",
        "nlu": f"data/nlu.{suffix}",
        "domain": "domain.yml",
    }
    yaml = Dialect.YAML_3 if era is Era.RASA_3 else Dialect.YAML_2
    return TargetFile(paths[kind], kind, yaml if kind in ("domain", "rules") else markdown)
