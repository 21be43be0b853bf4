"""What rules, stories and lessons show of a loop that is left for a while and returned to.

Rules and stories hold no happy paths of loops (these are collapsed), so whatever they do within a loop is an unhappy
path (as Rasa 3.6's RulePolicy).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.states import State
from trainer_tui.core.stories import SNIPPET
from trainer_tui.policies.policy import Evidence, Lesson
from trainer_tui.policies.rule_states import RuleState, RuleStates
from trainer_tui.policies.rule_table import KnownRule, RuleCollector, RuleTable, Source, named

LEAVE_LOOP = "do_not_predict_loop_action"
INTERRUPTED = "loop_was_interrupted"

_YOU: Source = ("", None)


def collect(paths: RuleCollector, states: Sequence[RuleState], action: str, source: Source) -> None:
    """Add what this action after these states shows, if anything."""
    shown = outcome(states[-1].state, action)
    asked = _since_action_before(states)
    if shown and asked:
        paths.add(asked, shown, source)


def taught(lessons: Iterable[Lesson]) -> RuleTable:
    """The paths that a person has shown."""
    paths = RuleCollector()
    for lesson in lessons:
        collect(paths, [RuleState(state) for state in lesson.states[-2:]], lesson.action, _YOU)
    return paths.table()


def is_shown_by(lesson: Lesson) -> bool:
    """Whether the lesson is of an unhappy path: returning to the loop is one only where it was told not to validate."""
    if not lesson.states:
        return False
    shown = outcome(lesson.states[-1], lesson.action)
    return shown == LEAVE_LOOP or (shown == INTERRUPTED and lesson.is_interrupted)


def outcome(state: State, action: str) -> str | None:
    """What an action in an unhappy path says of the loop."""
    if state.loop is None:
        return None
    if state.action == ACTION_LISTEN:
        return INTERRUPTED if action == state.loop else None
    return LEAVE_LOOP if action != state.loop else None


def interruption(path: KnownRule, loop: str) -> Evidence:
    """Why the loop shall leave the latest message alone."""
    told = "you taught" if path.sources == [_YOU] else named(path.sources)
    return Evidence(f"{told}: {loop} does not validate here", path.places)


def _since_action_before(states: Sequence[RuleState]) -> RuleStates:
    """The last state, and of the one before only its action: what the user had said then does not matter."""
    if states[-1].state.action == SNIPPET:
        return ()
    if len(states) < 2:
        return tuple(states)
    before = states[-2].state
    if (before.action is None and before.action_text is None) or before.action == SNIPPET:
        return (states[-1],)
    return (RuleState(State(action=before.action, action_text=before.action_text)), states[-1])
