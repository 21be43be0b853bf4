"""Changes of what stands in the project's files already, asked for where something was found: each is an item of the
export review like any other, and nothing is written before that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, Event, UserUttered
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import Rule, StoryStep
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import IllegalInput, Place
from trainer_tui.export.additions import LineChange, TargetFile, read_examples, stories_in
from trainer_tui.export.edited import check_edited
from trainer_tui.export.story import made_up_name
from trainer_tui.formats.dialect import Dialect
from trainer_tui.formats.patch.edits import apply_edits
from trainer_tui.insight.findings import EntityMarked, EntityUnmarked, Mend
from trainer_tui.words import quoted

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


Proposal = StepChange | AsRule | Mend


def example_like(example: Example, target: TargetFile) -> Example:
    """The example where it stands by now; IllegalInput where it does not any more."""
    found = [
        (abs((one.place.line or 0) - (example.place.line or 0 if example.place else 0)), number, one)
        for number, one in enumerate(read_examples(target.text or "", target.dialect, target.path).examples)
        if (one.text, one.intent) == (example.text, example.intent) and one.place is not None
    ]
    if not found:
        raise IllegalInput(f"{quoted(example.text, 60)} does not stand in {target.path} any more", hint="Look again.")
    return min(found)[2]


def without_example(example: Example, target: TargetFile) -> LineChange:
    """The line of the example, taken out; IllegalInput where it is not the one thing that stands in its line."""
    found = example_like(example, target)
    line = (found.place.line if found.place else None) or 0
    before = _line_at(target.text or "", line) or ""
    change = LineChange(f"example {example.text!r} out", line, before, None)
    if _difference(change, target) != (Counter(_told([found])), Counter()):
        raise IllegalInput(f"{found.place} holds more than an example, or not all of it", hint=_BY_HAND)
    return change


def with_entity(mark: EntityMarked, target: TargetFile) -> LineChange:
    """The line of the example with the words marked; IllegalInput where they cannot be marked within the line."""
    example = example_like(mark.example, target)
    said = example.text[mark.start : mark.end]
    entities = (*example.entities, Entity(mark.entity, said, mark.start, mark.end))
    wanted = replace(example, entities=tuple(sorted(entities, key=lambda entity: entity.start or 0)))
    places, put = re.escape(said), f"[{said}]({mark.entity})"
    change = _remarked(example, wanted, target, places, put, f"{said!r} marked as {mark.entity}") if said else None
    if change is None:
        raise IllegalInput(f"{said!r} cannot be marked in the line {example.place}", hint=_BY_HAND)
    return change


def without_entity(mark: EntityUnmarked, target: TargetFile) -> LineChange:
    """The line of the example with the mark off these words; IllegalInput where it is no mark within the line."""
    example = example_like(mark.example, target)
    said = example.text[mark.start : mark.end]
    left = tuple(one for one in example.entities if (one.start, one.end) != (mark.start, mark.end))
    wanted = replace(example, entities=left)
    places = rf"\[{re.escape(said)}\](?:\([^()]*\)|\{{[^{{}}]*\}})"
    change = _remarked(example, wanted, target, places, said, f"{said!r} not marked as {mark.entity}") if said else None
    if change is None:
        raise IllegalInput(f"{said!r} is not marked in the line {example.place}", hint=_BY_HAND)
    return change


def _remarked(
    example: Example, wanted: Example, target: TargetFile, places: str, put: str, told: str
) -> LineChange | None:
    """The line of the example with `put` for one of the `places`, a regular expression, where that makes it the example
    that is wanted. The same words may stand in the line several times, or within what is marked: the reader tells which
    are meant."""
    line = (example.place.line if example.place else None) or 0
    before = _line_at(target.text or "", line) or ""
    for found in re.finditer(places, before):
        change = LineChange(told, line, before, f"{before[: found.start()]}{put}{before[found.end() :]}")
        if _difference(change, target) == (Counter(_told([example])), Counter(_told([wanted]))):
            return change
    return None


def _line_at(text: str, number: int) -> str | None:
    """Counted from 1; None where there is none of that number."""
    lines = text.split("\n")
    return lines[number - 1].removesuffix("\r") if 1 <= number <= len(lines) else None


_Told = tuple[str, str | None, str]


def _difference(change: LineChange, target: TargetFile) -> tuple[Counter[_Told], Counter[_Told]]:
    """The examples that the file loses and those that it gains."""
    text = target.text or ""
    held, holds = (
        Counter(_told(read_examples(one, target.dialect, target.path).examples))
        for one in (text, apply_edits(text, change.edits(text)))
    )
    return held - holds, holds - held


def _told(examples: Iterable[Example]) -> Iterator[_Told]:
    for example in examples:
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
    stories = stories_in(target)
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
