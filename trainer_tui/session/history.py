"""The conversation pane: a node's part of the history, from what its input added to the tracker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
    as_dict,
)
from trainer_tui.core.growing import Growing
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass, replace
from trainer_tui.session.nodes import Node
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ButtonChosen,
    Confirmed,
    Decision,
    EntitiesMarked,
    ExamplesConfirmed,
    IntentChosen,
    IntentNamed,
    MessageTyped,
    ResponseReworded,
    ResponseWritten,
    ResultKept,
    ResultStubbed,
    Retried,
    SessionRestarted,
    StubRequested,
    WorldInput,
)
from trainer_tui.session.script import BeganAnew, Did, LeftOpen, Said, SlotGiven, Step
from trainer_tui.session.view import UNSURE_BELOW, ForkPoint, HistoryEntry, Mark
from trainer_tui.words import counted


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told up to a node, and how many messages are; those before and behind it share it."""

    entries: Growing[HistoryEntry]
    messages: Growing[ForkPoint]
    number: int = 0


class History:
    """The entries and the messages from the root to a node; of one that goes on from a known node, only what is new is
    made."""

    def __init__(self) -> None:
        self._told: dict[int, _Told] = {}

    def entries(self, head: Node) -> Sequence[HistoryEntry]:
        """All entries up to `head`, oldest first; messages are numbered from 1, as wherever they are listed."""
        return self._up_to(head).entries

    def fork_points(self, head: Node) -> Sequence[ForkPoint]:
        """The messages up to `head`, oldest first."""
        return self._up_to(head).messages

    def _up_to(self, head: Node) -> _Told:
        missing: list[Node] = []
        node: Node | None = head
        while node is not None and node.id not in self._told:
            missing.append(node)
            node = node.parent
        told = self._told[node.id] if node is not None else _Told(Growing(), Growing())
        for added in reversed(missing):
            told = self._told[added.id] = _with(told, added)
        return told


def _with(told: _Told, node: Node) -> _Told:
    entries, messages, number = told.entries, told.messages, told.number
    if isinstance(node.given, ExamplesConfirmed):
        entries = _confirmed(entries, node.given.examples)
    for entry in entries_of(node):
        if entry.kind == "message":
            number += 1
            entry = replace(entry, number=number)
        entries = entries.with_item(entry)
    if (text := node.message) is not None:
        messages = messages.with_item(ForkPoint(node.id, node.messages, text))
    return told if entries is told.entries and messages is told.messages else _Told(entries, messages, number)


def _confirmed(entries: Growing[HistoryEntry], examples: Iterable[Example]) -> Growing[HistoryEntry]:
    """The entries with what messages were taken for marked as right where a person has said so since."""
    known = {(example.text, f"intent {example.intent}") for example in examples}
    found: list[HistoryEntry] = []
    for entry in entries:
        if entry.is_guess and found and (found[-1].text, entry.text) in known:
            entry = replace(entry, mark=Mark.CONFIRMED)
        found.append(entry)
    return Growing.of(found) if found != list(entries) else entries


def entries_of_steps(steps: Iterable[Step]) -> list[HistoryEntry]:
    """What a script has still to be played, as it would stand in the conversation."""
    entries: list[HistoryEntry] = []
    for step in steps:
        match step:
            case Said(text, intent, entities):
                entries.append(HistoryEntry("you", "message", text, entities=entities))
                if intent is not None:
                    entries.append(HistoryEntry("you", "intent", f"intent {intent}"))
            case Did(action, events):
                entries.append(HistoryEntry("bot", "action", action))
                said = (event.text for event in events or () if isinstance(event, BotUttered) and event.text)
                entries += [HistoryEntry("bot", "text", text) for text in said]
            case SlotGiven(name, value):
                entries.append(HistoryEntry("bot", "slot", f"slot {name} = {shown_value(value)}", mark=Mark.CHANGED))
            case BeganAnew():
                entries.append(HistoryEntry("bot", "event", "a new conversation begins"))
            case LeftOpen():
                pass
    return entries


def entries_of(node: Node) -> list[HistoryEntry]:
    """What one input added to the conversation."""
    entries: list[HistoryEntry] = []
    for event in node.added_events():
        entries += _entries(event, node)
    return entries


def _entries(event: Event, node: Node) -> list[HistoryEntry]:
    match event:
        case UserUttered():
            return _message(event, node)
        case ActionExecuted():
            # That a conversation begins by waiting is no news.
            return [_action(event, node)] if node.parent is not None else []
        case BotUttered():
            return _utterance(event, node)
        case SlotSet():
            return [
                HistoryEntry(
                    "bot", "slot", f"slot {event.name} = {shown_value(event.value)}", mark=Mark.CHANGED, at=node.id
                )
            ]
        case ActiveLoop():
            return [HistoryEntry("bot", "form", f"form {event.name} starts" if event.name else "form ends", at=node.id)]
        case ActionExecutionRejected():
            return [HistoryEntry("bot", "form", f"{event.name} steps aside", at=node.id)]
        case LoopInterrupted():
            verb = "fills no slot from this message" if event.is_interrupted else "fills slots again"
            return [HistoryEntry("bot", "form", f"the form {verb}", at=node.id)]
        case _:
            body = {name: value for name, value in as_dict(event).items() if name not in ("event", "timestamp")}
            text = as_dict(event)["event"] + (shown_value(body) if body else "")
            return [HistoryEntry("bot", "event", text, at=node.id)]


def _message(event: UserUttered, node: Node) -> list[HistoryEntry]:
    origin = next((earlier for earlier in node.path() if isinstance(earlier.given, (MessageTyped, ButtonChosen))), None)
    parsed = event.intent_ranking[0][0] if event.intent_ranking else event.intent
    was_right = parsed == event.intent
    mark = Mark.CORRECTED if not was_right else Mark.ACCEPTED if _was_accepted(node) else Mark.CONFIRMED
    return [
        HistoryEntry(
            "you", "message", event.text or "", entities=event.entities, node=origin.id if origin else None, at=node.id
        ),
        HistoryEntry(
            "you",
            "intent",
            f"intent {event.intent}",
            mark=mark,
            # What the interpreter gave it: that a person chose it the mark says.
            confidence=event.intent_confidence if was_right else dict(event.intent_ranking).get(event.intent or ""),
            wanted=None if was_right else parsed,
            at=node.id,
            script=_by_script(node),
            is_guess=_is_guess(node),
        ),
    ]


def _answered(node: Node) -> Node:
    """The latest answer up to this node, whoever gave it."""
    while node.parent is not None and isinstance(node.given, WorldInput):
        node = node.parent
    return node


def _was_accepted(node: Node) -> bool:
    given = _answered(node).given
    return isinstance(given, Confirmed) and (given.is_automatic or given.is_guess)


def _is_guess(node: Node) -> bool:
    given = _answered(node).given
    return isinstance(given, Confirmed) and given.is_guess


def _by_script(node: Node) -> Literal["agrees", "differs"] | None:
    """Whether the bot did by itself what the script said, at the latest answer up to this node; what came of it may
    have been asked about. None where it says nothing of that, as a chat log of a meaning."""
    if node.play is None:
        return None
    at = _answered(node)
    while at.parent is not None and isinstance(at.given, _ABOUT_RESULTS):
        at = _answered(at.parent)
    if at.is_played and not isinstance(at.given, _CORRECTIONS):
        return "agrees"
    asked = at.parent.play.step if at.parent is not None and at.parent.play is not None else None
    is_open = isinstance(asked, LeftOpen) or (isinstance(asked, Said) and asked.intent is None)
    return None if is_open else "differs"


_ABOUT_RESULTS = (ResultKept, Retried, StubRequested, ResultStubbed)
_CORRECTIONS = (ActionChosen, ActionNamed, EntitiesMarked, IntentChosen, IntentNamed, ResponseWritten)


def _action(event: ActionExecuted, node: Node) -> HistoryEntry:
    name = event.name or event.text or ""
    decision = node.state.decision if node.parent else None
    if decision is None or decision.action != event.name:
        return HistoryEntry("bot", "action", name, at=node.id)
    return HistoryEntry(
        "bot",
        "action",
        name,
        mark=Mark.ACCEPTED if _was_accepted(node) else mark_of(decision),
        confidence=decision.confidence,
        wanted=decision.predicted if decision.was_corrected else None,
        at=node.id,
        script=_by_script(node),
    )


def mark_of(decision: Decision) -> Mark:
    if decision.was_corrected:
        return Mark.CORRECTED
    return Mark.UNSURE if decision.confidence < UNSURE_BELOW else Mark.CONFIRMED


def _utterance(event: BotUttered, node: Node) -> list[HistoryEntry]:
    entries = [HistoryEntry("bot", "text", event.text, at=node.id)] if event.text else []
    for number, button in enumerate(event.buttons, 1):
        text = f"{number} {button.get('title', '')} ({button.get('payload', '')})"
        entries.append(HistoryEntry("bot", "buttons", text, at=node.id))
    for name, value in event.data.items():
        if name != "buttons" and value:
            entries.append(HistoryEntry("bot", "event", f"{name}: {shown_value(value)}", at=node.id))
    return entries


def shown_value(value: Any) -> str:
    """A slot's or entity's value as JSON, which tells the text "3" from the number 3; a word for none."""
    return "unset" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def label_of(node: Node) -> str:
    """An answer in a few words, for "Undo last: …"."""
    given: Any = node.given
    if isinstance(given, SessionRestarted):
        return _WORDS["SessionRestarted"]
    if isinstance(given, ExamplesConfirmed):
        count, first = len(given.examples), given.examples[0]
        return f"{counted(count, 'example')} of {first.intent}" if count > 1 else f"{first.text!r} as {first.intent}"
    if isinstance(given, ResponseReworded):
        return f"what {given.action} says"
    for name in ("text", "intent", "action", "payload", "name"):
        value = getattr(given, name, None)
        if isinstance(value, str) and value:
            return value
    waiting = node.parent.state.waiting if node.parent else None
    prediction = getattr(waiting, "prediction", None)
    if prediction is not None:
        return f"{'yes to' if type(given).__name__ == 'Confirmed' else 'no to'} {prediction.action}"
    parse = getattr(waiting, "parse", None)
    if parse is not None:
        return f"the meaning of {parse.text!r}"
    return _WORDS.get(type(given).__name__, type(given).__name__)


_WORDS = {
    "SessionRestarted": "start fresh",
    "ValidationChosen": "whether the form validates",
    "WarningAcknowledged": "the warning",
    "ResponseWritten": "the new response",
    "ResultStubbed": "the stubbed result",
    "Retried": "retry",
    "StubRequested": "stub the result",
    "ResultKept": "the result that is kept",
}
