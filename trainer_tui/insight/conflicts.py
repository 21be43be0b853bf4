"""Stories that disagree: the same state, followed by different actions."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.insight.apart import Apart, apart
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.words import counted


@dataclass(frozen=True, slots=True)
class Side:
    """One action of a conflict: the story that asks for it and where the action stands."""

    action: str
    story: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The last states of a conversation, and what different stories do next; one side for each action and place.
    `apart` is what would tell them apart."""

    states: tuple[State, ...]
    sides: tuple[Side, ...]
    apart: tuple[Apart, ...] = ()

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
    return conflicts_of(StorySteps(trackers, domain, max_history), domain)


def conflicts_of(stories: StorySteps, domain: Domain) -> list[Conflict]:
    """As `find_conflicts`, of stories that were looked through already."""
    found = []
    for steps in stories.disagreeing():
        states = stories.window(steps[0])
        if states[-1].action is None:
            continue
        sides: dict[tuple[str, Place | None], Side] = {}
        for step in steps:
            sides.setdefault((step.action, step.place), Side(step.action, step.story, step.place))
        found.append(Conflict(states, tuple(sides.values()), apart(steps, domain, stories.max_history)))
    return found


def as_problem(conflict: Conflict) -> Problem:
    """The conflict as a warning, with the place of each side and what would tell them apart."""
    shown = "; ".join(_side_in_words(conflict, action) for action in conflict.actions)
    told = " or ".join(map(str, conflict.apart))
    hint = f"told apart by {told}." if told else "nothing that went before tells them apart."
    return Problem(
        f"stories disagree {conflict.last_event}: {shown}",
        conflict.sides[0].place,
        f"Change one of them: {hint}",
        is_error=False,
    )


def _side_in_words(conflict: Conflict, action: str) -> str:
    first, *more = [side for side in conflict.sides if side.action == action]
    others = f" and {counted(len(more), 'other story')}" if more else ""
    return f"{action} in {first.story!r} ({first.place}){others}"
