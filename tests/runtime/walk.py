"""A person who teaches a sample bot, with the project's own action server and what the stories taught; no screen."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from trainer_tui.core.events import BotUttered, Event, UserUttered
from trainer_tui.export.review import Written
from trainer_tui.progress import unheard
from trainer_tui.runtime.action_server import ActionServer, Launch, find_launch, free_port
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskFormValidation,
    AskMessage,
    ConfirmAction,
    Confirmed,
    HumanInput,
    MessageTyped,
    Prompt,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
)


class Walk:
    """Says and answers; every step checks that the bot asks what it should."""

    def __init__(self, controller: Controller, folder: Path) -> None:
        self.controller = controller
        self.folder = folder

    @property
    def prompt(self) -> Prompt | None:
        return self.controller.view.prompt

    @property
    def slots(self) -> dict[str, Any]:
        return dict(self.controller.timeline.state.tracker.slots)

    @property
    def events(self) -> tuple[Event, ...]:
        return self.controller.timeline.state.tracker.events

    async def answer(self, given: HumanInput) -> None:
        self.controller.answer(given)
        await self.controller.perform()

    async def say(self, message: str) -> Walk:
        assert isinstance(self.prompt, AskMessage), self.prompt
        await self.answer(MessageTyped(message))
        return self

    async def confirm(self, *actions: str) -> Walk:
        """The bot wants to run these actions, one after the other: yes."""
        for action in actions:
            assert isinstance(self.prompt, ConfirmAction), self.prompt
            assert self.prompt.prediction.action == action
            await self.answer(Confirmed())
        return self

    async def fail(self, action: str) -> AskAfterFailure:
        """The bot wants to run this action: yes, but it cannot be run."""
        await self.confirm(action)
        assert isinstance(self.prompt, AskAfterFailure), self.prompt
        return self.prompt

    async def validate(self, form: str, slot: str, answer: bool) -> Walk:
        """Asked whether the form validates the message to fill the slot."""
        assert isinstance(self.prompt, AskFormValidation), self.prompt
        assert (self.prompt.form, self.prompt.slot) == (form, slot)
        await self.answer(ValidationChosen(answer))
        return self

    async def acknowledge_contradiction(self) -> WarnContradiction:
        warning = self.prompt
        assert isinstance(warning, WarnContradiction), warning
        await self.answer(WarningAcknowledged())
        return warning

    def said(self) -> list[str | None]:
        """What the bot said since the latest message."""
        found: list[str | None] = []
        for event in reversed(self.events):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, BotUttered):
                found.insert(0, event.text)
        return found


async def take_out_what_is_named(walk: Walk) -> Path:
    """Export nothing but the removal of what the warning names; the file that it was in."""
    controller = walk.controller
    assert isinstance(walk.prompt, WarnContradiction), walk.prompt
    review = await controller.export_review(is_removing=True)(unheard)
    on = [row for row in review.rows if row.is_on]
    assert on
    assert all(row.title.startswith("- ") for row in on)
    done = controller.export_write()
    assert isinstance(done, Written)
    assert done.what.startswith(f"{len(on)} removal")
    assert controller.unexported(), "what was taught is still to be exported"
    return walk.folder / on[0].target


@contextmanager
def serving_actions_of(bot: Path, log: Path) -> Iterator[ActionServer]:
    """The bot's action server, for several sessions."""
    launch = find_launch(bot, os.environ)
    assert isinstance(launch, Launch), launch
    server = ActionServer(launch, log, os.environ)
    server.start()
    try:
        asyncio.run(server.wait_until_ready(60))
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def walking(
    bot: Path, folder: Path, actions: ActionServer | None = None, with_actions: bool = True
) -> AsyncIterator[Walk]:
    """A session on a copy of the bot; its stories are known by memory, nothing is fitted in the background.

    Without a server of `actions` the session starts one of its own, unless the copy is `with_actions=False`.
    """
    copy = folder / bot.name
    shutil.copytree(bot, copy, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    if not with_actions:
        (copy / "actions.py").unlink()
    url = actions.url if actions else f"http://127.0.0.1:{free_port()}/webhook"
    (copy / "endpoints.yml").write_text(f"action_endpoint:\n  url: {url}\n", encoding="utf-8")
    controller = open_session(SessionRequest(Sources(copy), runs_actions=True))
    try:
        yield Walk(controller, copy)
    finally:
        controller.close()
