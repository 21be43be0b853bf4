"""The next-action pane: what the bot wants, how surely, and what else it could do; intents while one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from textual.message import Message

from trainer_tui.dataclass import dataclass
from trainer_tui.session.protocol import AskButton, AskMessage, ChooseAction, ChooseIntent, ConfirmIntent, SecondOpinion
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import (
    Line,
    Span,
    clean,
    cut_line,
    shorten_all,
    spread,
    text_of,
    width_of,
    wrap_line,
)
from trainer_tui.ui.theme import Signs, probability
from trainer_tui.ui.widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent or action that can be picked; `number` is the digit that picks it. `is_likely`: the script that is
    played says it."""

    name: str
    probability: float | None
    number: int | None = None
    is_predicted: bool = False
    is_likely: bool = False


_INTENTS = "intents"
_INDENT = "  "
_ANY = 1000
"""Rows."""
LEAST_SHOWN = 0.005
"""What is less shows as .00: no row is asked for it."""


class Candidates(Pane):
    """Candidates, best first, with numbers, bars and probabilities.

    While a list is asked for, the prompt's field filters it and the pane takes the whole column.
    """

    BINDINGS = [*bindings(Scope.CANDIDATES)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.CANDIDATES, *Pane.SCOPES)
    NAME = "next action"
    EMPTY = "What the bot would do next, each with how sure it is; a digit takes one."

    @dataclass
    class Offered(Message):
        """A list of intents was opened for the message that is typed, or closed."""

        is_open: bool

    def __init__(self) -> None:
        super().__init__(id="candidates")
        self.offers: tuple[str, ...] = ()
        self._candidates: tuple[Candidate, ...] = ()
        self._evidence = ""
        self._is_current = True
        self._all: tuple[Candidate, ...] = ()
        self._shown_for: object = None
        self._names: tuple[int, list[str]] = (0, [])
        self._title = self.NAME
        self._given: int | None = None

    @property
    def pane_title(self) -> str:
        return self._title

    @property
    def short_title(self) -> str:
        return "next" if self._title == self.NAME else self._title

    @property
    def empty(self) -> str:
        return "nothing is called so" if self._all else self.EMPTY

    @property
    def wanted_height(self) -> int:
        likely = self._likely
        unlikely = len(self._candidates) > likely
        return max(likely + unlikely, 3 if self._candidates else super().wanted_height)

    @property
    def full_height(self) -> int:
        worth = self._worth_a_row
        more = self._more_lines(worth, self.row_width, _ANY) if worth < len(self._candidates) else []
        return max(worth + len(more), self.wanted_height)

    @property
    def _likely(self) -> int:
        return sum(1 for one in self._candidates if one.probability is None or one.probability >= LEAST_SHOWN)

    @property
    def _worth_a_row(self) -> int:
        """Those that are possible and those with a digit; the others are counted, so that others may have the rows."""
        return min(max(self._likely, sum(1 for one in self._candidates if one.number)), len(self._candidates))

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self._candidates

    def offer(self, names: Sequence[str], view: SessionView) -> None:
        """List these intents, the first one marked, in the place of what the view shows; none: show that again."""
        if tuple(names) == self.offers:
            return
        was_open, self.offers = bool(self.offers), tuple(names)
        if names:
            self._shown_for = None
            self._all = tuple(Candidate(name, None) for name in names)
            self._is_current, self._evidence, self._title = True, "", _INTENTS
            self.show_title()
            self.remove_class("-past")
            self.show_cursor(True)
            self.show_candidates(self._all)
        else:
            self.show(view)
        if was_open != bool(names):
            self.post_message(self.Offered(bool(names)))

    def show(self, view: SessionView) -> None:
        if self.offers and isinstance(view.prompt, (AskMessage, AskButton)):
            return
        self.offers = ()
        likely = view.script.likely_name if view.script is not None else None
        shown = (view.prompt, view.actions, likely)
        if shown == self._shown_for:
            return
        self._shown_for = shown
        policy = ""
        evidence = ""
        self._is_current = True
        if isinstance(view.prompt, (ConfirmIntent, ChooseIntent)):
            ranking = view.prompt.ranking if isinstance(view.prompt, ChooseIntent) else view.prompt.parse.ranking
            predicted = view.prompt.parse.intent
            name = _INTENTS
            policy = _beside(view.prompt.parse.second)
        else:
            name = "next action"
            self._is_current = view.actions.is_current
            prediction = view.actions.prediction
            ranking = prediction.ranking if prediction else ()
            predicted = prediction.action if prediction and prediction.ranking else None
            if prediction:
                policy = " · ".join(filter(None, (prediction.policy, _beside(prediction.second))))
                evidence = prediction.evidence[0].text if prediction.evidence else ""
            if not self._is_current:
                policy = f"last: {view.actions.chosen}" if view.actions.chosen else ""
        self._all = numbered(ranking, predicted, likely)
        self._evidence = evidence
        self._title = name
        self.show_title(policy)
        is_choice = isinstance(view.prompt, (ChooseAction, ChooseIntent))
        self.set_class(not self._is_current, "-past")
        self.show_cursor(is_choice)
        self.show_candidates(self._all)

    def show_candidates(self, candidates: Sequence[Candidate], cursor: int = 0) -> None:
        """These only: what the filter leaves."""
        self._candidates = tuple(candidates)
        self._names = (0, [])
        self.rows_changed()
        self.move_to(cursor)

    def unfiltered(self) -> tuple[Candidate, ...]:
        return self._all

    @property
    def _fits(self) -> int:
        """How many candidates are in sight; the last line counts the others while the pane is only looked at."""
        if self.shows_cursor or len(self._candidates) <= min(self._height, self._worth_a_row):
            return len(self._candidates)
        return max(min(self._height - 1, self._worth_a_row), 1)

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height if self._given is None else self._given

    def take_rows(self, given: int | None) -> None:
        # Counted now, not once they are there: else what is beneath them would have to be scrolled, and laid out twice.
        super().take_rows(given)
        if given != self._given:
            self._given = given
            if self.row_count() != len(self._tops) - 1:
                self.rows_changed()

    def row_count(self) -> int:
        fits = self._fits
        return fits if fits == len(self._candidates) else fits + 1

    def row_lines(self, index: int, width: int) -> list[Line]:
        if index >= self._fits and index < len(self._candidates):
            return self._more_lines(index, width, max(self._height - index, 1))
        keys = self._keys
        if self._names[0] != width:
            room = name_width(width, len(keys[0]))
            self._names = (width, shorten_all([clean(c.name) for c in self._candidates], room))
        candidate, name = self._candidates[index], self._names[1][index]
        return [candidate_line(candidate, name, width, self.signs, keys[candidate.number or 0], self._is_current)]

    def _more_lines(self, shown: int, width: int, most: int) -> list[Line]:
        """How many more there are than are shown, and what speaks for the first of all, on `most` rows."""
        more: Line = ((f"{self.signs.more} {len(self._candidates) - shown} more", "dim"),)
        evidence: Line = ((clean(self._evidence), "dim"),)
        room = max(width - width_of(more) - 2, 0)
        if width_of(evidence) <= room or most == 1:
            return [spread(more, cut_line(evidence, room), width)]
        rows = wrap_line(evidence, max(width - len(_INDENT), 8))
        if len(rows) > most - 1:
            rows[most - 2 :] = [cut_line(((text_of(rows[most - 2]) + "…" * 2, "dim"),), width - len(_INDENT))]
        return [more, *(((_INDENT, ""), *row) for row in rows)]

    @cached_property
    def _keys(self) -> list[str]:
        """The key of each number, all of one width; blanks for 0, which stands for none."""
        shown = [self.desk.keys.shown(f"question.{number}") for number in range(1, 10)]
        width = max(map(len, shown))
        return [f"{key:<{width}}" for key in ("", *shown)]

    def row_text(self, index: int) -> str:
        return self._candidates[index].name

    def whole(self, index: int) -> str:
        candidate = self._candidates[index]
        sure = "" if candidate.probability is None else f" {probability(candidate.probability)}"
        return "\n".join((f"{candidate.name}{sure}", "", *self.preview(candidate.name))).rstrip()

    def preview(self, name: str) -> Sequence[str]:
        """What a response says with its buttons, what another action does, what users say who mean an intent."""
        controller, signs = self.desk.controller, self.signs

        def quoted(text: str) -> str:
            return f"{signs.open_quote}{text}{signs.close_quote}"

        if self._title == _INTENTS:
            return [quoted(text) for text in controller.insight.examples_of(name)]
        said = controller.response_preview(name).splitlines()
        return [quoted(text) for text in said] or [controller.about_action(name)]

    def on_focus(self) -> None:
        # That it has focus is noted once all that hear of it have.
        self.call_later(self.rows_changed)

    def on_blur(self) -> None:
        self.call_later(self._show_best)

    def _show_best(self) -> None:
        self.rows_changed()
        self.scroll_home(animate=False)

    @property
    def numbers_in_sight(self) -> frozenset[int]:
        """The digits that stand on the screen: no other takes a candidate."""
        first = self.scroll_offset.y
        end = min(first + self.scrollable_content_region.height, self._fits) if self.region.area else first
        return frozenset(found.number for found in self._candidates[first:end] if found.number)

    def action_take(self) -> None:
        """Answer the question with the candidate under the cursor, where it asks for one."""
        if not self._candidates or not self.desk.pick(self._candidates[self.cursor].name):
            self.desk.say("Nothing is asked that this could answer.")


def _beside(second: SecondOpinion | None) -> str:
    """What the model that did not decide says, where two are asked."""
    if second is None:
        return ""
    return f"{second.by} too" if second.agrees else f"{second.by}: {second.name} {probability(second.confidence)}"


def numbered(
    ranking: Sequence[tuple[str, float]], predicted: str | None, likely: str | None = None
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(name, value, place if place <= 9 else None, name == predicted, name == likely)
        for place, (name, value) in enumerate(ranking, 1)
    )


def _bar_width(width: int) -> int:
    return 10 if width >= 52 else 5 if width >= 34 else 0


def name_width(width: int, key_width: int = 1) -> int:
    """What a row of `width` cells has for the name, beside a key of `key_width`."""
    bar = _bar_width(width)
    return max(width - 3 - key_width - 1 - bar - bool(bar) - 4, 6)


def candidate_line(
    candidate: Candidate, name: str, width: int, signs: Signs, key: str = " ", is_current: bool = True
) -> Line:
    """`▸ 1 action_listen ━━━━━ .78`: the name and its key first, the bar last and only where there is room."""
    sign = signs.predicted if candidate.is_predicted else signs.scripted if candidate.is_likely else signs.candidate
    bar_width = _bar_width(width)
    strong = "strong" if candidate.is_predicted or candidate.is_likely else ""
    shown: list[Span] = [
        (f"{sign} ", "accent" if candidate.is_predicted else "dim"),
        (f"{key} ", "key"),
        (name, strong),
    ]
    end: Line = ()
    if candidate.probability is not None:
        bar = _bar(candidate.probability, bar_width, signs)
        sure = f"{probability(candidate.probability):>4}"
        end = ((f"{bar:<{bar_width}} " if bar_width else "", "bar"), (sure, ""))
    if not is_current:
        shown = [(text, "dim") for text, _ in shown]
        end = tuple((text, "dim") for text, _ in end)
    return spread(tuple(shown), end, width)


def _bar(value: float, width: int, signs: Signs) -> str:
    halves = round(max(0.0, min(value, 1.0)) * width * 2)
    return signs.bar * (halves // 2) + signs.half_bar * (halves % 2)
