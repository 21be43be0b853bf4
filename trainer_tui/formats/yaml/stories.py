"""Stories and rules in YAML, Rasa 2.0 to 3.1."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from trainer_tui.core.events import (
    ActionExecuted,
    ActiveLoop,
    Entity,
    Event,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.stories import AnyValue, Or, Rule, StoryFile, StoryStep
from trainer_tui.errors import FormatError
from trainer_tui.formats import entity_markup
from trainer_tui.formats.report import Report
from trainer_tui.formats.story_building import StoriesRead, StoryBuilder
from trainer_tui.formats.story_events import STORY_EVENTS, read_story_event
from trainer_tui.formats.story_intents import read_intent
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, YamlSequence, parse_yaml, unescaped
from trainer_tui.formats.yaml.repeated_steps import Samples, StepText, cut_text, repeated_steps, samples_of

_STEPS = ("intent", "user", "or", "action", "bot", "checkpoint", "slot_was_set", "active_loop", "form")
"""What makes a step what it is; where a step has several of them, the first counts."""
_EXPECTED = f"Expected {', '.join(_STEPS[:-1])}; check the spelling and the indentation."
_BESIDE = {
    "intent": {"user", "entities"},
    "user": {"entities"},
    "checkpoint": {"slot_was_set"},
}
"""What else a step may hold, `metadata` apart."""
_OF_A_BLOCK = {"steps", "condition", "conversation_start", "wait_for_user_input", "metadata"}


Steps = tuple[Sequence[Event | Or], Sequence[int]]
"""Events, and the line of each."""

SignedSteps = dict[str, Steps]
"""Events and their lines by the sign that stands in a text for the steps that tell them (`repeated_steps`). Whoever
comes across a sign takes it out; what is left was found nowhere."""

Found = TypeVar("Found")


def parse_stories_yaml(text: str, path: str) -> StoriesRead:
    """The stories and rules of a YAML text; never raises: what is wrong is in `problems`, the rest is read."""
    return read_story_text(text, path, None, lambda file, signed: stories_of(file, path, signed))


def read_story_text(
    text: str, path: str, environ: Mapping[str, str] | None, read: Callable[[YamlFile, SignedSteps], Found]
) -> Found:
    """What `read` makes of a YAML text that may hold stories; steps that it says again and again are parsed once."""
    whole = unescaped(text)
    repeated = repeated_steps(whole)
    known = _samples_read(samples_of(repeated), path, environ) if repeated else {}
    if known:
        cut = cut_text(whole, repeated, known)
        signed: SignedSteps = {sign: _all_of(run, known) for sign, run in cut.runs.items()}
        found = read(parse_yaml(cut.text, path, environ), signed)
        if not signed:
            return found
    return read(parse_yaml(whole, path, environ), {})


def _samples_read(samples: Samples, path: str, environ: Mapping[str, str] | None) -> dict[str, Steps]:
    """What each sample tells, with lines counted from its own first. Left out is what there is more to say of, and what
    tells no event, as checkpoints do; all is where the samples do not stand for themselves."""
    file = parse_yaml(samples.text, path, environ)
    if file.data is None or file.data["stories"].lines != list(samples.lines):
        return {}
    read = stories_of(file, path)
    doubtful = {bisect(samples.lines, problem.place.line or 0) - 1 for problem in read.problems if problem.place}
    told = {step.place.line: step for step in read.stories.steps if step.place}
    return {
        text: (told[line].events, [at - line - 2 for at in told[line].lines])
        for number, (text, line) in enumerate(zip(samples.steps, samples.lines, strict=True))
        if line in told and number not in doubtful
    }


def _all_of(run: Iterable[StepText], known: Mapping[str, Steps]) -> Steps:
    events: list[Event | Or] = []
    lines: list[int] = []
    for step in run:
        its_events, its_lines = known[step.text]
        events += its_events
        lines += [step.start + 1 + line for line in its_lines]
    return events, lines


def stories_of(file: YamlFile, path: str, signed: SignedSteps | None = None) -> StoriesRead:
    """The stories and rules in a YAML file that is read already."""
    report = Report(path, list(file.problems))
    data = file.mapping(report, "a story file", "the keys 'stories:' or 'rules:' with a list each")
    if data is None:
        return StoriesRead(problems=tuple(report.problems))
    reading = _Reading(report, {} if signed is None else signed)
    steps: list[StoryStep] = []
    for item in reading.items(data, "stories", "story"):
        steps += reading.story(item)
    rules = [reading.rule(item) for item in reading.items(data, "rules", "rule")]
    return StoriesRead(StoryFile(tuple(steps), tuple(rules)), tuple(report.problems))


class _Reading:
    """One pass over a story file. What stories say again and again is one object."""

    def __init__(self, report: Report, signed: SignedSteps) -> None:
        self.report = report
        self._signed = signed
        self._same: dict[tuple[str, str], Event] = {}

    def items(self, data: YamlMapping, section: str, key: str) -> list[YamlMapping]:
        """The stories (or rules) of the section that can be read: mappings with a name and steps."""
        source = data.get(section)
        if source is None:
            return []
        if not isinstance(source, YamlSequence):
            self.report.error(data.line_of(section), f"'{section}:' holds no list", f"Expected '- {key}: name' below.")
            return []
        found = []
        for item, line in zip(source, source.lines, strict=True):
            if not isinstance(item, YamlMapping) or key not in item:
                other = "rule" if key == "story" else "story"
                is_other = isinstance(item, YamlMapping) and other in item
                what = f"a {other} stands under '{section}:'" if is_other else f"an item of '{section}:' is no {key}"
                where = {"rule": "rules:", "story": "stories:"}[other]
                hint = f"Move it under '{where}'." if is_other else f"Expected '- {key}: name' with 'steps:' below."
                self.report.error(line, what, hint)
            elif item.get("steps") is None:
                hint = "Expected 'steps:' with a list."
                self.report.warning(line, f"the {key} {item[key]!r} has no steps and is left out", hint)
            elif not isinstance(item["steps"], YamlSequence):
                self.report.error(
                    line, f"the steps of the {key} {item[key]!r} are no list", "Expected '- intent: ...'."
                )
            else:
                self._name_unknown(item, {key, *_OF_A_BLOCK}, f"the {key} {item[key]!r}")
                found.append(item)
        return found

    def story(self, item: YamlMapping) -> list[StoryStep]:
        builder = self._builder(item, "story")
        for step, line in _steps(item["steps"]):
            self._step(step, line, builder, "story")
        return builder.finish()

    def rule(self, item: YamlMapping) -> Rule:
        builder = self._builder(item, "rule")
        for step, line in _steps(item["steps"]):
            self._step(step, line, builder, "rule")
        found = builder.finish()
        if len(found) > 1 or (found and (found[0].start_checkpoints or found[0].end_checkpoints)):
            self.report.error(
                item.line, f"the rule {builder.name!r} has a checkpoint", "Rules cannot have checkpoints."
            )
        condition = item.get("condition")
        return Rule(
            builder.name,
            tuple(event for step in found for event in step.events),
            tuple(self._condition(condition, item)) if condition else (),
            item.get("conversation_start") is True,
            item.get("wait_for_user_input") is not False,
            builder.place,
            tuple(line for step in found for line in step.lines),
            builder.metadata,
        )

    def _builder(self, item: YamlMapping, key: str) -> StoryBuilder:
        metadata = item.get("metadata")
        return StoryBuilder(
            "" if item[key] is None else str(item[key]),
            self.report.place(item.line_of(key)),
            metadata if isinstance(metadata, Mapping) else {},
        )

    def _condition(self, condition: Any, item: YamlMapping) -> list[Event]:
        found: list[Event] = []
        if not isinstance(condition, YamlSequence):
            self.report.error(item.line_of("condition"), "'condition:' holds no list", "Expected '- active_loop: ...'.")
            return found
        for part, line in _steps(condition):
            if isinstance(part, YamlMapping) and "slot_was_set" in part:
                found += (event for event, _ in self._slots(part["slot_was_set"], line))
            elif isinstance(part, YamlMapping) and "active_loop" in part:
                found.append(ActiveLoop(_name(part["active_loop"])))
            else:
                self.report.error(line, "a condition is neither active_loop nor slot_was_set", "Rasa has no other.")
        return found

    def _step(self, step: Any, line: int, builder: StoryBuilder, kind: str) -> None:
        if isinstance(step, str) and step in self._signed:
            builder.add_all(*self._signed.pop(step))
            return
        if isinstance(step, str) and step in STORY_EVENTS:
            builder.add(read_story_event(step, {}), line)
            return
        if not isinstance(step, YamlMapping):
            what = f"a step of the {kind} {builder.name!r} is no mapping and left out"
            self.report.warning(line, what, _EXPECTED)
            return
        kinds = [key for key in _STEPS if key in step]
        if kinds and len(step) > 1:
            self._name_unknown(step, {kinds[0], "metadata", *_BESIDE.get(kinds[0], ())}, f"the step '{kinds[0]}'")
        if "intent" in step or "user" in step:
            builder.add(self._message(step, line), line)
        elif "or" in step:
            self._or(step, line, builder)
        elif "action" in step:
            self._action(step, line, builder)
        elif "bot" in step:
            if step["bot"] is None:
                self.report.warning(line, "the bot says nothing: the step is left out", "Write it behind 'bot:'.")
            else:
                builder.add(ActionExecuted(None, text=str(step["bot"])), line)
        elif "checkpoint" in step:
            conditions = {event.name: event.value for event, _ in self._slots(step.get("slot_was_set"), line)}
            if not builder.add_checkpoint(str(step["checkpoint"]), conditions):
                self.report.warning(line, "the conditions of a checkpoint that ends a part have no effect")
        elif "slot_was_set" in step:
            for event, at in self._slots(step["slot_was_set"], line):
                builder.add(event, at)
        elif "active_loop" in step:
            builder.add(ActiveLoop(_name(step["active_loop"])), line)
        elif "form" in step:
            builder.add(ActiveLoop(_name(step["form"])), line)
        elif "metadata" not in step:
            keys = ", ".join(str(key) for key in step)
            self.report.warning(line, f"the step {keys!r} is unknown and left out", _EXPECTED)

    def _name_unknown(self, mapping: YamlMapping, known: set[str], what: str) -> None:
        for key in mapping:
            if key not in known:
                hint = "It begins a step of its own: write '- ' before it." if key in _STEPS else "Check its spelling."
                self.report.warning(mapping.line_of(key), f"{what} knows no {str(key)!r}, which is left out", hint)

    def _action(self, step: YamlMapping, line: int, builder: StoryBuilder) -> None:
        name = _name(step["action"])
        if not name:
            what = f"an action of {builder.name!r} has no name and is left out"
            self.report.warning(line, what, "Write it behind 'action:'.")
        elif name in STORY_EVENTS:
            builder.add(read_story_event(name, {}), line)
        else:
            builder.add(self._same.setdefault(("action", name), ActionExecuted(name)), line)

    def _or(self, step: YamlMapping, line: int, builder: StoryBuilder) -> None:
        source = step["or"]
        alternatives: list[tuple[Event, ...]] = []
        for part, at in _steps(source) if isinstance(source, YamlSequence) else []:
            if isinstance(part, YamlMapping) and ("intent" in part or "user" in part):
                alternatives.append((self._message(part, at),))
            elif isinstance(part, YamlMapping) and "slot_was_set" in part:
                alternatives.append(tuple(event for event, _ in self._slots(part["slot_was_set"], at)))
            else:
                self.report.error(at, "an alternative of 'or:' is no intent and no slot_was_set", "Leave it out.")
        alternatives = [alternative for alternative in alternatives if alternative]
        if not alternatives:
            self.report.warning(line, "'or:' holds no alternatives and is left out", "Expected '- intent: name' below.")
        elif len(alternatives) == 1 and len(alternatives[0]) == 1:
            builder.add(alternatives[0][0], line)
        else:
            builder.add(Or(tuple(alternatives)), line)

    def _slots(self, source: Any, line: int) -> list[tuple[SlotSet, int]]:
        """(event, line) of a list of slot names and one-key mappings."""
        if source is None:
            return []
        found: list[tuple[SlotSet, int]] = []
        if isinstance(source, YamlMapping):
            self.report.warning(line, "'slot_was_set:' holds a mapping", "Expected a list: '- name: value'.")
            return [(SlotSet(str(name), value), source.line_of(name)) for name, value in source.items()]
        if not isinstance(source, YamlSequence):
            self.report.error(line, "'slot_was_set:' holds no list", "Expected '- name: value' below.")
            return found
        for part, at in _steps(source):
            if isinstance(part, YamlMapping):
                found += ((SlotSet(str(name), value), part.line_of(name)) for name, value in part.items())
            elif isinstance(part, YamlSequence) or part is None:
                what = "an item of 'slot_was_set:' names no slot and is left out"
                self.report.warning(at, what, "Expected '- name: value'.")
            else:
                found.append((SlotSet(str(part), AnyValue.ANY), at))
        return found

    def _message(self, step: YamlMapping, line: int) -> Event:
        intent = self._intent(step, line) if "intent" in step else None
        if intent is not None and len(step) == 1:
            return self._same.setdefault(("intent", intent), UserUttered(intent=intent))
        text: str | None = None
        entities: tuple[Entity, ...] = ()
        if "user" in step:
            said = "" if step["user"] is None else str(step["user"]).strip()
            if said.startswith("/"):
                shorthand = self._shorthand(said, line)
                return UserUttered(said, intent or shorthand.intent, entities=shorthand.entities)
            text, entities = self._marked(said, step.value_line("user"))
        given = self._entities(step.get("entities"), line)
        return UserUttered(text, intent, entities=given or entities)

    def _intent(self, step: YamlMapping, line: int) -> str:
        value = step["intent"]
        if value is None or isinstance(value, (dict, list)) or not str(value).strip():
            self.report.warning(line, "an intent has no name", "Write it behind 'intent:'.")
            return ""
        name = str(value).strip()
        if name.startswith("/"):
            self.report.warning(line, f"the intent {name!r} starts with '/'", "The slash is not needed.")
            name = name[1:]
        return name

    def _shorthand(self, said: str, line: int) -> UserUttered:
        try:
            return read_intent(said[1:])
        except FormatError as error:
            self.report.failure(error, line)
            return UserUttered(intent=said[1:].partition("{")[0])

    def _marked(self, said: str, line: int) -> tuple[str, tuple[Entity, ...]]:
        try:
            marked = entity_markup.parse(said)
        except FormatError as error:
            self.report.failure(error, line)
            return said, ()
        return marked.text, marked.entities

    def _entities(self, source: Any, line: int) -> tuple[Entity, ...]:
        """`- city: Rome` with role and group beside it, or `- city` alone (value "")."""
        if source is None:
            return ()
        if not isinstance(source, YamlSequence):
            self.report.error(line, "'entities:' holds no list", "Expected '- name: value' below.")
            return ()
        found = []
        for item, at in _steps(source):
            if isinstance(item, YamlMapping):
                labels = {key: _name(item.get(key)) for key in ("role", "group")}
                names = [key for key in item if key not in labels]
                found += [Entity(str(name), item[name], role=labels["role"], group=labels["group"]) for name in names]
            elif item is None or isinstance(item, YamlSequence):
                self.report.error(at, "an item of 'entities:' names no entity", "Expected '- name: value'.")
            else:
                found.append(Entity(str(item), ""))
        return tuple(found)


def _steps(source: YamlSequence) -> zip[tuple[Any, int]]:
    return zip(source, source.lines, strict=True)


def _name(value: Any) -> str | None:
    return None if value is None else str(value)
