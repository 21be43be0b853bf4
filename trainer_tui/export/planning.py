"""From conversations to changes of the project's files: what is added where, as one plan of items to look at.

`plan_export` makes the plan; `switch`, `rename`, `retarget`, `write_as` and `edit_text` change it; `preview` shows each
item as a diff; `apply` gives the new texts and `written` what to remember of them. A plan knows the texts that it was
made for: `refresh` plans anew what changed meanwhile. Nothing here touches a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import Era
from trainer_tui.errors import IllegalInput
from trainer_tui.export.additions import (
    CHANGES,
    STORY_KINDS,
    ExampleMove,
    ExamplesAddition,
    ExamplesRemoval,
    Kind,
    LineChange,
    NameAddition,
    NameRemoval,
    ResponseAddition,
    StoryAddition,
    StoryRemoval,
    TargetFile,
    story_events,
)
from trainer_tui.export.edited import check_edited
from trainer_tui.export.items import (
    change_items,
    domain_items,
    example_items,
    left_behind,
    placed_story,
    removal_items,
    story_items,
)
from trainer_tui.export.plan import (
    ExportItem,
    ExportPlan,
    ExportRequest,
    changed_files,
    step_of,
    with_faults,
    with_personal_data_off,
)
from trainer_tui.export.review import StoryForm
from trainer_tui.export.story import can_be_rule
from trainer_tui.export.targets import Targets
from trainer_tui.formats.dialect import Dialect, dialect_of
from trainer_tui.session.machine import Additions
from trainer_tui.words import counted


def plan_export(request: ExportRequest) -> ExportPlan:
    """The plan for everything that is new; duplicates are in it, switched off."""
    targets = Targets(request)
    items = [*story_items(request, targets), *example_items(request, targets), *domain_items(request, targets)]
    if request.only:
        wanted = request.proposed if request.only == "proposals" else frozenset[str]()
        items = [item if item.id in wanted else replace(item, is_on=False) for item in items]
    items = [*removal_items(request, targets), *change_items(request, targets), *items]
    return _checked(with_personal_data_off(_checked(ExportPlan(request, tuple(items), tuple(targets.all)))))


def _checked(plan: ExportPlan) -> ExportPlan:
    """The plan with all off that its files cannot take, and one story for each conversation: what an earlier export
    wrote is taken out where the conversation is written elsewhere now."""
    plan = with_faults(plan)
    targets = Targets(replace(plan.request, targets=plan.targets))
    known = {item.id: item for item in plan.items}
    items: list[ExportItem] = []
    for item in plan.items:
        if item.id.startswith(_MOVED):
            continue
        removal = left_behind(item, plan.request, targets)
        if removal is not None:
            items.append(known.get(removal.id, removal))
        items.append(item)
    return with_faults(replace(plan, items=tuple(items)))


_MOVED = "moved:"


def summary(plan: ExportPlan) -> str | None:
    """What is on, in words: "2 stories, 1 rule, 5 examples"; None where nothing is."""
    counts = counts_of(item for item in plan.items if item.is_on)
    return ", ".join(counted(count, what) for what, count in counts.items()) or None


def made_by(items: Iterable[ExportItem]) -> Additions:
    """The names that these parts bring into the domain, and what responses say since."""
    names: dict[str, list[str]] = {"intents": [], "entities": [], "actions": []}
    responses: dict[str, tuple[ResponseVariation, ...]] = {}
    reworded: dict[str, tuple[ResponseVariation, ...]] = {}
    for item in items:
        match item.addition:
            case NameAddition(section, name):
                names[section].append(name)
            case ResponseAddition(name, variations, is_reworded=is_reworded):
                (reworded if is_reworded else responses)[name] = variations
    return Additions(tuple(names["intents"]), tuple(names["entities"]), tuple(names["actions"]), responses, reworded)


def counts_of(items: Iterable[ExportItem]) -> dict[str, int]:
    """How many of what: "test story", "example"."""
    counts: Counter[str] = Counter()
    for item in items:
        match item.addition:
            case StoryAddition(form=form):
                counts["test story" if form == "test" else form] += 1
            case ExamplesAddition(_, examples):
                counts["example"] += len(examples)
            case ResponseAddition():
                counts["response"] += 1
            case NameAddition():
                counts["name"] += 1
            case StoryRemoval() | ExamplesRemoval() | NameRemoval():
                counts["removal"] += 1
            case LineChange() | ExampleMove():
                counts["change"] += 1
    return dict(counts)


# --- changes of the plan ------------------------------------------------------------------------------------------


def switch(plan: ExportPlan, item_id: str, is_on: bool) -> ExportPlan:
    """The plan with an item on or off."""
    item = plan.item(item_id)
    if is_on and not item.is_possible:
        raise IllegalInput(f"{item.title.lstrip('+~ ')} cannot be written", item.note)
    return _checked(plan.with_item(replace(item, is_on=is_on)))


def rename(plan: ExportPlan, item_id: str, name: str) -> ExportPlan:
    """The plan with another name for a story; a text written by hand keeps the name that it has."""
    item = plan.item(item_id)
    name = " ".join(name.split())
    if not isinstance(item.addition, StoryAddition):
        raise IllegalInput("only stories can be renamed here")
    if not name:
        raise IllegalInput("a story needs a name")
    _refuse_edited(item, "name")
    return plan.with_item(replace(item, addition=replace(item.addition, name=name)))


def _refuse_edited(item: ExportItem, what: str) -> None:
    """A text that was written by hand is not thrown away for another one."""
    if item.block is not None:
        raise IllegalInput(
            f"its text was edited by hand, so it has no other {what}",
            hint="Change it in the text, or empty the text to have it planned anew.",
        )


def retarget(plan: ExportPlan, item_id: str, path: str, text: str | None = None) -> ExportPlan:
    """The plan with another file for an item. `text` is the file's where the plan does not know it; None = a new file,
    in the notation of its suffix."""
    item = plan.item(item_id)
    if isinstance(item.addition, CHANGES):
        raise IllegalInput("what stands in a file can be changed only there")
    if path == item.target and item.is_possible:
        return plan
    targets = Targets(replace(plan.request, targets=plan.targets))
    dialect = dialect_of(path, plan.request.domain.era)
    if dialect not in _DIALECTS[item.kind]:
        raise IllegalInput(
            f"{path} cannot hold {_SECTIONS[item.kind]}",
            hint="Choose a file that ends in " + " or ".join(_SUFFIXES[known] for known in _DIALECTS[item.kind]) + ".",
        )
    target = targets.add(TargetFile(path, item.kind, dialect, text))
    if dialect is not plan.target_of(item).dialect:
        _refuse_edited(item, "notation")
    moved = replace(item, target=target.path)
    if isinstance(item.addition, StoryAddition):
        moved = placed_story(moved, target, plan.request, targets)
    if not item.is_possible:
        moved = replace(moved, is_possible=True, note="")
    return _checked(replace(plan, targets=tuple(targets.all)).with_item(moved))


def write_as(plan: ExportPlan, item_id: str, form: StoryForm) -> ExportPlan:
    """The plan with a conversation as a story, a rule or a test story, in the file for such."""
    item = plan.item(item_id)
    addition = item.addition
    domain = plan.request.domain
    if not isinstance(addition, StoryAddition):
        raise IllegalInput("only a conversation can be a rule or a test")
    if form == addition.form:
        return plan
    _refuse_edited(item, "form")
    targets = Targets(replace(plan.request, targets=plan.targets))
    if form == "rule":
        if domain.era is Era.CORE:
            raise IllegalInput("this project's Rasa has no rules", hint="Rules came with Rasa 2.")
        events = story_events(addition, targets.main("stories"), domain).events
        if not can_be_rule(events):
            raise IllegalInput("only one exchange can be a rule", hint="It has one message and what the bot did.")
    target = targets.main(STORY_KINDS[form])
    previous = plan.request.previously.get(item_id.removeprefix("story:"))
    if previous is not None and previous.form == form:
        target = targets.at(previous.path, target.kind) or target
    plan = replace(plan, targets=tuple(targets.all))
    changed = replace(item, addition=replace(addition, form=form, previous=None))
    return _checked(plan.with_item(placed_story(changed, target, plan.request, targets)))


def edit_text(plan: ExportPlan, item_id: str, block: str | None) -> ExportPlan:
    """The plan with an item's text as a person wrote it, None = as planned; FormatError where it cannot be read. Of
    nothing there is nothing to write: the item is off."""
    addition = plan.item(item_id).addition
    if isinstance(addition, ResponseAddition) and addition.is_reworded:
        raise IllegalInput("what a response says is edited in the conversation", hint="Change its turn there.")
    if isinstance(addition, CHANGES):
        raise IllegalInput("what is taken out has no text to edit", hint="Leave it in, or open the file.")
    if block is not None and not block.strip():
        return switch(edit_text(plan, item_id, None), item_id, False)
    item = replace(plan.item(item_id), block=block)
    target = plan.target_of(item)
    before = target.text or ""
    step = step_of(item, target, before, plan.request.domain)
    if step.fault is not None:
        raise step.fault
    if block is not None:
        previous = item.addition.previous if isinstance(item.addition, StoryAddition) else None
        check_edited(before, step.after, target, previous.name if previous else None)
    return plan.with_item(item)


def refresh(plan: ExportPlan, texts: Mapping[str, str | None]) -> tuple[ExportPlan, tuple[str, ...]]:
    """The plan for the texts as they are now, and which files are others; what a person chose stays chosen."""
    changed = changed_files(plan, texts)
    if not changed:
        return plan, ()
    current = tuple(
        target if texts.get(target.path) == target.text else replace(target, text=texts.get(target.path), stories=None)
        for target in plan.targets
    )
    fresh = plan_export(replace(plan.request, targets=tuple(target for target in current if target.text is not None)))
    for item in fresh.items:
        old = next((known for known in plan.items if known.id == item.id), None)
        if old is not None:
            fresh = _carried(fresh, item, old, texts)
    return fresh, changed


def _carried(plan: ExportPlan, item: ExportItem, old: ExportItem, texts: Mapping[str, str | None]) -> ExportPlan:
    """The plan with what was chosen for an item before."""
    if isinstance(item.addition, StoryAddition) and isinstance(old.addition, StoryAddition):
        if old.addition.form != item.addition.form:
            plan = write_as(plan, item.id, old.addition.form)
        if old.addition.name != item.addition.name and item.addition.previous is None:
            plan = rename(plan, item.id, old.addition.name)
    if old.target != plan.item(item.id).target:
        plan = retarget(plan, item.id, old.target, texts.get(old.target))
    item = plan.item(item.id)
    is_on = old.is_on if item.note == old.note else item.is_on
    return plan.with_item(replace(item, is_on=is_on and item.is_possible, block=old.block))


_YAML = (Dialect.YAML_2, Dialect.YAML_3)
_DIALECTS: Mapping[Kind, tuple[Dialect, ...]] = {
    "stories": (*_YAML, Dialect.MARKDOWN),
    "rules": _YAML,
    "test": (*_YAML, Dialect.MARKDOWN),
    "nlu": (*_YAML, Dialect.MARKDOWN, Dialect.JSON),
    "domain": _YAML,
}
_SUFFIXES = {Dialect.YAML_2: ".yml", Dialect.YAML_3: ".yaml", Dialect.MARKDOWN: ".md", Dialect.JSON: ".json"}
_SECTIONS: Mapping[Kind, str] = {
    "stories": "stories",
    "rules": "rules",
    "test": "test stories",
    "nlu": "NLU examples",
    "domain": "a domain",
}
