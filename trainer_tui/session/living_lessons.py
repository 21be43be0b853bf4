"""What the branches of a session teach: kept up to date, move by move, as they grow, end and come back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from trainer_tui.core.growing import Growing
from trainer_tui.core.nlu_data import Example
from trainer_tui.policies.lessons import LessonMaker, TaughtStep
from trainer_tui.policies.policy import Lesson
from trainer_tui.session.nodes import Node

Taught = TypeVar("Taught")


class _InOrder(Generic[Taught]):
    """What nodes taught, in the order of arrival."""

    def __init__(self) -> None:
        self.items: Growing[Taught] = Growing()
        self._ids: list[int] = []

    def add(self, node: int, item: Taught) -> None:
        place = bisect_right(self._ids, node)
        self._put(place, (item, *self.items[place:]))
        self._ids.insert(place, node)

    def remove(self, node: int) -> None:
        first, end = bisect_left(self._ids, node), bisect_right(self._ids, node)
        if first == end:
            return
        self._put(first, self.items[end:])
        del self._ids[first:end]

    def _put(self, place: int, items: Iterable[Taught]) -> None:
        """These from that place on."""
        self.items = self.items.up_to(place)
        for item in items:
            self.items = self.items.with_item(item)


class LivingLessons:
    """What the live branches taught: a move of one tip costs what lies between, however long the branches are.

    Lessons are made when they are asked for, those of one way after the other, so that they can share their states.
    """

    def __init__(self) -> None:
        self.steps: _InOrder[TaughtStep] = _InOrder()
        self.lessons: _InOrder[Lesson] = _InOrder()
        self.examples: _InOrder[Example] = _InOrder()
        self._tips: dict[int, Node] = {}
        self._branches_through: dict[int, int] = {}
        self._made: dict[int, TaughtStep] = {}
        self._to_make: dict[int, Node] = {}
        self._maker = LessonMaker()

    def follow(self, tips: Mapping[int, Node]) -> None:
        for branch in {**self._tips, **tips}:
            before, now = self._tips.get(branch), tips.get(branch)
            if before is not now:
                self._move(before, now)
        self._tips = dict(tips)
        for number in sorted(self._to_make):
            taught = self._taught(self._to_make[number])
            self.steps.add(number, taught)
            if taught.lesson:
                self.lessons.add(number, taught.lesson)
        self._to_make.clear()

    def _move(self, before: Node | None, now: Node | None) -> None:
        """From both ends up to where they meet; ids only grow on the way down, on which what is new is entered: at the
        end of what is known, not each before the one that came after it."""
        entered = []
        while before is not now:
            if now is None or (before is not None and before.id > now.id):
                assert before is not None
                self._leave(before)
                before = before.parent
            else:
                entered.append(now)
                now = now.parent
        for node in reversed(entered):
            self._enter(node)

    def _enter(self, node: Node) -> None:
        known = self._branches_through.get(node.id, 0)
        self._branches_through[node.id] = known + 1
        if known:
            return
        if node.state.confirmed:
            self._to_make[node.id] = node
        for example in node.state.examples:
            self.examples.add(node.id, example)

    def _leave(self, node: Node) -> None:
        left = self._branches_through.pop(node.id) - 1
        if left:
            self._branches_through[node.id] = left
            return
        if not self._to_make.pop(node.id, None) and node.state.confirmed:
            self.steps.remove(node.id)
            self.lessons.remove(node.id)
        if node.state.examples:
            self.examples.remove(node.id)

    def _taught(self, node: Node) -> TaughtStep:
        step = node.state.confirmed
        assert step is not None
        if node.id not in self._made:
            self._made[node.id] = TaughtStep(node.id, step, self._maker.lesson_of(step, node.state.domain))
        return self._made[node.id]
