"""Which features speak for and against what the learned policy predicts, and what they mean in words."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.states import State
from trainer_tui.numerics import np
from trainer_tui.policies.alike_names import NO_NAMES, AlikeNames
from trainer_tui.policies.example_table import PLACEHOLDERS
from trainer_tui.policies.habits import habits
from trainer_tui.policies.linear_model import LinearModel
from trainer_tui.policies.window_features import START, Feature, features, intent_of, is_interrupted

Weighed = tuple[Feature, float]


def reasons(model: LinearModel, window: Sequence[State], action: str, names: AlikeNames = NO_NAMES) -> list[Weighed]:
    """The features of these states, what speaks most for `action` first. A number is how much the feature adds to the
    action's score (before the softmax) beyond what it adds to the others' on average, each by its probability."""
    by_habit = habits(window, names, model.labels, model.vocabulary)
    known = [feature for feature in sorted(features(window)) if feature in model.vocabulary]
    shares = model.probabilities(known, by_habit)
    labels = [action, *(label for label, stands_for in PLACEHOLDERS.items() if stands_for(window) == action)]
    label = max(labels, key=lambda label: shares.get(label, 0.0))
    if label not in shares:
        return []
    rest = max(1.0 - shares.pop(label), 1e-9)
    others = np.array([shares.get(name, 0.0) / rest for name in model.labels])
    rows = model.solution.weights[[model.vocabulary[feature] for feature in known]]
    own = rows[:, model.labels.index(label)] if label in model.labels else 0.0
    values = model.solution.inverse_temperature * (own - rows @ others)
    weighed = list(zip(known, map(float, values), strict=True))
    if label in by_habit:
        of_others = sum(by_habit.get(name, 0.0) * share / rest for name, share in shares.items())
        value = model.solution.inverse_temperature * (by_habit[label] - of_others)
        goes_on = is_interrupted(window[-1])
        why = ("goes on", action) if goes_on else ("alike", action, intent_of(window[-1]))
        weighed.append((why, value))
    return sorted(weighed, key=lambda pair: (-pair[1], pair[0]))


def in_words(feature: Feature) -> str:
    """What holds where the feature does.

    >>> in_words(("intent", "0", "greet")), in_words(("action", "1", "utter_greet"))
    ('greet is meant', 'utter_greet ran one step before')
    >>> in_words(("run", "* greet city", "utter_greet"))
    'just now: greet city, utter_greet'
    >>> in_words(("new slot action", "city=1.0", "utter_greet")), in_words(("earlier action now", "utter_greet", "bye"))
    ('slot city=1.0 is new, and utter_greet ran last', 'utter_greet ran before, and bye came last')
    """
    kind, *rest = feature
    match kind, rest:
        case "action", [place, name]:
            return f"{_run(name)}{_when(place)}"
        case "intent", [place, name]:
            return f"{name or 'nothing'} is meant" if place == "0" else f"{name or 'nothing'} was meant{_when(place)}"
        case "entity", [place, name]:
            return f"the entity {name}{' is' if place == '0' else ' was'} marked{_when(place) if place != '0' else ''}"
        case "loop", [name]:
            return "no form is active" if name == "None" else f"{name} is active"
        case "slot", [slot]:
            return f"slot {slot}"
        case "run", symbols:
            return f"just now: {', '.join(symbol.removeprefix('* ') for symbol in symbols)}"
        case "action intent", [action, intent]:
            return f"{intent or 'nothing'} is meant, and {_run(action)} last"
        case "last action intent", [action, intent, _]:
            return f"{intent or 'nothing'} is meant, and {_run(action)} in the turn before"
        case "earlier intent intent action", [earlier, intent, action]:
            return f"{earlier or 'nothing'}, then {intent or 'nothing'} was meant, and {_run(action)} last"
        case "loop action", [loop, action]:
            return f"{_run(action)} last, {'no form' if loop == 'None' else loop} is active"
        case "asked now", [question, now]:
            return f"a turn ended with {question}, and {now or 'nothing'} came last"
        case "loop action intent", [loop, action, intent]:
            form = "no form" if loop == "None" else loop
            return f"{intent or 'nothing'} is meant, {_run(action)} last, {form} is active"
        case "slot intent action", [slot, intent, action]:
            return f"slot {slot}, {intent or 'nothing'} is meant, and {_run(action)} last"
        case "entity action", [entity, action]:
            return f"the entity {entity} is marked, and {_run(action)} last"
        case "message action", [said, action]:
            return f"{said.removeprefix('* ')} is what this turn answers, and {_run(action)} last"
        case "new slot", [slot]:
            return f"slot {slot} is new"
        case "new slot action", [slot, action]:
            return f"slot {slot} is new, and {_run(action)} last"
        case "alike", [action, intent]:
            return f"{action} is named like {intent}"
        case "interruption", [action]:
            return f"a form was interrupted, and {_run(action)} last"
        case "goes on", [form]:
            return f"{form} was interrupted, and that is answered"
        case "earlier action now", [earlier, now]:
            return f"{_run(earlier)} before, and {now or 'nothing'} came last"
        case "earlier intent", [intent]:
            return f"{intent or 'nothing'} was meant before"
        case "earlier action", [action]:
            return f"{_run(action)} before"
    return " ".join(feature)


def _run(action: str) -> str:
    return "the conversation began" if action == START else f"{action} ran"


def _when(place: str) -> str:
    return {"0": " last", "1": " one step before"}.get(place, f" {place} steps before")
