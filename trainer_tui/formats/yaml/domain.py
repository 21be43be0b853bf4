"""Domain files of every era, from `templates:` of 2017 to the mappings of Rasa 3; one file, several, or folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import Era
from trainer_tui.core.slots import Form, Slot
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, YamlSequence, read_yaml
from trainer_tui.formats.yaml.responses import kind_of, read_variations
from trainer_tui.formats.yaml.slots import names, read_form, read_slot

DOMAIN_KEYS = frozenset(
    ("intents", "entities", "slots", "responses", "templates", "actions", "forms", "e2e_actions", "session_config")
)
"""Keys that make a YAML file a domain file; `responses` alone may stand in an NLU file too."""

_OTHER_KEYS = {"version", "config", "action_factory", "topics", "plans", "domain"}


@dataclass(frozen=True, slots=True)
class DomainFile:
    """What one domain file holds. `era` is None where the file alone does not tell."""

    domain: Domain = field(default_factory=Domain)
    era: Era | None = None
    problems: tuple[Problem, ...] = ()


def parse_domain(text: str, path: str, environ: Mapping[str, str] | None = None) -> DomainFile:
    """The domain that a YAML text holds; never raises: what is wrong is in `problems`, the rest is read."""
    return domain_of(read_yaml(text, path, environ), path)


def domain_of(file: YamlFile, path: str) -> DomainFile:
    """The domain in a YAML file that is read already."""
    report = Report(path, list(file.problems))
    data = file.mapping(report, "a domain file", "keys such as 'intents:' and 'actions:'")
    if data is None:
        return DomainFile(problems=tuple(report.problems))
    reading = _Reading(data, report)
    domain = Domain(
        version=_version(data.get("version")),
        intents=reading.intents(),
        entities=reading.entities(),
        slots=reading.slots(),
        responses=reading.responses(),
        actions=reading.actions(),
        forms=reading.forms(),
        end_to_end_actions=names(reading.section("e2e_actions", YamlSequence)),
        send_domain_actions=frozenset(reading.send_domain),
        store_entities_as_slots=reading.stores_entities(),
        session_config=dict(reading.section("session_config", YamlMapping) or {}),
        places=reading.places,
    )
    reading.name_other_keys()
    era = _era(data, domain)
    return DomainFile(replace(domain, era=era or Era.RASA_3), era, tuple(report.problems))


def merge(files: Iterable[DomainFile]) -> DomainFile:
    """Several files as one domain, as Rasa merges them; of two definitions the first counts, with a warning."""
    merged, era, problems = Domain(), None, list[Problem]()
    for file in files:
        problems += file.problems
        problems += _definitions_twice(merged, file.domain)
        merged = _merged(merged, file.domain)
        era = _older(era, file.era)
    return DomainFile(replace(merged, era=era or Era.RASA_3), era, tuple(problems))


def _merged(one: Domain, other: Domain) -> Domain:
    return Domain(
        version=one.version or other.version,
        intents={**one.intents, **_new(one.intents, other.intents)},
        entities={**one.entities, **_new(one.entities, other.entities)},
        slots={**one.slots, **_new(one.slots, other.slots)},
        responses={**one.responses, **_new(one.responses, other.responses)},
        actions=tuple(dict.fromkeys((*one.actions, *other.actions))),
        forms={**one.forms, **_new(one.forms, other.forms)},
        end_to_end_actions=tuple(dict.fromkeys((*one.end_to_end_actions, *other.end_to_end_actions))),
        send_domain_actions=one.send_domain_actions | other.send_domain_actions,
        store_entities_as_slots=one.store_entities_as_slots and other.store_entities_as_slots,
        session_config={**other.session_config, **one.session_config},
        places={**other.places, **one.places},
    )


def _new(known: Any, other: Any) -> dict[str, Any]:
    return {name: value for name, value in other.items() if name not in known}


def _definitions_twice(one: Domain, other: Domain) -> Iterator[Problem]:
    sections: tuple[tuple[str, Any, Any], ...] = (
        ("intents", one.intents, other.intents),
        ("entities", one.entities, other.entities),
        ("slots", one.slots, other.slots),
        ("responses", one.responses, other.responses),
        ("forms", one.forms, other.forms),
    )
    for section, known, found in sections:
        for name in found:
            if name in known and known[name] != found[name]:
                first = one.places.get((section, name))
                yield Problem(
                    f"{name!r} stands in {section} of two domain files, with different contents",
                    other.places.get((section, name)),
                    f"The first ({first}) counts; remove one of them." if first else "The first counts.",
                    is_error=False,
                )


_AGES = (Era.CORE, Era.RASA_2, Era.RASA_3)


def _older(one: Era | None, other: Era | None) -> Era | None:
    found = [era for era in (one, other) if era is not None]
    return max(found, key=_AGES.index) if found else None


def _era(data: YamlMapping, domain: Domain) -> Era | None:
    """The era that a file shows by its version or its shape; None where both are silent."""
    version = domain.version or ""
    if version[:1].isdigit():
        return Era.RASA_3 if version[0] >= "3" else Era.RASA_2 if version[0] == "2" else Era.CORE
    if any(slot.mappings for slot in domain.slots.values()):
        return Era.RASA_3
    if "templates" in data or "action_factory" in data or isinstance(data.get("forms"), YamlSequence):
        return Era.CORE
    return Era.RASA_2 if domain.slots else None


def _version(source: Any) -> str | None:
    return None if source is None or isinstance(source, (dict, list)) else str(source)


class _Reading:
    """One pass over the sections of a domain file."""

    def __init__(self, data: YamlMapping, report: Report) -> None:
        self.data = data
        self.report = report
        self.places: dict[tuple[str, str], Place] = {}
        self.send_domain: list[str] = []

    def section(self, name: str, *kinds: type) -> Any:
        """The section's value if it is of one of the kinds; another one is an error, absence is None."""
        value = self.data.get(name)
        if value is None or isinstance(value, kinds):
            return value
        expected = " or ".join("a list" if kind is YamlSequence else "a mapping" for kind in kinds)
        self.report.error(self.data.line_of(name), f"'{name}:' holds {kind_of(value)}", f"Expected {expected}.")
        return None

    def _items(self, section: str, *, alone: bool = False) -> Iterator[tuple[str, Any, int]]:
        """(name, properties, line) of a list of names and one-key mappings, or of a mapping."""
        source = self.section(section, YamlSequence, YamlMapping)
        if isinstance(source, YamlMapping):
            for name, value in source.items():
                yield self._named(section, name, source.line_of(name)), value, source.line_of(name)
        elif source:
            for item, line in zip(source, source.lines, strict=True):
                if isinstance(item, YamlMapping):
                    for name, value in item.items():
                        yield self._named(section, name, item.line_of(name)), value, item.line_of(name)
                elif item is not None and not isinstance(item, list):
                    yield self._named(section, item, line), None, line

    def _named(self, section: str, name: Any, line: int) -> str:
        text = str(name)
        self.places.setdefault((section, text), self.report.place(line))
        return text

    def intents(self) -> dict[str, Intent]:
        found: dict[str, Intent] = {}
        for name, properties, line in self._items("intents"):
            if name in found:
                self.report.error(line, f"the intent {name!r} stands twice", "Remove one of them.")
            else:
                found[name] = self._intent(name, properties, line)
        return found

    def _intent(self, name: str, source: Any, line: int) -> Intent:
        if source is None:
            return Intent(name)
        if not isinstance(source, YamlMapping):
            self.report.error(
                line, f"the intent {name!r} has {kind_of(source)} as its properties", "Expected a mapping."
            )
            return Intent(name)
        known = ("use_entities", "ignore_entities", "triggers", "is_retrieval_intent")
        for key in source:
            if key not in known:
                self.report.warning(
                    source.line_of(key), f"the intent property {key!r} is unknown", f"Known are {', '.join(known)}."
                )
        used = source.get("use_entities", True)
        return Intent(
            name,
            None if used is True else names(used) if isinstance(used, list) else (),
            names(source.get("ignore_entities")),
            str(source["triggers"]) if source.get("triggers") else None,
            source.get("is_retrieval_intent") is True,
        )

    def entities(self) -> dict[str, EntityType]:
        found: dict[str, EntityType] = {}
        for name, properties, line in self._items("entities"):
            if name in found:
                self.report.warning(line, f"the entity {name!r} stands twice", "Remove one of them.")
                continue
            given = properties if isinstance(properties, YamlMapping) else YamlMapping(line)
            influences = given.get("influence_conversation", True) is not False
            found[name] = EntityType(name, names(given.get("roles")), names(given.get("groups")), influences)
        return found

    def slots(self) -> dict[str, Slot]:
        source = self.section("slots", YamlMapping)
        found: dict[str, Slot] = {}
        for name, value in (source or {}).items():
            line = source.line_of(name)
            found[str(name)] = read_slot(self._named("slots", name, line), value, line, self.report)
        return found

    def forms(self) -> dict[str, Form]:
        source = self.data.get("forms")
        found: dict[str, Form] = {}
        if isinstance(source, YamlSequence) and any(isinstance(item, dict) for item in source):
            self.report.error(
                self.data.line_of("forms"),
                "'forms:' is a list of mappings, which Rasa refuses",
                "Write the forms as one mapping: remove the '- ' before their names.",
            )
        for name, value, line in self._items("forms"):
            found[name] = read_form(name, value, line, self.report)
        return found

    def actions(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name, properties, line in self._items("actions"):
            if name in found:
                self.report.warning(line, f"the action {name!r} stands twice", "Remove one of them.")
            found[name] = None
            if isinstance(properties, YamlMapping) and properties.get("send_domain") is True:
                self.send_domain.append(name)
        return tuple(found)

    def responses(self) -> dict[str, tuple[ResponseVariation, ...]]:
        found: dict[str, tuple[ResponseVariation, ...]] = {}
        for section in ("responses", "templates"):
            source = self.section(section, YamlMapping)
            for name, value in (source or {}).items():
                line = source.line_of(name)
                text = self._named("responses", name, line)
                if text in found:
                    self.report.error(line, f"the response {text!r} stands twice", "Remove one of them.")
                    continue
                found[text] = read_variations(text, value, line, self.report)
        return found

    def stores_entities(self) -> bool:
        config = self.data.get("config")
        return not (isinstance(config, YamlMapping) and config.get("store_entities_as_slots") is False)

    def name_other_keys(self) -> None:
        for key in self.data:
            if key not in DOMAIN_KEYS and key not in _OTHER_KEYS and str(key) not in _KEYS_READ_ELSEWHERE:
                self.report.warning(self.data.line_of(key), f"the key {key!r} of a domain is unknown and left out")


_KEYS_READ_ELSEWHERE = {"stories", "rules", "nlu", "flows", "test_cases", "e2e_tests", "multiflow_stories", "triggers"}
