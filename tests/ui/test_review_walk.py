"""The desk on a real bot, store and session: corrected, exported, trained anew, and right; the store as it was."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.runtime.review.opened import bot_at, reviewer
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, database, user
from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.cli import make_app
from trainer_tui.commands import review
from trainer_tui.progress import unheard
from trainer_tui.runtime.opening import open_session, read_bot
from trainer_tui.runtime.settings import own_settings
from trainer_tui.session.protocol import ConfirmAction, ConfirmIntent
from trainer_tui.ui.screens.inbox import Inbox
from trainer_tui.ui.screens.review import Conversations


def talk(at: float, text: str, intent: str, did: str) -> list[dict[str, object]]:
    return [*begin(at), user(text, intent, at + 1), action(did), action("action_listen")]


CONVERSATIONS = {
    "ada": talk(10.0, "hello", "greet", "utter_goodbye"),
    "bob": talk(20.0, "cheerio old chap", "greet", "utter_greet"),
    "eve": talk(30.0, "toodle-oo my dear", "nlu_fallback", "action_default_fallback"),
    "joe": talk(40.0, "toodle-oo my dears", "nlu_fallback", "action_default_fallback"),
}


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return bot_at(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return database(tmp_path / "tracker.db", *CONVERSATIONS.items())


@asynccontextmanager
async def at_the_review(bot: Path, store: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Trainer]:
    parser = argparse.ArgumentParser()
    review.add_arguments(parser)
    arguments = parser.parse_args([str(bot), "--from", str(store)])
    request = review.request_of(arguments)
    read = read_bot(request)
    settling = review.settling(arguments, read[1], unheard)
    controller = open_session(request, bot=read)
    settler = settling(controller)
    app = make_app(controller, arguments, own_settings(), settler)
    app.desk.ahead.moment = app.main.said_after = 0.0
    try:
        async with at_the_desk(app, size) as trainer:
            await settler.review.finished()  # type: ignore[attr-defined]
            await trainer.settles()
            yield trainer
    finally:
        settler.review.close()
        controller.close()


async def shows(trainer: Trainer, sender: str) -> None:
    """The cursor is on that sender's conversation."""
    screen = trainer.app.screen
    assert isinstance(screen, Conversations)
    rows = screen._rows
    place = next(index for index in range(rows.total) if (row := rows.item(index)) and row.sender == sender)
    while rows.cursor != place:
        await trainer.presses("down" if rows.cursor < place else "up")


async def test_a_meaning_an_action_and_a_group_are_corrected_exported_and_right_ever_after(
    bot: Path, store: Path
) -> None:
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    async with at_the_review(bot, store) as trainer:
        # The action: played, the script's answer is refused for the right one.
        await shows(trainer, "ada")
        await trainer.presses("o")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.presses("y")
        await trainer.presses("f12") if not isinstance(trainer.app.screen, Conversations) else None
        # The meaning.
        await shows(trainer, "bob")
        await trainer.presses("o")
        await trainer.sees(ConfirmIntent)
        await trainer.presses("i")
        await trainer.types("goodbye")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("f12")
        # The group: two keys and a name.
        await trainer.presses("m")
        assert isinstance(trainer.app.screen, Inbox)
        await trainer.sees("toodle-oo my dear")
        await trainer.presses("space", "i")
        await trainer.types("goodbye")
        await trainer.presses("enter")
        await trainer.presses("ctrl+s")
        await trainer.sees("export ─", "3 examples of goodbye")
        await trainer.presses("enter")
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before
    # Trained anew on the project's files, by whoever opens them next.
    again = reviewer(bot, store)
    found = {row.sender: row for row in again.conversations("worth").rows}
    said = {name: (await again.judged(await again.open(found[name].id))).steps for name in ("ada", "bob", "eve")}
    assert [step.today for step in said["ada"] if step.did == "utter_goodbye"] == ["utter_greet"]
    assert [step.today for name in ("bob", "eve") for step in said[name] if step.kind == "message"] == ["goodbye"] * 2
    await again.rerank()
    assert again.inbox().total == 0
    assert (found["ada"].outcome, found["bob"].decision) == ("corrected: 1 turn", "right")
    again.close()
