"""Line by line: who does otherwise, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from trainer_tui.asking import consequences, what_if
from trainer_tui.asking.others import how, told
from trainer_tui.asking.story_map import LEGEND, drawn
from trainer_tui.errors import IllegalInput
from trainer_tui.insight.findings import Finding
from trainer_tui.insight.standing import Standing, Witness
from trainer_tui.plain.branches import number_in
from trainer_tui.session.protocol import ConfirmAction, Denied

if TYPE_CHECKING:
    from trainer_tui.plain.exports import Exports
    from trainer_tui.plain.waiting import Wait
    from trainer_tui.runtime.controller import Controller

_WIDTH = 80
_Listed = TypeVar("_Listed")

HELP = """\
:others             who does otherwise than the answer that is asked about, and what would tell them apart
:others last        the same of the latest answer; "last" goes before each of those below, too
:others answer      change that answer
:others story N     change story N of the list to do the same, by an export
:others apart       what to do so that they are told apart
:others rule        make the answer a rule, by an export
:what-if            what could be another, and what would be predicted: nothing of it is recorded
:what-if PART VALUE such as "slot venues something", "intent greet", "entity city", "last action utter_greet"; reset
:map [WIDTH]        this conversation among the stories, drawn; :page writes all stories as one page
:health             what in the data is doubtful; :health N shows an export that mends finding N;
                    where there are several ways, :health N WAY
:changes            what the latest correction fixed and broke in stories, rules, tests and this session"""


class Insight:
    """What `:help insight` lists."""

    def __init__(self, controller: Controller, exports: Exports, say: Callable[..., None], wait: Wait) -> None:
        self._controller = controller
        self._exports = exports
        self._say = say
        self._wait = wait
        self._tried: tuple[object, tuple[what_if.Alteration, ...]] = (None, ())
        """In which state of the session what is tried."""
        self._found: list[Finding] = []

    async def run(self, name: str, argument: str) -> None:
        match name, argument.split():
            case "map", words:
                width = number_in(words[0]) if words else _WIDTH
                drawing = drawn(self._controller.insight.story_map(width), width)
                self._say(*drawing.rows or ("No story is known yet.",), LEGEND)
            case "health", words:
                await self._health(words)
            case "page", []:
                self._say(await self._controller.insight.write_page())
            case "what-if", []:
                found = await self._decided(())
                self._say(*(f"  {what_if.part_line(part, ())}" for part in found.parts), *what_if.table(found))
            case "what-if", _:
                await self._what_if(argument)
            case "changes", []:
                self._changes()
            case "others", words:
                insight = self._controller.insight
                if words[:1] == ["last"]:
                    await self._others(insight.standing(self._controller.timeline.head.id), words[1:])
                else:
                    await self._others(insight.standing(), words)

    async def _health(self, words: list[str]) -> None:
        if not words:
            findings = await self._wait(self._controller.insight.health)
            self._found = [one for listed in findings.values() for one in listed]
            kinds = [kind for kind, listed in findings.items() for _ in listed]
            told = (
                f"{number} {kind}: {one.problem}"
                for number, (kind, one) in enumerate(zip(kinds, self._found, strict=True), 1)
            )
            self._say(*(told if self._found else ("Nothing is doubtful.",)))
            return
        found = _numbered(self._found, words[0], "finding", ":health for the list")
        if not found.mends:
            raise IllegalInput("no edit alone mends this", hint=found.problem.hint)
        if len(found.mends) > 1 and len(words) == 1:
            self._say(*(f"  :health {words[0]} {number}  {mend}" for number, mend in enumerate(found.mends, 1)))
            return
        way = words[1] if len(words) > 1 else "1"
        await self._exports.show(
            self._controller.insight.mend(_numbered(found.mends, way, "way", f":health {words[0]}"))
        )

    async def _decided(self, chosen: tuple[what_if.Alteration, ...]) -> what_if.WhatIf:
        """By whoever decides."""
        insight = self._controller.insight
        return await insight.what_if_decided(insight.what_if(chosen))

    async def _what_if(self, typed: str) -> None:
        state = self._controller.timeline.state
        if self._tried[0] is not state:
            self._tried = (state, ())
        found = self._controller.insight.what_if(self._tried[1])
        self._tried = (state, what_if.typed(found, typed))
        found = await self._decided(self._tried[1])
        self._say(*(f"if {item}" for item in found.chosen), *what_if.table(found))

    def _changes(self) -> None:
        found = self._controller.insight.consequences()
        self._say(consequences.summary(found), *(f"  {line.text}" for line in consequences.listed(found)))

    async def _others(self, standing: Standing, words: list[str]) -> None:
        match words:
            case []:
                self._show(standing)
            case ["answer"] if standing.node is not None:
                self._controller.go_to(standing.node)
            case ["answer"] if isinstance(self._controller.view.prompt, ConfirmAction):
                self._controller.answer(Denied("action"))
            case ["story", number]:
                witness = self._listed(standing).get(number_in(number))
                if witness is None:
                    raise IllegalInput(f"there is no story {number}", hint="See :others for the list.")
                await self._exports.show(self._controller.insight.change_story(standing, witness))
            case ["apart"]:
                self._say(*(map(how, standing.apart) if standing.apart else ("Nothing before it tells them apart.",)))
            case ["rule"]:
                await self._exports.show(self._controller.insight.make_rule(standing))
            case _:
                raise IllegalInput(f"there is no :others {' '.join(words)}", hint=HELP)

    def _show(self, standing: Standing) -> None:
        numbers = {witness: number for number, witness in self._listed(standing).items()}
        for line in told(standing):
            number = numbers.get(line.about) if isinstance(line.about, Witness) else None
            self._say(line.text if line.is_head else f"  {number} {line.text}" if number else f"  {line.text}")

    def _listed(self, standing: Standing) -> dict[int, Witness]:
        found = [witness for side in standing.others for witness in side.witnesses]
        return dict(enumerate(found, 1))


def _numbered(listed: Sequence[_Listed], typed: str, what: str, where: str) -> _Listed:
    number = number_in(typed)
    if not 1 <= number <= len(listed):
        raise IllegalInput(f"there is no {what} {number}", hint=f"See {where}.")
    return listed[number - 1]
