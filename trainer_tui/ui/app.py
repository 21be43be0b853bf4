"""The full-screen front end: shows the controller's view, performs effects in one worker, opens menu, help and palette.

What widgets and screens ask for is done by its `FrontDesk`; what can be done with the session, by its main screen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from trainer_tui.asking.reasons import reason
from trainer_tui.asking.teaching import Teaching
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.session.protocol import AskMessage
from trainer_tui.session.view import SessionView
from trainer_tui.ui.config import Config
from trainer_tui.ui.desk import Desk
from trainer_tui.ui.front_desk import FrontDesk
from trainer_tui.ui.keymap import Keys, Scope, bindings
from trainer_tui.ui.screen_stack import ScreenStack
from trainer_tui.ui.screens.main import PARTS, MainScreen
from trainer_tui.ui.screens.overlay import Overlay
from trainer_tui.ui.signals import listen_for_signals
from trainer_tui.ui.theme import THEMES, WITHOUT_COLOUR
from trainer_tui.ui.typed_ahead import MOMENT
from trainer_tui.ui.widgets.footer import all_scopes_in
from trainer_tui.ui.widgets.painted import PaintedScreen
from trainer_tui.ui.widgets.prompt import SAID_AFTER
from trainer_tui.ui.widgets.rows import Row
from trainer_tui.ui.workers import work_beside

if TYPE_CHECKING:
    from trainer_tui.asking.settling import Settling
    from trainer_tui.ui.tour import Tour


_WRITTEN_AFTER = 0.02
"""Seconds until a screen that was drawn stands on the terminal."""


class TrainerApp(ScreenStack):
    """`TrainerApp(controller).run()`; the exit code is `return_code`, the line to print `controller.close()`'s."""

    CSS_PATH = "trainer.tcss"
    TITLE = "trainer_tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [*bindings(Scope.EVERYWHERE)]

    def __init__(
        self,
        controller: Teaching,
        *,
        settling: Settling | None = None,
        tour: Tour | None = None,
        config: Config | None = None,
        keep_theme: Callable[[str], None] | None = None,
        ascii_only: bool = False,
        in_browser: bool = False,
        show_stories: bool = True,
        said_after: float = SAID_AFTER,
        moment: float = MOMENT,
    ) -> None:
        no_color = bool(os.environ.get("NO_COLOR"))
        if not no_color:
            # Textual takes an empty NO_COLOR for a set one; https://no-color.org does not.
            os.environ.pop("NO_COLOR", None)
        super().__init__(ansi_color=True if no_color else None)
        config = config or Config()
        self._keep_theme = keep_theme
        self.controller = controller
        self.main = MainScreen(with_stories=show_stories, said_after=said_after, tour=tour)
        keys = Keys(config.keymap, ascii_only, in_browser=in_browser)
        self._front_desk = FrontDesk(self, self.main, controller, keys, self.action_session_menu, moment, settling)
        self.desk: Desk = self._front_desk
        self._is_showing = False
        self._is_performing = False
        self._config_faults = config.faults
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = WITHOUT_COLOUR if no_color else config.theme
        self.set_keymap(keys.remapped)
        self.set_class(ascii_only, "-ascii")

    def get_default_screen(self) -> Screen[None]:
        """What lies beneath the session, and is never seen."""
        return PaintedScreen()

    # --- life -----------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        self.animation_level = "none"
        await self.push_screen(self.main.made_for(self.size))
        self.controller.observe(self._view_changed)
        if not self.is_web:
            # In a browser Textual has handlers of its own.
            listen_for_signals(lambda: self.call_later(self.run_action, "session_menu"), self._end)
        for fault in self._config_faults:
            self.desk.say(fault, is_bad=True)
        notes = self.desk.view.status.notes
        if notes:
            more = f" ({self.desk.keys.shown('session.warnings')}: {len(notes) - 1} more)" if len(notes) > 1 else ""
            self.desk.say(notes[0] + more)
        self._view_changed(self.controller.view)
        self.call_after_refresh(work_beside, self, self._begin, "begin")
        if self.desk.settling is not None:
            self.desk.settling.review.observe(self._there_is_more)
            work_beside(self, self.desk.settling.review.begin, "review")
            self.main.action_review()

    async def _begin(self) -> None:
        """Once the thread that writes to the terminal has had its turn, or the first question had to share the
        processor with what it need not wait for."""
        await asyncio.sleep(_WRITTEN_AFTER)
        await self.controller.begin()

    @property
    def parts(self) -> Collection[str]:
        return PARTS

    async def build_anew(self, told: str) -> None:
        self.main = self._front_desk.main = self.main.anew(self.faults.left_out)
        await self.push_screen(self.main.made_for(self.size))
        self.desk.say(told, is_bad=True)
        self._view_changed(self.controller.view)

    def _end(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def refresh_css(self, animate: bool = True) -> None:
        """Before there is a screen only the theme's variables are taken over: the first widget has the sheet read."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our style sheet names beside Textual's own variables, for themes that do not say it."""
        return {"dim": "ansi_bright_black" if self.current_theme.ansi else "#98a6bd"}

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Clashes were found when the settings were read, and said then."""

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
            work_beside(self, self._perform, "effects", exclusive=True)

    def _there_is_more(self) -> None:
        """More was read of what is reviewed, or it is ranked anew."""
        from trainer_tui.ui.screens.review_sheet import ReviewSheet

        for screen in self.screen_stack:
            if isinstance(screen, ReviewSheet) and screen.is_mounted:
                screen.call_next(screen.more_was_read)

    async def _show(self) -> None:
        self._is_showing = False
        view = self.controller.view
        await self.main.show(view)
        for screen in self.screen_stack:
            if isinstance(screen, Overlay) and screen.is_mounted:
                screen.session_changed()
        settling = self.desk.settling
        if settling is not None and settling.opened is not None and settling.opened.is_finished:
            self.main.action_review()
        for said in (view.notice, self._otherwise(view)):
            if said:
                self.desk.say(said)
        if view.notice or view.otherwise:
            self.controller.take_notice()

    def _otherwise(self, view: SessionView) -> str:
        """Who does otherwise than the correction, and by which key the ways out open where the person is by now."""
        if not view.otherwise:
            return ""
        # Where a message is typed, letters are its own.
        ways = (
            ("focus.conversation", "conversation.others")
            if isinstance(view.prompt, AskMessage)
            else ("question.others",)
        )
        keys = " ".join(map(self.desk.keys.shown, ways))
        return f"But {view.otherwise}; {keys} opens the ways out."

    async def _perform(self) -> None:
        try:
            await self.controller.perform()
        except TrainerError as error:
            self.desk.say(reason(error), is_bad=True)
        finally:
            self._is_performing = False

    # --- what works everywhere ------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        self.desk.leave()

    def action_command_palette(self) -> None:
        """The palette is closed when the command runs, so that it acts on what is beneath."""
        from trainer_tui.ui.editor import can_suspend
        from trainer_tui.ui.palette import Palette, command_rows, reasons

        def take(action: str) -> None:
            if action in idle:
                raise IllegalInput(f"Not now: {idle[action]}")
            self.call_later(self.run_action, action)

        if not self.returns_to(Palette):
            idle = reasons(self.desk)
            self.push_screen(Palette("commands", command_rows(self.desk, can_suspend(self)), take))

    def action_change_theme(self) -> None:
        from trainer_tui.ui.palette import Palette

        def take(name: str) -> None:
            self.theme = name
            if self._keep_theme is not None:
                self._keep_theme(name)

        rows = [Row(((f" {theme.name}", ""),), theme.name, theme.name) for theme in THEMES]
        self.push_screen(Palette("theme", rows, take, marked=self.theme))

    def action_help(self) -> None:
        from trainer_tui.ui.screens.help import Help, help_rows

        if not isinstance(self.screen, Help):
            self.push_screen(Help(help_rows(all_scopes_in(self.screen), self.desk.keys, self.desk.signs.legend)))

    def action_session_menu(self) -> None:
        """Open the session menu over whatever is shown; a second press goes back."""
        from trainer_tui.ui.screens.session_menu import SessionMenu

        if isinstance(self.screen, SessionMenu):
            self.screen.dismiss(None)
        elif not self.returns_to(SessionMenu):
            menu = SessionMenu(self.desk.view, self.controller.unexported(), self._selected_text())
            self.push_screen(menu, self._menu_chosen)

    def _menu_chosen(self, choice: str | None) -> None:
        if choice == "copy":
            self.desk.copy(self._selected_text())
        elif choice is not None and choice != "continue":
            self.main.take_from_menu(choice)

    def _selected_text(self) -> str:
        from textual.widgets import Input, TextArea

        focused = self.focused
        if isinstance(focused, (Input, TextArea)) and focused.selected_text:
            return focused.selected_text
        return self.screen.get_selected_text() or ""
