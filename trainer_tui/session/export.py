"""From conversations to changes of the project's files: what is added where, as one plan of items to look at.

`plan_export` makes the plan; `switch`, `rename`, `retarget`, `write_as` and `edit_text` change it; `preview` shows each
item as a diff; `apply` gives the new texts and `written` what to remember of them. A plan knows the texts that it was
made for: `refresh` plans anew what changed meanwhile. Nothing here touches a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trainer_tui.core.events import Era
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import StoryStep
from trainer_tui.errors import FormatError, IllegalInput, Place
from trainer_tui.formats import patch_domain
from trainer_tui.formats.dialect import Dialect, dialect_of
from trainer_tui.session.export_additions import (
    STORY_KINDS,
    Addition,
    ExamplesAddition,
    Kind,
    NameAddition,
    PreviousExport,
    ResponseAddition,
    StoryAddition,
    StoryForm,
    TargetFile,
    continuation,
    default_target,
    faults_in,
    is_writable,
    marked_in,
    read_examples,
    read_stories,
    story_events,
)
from trainer_tui.session.export_plan import (
    ConversationToExport,
    ExampleToExport,
    ExportItem,
    ExportPlan,
    ExportRequest,
    ItemPreview,
    apply,
    changed_files,
    digest,
    preview,
    step_of,
    with_faults,
    written,
)
from trainer_tui.session.export_story import can_be_rule, made_up_name, split_at_restarts

__all__ = [
    "ConversationToExport",
    "ExampleToExport",
    "ExportItem",
    "ExportPlan",
    "ExportRequest",
    "ItemPreview",
    "PreviousExport",
    "TargetFile",
    "apply",
    "changed_files",
    "edit_text",
    "plan_export",
    "preview",
    "refresh",
    "rename",
    "retarget",
    "summary",
    "switch",
    "write_as",
    "written",
]


def plan_export(request: ExportRequest) -> ExportPlan:
    """The plan for everything that is new; duplicates are in it, switched off."""
    targets = _Targets(request)
    items = [*_story_items(request, targets), *_example_items(request, targets), *_domain_items(request, targets)]
    return with_faults(ExportPlan(request, tuple(items), tuple(targets.all)))


def summary(plan: ExportPlan) -> str | None:
    """What is on, in words: "2 stories, 5 examples"; None where nothing is."""
    counts: dict[str, int] = {}
    for item in plan.items:
        if item.is_on:
            match item.addition:
                case StoryAddition():
                    counts["story"] = counts.get("story", 0) + 1
                case ExamplesAddition(_, examples):
                    counts["example"] = counts.get("example", 0) + len(examples)
                case ResponseAddition():
                    counts["response"] = counts.get("response", 0) + 1
                case NameAddition():
                    counts["name"] = counts.get("name", 0) + 1
    plurals = {"story": "stories", "example": "examples", "response": "responses", "name": "names"}
    return ", ".join(f"{count} {what if count == 1 else plurals[what]}" for what, count in counts.items()) or None


# --- changes of the plan ------------------------------------------------------------------------------------------


def switch(plan: ExportPlan, item_id: str, is_on: bool) -> ExportPlan:
    """The plan with an item on or off."""
    item = plan.item(item_id)
    if is_on and not item.is_possible:
        raise IllegalInput(f"{item.title.lstrip('+~ ')} cannot be written", item.note)
    return plan.with_item(replace(item, is_on=is_on))


def rename(plan: ExportPlan, item_id: str, name: str) -> ExportPlan:
    """The plan with another name for a story; a text written by hand keeps the name that it has."""
    item = plan.item(item_id)
    name = " ".join(name.split())
    if not isinstance(item.addition, StoryAddition):
        raise IllegalInput("only stories can be renamed here")
    if not name:
        raise IllegalInput("a story needs a name")
    return plan.with_item(replace(item, addition=replace(item.addition, name=name), block=None))


def retarget(plan: ExportPlan, item_id: str, path: str, text: str | None = None) -> ExportPlan:
    """The plan with another file for an item. `text` is the file's where the plan does not know it; None = a new file,
    in the notation of its suffix."""
    item = plan.item(item_id)
    targets = _Targets(replace(plan.request, targets=plan.targets))
    dialect = dialect_of(path, plan.request.domain.era)
    if dialect not in _DIALECTS[item.kind]:
        raise IllegalInput(
            f"{path} cannot hold {_SECTIONS[item.kind]}",
            hint="Choose a file that ends in " + " or ".join(_SUFFIXES[known] for known in _DIALECTS[item.kind]) + ".",
        )
    target = targets.add(TargetFile(path, item.kind, dialect, text))
    addition = item.addition
    if isinstance(addition, StoryAddition):
        addition = replace(addition, previous=None)
    moved = replace(item, target=target.path, addition=addition, block=None)
    if not item.is_possible:
        moved = replace(moved, is_possible=True, note="")
    return with_faults(replace(plan, targets=tuple(targets.all)).with_item(moved))


def write_as(plan: ExportPlan, item_id: str, form: StoryForm) -> ExportPlan:
    """The plan with a conversation as a story, a rule or a test story, in the file for such."""
    item = plan.item(item_id)
    addition = item.addition
    domain = plan.request.domain
    if not isinstance(addition, StoryAddition):
        raise IllegalInput("only a conversation can be a rule or a test")
    targets = _Targets(replace(plan.request, targets=plan.targets))
    if form == "rule":
        if domain.era is Era.CORE:
            raise IllegalInput("this project's Rasa has no rules", hint="Rules came with Rasa 2.")
        events = story_events(addition, targets.main("stories"), domain).events
        if not can_be_rule(events):
            raise IllegalInput("only one exchange can be a rule", hint="It has one message and what the bot did.")
    target = targets.main(STORY_KINDS[form])
    changed = replace(addition, form=form, previous=None)
    item = replace(item, kind=target.kind, target=target.path, addition=changed, block=None)
    plan = replace(plan, targets=tuple(targets.all))
    item = replace(item, note="", is_possible=True)
    return with_faults(plan.with_item(_checked_story(item, target, plan.request, targets)))


def edit_text(plan: ExportPlan, item_id: str, block: str | None) -> ExportPlan:
    """The plan with an item's text as a person wrote it, None = as planned; FormatError where it cannot be read."""
    item = replace(plan.item(item_id), block=block)
    target = plan.target_of(item)
    before = target.text or ""
    step = step_of(item, target, before, plan.request.domain)
    if step.fault is not None:
        raise step.fault
    faults = faults_in(step.after, target)
    if len(faults) > len(faults_in(before, target)):
        raise FormatError("this cannot be read back", f"{faults[-1].message}.", faults[-1].hint, faults[-1].place)
    return plan.with_item(item)


def refresh(plan: ExportPlan, texts: Mapping[str, str | None]) -> tuple[ExportPlan, tuple[str, ...]]:
    """The plan for the texts as they are now, and which files are others; what a person chose stays chosen."""
    changed = changed_files(plan, texts)
    if not changed:
        return plan, ()
    current = tuple(replace(target, text=texts.get(target.path)) for target in plan.targets)
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


NLU_FALLBACK = "nlu_fallback"
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


# --- where things go ----------------------------------------------------------------------------------------------


class _Targets:
    """The files that additions can go to, with those that had to be made up."""

    def __init__(self, request: ExportRequest) -> None:
        self.all = list(request.targets)
        self.era = request.domain.era

    def of(self, kind: Kind) -> list[TargetFile]:
        return [target for target in self.all if target.kind == kind and is_writable(target)]

    def at(self, path: str, kind: Kind) -> TargetFile | None:
        return next((target for target in self.of(kind) if target.path == path), None)

    def add(self, target: TargetFile) -> TargetFile:
        known = self.at(target.path, target.kind)
        if known is not None:
            return known
        text = next((other.text for other in self.all if other.path == target.path), target.text)
        self.all.append(replace(target, text=text))
        return self.all[-1]

    def main(self, kind: Kind) -> TargetFile:
        """The file of the usual name, else the one that holds most, else a new one; stories do not go to a file of
        rules alone, nor rules to one of stories."""
        usual = default_target(kind, self.era)
        found = self.of(kind)
        if kind in ("stories", "rules"):
            found = [target for target in found if not target.dialect.is_yaml or _has_section(target, kind)]
        if not found:
            return self.add(usual)
        return max(found, key=lambda target: (_stem(target.path) == _stem(usual.path), len(target.text or "")))

    def with_section(self, section: str) -> TargetFile:
        """The domain file that holds the section."""
        for target in self.of("domain"):
            if _has_section(target, section):
                return target
        return self.main("domain")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _has_section(target: TargetFile, section: str) -> bool:
    try:
        return patch_domain.has_section(target.text or "", section)
    except FormatError:
        return False


# --- stories ------------------------------------------------------------------------------------------------------


def _story_items(request: ExportRequest, targets: _Targets) -> Iterator[ExportItem]:
    parts = [
        (f"{conversation.key}#{number}" if number else conversation.key, conversation, part)
        for conversation in request.conversations
        for number, part in enumerate(split_at_restarts(conversation.events))
    ]
    taken: set[str] = set()
    for index, (key, conversation, part) in enumerate(parts):
        previous = request.previously.get(key)
        form: StoryForm = previous.form if previous else "story"
        target = (targets.at(previous.path, STORY_KINDS[form]) if previous else None) or targets.main(STORY_KINDS[form])
        addition = StoryAddition(" ".join((conversation.name or made_up_name(part)).split()), part, form)
        item = ExportItem(f"story:{key}", target.kind, addition, target.path, conversation.is_on)
        if previous is not None:
            item = _continued(item, addition, previous, target, request)
        if item.addition == addition and not conversation.name:
            free = _free_name(addition.name, taken | {step.name for step in _steps_of(target)})
            item = replace(item, addition=replace(addition, name=free))
        taken.add(item.addition.name if isinstance(item.addition, StoryAddition) else "")
        for other, (_, _, events) in enumerate(parts):
            is_longer = len(events) > len(part) or other < index
            if other != index and is_longer and events[: len(part)] == part and item.is_on:
                item = replace(item, is_on=False, note="another conversation of this export begins with it")
        yield _checked_story(item, target, request, targets)


def _continued(
    item: ExportItem, addition: StoryAddition, previous: PreviousExport, target: TargetFile, request: ExportRequest
) -> ExportItem:
    """The item of a conversation that was exported before: more of the same block, or a new story."""
    name = addition.name if _is_named(request, item) else previous.name
    same = digest(addition.conversation) == previous.digest
    going_on = replace(addition, name=name, previous=previous)
    edit = continuation(going_on, target, target.text or "", request.domain) if target.path == previous.path else None
    if same and (edit is None or name == previous.name):
        return replace(item, addition=replace(addition, name=name), is_on=False, note="exported already")
    if edit is not None:
        return replace(item, addition=going_on)
    return replace(item, note=f'"{previous.name}" was edited by hand since its export: this is a new story')


def _is_named(request: ExportRequest, item: ExportItem) -> bool:
    key = item.id.removeprefix("story:").partition("#")[0]
    return any(conversation.key == key and conversation.name for conversation in request.conversations)


def _free_name(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free = f"{name} {number}"
        number += 1
    return free


def _steps_of(target: TargetFile) -> list[StoryStep]:
    """The stories (and rules, as stories) of a file."""
    found = read_stories(target.text or "", target.dialect, target.path)
    return [*found.steps, *(StoryStep(rule.name, rule.events, place=rule.place) for rule in found.rules)]


def _checked_story(item: ExportItem, target: TargetFile, request: ExportRequest, targets: _Targets) -> ExportItem:
    """The item with what speaks against it: the same story in a file already, stories that disagree."""
    addition = item.addition
    assert isinstance(addition, StoryAddition)
    story = story_events(addition, target, request.domain)
    events = tuple(event for index, event in enumerate(story.events) if index not in story.form_turns)
    step = StoryStep(addition.name, events)
    if addition.previous is None and item.is_on:
        for other in targets.of(target.kind):
            for known in _steps_of(other):
                if known.events == events and not known.start_checkpoints and not known.end_checkpoints:
                    note = f'the same as "{known.name}" in {known.place}'
                    return replace(item, is_on=False, note=note)
    warnings = tuple(request.conflicts(step)) if request.conflicts and addition.form != "test" else ()
    return replace(item, warnings=warnings)


# --- NLU examples -------------------------------------------------------------------------------------------------


def _example_items(request: ExportRequest, targets: _Targets) -> Iterator[ExportItem]:
    """One item for the new examples of each intent, and one each for those left out, with the reason."""
    known: dict[str, list[Example]] = {}
    for target in targets.of("nlu"):
        for example in read_examples(target.text or "", target.dialect, target.path).examples:
            known.setdefault(example.text, []).append(example)
    groups: dict[tuple[str, str, str], list[Example]] = {}
    seen: list[Example] = []
    for given in request.examples:
        example = _plain(given.example)
        if example.intent is None or not example.text or example in seen:
            continue
        seen.append(example)
        target = _target_of_intent(example.intent, targets)
        state, note = _example_state(example, given.is_on, target, known)
        groups.setdefault((example.intent, state, note), []).append(example)
    for (intent, state, note), examples in groups.items():
        warnings = tuple(warning for example in examples for warning in _other_readings(example, known))
        yield ExportItem(
            f"examples:{intent}:{state}",
            "nlu",
            ExamplesAddition(intent, tuple(examples)),
            _target_of_intent(intent, targets).path,
            is_on=state == "new",
            note=note,
            warnings=warnings if state == "new" else (),
            is_possible=state != "impossible",
        )


def _example_state(
    example: Example, is_on: bool, target: TargetFile, known: Mapping[str, list[Example]]
) -> tuple[str, str]:
    """("new" | "known" | "impossible" | "off", why it is left out)."""
    twin = next((other for other in known.get(example.text, ()) if _plain(other) == example), None)
    if twin is not None:
        return "known", f"in {_path(twin.place)} already"
    if example.intent == NLU_FALLBACK:
        return "off", f"{NLU_FALLBACK} is what Rasa predicts where no intent fits: it has no examples"
    try:
        marked_in(example, target.dialect)
    except FormatError as error:
        return "impossible", str(error)
    return ("new", "") if is_on else ("off", "left out")


def _other_readings(example: Example, known: Mapping[str, list[Example]]) -> Iterator[str]:
    for other in known.get(example.text, ()):
        what = f"an example of {other.intent}" if other.intent != example.intent else "there with other entities"
        yield f'"{example.text}" is {what} already: {other.place}'


def _path(place: Place | None) -> str:
    return place.path if place else "the project"


def _plain(example: Example) -> Example:
    """The example as files hold it: blanks at its ends cut off, entities in order and without what found them."""
    shift = len(example.text) - len(example.text.lstrip())
    entities = sorted(
        (
            replace(entity, start=entity.start - shift, end=entity.end - shift, extractor=None, confidence=None)
            for entity in example.entities
            if entity.start is not None and entity.end is not None
        ),
        key=lambda entity: (entity.start or 0, entity.entity),
    )
    return Example(example.text.strip(), example.intent, tuple(dict.fromkeys(entities)))


def _target_of_intent(intent: str, targets: _Targets) -> TargetFile:
    """The last file that has examples of the intent; the main one where none has."""
    for target in reversed(targets.of("nlu")):
        examples = read_examples(target.text or "", target.dialect, target.path).examples
        if any(example.intent == intent for example in examples):
            return target
    return targets.main("nlu")


# --- domain -------------------------------------------------------------------------------------------------------


def _domain_items(request: ExportRequest, targets: _Targets) -> Iterator[ExportItem]:
    made = request.additions
    additions: list[tuple[str, Addition]] = [
        *(("intents", NameAddition("intents", name)) for name in _bases(made.intents)),
        *(("entities", NameAddition("entities", name)) for name in made.entities),
        *(("actions", NameAddition("actions", name)) for name in made.actions if name not in made.responses),
        *(("responses", ResponseAddition(name, variations)) for name, variations in made.responses.items()),
    ]
    for section, addition in additions:
        yield _domain_item(section, addition, targets)


def _bases(intents: tuple[str, ...]) -> tuple[str, ...]:
    """Intents as domains list them: a retrieval intent without its response key."""
    return tuple(dict.fromkeys(name.partition("/")[0] for name in intents))


def _domain_item(section: str, addition: Addition, targets: _Targets) -> ExportItem:
    assert isinstance(addition, (NameAddition, ResponseAddition))
    sections = ("responses", "templates") if section == "responses" else (section,)
    target = next((targets.with_section(name) for name in sections if _any_has(targets, name)), targets.main("domain"))
    item = ExportItem(f"{section}:{addition.name}", "domain", addition, target.path)
    for other in targets.of("domain"):
        try:
            if any(addition.name in patch_domain.names_in(other.text or "", name) for name in sections):
                return replace(item, is_on=False, note=f"in {other.path} already")
        except FormatError:
            continue
    return item


def _any_has(targets: _Targets, section: str) -> bool:
    return any(_has_section(target, section) for target in targets.of("domain"))
