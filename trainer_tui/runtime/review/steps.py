"""A conversation's events as the steps that a person reads, with what today's model says of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from trainer_tui.asking.reviewing import StepView
from trainer_tui.core.domain import base_intent
from trainer_tui.core.events import (
    ActionExecuted,
    ActiveLoop,
    AgentUttered,
    BotUttered,
    Event,
    SlotSet,
    UserFeaturization,
    UserUttered,
    as_dict,
)
from trainer_tui.review.remembering import Foreseen
from trainer_tui.review.sessions import Session
from trainer_tui.review.worth import Read
from trainer_tui.session.told import shorthand


def steps_back(session: Session, before: int | None = None) -> Iterator[StepView]:
    """The steps before that event, or all, the latest first; without Rasa's own beginning."""
    stop = len(session.events) if before is None else min(before, len(session.events))
    for index in range(stop - 1, session.begun - 1, -1):
        event = session.events[index]
        match event:
            case UserUttered():
                meaning = shorthand(event.intent, event.entities).removeprefix("/")
                yield StepView(index, "message", session.times[index], event.text or "", meaning)
            case ActionExecuted():
                yield StepView(index, "action", session.times[index], "", event.name or event.text or "")
            case BotUttered() | AgentUttered():
                yield StepView(index, "said", session.times[index], _answer(event))
            case SlotSet():
                yield StepView(index, "slot", session.times[index], f"{event.name} = {_json(event.value)}")
            case UserFeaturization():
                pass
            case _:
                yield StepView(index, "note", session.times[index], _note(event))


def judged(step: StepView, event: Event, foreseen: Mapping[int, Foreseen], read: Read) -> StepView:
    """The step with what today's model says in its place."""
    today, confidence = "", None
    differs = False
    if isinstance(event, UserUttered):
        reading = read(event.text) if event.text else None
        if reading is not None:
            parsed = reading.parsed
            today, confidence = shorthand(parsed.intent, parsed.entities).removeprefix("/"), parsed.confidence
            differs = base_intent(parsed.intent) != base_intent(event.intent)
    elif step.index in foreseen:
        today, confidence = foreseen[step.index].action, foreseen[step.index].confidence
        differs = today != step.did
    return StepView(step.index, step.kind, step.at, step.text, step.did, today, confidence, differs, step.is_flagged)


def _answer(event: BotUttered | AgentUttered) -> str:
    shown = {name: value for name, value in event.data.items() if value}
    return "  ".join(part for part in (event.text, _json(shown) if shown else "") if part)


def _note(event: Event) -> str:
    if isinstance(event, ActiveLoop):
        return f"form {event.name}" if event.name else "form over"
    body = {name: value for name, value in as_dict(event).items() if name != "timestamp" and value is not None}
    kind = str(body.pop("event")).replace("_", " ")
    return f"{kind} {' '.join(str(value) for value in body.values())}".rstrip()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
