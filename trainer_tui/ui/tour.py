"""The guided tour: what to do next, and how it is known to be done. Every step is done by the person's own keys."""

from __future__ import annotations

from collections.abc import Callable

from trainer_tui.asking.words import Key, Name, Stressed, Words
from trainer_tui.dataclass import dataclass
from trainer_tui.session.protocol import AskMessage, ConfirmAction, ConfirmIntent
from trainer_tui.session.view import Mark, SessionView

_SENDS = Key("message.send")
_LOOK = "Look at it, then "


@dataclass(frozen=True, slots=True)
class Seen:
    """The session, and which sheet is open over it ("" for none)."""

    view: SessionView
    opened: str = ""

    @property
    def messages(self) -> list[str]:
        return [entry.text for entry in self.view.history if entry.kind == "message"]


@dataclass(frozen=True, slots=True)
class Step:
    words: Words
    is_done: Callable[[Seen], bool]


STEPS = (
    Step(
        ("You are a user of this bot. Type ", Stressed("hello"), ", then ", _SENDS, "."),
        lambda seen: bool(seen.messages) or isinstance(seen.view.prompt, ConfirmIntent),
    ),
    Step(
        ("Is that what it means? ", Key("question.answer"), " says yes (", Key("question.no"), " would correct it)."),
        lambda seen: isinstance(seen.view.prompt, (ConfirmAction, AskMessage)),
    ),
    Step(
        ("Now it wants to act, and then to listen. ", Key("question.turn"), " says yes to the whole turn."),
        lambda seen: isinstance(seen.view.prompt, AskMessage),
    ),
    Step(
        ("Now something that it cannot know: type ", Stressed("/compare_reviews"), ", then ", _SENDS, "."),
        lambda seen: "/compare_reviews" in seen.messages and isinstance(seen.view.prompt, ConfirmAction),
    ),
    Step(
        ("Its stories disagree here: who says what? ", Key("question.others"), " tells."),
        lambda seen: seen.opened == "Others",
    ),
    Step((_LOOK, Key("others.back"), " goes back."), lambda seen: not seen.opened),
    Step(
        ("Teach it otherwise: ", Key("question.no"), ", type ", Stressed("good"), ", then ", Key("choice.choose"), "."),
        lambda seen: any(entry.mark is Mark.CORRECTED for entry in seen.view.history),
    ),
    Step(
        ("That is learned. ", Name("utter_goodbye"), " was no good idea: ", Key("session.undo"), " takes it back."),
        lambda seen: not any(entry.mark is Mark.CORRECTED for entry in seen.view.history),
    ),
    Step(
        ("What would be written to its files? ", Key("session.export"), " shows it, and writes nothing yet."),
        lambda seen: seen.opened == "Export",
    ),
    Step((_LOOK, Key("export.back"), " goes back."), lambda seen: not seen.opened),
)
END: Words = (
    "That is all. Go on as you like: ",
    Key("app.help"),
    " has the keys, ",
    Key("session.menu"),
    " the menu, ",
    Key("app.quit"),
    " ends the tour.",
)


class Tour:
    """Where the person is on it."""

    def __init__(self) -> None:
        self.place = 0

    def look(self, seen: Seen) -> Words:
        """What to do now."""
        while self.place < len(STEPS) and STEPS[self.place].is_done(seen):
            self.place += 1
        if self.place == len(STEPS):
            return END
        return (Stressed(f"Tour {self.place + 1} of {len(STEPS)}  "), *STEPS[self.place].words)
