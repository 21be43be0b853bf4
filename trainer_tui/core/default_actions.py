"""The actions that every bot has, as Rasa 3.6 and Rasa Core 0.14 perform them; names differ by era, results do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trainer_tui.core.action_program import ActionProgram, Call, Events
from trainer_tui.core.domain import (
    ACTION_BACK,
    ACTION_DEFAULT_FALLBACK,
    ACTION_RESTART,
    ACTION_SESSION_START,
    DEACTIVATIONS,
    NLU_FALLBACK,
    OUT_OF_SCOPE,
    Domain,
)
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Era,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.tracker import DialogueStateTracker

ACTION_TWO_STAGE_FALLBACK = "action_two_stage_fallback"
ACTION_ASK_AFFIRMATION = "action_default_ask_affirmation"
ACTION_ASK_REPHRASE = "action_default_ask_rephrase"

_LISTEN = ActionExecuted(ACTION_LISTEN)
_DEACTIVATE = (ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))
_SAYS_BEFORE = {
    ACTION_RESTART: ("utter_restart", (Restarted(),)),
    ACTION_DEFAULT_FALLBACK: ("utter_default", (UserUtteranceReverted(),)),
    ACTION_BACK: ("utter_back", (UserUtteranceReverted(), UserUtteranceReverted())),
    ACTION_ASK_REPHRASE: ("utter_ask_rephrase", ()),
}
_FIXED: dict[str, Events] = {**dict.fromkeys(DEACTIVATIONS, _DEACTIVATE), "action_unlikely_intent": ()}


def default_action(action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionProgram | None:
    """The program of a default action; None for any other action, and for one that the project made its own."""
    # A session may have been kept when the action went by its other name.
    is_default = action in domain.default_actions or action in DEACTIVATIONS
    if action in domain.actions or not is_default:
        return None
    if action in _SAYS_BEFORE:
        response, events = _SAYS_BEFORE[action]
        return _say_before(response, events, tracker, domain)
    if action in _FIXED:
        return _given(_FIXED[action])
    match action:
        case _ if action == ACTION_SESSION_START:
            return _given(_session_started(tracker, domain))
        case "action_default_ask_affirmation":
            return _given((_affirmation_question(tracker),))
        case "action_revert_fallback_events":
            return _given(_fallback_reverted(tracker))
        case "action_two_stage_fallback":
            return _two_stage_fallback(tracker, domain)
        case _:
            return None


def _given(events: Events) -> ActionProgram:
    yield from ()
    return events


def _say_before(response: str, events: Events, tracker: DialogueStateTracker, domain: Domain) -> ActionProgram:
    """The bot's own words, where it has any, then the events."""
    words = (yield Call(response, tracker)) if response in domain.responses else ()
    return (*words, *events)


def session_start(domain: Domain) -> Events:
    """What follows a restart by itself: action_listen, from Rasa 2 on with a new session before it.

    An action_session_start of the project's own is not run.
    """
    if domain.era is Era.CORE or ACTION_SESSION_START in domain.actions:
        return (_LISTEN,)
    return (ActionExecuted(ACTION_SESSION_START), SessionStarted(), _LISTEN)


def _session_started(tracker: DialogueStateTracker, domain: Domain) -> Events:
    """A new session; slots are set again as they were, one after the other, unless the domain says otherwise."""
    carried: tuple[Event, ...] = ()
    if domain.session_config.get("carry_over_slots_to_new_session", True):
        set_before = (event for event in tracker.applied_events() if isinstance(event, SlotSet))
        carried = tuple(SlotSet(event.name, event.value) for event in set_before)
    return (SessionStarted(), *carried, _LISTEN)


def _affirmation_question(tracker: DialogueStateTracker) -> BotUttered:
    message = tracker.latest_message
    intent = message.intent if message else None
    ranking = message.intent_ranking if message else ()
    if intent == NLU_FALLBACK:
        intent = next((name for name, _ in ranking if name != NLU_FALLBACK), intent)
    buttons = [{"title": "Yes", "payload": f"/{intent}"}, {"title": "No", "payload": f"/{OUT_OF_SCOPE}"}]
    return BotUttered(f"Did you mean '{intent}'?", {"buttons": buttons}, ACTION_ASK_AFFIRMATION)


# --- fallback in two stages ---------------------------------------------------------------------------------------

_REWIND = UserUtteranceReverted()


def _fallback_reverted(tracker: DialogueStateTracker) -> Events:
    """Rasa Core 0.14's way: once the person affirmed or rephrased, the detour is as if it had not been."""
    asked = [event.name for event in tracker.applied_events() if isinstance(event, ActionExecuted)]
    asked = [name for name in asked if name != ACTION_LISTEN]
    message = tracker.latest_message
    if not asked or message is None:
        return ()
    if asked[-1] == ACTION_ASK_REPHRASE:
        return (_REWIND, _REWIND, _REWIND, _LISTEN, message)
    if asked[-1] != ACTION_ASK_AFFIRMATION:
        return ()
    reverted: Events = (_REWIND, _REWIND, _LISTEN)
    if len(asked) > 1 and asked[-2] == ACTION_ASK_REPHRASE:
        reverted = (*reverted, _REWIND, _REWIND, _REWIND, _LISTEN)
    return (*reverted, replace(message, intent_confidence=1.0))


def _two_stage_fallback(tracker: DialogueStateTracker, domain: Domain) -> ActionProgram:
    """Rasa 3.6's loop: ask whether the best intent was meant, then to rephrase, then once more, then give up."""
    loop = ActiveLoop(ACTION_TWO_STAGE_FALLBACK)
    is_active = tracker.active_loop is not None and tracker.active_loop.name == loop.name
    events: Events = () if is_active else (loop,)
    if not _is_settled(tracker):
        affirms = not is_active or _last_intents(tracker, 1) == [NLU_FALLBACK]
        question = ACTION_ASK_AFFIRMATION if affirms else ACTION_ASK_REPHRASE
        asked = yield Call(question, tracker.with_events(events))
        events = (*events, *asked)
    if not _is_settled(tracker):
        return events
    events = (*events, ActiveLoop(None))
    if _two_fallbacks_in_a_row(tracker) or _second_affirmation_failed(tracker):
        gave_up = yield Call(ACTION_DEFAULT_FALLBACK, tracker.with_events(events))
        return (*events, *gave_up)
    return (*events, *_detour_reverted(tracker, events))


def _detour_reverted(tracker: DialogueStateTracker, events: Events) -> Events:
    """Rewinds until the message before the fallback is gone too, then the message as the person clarified it."""
    rewinds: list[Event] = [_REWIND, _REWIND]
    before = tracker.with_events((*events, *rewinds))
    while before.latest_message and not _is_settled(before):
        rewinds.append(_REWIND)
        before = before.with_event(_REWIND)
    clarified = tracker.latest_message
    message = (replace(clarified, intent_confidence=1.0),) if clarified else ()
    return (*rewinds, _LISTEN, *message)


def _is_settled(tracker: DialogueStateTracker) -> bool:
    message = tracker.latest_message
    is_clear = message is None or message.intent not in (NLU_FALLBACK, OUT_OF_SCOPE)
    return is_clear or _two_fallbacks_in_a_row(tracker) or _second_affirmation_failed(tracker)


def _two_fallbacks_in_a_row(tracker: DialogueStateTracker) -> bool:
    return _last_intents(tracker, 2) == [NLU_FALLBACK, NLU_FALLBACK]


def _second_affirmation_failed(tracker: DialogueStateTracker) -> bool:
    return _last_intents(tracker, 3) == [OUT_OF_SCOPE, NLU_FALLBACK, OUT_OF_SCOPE]


def _last_intents(tracker: DialogueStateTracker, count: int) -> list[str | None]:
    """The intents of the latest messages since the last restart, newest first; rewound ones count, as in Rasa."""
    return [message.intent for message in _messages(tracker)][:count]


def _messages(tracker: DialogueStateTracker) -> Iterable[UserUttered]:
    at: DialogueStateTracker | None = tracker
    while at is not None and not isinstance(at.event, Restarted):
        if isinstance(at.event, UserUttered):
            yield at.event
        at = at.parent
