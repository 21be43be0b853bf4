"""Stories that disagree: the same state, followed by different actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import StateMaker, labelled_actions
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class Side:
    """One action of a conflict: the story that asks for it and where the action stands."""

    action: str
    story: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The last states of a conversation, and what different stories do next; one side for each action and place."""

    states: tuple[State, ...]
    sides: tuple[Side, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(side.action for side in self.sides))

    @property
    def last_event(self) -> str:
        """What came last before the stories part, in words."""
        last = self.states[-1]
        if last.action not in (None, "action_listen"):
            return f"after the action {last.action!r}"
        said = last.intent or last.text
        return f"after the message {said!r}" if said else "at the start"


def find_conflicts(trackers: Sequence[TrainingTracker], domain: Domain, max_history: int | None) -> list[Conflict]:
    """Where stories of the same last `max_history` states (None = all) go different ways; rules are left aside.

    As `rasa data validate stories`: what differs at the very start of a conversation is no conflict.
    """
    sides: dict[tuple[State, ...], list[Side]] = {}
    states = StateMaker(domain)
    for tracker in trackers:
        if tracker.is_rule:
            continue
        for labelled in labelled_actions(tracker, domain, max_history, states):
            if labelled.states[-1] == State() or labelled.states[-1].action is None:
                continue
            side = Side(labelled.action, tracker.story, _place(tracker, labelled.index))
            known = sides.setdefault(labelled.states, [])
            if not any(other.action == side.action and other.place == side.place for other in known):
                known.append(side)
    return [
        Conflict(found, tuple(known))
        for found, known in sides.items()
        if len(known) > 1 and any(side.action != known[0].action for side in known)
    ]


def as_problem(conflict: Conflict) -> Problem:
    """The conflict as a warning, with the place of each side."""
    shown = "; ".join(f"{side.action} in {side.story!r} ({side.place})" for side in _one_for_each_action(conflict))
    return Problem(
        f"stories disagree {conflict.last_event}: {shown}",
        conflict.sides[0].place,
        "Change one of them, or tell them apart by a slot or an earlier event.",
        is_error=False,
    )


def _one_for_each_action(conflict: Conflict) -> list[Side]:
    return [next(side for side in conflict.sides if side.action == action) for action in conflict.actions]


def _place(tracker: TrainingTracker, index: int) -> Place | None:
    """Where the event was written; an implicit action_listen stands with what is before it."""
    for place in reversed(tracker.places[: index + 1]):
        if place is not None:
            return place
    return tracker.place
