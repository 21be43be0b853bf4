"""What happened in a session as a script: the way from one node to a later one, read off its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, SlotSet, UserUttered
from trainer_tui.dataclass import dataclass
from trainer_tui.session.nodes import Node
from trainer_tui.session.player import OUTCOMES
from trainer_tui.session.protocol import (
    ActionNamed,
    ActionPredicted,
    ActionRan,
    ActionRejected,
    AskStale,
    ButtonChosen,
    ChooseIntent,
    Confirmed,
    ConfirmIntent,
    ExtractSlots,
    IntentNamed,
    MessageTyped,
    ParseMessage,
    ResponseWritten,
    ResultKept,
    ResultStubbed,
    RunAction,
    SessionRestarted,
    SlotEdited,
    SlotsExtracted,
    StubResult,
    ValidationChosen,
)
from trainer_tui.session.script import BeganAnew, Did, Said, Script, SlotGiven, Step, fingerprint


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step and its nodes: `before` it the session stood, `asked` about it (the meaning, the action), and at `done` it
    was settled. `asked` is None where nobody was asked."""

    step: Step
    before: Node
    done: Node
    asked: Node | None = None


def script_of(name: str, steps: Sequence[RecordedStep]) -> Script:
    return Script.of(name, (item.step for item in steps))


def recorded(tip: Node, start: Node | None = None) -> list[RecordedStep]:
    """What lies between `start` (the beginning) and `tip`, in order; what is still asked about is left out."""
    way: list[Node] = []
    for node in tip.path():
        if node is start or node.parent is None:
            break
        way.append(node)
    recorder = _Recorder()
    for node in reversed(way):
        recorder.take(node)
    return recorder.steps


class _Recorder:
    def __init__(self) -> None:
        self.steps: list[RecordedStep] = []
        self._forget()

    def _forget(self) -> None:
        """What is known of the message or action that is under way."""
        self._before: Node | None = None
        self._asked: Node | None = None
        self._button: str | None = None
        self._is_made = False
        self._validates: bool | None = None
        self._variations: tuple[ResponseVariation, ...] = ()

    def take(self, node: Node) -> None:
        assert node.parent is not None
        before, given = node.parent, node.given
        match before.state.waiting, given:
            case _, SlotEdited(name, value):
                self._add(SlotGiven(name, value), before, node)
                return
            case _, (SessionRestarted() | MessageTyped()) if not isinstance(node.state.waiting, ParseMessage):
                self._add(BeganAnew(), before, node)
                return
            case _, (MessageTyped() | ButtonChosen()):
                self._forget()
                self._before = before
                self._button = given.title if isinstance(given, ButtonChosen) else None
            case _, (IntentNamed() | ActionNamed()):
                self._is_made = True
            case _, ResponseWritten(variations):
                self._variations = variations
            case _, ValidationChosen(validates):
                self._validates = validates
            case _, ActionPredicted():
                self._forget()
                self._before = self._asked = node
            case ExtractSlots(), SlotsExtracted(events):
                self._extracted(events, before)
            case StubResult(ExtractSlots()), ResultStubbed(events):
                self._extracted(events, before)
            case AskStale(ExtractSlots(), events), ResultKept():
                self._extracted(events, before)
            case RunAction(decision), ActionRan(events):
                self._did(decision.action, events, node)
            case RunAction(decision), ActionRejected():
                self._did(decision.action, (), node, is_rejected=True)
            case StubResult(RunAction(decision)), ResultStubbed(events):
                self._did(decision.action, events, node)
            case AskStale(RunAction(decision), events, is_rejected), ResultKept():
                self._did(decision.action, events, node, is_rejected)
            case _:
                pass
        if self._asked is None and isinstance(node.state.waiting, (ConfirmIntent, ChooseIntent)):
            self._asked = node
        if not isinstance(given, OUTCOMES):
            self._settled(node)

    def _settled(self, node: Node) -> None:
        """A message that was understood, or the bot's listening: nothing has to be run for it."""
        added = node.added_events()
        slots = {event.name: event.value for event in added if isinstance(event, SlotSet)}
        for event in added:
            if isinstance(event, UserUttered):
                said = Said(
                    event.text or "",
                    event.intent,
                    event.entities,
                    slots,
                    button=self._button,
                    is_made=self._is_made,
                    is_guess=isinstance(node.given, Confirmed) and node.given.is_guess,
                )
                self._add(said, self._before or node, node, self._asked)
            elif isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN:
                self._add(Did(ACTION_LISTEN, ()), self._before or node, node, self._asked)

    def _did(self, action: str, events: tuple[Event, ...], node: Node, is_rejected: bool = False) -> None:
        assert node.parent is not None
        did = Did(
            action,
            events,
            fingerprint(node.parent.state.tracker),
            is_rejected,
            self._validates,
            self._is_made,
            self._variations,
        )
        self._add(did, self._before or node.parent, node, self._asked)

    def _extracted(self, events: tuple[Event, ...], before: Node) -> None:
        latest = self.steps[-1]
        if isinstance(latest.step, Said):
            slots = {event.name: event.value for event in events if isinstance(event, SlotSet)}
            seen = fingerprint(before.state.tracker)
            said = replace(latest.step, slots=slots, extracted=events, seen=seen)
            self.steps[-1] = replace(latest, step=said)

    def _add(self, step: Step, before: Node, done: Node, asked: Node | None = None) -> None:
        self.steps.append(RecordedStep(step, before, done, asked))
        self._forget()
