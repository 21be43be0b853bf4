"""The interactive-learning machine: which question follows which answer.

Theory of operation. A session waits for exactly one thing: a `Prompt` (a person answers) or an `Effect` (the world
answers). `step(state, input)` is the only place where it goes from one to the next, and it is pure: same state and
input, same result, no clock, no chance, no files. An input that does not fit raises `IllegalInput` and the state
stays as it was. A turn goes

    AskMessage → ParseMessage → ConfirmIntent (→ ChooseIntent → NameIntent → MarkEntities) (→ ExtractSlots)
      → PredictAction → ConfirmAction (→ ChooseAction → NameAction → WriteResponse)
          (→ AskFormValidation → WarnContradiction) → RunAction → PredictAction → … → action_listen → AskMessage

ARCHITECTURE.md has every arrow, drawn by this very code. Undo, fork and resume are not here: they are moves on the
timeline of states.

Rules of this file.

1. Every transition is a `case` of `step`, which reads as a table: what is waited for, what came. A helper says how.
2. A question carries what its answers need (the parse, the prediction, the decision), so the state holds nothing that
   is only half decided, and a question can be asked anew from any state.
3. The tracker grows by what is settled, never by what is merely asked about: a message is logged once its meaning is
   right, what a form gave up once another action is chosen, an action once it has run. A failure leaves no trace.
4. Time comes with the input: an event made here has the `at` of the input that made it.
5. What an input teaches (`confirmed`, `examples`) stands in the state right after it and nowhere else.
6. Names made on the way go into `additions` and the domain at once, so that the next question offers them.
7. A choice that the domain cannot bear (an unknown action, a name with a blank) is refused before anything changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from difflib import SequenceMatcher
from functools import reduce

from trainer_tui.core.custom_slots import has_custom_slots
from trainer_tui.core.default_actions import session_start
from trainer_tui.core.domain import ACTION_DEFAULT_FALLBACK, ACTION_RESTART, NLU_FALLBACK, Domain, ResponseVariation
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    Entity,
    Event,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUttered,
    stamped,
)
from trainer_tui.core.forms import answer_to, form_without_server, is_form_in_process
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass, replace
from trainer_tui.errors import IllegalInput
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.ensemble import HEARD_BEFORE_FORMS
from trainer_tui.policies.lessons import ConfirmedStep
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.names import action_name_fault, intent_name_fault, unknown_name
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ActionPredicted,
    ActionRan,
    ActionRejected,
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    AskStale,
    Button,
    ButtonChosen,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Decision,
    Denied,
    Effect,
    EffectFailed,
    EntitiesMarked,
    ExamplesConfirmed,
    ExtractSlots,
    Input,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    MessageParsed,
    MessageTyped,
    NameAction,
    NameIntent,
    NewNameRequested,
    ParseMessage,
    PredictAction,
    Prompt,
    ResponseReworded,
    ResponseWritten,
    ResultFound,
    ResultKept,
    ResultStubbed,
    Retried,
    RunAction,
    SessionRestarted,
    SlotEdited,
    SlotsExtracted,
    StubRequested,
    StubResult,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
    WriteResponse,
)
from trainer_tui.words import quoted

RESTART_MESSAGE = "/restart"
_BESIDE_THE_QUESTION = (SessionRestarted, SlotEdited, ExamplesConfirmed, ResponseReworded)


@dataclass(frozen=True, slots=True)
class Additions:
    """Names made during the session; they are usable at once and exported with the stories that need them. `reworded`
    are responses of the project that say something else by now."""

    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    responses: Mapping[str, tuple[ResponseVariation, ...]] = field(default_factory=dict)
    reworded: Mapping[str, tuple[ResponseVariation, ...]] = field(default_factory=dict)

    def to(self, domain: Domain) -> Domain:
        return domain.with_additions(self.intents, self.entities, self.actions, self.responses, self.reworded)


@dataclass(frozen=True, slots=True, eq=False)
class SessionState:
    """Where the session stands. `confirmed` and `examples` are what the very last input taught, if anything;
    `decision` is the latest settled action; `stubs` remembers results that a person gave, by action."""

    domain: Domain
    tracker: DialogueStateTracker
    waiting: Prompt | Effect
    additions: Additions = Additions()
    decision: Decision | None = None
    confirmed: ConfirmedStep | None = None
    examples: tuple[Example, ...] = ()
    stubs: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)


def start(domain: Domain, sender_id: str = "default", at: float | None = None) -> SessionState:
    """A new session, waiting for the first message."""
    tracker = DialogueStateTracker.start(domain, sender_id)
    return SessionState(domain, tracker.with_event(ActionExecuted(ACTION_LISTEN, timestamp=at)), AskMessage())


def step(state: SessionState, given: Input) -> SessionState:
    """The state after one input; IllegalInput where it does not answer what the session waits for."""
    if state.confirmed or state.examples:
        state = replace(state, confirmed=None, examples=())
    if isinstance(given, _BESIDE_THE_QUESTION):
        return _beside_the_question(state, given)
    match state.waiting, given:
        case ((AskMessage() | AskButton()), MessageTyped()):
            if given.text.strip() == RESTART_MESSAGE:
                return _restarted(state, given)
            if not given.text.strip():
                raise IllegalInput("the message is empty", hint="Type what a user would say.")
            return _waiting(state, ParseMessage(given.text))
        case AskButton(), ButtonChosen():
            return _waiting(state, ParseMessage(given.payload, is_settled=True))
        case ParseMessage(), MessageParsed():
            return _message_parsed(state, state.waiting, given)

        case ConfirmIntent(parse), Confirmed():
            return _understood(state, parse, given)
        case ConfirmIntent(parse), Denied(part="entities"):
            return _waiting(state, MarkEntities(parse))
        case ConfirmIntent(parse), Denied(part="both" | "intent" as part):
            return _waiting(state, _choose_intent(state, parse, then_entities=part == "both"))
        case ConfirmIntent(parse), IntentChosen():
            return _understood(state, _with_intent(state, parse, given.intent), given)
        case ConfirmIntent(parse), NewNameRequested():
            return _waiting(state, NameIntent(parse, then_entities=False))
        case ChooseIntent(parse, _, then_entities), IntentChosen():
            return _intent_settled(state, _with_intent(state, parse, given.intent), then_entities, given)
        case ChooseIntent(parse, _, then_entities), NewNameRequested():
            return _waiting(state, NameIntent(parse, then_entities, suggestion=_unknown_intent(state, parse)))
        case NameIntent(parse, then_entities), IntentNamed():
            named = _with_new_intent(state, given.intent)
            settled = replace(parse, intent=given.intent, confidence=1.0)
            return _intent_settled(named, settled, then_entities, given)
        case MarkEntities(parse), EntitiesMarked():
            return _understood(state, replace(parse, entities=given.entities), given)

        case ExtractSlots(), SlotsExtracted():
            return _waiting(replace(state, tracker=state.tracker.with_events(given.events)), PredictAction())
        case PredictAction(), ActionPredicted():
            return _waiting(state, ConfirmAction(_completed(given.prediction, state.domain)))
        case ConfirmAction(prediction), Confirmed():
            return _settled(state, _decision(prediction, prediction.action), given)
        case ConfirmAction(prediction), Denied(part="action" | "both"):
            return _waiting(state, ChooseAction(prediction))
        case ((ConfirmAction(prediction) | ChooseAction(prediction)), ActionChosen()):
            if given.action not in state.domain.action_set:
                raise IllegalInput(
                    f"the bot has no action {given.action!r}",
                    hint="Choose one of the list, or make a new one.",
                )
            return _settled(state, _decision(prediction, given.action), given)
        case ((ConfirmAction(prediction) | ChooseAction(prediction)), NewNameRequested()):
            return _waiting(state, NameAction(prediction))
        case NameAction(prediction), ActionNamed():
            return _action_named(state, prediction, given)
        case WriteResponse(action, prediction), ResponseWritten():
            if not given.variations:
                raise IllegalInput("a response needs at least one text", hint="Type what the bot says.")
            additions = state.additions
            responses = {**additions.responses, action: given.variations}
            state = _with_additions(state, replace(additions, responses=responses))
            return _settled(state, _decision(prediction, action), given)

        case AskFormValidation(form, slot, decision), ValidationChosen():
            return _validation_chosen(state, form, slot, decision, given)
        case WarnContradiction(_, _, decision), WarningAcknowledged():
            event = LoopInterrupted(is_interrupted=False, timestamp=given.at)
            return _run(replace(state, tracker=state.tracker.with_event(event)), decision, given)

        case RunAction(decision), ActionRan():
            return _ran(state, decision, given.events, given)
        case RunAction(decision), ActionRejected():
            return _ran(state, decision, (_rejection(decision),), given)
        case (ExtractSlots() | RunAction()) as effect, ResultFound():
            return _waiting(state, AskStale(effect, given.events, given.is_rejected))
        case AskStale(effect), Retried():
            return _waiting(state, effect)
        case AskStale(ExtractSlots(), events), ResultKept():
            return _waiting(replace(state, tracker=state.tracker.with_events(events)), PredictAction())
        case AskStale(RunAction(decision), events, is_rejected), ResultKept():
            return _ran(state, decision, (*events, *(_rejection(decision),) * is_rejected), given)
        case (ParseMessage() | ExtractSlots() | PredictAction() | RunAction()) as effect, EffectFailed():
            return _waiting(state, AskAfterFailure(effect, given.title, given.message, given.hint, given.place))
        case AskAfterFailure(effect), Retried():
            return _waiting(state, effect)
        case AskAfterFailure(ParseMessage(text)), Denied():
            return _waiting(state, _choose_intent(state, ParseResult(text, None, 0.0), then_entities=True))
        case AskAfterFailure(ExtractSlots() | RunAction() as effect), StubRequested():
            return _waiting(state, StubResult(effect, _likely_result(state, effect)))
        case StubResult(), ResultStubbed() if fault := unknown_name(given.events, state.domain):
            raise IllegalInput(fault, hint="Correct the name, or leave it out.")
        case StubResult(ExtractSlots()), ResultStubbed():
            return _waiting(replace(state, tracker=state.tracker.with_events(given.events)), PredictAction())
        case StubResult(RunAction(decision)), ResultStubbed():
            if not is_form_in_process(decision.action, state.domain):
                state = replace(state, stubs={**state.stubs, decision.action: given.events})
            return _ran(state, decision, given.events, given)

        case waiting, _:
            raise IllegalInput(
                f"{type(given).__name__} is no answer to {type(waiting).__name__}", hint="Answer what is asked."
            )


def _beside_the_question(state: SessionState, given: Input) -> SessionState:
    """What answers no question, and is given while one is asked."""
    match state.waiting, given:
        case _, SessionRestarted():
            return _restarted(state, given)
        case ((AskMessage() | AskButton() | ConfirmAction() | ChooseAction()), SlotEdited()):
            return _slot_edited(state, given)
        case _, SlotEdited():
            hint = "Answer it first: a slot is set where a message or an action is asked about."
            raise IllegalInput("no slot is set by hand at this question", hint=hint)
        case waiting, ExamplesConfirmed() if isinstance(waiting, Prompt):
            if not given.examples:
                raise IllegalInput("there is no message to confirm")
            return replace(reduce(_with_example, given.examples, state), examples=given.examples)
        case waiting, ResponseReworded() if isinstance(waiting, Prompt):
            return _reworded(state, given)
    raise IllegalInput("the session is busy", hint="Wait until it asks again, or stop what is under way.")


def _likely_result(state: SessionState, effect: RunAction | ExtractSlots) -> tuple[Event, ...]:
    """What was given for the action before. Of a message what its mappings fill without code, of a form what it decides
    by itself, since each turn is another."""
    message = state.tracker.latest_message
    if isinstance(effect, ExtractSlots):
        return slots_from_message(state.tracker, message, state.domain) if message else ()
    action = effect.decision.action
    if is_form_in_process(action, state.domain):
        return form_without_server(action, state.tracker, state.domain)
    return state.stubs.get(action, ())


def _waiting(state: SessionState, for_: Prompt | Effect) -> SessionState:
    return replace(state, waiting=for_)


def _restarted(state: SessionState, given: Input) -> SessionState:
    events = (Restarted(timestamp=given.at), ActionExecuted(ACTION_LISTEN, timestamp=given.at))
    return replace(state, tracker=state.tracker.with_events(events), waiting=AskMessage(), decision=None)


def _slot_edited(state: SessionState, given: SlotEdited) -> SessionState:
    if given.name not in state.domain.slots:
        raise IllegalInput(f"the domain has no slot {given.name!r}")
    edited = replace(state, tracker=state.tracker.with_event(SlotSet(given.name, given.value, timestamp=given.at)))
    if isinstance(state.waiting, (ConfirmAction, ChooseAction)):
        return _waiting(edited, PredictAction())
    return edited


# --- the message --------------------------------------------------------------------------------------------------


def _message_parsed(state: SessionState, effect: ParseMessage, given: MessageParsed) -> SessionState:
    parse = given.result
    is_known = parse.intent is not None and state.domain.knows_intent(parse.intent)
    if (parse.is_shorthand or effect.is_settled) and is_known:
        return _understood(state, parse, given)
    if parse.is_shorthand or parse.intent is None:
        return _waiting(state, _choose_intent(state, parse, then_entities=not parse.is_shorthand))
    return _waiting(state, ConfirmIntent(parse))


def _choose_intent(state: SessionState, parse: ParseResult, then_entities: bool) -> ChooseIntent:
    # What was typed as /intent and is none stands not in the list, where Enter would make it one; on top stands what
    # it is most like. Of intents that are equally unlikely the one that another model says comes first.
    second = parse.second.name if parse.second else None
    known = {} if parse.is_shorthand else dict(parse.ranking)
    confidences = dict.fromkeys(state.domain.intents, 0.0) | known
    likeness = {name: _likeness(parse.intent or "", name) if parse.is_shorthand else 0.0 for name in confidences}
    ranking = sorted(confidences.items(), key=lambda item: (-item[1], -likeness[item[0]], item[0] != second, item[0]))
    return ChooseIntent(parse, tuple(ranking), then_entities)


def _likeness(typed: str, name: str) -> float:
    return SequenceMatcher(None, typed, name, autojunk=False).ratio()


def _unknown_intent(state: SessionState, parse: ParseResult) -> str:
    return parse.intent if parse.intent and not state.domain.knows_intent(parse.intent) else ""


def _with_intent(state: SessionState, parse: ParseResult, intent: str) -> ParseResult:
    if not state.domain.knows_intent(intent) and intent not in dict(parse.ranking):
        raise IllegalInput(f"the domain has no intent {intent!r}", hint="Choose one of the list, or make a new one.")
    return replace(parse, intent=intent, confidence=1.0)


def _intent_settled(state: SessionState, parse: ParseResult, then_entities: bool, given: Input) -> SessionState:
    if then_entities:
        return _waiting(state, MarkEntities(parse))
    return _understood(state, parse, given)


def _understood(state: SessionState, parse: ParseResult, given: Input) -> SessionState:
    """The meaning is settled: the message is logged, slots are filled from it as it was corrected."""
    state = _with_new_entities(state, parse.entities)
    if parse.intent and not state.domain.knows_intent(parse.intent):
        # The interpreter knows an intent that the domain lacks, and a person said that it is right.
        state = _with_additions(state, replace(state.additions, intents=(*state.additions.intents, parse.intent)))
    message = UserUttered(
        text=parse.text,
        intent=parse.intent,
        intent_confidence=parse.confidence,
        entities=parse.entities,
        intent_ranking=parse.ranking,
        timestamp=given.at,
    )
    tracker = state.tracker.with_event(message)
    asks_code = has_custom_slots(state.domain)
    if not asks_code:
        tracker = tracker.with_events(slots_from_message(tracker, message, state.domain))
    # nlu_fallback tells that no intent fits: learned from examples, it would be one that fits.
    is_meant = not (isinstance(given, Confirmed) and given.is_guess)
    is_learnt = is_meant and not parse.is_shorthand and not parse.text.startswith("/") and parse.intent != NLU_FALLBACK
    examples = (Example(parse.text, parse.intent, parse.entities),) if is_learnt else ()
    following = ExtractSlots() if asks_code else PredictAction()
    return replace(state, tracker=tracker, examples=examples, waiting=following)


def _with_additions(state: SessionState, additions: Additions) -> SessionState:
    return replace(state, additions=additions, domain=additions.to(state.domain))


def _reworded(state: SessionState, given: ResponseReworded) -> SessionState:
    now = state.domain.responses.get(given.action)
    if now is None:
        raise IllegalInput(f"{given.action!r} is no response", hint="A response is what the domain says of an utter_….")
    if not given.variations:
        raise IllegalInput("a response needs at least one text", hint="Type what the bot says.")
    if given.variations == now:
        raise IllegalInput("that is what it says already")
    made = state.additions
    said = {given.action: given.variations}
    # One that was made here is written as it is in the end.
    responses = {**made.responses, **said} if given.action in made.responses else made.responses
    return _with_additions(state, replace(made, responses=responses, reworded={**made.reworded, **said}))


def _with_new_intent(state: SessionState, intent: str) -> SessionState:
    fault = intent_name_fault(intent, state.domain)
    if fault:
        raise IllegalInput(fault)
    if state.domain.knows_intent(intent):
        return state
    return _with_additions(state, replace(state.additions, intents=(*state.additions.intents, intent)))


def _with_example(state: SessionState, example: Example) -> SessionState:
    """With the names that are new in it."""
    intent = example.intent
    if not example.text.strip() or example.text.startswith("/") or intent is None or intent == NLU_FALLBACK:
        raise IllegalInput(
            f"{quoted(example.text, 80)} cannot be an example of {intent}",
            hint="An example is what a user says, with an intent that it means.",
        )
    named = state if state.domain.knows_intent(intent) else _with_new_intent(state, intent)
    return _with_new_entities(named, example.entities)


def _with_new_entities(state: SessionState, entities: tuple[Entity, ...]) -> SessionState:
    known = state.domain.entities
    new = tuple(dict.fromkeys(item.entity for item in entities if item.entity not in known))
    if not new:
        return state
    return _with_additions(state, replace(state.additions, entities=(*state.additions.entities, *new)))


# --- the action ---------------------------------------------------------------------------------------------------


def _completed(prediction: EnsemblePrediction, domain: Domain) -> EnsemblePrediction:
    """With every action of the domain, those made in this session included: what another policy thinks of first, then
    the bot's own, and last those that every bot has."""
    known = dict(prediction.ranking)
    thought: dict[str, float] = {}
    for opinion in prediction.opinions:
        for name, confidence in opinion.confidences.items():
            if confidence > thought.get(name, 0.0):
                thought[name] = confidence
    thought.pop(ACTION_DEFAULT_FALLBACK, None)
    missing = [name for name in domain.own_actions_first if name not in known]
    first = sorted([name for name in missing if name in thought], key=thought.__getitem__, reverse=True)
    others = [(name, 0.0) for name in missing if name not in thought]
    return replace(prediction, ranking=(*prediction.ranking, *[(name, 0.0) for name in first], *others))


def _decision(prediction: EnsemblePrediction, action: str) -> Decision:
    is_right = action == prediction.action
    return Decision(
        action=action,
        predicted=prediction.action,
        confidence=next((share for name, share in prediction.ranking if name == action), 0.0),
        policy=prediction.policy if is_right else "",
        events=prediction.events,
        contradictions=prediction.contradictions,
        interruptions=prediction.interruptions,
        interrupted_by=prediction.interrupted_by,
        hide_rule_turn=is_right and prediction.hide_rule_turn,
    )


def _action_named(state: SessionState, prediction: EnsemblePrediction, given: ActionNamed) -> SessionState:
    fault = action_name_fault(given.action, state.domain)
    if fault:
        raise IllegalInput(fault)
    if given.action.startswith("utter_"):
        return _waiting(state, WriteResponse(given.action, prediction))
    additions = replace(state.additions, actions=(*state.additions.actions, given.action))
    return _settled(_with_additions(state, additions), _decision(prediction, given.action), given)


def _settled(state: SessionState, decision: Decision, given: Input) -> SessionState:
    """The action is chosen: what that means for an active form comes first (as rasa interactive asks it)."""
    tracker = state.tracker
    loop = tracker.active_loop
    is_left = loop and decision.action not in (loop.name, ACTION_LISTEN) and not loop.is_rejected
    if loop and is_left and decision.policy not in HEARD_BEFORE_FORMS:
        rejection = ActionExecutionRejected(loop.name, timestamp=given.at)
        state = replace(state, tracker=tracker.with_event(rejection))
    elif loop and loop.is_rejected and tracker.latest_action == ACTION_LISTEN and decision.action == loop.name:
        slot = tracker.requested_slot
        if slot:
            fills, mapping = answer_to(loop.name, slot, tracker, state.domain)
            return _waiting(state, AskFormValidation(loop.name, slot, decision, fills, mapping))
    elif not decision.was_corrected:
        state = replace(state, tracker=state.tracker.with_events(decision.events))
    return _run(state, decision, given)


def _validation_chosen(
    state: SessionState, form: str, slot: str, decision: Decision, given: ValidationChosen
) -> SessionState:
    loop = state.tracker.active_loop
    predicted = any(isinstance(event, LoopInterrupted) and event.is_interrupted for event in decision.events)
    if given.validate and (predicted or (loop and loop.is_interrupted)):
        places = tuple(place for evidence in decision.interruptions for place in evidence.places)
        return _waiting(state, WarnContradiction(form, slot, decision, places))
    if not given.validate:
        event = LoopInterrupted(is_interrupted=True, timestamp=given.at)
        state = replace(state, tracker=state.tracker.with_event(event))
    return _run(state, decision, given)


def _run(state: SessionState, decision: Decision, given: Input) -> SessionState:
    if decision.action != ACTION_LISTEN:
        return _waiting(replace(state, decision=decision), RunAction(decision))
    buttons = _offered_buttons(state.tracker)
    listening = _logged(state, decision, (), given)
    if buttons:
        text = (state.tracker.latest_bot_utterance or BotUttered()).text or ""
        return _waiting(listening, AskButton(text, buttons))
    return _waiting(listening, AskMessage())


def _offered_buttons(tracker: DialogueStateTracker) -> tuple[Button, ...]:
    """The buttons of the bot's last words, if nothing came after them."""
    if not isinstance(tracker.event, BotUttered):
        return ()
    return tuple(
        Button(str(item.get("title", "")), str(item.get("payload") or item.get("title", "")))
        for item in tracker.event.buttons
    )


def _ran(state: SessionState, decision: Decision, events: tuple[Event, ...], given: Input) -> SessionState:
    if any(isinstance(event, ActionExecutionRejected) for event in events):
        # As in Rasa, an action that returns a rejection has not run, though its other events count.
        return _waiting(replace(state, tracker=state.tracker.with_events(stamped(events, given.at))), PredictAction())
    ran = _logged(state, decision, events, given)
    if decision.action == ACTION_RESTART or any(isinstance(event, Restarted) for event in events):
        anew = stamped(session_start(state.domain), given.at)
        return _waiting(replace(ran, tracker=ran.tracker.with_events(anew), decision=None), AskMessage())
    if isinstance(ran.tracker.event, ActionExecuted) and ran.tracker.event.name == ACTION_LISTEN:
        # action_session_start waits for the user by itself.
        return _waiting(ran, AskMessage())
    return _waiting(ran, PredictAction())


def _rejection(decision: Decision) -> ActionExecutionRejected:
    return ActionExecutionRejected(decision.action, decision.policy, decision.confidence)


def _logged(state: SessionState, decision: Decision, events: tuple[Event, ...], given: Input) -> SessionState:
    """The action is on the tracker, and the step is a lesson."""
    action = ActionExecuted(
        decision.action,
        decision.policy or None,
        # As `rasa interactive` records it: no policy stands behind what a person chose, and no confidence.
        0.0 if decision.was_corrected else decision.confidence,
        hide_rule_turn=decision.hide_rule_turn,
        timestamp=given.at,
    )
    return replace(
        state,
        tracker=state.tracker.with_events((action, *stamped(events, given.at))),
        decision=decision,
        confirmed=ConfirmedStep(
            state.tracker, decision.action, decision.was_corrected, decision.action in state.domain.action_set
        ),
    )
