"""A review without a store behind it: for looks, keys and speed. What is settled is tested on the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.asking.reviewing import (
    EVERYTHING,
    ConversationPage,
    ConversationRow,
    ConversationView,
    Decision,
    Filters,
    InboxPage,
    Marks,
    MessageGroup,
    MessageRow,
    Names,
    Order,
    ReviewProgress,
    StepView,
)
from trainer_tui.asking.settling import Opened
from trainer_tui.core.events import Entity
from trainer_tui.errors import Problem
from trainer_tui.session.protocol import KeptAs
from trainer_tui.session.told import Told

AT = 1_790_000_000.0
REASONS = (
    ("fell back twice, then left",),
    ("said the same again", "today's model differs"),
    ("unsure of a meaning",),
    ("nothing stands out",),
)
OPENINGS = ("i want my money back", "hello", "wo ist der nächste laden", "book a table for two in Rome please")


def row_of(number: int) -> ConversationRow:
    return ConversationRow(
        number,
        f"user-{number}",
        2,
        "rest" if number % 2 else "telegram",
        AT - 4000 * number,
        AT - 3600 * number,
        3 + number,
        12 if number == 1 else 1,
        OPENINGS[number % 4],
        max(0.0, 0.97 - number / 100),
        REASONS[number % 4],
        "later" if number == 2 else None,
        flags=(4,) if number == 3 else (),
        tags=("refunds",) if number == 3 else (),
    )


def steps_of(row: int, turns: int = 3) -> tuple[StepView, ...]:
    found: list[StepView] = []
    for turn in range(turns):
        at = len(found)
        read = ("goodbye", 0.61, True) if turn == 1 else ("greet", 0.93, False)
        found += [
            StepView(at, "message", AT, f"message {turn} of user-{row}", "greet", *read),
            StepView(at + 1, "action", AT, "", "utter_greet", "utter_greet"),
            StepView(at + 2, "said", AT, "Hello! What can I do for you?"),
            StepView(at + 3, "action", AT, "", "action_listen", "action_listen"),
        ]
    return tuple(
        replace(step, today=step.did) if step.kind == "message" and not step.differs else step for step in found
    )


OSLO = (Entity("city", "Oslo", 9, 13),)
MESSAGES = (
    MessageGroup(
        (MessageRow(1, "refund please", 7), MessageRow(2, "i need a refund", 2), MessageRow(3, "refund!", 1)),
        "ask_refund",
        0.58,
        (("ask_refund", 0.58), ("goodbye", 0.21), ("greet", 0.1)),
    ),
    MessageGroup(
        (MessageRow(4, "table in Oslo", 3, (Entity("city", "Oslo", 9, 13),)),), "book", 0.74, (("book", 0.74),)
    ),
    MessageGroup((MessageRow(5, "asdf", 1),), None, 0.0, (("greet", 0.2), ("book", 0.19))),
)


class FakeReview:
    def __init__(self, rows: int = 40, turns: int = 3) -> None:
        self.rows = rows
        self.turns = turns
        self.gone: set[int] = set()
        self.progress = ReviewProgress(1234, False, how_far="40 %, about 6 s more")
        self.asked: list[Any] = []
        self._listeners: list[Callable[[], None]] = []

    def observe(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    async def begin(self) -> None: ...

    def conversations(
        self, order: Order = "worth", filters: Filters = EVERYTHING, first: int = 0, most: int = 50
    ) -> ConversationPage:
        self.asked.append((order, filters))
        known = [number for number in range(first, min(first + most, self.rows)) if number not in self.gone]
        return ConversationPage(tuple(map(row_of, known)), first, self.rows - len(self.gone))

    def names(self) -> Names:
        return Names(intents=("goodbye", "greet"), tags=("refunds",))

    async def open(self, row: int, before: int | None = None, most: int = 200) -> ConversationView:
        steps = [step for step in steps_of(row, self.turns) if before is None or step.index < before]
        earlier = row + 1 if row + 1 < self.rows else None
        return ConversationView(row_of(row), tuple(steps[-most:]), len(steps) > most, earlier)

    async def judged(self, view: ConversationView) -> ConversationView:
        return view

    async def told(self, row: int) -> Told:
        return Told(f"user-{row}", ())

    def decide(self, rows: Sequence[int], decision: Decision, outcome: str = "") -> None: ...

    def flag(self, row: int, index: int) -> None: ...

    def tag(self, rows: Sequence[int], tag: str) -> None: ...

    def undo(self) -> str:
        return "something"

    def redo(self) -> str:
        return "something"

    def inbox(self, first: int = 0, most: int = 50) -> InboxPage:
        kept = [replace(group, messages=left) for group in MESSAGES if (left := self._left(group))]
        return InboxPage(tuple(kept[first : first + most]), first, len(kept), sum(len(g.messages) for g in kept))

    def _left(self, group: MessageGroup) -> tuple[MessageRow, ...]:
        return tuple(message for message in group.messages if -message.id not in self.gone)

    def intents(self) -> tuple[str, ...]:
        return ("ask_refund", "book", "goodbye", "greet")

    def confirm(self, messages: Sequence[int], intent: str, entities: Marks | None = None) -> None: ...

    def corrected(self, text: str, intent: str, entities: Sequence[Entity] = ()) -> bool:
        return False

    def set_aside(self, messages: Sequence[int]) -> None: ...

    async def rerank(self) -> None: ...

    def close(self) -> None: ...


class FakeSettling:
    """Notes what is settled; what is settled is gone from the review."""

    def __init__(self, review: FakeReview) -> None:
        self.review = review
        self.done: list[Any] = []
        self.opened: Opened | None = None

    async def keep(self, view: ConversationView, kept_as: KeptAs) -> str:
        self._settle("keep", view.row.id, kept_as)
        return f"{view.row.sender}: {kept_as}"

    def _settle(self, what: str, row: int, *more: Any) -> None:
        self.done.append((what, row, *more))

    def decide(self, row: int, decision: Decision) -> None:
        self._settle("decide", row, decision)

    def flag(self, row: int, index: int) -> None:
        self._settle("flag", row, index)

    def tag(self, row: int, tag: str) -> None:
        self._settle("tag", row, tag)

    async def open(self, view: ConversationView) -> tuple[Problem, ...]:
        self._settle("open", view.row.id)
        return ()

    def come_back(self) -> str:
        return ""

    def confirm(self, messages: Sequence[MessageRow], intent: str, entities: Marks | None = None) -> None:
        self.done.append(("confirm", [message.id for message in messages], intent, dict(entities or {})))
        self.review.gone |= {-message.id for message in messages}

    def set_aside(self, messages: Sequence[MessageRow]) -> None:
        self.done.append(("set aside", [message.id for message in messages]))
        self.review.gone |= {-message.id for message in messages}

    def undo(self) -> str:
        self.done.append("undo")
        return "something"

    def redo(self) -> str:
        self.done.append("redo")
        return "something"
