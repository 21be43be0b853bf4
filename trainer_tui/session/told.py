"""A conversation that happened elsewhere as a script: its events in order, as Rasa's tracker or a story has them.

Rasa's own beginnings (action_session_start and what it carries over) are made of what the session does itself: a new
beginning, and slots set by hand. What came from outside while the bot listened is played where a person could do it,
else it is named and left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from trainer_tui.core.custom_slots import has_custom_slots
from trainer_tui.core.domain import ACTION_RESTART, ACTION_SESSION_START, Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    EntitiesAdded,
    Entity,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    StoryExported,
    UserFeaturization,
    UserUttered,
    as_dict,
)
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.stories import AnyValue
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.session.script import BeganAnew, Did, LeftOpen, Said, Script, SlotGiven, Step, fingerprint
from trainer_tui.words import listed, quoted

# Rasa's own bookkeeping, which says nothing of the conversation.
_SILENT = (UserFeaturization, StoryExported, EntitiesAdded)
_SLOT = re.compile(r"\{[\w.\-]+\}")
_MOST_UNKNOWN = 0.5
"""A conversation of which more names than this share are unknown is another bot's."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation to be made a script of: `lines[i]` is where `events[i]` stands in `source`, None where unknown.

    `is_real`: users said it to a bot, and nobody has confirmed what that took it for.
    """

    name: str
    events: tuple[Event, ...]
    lines: tuple[int | None, ...] = ()
    source: str = ""
    is_real: bool = False


def script_told(told: Told, domain: Domain) -> tuple[Script, tuple[Problem, ...]]:
    """The script that can be played with the bot of that domain, and what is left out of it, each with its place.

    TrainerError where the conversation is another bot's.
    """
    teller = _Teller(told, domain)
    for number, event in enumerate(told.events):
        teller.take(event, told.lines[number] if number < len(told.lines) else None)
    teller.end()
    script, problems = fitted(Script.of(told.name, teller.steps), domain, told.source)
    return script, (*teller.left_out, *problems)


class _Teller:
    def __init__(self, told: Told, domain: Domain) -> None:
        self.steps: list[Step] = []
        self.left_out: list[Problem] = []
        self._source = told.source
        self._is_real = told.is_real
        self._domain = domain
        self._tracker = DialogueStateTracker.start(domain)
        self._results: list[Event] = []
        self._is_new = True
        """Nothing was said since the beginning: what comes is carried over."""
        self._is_interrupted = False

    def take(self, event: Event, line: int | None) -> None:
        match event:
            case UserUttered():
                self.close()
                self._said(event, line)
            case ActionExecuted(name=name, text=text) if name is None:
                self.close()
                self._spoke(text or "", line)
            case ActionExecuted(name=str(action)):
                self._action(action, line)
            case ActionExecutionRejected(name=action):
                self.close()
                self.steps.append(Did(action, (), fingerprint(self._tracker), is_rejected=True, line=line))
                self._tracker = self._tracker.with_event(event)
            case SessionStarted() | Restarted():
                self._began(event)
            case LoopInterrupted(is_interrupted=True):
                self.close()
                self._is_interrupted = True
                self._tracker = self._tracker.with_event(event)
            case _ if isinstance(event, _SILENT):
                pass
            case _:
                self._result(event, line)

    def end(self) -> None:
        """A story does not tell that the bot listens at its end."""
        self.close()
        if self.steps and isinstance(self.steps[-1], Did) and self.steps[-1].action != ACTION_LISTEN:
            self.steps.append(Did(ACTION_LISTEN, ()))

    def close(self) -> None:
        """What came of the latest step is complete."""
        if not self.steps:
            return
        latest, results = self.steps[-1], tuple(self._results)
        self._results = []
        if isinstance(latest, Said):
            given = {event.name for event in results if isinstance(event, SlotSet)}
            message = self._tracker.latest_message
            known = slots_from_message(self._tracker, message, self._domain) if message else ()
            if has_custom_slots(self._domain) and latest.extracted is None:
                self.steps[-1] = replace(latest, extracted=results, seen=fingerprint(self._tracker))
                self._tracker = self._tracker.with_events(results)
            elif latest.extracted is None:
                missing = (event for event in known if isinstance(event, SlotSet) and event.name not in given)
                self._tracker = self._tracker.with_events((*missing, *results))
                self.steps[-1] = replace(latest, extracted=())
        elif isinstance(latest, Did) and latest.events is None:
            self.steps[-1] = replace(latest, events=results)
            self._tracker = self._tracker.with_events(results)

    def _said(self, event: UserUttered, line: int | None) -> None:
        # A story has no text: the intent itself is said.
        text = event.text or shorthand(event.intent, event.entities)
        message = replace(event, text=text)
        self._tracker = self._tracker.with_event(message)
        is_guess = self._is_real and event.intent is not None
        self.steps.append(Said(text, event.intent, event.entities, is_guess=is_guess, line=line))
        self._is_new = False

    def _action(self, action: str, line: int | None) -> None:
        self.close()
        if action == ACTION_SESSION_START or (action == ACTION_LISTEN and self._is_new):
            return
        validates = False if self._is_interrupted and action in self._domain.forms else None
        self._is_interrupted = False
        known = () if action == ACTION_LISTEN else None
        self.steps.append(Did(action, known, fingerprint(self._tracker), validates=validates, line=line))
        self._tracker = self._tracker.with_event(ActionExecuted(action))

    def _spoke(self, text: str, line: int | None) -> None:
        """What the bot said, where nobody tells by which action."""
        action = response_saying(text, self._domain)
        if action is None:
            self._leave_out(
                f"the bot said {quoted(text, 80)}, which none of its responses says", "You are asked there.", line
            )
            self.steps.append(LeftOpen())
            return
        self.steps.append(Did(action, None, "", line=line))
        self._tracker = self._tracker.with_event(ActionExecuted(action))

    def _began(self, event: Event) -> None:
        latest = self.steps[-1] if self.steps else None
        self.close()
        is_restarted = isinstance(latest, Did) and latest.action == ACTION_RESTART and isinstance(event, Restarted)
        if is_restarted and isinstance(self.steps[-1], Did):
            # The session begins anew by itself behind this action.
            self.steps[-1] = replace(self.steps[-1], events=(*(self.steps[-1].events or ()), event))
        elif not self._is_new:
            self.steps.append(BeganAnew())
        self._tracker = self._tracker.with_event(event)
        self._is_new = True
        self._is_interrupted = False

    def _result(self, event: Event, line: int | None) -> None:
        if isinstance(event, SlotSet) and event.name not in self._domain.initial_slots:
            self._leave_out(*_lacking("slot", event.name), line)
            return
        latest = self.steps[-1] if self.steps else None
        listens = self._is_new or latest is None or (isinstance(latest, Did) and latest.action == ACTION_LISTEN)
        if not listens and not isinstance(latest, (LeftOpen, SlotGiven, BeganAnew)):
            self._results.append(self._valued(event))
        elif isinstance(event, SlotSet):
            self._slot_given(event, line)
        elif isinstance(event, BotUttered) and isinstance(latest, LeftOpen):
            pass
        else:
            said = as_dict(event)["event"]
            self._leave_out(f"the event {said!r} came from outside while the bot listened", "", line)

    def _slot_given(self, event: SlotSet, line: int | None) -> None:
        event = self._valued(event)  # type: ignore[assignment]
        if event.name == REQUESTED_SLOT or self._tracker.slots.get(event.name) == event.value:
            return
        self.steps = [
            step
            for place, step in enumerate(self.steps)
            if not (isinstance(step, SlotGiven) and step.name == event.name and self._is_latest(place))
        ]
        self.steps.append(SlotGiven(event.name, event.value, line=line))
        self._tracker = self._tracker.with_event(event)

    def _is_latest(self, place: int) -> bool:
        """Whether nothing but slots was set from there on: of what is carried over the last value counts."""
        return all(isinstance(step, SlotGiven) for step in self.steps[place:])

    def _valued(self, event: Event) -> Event:
        """A story that names a slot alone means some value: what Rasa's generator takes for it."""
        if isinstance(event, SlotSet) and event.value is AnyValue.ANY:
            slot = self._domain.slots.get(event.name)
            kind = slot.type if slot else "text"
            return replace(event, value={"list": ["filled"], "bool": True}.get(kind, "filled"))
        return event

    def _leave_out(self, what: str, hint: str, line: int | None) -> None:
        self.left_out.append(Problem(what, Place(self._source, line) if self._source else None, hint, is_error=False))


def shorthand(intent: str | None, entities: Sequence[Entity]) -> str:
    """A message that says its meaning: `/intent{"entity": "value"}`; several values of one entity are a list."""
    values: dict[str, list[object]] = {}
    for entity in entities:
        values.setdefault(entity.entity, []).append(entity.value)
    said = {name: items[0] if len(items) == 1 else items for name, items in values.items()}
    return f"/{intent or ''}{json.dumps(said, ensure_ascii=False) if said else ''}"


def response_saying(text: str, domain: Domain) -> str | None:
    """The response one of whose variations says this, with whatever in the place of a slot; None where none does."""
    for name, variations in domain.responses.items():
        for variation in variations:
            if variation.text and _pattern(variation.text).fullmatch(text.strip()):
                return name
    return None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _SLOT.split(text.strip())), re.DOTALL)


# --- what this bot can play -------------------------------------------------------------------------------------------


def fitted(script: Script, domain: Domain, source: str = "") -> tuple[Script, tuple[Problem, ...]]:
    """What of a script the bot of that domain can play, and what it lacks, each with its place; TrainerError where it
    lacks most: the script is another bot's."""
    fitting = _Fitting(domain, source)
    steps = [kept for step in script.steps if (kept := fitting.kept(step)) is not None]
    names = set(_names(script.steps))
    unknown = [name for name in names if name in fitting.unknown]
    if names and len(unknown) > _MOST_UNKNOWN * len(names):
        raise TrainerError(
            f"{script.name} is a conversation of another bot",
            f"{len(unknown)} of its {len(names)} intents and actions are none of this one: "
            f"{listed(sorted(unknown), _NAMED)}.",
            "Open the bot that it is of.",
        )
    return Script.of(script.name, steps), tuple(fitting.problems)


def _names(steps: Iterable[Step]) -> Iterable[str]:
    for step in steps:
        if isinstance(step, Said) and step.intent and not step.is_made:
            yield step.intent
        elif isinstance(step, Did) and step.action != ACTION_LISTEN and not step.is_made:
            yield step.action


class _Fitting:
    def __init__(self, domain: Domain, source: str) -> None:
        self.unknown: set[str] = set()
        self.problems: list[Problem] = []
        self._domain = domain
        self._source = source
        self._made: set[str] = set()

    def kept(self, step: Step) -> Step | None:
        match step:
            case Said():
                return self._message(step)
            case Did(action=action, is_made=is_made):
                self._made |= {action} if is_made else set()
                if action not in self._domain.action_set and action not in self._made:
                    self._lacks("action", action, step.line)
                    return None
                events = tuple(event for event in step.events or () if self._is_known(event, step.line))
                return step if step.events is None else replace(step, events=events)
            case SlotGiven(name=name):
                return step if self._is_known(SlotSet(name), step.line) else None
            case _:
                return step

    def _message(self, step: Said) -> Said:
        known = tuple(item for item in step.entities if item.entity in self._domain.entities)
        for entity in step.entities:
            if entity not in known and not step.is_made:
                self._lacks("entity", entity.entity, step.line)
        step = replace(step, entities=known) if not step.is_made else step
        self._made |= {step.intent} if step.is_made and step.intent else set()
        if step.intent and not self._domain.knows_intent(step.intent) and step.intent not in self._made:
            self._lacks("intent", step.intent, step.line)
            return replace(step, intent=None)
        return step

    def _is_known(self, event: Event, line: int | None) -> bool:
        match event:
            case SlotSet(name=name) if name not in self._domain.initial_slots:
                self._lacks("slot", name, line)
                return False
            case ActiveLoop(name=str(name)) if name not in self._domain.action_set:
                self._lacks("form", name, line)
                return False
        return True

    def _lacks(self, kind: str, name: str, line: int | None) -> None:
        if kind in ("action", "intent"):
            self.unknown.add(name)
        place = Place(self._source, line) if self._source else None
        what, hint = _lacking(kind, name)
        self.problems.append(Problem(what, place, hint, is_error=False))


def _lacking(kind: str, name: str) -> tuple[str, str]:
    """What a conversation names that the bot does not have, and what becomes of it."""
    hint = "You are asked what the message means." if kind == "intent" else "It is left out."
    return f"the bot has no {kind} {name!r}", hint


def story_events(events: Sequence[object], rule_condition: Sequence[Event] = ()) -> tuple[Event, ...]:
    """The events of a story, of its alternatives the first."""
    found: list[Event] = list(rule_condition)
    for event in events:
        alternatives: Mapping[int, Sequence[Event]] | Sequence[Sequence[Event]] = getattr(event, "alternatives", ())
        if alternatives:
            found.extend(alternatives[0])
        elif isinstance(event, Event):
            found.append(event)
    return tuple(found)
