"""What happened, in words: each entry of the history is one line to read or to hear; no mark stands for a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from trainer_tui.asking.words import shown_value
from trainer_tui.core.growing import Growing
from trainer_tui.session.view import HistoryEntry, Mark, SlotRow


def spoken(entry: HistoryEntry) -> str:
    """One entry as a line; further lines of a text are indented below it."""
    number = f"{entry.number} " if entry.number is not None else "  "
    return number + _words(entry).replace("\n", "\n    ")


def _words(entry: HistoryEntry) -> str:
    match entry.kind:
        case "action":
            return f"bot runs {entry.text}{_judged(entry)}"
        case "text":
            return f"bot says: {entry.text}"
        case "message":
            return f"you say: {entry.text}"
        case "intent":
            return f"{entry.text}{_judged(entry)}"
        case "buttons":
            return f"button {entry.text}"
        case "slot" | "form" | "event":
            return entry.text


def _judged(entry: HistoryEntry) -> str:
    sure = f" {entry.confidence:.2f}" if entry.confidence is not None else ""
    played = {"agrees": ", as the script", "differs": ", not by the script alone", None: ""}[entry.script]
    if entry.mark is Mark.CORRECTED:
        return f"{sure}, corrected" + (f" from {entry.wanted}" if entry.wanted else "") + played
    return sure + {Mark.UNSURE: ", unsure", Mark.ACCEPTED: ", accepted by itself"}.get(entry.mark, "") + played


def slot_line(row: SlotRow) -> str:
    return f"{row.name} = {shown_value(row.value)}"


def changed_slots(before: Iterable[SlotRow], after: Iterable[SlotRow]) -> list[str]:
    """A line for each slot whose value is another one now."""
    known = {row.name: row.value for row in before}
    return [f"  slot {slot_line(row)}" for row in after if known.get(row.name) != row.value]


def common_length(one: Sequence[HistoryEntry], other: Sequence[HistoryEntry]) -> int:
    """How many entries two histories begin with alike."""
    same = Growing.of(one).shared_length(Growing.of(other))
    return same + sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[same:], other[same:], strict=False))
    )
