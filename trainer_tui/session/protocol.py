"""What goes into the session and what comes out of it: closed unions of plain data.

* `Input`: what a person answered, or what the world sent back. Every input carries `at`, the time (seconds since 1970)
  that the controller took; the session never reads a clock.
* `Prompt`: a question to the person. It carries everything needed to answer it.
* `Change`: what a person wants otherwise about a turn that was taught before.
* `Effect`: something that only the outside can do. The controller performs it and sends its result in as an input.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

# What a prompt or an answer is made of is part of this protocol, so that a front end needs nothing deeper.
from trainer_tui.core.domain import ACTION_EXTRACT_SLOTS
from trainer_tui.core.domain import ResponseVariation as ResponseVariation
from trainer_tui.core.events import Entity as Entity
from trainer_tui.core.events import Event as Event
from trainer_tui.core.nlu_data import Example as Example
from trainer_tui.core.second_opinion import SecondOpinion as SecondOpinion
from trainer_tui.core.slots import SlotMapping as SlotMapping
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.nlu.interpreter import ParseResult as ParseResult
from trainer_tui.policies.policy import EnsemblePrediction as EnsemblePrediction
from trainer_tui.policies.policy import Evidence as Evidence

Part = Literal["both", "intent", "entities", "action"]
KeptAs = Literal["story", "test"]


# --- Inputs from a person -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedInput:
    at: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class MessageTyped(TimedInput):
    text: str


@dataclass(frozen=True, slots=True)
class Confirmed(TimedInput):
    """Yes, that is right. `is_automatic`: sure enough that nobody was asked, as the person wished. `is_guess`: it goes
    on with that meaning of a message, which nobody has confirmed; it teaches no example."""

    is_automatic: bool = False
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Denied(TimedInput):
    """No: which part is wrong ("both" intent and entities, one of them, or the "action")."""

    part: Part = "both"


@dataclass(frozen=True, slots=True)
class IntentChosen(TimedInput):
    intent: str


@dataclass(frozen=True, slots=True)
class NewNameRequested(TimedInput):
    """The intent or action wanted is not in the list: it gets a name."""


@dataclass(frozen=True, slots=True)
class IntentNamed(TimedInput):
    intent: str


@dataclass(frozen=True, slots=True)
class EntitiesMarked(TimedInput):
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class ActionChosen(TimedInput):
    action: str


@dataclass(frozen=True, slots=True)
class ActionNamed(TimedInput):
    action: str


@dataclass(frozen=True, slots=True)
class ResponseWritten(TimedInput):
    variations: tuple[ResponseVariation, ...]


@dataclass(frozen=True, slots=True)
class ButtonChosen(TimedInput):
    """A button's payload is sent as the message; its meaning is not asked about."""

    payload: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ValidationChosen(TimedInput):
    """Whether the form takes the latest message to fill the slot it asked for."""

    validate: bool


@dataclass(frozen=True, slots=True)
class WarningAcknowledged(TimedInput):
    pass


@dataclass(frozen=True, slots=True)
class SlotEdited(TimedInput):
    """A slot set by hand."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class ExamplesConfirmed(TimedInput):
    """What messages from elsewhere mean, beside the question, which stays."""

    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class ResponseReworded(TimedInput):
    """What a response that there is says from now on, beside the question, which stays."""

    action: str
    variations: tuple[ResponseVariation, ...]


@dataclass(frozen=True, slots=True)
class SessionRestarted(TimedInput):
    """Start fresh, from any question: the conversation so far stays, a new one begins."""


@dataclass(frozen=True, slots=True)
class Retried(TimedInput):
    pass


@dataclass(frozen=True, slots=True)
class StubRequested(TimedInput):
    """Instead of the action server, the person says what the action would have returned."""


@dataclass(frozen=True, slots=True)
class ResultStubbed(TimedInput):
    """What the action would have returned: bot messages and events, in order."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ResultKept(TimedInput):
    """What an action did once counts, though it would see something else now."""


# --- Inputs from the world ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageParsed(TimedInput):
    result: ParseResult


@dataclass(frozen=True, slots=True)
class SlotsExtracted(TimedInput):
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ActionPredicted(TimedInput):
    prediction: EnsemblePrediction


@dataclass(frozen=True, slots=True)
class ActionRan(TimedInput):
    """What the action returned: bot messages and events, in order, without the action itself."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ActionRejected(TimedInput):
    """The action refused to run (a form that found nothing to fill; HTTP 400)."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class EffectFailed(TimedInput):
    """The effect could not be performed; nothing has happened. The session asks Retry, Undo or Stub the result."""

    title: str
    message: str = ""
    hint: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ResultFound(TimedInput):
    """A script knows what the action did when it saw something else: the person is asked whether that counts."""

    events: tuple[Event, ...]
    is_rejected: bool = False


HumanInput = (
    MessageTyped
    | Confirmed
    | Denied
    | IntentChosen
    | NewNameRequested
    | IntentNamed
    | EntitiesMarked
    | ActionChosen
    | ActionNamed
    | ResponseWritten
    | ButtonChosen
    | ValidationChosen
    | WarningAcknowledged
    | SlotEdited
    | ExamplesConfirmed
    | ResponseReworded
    | SessionRestarted
    | Retried
    | StubRequested
    | ResultStubbed
    | ResultKept
)
WorldInput = MessageParsed | SlotsExtracted | ActionPredicted | ActionRan | ActionRejected | EffectFailed | ResultFound
Input = HumanInput | WorldInput


# --- Effects ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParseMessage:
    """Ask the interpreter; answered by MessageParsed. `is_settled`: a button's payload, not to be confirmed."""

    text: str
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class ExtractSlots:
    """Fill slots from the message where the project's code has a say (Rasa 3.x's action_extract_slots); answered by
    SlotsExtracted, which holds all of them."""

    @property
    def action(self) -> str:
        return ACTION_EXTRACT_SLOTS


@dataclass(frozen=True, slots=True)
class PredictAction:
    """Ask the policies; answered by ActionPredicted."""


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run an action (never action_listen); answered by ActionRan or ActionRejected.

    `decision` is what led to it.
    """

    decision: Decision

    @property
    def action(self) -> str:
        return self.decision.action


@dataclass(frozen=True, slots=True)
class Decision:
    """An action that a person settled: what the bot wanted, and whether that was corrected.

    `events` came with the prediction; `contradictions` are stories or rules that say otherwise; `interruptions` are
    those that say an active form shall not validate the latest message, as the policy `interrupted_by` read them.
    `hide_rule_turn`: it was a rule's, as in Rasa.
    """

    action: str
    predicted: str
    confidence: float
    policy: str
    events: tuple[Event, ...] = ()
    contradictions: tuple[Evidence, ...] = ()
    interruptions: tuple[Evidence, ...] = ()
    interrupted_by: str = ""
    hide_rule_turn: bool = False

    @property
    def was_corrected(self) -> bool:
        return self.action != self.predicted


Effect = ParseMessage | ExtractSlots | PredictAction | RunAction


# --- Prompts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskMessage:
    """The next message. Answers: MessageTyped (and SlotEdited, SessionRestarted, as at every question)."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a person sees, and what is sent when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class AskButton:
    """The bot's last words have buttons: ButtonChosen, or MessageTyped."""

    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class ConfirmIntent:
    """Is the meaning right? Confirmed, Denied(both|intent|entities), IntentChosen (entities kept), NewNameRequested."""

    parse: ParseResult


@dataclass(frozen=True, slots=True)
class ChooseIntent:
    """Which intent is it? IntentChosen or NewNameRequested; then the entities too where `then_entities`.

    `ranking`: every intent of the domain with its confidence, best first.
    """

    parse: ParseResult
    ranking: tuple[tuple[str, float], ...]
    then_entities: bool


@dataclass(frozen=True, slots=True)
class NameIntent:
    """IntentNamed. `suggestion` is what was typed, where a shorthand named an unknown intent."""

    parse: ParseResult
    then_entities: bool
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class MarkEntities:
    """EntitiesMarked. `parse` holds the settled intent and the entities found; the words cannot be changed here."""

    parse: ParseResult


@dataclass(frozen=True, slots=True)
class ConfirmAction:
    """The bot wants to run `prediction.action`, correct? Confirmed, Denied(action), ActionChosen, NewNameRequested."""

    prediction: EnsemblePrediction


@dataclass(frozen=True, slots=True)
class ChooseAction:
    """ActionChosen or NewNameRequested; `prediction.ranking` has every action."""

    prediction: EnsemblePrediction


@dataclass(frozen=True, slots=True)
class NameAction:
    """ActionNamed."""

    prediction: EnsemblePrediction


@dataclass(frozen=True, slots=True)
class WriteResponse:
    """ResponseWritten: what a new `utter_…` says."""

    action: str
    prediction: EnsemblePrediction


@dataclass(frozen=True, slots=True)
class AskFormValidation:
    """Should the form validate user input to fill the slot? ValidationChosen.

    `would_fill` is (slot, value) as the slot's mapping would take it from the message, `mapping` says how; None where
    only the form's code on the action server knows.
    """

    form: str
    slot: str
    decision: Decision
    would_fill: tuple[tuple[str, object], ...] | None = ()
    mapping: SlotMapping | None = None


@dataclass(frozen=True, slots=True)
class WarnContradiction:
    """The form shall validate though training stories say not to. WarningAcknowledged, once they are removed."""

    form: str
    slot: str
    decision: Decision
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class AskAfterFailure:
    """An effect failed: Retried, StubRequested (code), Denied("intent") to choose by hand (messages), or undo."""

    effect: Effect
    title: str
    message: str = ""
    hint: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class StubResult:
    """ResultStubbed: the events and texts the action would have returned. `suggestion`: what was given last time."""

    effect: RunAction | ExtractSlots
    suggestion: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class AskStale:
    """What is known to have come of the effect came of something else: ResultKept, or Retried to run it again."""

    effect: RunAction | ExtractSlots
    events: tuple[Event, ...] = ()
    is_rejected: bool = False


Prompt = (
    AskMessage
    | AskButton
    | ConfirmIntent
    | ChooseIntent
    | NameIntent
    | MarkEntities
    | ConfirmAction
    | ChooseAction
    | NameAction
    | WriteResponse
    | AskFormValidation
    | WarnContradiction
    | AskAfterFailure
    | StubResult
    | AskStale
)


# --- Changes of a turn that was taught -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageChanged:
    text: str


@dataclass(frozen=True, slots=True)
class IntentChanged:
    """A new name makes a new intent."""

    intent: str


@dataclass(frozen=True, slots=True)
class EntitiesChanged:
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """A new name makes a new action; of a response its text is asked."""

    action: str


@dataclass(frozen=True, slots=True)
class TurnInserted:
    """Another message is said before this turn; what the bot does then is asked."""

    text: str


@dataclass(frozen=True, slots=True)
class TurnDeleted:
    pass


Change = MessageChanged | IntentChanged | EntitiesChanged | ActionChanged | TurnInserted | TurnDeleted
