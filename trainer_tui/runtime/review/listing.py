"""The list of a review: conversations by order and filters, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.asking.reviewing import ConversationPage, ConversationRow, Decision, Filters, Names, Order
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.review.database import ReviewFile
from trainer_tui.runtime.review.decisions import STANDS

_ORDERS: dict[Order, str] = {
    "worth": "worth DESC, shape.id",
    "newest": "last_at DESC, shape.id",
    "count": "{count} DESC, worth DESC, shape.id",
}


_COMMON = 5_000
"""What is said in so many conversations is looked for in each."""


@dataclass(frozen=True, slots=True)
class Lying:
    """Where a conversation lies: the label of its store, its sender and its session."""

    source: str
    sender: str
    session: int


class NamedStores:
    """The stores of these labels, or all that were ever read: what is shown lies in them."""

    def __init__(self, file: ReviewFile, labels: Iterable[str] | None = None) -> None:
        self._file = file
        self._labels = labels if labels is None else frozenset(labels)

    def numbers(self) -> list[int] | None:
        """None where these are all that were ever read."""
        rows = self._file.rows("SELECT id, label FROM source")
        numbers = [number for number, label in rows if self._labels is None or label in self._labels]
        return None if len(numbers) == len(rows) else numbers


class Listing:
    """Of the stores of these labels, or of all that were ever read."""

    def __init__(self, file: ReviewFile, labels: Iterable[str] | None = None) -> None:
        self._file = file
        self._stores = NamedStores(file, labels)

    def _latest(self) -> str:
        """What says which conversation of a shape is shown."""
        if (numbers := self._stores.numbers()) is None:
            return "latest"
        return f"(SELECT id FROM conversation WHERE {_lies_in(numbers)} ORDER BY last_at DESC LIMIT 1)"

    def _count(self) -> str:
        """What says how many conversations of a shape there are."""
        if (numbers := self._stores.numbers()) is None:
            return "count"
        return f"(SELECT COUNT(*) FROM conversation WHERE {_lies_in(numbers)})"

    def page(
        self, order: Order, filters: Filters, first: int, most: int, counted: int | None = None
    ) -> ConversationPage:
        """So many rows from `first` on, and how many pass the filters in all; where each has to be looked at (what many
        say, or some of the stores) they are counted as far as `counted` of them behind the page."""
        where, parameters, is_common = self._where(filters)
        by = _ORDERS[order].format(count=self._count())
        rows = self._conversation_rows(
            f"SELECT id FROM shape WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?",
            (*parameters, most, first),
        )
        bound = first + most + counted if is_common and counted is not None else -1
        passing = f"SELECT COUNT(*) FROM (SELECT 1 FROM shape WHERE {where} LIMIT ?)"
        total = self._file.number(passing, (*parameters, bound))
        return ConversationPage(rows, first, total, total == bound)

    def _where(self, filters: Filters) -> tuple[str, list[Any], bool]:
        """The condition with its parameters, and whether each has to be looked at for it."""
        conditions, parameters = _conditions(filters)
        numbers = self._stores.numbers()
        if numbers is not None:
            conditions.append(f"EXISTS (SELECT 1 FROM conversation WHERE {_lies_in(numbers)})")
        if not filters.text:
            return " AND ".join(conditions), parameters, numbers is not None
        said = "message IN (SELECT id FROM message WHERE text LIKE ? ESCAPE '\\')"
        pattern = f"%{_escaped(filters.text)}%"
        parameters.append(pattern)
        is_common = len(self._file.rows(f"SELECT 1 FROM said WHERE {said} LIMIT {_COMMON}", (pattern,))) == _COMMON
        if is_common:
            # All of them would be put together first; the next ones are met soon.
            in_shape = f"SELECT 1 FROM said INDEXED BY said_shape WHERE said.shape = shape.id AND +{said}"
            conditions.append(f"EXISTS ({in_shape})")
        else:
            conditions.append(f"id IN (SELECT shape FROM said WHERE {said})")
        return " AND ".join(conditions), parameters, is_common or numbers is not None

    def row(self, shape: int) -> ConversationRow:
        """TrainerError where there is none of that number."""
        found = self._conversation_rows("SELECT id FROM shape WHERE id = ? AND latest IS NOT NULL", (shape,))
        if not found:
            raise TrainerError("this conversation is not in the list any more", hint="Look at the list again.")
        return found[0]

    def _conversation_rows(self, chosen: str, parameters: Sequence[Any]) -> tuple[ConversationRow, ...]:
        shapes = [row[0] for row in self._file.rows(chosen, parameters)]
        marks = ", ".join("?" * len(shapes))
        rows = self._file.rows(
            "SELECT shape.id, sender, session, channel, first_at, conversation.last_at, turns, "
            f"{self._count()}, opening, worth, reasons FROM shape "
            f"JOIN conversation ON conversation.id = {self._latest()} WHERE shape.id IN ({marks})",
            shapes,
        )
        standing: dict[int, list[tuple[Any, ...]]] = {}
        for shape, *line in self._file.rows(
            "SELECT shape, kind, value, is_on, outcome, by FROM decided "
            f"WHERE shape IN ({marks}) AND undone = 0 ORDER BY id",
            shapes,
        ):
            standing.setdefault(shape, []).append(tuple(line))
        found = {row[0]: _conversation_row(row, standing.get(row[0], ())) for row in rows}
        return tuple(found[shape] for shape in shapes if shape in found)

    def names(self) -> Names:
        found: list[set[str]] = [set(), set(), set(), set(), set()]
        for row in self._file.rows("SELECT intents, actions, slots, channels, models FROM cast_list"):
            for names, listed in zip(found, row, strict=True):
                names.update(unlisted(listed))
        tags = self._file.rows(f"SELECT DISTINCT value FROM decided WHERE kind = 'tag' AND {STANDS}")
        intents, actions, slots, channels, models = (tuple(sorted(names)) for names in found)
        return Names(intents, actions, slots, channels, models, tuple(sorted(row[0] for row in tags)))

    def lying(self, shape: int) -> Lying:
        """Where the latest conversation of a shape lies."""
        row = self._file.row(
            f"SELECT label, sender, session FROM shape JOIN conversation ON conversation.id = {self._latest()} "
            "JOIN source ON source.id = source WHERE shape.id = ?",
            (shape,),
        )
        if row is None:
            raise TrainerError("this conversation is not in the list any more", hint="Look at the list again.")
        return Lying(*row)

    def neighbour(self, lying: Lying, step: int) -> int | None:
        """The shape of the same sender's session before (-1) or behind (1)."""
        row = self._file.row(
            "SELECT shape FROM conversation JOIN source ON source.id = source "
            "WHERE label = ? AND sender = ? AND session = ?",
            (lying.source, lying.sender, lying.session + step),
        )
        return int(row[0]) if row else None


def of_stores(numbers: Iterable[int]) -> str:
    """The condition of a conversation that it lies in one of them."""
    return f"source IN ({', '.join(map(str, numbers))})"


def _lies_in(numbers: Iterable[int]) -> str:
    return f"conversation.shape = shape.id AND {of_stores(numbers)}"


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    conditions, parameters = ["count > 0"], list[Any]()

    def ask(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    columns = {
        "intents": filters.intent,
        "actions": filters.action,
        "slots": filters.slot,
        "channels": filters.channel,
        "models": filters.model,
    }
    wanted = {column: name for column, name in columns.items() if name}
    if wanted:
        found = " AND ".join(f"INSTR({column}, ?)" for column in wanted)
        # By an index of its own the rows that pass would have to be sorted.
        ask(f"+cast_list IN (SELECT id FROM cast_list WHERE {found})", *(listed([name]) for name in wanted.values()))
    if filters.tag:
        ask(f"id IN (SELECT shape FROM decided WHERE kind = 'tag' AND value = ? AND {STANDS})", filters.tag)
    if filters.since is not None:
        ask("last_at >= ?", filters.since)
    if filters.until is not None:
        ask("earliest < ?", filters.until)
    if filters.is_unseen:
        ask("decision IS NULL")
    if filters.decision is not None:
        ask("decision = ?", filters.decision)
    return conditions, parameters


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def listed(names: Iterable[str]) -> str:
    """Names as one text, in which a whole name can be found."""
    return "".join(f"\n{name}\n" for name in names)


def unlisted(text: str) -> list[str]:
    return [name for name in text.split("\n") if name]


def _conversation_row(row: Sequence[Any], log: Iterable[Sequence[Any]]) -> ConversationRow:
    decision: Decision | None = None
    by, outcome = "", ""
    on: dict[tuple[str, str], bool] = {}
    for kind, value, is_on, came_of_it, person in log:
        if kind == "decision":
            decision, by, outcome = value, person, came_of_it
        else:
            on[kind, value] = bool(is_on)
    *told, reasons = row
    return replace(
        ConversationRow(*(*told, tuple(json.loads(reasons)))),
        decision=decision,
        by=by,
        outcome=outcome,
        flags=tuple(sorted(int(value) for (kind, value), is_on in on.items() if kind == "flag" and is_on)),
        tags=tuple(value for (kind, value), is_on in on.items() if kind == "tag" and is_on),
    )
