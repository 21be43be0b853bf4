"""Plays a script against the session: which answer it gives, which it leaves to the person, and how far that leads.

Two pure functions. `decide` looks at what the session waits for and at the next step: where the bot would do what the
script says, the answer is given by itself (`Give`); where it would not, the person is asked with the script's answer
as the likely one (`Ask`); what nobody knows the world has to answer (None). `advanced` moves on in the script after
each input, whoever gave it.

An action that is none of the script's stands in place of the script's or before it, which only the next prediction
tells: both are then looked for. One that comes later in the turn drops those between; listening ends the turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, ActionExecutionRejected, Entity, Event, UserUttered
from trainer_tui.dataclass import dataclass, replace
from trainer_tui.session.machine import SessionState
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ActionRan,
    ActionRejected,
    AskButton,
    AskFormValidation,
    AskMessage,
    AskStale,
    ButtonChosen,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Denied,
    EntitiesMarked,
    ExtractSlots,
    HumanInput,
    Input,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    MessageTyped,
    NameAction,
    NameIntent,
    NewNameRequested,
    ParseMessage,
    ParseResult,
    ResponseWritten,
    ResultFound,
    ResultKept,
    ResultStubbed,
    Retried,
    RunAction,
    SessionRestarted,
    SlotEdited,
    SlotsExtracted,
    ValidationChosen,
    WriteResponse,
)
from trainer_tui.session.script import BeganAnew, Did, LeftOpen, Play, Said, SlotGiven, fingerprint

OUTCOMES = (ActionRan, ActionRejected, ResultKept, ResultStubbed)
"""Inputs that say what an action did."""

NeedsServer = Callable[[str, Domain], bool]


@dataclass(frozen=True, slots=True)
class Give:
    """These inputs, one after the other, without asking."""

    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """The person decides; `inputs` are the script's answer."""

    inputs: tuple[HumanInput, ...]


Word = Give | Ask | None


def decide(state: SessionState, play: Play, needs_server: NeedsServer) -> Word:
    """What the script says now; None where it says nothing: the world or the person is to answer."""
    match state.waiting, play.step:
        case ((AskMessage() | AskButton()), _):
            return _message(play)
        case ConfirmIntent(parse), Said() as said:
            return _intent(state, parse, said)
        case ChooseIntent(parse, _, then_entities), Said(intent=str()) as said:
            inputs = (*_named(state, said), *((EntitiesMarked(said.entities),) if then_entities else ()))
            return Give(inputs) if said.is_settled else Ask(inputs)
        case NameIntent(_, then_entities), Said(intent=str(intent)) as said:
            return Ask((IntentNamed(intent), *((EntitiesMarked(said.entities),) if then_entities else ())))
        case MarkEntities(parse), Said() as said if parse.text == said.text and not said.is_reworded:
            return Ask((EntitiesMarked(said.entities),))
        case ExtractSlots(), _ if understood := _before(play):
            return _extracted(state, understood, play)
        case ConfirmAction(), SlotGiven(name, value):
            return Give((SlotEdited(name, value),))
        case ((ConfirmIntent() | ConfirmAction()), BeganAnew()):
            return Give((SessionRestarted(),))
        case ConfirmAction(prediction), _:
            return _action(state, prediction.action, play)
        case ChooseAction(prediction), _:
            found = _expected(play, prediction.action)
            return Ask(_chosen(state, found)) if found else None
        case NameAction(), Did(is_made=True) as did:
            return Ask((ActionNamed(did.action), *_written(did)))
        case WriteResponse(action), Did() as did if did.action == action and did.variations:
            return Ask(_written(did))
        case AskFormValidation(), Did(validates=bool(validates)):
            return Give((ValidationChosen(validates),))
        case RunAction(decision), _:
            return _result(state, decision.action, play, needs_server)
        case AskStale(), _:
            return Ask((ResultKept(),))
        case _:
            return None


def _message(play: Play) -> Word:
    position = _next_message(play)
    step = play.script.steps[position] if position is not None else None
    match step:
        case Said(text, button=str(title)):
            return Give((ButtonChosen(text, title),))
        case Said(text):
            return Give((MessageTyped(text),))
        case SlotGiven(name, value):
            return Give((SlotEdited(name, value),))
        case BeganAnew():
            return Give((SessionRestarted(),))
        case _:
            return None


def _next_message(play: Play) -> int | None:
    """The step that can be played while the bot listens: what it would have done before is passed over."""
    for position in range(play.position, len(play.script.steps)):
        if not isinstance(play.script.steps[position], (Did, LeftOpen)):
            return position
    return None


# --- the message --------------------------------------------------------------------------------------------------


def _intent(state: SessionState, parse: ParseResult, said: Said) -> Word:
    if said.intent is None:
        return None
    is_right = parse.intent == said.intent
    is_marked = same_entities(parse.entities, said.entities, by_kind=said.is_reworded)
    if is_right and is_marked:
        return Give((Confirmed(is_guess=said.is_guess),))
    # Of new words nobody has marked the entities: those that were found stay.
    are_kept = is_marked or said.is_reworded
    inputs: tuple[HumanInput, ...]
    if is_right and said.is_reworded:
        return None
    if is_right:
        inputs = (Denied("entities"), EntitiesMarked(said.entities))
    elif are_kept:
        inputs = _named(state, said)
    else:
        inputs = (Denied("both"), *_named(state, said), EntitiesMarked(said.entities))
    return Give(inputs) if said.is_settled else Ask(inputs)


def same_entities(one: Iterable[Entity], other: Iterable[Entity], by_kind: bool = False) -> bool:
    """Whether two markings say the same, whatever found them; `by_kind`: of other words, the same kinds."""
    return _marks(one, by_kind) == _marks(other, by_kind)


def _marks(entities: Iterable[Entity], by_kind: bool) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = [
        (item.entity, item.role, item.group, *(() if by_kind else (repr(item.value), item.start, item.end)))
        for item in entities
    ]
    return sorted(found, key=repr)


def _extracted(state: SessionState, said: Said, play: Play) -> Word:
    if said.extracted is None or play.runs_anew:
        return None
    is_same = said.seen in ("", fingerprint(state.tracker))
    return Give((SlotsExtracted(said.extracted) if is_same else ResultFound(said.extracted),))


def _named(state: SessionState, said: Said) -> tuple[HumanInput, ...]:
    assert said.intent is not None
    if said.is_made and not state.domain.knows_intent(said.intent):
        return (NewNameRequested(), IntentNamed(said.intent))
    return (IntentChosen(said.intent),)


def _before(play: Play) -> Said | None:
    """The message that was just understood."""
    step = play.script.steps[play.position - 1] if play.position else None
    return step if isinstance(step, Said) else None


# --- the action ---------------------------------------------------------------------------------------------------


def _action(state: SessionState, predicted: str, play: Play) -> Word:
    did = _expected(play, predicted)
    if did is None:
        return None
    inputs = _chosen(state, did)
    if did.action == predicted and len(inputs) == 1:
        return Give((Confirmed(),))
    return Give(inputs) if did.is_settled or did.action == predicted else Ask(inputs)


def _expected(play: Play, predicted: str) -> Did | None:
    """The action of the script that belongs here; None where it says nothing."""
    match play.step:
        case Did() as did:
            if not play.has_strayed or did.action in (predicted, ACTION_LISTEN):
                return did
            following = play.script.steps[play.position + 1 : play.position + 2]
            return following[0] if following and isinstance(following[0], Did) else did
        case _:
            return None


def _chosen(state: SessionState, did: Did) -> tuple[HumanInput, ...]:
    if did.is_made and did.action not in state.domain.action_set:
        return (NewNameRequested(), ActionNamed(did.action), *_written(did))
    return (ActionChosen(did.action),)


def _written(did: Did) -> tuple[HumanInput, ...]:
    return (ResponseWritten(did.variations),) if did.variations else ()


def _result(state: SessionState, action: str, play: Play, needs_server: NeedsServer) -> Word:
    did = next((step for _, step in play.rest_of_turn() if step.action == action), None)
    if did is None or did.events is None or play.runs_anew:
        return None
    if did.seen in ("", fingerprint(state.tracker)):
        return Give((ActionRejected() if did.is_rejected else ActionRan(did.events),))
    # What runs in this process does no harm: it is run as if nothing were known.
    return Give((ResultFound(did.events, did.is_rejected),)) if needs_server(action, state.domain) else None


# --- how far it leads ---------------------------------------------------------------------------------------------


def advanced(play: Play, before: SessionState, given: Input, after: SessionState) -> Play | None:
    """The play after an input that led from one state to another; None where the session has left the script."""
    match before.waiting, given:
        case ((AskMessage() | AskButton()), (MessageTyped(text) | ButtonChosen(text))):
            position = _next_message(play)
            step = play.script.steps[position] if position is not None else None
            if position is None or not isinstance(step, Said) or step.text != text:
                return None
            # `/restart` is no message: it begins anew at once.
            return play.to(position if isinstance(after.waiting, ParseMessage) else position + 1)
        case _, SlotEdited(name, value):
            position = _next_message(play)
            step = play.script.steps[position] if position is not None else None
            is_its = position is not None and isinstance(step, SlotGiven) and (step.name, step.value) == (name, value)
            return play.to(position + 1) if is_its and position is not None else play
        case _, SessionRestarted():
            position = _next_message(play)
            step = play.script.steps[position] if position is not None else None
            return play.to(position + 1) if position is not None and isinstance(step, BeganAnew) else None
        case AskStale(), Retried():
            return replace(play, runs_anew=True)
        case ExtractSlots(), SlotsExtracted():
            return replace(play, runs_anew=False)
    for event in _added(before, after):
        match event:
            case UserUttered():
                play = play.to(play.position + 1) if isinstance(play.step, Said) else play
            case ActionExecuted(name=str(action)):
                play = _after_action(play, action)
            case ActionExecutionRejected(name=action) if isinstance(given, OUTCOMES):
                play = _after_action(play, action)
            case _:
                pass
        if isinstance(event, ActionExecuted) and isinstance(given, OUTCOMES):
            # What a restart logs behind it, the bot's listening, is the machine's own.
            return play
    return play


def _added(before: SessionState, after: SessionState) -> list[Event]:
    found: list[Event] = []
    tracker = after.tracker
    while tracker.length > before.tracker.length and tracker.event is not None and tracker.parent is not None:
        found.append(tracker.event)
        tracker = tracker.parent
    found.reverse()
    return found


def _after_action(play: Play, action: str) -> Play:
    turn = list(play.rest_of_turn())
    place = next((place for place, step in turn if step.action == action), None)
    if place is not None:
        return play.to(place + 1)
    if action == ACTION_LISTEN:
        return play.to(turn[-1][0] + 1 if turn else play.position + isinstance(play.step, LeftOpen))
    return replace(play, has_strayed=bool(turn), runs_anew=False)
