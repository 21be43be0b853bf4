"""What a person does and sees, in the words of the tests: presses, types, sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from textual import events
from textual.pilot import Pilot

from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import ChooseAction, ConfirmAction, Prompt
from trainer_tui.session.view import HistoryEntry, SessionView
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.notices import Notice

_WAITED_FOR = ("begin", "effects", "settle", "reading", "rank")
OnePrompt = TypeVar("OnePrompt", bound=Prompt)


def screen_text(app: TrainerApp) -> str:
    """What stands on the screen, row by row."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips()) + "\n"


class Trainer:
    """A person at the keyboard."""

    def __init__(self, app: TrainerApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.told = self.notices
        say = app.desk.notices.say

        def said(notice: Notice) -> None:
            self.told.append(notice.text)
            say(notice)

        app.desk.notices.say = said  # type: ignore[method-assign]

    # --- doing ----------------------------------------------------------------------------------------------------

    async def presses(self, *keys: str) -> None:
        """One key after the other; what each sets going is over before the next."""
        for key in keys:
            await self.pilot.press(key)
            await self.settles()

    async def presses_meanwhile(self, *keys: str) -> None:
        """The same while something runs that is not waited for."""
        for key in keys:
            await self.pilot.press(key)
            while self.app.has_keys_to_come:
                await self.pilot.pause()
            await self.pilot.pause()

    async def types(self, text: str) -> None:
        await self.pilot.press(*("space" if character == " " else character for character in text))
        await self.settles()

    async def types_at_once(self, text: str) -> None:
        """All keys in one packet, as over a slow line; \r is Enter, \n what it is before the screen is there."""
        now = events.Key("enter", "\r").time
        for character in text:
            key = {" ": "space", "\r": "enter", "\n": "ctrl+j"}.get(character, character)
            event = events.Key(key, character)
            event.time = now
            self.app.post_message(event)
        await self.settles()

    async def pastes(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settles()

    async def waits_a_moment(self) -> None:
        """Long enough for a letter to stand alone."""
        self.app.desk.ahead.stands_alone()
        await self.settles()

    async def says(self, text: str) -> None:
        """Types a text and sends it."""
        await self.types(text)
        await self.presses("enter")

    answers = presses

    async def settles(self) -> None:
        """Everything that was set going is done: effects, messages, drawing.

        An effect that ends while this looks may have a view that is still to be shown: only a look from whose beginning
        to its end nothing changed was the last.
        """
        while True:
            # A look at the whole screen costs more than a key does.
            while self.app.has_keys_to_come:
                await asyncio.sleep(0)
            view = self.view
            for _ in range(3):
                await self.pilot.pause()
            effects = [worker for worker in self.app.workers if worker.group in _WAITED_FOR and not worker.is_finished]
            if effects:
                await self.app.workers.wait_for_complete(effects)
            elif view is self.view and not self.app.has_keys_to_come:
                return

    # --- seeing ---------------------------------------------------------------------------------------------------

    @property
    def controller(self) -> Controller:
        """What teaches in a program that runs: more than the app asks of it."""
        controller = self.app.controller
        assert isinstance(controller, Controller)
        return controller

    @property
    def view(self) -> SessionView:
        return self.app.controller.view

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def sees(self, *wanted: Any) -> None:
        """A kind of prompt is asked, or a text stands on the screen."""
        await self.settles()
        for one in wanted:
            if isinstance(one, type):
                assert isinstance(self.view.prompt, one), f"{self.view.prompt!r}\n{self.text}"
            else:
                assert one in self.text, f"{one!r} is not on the screen:\n{self.text}"

    async def does_not_see(self, *texts: str) -> None:
        await self.settles()
        for text in texts:
            assert text not in self.text, f"{text!r} is on the screen:\n{self.text}"

    async def is_asked(self, kind: type[OnePrompt], action: str | None = None) -> OnePrompt:
        """The prompt, of this kind (and about this action)."""
        await self.sees(kind)
        prompt = self.view.prompt
        assert isinstance(prompt, kind)
        if action is not None:
            assert isinstance(prompt, ConfirmAction | ChooseAction) and prompt.prediction.action == action, self.text
        return prompt

    @property
    def history(self) -> list[HistoryEntry]:
        return list(self.view.history)

    def said(self, side: str) -> list[str]:
        return [entry.text for entry in self.history if entry.side == side and entry.kind in ("text", "message")]

    @property
    def slots(self) -> dict[str, Any]:
        return {slot.name: slot.value for slot in self.view.slots}

    @property
    def focused(self) -> str:
        """The id or kind of what has the keyboard."""
        focused = self.app.focused
        return "" if focused is None else focused.id or type(focused).__name__

    @property
    def field(self) -> str:
        """What stands in the text field that has focus."""
        return getattr(self.app.focused, "value", "")

    @property
    def faults(self) -> list[BaseException]:
        """What went wrong on the screen and was not expected to."""
        return self.app.faults.met

    @property
    def notices(self) -> list[str]:
        """What is said beside the question, now and next; in `told` is all that was, however long ago."""
        return [notice.text for notice in self.app.desk.notices]


async def next_turn(*_: float) -> None:
    """In place of Textual's wait until the process is idle."""
    await asyncio.sleep(0)


@asynccontextmanager
async def at_the_desk(app: TrainerApp, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Trainer]:
    """A person in front of a terminal of this size."""
    async with app.run_test(size=size) as pilot:
        trainer = Trainer(app, pilot)
        await trainer.settles()
        yield trainer
    assert trainer.faults == [], trainer.faults
