"""What can be done with the session from its screen: moves on its timeline, and the sheets that open over it.

Sheets are loaded by the first key that opens one: the first question is asked without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from trainer_tui.asking.reasons import reason
from trainer_tui.asking.turns import Turn, turns
from trainer_tui.errors import Place, TrainerError
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    ConfirmIntent,
    WarnContradiction,
)
from trainer_tui.session.view import SourceView
from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.faults import Lasting
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.widgets.history import Conversation
from trainer_tui.ui.widgets.painted import PaintedScreen
from trainer_tui.ui.widgets.prompt import PromptBar
from trainer_tui.ui.widgets.rows import Row
from trainer_tui.ui.widgets.story_graph import Stories
from trainer_tui.ui.workers import work_beside

if TYPE_CHECKING:
    from trainer_tui.asking.others import Standing


def turn_rows(listed: Iterable[Turn]) -> list[Row]:
    """A turn a row, found by its number, words or intent."""
    return [
        Row(
            ((f" {turn.number:>3}  ", "dim"), (clean(turn.text), "you"), (f"  {clean(turn.intent)}", "dim")),
            turn,
            f"{turn.number} {turn.text} {turn.intent}",
        )
        for turn in listed
    ]


class SessionScreen(Lasting, PaintedScreen[None], AtDesk):
    """Its keys are the session's; while a sheet is open, keys are the sheet's."""

    BINDINGS = [*bindings(Scope.SESSION, Scope.FOCUS)]

    prompt_bar: PromptBar

    # --- moves ----------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        if self.desk.view.undo is None:
            self.desk.say("There is nothing to undo.")
        else:
            self.desk.to_session()
            self.desk.attempt(self.desk.controller.undo)

    def take_back_branch(self) -> None:
        """The edit, start or fork that one is on, with all that was answered since."""
        here = next(branch for branch in self.desk.view.branches if branch.is_current)
        self.desk.to_session()
        if self.desk.attempt(lambda: self.desk.controller.drop_branch(here.id)):
            undo = self.desk.keys.shown("session.undo")
            self.desk.say(f"{here.name} is taken back, with all of it; {undo} brings it again.")

    def action_redo(self) -> None:
        if self.desk.view.redo is None:
            self.desk.say("There is nothing to redo.")
        else:
            self.desk.attempt(self.desk.controller.redo)

    def action_step_back(self) -> None:
        view = self.desk.view
        if view.effect is not None:
            self.desk.controller.cancel()
        elif view.can_step_back:
            self.desk.attempt(self.desk.controller.step_back)
        elif not isinstance(view.prompt, (AskMessage, AskButton)):
            undo = self.desk.keys.shown("session.undo")
            self.desk.say(f"This question begins here; {undo} takes back the answer before it.")

    def action_train(self) -> None:
        self.desk.attempt(self.desk.controller.train_now)

    def action_fork(self) -> None:
        points = self.desk.view.fork_points
        if not points:
            self.desk.say("There is no earlier message to fork from.")
            return
        rows = [
            Row(((f" {point.number:>3}  ", "dim"), (clean(point.text), "you")), point.node, point.text)
            for point in reversed(points)
        ]
        self.desk.open(
            _choose("fork before this message; the rest stays as a branch", rows),
            lambda node: self.desk.attempt(lambda: self.desk.controller.fork(node)) if node is not None else None,
        )

    def action_edit_turn(self) -> None:
        """Change one of the turns, chosen from all of them."""
        from trainer_tui.ui.screens.turns import change

        listed = turns(self.desk.view.history)
        if not listed:
            self.desk.say("There is no earlier turn to change.")
            return
        rows = turn_rows(listed[::-1])
        self.desk.open(
            _choose("change this turn; what came behind is played again", rows),
            lambda turn: change(self.desk, turn) if turn is not None else None,
        )

    def action_edit_here(self) -> None:
        """Change the turn under the cursor of the conversation, or the action of it."""
        from trainer_tui.ui.screens.turns import change

        turn = self.query_one(Conversation).current_turn
        if turn is None:
            self.desk.say("There is no turn of this conversation here.")
        else:
            change(self.desk, turn)

    # --- starting from what is there already ----------------------------------------------------------------------

    def action_start_from(self) -> None:
        """From any story, rule, test story or session, or a file of a conversation."""
        self._start_from(self.desk.controller.sources())

    def action_halt_script(self) -> None:
        """Play no more of the script by itself, or go on with it."""
        script = self.desk.view.script
        if script is None:
            self.desk.say("No script is played.")
            return
        self.desk.attempt(lambda: self.desk.controller.halt_play(script.is_playing))
        self.desk.say("The script stops." if script.is_playing else "The script goes on.")

    def action_start_here(self) -> None:
        """From a story through the row or node of the stories pane."""
        _, stories = self.query_one(Stories).here()
        found = [source for story in stories if (source := self._source_of(story)) is not None]
        if found:
            self._start_from(tuple(dict.fromkeys(found)))
        else:
            self.desk.say("No story of the project goes through here.")

    def action_start_untaught(self) -> None:
        stories = self.query_one(Stories).untaught()
        if stories:
            self._begin(stories[0])
        else:
            self.desk.say("Every branch around here was taught in this session or is in a test story.")

    def on_stories_opened(self) -> None:
        from trainer_tui.ui.screens.through import Through

        self.desk.open(Through(*self.query_one(Stories).here(), self._begin))

    def _source_of(self, story: tuple[str, Place | None]) -> SourceView | None:
        name, place = story
        sources = [source for source in self.desk.controller.sources() if source.name == name]
        # Stories of one name are told apart by where they stand; one that checkpoints join stands in several places.
        return min(sources, key=lambda source: source.detail != str(place), default=None)

    def _begin(self, story: tuple[str, Place | None]) -> None:
        source = self._source_of(story)
        if source is None:
            self.desk.say(f"No story {story[0]!r} can be begun from.")
        elif self.desk.attempt(lambda: self._start(source.id)):
            self.desk.say(f"From the story {source.name!r} ({source.detail}), on a branch of its own.")

    def action_fork_there(self) -> None:
        """Before the message of the map's turn; from a branch of other stories by beginning there."""
        back, points = self.query_one(Stories).turns_back, self.desk.view.fork_points
        if back is None or back >= len(points):
            self.action_start_here()
        else:
            self.desk.attempt(lambda: self.desk.controller.fork(points[-1 - back].node))

    def action_write_page(self) -> None:
        async def write() -> None:
            try:
                self.desk.say(await self.desk.controller.insight.write_page())
            except TrainerError as error:
                self.desk.say(reason(error), is_bad=True)

        work_beside(self, write, "settle")

    def _start_from(self, sources: Sequence[SourceView]) -> None:
        from trainer_tui.ui.screens.picking import Pick

        rows = [
            Row(
                (
                    (f" {source.kind:<10}  ", "label"),
                    (clean(source.name), ""),
                    (f"  {clean(source.detail)}", "dim"),
                ),
                source.id,
                f"{source.name} {source.detail} {source.kind}",
            )
            for source in sources
        ]
        title = "start from: on a branch of its own, this one is kept"
        self.desk.open(Pick(title, rows, self._start, self._start, makes="opens this file"))

    def _start(self, name: str) -> None:
        left_out = self.desk.controller.start_from(name)
        self.desk.to_question()
        if left_out:
            said = "\n".join(map(str, left_out))
            self.call_later(self.desk.show_text, "left out, since it cannot be played", said)

    def start_fresh(self) -> None:
        self.desk.to_session()
        self.desk.attempt(self.desk.controller.start_fresh)

    # --- sheets ---------------------------------------------------------------------------------------------------

    def action_explain(self) -> None:
        view = self.desk.view
        asked = self.prompt_bar.whole()
        if isinstance(view.prompt, (AskAfterFailure, WarnContradiction, AskFormValidation)):
            self.desk.show_text("in full", asked)
        elif isinstance(view.prompt, ConfirmIntent) or (view.prompt and view.actions.prediction):
            self.desk.show_text("why", "\n".join((asked, "", *self.desk.controller.explain())))
        else:
            self.desk.say("There is no prediction yet.")

    def action_others(self) -> None:
        """Who does otherwise than what is asked about, and than the answer before it."""
        self._show_others(self.desk.controller.insight.standings)

    def action_others_here(self) -> None:
        node = self.query_one(Conversation).current_move
        self._show_others(lambda: (self.desk.controller.insight.standing(node),))

    def _show_others(self, find: Callable[[], Sequence[Standing]]) -> None:
        from trainer_tui.ui.screens.others import Others

        self.desk.attempt(lambda: self.desk.open(Others(find())))

    def action_what_if(self) -> None:
        from trainer_tui.ui.screens.what_if import WhatIfSheet

        self.desk.attempt(lambda: self.desk.open(WhatIfSheet(self.desk.controller.insight.what_if())))

    def action_consequences(self) -> None:
        from trainer_tui.ui.screens.consequences import Broken

        self.desk.open(Broken(self.desk.controller.insight.consequences()))

    def action_action_log(self) -> None:
        from trainer_tui.ui.screens.reports import ActionLog

        self.desk.open(ActionLog())

    def action_warnings(self) -> None:
        from trainer_tui.ui.screens.reports import Warnings

        self.desk.open(Warnings())

    def action_branches(self) -> None:
        from trainer_tui.ui.screens.branches import Branches

        self.desk.open(Branches())

    def action_time_line(self) -> None:
        from trainer_tui.ui.screens.time_line import TimeLine

        self.desk.open(TimeLine())

    def action_review(self) -> None:
        """To the conversations and messages of real users; what was opened from there is decided by what was done."""
        from trainer_tui.ui.screens.reviewing import show_review

        if self.desk.settling is None:
            self.desk.say("No conversations of real users are open: trainer-tui review FOLDER opens them.")
            return
        if told := self.desk.settling.come_back():
            self.desk.say(told)
        show_review(self.desk)

    def action_export(self) -> None:
        self.review_export()

    def review_export(self, *, quit_after: bool = False, is_removing: bool = False) -> None:
        """Open the export review, or return to it; `is_removing`: only what removes the stories warned of is on."""
        from trainer_tui.ui.screens.export import Export

        if self.desk.returns_to(Export):
            return

        def then(was_written: bool | None) -> None:
            if quit_after and was_written:
                self.desk.leave()

        try:
            self.desk.open(Export(self.desk.controller.export_review(is_removing)), then)
        except TrainerError as error:
            self.desk.say(reason(error), is_bad=True)

    def save(self) -> None:
        """Everything is on disk already; what can be done is to name it, and to keep a copy elsewhere."""
        session = self.desk.view.status.session
        controller = self.desk.controller

        def chosen(choice: str | None) -> None:
            if choice == "name":
                self.desk.ask_line("name of the session", session, "", controller.name_session)
            elif choice == "copy":
                hint = "a file that does not exist yet"
                self.desk.ask_line("save a copy to", "", hint, lambda path: self.desk.say(controller.save_copy(path)))

        name = Row(((" Name this session", ""), (f"  {clean(session)}", "dim")), "name")
        copy = Row(((" Save a copy", ""), ("  a journal elsewhere, to resume from", "dim")), "copy")
        self.desk.open(_choose("save: every answer is on disk already", [name, copy]), chosen)

    def accept_above(self) -> None:
        """Ask how sure a prediction has to be, to be accepted by itself."""
        now = self.desk.view.status.accept_above
        hint = "at least so sure, from 0 to 1, such as 0.95; empty: everything is asked"

        def take(typed: str) -> None:
            from trainer_tui.asking.sureness import typed_sureness, what_is_accepted

            sure = typed_sureness(typed)
            self.desk.controller.accept_above(sure)
            self.desk.say(what_is_accepted(sure))

        self.desk.ask_line("accept by itself", "" if now is None else f"{now:g}", hint, take)

    def take_from_menu(self, choice: str) -> None:
        """What was chosen in the session menu, which is closed by now."""
        chosen: dict[str, Callable[[], object]] = {
            "stop": self.desk.controller.cancel,
            "undo": self.action_undo,
            "drop": self.take_back_branch,
            "fork": self.action_fork,
            "edit": self.action_edit_turn,
            "fresh": self.start_fresh,
            "start": self.action_start_from,
            "script": self.action_halt_script,
            "accept": self.accept_above,
            "time_line": self.action_time_line,
            "branches": self.action_branches,
            "save": self.save,
            "export": self.action_export,
            "export_quit": lambda: self.review_export(quit_after=True),
            "quit": self.desk.leave,
        }
        chosen[choice]()


def _choose(title: str, rows: Sequence[Row]) -> Screen[Any]:
    """A list to choose from; its screen is loaded by the first one."""
    from trainer_tui.ui.screens.dialogs import Choose

    return Choose(title, rows)
