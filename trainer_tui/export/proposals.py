"""Changes of what stands in the project's files already, asked for where something was found: each is an item of the
export review like any other, and nothing is written before that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered
from trainer_tui.core.stories import Rule, StoryStep
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import IllegalInput, Place
from trainer_tui.export.additions import LineChange, TargetFile, read_examples, read_stories
from trainer_tui.export.edited import check_edited
from trainer_tui.export.story import made_up_name
from trainer_tui.formats.dialect import Dialect
from trainer_tui.formats.patch.edits import apply_edits

_BY_HAND = "Open the file, and change it by hand."


@dataclass(frozen=True, slots=True)
class StepChange:
    """The action `before` of a story (or rule) is to be `after`."""

    place: Place
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AsRule:
    """One exchange is to be a rule: whenever this is said, whatever was said before."""

    name: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ExampleOut:
    """The NLU example that stands there is to go."""

    place: Place


@dataclass(frozen=True, slots=True)
class StoryOut:
    """The story that begins there is to go."""

    place: Place


Proposal = StepChange | AsRule | ExampleOut | StoryOut


def without_example(place: Place, target: TargetFile) -> LineChange:
    """The line of the example, taken out; IllegalInput where it is not the one thing that stands in its line."""
    text, line = target.text or "", place.line or 0
    before = _line_at(text, line) or ""
    found = LineChange(f"example {before.strip().removeprefix('- ')!r} out", line, before, None)
    held = Counter(_examples(text, target))
    holds = Counter(_examples(apply_edits(text, found.edits(text)), target))
    if not before or (held - holds).total() != 1 or holds - held:
        raise IllegalInput(f"{place} holds more than an example, or none", hint=_BY_HAND)
    return found


def _line_at(text: str, number: int) -> str | None:
    """Counted from 1; None where there is none of that number."""
    lines = text.split("\n")
    return lines[number - 1].removesuffix("\r") if 1 <= number <= len(lines) else None


def _examples(text: str, target: TargetFile) -> Iterator[tuple[str, str | None, str]]:
    for example in read_examples(text, target.dialect, target.path).examples:
        yield example.text, example.intent, repr(example.entities)


def as_rule(tracker: DialogueStateTracker, action: str) -> AsRule:
    """What was said last and what the bot did about it, `action` at the end; IllegalInput where nothing was said."""
    turn: list[Event] = []
    for node in tracker.applied:
        if node.event is not None:
            turn.append(node.event)
        if isinstance(node.event, UserUttered):
            turn.reverse()
            ends = [] if action == ACTION_LISTEN else [ActionExecuted(action)]
            events = (*turn, *ends, ActionExecuted(ACTION_LISTEN))
            return AsRule(made_up_name(events), events)
    raise IllegalInput("nothing was said yet that a rule could answer", hint="A rule begins with a message.")


def changed_step(change: StepChange, target: TargetFile) -> LineChange:
    """The line where the step stands, and what it is to be; IllegalInput or FormatError where that cannot be done."""
    text, line = target.text or "", change.place.line or 0
    before = _line_at(text, line)
    if before is None:
        raise IllegalInput(f"{change.place} is not there any more", hint="Look again.")
    after = "\n".join(_lines(change, before, target.dialect))
    name = _block_at(line, target)
    found = LineChange(f'"{name}": {change.after} in place of {change.before}', line, before, after or None)
    check_edited(text, apply_edits(text, found.edits(text)), target, name)
    return found


def _block_at(line: int, target: TargetFile) -> str:
    """The name of the story or rule that holds the line."""
    stories = read_stories(target.text or "", target.dialect, target.path)
    blocks: tuple[StoryStep | Rule, ...] = (*stories.steps, *stories.rules)
    begun = [
        (block.place.line, block.name) for block in blocks if block.place and (block.place.line or line + 1) <= line
    ]
    return max(begun)[1] if begun else ""


def _lines(change: StepChange, line: str, dialect: Dialect) -> Iterator[str]:
    """What stands in the line's place. That the bot waits is written nowhere: it is the end of what it does."""
    if change.before == ACTION_LISTEN:
        yield line
        yield f"{_indentation(line, dialect)}{_step(change.after, dialect)}"
        return
    name = re.compile(rf"(?<![\w-]){re.escape(change.before)}(?![\w-])")
    if len(name.findall(line)) != 1:
        raise IllegalInput(f"{change.place} does not name {change.before} once", hint=_BY_HAND)
    if change.after != ACTION_LISTEN:
        yield name.sub(lambda _: change.after, line)
    elif line.strip() != _step(change.before, dialect):
        raise IllegalInput(f"{change.place} holds more than {change.before}", hint=_BY_HAND)


def _step(action: str, dialect: Dialect) -> str:
    return f"- action: {action}" if dialect.is_yaml else f"- {action}"


def _indentation(line: str, dialect: Dialect) -> str:
    """Of a step below this one."""
    own = line[: len(line) - len(line.lstrip())]
    return f"{own}  " if not dialect.is_yaml and line.lstrip().startswith("*") else own
