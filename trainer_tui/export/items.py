"""The items of an export: what of a session is new, where it goes, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trainer_tui.core.domain import ResponseVariation, base_intent
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.stories import Rule, StoryFile, StoryStep
from trainer_tui.errors import FormatError, Place
from trainer_tui.export.additions import (
    STORY_KINDS,
    Addition,
    ExamplesAddition,
    NameAddition,
    PreviousExport,
    ResponseAddition,
    StoryAddition,
    StoryRemoval,
    TargetFile,
    continuation,
    marked_in,
    read_examples,
    stories_in,
    story_events,
)
from trainer_tui.export.plan import ExportItem, ExportRequest, digest
from trainer_tui.export.review import StoryForm
from trainer_tui.export.story import made_up_name, split_at_restarts
from trainer_tui.export.targets import Targets, has_section
from trainer_tui.formats.patch import domain as patch_domain
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.review.personal_data import personal_data

_UNTRAINABLE = frozenset(
    (
        "DucklingEntityExtractor",
        "DucklingHTTPExtractor",
        "SpacyEntityExtractor",
        "ner_duckling",
        "ner_duckling_http",
        "ner_spacy",
    )
)

_EXPORTED = "exported already"


def _there(item: ExportItem, note: str) -> ExportItem:
    """The item off, since it would write what the files have."""
    return replace(item, is_on=False, is_there=True, note=note)


# --- stories ------------------------------------------------------------------------------------------------------


def story_items(request: ExportRequest, targets: Targets) -> Iterator[ExportItem]:
    """An item for each conversation, two where a restart parts it, off where it is written already."""
    parts = [
        (f"{conversation.key}#{number}" if number else conversation.key, conversation, part)
        for conversation in request.conversations
        for number, part in enumerate(split_at_restarts(conversation.events))
    ]
    taken: set[str] = set()
    for index, (key, conversation, part) in enumerate(parts):
        previous = request.previously.get(key)
        form: StoryForm = previous.form if previous else conversation.form
        target = (targets.at(previous.path, STORY_KINDS[form]) if previous else None) or targets.main(STORY_KINDS[form])
        addition = StoryAddition(" ".join((conversation.name or made_up_name(part)).split()), part, form)
        item = ExportItem(f"story:{key}", target.kind, addition, target.path, conversation.is_on)
        if previous is not None:
            item = _continued(item, addition, previous, target, request)
        is_new = item.addition == addition and item.note != _EXPORTED
        if is_new and not conversation.name:
            free = _free_name(addition.name, taken | {step.name for step in _steps_of(target)})
            item = replace(item, addition=replace(addition, name=free))
        taken.add(item.addition.name if isinstance(item.addition, StoryAddition) else "")
        for other, (_, _, events) in enumerate(parts):
            is_longer = len(events) > len(part) or other < index
            is_beginning = is_longer and events[: len(part)] == part and not conversation.is_proposed
            if other != index and is_beginning and item.is_on:
                item = _there(item, "another conversation of this export begins with it")
        yield checked_story(item, target, request, targets)


def _continued(
    item: ExportItem, addition: StoryAddition, previous: PreviousExport, target: TargetFile, request: ExportRequest
) -> ExportItem:
    """The item of a conversation that was exported before: more of the same block, or a new story."""
    name = addition.name if _is_named(request, item) else previous.name
    same = digest(addition.conversation) == previous.digest
    going_on = replace(addition, name=name, previous=previous)
    edit = continuation(going_on, target, target.text or "", request.domain) if target.path == previous.path else None
    is_there = target.path == previous.path and any(step.name == previous.name for step in _steps_of(target))
    if same and (is_there if edit is None else name == previous.name):
        return _there(replace(item, addition=replace(addition, name=name)), _EXPORTED)
    if edit is not None:
        return replace(item, addition=going_on)
    if is_there:
        return replace(item, note=f'"{previous.name}" was edited by hand since its export: this is a new story')
    return replace(item, note=f'"{previous.name}" was exported, but is not in {previous.path} any more')


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
    found = stories_in(target)
    return [*found.steps, *(StoryStep(rule.name, rule.events, place=rule.place) for rule in found.rules)]


def checked_story(item: ExportItem, target: TargetFile, request: ExportRequest, targets: Targets) -> ExportItem:
    """The item with what speaks against it: the same story in a file already, stories that disagree."""
    addition = item.addition
    assert isinstance(addition, StoryAddition)
    story = story_events(addition, target, request.domain)
    events = tuple(event for index, event in enumerate(story.events) if index not in story.form_turns)
    step = StoryStep(addition.name, events)
    if addition.previous is None and item.is_on:
        for other in targets.of(target.kind):
            for known in in_todays_notation(StoryFile(tuple(_steps_of(other))), request.domain).steps:
                if known.events == events and not known.start_checkpoints and not known.end_checkpoints:
                    return _there(item, f'the same as "{known.name}" in {known.place}')
    if request.conflicts is None or addition.form == "test":
        return replace(item, warnings=())
    new = StoryFile(rules=(Rule(addition.name, events),)) if addition.form == "rule" else StoryFile((step,))
    return replace(item, warnings=tuple(request.conflicts(new)))


def placed_story(item: ExportItem, target: TargetFile, request: ExportRequest, targets: Targets) -> ExportItem:
    """The item at another place or in another form: where it was exported to before, it goes on from there."""
    addition = item.addition
    assert isinstance(addition, StoryAddition)
    previous = _exported_as(item, request)
    addition = replace(addition, previous=None)
    item = replace(item, kind=target.kind, target=target.path, addition=addition)
    item = replace(item, note="", is_possible=True, is_there=False)
    if previous is not None and (target.path, addition.form) == (previous.path, previous.form):
        item = _continued(item, addition, previous, target, request)
    return checked_story(item, target, request, targets)


def left_behind(item: ExportItem, request: ExportRequest, targets: Targets) -> ExportItem | None:
    """The removal of what an earlier export wrote of a conversation that is written elsewhere, or anew, now; off where
    somebody edited it since."""
    previous = _exported_as(item, request)
    addition = item.addition
    if previous is None or not isinstance(addition, StoryAddition) or addition.previous is not None or not item.is_on:
        return None
    target = targets.at(previous.path, STORY_KINDS[previous.form])
    step = next((step for step in _steps_of(target) if step.name == previous.name), None) if target else None
    if target is None or step is None or step.place is None:
        return None
    removal = StoryRemoval(step.name, step.events, step.place.line or 1, previous.form == "rule")
    where = f"in {item.target}" if item.target != previous.path else f'as "{addition.name}"'
    as_exported = replace(addition, form=previous.form, previous=previous)
    is_as_exported = continuation(as_exported, target, target.text or "", request.domain) is not None
    note = f"it stands {where} from now on" if is_as_exported else f"edited by hand since its export; now {where}, too"
    warnings = tuple(_left_hanging(removal, targets))
    return ExportItem(f"moved:{item.id}", target.kind, removal, target.path, is_as_exported, note, warnings)


def _exported_as(item: ExportItem, request: ExportRequest) -> PreviousExport | None:
    return request.previously.get(item.id.removeprefix("story:"))


def removal_items(request: ExportRequest, targets: Targets) -> Iterator[ExportItem]:
    """One item for each story that is in the way, off unless its removal was asked for."""
    for path, removal in request.removals:
        target = targets.at(path, "rules" if removal.is_rule else "stories")
        if target is not None:
            item_id = f"removal:{path}:{removal.line}:{removal.name}"
            warnings = tuple(_left_hanging(removal, targets))
            yield ExportItem(item_id, target.kind, removal, path, request.only == "removals", warnings=warnings)


def change_items(request: ExportRequest, targets: Targets) -> Iterator[ExportItem]:
    """One item for each change of what stands in the files."""
    for path, kind, change in request.changes:
        if targets.at(path, kind) is not None:
            yield ExportItem(f"change:{path}:{change}", kind, change, path, request.only != "removals")


def _left_hanging(removal: StoryRemoval, targets: Targets) -> Iterator[str]:
    """The stories that go on from a checkpoint to which no other story leads."""
    steps = [step for target in targets.of("stories") for step in _steps_of(target)]
    ends = {end.name for step in steps if step.name == removal.name for end in step.end_checkpoints}
    ends -= {end.name for step in steps if step.name != removal.name for end in step.end_checkpoints}
    for step in steps:
        for start in step.start_checkpoints:
            if start.name in ends and step.name != removal.name:
                yield f'"{step.name}" {step.place} goes on from its checkpoint {start.name}'


# --- NLU examples -------------------------------------------------------------------------------------------------


def example_items(request: ExportRequest, targets: Targets) -> Iterator[ExportItem]:
    """One item for the new examples of each intent, and one each for those left out, with the reason."""
    known: dict[str, list[Example]] = {}
    homes: dict[str, TargetFile] = {}
    for target in targets.of("nlu"):
        for example in read_examples(target.text or "", target.dialect, target.path).examples:
            known.setdefault(example.text, []).append(example)
            homes[example.intent or ""] = target
    groups: dict[tuple[str, str], dict[Example, str]] = {}
    for given in request.examples:
        example = _plain(given.example)
        if example.intent and example.text:
            target = homes.get(example.intent) or targets.main("nlu")
            state, note = _example_state(example, given.is_on, target, known)
            groups.setdefault((example.intent, state), {}).setdefault(example, note)
    for (intent, state), examples in groups.items():
        warnings = tuple(warning for example in examples for warning in _other_readings(example, known))
        yield ExportItem(
            f"examples:{intent}:{state}",
            "nlu",
            ExamplesAddition(intent, tuple(examples)),
            (homes.get(intent) or targets.main("nlu")).path,
            is_on=state in ("new", "personal"),
            note="; ".join(dict.fromkeys(examples.values())),
            warnings=warnings if state in ("new", "personal") else (),
            is_possible=state != "impossible",
            is_there=state == "known",
        )


def _example_state(
    example: Example, is_on: bool, target: TargetFile, known: Mapping[str, list[Example]]
) -> tuple[str, str]:
    """("new" | "personal" | "known" | "impossible" | "off", why it is left out); what is personal is off alone."""
    twin = next((other for other in known.get(example.text, ()) if _plain(other) == example), None)
    if twin is not None:
        return "known", f"in {_path(twin.place)} already"
    try:
        marked_in(example, target.dialect)
    except FormatError as error:
        return "impossible", str(error)
    if personal_data(example.text):
        return "personal", ""
    return ("new", "") if is_on else ("off", "left out")


def _other_readings(example: Example, known: Mapping[str, list[Example]]) -> Iterator[str]:
    for other in known.get(example.text, ()):
        what = f"an example of {other.intent}" if other.intent != example.intent else "there with other entities"
        yield f'"{example.text}" is {what} already: {other.place}'


def _path(place: Place | None) -> str:
    return place.path if place else "the project"


def _plain(example: Example) -> Example:
    """The example as files hold it: blanks at its ends cut off, entities in order and without what found them; those
    that no training teaches left out, as Rasa leaves them out."""
    shift = len(example.text) - len(example.text.lstrip())
    entities = sorted(
        (
            Entity(
                entity.entity,
                str(entity.value),
                entity.start - shift,
                entity.end - shift,
                entity.role,
                entity.group,
            )
            for entity in example.entities
            if entity.start is not None and entity.end is not None and entity.extractor not in _UNTRAINABLE
        ),
        key=lambda entity: (entity.start or 0, entity.entity),
    )
    return Example(example.text.strip(), example.intent, tuple(dict.fromkeys(entities)))


# --- domain -------------------------------------------------------------------------------------------------------


def domain_items(request: ExportRequest, targets: Targets) -> Iterator[ExportItem]:
    made = request.additions
    additions: list[tuple[str, Addition]] = [
        *(("intents", NameAddition("intents", name)) for name in _bases(made.intents)),
        *(("entities", NameAddition("entities", name)) for name in made.entities),
        *(("actions", NameAddition("actions", name)) for name in made.actions if name not in made.responses),
        *(("responses", ResponseAddition(name, variations)) for name, variations in made.responses.items()),
    ]
    for section, addition in additions:
        yield _domain_item(section, addition, targets)
    for name, variations in made.reworded.items():
        if name not in made.responses:
            yield _reworded_item(ResponseAddition(name, variations, is_reworded=True), targets)


def _reworded_item(addition: ResponseAddition, targets: Targets) -> ExportItem:
    """In the file where the response stands."""
    target = next((one for one in targets.of("domain") if _says(addition, one) is not None), targets.main("domain"))
    item = ExportItem(f"reworded:{addition.name}", "domain", addition, target.path)
    is_said = _says(addition, target) == addition.variations
    return _there(item, f"in {target.path} already") if is_said else item


def _says(addition: ResponseAddition, target: TargetFile) -> tuple[ResponseVariation, ...] | None:
    """What the file says of it now; None where it does not stand there."""
    try:
        return parse_domain(target.text or "", target.path).domain.responses.get(addition.name)
    except FormatError:
        return None


def _bases(intents: tuple[str, ...]) -> tuple[str, ...]:
    """Intents as domains list them: a retrieval intent without its response key."""
    return tuple(dict.fromkeys(map(base_intent, intents)))


def _domain_item(section: str, addition: Addition, targets: Targets) -> ExportItem:
    assert isinstance(addition, (NameAddition, ResponseAddition))
    sections = ("responses", "templates") if section == "responses" else (section,)
    target = next((targets.with_section(name) for name in sections if _any_has(targets, name)), targets.main("domain"))
    item = ExportItem(f"{section}:{addition.name}", "domain", addition, target.path)
    for other in targets.of("domain"):
        try:
            if any(addition.name in patch_domain.names_in(other.text or "", name) for name in sections):
                return _there(item, f"in {other.path} already")
        except FormatError:
            continue
    return item


def _any_has(targets: Targets, section: str) -> bool:
    return any(has_section(target, section) for target in targets.of("domain"))
