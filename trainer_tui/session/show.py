"""From the timeline to the panes: pure functions, one a pane."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from trainer_tui.core.events import REQUESTED_SLOT, Restarted, SlotSet, UserUttered
from trainer_tui.core.forms import form_state
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.session.history import History, label_of
from trainer_tui.session.protocol import (
    ActionPredicted,
    ButtonChosen,
    ChooseAction,
    ConfirmAction,
    Effect,
    MessageTyped,
    NameAction,
    WriteResponse,
)
from trainer_tui.session.timeline import Node, Timeline
from trainer_tui.session.view import (
    ActionsView,
    BranchView,
    ForkPoint,
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
) -> SessionView:
    """Everything the panes show for the head of the timeline."""
    node = timeline.head
    state = node.state
    waiting = state.waiting
    points = fork_points(node)
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
        can_step_back=timeline.is_within_question,
        branches=branch_views(timeline),
        fork_points=points,
        intents=tuple(state.domain.intents),
        entities=tuple(state.domain.entities),
        sent_messages=tuple(point.text for point in points),
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
    if timeline.can_return_to_origin:
        return "the fork"
    answer = timeline.last_answer()
    return label_of(answer) if answer else None


def redo_label(timeline: Timeline) -> str | None:
    """What redo brings back, in a few words; None where there is nothing."""
    if not timeline.branch.undone:
        return None
    towards = timeline.branch.undone[-1]
    for node in towards.path():
        if node.parent is timeline.head:
            return label_of(node)
    return label_of(towards)


def fork_points(node: Node) -> tuple[ForkPoint, ...]:
    """The messages on the way to `node`, newest first."""
    return _fork_points_from(node.landmark) if node.landmark else ()


@lru_cache(maxsize=8)
def _fork_points_from(landmark: Node) -> tuple[ForkPoint, ...]:
    """Made anew only where a message was added or taken back, however many views are shown between."""
    points = [(earlier.id, text) for earlier, text in _said(landmark)]
    return tuple(ForkPoint(id_, len(points) - place, text) for place, (id_, text) in enumerate(points))


def _said(node: Node) -> Iterator[tuple[Node, str]]:
    for earlier in node.landmarks():
        match earlier.given:
            case MessageTyped(text):
                yield earlier, text
            case ButtonChosen(payload):
                yield earlier, payload


def branch_views(timeline: Timeline) -> tuple[BranchView, ...]:
    return tuple(
        BranchView(
            branch.id,
            branch.name,
            tuple(reversed([text for _, text in islice(_said(branch.tip), 3)])),
            branch.id == timeline.current,
        )
        for branch in timeline.branches.values()
    )
