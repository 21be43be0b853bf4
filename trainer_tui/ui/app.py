"""The full-screen front end: shows the controller's view, hands in answers, performs effects in one worker."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable
from typing import Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Input, TextArea

from trainer_tui.errors import Place, TrainerError
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    HumanInput,
    MessageTyped,
    WarnContradiction,
)
from trainer_tui.session.view import SessionView
from trainer_tui.ui.config import read_config
from trainer_tui.ui.editor import editor_command
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, cut
from trainer_tui.ui.palette import Palette, TrainerCommands
from trainer_tui.ui.reason import reason
from trainer_tui.ui.screen_stack import ScreenStack
from trainer_tui.ui.screens.branches import Branches
from trainer_tui.ui.screens.dialogs import AskLine, Choose, Reader
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.help import Help, Jump, help_rows
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.screens.reports import ActionLog, Warnings
from trainer_tui.ui.screens.session_menu import SessionMenu
from trainer_tui.ui.signals import listen_for_signals
from trainer_tui.ui.theme import ASCII, DARK, LIGHT, UNICODE, Signs
from trainer_tui.ui.widgets.pane import Pane
from trainer_tui.ui.widgets.prompt import SAID_AFTER, PromptBar
from trainer_tui.ui.widgets.rows import Row
from trainer_tui.ui.widgets.slots import slot_text

STOP_MESSAGE = "/stop"

_ONLY_ON_MAIN = frozenset(
    (
        "undo",
        "redo",
        "fork",
        "export",
        "train",
        "focus_pane",
        "jump",
        "action_log",
        "warnings",
        "explain",
        "step_back",
    )
)
"""Actions that act on the session: while a sheet is open their keys are the sheet's."""


class TrainerApp(ScreenStack):
    """`TrainerApp(controller).run()`; the exit code is `return_code`, the line to print `controller.close()`'s."""

    CSS_PATH = "trainer.tcss"
    TITLE = "trainer_tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {TrainerCommands}
    BINDINGS = [*bindings(Scope.EVERYWHERE), *bindings(Scope.SESSION)]

    def __init__(
        self,
        controller: Controller,
        *,
        ascii_only: bool = False,
        show_stories: bool = True,
        said_after: float = SAID_AFTER,
    ) -> None:
        no_color = bool(os.environ.get("NO_COLOR"))
        if not no_color:
            # Textual takes an empty NO_COLOR for a set one; https://no-color.org does not.
            os.environ.pop("NO_COLOR", None)
        super().__init__(ansi_color=True if no_color else None)
        self.controller = controller
        self.ascii_only = ascii_only
        self.said_after = said_after
        self.main = MainScreen(with_stories=show_stories)
        self.was_answered = False
        self._is_showing = False
        self._is_performing = False
        self._wanted = ""
        config = read_config()
        self.remapped = config.keymap
        self._config_faults = config.faults
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        chosen = config.theme if config.theme in self.available_themes else DARK.name
        self.theme = "ansi-dark" if no_color else chosen
        if config.theme and config.theme not in self.available_themes:
            self._config_faults += (f"theme = {config.theme!r}: there is none of this name.",)
        self.set_keymap(self.remapped)
        self.set_class(ascii_only, "-ascii")

    # --- life -----------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        self.animation_level = "none"
        await self.push_screen(self.main)
        self.controller.observe(self._view_changed)
        if not self.is_web:
            # In a browser Textual has handlers of its own.
            listen_for_signals(lambda: self.call_later(self.run_action, "session_menu"), self._end)
        for fault in self._config_faults:
            self.say(fault, is_bad=True)
        notes = self.view.status.notes
        if notes:
            self.say(notes[0] if len(notes) == 1 else f"{notes[0]} (f8: {len(notes) - 1} more)")
        self._view_changed(self.controller.view)
        self.run_worker(self.controller.begin(), group="begin")

    def _end(self, number: int) -> None:
        self.exit(return_code=128 + number)

    @property
    def signs(self) -> Signs:
        return ASCII if self.ascii_only else UNICODE

    @property
    def prompt_bar(self) -> PromptBar:
        return self.main.prompt_bar

    @property
    def view(self) -> SessionView:
        return self.controller.view

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our style sheet names beside Textual's own variables, for themes that do not say it."""
        return {"dim": "ansi_bright_black" if self.current_theme.ansi else "#8391a8"}

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's own: the palette is the keymap's."""
        return ()

    # --- the session ----------------------------------------------------------------------------------------------

    def _view_changed(self, view: SessionView) -> None:
        """Several changes in a row are shown once; what the session tells while the screen is left is not shown."""
        if self.is_leaving:
            return
        if not self._is_showing:
            self._is_showing = True
            self.call_next(self._show)
        if view.effect is not None and not self._is_performing:
            self._is_performing = True
            self.run_worker(self._perform(), group="effects", exclusive=True)

    async def _show(self) -> None:
        self._is_showing = False
        view = self.view
        await self.main.show(view)
        self.was_answered = False
        if view.notice:
            self.say(view.notice)
            self.controller.take_notice()

    async def _perform(self) -> None:
        try:
            await self.controller.perform()
        except TrainerError as error:
            self.say(reason(error), is_bad=True)
        finally:
            self._is_performing = False

    def attempt(self, move: Callable[[], None]) -> bool:
        """Do it; what cannot be done is said where the question is, and nothing has happened."""
        try:
            move()
        except TrainerError as error:
            self.prompt_bar.refuse(reason(error))
            return False
        return True

    def answer(self, given: HumanInput) -> None:
        """Hand in an answer to the question on the screen; one that came after the question had gone is none."""
        if self.view.prompt is None or self.view.prompt != self.prompt_bar.asked:
            return
        self.was_answered = True
        if not self.attempt(lambda: self.controller.answer(given)):
            self.was_answered = False

    def send(self, message: MessageTyped) -> None:
        """A typed message; `/stop` opens the menu where the bot has no intent of that name."""
        if message.text.strip() == STOP_MESSAGE and "stop" not in self.view.intents:
            self.action_session_menu()
        else:
            self.answer(message)

    # --- what can be done -----------------------------------------------------------------------------------------

    def idle_commands(self) -> frozenset[str]:
        """Ids of the commands that have no effect now."""
        view = self.view
        idle = {
            "session.undo": view.undo is None,
            "pane.undo": view.undo is None,
            "session.redo": view.redo is None,
            "pane.redo": view.redo is None,
            "session.fork": not view.fork_points,
            **dict.fromkeys(("choice.back", "name.back", "response.back", "entities.back"), not view.can_step_back),
        }
        return frozenset(id_ for id_, is_idle in idle.items() if is_idle)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action in _ONLY_ON_MAIN and self.screen is not self.main)

    def action_undo(self) -> None:
        if self.view.undo is None:
            self.say("There is nothing to undo.")
        else:
            self.attempt(self.controller.undo)

    def undo_failure(self) -> None:
        """Take back the answer that led to a failure, whatever was tried again since."""
        while isinstance(self.view.prompt, AskAfterFailure) and self.view.undo is not None:
            if not self.attempt(self.controller.undo):
                return

    def action_redo(self) -> None:
        if self.view.redo is None:
            self.say("There is nothing to redo.")
        else:
            self.attempt(self.controller.redo)

    def action_step_back(self) -> None:
        if self.view.effect is not None:
            self.action_cancel()
        elif self.view.can_step_back:
            self.attempt(self.controller.step_back)
        elif not isinstance(self.view.prompt, (AskMessage, AskButton)):
            self.say("This question begins here; ctrl+z takes back the answer before it.")

    def action_cancel(self) -> None:
        self.controller.cancel()

    def action_train(self) -> None:
        self.attempt(self.controller.train_now)

    def action_leave(self) -> None:
        """Quit; everything is on disk already."""
        self.exit(return_code=0)

    # --- moving about ---------------------------------------------------------------------------------------------

    def action_focus_pane(self, name: str) -> None:
        if name == "prompt":
            self.main.minimize()
            self.prompt_bar.take_focus()
            return
        found = next((pane for pane in self.main.panes if pane.id == name), None)
        if found is None:
            self.say("The stories pane is switched off.")
            return
        self.main.look_at(name)
        self.call_after_refresh(found.focus)

    def action_jump(self) -> None:
        letters = zip("asdfgh", self.main.panes, strict=False)
        targets = {
            letter: (pane.id or "", Offset(pane.region.x + 2, pane.region.y))
            for letter, pane in letters
            if pane.region.area
        }
        targets["q"] = ("prompt", Offset(self.prompt_bar.region.x + 2, self.prompt_bar.region.y))
        self.push_screen(Jump(targets), lambda name: self.action_focus_pane(name) if name else None)

    def find_in(self, pane: Pane) -> None:
        def take(wanted: str) -> None:
            self._wanted = wanted
            if wanted and not pane.find(wanted, include_current=True):
                raise TrainerError(f"{cut(wanted, 40)!r} is not in this pane.")

        self.push_screen(AskLine(f"find in {pane.pane_title}", self._wanted, "n next · N previous", take))

    def find_again(self, pane: Pane, direction: int) -> None:
        if not self._wanted:
            self.find_in(pane)
        elif not pane.find(self._wanted, direction):
            self.say(f"{cut(self._wanted, 40)!r} is not in this pane.")

    # --- screens --------------------------------------------------------------------------------------------------

    def open_sheet(self, sheet: Screen[Any], then: Callable[[Any], object] | None = None) -> None:
        """At most the menu and one sheet: what is open gives way."""
        while self.screen is not self.main:
            self.pop_screen()
        self.push_screen(sheet, None if then is None else lambda result: _ignore(then(result)))

    def action_command_palette(self) -> None:
        if not self.returns_to(Palette):
            self.push_screen(Palette())

    def action_close_top(self) -> None:
        if self.screen is not self.main:
            self.pop_screen()

    def action_session_menu(self) -> None:
        """Open the session menu over whatever is shown; a second press goes back."""
        if isinstance(self.screen, SessionMenu):
            self.screen.dismiss(None)
        elif not self.returns_to(SessionMenu):
            self.push_screen(
                SessionMenu(self.view, self.controller.unexported(), self._selected_text()), self._menu_chosen
            )

    def _selected_text(self) -> str:
        focused = self.focused
        if isinstance(focused, (Input, TextArea)) and focused.selected_text:
            return focused.selected_text
        return self.screen.get_selected_text() or ""

    def _menu_chosen(self, choice: str | None) -> None:
        match choice:
            case "copy":
                self.copy(self._selected_text())
            case "undo":
                self._close_sheets()
                self.action_undo()
            case "fork":
                self.action_fork()
            case "fresh":
                self._close_sheets()
                self.attempt(self.controller.start_fresh)
            case "branches":
                self.open_sheet(Branches())
            case "save":
                self._save()
            case "export":
                self.action_export()
            case "export_quit":
                self._export(quit_after=True)
            case "quit":
                self.action_leave()

    def _close_sheets(self) -> None:
        while self.screen is not self.main:
            self.pop_screen()

    def action_help(self) -> None:
        scopes = (
            self.screen.scopes() if isinstance(self.screen, MainScreen) else getattr(self.screen, "scopes", tuple)()
        )
        if not isinstance(self.screen, Help):
            self.push_screen(Help(help_rows(scopes, self.remapped, self.ascii_only, self._marks())))

    def _marks(self) -> str:
        signs = self.signs
        return (
            f" {signs.predicted} predicted   {signs.confirmed} confirmed   {signs.corrected} corrected   "
            f"{signs.unsure} unsure   {signs.changed} slot changed   {signs.contradiction} contradiction"
        )

    def action_fork(self) -> None:
        points = self.view.fork_points
        if not points:
            self.say("There is no earlier message to fork from.")
            return
        rows = [
            Row(((f" {point.number:>3}  ", "dim"), (clean(point.text), "you")), point.node, point.text)
            for point in points
        ]
        self.open_sheet(
            Choose("fork before this message; the rest stays as a branch", rows),
            lambda node: self.attempt(lambda: self.controller.fork(node)) if node is not None else None,
        )

    def fork_from(self, node: int, text: str) -> None:
        if self.attempt(lambda: self.controller.fork(node)):
            self.say(f"Forked before {cut(clean(text), 40)!r}; the branch you left is kept.")
            self.action_focus_pane("prompt")

    def action_export(self) -> None:
        self._export(quit_after=False)

    def action_remove_story(self) -> None:
        """The export review with nothing on but the removal of the stories that the warning names."""
        self._export(quit_after=False, is_removing=True)

    def _export(self, quit_after: bool, is_removing: bool = False) -> None:
        if self.returns_to(Export):
            return

        def then(was_written: bool | None) -> None:
            if quit_after and was_written:
                self.action_leave()

        try:
            self.open_sheet(Export(self.controller.export_review(is_removing)), then)
        except TrainerError as error:
            self.say(reason(error), is_bad=True)

    def _save(self) -> None:
        name = Row(((" Name this session", ""), (f"  {clean(self.view.status.session)}", "dim")), "name")
        copy = Row(((" Save a copy", ""), ("  a journal elsewhere, to resume from", "dim")), "copy")
        self.open_sheet(Choose("save: every answer is on disk already", [name, copy]), self._save_chosen)

    def _save_chosen(self, choice: str | None) -> None:
        if choice == "name":
            take: Callable[[str], None] = self.controller.name_session
            self.push_screen(AskLine("name of the session", self.view.status.session, take=take))
        elif choice == "copy":
            hint = "a file that does not exist yet"
            self.push_screen(
                AskLine("save a copy to", "", hint, lambda path: self.say(self.controller.save_copy(path)))
            )

    def action_explain(self) -> None:
        asked = self.prompt_bar.whole()
        if isinstance(self.view.prompt, (AskAfterFailure, WarnContradiction, AskFormValidation)):
            self.show_text("in full", asked)
        elif self.view.prompt is not None and self.view.actions.prediction is not None:
            self.show_text("why", "\n".join((asked, "", *self.controller.explain())))
        else:
            self.say("There is no prediction yet.")

    def action_action_log(self) -> None:
        self.open_sheet(ActionLog())

    def action_warnings(self) -> None:
        self.open_sheet(Warnings(self.view.status.warnings, self.view.status.notes))

    def show_text(self, title: str, text: str) -> None:
        """A text in full, over what is shown."""
        self.push_screen(Reader(title, [Row(((clean(line), ""),), text=line) for line in text.split("\n")]))

    def set_slot(self, name: str, value: Any) -> None:
        def take(typed: str) -> None:
            self.controller.edit_slot(name, typed)

        self.push_screen(AskLine(f"set {name}", slot_text(value), "JSON, or a text as it is; null unsets it", take))

    # --- saying, copying, opening ---------------------------------------------------------------------------------

    def say(self, text: str, *, is_bad: bool = False) -> None:
        self.notify(text, severity="warning" if is_bad else "information", timeout=6 if is_bad else 3, markup=False)

    def copy(self, text: str) -> None:
        """To the terminal's clipboard (OSC 52); not every terminal takes it, so what was done is said."""
        self.copy_to_clipboard(text)
        self.say(f"Sent to the terminal's clipboard: {cut(clean(text), 40)}")

    @property
    def can_suspend(self) -> bool:
        return self._driver is not None and self._driver.can_suspend

    def open_place(self, place: Place) -> None:
        """Open the file in the person's editor, the session suspended meanwhile."""
        path = self.controller.path_of(place)
        command = editor_command(path, place.line)
        if command is None:
            self.say(f"{place}  (set $EDITOR to open it from here)")
            return
        if not path.exists():
            self.say(f"{path} does not exist.", is_bad=True)
            return
        try:
            # Nothing may be drawn while the terminal is the editor's: the writer could block on a full queue.
            with self.batch_update(), self.suspend():
                subprocess.run(command, check=False)
        except OSError as error:
            self.say(f"{command[0]}: {error.strerror}", is_bad=True)
        self.refresh()

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Clashes were found when the settings were read, and said then."""


def _ignore(result: object) -> None:
    """A callback's result is nobody's."""
