"""How a widget or a screen speaks to the app: it asks its desk, and knows nothing of what lies behind it.

The app imports every screen, a screen its widgets, a widget this module; nothing looks the other way. What is asked
here happens at once: a message would come after the next key, which is meant for what the first one leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.app import App
from textual.screen import Screen

from trainer_tui.asking.question import Given
from trainer_tui.asking.teaching import Teaching
from trainer_tui.errors import Place
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Keys
from trainer_tui.ui.notices import Notices
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.typed_ahead import TypedAhead

if TYPE_CHECKING:
    # Most sessions review nothing, and load nothing for it.
    from trainer_tui.asking.settling import Settling
    from trainer_tui.ui.reviewed import Reviewed


class Desk(Protocol):
    """What lies ready for every widget and screen: the session, signs and keys, and ways to say and open something."""

    keys: Keys
    wanted: str
    """What was looked for last, in whichever pane."""
    ahead: TypedAhead
    """What was typed for the next message while something else was asked."""
    notices: Notices
    """What is said for a few seconds, now and next."""

    @property
    def has_keys_to_read(self) -> bool:
        """Whether there are keys whose turn has not come."""

    @property
    def text_to_read(self) -> float | None:
        """When the text was pressed that stands next among those, whatever line ends come before it."""

    @property
    def controller(self) -> Teaching: ...

    @property
    def settling(self) -> Settling | None:
        """The review of real conversations; None where there is none."""

    reviewed: Reviewed
    """Where the person stands in it; where there is none, neither is this."""

    @property
    def view(self) -> SessionView: ...

    @property
    def signs(self) -> Signs: ...

    # --- the question ---------------------------------------------------------------------------------------------

    def answer(self, given: Given) -> None:
        """Hand in an answer to the question on the screen, or make the move that it is; one that came after the
        question had gone is none."""

    def attempt(self, move: Callable[[], object], refuse: Callable[[str], object] | None = None) -> bool:
        """Do it; why it cannot be done is told `refuse`, or said where the question is, and nothing has happened."""

    def refuse(self, reason: str) -> None:
        """Say at the question why the answer is not taken; what was typed stays. "" takes it back."""

    def pick(self, name: str) -> bool:
        """Answer with a candidate that was chosen in its pane; False where the question takes none."""

    def to_question(self) -> None:
        """Give the keyboard back to the question."""

    # --- saying and opening ---------------------------------------------------------------------------------------

    def say(self, text: str, *, is_bad: bool = False) -> None:
        """Say it for a few seconds, in the screen's place for notices."""

    def unsay(self, text: str) -> None:
        """What was bad is so no more: say it no longer."""

    def copy(self, text: str) -> None:
        """Send it to the terminal's clipboard."""

    def show_text(self, title: str, text: str) -> None:
        """Open a text in full, over what is shown."""

    def ask_line(self, title: str, value: str, hint: str, take: Callable[[str], None]) -> None:
        """Ask for a line of text, over what is shown; `take` raises TrainerError while it will not do."""

    def find(self, title: str, look: Callable[[str, int], str], then: Callable[[bool | None], None]) -> None:
        """Find a text as it is typed, over what is shown; see `dialogs.Find`."""

    def to_session(self) -> None:
        """Close all that is open over the session."""

    def returns_to(self, kind: type[Screen[Any]]) -> bool:
        """Close what is open over a screen of this kind; False where there is none."""

    def open(self, sheet: Screen[Any], then: Callable[[Any], object] | None = None) -> None:
        """Open a sheet over the session; what was open gives way. `then` gets the sheet's result."""

    def open_place(self, place: Place) -> None:
        """Open the file in the person's editor, the session suspended meanwhile."""

    def edit(self, text: str) -> str | None:
        """The text as the person's editor left it, the session suspended meanwhile; None where there is none."""

    def leave(self) -> None:
        """End the program; everything is on disk already."""

    def idle_commands(self) -> Mapping[str, str]:
        """Why some commands have no effect now, by their ids."""


class DeskHolder(Protocol):
    """What the app is to the screens and widgets beneath it."""

    desk: Desk


class _OfTheApp(Protocol):
    @property
    def app(self) -> App[Any]: ...


class AtDesk:
    """A widget or screen of the app, which finds its desk there."""

    @property
    def desk(self: _OfTheApp) -> Desk:
        return cast(DeskHolder, self.app).desk
