"""Which question follows which answer, found by giving every state of a small bot every answer there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from trainer_tui.core.domain import Domain, Intent, ResponseVariation
from trainer_tui.core.events import ACTION_LISTEN, ActiveLoop, BotUttered, LoopInterrupted, SlotSet
from trainer_tui.core.slots import Form, Slot, SlotMapping
from trainer_tui.errors import IllegalInput
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.machine import SessionState, start, step
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ActionPredicted,
    ActionRan,
    ActionRejected,
    ButtonChosen,
    Confirmed,
    Denied,
    EffectFailed,
    EntitiesMarked,
    Input,
    IntentChosen,
    IntentNamed,
    MessageParsed,
    MessageTyped,
    NewNameRequested,
    ResponseWritten,
    ResultFound,
    ResultKept,
    ResultStubbed,
    Retried,
    SlotsExtracted,
    StubRequested,
    ValidationChosen,
    WarningAcknowledged,
)

FORM = "a_form"
DOMAIN = Domain(
    intents={"greet": Intent("greet")},
    slots={
        "asked": Slot("asked", "text", mappings=(SlotMapping("from_text"),)),
    },
    responses={"utter_greet": (ResponseVariation("Hello"),)},
    actions=("action_find",),
    forms={FORM: Form(FORM, ("asked",))},
)
CUSTOM = Slot("custom", "text", mappings=(SlotMapping("custom", action="action_find"),))
WITH_CUSTOM_SLOT = replace(DOMAIN, slots={**DOMAIN.slots, "custom": CUSTOM})
BUTTONS = BotUttered("Which?", {"buttons": [{"title": "This", "payload": "/greet"}]})


DENIED = {f"Denied({part})" for part in ("both", "intent", "entities", "action")}


def inputs() -> Iterator[Input]:
    """One of each kind, and more where what it says decides what follows; never what fits at every question."""
    yield MessageTyped("hello")
    yield ButtonChosen("/greet")
    for intent, is_shorthand in (("greet", False), ("greet", True), ("unknown", True), (None, False)):
        yield MessageParsed(ParseResult("hello", intent, 0.9, (), (("greet", 0.9),), is_shorthand))
    yield Confirmed()
    yield from (Denied(part) for part in ("both", "intent", "entities", "action"))
    yield IntentChosen("greet")
    yield NewNameRequested()
    yield IntentNamed("ask")
    yield EntitiesMarked(())
    yield SlotsExtracted(())
    for action in ("action_find", FORM, ACTION_LISTEN):
        yield ActionPredicted(EnsemblePrediction(((action, 0.9),), "policy", 0.9))
        yield ActionChosen(action)
    yield ActionPredicted(EnsemblePrediction(((FORM, 0.9),), "policy", 0.9, (LoopInterrupted(True),)))
    yield ActionNamed("action_new")
    yield ActionNamed("utter_new")
    yield ResponseWritten((ResponseVariation("New"),))
    yield ActionRan(())
    yield ActionRan((BUTTONS,))
    yield ActionRan((ActiveLoop(FORM), SlotSet("requested_slot", "asked")))
    yield ActionRejected()
    yield EffectFailed("it failed")
    yield Retried()
    yield StubRequested()
    yield ResultStubbed(())
    yield ResultFound((BUTTONS,))
    yield ResultFound((), is_rejected=True)
    yield ResultKept()
    yield ValidationChosen(True)
    yield ValidationChosen(False)
    yield WarningAcknowledged()


def transitions() -> dict[str, dict[str, set[str]]]:
    """Question or effect → what follows → the answers that lead there."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    waiting = [start(DOMAIN), start(WITH_CUSTOM_SLOT)]
    known = set(map(_kind, waiting))
    while waiting:
        state = waiting.pop()
        for given in inputs():
            try:
                after = step(state, given)
            except IllegalInput:
                continue
            found[_name(state)][_name(after)].add(_said(given))
            if _kind(after) not in known:
                known.add(_kind(after))
                waiting.append(after)
    return found


def mermaid() -> str:
    """The transitions as a state diagram; what leads to the same question shares an arrow."""
    lines = ["stateDiagram-v2", "    [*] --> AskMessage"]
    for before, following in sorted(transitions().items()):
        for after, given in sorted(following.items()):
            said = (
                {"Denied"} | {one for one in given if "(" not in one} if len(given & DENIED) == len(DENIED) else given
            )
            lines.append(f"    {before} --> {after}: {', '.join(sorted(said))}")
    return "\n".join(lines) + "\n"


def _name(state: SessionState) -> str:
    return type(state.waiting).__name__


def _said(given: Input) -> str:
    part = f"({given.part})" if isinstance(given, Denied) else ""
    return type(given).__name__ + part


def _kind(state: SessionState) -> tuple[object, ...]:
    """What of a state decides what can follow."""
    waiting, tracker = state.waiting, state.tracker
    decision = getattr(waiting, "decision", None) or getattr(getattr(waiting, "effect", None), "decision", None)
    parse, prediction = getattr(waiting, "parse", None), getattr(waiting, "prediction", None)
    return (
        "custom" in state.domain.slots,
        _name(state),
        type(getattr(waiting, "effect", None)),
        getattr(waiting, "then_entities", None),
        getattr(waiting, "is_settled", None),
        parse and parse.is_shorthand,
        decision and (decision.action, bool(decision.events)),
        prediction and (prediction.action, bool(prediction.events)),
        tracker.active_loop,
        isinstance(tracker.event, BotUttered),
        tracker.latest_action == ACTION_LISTEN,
    )
