"""Names that are used and not defined, and names that are defined and not used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import chain

from trainer_tui.core.domain import DEFAULT_INTENTS, Domain, base_intent
from trainer_tui.core.events import REQUESTED_SLOT, ActionExecuted, ActiveLoop, Era, Event, SlotSet, UserUttered
from trainer_tui.core.nlu_data import Example, Synonym, TrainingData
from trainer_tui.core.old_notation import listed_slots
from trainer_tui.core.responses import is_retrieval_action
from trainer_tui.core.stories import SNIPPET, Or, Rule, StoryFile, StoryStep
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.insight.example_health import taught_of
from trainer_tui.insight.findings import Finding, IntentOut, Mend, NameOut, Section, finding
from trainer_tui.words import quoted

_SECTIONS = {"intents": "intent", "entities": "entity", "slots": "slot", "actions": "action", "forms": "form"}


@dataclass(slots=True)
class Uses:
    """Where stories and NLU data use each name first: (section of the domain, name) → place."""

    places: dict[tuple[str, str], Place | None] = field(default_factory=dict)

    def add(self, section: str, name: str | None, place: Place | None) -> None:
        if name:
            self.places.setdefault((section, name), place)

    def names(self, section: str) -> set[str]:
        return {name for kind, name in self.places if kind == section}


def uses_in_stories(stories: StoryFile) -> Uses:
    """Where each intent, action, slot, form and entity is named first."""
    uses = Uses()
    blocks: list[StoryStep | Rule] = [*stories.steps, *stories.rules]
    # What a file says again and again is one object, and was named where it was first said.
    known: set[int] = set()
    for block in blocks:
        for condition in block.condition if isinstance(block, Rule) else ():
            _add(condition, block.place, uses)
        for index, event in enumerate(block.events):
            if id(event) not in known:
                known.add(id(event))
                for part in _parts(event):
                    _add(part, _place(block, index), uses)
    return uses


def _parts(event: Event | Or) -> Iterable[Event]:
    return chain.from_iterable(event.alternatives) if isinstance(event, Or) else (event,)


def _place(block: StoryStep | Rule, index: int) -> Place | None:
    place = block.place
    return Place(place.path, block.lines[index]) if place and index < len(block.lines) else place


def _add(event: Event, place: Place | None, uses: Uses) -> None:
    match event:
        case UserUttered():
            uses.add("intents", event.intent, place)
            for entity in event.entities:
                uses.add("entities", entity.entity, place)
        case ActionExecuted():
            uses.add("actions", event.name, place)
        case SlotSet():
            uses.add("slots", event.name, place)
        case ActiveLoop():
            uses.add("forms", event.name, place)
        case _:
            pass


def find_undefined(domain: Domain, stories: StoryFile, nlu: TrainingData) -> list[Problem]:
    """Warnings for names that stories, rules, NLU data or forms use and the domain does not know."""
    problems = []
    for (section, name), place in uses_in_stories(stories).places.items():
        if not _is_known(section, name, domain) and not (section == "actions" and _answers(name, domain, nlu)):
            problems.append(_undefined(section, name, place))
    known = {problem.message for problem in problems}
    for problem in _undefined_in_nlu(domain, nlu):
        if problem.message not in known:
            known.add(problem.message)
            problems.append(problem)
    for form in domain.forms.values():
        missing = (slot for slot in form.required_slots if slot not in domain.slots)
        problems += (_undefined("slots", slot, domain.places.get(("forms", form.name))) for slot in missing)
    return problems


def _undefined_in_nlu(domain: Domain, nlu: TrainingData) -> Iterator[Problem]:
    for example in nlu.examples:
        if example.intent and not domain.knows_intent(example.intent):
            yield _undefined("intents", example.intent, example.place)
        for entity in example.entities:
            if entity.entity not in domain.entities:
                yield _undefined("entities", entity.entity, example.place)


def _answers(action: str, domain: Domain, nlu: TrainingData) -> bool:
    """Whether it is the action of a retrieval intent, `utter_faq` of `faq/hours`: Rasa adds it to the domain itself."""
    base = action.removeprefix("utter_").removeprefix("respond_")
    is_retrieved = base != action and any((example.intent or "").startswith(f"{base}/") for example in nlu.examples)
    return is_retrieved or is_retrieval_action(action, domain)


def _is_known(section: str, name: str, domain: Domain) -> bool:
    match section:
        case "intents":
            return domain.knows_intent(name)
        case "entities":
            return name in domain.entities
        case "actions":
            return name in domain.action_set or name == SNIPPET
        case "slots":
            return name in domain.slots or name == REQUESTED_SLOT
        case _:
            return name in domain.forms or name in domain.action_set


def _undefined(section: str, name: str, place: Place | None) -> Problem:
    kind = _SECTIONS[section]
    hint = f"Add it to '{section}:', or correct the name."
    if slots := listed_slots(name):
        hint = f"If it is to set {' and '.join(slots)}, write {_with_texts(slots)}."
    return Problem(f"the {kind} {name!r} is not in the domain", place, hint, is_error=False)


def find_old_lists(stories: StoryFile, domain: Domain) -> list[Problem]:
    """Warnings for lines that Rasa Core 0.7 reads as here, and every later version otherwise."""
    if domain.era is not Era.CORE:
        return []
    actions = (
        (name, place) for (section, name), place in uses_in_stories(stories).places.items() if section == "actions"
    )
    return [
        Problem(
            f"{name} empties {' and '.join(slots)}, as in Rasa Core 0.7; from 0.9 on it is an action of that name",
            place,
            f"Write {_with_texts(slots)}.",
            is_error=False,
        )
        for name, place in actions
        if (slots := listed_slots(name))
    ]


def _with_texts(slots: Iterable[str]) -> str:
    return "slot{" + ", ".join(f'"{slot}": ""' for slot in slots) + "}"


def find_unused(domain: Domain, stories: StoryFile, nlu: TrainingData, taught: Sequence[Example] = ()) -> list[Finding]:
    """Intents without examples or stories, and responses and actions that no story uses. `taught`: in a session."""
    uses = uses_in_stories(stories)
    used_intents = uses.names("intents")
    used_intents |= set(map(base_intent, used_intents)) | _intents_of_mappings(domain)
    examples = {name for example in nlu.examples if (name := example.intent)}
    with_examples = examples | set(map(base_intent, examples))
    problems = []
    for name in domain.intents:
        is_used = name in used_intents or domain.intents[name].triggers or _has_forms_in_code(domain)
        out: tuple[Mend, ...] = () if is_used else tuple(_intent_out(name, domain, nlu))
        if nlu.examples and name not in with_examples and name not in DEFAULT_INTENTS:
            mends = (*taught_of(name, nlu, taught), *out)
            problems.append(_unused("intents", name, "has no NLU examples", domain, *mends))
        if not is_used and name not in DEFAULT_INTENTS:
            problems.append(_unused("intents", name, "is in no story or rule", domain, *out))
    acting = uses.names("actions") | _said_otherwise(domain)
    silent = (name for name in domain.responses if name not in acting and "/" not in name)
    problems += (_unused("responses", name, "is in no story or rule", domain) for name in silent)
    problems += _without_response(domain)
    return problems


def _intent_out(name: str, domain: Domain, nlu: TrainingData) -> Iterator[IntentOut]:
    place = domain.places.get(("intents", name))
    examples = [example for example in nlu.examples if base_intent(example.intent) == name]
    # Marks teach entities, which fill slots and forms whatever the intent is.
    if place is not None and not any(example.entities for example in examples):
        yield IntentOut(place, name, len(examples))


def _intents_of_mappings(domain: Domain) -> set[str]:
    """Intents that fill a slot: a form takes their messages, so no story needs to name them."""
    of_slots = [mapping for slot in domain.slots.values() for mapping in slot.mappings]
    of_forms = [mapping for form in domain.forms.values() for found in form.mappings.values() for mapping in found]
    return {intent for mapping in (*of_slots, *of_forms) for intent in mapping.intents}


def _has_forms_in_code(domain: Domain) -> bool:
    """Forms as of 2018: what they ask for, and which intents answer it, only their code knows."""
    return any(not form.required_slots for form in domain.forms.values())


def _said_otherwise(domain: Domain) -> set[str]:
    """Responses that forms and default actions say by themselves."""
    asked = {slot for form in domain.forms.values() for slot in form.required_slots}
    if _has_forms_in_code(domain):
        asked |= set(domain.slots)
    said = {f"utter_ask_{slot}" for slot in asked}
    said |= {f"utter_ask_{form}_{slot}" for form in domain.forms for slot in asked}
    triggered = {intent.triggers for intent in domain.intents.values() if intent.triggers}
    return said | triggered | {"utter_default", "utter_restart", "utter_back", "utter_ask_rephrase"}


def _without_response(domain: Domain) -> Iterator[Finding]:
    # Responses of retrieval intents (`utter_faq/hours`) belong to the action `utter_faq`.
    bases = {name.split("/", 1)[0] for name in domain.responses}
    for name in domain.actions:
        if name.startswith("utter_") and name not in bases:
            yield _unused("actions", name, "has no response", domain)


def _unused(section: Section, name: str, what: str, domain: Domain, *mends: Mend) -> Finding:
    kind = "response" if section == "responses" else _SECTIONS[section]
    hint = {
        "has no NLU examples": "Add some, or remove it.",
        "has no response": "Add it to 'responses:'.",
        "is in no story or rule": "Use it, or remove it.",
    }[what]
    if section == "responses":
        hint = "Use it, or remove it, unless an action says it."
    place = domain.places.get((section, name))
    if place and section == "responses":
        mends = (NameOut(place, section, name),)
    return finding(f"the {kind} {name!r} {what}", place, hint, *mends)


def find_repeated_synonyms(nlu: TrainingData) -> list[Problem]:
    """Warnings for what stands for two values. Case does not count, and the last one is taken, as in Rasa."""
    first: dict[str, Synonym] = {}
    problems = []
    for line in nlu.synonym_lines:
        if line.said == line.value:
            continue
        known = first.setdefault(line.said.lower(), line)
        if known.value != line.value:
            problems.append(
                Problem(
                    f"{quoted(line.said, 60)} stands for {quoted(known.value, 60)} ({known.place}) "
                    f"and for {quoted(line.value, 60)}",
                    line.place,
                    "The last one is taken: keep one of them.",
                    is_error=False,
                )
            )
    return problems


def find_repeated_examples(nlu: TrainingData) -> list[Problem]:
    """Warnings for texts that are examples of two intents."""
    first: dict[str, tuple[str | None, Place | None]] = {}
    problems = []
    for example in nlu.examples:
        intent, place = first.setdefault(example.text, (example.intent, example.place))
        if intent != example.intent:
            problems.append(
                Problem(
                    f"the example {quoted(example.text, 80)} is of the intents {intent!r} ({place}) "
                    f"and {example.intent!r}",
                    example.place,
                    "Keep it in one of them.",
                    is_error=False,
                )
            )
    return problems
