"""Events of a conversation: what happened, in Rasa's names and Rasa's JSON.

`as_dict` and `from_dict` are driven by one table. The eras differ in two names: up to 1.x a form is `form` and
`form_validation`, from 2.0 on it is `active_loop` and `loop_interrupted`; both are read, and the era chooses which is
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from trainer_tui.dataclass import dataclass, replace
from trainer_tui.errors import FormatError
from trainer_tui.words import quoted

ACTION_LISTEN = "action_listen"
REQUESTED_SLOT = "requested_slot"
_END_OF_TIME = 253_402_214_400.0
"""A day before the year 10000, so that it is one in every zone."""


class Era(Enum):
    """Which Rasa a project was made for; semantics and dialect follow from it."""

    CORE = "core"
    """Rasa Core and Rasa 1.x: Markdown, `templates:`, `form`, slots filled by entity name."""
    RASA_2 = "2"
    """Rasa 2.x: YAML, `responses:`, `active_loop`, rules; slots filled by entity name."""
    RASA_3 = "3"
    """Rasa 3.x: as 2.x, slots filled by their mappings only."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled span of a message; `start`/`end` are offsets in code points, None where the text is unknown."""

    entity: str
    value: Any
    start: int | None = None
    end: int | None = None
    role: str | None = None
    group: str | None = None
    extractor: str | None = None
    confidence: float | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The names under which Rasa features this entity: `city`, and `city#from`, `city#1` for role and group."""
        extra = [f"{self.entity}#{label}" for label in (self.role, self.group) if label]
        return (self.entity, *extra)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a character with those from `start` to `end` (exclusive); never where it has no place."""
        return self.start is not None and self.end is not None and self.start < end and start < self.end

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"entity": self.entity, "value": self.value}
        for name in ("start", "end", "role", "group", "extractor"):
            value = getattr(self, name)
            if value is not None:
                found[name] = value
        if self.confidence is not None:
            found["confidence_entity"] = self.confidence
        return found

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Entity:
        return cls(
            entity=_name(source, "entity"),
            value=source.get("value"),
            start=_number(source, "start"),
            end=_number(source, "end"),
            role=_text(source, "role"),
            group=_text(source, "group"),
            extractor=_text(source, "extractor"),
            confidence=_number(source, "confidence_entity"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Anything that happened; `timestamp` is seconds since 1970, None where nobody took the time (stories, servers)."""

    timestamp: float | None = field(default=None, compare=False)


def stamped(events: Iterable[Event], at: float) -> tuple[Event, ...]:
    """Where nobody took the time, it happened at that one."""
    return tuple(event if event.timestamp is not None else replace(event, timestamp=at) for event in events)


@dataclass(frozen=True, slots=True)
class UserUttered(Event):
    """A user message with its meaning. Stories may lack `text`; end-to-end stories may lack `intent`."""

    text: str | None = None
    intent: str | None = None
    intent_confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    intent_ranking: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def labels(self) -> frozenset[str]:
        """Those of its entities."""
        return frozenset(label for entity in self.entities for label in entity.labels)


@dataclass(frozen=True, slots=True)
class BotUttered(Event):
    """What the bot said. `data` holds buttons, image, attachment, elements, quick_replies, custom where given;
    `response` names the response it came from, if any."""

    text: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    response: str | None = None

    @property
    def buttons(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.data.get("buttons") or ())


@dataclass(frozen=True, slots=True)
class ActionExecuted(Event):
    """An action ran; `text` instead of `name` in an end-to-end story (`bot:`)."""

    name: str | None
    policy: str | None = field(default=None, compare=False)
    confidence: float | None = field(default=None, compare=False)
    text: str | None = None
    hide_rule_turn: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class SlotSet(Event):
    name: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class EntitiesAdded(Event):
    """Entities that a policy found in the latest message."""

    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class UserFeaturization(Event):
    use_text_for_featurization: bool = False


@dataclass(frozen=True, slots=True)
class Restarted(Event):
    pass


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    pass


@dataclass(frozen=True, slots=True)
class UserUtteranceReverted(Event):
    """`rewind`: the latest message and the action before it are as if they had not been."""


@dataclass(frozen=True, slots=True)
class ActionReverted(Event):
    """`undo`: the latest action is as if it had not been."""


@dataclass(frozen=True, slots=True)
class AllSlotsReset(Event):
    pass


@dataclass(frozen=True, slots=True)
class ConversationPaused(Event):
    pass


@dataclass(frozen=True, slots=True)
class ConversationResumed(Event):
    pass


@dataclass(frozen=True, slots=True)
class FollowupAction(Event):
    name: str


@dataclass(frozen=True, slots=True)
class ReminderScheduled(Event):
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReminderCancelled(Event):
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryExported(Event):
    path: str | None = None


@dataclass(frozen=True, slots=True)
class AgentUttered(Event):
    text: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActiveLoop(Event):
    """A form starts (`name`) or ends (None)."""

    name: str | None


@dataclass(frozen=True, slots=True)
class LoopInterrupted(Event):
    """The form will take the next message without filling the requested slot from it (`form_validation: false`)."""

    is_interrupted: bool


@dataclass(frozen=True, slots=True)
class ActionExecutionRejected(Event):
    """A form (or action) refused to run: HTTP 400, or another action took its turn."""

    name: str
    policy: str | None = field(default=None, compare=False)
    confidence: float | None = field(default=None, compare=False)


BARE: Mapping[str, type[Event]] = {
    "restart": Restarted,
    "session_started": SessionStarted,
    "rewind": UserUtteranceReverted,
    "undo": ActionReverted,
    "reset_slots": AllSlotsReset,
    "pause": ConversationPaused,
    "resume": ConversationResumed,
}
"""Events whose JSON, and whose mention in a story, is nothing but their name."""
_BARE_NAMES = {kind: name for name, kind in BARE.items()}


def as_dict(event: Event, era: Era = Era.RASA_3) -> dict[str, Any]:
    """The event as Rasa's JSON of that era."""
    body = _body(event, era)
    return {"event": body.pop("event"), "timestamp": event.timestamp, **body}


def _body(event: Event, era: Era) -> dict[str, Any]:
    match event:
        case UserUttered():
            intent = {"name": event.intent, "confidence": event.intent_confidence}
            entities = [entity.as_dict() for entity in event.entities]
            ranking = [{"name": name, "confidence": confidence} for name, confidence in event.intent_ranking]
            parsed = {"text": event.text, "intent": intent, "entities": entities, "intent_ranking": ranking}
            return {"event": "user", "text": event.text, "parse_data": parsed, "metadata": dict(event.metadata)}
        case BotUttered():
            metadata = {"utter_action": event.response} if event.response else {}
            return {"event": "bot", "text": event.text, "data": dict(event.data), "metadata": metadata}
        case ActionExecuted():
            body = {"event": "action", "name": event.name, "policy": event.policy, "confidence": event.confidence}
            if event.text is not None:
                body["action_text"] = event.text
            if event.hide_rule_turn:
                body["hide_rule_turn"] = True
            return body
        case SlotSet():
            return {"event": "slot", "name": event.name, "value": event.value}
        case EntitiesAdded():
            return {"event": "entities", "entities": [entity.as_dict() for entity in event.entities]}
        case UserFeaturization():
            return {
                "event": "user_featurization",
                "use_text_for_featurization": event.use_text_for_featurization,
            }
        case FollowupAction():
            return {"event": "followup", "name": event.name}
        case ReminderScheduled():
            return {"event": "reminder", **event.details}
        case ReminderCancelled():
            return {"event": "cancel_reminder", **event.details}
        case StoryExported():
            return {"event": "export", "path": event.path}
        case AgentUttered():
            return {"event": "agent", "text": event.text, "data": dict(event.data)}
        case ActiveLoop():
            return {"event": "form" if era is Era.CORE else "active_loop", "name": event.name}
        case LoopInterrupted():
            if era is Era.CORE:
                return {"event": "form_validation", "validate": not event.is_interrupted}
            return {"event": "loop_interrupted", "is_interrupted": event.is_interrupted}
        case ActionExecutionRejected():
            return {
                "event": "action_execution_rejected",
                "name": event.name,
                "policy": event.policy,
                "confidence": event.confidence,
            }
        case _:
            return {"event": _BARE_NAMES[type(event)]}


def from_dict(source: Mapping[str, Any]) -> Event:
    """The event of Rasa's JSON, of any era; FormatError names an event that is unknown or lacks a part."""
    if not isinstance(source, Mapping):
        raise FormatError("an event is not a JSON object", f"Found {quoted(source, 80)}.", 'Expected {"event": ...}.')
    kind = source.get("event")
    try:
        return _from_dict(str(kind), source)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FormatError(
            f"the event {kind!r} cannot be read",
            str(error) if type(error) is ValueError else "",
            'Expected Rasa\'s event JSON, such as {"event": "slot", "name": ..., "value": ...}.',
        ) from error


def moment(time: Any) -> float | None:
    """When an event of Rasa's JSON happened; None where nobody took the time, or no calendar knows it."""
    return float(time) if isinstance(time, (int, float)) and 0 <= time < _END_OF_TIME else None


def _text(source: Mapping[str, Any], name: str) -> str | None:
    """A part that is a text; code that says numbers writes these instead."""
    value = source.get(name)
    if isinstance(value, (list, dict)):
        raise ValueError(f"its {name!r} is no text")
    return None if value is None else str(value)


def _name(source: Mapping[str, Any], name: str) -> str:
    if not (found := _text(source, name)):
        raise ValueError(f"it has no {name!r}")
    return found


def _number(source: Mapping[str, Any], name: str) -> Any:
    value = source.get(name)
    if value is not None and not isinstance(value, (int, float)):
        raise ValueError(f"its {name!r} is no number")
    return value


def _from_dict(kind: str, source: Mapping[str, Any]) -> Event:
    timestamp = moment(source.get("timestamp"))
    if kind in BARE:
        return BARE[kind](timestamp=timestamp)
    match kind:
        case "user":
            parsed = source.get("parse_data") or {}
            intent = parsed.get("intent") or {}
            return UserUttered(
                text=_text(source, "text"),
                intent=_text(intent, "name"),
                intent_confidence=float(intent.get("confidence") or 0.0),
                entities=tuple(Entity.from_dict(item) for item in parsed.get("entities") or ()),
                intent_ranking=tuple(
                    (name, float(item["confidence"]))
                    for item in parsed.get("intent_ranking") or ()
                    if (name := _text(item, "name"))
                ),
                metadata=dict(source.get("metadata") or {}),
                timestamp=timestamp,
            )
        case "bot":
            response = _text(source.get("metadata") or {}, "utter_action")
            data = {name: value for name, value in (source.get("data") or {}).items() if value is not None}
            return BotUttered(text=_text(source, "text"), data=data, response=response, timestamp=timestamp)
        case "action":
            return ActionExecuted(
                name=_text(source, "name"),
                policy=_text(source, "policy"),
                confidence=_number(source, "confidence"),
                text=_text(source, "action_text"),
                hide_rule_turn=bool(source.get("hide_rule_turn", False)),
                timestamp=timestamp,
            )
        case "slot":
            return SlotSet(_name(source, "name"), source.get("value"), timestamp=timestamp)
        case "entities":
            return EntitiesAdded(
                tuple(Entity.from_dict(item) for item in source.get("entities") or ()), timestamp=timestamp
            )
        case "user_featurization":
            return UserFeaturization(bool(source.get("use_text_for_featurization")), timestamp=timestamp)
        case "followup":
            return FollowupAction(_name(source, "name"), timestamp=timestamp)
        case "reminder" | "cancel_reminder":
            details = {name: value for name, value in source.items() if name not in ("event", "timestamp")}
            reminder = ReminderScheduled if kind == "reminder" else ReminderCancelled
            return reminder(details, timestamp=timestamp)
        case "export":
            return StoryExported(_text(source, "path"), timestamp=timestamp)
        case "agent":
            return AgentUttered(_text(source, "text"), dict(source.get("data") or {}), timestamp=timestamp)
        case "form" | "active_loop":
            return ActiveLoop(_text(source, "name"), timestamp=timestamp)
        case "form_validation":
            return LoopInterrupted(not source.get("validate", True), timestamp=timestamp)
        case "loop_interrupted":
            return LoopInterrupted(bool(source.get("is_interrupted", False)), timestamp=timestamp)
        case "action_execution_rejected":
            return ActionExecutionRejected(
                _name(source, "name"), _text(source, "policy"), _number(source, "confidence"), timestamp=timestamp
            )
        case _:
            raise ValueError("no event of that name exists")
