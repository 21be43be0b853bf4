"""The conversations of a session: every live branch, cut where it was started fresh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from trainer_tui.core.events import Event, Restarted
from trainer_tui.dataclass import dataclass
from trainer_tui.export.review import StoryForm
from trainer_tui.session.machine import Additions
from trainer_tui.session.nodes import Branch
from trainer_tui.session.protocol import ResponseReworded, SessionRestarted, SlotEdited
from trainer_tui.session.timeline import Timeline
from trainer_tui.words import counted


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, from the start of the session or a restart on. `key` stays the same while it goes on; `name` is
    the branch's, where a person named it; `form` is what it is to become."""

    key: str
    name: str | None
    events: tuple[Event, ...]
    form: StoryForm = "story"


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    end: int
    branch: Branch
    events: tuple[Event, ...]


def conversations(timeline: Timeline) -> list[Conversation]:
    """Each conversation once, in the order in which they were begun; a mere beginning of another is left out."""
    segments = [segment for branch in timeline.live() for segment in _segments(branch)]
    found: dict[tuple[int, int], _Segment] = {}
    for segment in segments:
        found.setdefault((segment.start, segment.end), segment)
    passed = _passed(found.values(), timeline)
    kept = [segment for segment in found.values() if segment.end not in passed[segment.start]]
    kept.sort(key=lambda segment: (segment.start, segment.branch.id))
    return [
        Conversation(f"{item.start}.{item.branch.id}", _name(item), item.events, item.branch.kept_as or "story")
        for item in kept
    ]


def _name(segment: _Segment) -> str | None:
    """A branch's name goes to its latest conversation."""
    is_latest = segment.end == segment.branch.tip.id
    return segment.branch.name if segment.branch.is_named and is_latest else None


def news(timeline: Timeline) -> str | None:
    """What is new since the last export, in words ("2 stories, 5 examples"); None where nothing is.

    An export writes whole turns. So the turn that it met half done is new, and so are slots that are set by hand behind
    the last one: they are written with the next. A turn that is only begun makes no story yet.
    """
    stories, begun, examples, slots = 0, 0, 0, 0
    reworded: set[str] = set()
    seen: set[int] = set()
    for branch in timeline.live():
        has_message = has_turn = is_turn_whole = False
        for node in branch.tip.landmarks():
            is_old, is_by_hand = node.id <= timeline.exported_up_to, isinstance(node.given, SlotEdited)
            if node.id in seen or (is_old and node.waits_for_user and not is_by_hand):
                break
            seen.add(node.id)
            examples += 0 if is_old else len(node.state.examples)
            is_turn_whole |= node.waits_for_user
            has_message |= node.message is not None
            has_turn |= node.message is not None and is_turn_whole
            if isinstance(node.given, ResponseReworded) and not is_old:
                reworded.add(node.given.action)
            slots += is_by_hand and not has_message
            if isinstance(node.given, SessionRestarted):
                stories, begun = stories + has_turn, begun + (has_message and not has_turn)
                has_message = has_turn = is_turn_whole = False
        stories, begun = stories + has_turn, begun + (has_message and not has_turn)
    counts = {"story": stories, "example": examples, "response": len(reworded)}
    for what, count in _left_out(timeline).items():
        counts[what] = counts.get(what, 0) + count
    parts = [counted(count, what) for what, count in counts.items() if count]
    unwritten = [f"{counted(begun, 'turn')} only begun"] if begun else []
    unwritten += [f"{counted(slots, 'slot')} set by hand after the last turn"] if slots else []
    return ", ".join(parts + unwritten) or None


def _left_out(timeline: Timeline) -> dict[str, int]:
    """What the last export of the session could not write: it is as new as before."""
    whole = [record for record in timeline.exports if not record.get("is_partial")]
    return dict(whole[-1].get("left_out") or {}) if whole else {}


def _segments(branch: Branch) -> list[_Segment]:
    nodes = list(branch.tip.path())
    nodes.reverse()
    segments: list[_Segment] = []
    start, events = 0, list[Event]()
    before = nodes[0].id
    for node in nodes:
        for event in node.added_events():
            if isinstance(event, Restarted):
                segments.append(_Segment(start, before, branch, tuple(events)))
                start, events = node.id, []
            else:
                events.append(event)
        before = node.id
    segments.append(_Segment(start, before, branch, tuple(events)))
    return segments


def _passed(segments: Iterable[_Segment], timeline: Timeline) -> Mapping[int, set[int]]:
    """By their start, the nodes from which a conversation goes on: what stops there is a mere beginning, a fork that
    nothing followed yet."""
    found: dict[int, set[int]] = defaultdict(set)
    for segment in segments:
        node = timeline.nodes[segment.end].parent
        while node is not None and node.id >= segment.start and node.id not in found[segment.start]:
            found[segment.start].add(node.id)
            node = node.parent
    return found


def additions(timeline: Timeline) -> Additions:
    """All names that were made on live branches, in the order of the branches."""
    found = [branch.tip.state.additions for branch in timeline.live()]
    return Additions(
        tuple(dict.fromkeys(name for item in found for name in item.intents)),
        tuple(dict.fromkeys(name for item in found for name in item.entities)),
        tuple(dict.fromkeys(name for item in found for name in item.actions)),
        {name: variations for item in found for name, variations in item.responses.items()},
        {name: variations for item in found for name, variations in item.reworded.items()},
    )
