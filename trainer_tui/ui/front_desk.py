"""The desk that widgets and screens ask: what each of its ways does with the session, the screens and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from trainer_tui.asking.question import Given, Move
from trainer_tui.asking.reasons import reason
from trainer_tui.asking.teaching import Teaching
from trainer_tui.errors import Place, TrainerError
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Keys
from trainer_tui.ui.lines import clean, cut
from trainer_tui.ui.notices import Notice, Notices
from trainer_tui.ui.screen_stack import ScreenStack
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.theme import ASCII, UNICODE, Signs
from trainer_tui.ui.typed_ahead import TypedAhead
from trainer_tui.ui.widgets.notice_line import NoticeLine
from trainer_tui.ui.widgets.rows import Row

if TYPE_CHECKING:
    from trainer_tui.asking.settling import Settling
    from trainer_tui.ui.reviewed import Reviewed

T = TypeVar("T")


class FrontDesk:
    """`desk.Desk` in the running app."""

    reviewed: Reviewed

    def __init__(
        self,
        app: ScreenStack,
        main: MainScreen,
        controller: Teaching,
        keys: Keys,
        open_menu: Callable[[], None],
        moment: float,
        settling: Settling | None = None,
    ) -> None:
        self._app = app
        self.main = main
        self._open_menu = open_menu
        self.controller = controller
        self.keys = keys
        self.settling = settling
        if settling is not None:
            from trainer_tui.ui.reviewed import Reviewed

            self.reviewed = Reviewed()
        self.wanted = ""
        self.ahead = TypedAhead(moment)
        self.notices = Notices(self._show_notice, app.set_timer)

    @property
    def has_keys_to_read(self) -> bool:
        return self._app.has_keys_to_read

    @property
    def text_to_read(self) -> float | None:
        return self._app.text_to_read

    @property
    def view(self) -> SessionView:
        return self.controller.view

    @property
    def signs(self) -> Signs:
        return ASCII if self.keys.ascii_only else UNICODE

    # --- the question ---------------------------------------------------------------------------------------------

    def answer(self, given: Given) -> None:
        bar = self.main.prompt_bar
        if self.view.prompt is None or self.view.prompt != bar.asked:
            return
        match given:
            case Move.ACCEPT_OFFER:
                self.attempt(self.controller.accept_offer)
            case Move.DECLINE_OFFER:
                self.attempt(self.controller.decline_offer)
            case Move.UNDO_FAILURE:
                self.attempt(self.controller.undo_failure)
            case Move.OPEN_PLACE:
                bar.open_place()
            case Move.REMOVE_STORIES:
                self.main.review_export(is_removing=True)
            case Move.OPEN_MENU:
                self._open_menu()
            case Move.KEEP_LIKELY:
                bar.is_answered = True
                bar.is_answered = self.attempt(self.controller.keep_likely)
            case Move.ACCEPT_TURN:
                bar.is_answered = True
                bar.is_answered = self.attempt(self.controller.accept_turn)
            case _:
                bar.is_answered = True
                bar.is_answered = self.attempt(lambda: self.controller.answer(given))

    def attempt(self, move: Callable[[], object], refuse: Callable[[str], object] | None = None) -> bool:
        try:
            move()
        except TrainerError as error:
            (refuse or self.refuse)(reason(error))
            return False
        return True

    def refuse(self, reason: str) -> None:
        self.main.prompt_bar.refuse(reason)

    def pick(self, name: str) -> bool:
        return self.main.prompt_bar.pick(name)

    def to_question(self) -> None:
        self.main.action_focus_pane("prompt")

    def idle_commands(self) -> Mapping[str, str]:
        return self.main.idle_commands()

    # --- saying and opening ---------------------------------------------------------------------------------------

    def say(self, text: str, *, is_bad: bool = False) -> None:
        self.notices.say(Notice(text, is_bad))

    def unsay(self, text: str) -> None:
        self.notices.take_back(Notice(text, is_bad=True))

    def _show_notice(self, notice: Notice | None) -> None:
        for screen in self._app.screen_stack:
            for line in screen.query(NoticeLine):
                line.show(notice)

    def copy(self, text: str) -> None:
        # OSC 52: not every terminal takes it, so what was done is said.
        self._app.copy_to_clipboard(text)
        self.say(f"Sent to the terminal's clipboard: {cut(clean(text), 40)}")

    def show_text(self, title: str, text: str) -> None:
        from trainer_tui.ui.screens.dialogs import Reader

        self._app.push_screen(Reader(title, [Row(((clean(line), ""),), text=line) for line in text.split("\n")]))

    def ask_line(self, title: str, value: str, hint: str, take: Callable[[str], None]) -> None:
        from trainer_tui.ui.screens.dialogs import AskLine

        self._app.push_screen(AskLine(title, value, hint, take))

    def find(self, title: str, look: Callable[[str, int], str], then: Callable[[bool | None], None]) -> None:
        from trainer_tui.ui.screens.dialogs import Find

        self._app.push_screen(Find(title, look), then)

    def to_session(self) -> None:
        self._app.close_all_over(self.main)

    def returns_to(self, kind: type[Screen[Any]]) -> bool:
        return self._app.returns_to(kind)

    def open(self, sheet: Screen[Any], then: Callable[[Any], object] | None = None) -> None:
        self.to_session()
        self._app.push_screen(sheet, None if then is None else lambda result: _ignore(then(result)))

    def open_place(self, place: Place) -> None:
        from trainer_tui.ui.editor import open_in_editor

        self._outside(lambda: open_in_editor(self._app, self.controller.path_of(place), place))

    def edit(self, text: str) -> str | None:
        from trainer_tui.ui.editor import edited

        return self._outside(lambda: edited(self._app, text))

    def _outside(self, work: Callable[[], T]) -> T | None:
        """Work of the person's editor; why it cannot be done is said."""
        from trainer_tui.ui.editor import CannotOpen

        try:
            return work()
        except TrainerError as error:
            self.say(reason(error), is_bad=not isinstance(error, CannotOpen))
            return None

    def leave(self) -> None:
        self._app.exit(return_code=0)


def _ignore(result: object) -> None:
    """A callback's result is nobody's."""
