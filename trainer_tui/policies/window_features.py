"""What the learned policy sees of a window of states: symbols, situations, and features as tuples of strings.

A conversation is also read as a stream of symbols, one a state: what the user said (intent with entities) where the
bot had been listening, else the action that ran.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.states import State

Feature = tuple[str, ...]

START = "^"
"""The symbol before anything happened."""

POSITIONS = 4
"""So many last states count each at its own place."""

LONGEST_RUN = 5
"""So many last symbols count as one feature, and every shorter run too."""


def is_listening(state: State) -> bool:
    """Whether the bot waits for the user before this action, that is, has just been answered."""
    return state.action == ACTION_LISTEN


def is_interrupted(state: State) -> bool:
    """Whether something else than the active loop has just answered."""
    return state.loop is not None and not is_listening(state) and action_of(state) != state.loop


def action_of(state: State) -> str:
    """The action before, or what it said in an end-to-end story; a name of its own at the start."""
    return state.action or state.action_text or START


def intent_of(state: State) -> str:
    """The intent, or the message itself in an end-to-end story."""
    if state.intent is not None:
        return state.intent
    return f"“{state.text}”" if state.text is not None else ""


def symbol(state: State) -> str:
    """What happened last before this action, as one word of the stream."""
    if is_listening(state):
        return " ".join(("*", intent_of(state), *state.entities))
    return action_of(state)


def bare_symbol(state: State) -> str:
    """The symbol without entities."""
    return f"* {intent_of(state)}" if is_listening(state) else action_of(state)


def situation(state: State) -> str:
    """What holds now whatever was said: whether the bot was answered, the slots, the active loop."""
    return f"{is_listening(state)} {state.loop} {state.slots}"


def slot_symbols(state: State) -> list[str]:
    """One word a filled slot; numbers are rounded, so that a float slot's neighbours look alike."""
    return [f"{name}={','.join(f'{feature:.1f}' for feature in features)}" for name, features in state.slots]


def intent_feature(state: State, place: int = 0) -> Feature:
    return ("intent", str(place), intent_of(state))


def interruption_feature(state: State) -> Feature:
    """What answers an interruption, whichever form was interrupted."""
    return ("interruption", action_of(state))


def place_features(state: State, place: int) -> Iterator[Feature]:
    """A state by its place: 0 is now, 1 the one before. Slots and loop count only now."""
    where = str(place)
    yield ("action", where, action_of(state))
    yield intent_feature(state, place)
    for entity in state.entities:
        yield ("entity", where, entity)
    if place == 0:
        yield ("loop", str(state.loop))
        for slot in slot_symbols(state):
            yield ("slot", slot)


def run_features(symbols: Sequence[str], bare: Sequence[str]) -> Iterator[Feature]:
    """The runs of symbols that end now, shortest first; `symbols` oldest first, and `bare` the same without entities: a
    run with entities is also the run that it is without, since few entities stand where they stood before."""
    for length in range(1, min(LONGEST_RUN, len(symbols)) + 1):
        yield ("run", *symbols[-length:])
        if length > 1 and symbols[-length:] != bare[-length:]:
            yield ("run", *bare[-length:])


def pair_features(state: State, last_action: str, earlier_intent: str) -> Iterator[Feature]:
    """What holds together: `last_action` is the last one but listening, `earlier_intent` that of the turn before."""
    action, intent = action_of(state), intent_of(state)
    yield ("action intent", action, intent)
    yield ("last action intent", last_action, intent, str(is_listening(state)))
    yield ("earlier intent intent action", earlier_intent, intent, action)
    yield ("loop action", str(state.loop), action)
    yield ("loop action intent", str(state.loop), action, intent)
    if is_interrupted(state):
        yield interruption_feature(state)
    for slot in slot_symbols(state):
        yield ("slot intent action", slot, intent, action)
    for entity in state.entities:
        yield ("entity action", entity, action)


def turn_features(state: State, before: State | None, message: State | None) -> Iterator[Feature]:
    """What the turn is about: the `message` that it answers (the state that heard it), whatever ran since, and the
    slots that were not so a step `before`: what was just found out says more than what has long been known."""
    action = action_of(state)
    if message is not None:
        yield ("message action", symbol(message), action)
    known = slot_symbols(before) if before is not None else ()
    for slot in slot_symbols(state):
        if slot not in known:
            yield ("new slot", slot)
            yield ("new slot action", slot, action)


def bag_features(state: State) -> Iterator[Feature]:
    """What an earlier state leaves behind, wherever it stood in the window."""
    if is_listening(state):
        yield ("earlier intent", intent_of(state))
    else:
        yield ("earlier action", action_of(state))


def latest_word(state: State) -> str:
    """What happened last before this action: what the user meant, or what ran."""
    return intent_of(state) if is_listening(state) else action_of(state)


def since_feature(earlier_action: str, word: str) -> Feature:
    """What ran before, together with the `latest_word`: a thing is explained once."""
    return ("earlier action now", earlier_action, word)


def asked_feature(question: str, word: str) -> Feature:
    """What a turn ended with, mostly a question, together with the `latest_word`: other turns may stand between it and
    its answer."""
    return ("asked now", question, word)


def last_action(states: Sequence[State]) -> str:
    """The last action other than listening."""
    return next((action_of(state) for state in reversed(states) if not is_listening(state)), START)


def earlier_intent(states: Sequence[State]) -> str:
    """What the user said in the turn before this one."""
    turns = (state for state in reversed(states) if is_listening(state))
    next(turns, None)
    return next((intent_of(state) for state in turns), "")


def latest_message(states: Sequence[State]) -> State | None:
    """The last state in which the bot had just been answered."""
    return next((state for state in reversed(states) if is_listening(state)), None)


def asked_before(states: Sequence[State]) -> str | None:
    """What the turn before ended with, where this one has answered already: the question that may be asked again."""
    if not states or is_listening(states[-1]):
        return None
    for before, state in pairwise(reversed(states)):
        if is_listening(before):
            question = action_of(state)
            return None if question in (ACTION_LISTEN, START) else question
    return None


def latest_loop(states: Sequence[State]) -> str | None:
    """The loop that is active, or the one that was so last."""
    return next((state.loop for state in reversed(states) if state.loop), None)


def features(states: Sequence[State]) -> set[Feature]:
    """All features of a window of states, oldest first."""
    if not states:
        return set()
    now = states[-1]
    found: set[Feature] = set()
    for place, state in enumerate(reversed(states[-POSITIONS:])):
        found.update(place_features(state, place))
    latest = states[-LONGEST_RUN:]
    found.update(run_features([symbol(state) for state in latest], [bare_symbol(state) for state in latest]))
    found.update(pair_features(now, last_action(states), earlier_intent(states)))
    found.update(turn_features(now, states[-2] if len(states) > 1 else None, latest_message(states)))
    word = latest_word(now)
    for state, after in pairwise(states):
        found.update(bag_features(state))
        if not is_listening(state):
            found.add(since_feature(action_of(state), word))
        if is_listening(after) and is_listening(now):
            found.add(asked_feature(action_of(state), word))
    return found
