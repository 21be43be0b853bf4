"""A controller without a session behind it: shows the views it is given and remembers what it was asked to do.

For looks and speed only; what the keys do is tested on the real controller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_tui.core.events import Entity
from trainer_tui.errors import Place, Problem
from trainer_tui.export.review import ExportReview, ExportRow, Replanned, Reviewing, StoryForm, Written
from trainer_tui.insight.apart import Apart
from trainer_tui.insight.findings import Finding, Findings, Mend, StoryOut
from trainer_tui.insight.guard import Consequence, Consequences
from trainer_tui.insight.standing import Side, Standing, Witness
from trainer_tui.insight.story_map import MapNode, StoryMap
from trainer_tui.insight.what_if import Alteration, IntentIs, Part, WhatIf
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Evidence
from trainer_tui.progress import Progress, unheard
from trainer_tui.session.protocol import AskMessage, Change, ConfirmAction, HumanInput, Prompt, ResponseVariation
from trainer_tui.session.records import Exported
from trainer_tui.session.view import (
    ActionsView,
    BranchView,
    ComparedRow,
    ForkPoint,
    HistoryEntry,
    Mark,
    MoveView,
    SessionView,
    SlotRow,
    SourceView,
    StatusView,
    StoriesView,
    StoryRow,
)

STORY = Witness("story", "happy reviews", Place("data/stories.md", 31))
STANDING = Standing(
    (Side("action_show_venue_reviews"), Side("action_show_concert_reviews", (STORY,))),
    (Apart("slot", "kind", (("action_show_venue_reviews", "not set"), ("action_show_concert_reviews", "'loud'"))),),
)


CONSEQUENCES = Consequences(
    (
        Consequence("story", "happy reviews", STORY.place, None, "utter_ok", "utter_ok", "utter_no"),
        Consequence("this session", "", None, 1, "utter_ok", "utter_no", "utter_ok"),
    )
)


class FakeInsight:
    def __init__(self, controller: FakeController) -> None:
        self._controller = controller

    def standings(self) -> tuple[Standing, ...]:
        return (self.standing(),)

    def standing(self, node: int | None = None) -> Standing:
        return STANDING

    def why(self) -> tuple[str, ...]:
        return ("for reasons",)

    def examples_of(self, intent: str, most: int = 3) -> tuple[str, ...]:
        return ("book a table", "a table for two") if intent == "book" else ()

    def story_map(self, width: int) -> StoryMap:
        return StoryMap((MapNode("start", 0, "START"), MapNode("here", 1, "?", "greet", turn=None)), ((0, 1),))

    async def write_page(self) -> str:
        self._controller.note("page")
        return "stories.html is written."

    async def health(self, tell: Progress = unheard) -> Findings:
        place = STORY.place or Place("stories.yml", 1)
        return {
            "stories never reached": [Finding(Problem("it is never reached", place), (StoryOut(place, STORY.name),))]
        }

    def mend(self, mend: Mend) -> Reviewing:
        return made(self._controller.changing("mend", str(mend)))

    async def what_if_decided(self, found: WhatIf) -> WhatIf:
        return found

    def what_if(self, alterations: Sequence[Alteration] = ()) -> WhatIf:
        self._controller.note("what if", *map(str, alterations))
        part = Part("intent", "greet", (IntentIs("bye"), IntentIs("deny")))
        return WhatIf((part,), tuple(alterations), TORN, TORN)

    def consequences(self) -> Consequences:
        return CONSEQUENCES

    def change_story(self, standing: Standing, witness: Witness) -> Reviewing:
        return made(self._controller.changing("story", witness.name))

    def make_rule(self, standing: Standing) -> Reviewing:
        return made(self._controller.changing("rule"))


def made(review: ExportReview) -> Reviewing:
    """It takes no time."""

    async def work(tell: Progress) -> ExportReview:
        return review

    return work


class FakeController:
    def __init__(self, *views: SessionView) -> None:
        self.views = list(views)
        self.view = self.views.pop(0)
        self.given: list[Any] = []
        self.review = ExportReview()
        self.log: tuple[str, ...] = ()
        self._listeners: list[Callable[[SessionView], None]] = []

    def observe(self, listener: Callable[[SessionView], None]) -> None:
        self._listeners.append(listener)

    async def begin(self) -> None:
        pass

    def take_notice(self) -> str:
        notice, self.view = self.view.notice, replace(self.view, notice="")
        return notice

    def show(self, view: SessionView) -> None:
        self.view = view
        for listener in self._listeners:
            listener(view)

    def answer(self, given: HumanInput) -> None:
        self.given.append(given)
        if self.views:
            self.show(self.views.pop(0))

    def note(self, *what: Any) -> None:
        self.given.append(what)

    def undo(self) -> None:
        self.note("undo")

    def undo_failure(self) -> tuple[str, ...]:
        self.note("undo_failure")
        return ()

    def redo(self) -> None:
        self.note("redo")

    def step_back(self) -> None:
        self.note("step_back")

    def fork(self, node: int) -> None:
        self.note("fork", node)

    def switch(self, branch: int) -> None:
        self.note("switch", branch)

    def name_branch(self, branch: int, name: str) -> None:
        self.note("name_branch", branch, name)

    def start_fresh(self) -> None:
        self.note("start_fresh")

    def keep_likely(self) -> None:
        self.note("keep_likely")

    def accept_turn(self) -> None:
        self.note("accept_turn")

    def accept_above(self, sure: float | None) -> None:
        self.note("accept_above", sure)
        self.show(replace(self.view, status=replace(self.view.status, accept_above=sure)))

    def edit_turn(self, node: int, change: Change) -> None:
        self.note("edit_turn", node, change)

    def sources(self) -> tuple[SourceView, ...]:
        return ()

    def start_from(self, name: str) -> tuple[Problem, ...]:
        self.note("start_from", name)
        return ()

    def halt_play(self, is_halted: bool = True) -> None:
        self.note("halt_play", is_halted)

    def moves(self) -> tuple[MoveView, ...]:
        return MOVES

    def look_at(self, node: int) -> SessionView:
        return self.view

    def go_to(self, node: int) -> None:
        self.note("go_to", node)

    def compare(self, left: int, right: int) -> tuple[ComparedRow, ...]:
        return COMPARED

    def drop_branch(self, branch: int) -> None:
        self.note("drop_branch", branch)

    def restore_branch(self, branch: int) -> None:
        self.note("restore_branch", branch)

    def edit_slot(self, name: str, typed: str) -> None:
        self.note("edit_slot", name, typed)

    def cancel(self) -> None:
        self.note("cancel")

    def accept_offer(self) -> None:
        self.note("accept_offer")

    def decline_offer(self) -> None:
        self.note("decline_offer")

    def show_detail(self, more: int) -> None:
        self.note("show_detail", more)

    async def perform(self) -> None:
        raise AssertionError("the fake's views have no effects")

    def check_intent_name(self, name: str) -> str | None:
        return None if name else "Please enter an intent name."

    def check_action_name(self, name: str) -> str | None:
        return None if name else "Please enter an action name."

    @property
    def insight(self) -> FakeInsight:
        return FakeInsight(self)

    def explain(self) -> tuple[str, ...]:
        return ("learned .53", "memory: never seen here")

    def response_preview(self, action: str) -> str:
        return "Goodbye, and see you at the show." if action == "utter_goodbye" else ""

    def about_action(self, action: str) -> str:
        return "waits for the user" if action == "action_listen" else ""

    def response(self, action: str) -> tuple[ResponseVariation, ...]:
        text = self.response_preview(action)
        return (ResponseVariation(text),) if text else ()

    def train_now(self) -> None:
        self.note("train")

    def path_of(self, place: Place) -> Path:
        return Path(place.path)

    async def restart_actions(self) -> None:
        self.note("restart_actions")

    def action_log(self) -> tuple[str, ...]:
        return self.log

    def unexported(self) -> str | None:
        return "2 stories, 5 examples new"

    def export_review(self, is_removing: bool = False) -> Reviewing:
        return made(self.review)

    @property
    def exporter(self) -> FakeController:
        return self

    def toggle(self, row: str) -> ExportReview:
        rows = tuple(replace(r, is_on=not r.is_on) if r.id == row else r for r in self.review.rows)
        self.review = replace(self.review, rows=rows)
        return self.review

    def rename(self, row: str, name: str) -> ExportReview:
        return self.changing("rename", row, name)

    def retarget(self, row: str, path: str) -> ExportReview:
        return self.changing("retarget", row, path)

    def write_as(self, row: str, form: StoryForm) -> ExportReview:
        return self.changing("write_as", row, form)

    def edit(self, row: str, text: str) -> ExportReview:
        return self.changing("edit", row, text)

    def changing(self, *what: Any) -> ExportReview:
        self.note(*what)
        return self.review

    def export_write(self) -> Written | Replanned:
        self.note("write")
        return Written("2 stories", ("data/stories.md",), Exported({}))

    def save_copy(self, path: str) -> str:
        self.note("save_copy", path)
        return f"The session is saved in {path}."

    def name_session(self, name: str) -> None:
        self.note("name_session", name)


STATUS = StatusView("concertbot", "session 3", "main", ("0.4 s", "4 learned"), "local", True, "saved", True)
CONCERTS = ["Foo Fighters", "Katy Perry"]
HISTORY = (
    HistoryEntry("you", "message", "/search_concerts", 1, node=1, at=2),
    HistoryEntry("you", "intent", "intent search_concerts", mark=Mark.CONFIRMED, confidence=1.0, at=2),
    HistoryEntry("bot", "action", "action_search_concerts", mark=Mark.CONFIRMED, confidence=0.72, at=3),
    HistoryEntry("bot", "slot", 'slot concerts = ["Foo Fighters", "Katy Perry"]', mark=Mark.CHANGED, at=3),
    HistoryEntry("bot", "text", "Foo Fighters, Katy Perry are playing", at=3),
    HistoryEntry("bot", "action", "action_listen", mark=Mark.CONFIRMED, confidence=0.78, at=4),
    HistoryEntry("you", "message", "/compare_reviews", 2, node=5, at=5),
    HistoryEntry("you", "intent", "intent compare_reviews", mark=Mark.CONFIRMED, confidence=1.0, at=5),
)
MOVES = (
    MoveView(1, 1, "/search_concerts", "you", "main"),
    MoveView(3, 1, "yes to action_search_concerts", "you", "main"),
    MoveView(4, 1, "yes to action_listen", "rule", "main"),
    MoveView(5, 2, "/goodbye", "you", "", is_live=False),
    MoveView(6, 2, "/compare_reviews", "script", "main", is_head=True),
)
COMPARED = (
    *(ComparedRow(entry, entry) for entry in HISTORY[:2]),
    ComparedRow(HISTORY[2], HistoryEntry("bot", "action", "utter_ask", mark=Mark.CORRECTED, wanted="utter_goodbye")),
    ComparedRow(HISTORY[4], None),
)
BRANCHES = (
    BranchView(1, "main", ("/search_concerts", "/compare_reviews"), True),
    BranchView(2, "fork 1", ("/search_concerts", "/goodbye"), origin=1, shared=1),
    BranchView(3, "turn 2 says /hello", ("/goodbye", "/hello"), origin=2, shared=2),
    BranchView(4, "fork 2", ("/hello",), origin=1, is_dropped=True),
)
TORN = EnsemblePrediction(
    (
        ("action_show_venue_reviews", 0.53),
        ("action_show_concert_reviews", 0.46),
        ("utter_goodbye", 0.004),
        ("action_listen", 0.0),
        ("action_search_concerts", 0.0),
        ("action_search_venues", 0.0),
        ("utter_default", 0.0),
        ("utter_greet", 0.0),
        ("utter_youarewelcome", 0.0),
        ("action_default_fallback", 0.0),
        ("action_restart", 0.0),
    ),
    "learned",
    0.53,
    evidence=(Evidence("memory: never seen here"),),
    contradictions=(
        Evidence('14 stories run action_show_concert_reviews here: "happy reviews"', (Place("data/stories.md", 31),)),
    ),
)
HAPPY = (("happy reviews", Place("data/stories.md", 31)),)
STORIES = StoriesView(
    (
        StoryRow("● ", "search_concerts ▸ action_search_concerts", "path", 35),
        StoryRow("◉ ", "compare_reviews ▸ ?", "here", 16),
        StoryRow("├──○ ", "action_show_concert_reviews", "other", 14, 0.46, HAPPY),
        StoryRow("╰──○ ", "action_show_venue_reviews", "other", 2, 0.53),
    ),
    "same last 4",
)
CONFIRM = SessionView(
    STATUS,
    ConfirmAction(TORN),
    None,
    HISTORY,
    (SlotRow("concerts", CONCERTS, True), SlotRow("venues", None)),
    ActionsView(TORN),
    STORIES,
    undo="/compare_reviews",
    branches=(BranchView(1, "main", ("/search_concerts", "/compare_reviews"), True),),
    fork_points=(ForkPoint(1, 1, "/search_concerts"), ForkPoint(5, 2, "/compare_reviews")),
    intents=("hello", "search_concerts", "search_venues", "compare_reviews", "thankyou", "goodbye"),
    entities=("name", "city", "number"),
    action_names=tuple(name for name, _ in TORN.ranking),
)
FIRST = SessionView(
    STATUS,
    AskMessage(),
    None,
    (),
    (SlotRow("concerts", None), SlotRow("venues", None)),
    ActionsView(is_current=False),
    StoriesView(),
    intents=CONFIRM.intents,
    entities=CONFIRM.entities,
    branches=(BranchView(1, "main", (), True),),
)
SEATS = ParseResult(
    "book two seats in Rome",
    "book",
    0.87,
    (Entity("number", "two", 5, 8), Entity("city", "Rome", 18, 22)),
    (("book", 0.87), ("search_venues", 0.1), ("hello", 0.02), ("goodbye", 0.01)),
)
REVIEW = ExportReview(
    (
        ExportRow(
            "1",
            "data/stories.md",
            'story "compare reviews after search"',
            warnings=("another story differs here",),
            diff=("@@ data/stories.md:88 @@", "+## compare reviews after search", "+* search_concerts"),
            text="## compare reviews after search\n* search_concerts\n",
            name="compare reviews after search",
        ),
        ExportRow("2", "data/nlu.md", "2 examples of search_concerts", diff=("@@ data/nlu.md:12 @@", "+- who plays")),
        ExportRow("3", "data/nlu.md", "1 example of goodbye", is_on=False, diff=("@@ data/nlu.md:40 @@", "+- see you")),
    )
)


def asking(prompt: Prompt, view: SessionView = CONFIRM, **changes: Any) -> SessionView:
    """The view with another question."""
    return replace(view, prompt=prompt, **changes)
