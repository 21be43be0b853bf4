"""From the timeline to the panes: pure functions, one a pane."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import islice

from trainer_tui.core.events import REQUESTED_SLOT, Restarted, SlotSet, UserUttered
from trainer_tui.core.forms import form_state
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.session.history import History, entries_of_steps, label_of, shown_value
from trainer_tui.session.nodes import Branch, Drop, Kept, Node
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ActionPredicted,
    ChooseAction,
    ConfirmAction,
    Effect,
    EntitiesMarked,
    HumanInput,
    Input,
    IntentChosen,
    IntentNamed,
    NameAction,
    ResultKept,
    WriteResponse,
)
from trainer_tui.session.script import Play, Said, Script
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.view import (
    ActionsView,
    BranchView,
    HistoryEntry,
    ScriptView,
    SessionView,
    SlotRow,
    StatusView,
    StoriesView,
)


def session_view(
    timeline: Timeline,
    history: History,
    status: StatusView,
    stories: StoriesView,
    at: Node | None = None,
) -> SessionView:
    """Everything the panes show for the head of the timeline, or for the node `at` as if it were the head."""
    node = at or timeline.head
    state = node.state
    waiting = state.waiting
    return SessionView(
        status=status,
        prompt=None if isinstance(waiting, Effect) else waiting,
        effect=waiting if isinstance(waiting, Effect) else None,
        history=history.entries(node),
        slots=slot_rows(state.tracker),
        actions=actions_view(node),
        stories=stories,
        form=form_state(state.tracker, state.domain),
        undo=undo_label(timeline),
        redo=redo_label(timeline),
        undone=undone_answer(timeline),
        can_step_back=timeline.is_within_question,
        branches=branch_views(timeline),
        fork_points=history.fork_points(node),
        intents=tuple(state.domain.intents),
        entities=tuple(state.domain.entities),
        action_names=state.domain.action_names,
    )


def slot_rows(tracker: DialogueStateTracker) -> tuple[SlotRow, ...]:
    """Every slot, those set since the last message marked; `requested_slot` is the form pane's."""
    changed: set[str] = set()
    at: DialogueStateTracker | None = tracker
    while at is not None and at.event is not None and not isinstance(at.event, (UserUttered, Restarted)):
        if isinstance(at.event, SlotSet):
            changed.add(at.event.name)
        at = at.parent
    return tuple(
        SlotRow(name, value, name in changed) for name, value in tracker.slots.items() if name != REQUESTED_SLOT
    )


def actions_view(node: Node) -> ActionsView:
    """The prediction that is asked about, or else the latest one, dimmed."""
    waiting = node.state.waiting
    if isinstance(waiting, (ConfirmAction, ChooseAction, NameAction, WriteResponse)):
        return ActionsView(waiting.prediction)
    latest = next((earlier.given for earlier in node.path() if isinstance(earlier.given, ActionPredicted)), None)
    if latest is None:
        return ActionsView(is_current=False)
    decision = node.state.decision
    return ActionsView(latest.prediction, chosen=decision.action if decision else None, is_current=False)


def undo_label(timeline: Timeline) -> str | None:
    """What undo takes back, in a few words; None where there is nothing."""
    if beside := timeline.last_beside:
        return _beside(beside)
    if timeline.can_return_to_origin:
        return f"the start of {timeline.branch.name}" if timeline.branch.plays else "the fork"
    answer = timeline.last_answer()
    return label_of(answer) if answer else None


def redo_label(timeline: Timeline) -> str | None:
    """What redo brings back, in a few words; None where there is nothing."""
    if not timeline.branch.undone:
        return None
    towards = timeline.branch.undone[-1]
    if isinstance(towards, Branch):
        return f"the start of {towards.name}" if towards.plays else "the fork"
    if isinstance(towards, (Drop, Kept)):
        return _beside(towards)
    return label_of(_next_undone(timeline) or towards)


def _beside(done: Drop | Kept) -> str:
    return f"{done.branch.name} as it is" if isinstance(done, Kept) else f"the drop of {done.branch.name}"


def undone_answer(timeline: Timeline) -> Input | None:
    """The answer to what is asked now, where it was taken back."""
    node = _next_undone(timeline)
    return node.given if node else None


def _next_undone(timeline: Timeline) -> Node | None:
    """The first step from the head towards where redo leads."""
    towards = timeline.branch.undone[-1] if timeline.branch.undone else None
    if not isinstance(towards, Node):
        return None
    return next((node for node in towards.path() if node.parent is timeline.head), None)


def branch_views(timeline: Timeline) -> tuple[BranchView, ...]:
    """The branches in the order in which they began, then those that were dropped."""
    replaced = timeline.replaced()
    there = [
        replace(_branch_view(branch, timeline), is_replaced=branch.id in replaced)
        for branch in timeline.branches.values()
    ]
    dropped = [replace(_branch_view(branch, timeline), is_dropped=True) for branch in timeline.dropped.values()]
    return (*there, *dropped)


def _branch_view(branch: Branch, timeline: Timeline) -> BranchView:
    said = (node.message for node in branch.tip.landmarks() if node.message is not None)
    return BranchView(
        branch.id,
        branch.name,
        tuple(reversed(list(islice(said, 3)))),
        branch.id == timeline.current,
        branch.origin,
        branch.forked_at.messages if branch.forked_at else 0,
    )


def script_view(branch: Branch, play: Play, likely: tuple[HumanInput, ...]) -> ScriptView:
    """How far its script is, and its answer to what is asked now. Turns are counted from the conversation's first, as
    they are wherever else."""
    begun = branch.forked_at
    before = begun.messages if begun else 0
    if begun and not begun.waits_for_user and isinstance(next(iter(play.script.steps), None), Said):
        # Another meaning of a message: that it was said stands there already, and in the script, too.
        before -= 1
    return ScriptView(
        play.script.name,
        before + min(play.said + 1, play.script.turns),
        before + play.script.turns,
        branch.is_playing,
        likely,
        in_words(likely),
        _entries_of(play.script, play.position),
    )


_AHEAD = 100
"""So many steps of what was not reached are shown: a view is made for each answer, and a script may be long."""


@lru_cache(maxsize=2)
def _entries_of(script: Script, position: int) -> tuple[HistoryEntry, ...]:
    return tuple(entries_of_steps(script.steps[position : position + _AHEAD]))


def in_words(inputs: tuple[HumanInput, ...]) -> str:
    """An answer that may take several inputs: "intent greet, entities [Rome](city)", "utter_greet"."""
    words = []
    for given in inputs:
        match given:
            case IntentChosen(intent) | IntentNamed(intent):
                words.append(f"intent {intent}")
            case EntitiesMarked(entities):
                marked = ", ".join(f"{item.entity} = {shown_value(item.value)}" for item in entities)
                words.append(f"entities {marked}" if marked else "no entities")
            case ActionChosen(action) | ActionNamed(action):
                words.append(action)
            case ResultKept():
                words.append("what it did before")
            case _:
                pass
    return ", ".join(words)
