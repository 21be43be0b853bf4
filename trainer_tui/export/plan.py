"""A plan of what an export writes: items to look at, their diffs, and the texts that come of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Event, UserUttered
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import StoryFile
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, IllegalInput, TrainerError
from trainer_tui.export.additions import (
    CHANGES,
    Addition,
    Change,
    ExampleMove,
    ExamplesAddition,
    ExamplesRemoval,
    Kind,
    LineChange,
    NameAddition,
    NameRemoval,
    PreviousExport,
    ResponseAddition,
    StoryAddition,
    StoryRemoval,
    TargetFile,
    edits_for,
    new_text,
)
from trainer_tui.export.review import Only, StoryForm
from trainer_tui.formats.patch.edits import Edit, apply_edits, end_of_line, start_of_line
from trainer_tui.review.personal_data import personal_data
from trainer_tui.session.machine import Additions
from trainer_tui.words import counted

_CONTEXT = 2
_YAML_ITEM = re.compile(r"^[ ]*-[ ]+(?:story|rule):", re.MULTILINE)
_SINGULAR = {"intents": "intent", "entities": "entity", "actions": "action", "slots": "slot", "responses": "response"}


@dataclass(frozen=True, slots=True)
class ConversationToExport:
    """One conversation of the session; `name` is None where nobody gave it one. Restarts within it part it further.
    `form` is what it becomes, unless an earlier export wrote it as something else. `is_proposed`: it is a part of one,
    which was asked for by itself."""

    key: str
    name: str | None
    events: tuple[Event, ...]
    is_on: bool = True
    form: StoryForm = "story"
    is_proposed: bool = False


@dataclass(frozen=True, slots=True)
class ExampleToExport:
    """One message that was taught."""

    example: Example
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Everything a plan is made of. `previously`: what earlier exports wrote, by the keys of `written`.

    `domain` holds what was made in the session too; `additions` says which that is. `conflicts` says which stories
    and rules disagree with a new one, one line each. `removals` are stories in the way, `changes` what else is to be
    another in the files, each with its file; `proposed_examples` are intents whose new examples were asked for. `only`:
    what alone is on to begin with.
    """

    domain: Domain
    targets: tuple[TargetFile, ...]
    conversations: tuple[ConversationToExport, ...] = ()
    examples: tuple[ExampleToExport, ...] = ()
    additions: Additions = field(default_factory=Additions)
    previously: Mapping[str, PreviousExport] = field(default_factory=dict)
    conflicts: Callable[[StoryFile], Sequence[str]] | None = None
    removals: tuple[tuple[str, StoryRemoval], ...] = ()
    changes: tuple[tuple[str, Kind, Change], ...] = ()
    proposed_examples: frozenset[str] = frozenset()
    only: Only = ""

    @property
    def proposed(self) -> frozenset[str]:
        """The ids of the items that were asked for by themselves, of those that hold what the session taught."""
        stories = {f"story:{one.key}" for one in self.conversations if one.is_proposed}
        examples = {f"examples:{intent}:{state}" for intent in self.proposed_examples for state in ("new", "personal")}
        return frozenset(stories | examples)


@dataclass(frozen=True, slots=True)
class ExportItem:
    """One hunk. `note` says why it is off, or what became of an earlier export; `block` is the text written by hand
    in place of the planned one. What its file cannot take is not possible, and stays off. What looks like personal data
    is off until somebody has looked at it. `is_there`: it is off since the files have it already.
    """

    id: str
    kind: Kind
    addition: Addition
    target: str
    is_on: bool = True
    note: str = ""
    warnings: tuple[str, ...] = ()
    block: str | None = None
    is_possible: bool = True
    is_personal: bool = False
    is_there: bool = False

    @property
    def story_name(self) -> str | None:
        """The name of the story that is written; None where there is none to choose."""
        return self.addition.name if isinstance(self.addition, StoryAddition) else None

    @property
    def title(self) -> str:
        match self.addition:
            case StoryAddition():
                kind = {"story": "story", "rule": "rule", "test": "test story"}[self.addition.form]
                return f'{"~" if self.addition.previous else "+"} {kind} "{self.addition.name}"'
            case ExamplesAddition(intent, examples):
                return f"+ {counted(len(examples), 'example')} of {intent}"
            case NameAddition(section, name):
                return f"+ {_SINGULAR[section]} {name}"
            case ResponseAddition(name, is_reworded=is_reworded):
                return f"{'~' if is_reworded else '+'} response {name}"
            case StoryRemoval(name, is_rule=is_rule):
                return f'- {"rule" if is_rule else "story"} "{name}"'
            case LineChange(what):
                return f"~ {what}"
            case ExampleMove(example):
                return f"~ example {example.text!r} to {example.intent}"
            case ExamplesRemoval(intent):
                return f"- examples of {intent}"
            case NameRemoval(section, name):
                return f"- {_SINGULAR[section]} {name}"


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """The items in the order in which they are written, and the files with the texts that they were planned for."""

    request: ExportRequest
    items: tuple[ExportItem, ...]
    targets: tuple[TargetFile, ...]
    # What was worked out already; plans made of one another share it, so that a switched item costs that item alone.
    known: dict[tuple[object, ...], _Step] = field(default_factory=dict, compare=False, repr=False)

    @property
    def hashes(self) -> Mapping[str, str]:
        """SHA-256 of each file's text as it was planned for; that of an absent file is empty."""
        return {target.path: hash_of(target.text) for target in self.targets}

    def item(self, item_id: str) -> ExportItem:
        for item in self.items:
            if item.id == item_id:
                return item
        raise IllegalInput(f"the export has no item {item_id!r}")

    def target_of(self, item: ExportItem) -> TargetFile:
        return next(target for target in self.targets if (target.path, target.kind) == (item.target, item.kind))

    def with_item(self, changed: ExportItem) -> ExportPlan:
        return replace(self, items=tuple(changed if item.id == changed.id else item for item in self.items))


@dataclass(frozen=True, slots=True)
class ItemPreview:
    """What one item changes: diff lines under `@@ path:line @@` heads, and the added text as it can be edited.

    `fault` says why the item cannot be written; there are no lines then.
    """

    id: str
    lines: tuple[str, ...] = ()
    text: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """One item done (or, if it is off, as if done) to a text."""

    item: ExportItem
    before: str
    after: str
    edits: tuple[Edit, ...] = ()
    fault: TrainerError | None = None


def hash_of(text: str | None) -> str:
    """SHA-256 of a file as text, in hexadecimal; "" where there is no file."""
    return "" if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_faults(plan: ExportPlan) -> ExportPlan:
    """The plan with every item off that its file cannot take, and the reason as its note."""
    faults = {step.item.id: str(step.fault) for step in _steps(plan) if step.fault is not None}
    items = (
        replace(item, is_on=False, is_possible=False, note=faults[item.id]) if item.id in faults else item
        for item in plan.items
    )
    return replace(plan, items=tuple(items))


def with_personal_data_off(plan: ExportPlan) -> ExportPlan:
    """The plan with every item off that would bring in what looks like personal data, and what that is as its note."""
    items = []
    for step in _steps(plan):
        is_new = step.item.is_on and not isinstance(step.item.addition, CHANGES)
        found = personal_data("\n".join(edit.text for edit in step.edits)) if is_new else ()
        note = f"looks like personal data: {', '.join(map(str, found))}" if found else step.item.note
        is_on = step.item.is_on and not found
        items.append(replace(step.item, is_on=is_on, note=note, is_personal=bool(found)))
    return replace(plan, items=tuple(items))


def changed_files(plan: ExportPlan, texts: Mapping[str, str | None]) -> tuple[str, ...]:
    """The files of the plan whose texts are other ones now."""
    return tuple(path for path, planned in plan.hashes.items() if hash_of(texts.get(path)) != planned)


def preview(plan: ExportPlan) -> tuple[ItemPreview, ...]:
    """Each item as a diff, those that are off as well; line numbers are those that the lines will have."""
    return tuple(_preview(step) for step in _steps(plan))


def apply(plan: ExportPlan, texts: Mapping[str, str | None]) -> dict[str, str]:
    """The new texts of the files that change, by path; TrainerError where a file changed since it was planned for, or
    cannot take what is on. All or nothing: no text is half changed."""
    changed = changed_files(plan, texts)
    if changed:
        raise TrainerError(
            f"changed since the export was planned: {', '.join(changed)}", hint="Look at the export again."
        )
    result: dict[str, str] = {}
    for step in _steps(plan):
        if step.item.is_on:
            if step.fault is not None:
                raise step.fault
            if step.edits:
                result[step.item.target] = step.after
    return result


def left_out_of(plan: ExportPlan) -> tuple[ExportItem, ...]:
    """What is new and is not written, though nobody left it out: its file cannot take it, or nobody said that it may be
    written though it looks like personal data."""
    return tuple(item for item in plan.items if not item.is_on and (item.is_personal or not item.is_possible))


def written(plan: ExportPlan) -> dict[str, PreviousExport]:
    """What the plan writes of each conversation, for `previously` of the next export."""
    found: dict[str, PreviousExport] = {}
    for step in _steps(plan):
        addition = step.item.addition
        if not isinstance(addition, StoryAddition) or not step.item.is_on or not step.edits:
            continue
        edit = step.edits[0]
        block = _joined(addition.previous.block, step, edit) if addition.previous else _without_key(_block(edit))
        found[step.item.id.removeprefix("story:")] = PreviousExport(
            step.item.target,
            addition.name,
            "" if step.item.block is not None else block,
            addition.form,
            digest(addition.conversation),
        )
    return found


def digest(conversation: Sequence[Event]) -> str:
    """What was said and done, as a fingerprint: whether a conversation went on since it was exported."""
    told = [
        (event.intent, event.text, [(entity.entity, entity.value) for entity in event.entities])
        if isinstance(event, UserUttered)
        else event.name
        for event in conversation
        if isinstance(event, (UserUttered, ActionExecuted))
    ]
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _steps(plan: ExportPlan) -> Iterator[_Step]:
    texts: dict[str, str] = {}
    for item in plan.items:
        target = plan.target_of(item)
        before = texts.get(item.target, new_text(target) if target.text is None else target.text)
        key = (id(item.addition), target, item.block, before)
        if key not in plan.known:
            plan.known[key] = step_of(item, target, before, plan.request.domain)
        step = replace(plan.known[key], item=item)
        if item.is_on:
            texts[item.target] = step.after
        yield step


def step_of(item: ExportItem, target: TargetFile, before: str, domain: Domain) -> _Step:
    """The item done to a text."""
    try:
        edits = edits_for(item.addition, target, before, domain)
    except FormatError as error:
        return _Step(item, before, before, fault=error)
    if item.block is not None and edits:
        edits = (_with_block(edits[0], item.block, before), *edits[1:])
    return _Step(item, before, apply_edits(before, edits), edits)


def _with_block(edit: Edit, block: str, text: str) -> Edit:
    """The edit with other words: the line ends around them stay, those within are the file's."""
    bare = edit.text.strip("\r\n")
    lead, tail = edit.text[: edit.text.index(bare)], edit.text[edit.text.index(bare) + len(bare) :]
    line_end = "\r\n" if "\r\n" in edit.text or "\r\n" in text else "\n"
    return replace(edit, text=lead + line_end.join(block.strip("\r\n").splitlines()) + tail)


def _block(edit: Edit) -> str:
    return edit.text.replace("\r\n", "\n").strip("\n")


def _without_key(block: str) -> str:
    """The story alone where its section is new, too, or was empty."""
    found = _YAML_ITEM.search(block)
    return block[found.start() :] if found else block


def _joined(previous: str, step: _Step, edit: Edit) -> str:
    """The whole block where an edit went on from one that stood there."""
    length = len(previous) + (previous.count("\n") if "\r\n" in step.before else 0)
    start = edit.end - length
    replaced = step.before[max(start, 0) : edit.end].replace("\r\n", "\n")
    if replaced != previous:
        return _without_key(_block(edit))
    return (step.before[start : edit.start] + edit.text).replace("\r\n", "\n").strip("\n")


def _preview(step: _Step) -> ItemPreview:
    if step.fault is not None:
        return ItemPreview(step.item.id, fault=str(step.fault))
    lines = tuple(line for edit in step.edits for line in _diff(step, edit))
    return ItemPreview(step.item.id, lines, _block(step.edits[0]) if step.edits else "")


def _diff(step: _Step, edit: Edit) -> Iterator[str]:
    """The lines that an edit touches, with a few around them."""
    text = step.before
    start, end = start_of_line(text, edit.start), end_of_line(text, edit.end)
    for _ in range(_CONTEXT):
        start = start_of_line(text, max(start - 1, 0))
        end = end_of_line(text, min(end + 2, len(text))) if end < len(text) else end
    before = text[start:end].splitlines()
    after = (text[start : edit.start] + edit.text + text[edit.end : end]).splitlines()
    below = 0
    while below < min(len(before), len(after)) and before[-1 - below] == after[-1 - below]:
        below += 1
    above = 0
    while above < min(len(before), len(after)) - below and before[above] == after[above]:
        above += 1
    yield f"@@ {step.item.target}:{text.count(chr(10), 0, start) + 1 + above} @@"
    yield from (f" {line}" for line in before[:above])
    yield from (f"-{line}" for line in before[above : len(before) - below])
    yield from (f"+{line}" for line in after[above : len(after) - below])
    yield from (f" {line}" for line in before[len(before) - below :])
