"""All moves of a session, in the order of arrival, and two of its branches side by side."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from trainer_tui.session.history import History, label_of
from trainer_tui.session.nodes import Node
from trainer_tui.session.protocol import HumanInput
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.view import ComparedRow, HistoryEntry, MoveView


def moves(timeline: Timeline) -> tuple[MoveView, ...]:
    """Every answer that was ever given, those undone too; what the world answered belongs to the answer before."""
    branch_of = _branches_of(timeline)
    rows = []
    head = _shown(timeline.head)
    for node in timeline.nodes.values():
        if not isinstance(node.given, HumanInput):
            continue
        by: Literal["you", "script", "rule"] = "script" if node.is_played else "you" if node.is_answer else "rule"
        branch = branch_of.get(node.id)
        rows.append(
            MoveView(
                node.id,
                node.messages,
                label_of(node),
                by,
                branch or "",
                node.given.at,
                branch is not None,
                node is head,
            )
        )
    return tuple(rows)


def _shown(head: Node) -> Node:
    """The answer that the head belongs to."""
    at = head
    while at.parent is not None and not isinstance(at.given, HumanInput):
        at = at.parent
    return at


def _branches_of(timeline: Timeline) -> dict[int, str]:
    """Node → the first live branch that it is on."""
    found: dict[int, str] = {}
    for branch in timeline.branches.values():
        for node in branch.tip.path():
            if node.id in found:
                break
            found[node.id] = branch.name
    return found


def settled(node: Node, timeline: Timeline) -> Node:
    """The node where what an answer led to is done: what the world said is not left half heard."""
    children: dict[int, Node] = {}
    for other in timeline.nodes.values():
        if other.parent is not None and other.id > node.id:
            children.setdefault(other.parent.id, other)
    at = node
    while (following := children.get(at.id)) is not None and not isinstance(following.given, HumanInput):
        at = following
    return at


def compared(left: Node, right: Node) -> tuple[ComparedRow, ...]:
    """Two ways side by side, line by line; where they differ, what one has and the other lacks stands alone."""
    one, other = History().entries(left), History().entries(right)
    rows: list[ComparedRow] = []
    matcher = SequenceMatcher(None, _keys(one), _keys(other), autojunk=False)
    for tag, start, end, begin, finish in matcher.get_opcodes():
        if tag == "equal":
            rows += [ComparedRow(*pair) for pair in zip(one[start:end], other[begin:finish], strict=True)]
            continue
        lefts, rights = list(one[start:end]), list(other[begin:finish])
        longest = max(len(lefts), len(rights))
        rows += [ComparedRow(_at(lefts, place), _at(rights, place)) for place in range(longest)]
    return tuple(rows)


def _at(entries: Sequence[HistoryEntry], place: int) -> HistoryEntry | None:
    return entries[place] if place < len(entries) else None


def _keys(entries: Sequence[HistoryEntry]) -> list[tuple[str, str, str]]:
    return [(entry.side, entry.kind, entry.text) for entry in entries]
