"""Every command on another key: what is shown works, at each question and in each sheet, and the old key is dead.

The situations ask every question and open every sheet; a command that none of them tries is seen below.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.widgets import Input, TextArea

from tests.ui.conftest import Teaching
from tests.ui.fake_controller import CONFIRM, REVIEW, FakeController, asking
from tests.ui.fake_review import FakeReview, FakeSettling
from tests.ui.test_look import FORM_RUN, VIEWS
from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.asking.reviewing import MessageRow
from trainer_tui.errors import Problem
from trainer_tui.export.review import ExportReview
from trainer_tui.session.protocol import AskMessage, ChooseAction, ConfirmAction, RunAction
from trainer_tui.session.view import SessionView
from trainer_tui.ui import app as app_module
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.config import Config
from trainer_tui.ui.keymap import COMMANDS, Command, Keys, Scope, commands
from trainer_tui.ui.remapping import clashes, meet
from trainer_tui.ui.reviewed import Reviewed
from trainer_tui.ui.widgets.footer import scopes_in
from trainer_tui.ui.widgets.prompts.question import Answers
from trainer_tui.ui.widgets.rows import Rows

SIZE = (120, 30)


def every_command_on_another_key() -> dict[str, str]:
    """Keys that no command has in the table; two commands have one only where they cannot meet."""
    spare = [
        f"{before}f{number}"
        for before in ("", "shift+", "ctrl+", "alt+", "ctrl+shift+", "alt+shift+")
        for number in range(13, 25)
    ]
    chosen: dict[str, str] = {}
    for command in COMMANDS:
        if not command.is_reserved:
            met = {chosen[other.id] for other in COMMANDS if other.id in chosen and meet(command.scope, other.scope)}
            chosen[command.id] = next(key for key in spare if key not in met)
    return chosen


REMAPPED = every_command_on_another_key()
ASKED = VIEWS | {
    "offer": asking(AskMessage(), offer="session 2, of yesterday"),
    "waiting": replace(CONFIRM, prompt=None, effect=RunAction(FORM_RUN)),
}
OPENED: dict[str, tuple[str, tuple[str, ...]]] = {
    "conversation": ("confirm_action", ("focus.conversation",)),
    "candidates": ("confirm_action", ("focus.candidates",)),
    "slots": ("confirm_action", ("focus.slots",)),
    "stories": ("confirm_action", ("focus.stories",)),
    "find": ("confirm_action", ("focus.conversation", "pane.find")),
    "jump": ("confirm_action", ("focus.jump",)),
    "slot": ("confirm_action", ("focus.slots", "slots.set")),
    "notation": ("mark_entities", ("entities.notation",)),
    "part": ("mark_entities", ("entities.new",)),
    "why": ("confirm_action", ("question.explain",)),
    "consequences": ("confirm_action", ("session.consequences",)),
    "health": ("confirm_action", ("session.warnings", "warnings.health")),
    "what_if": ("confirm_action", ("question.what_if",)),
    "others": ("confirm_action", ("question.others",)),
    "menu": ("confirm_action", ("session.menu",)),
    "branches": ("confirm_action", ("session.menu", "menu.branches")),
    "branch": ("confirm_action", ("session.menu", "menu.branches", "branches.rename")),
    "compared": ("confirm_action", ("session.branches", "list.last", "branches.compare")),
    "time_line": ("confirm_action", ("session.time_line",)),
    "looked": ("confirm_action", ("session.time_line", "list.choose")),
    "turn": ("confirm_action", ("session.edit", "list.down", "dialog.take")),
    "pick": ("confirm_action", ("session.edit", "list.down", "dialog.take", "turn.action")),
    "save": ("confirm_action", ("session.menu", "menu.save")),
    "fork": ("confirm_action", ("session.fork",)),
    "export": ("confirm_action", ("session.export",)),
    "text": ("confirm_action", ("session.export", "export.edit")),
    "form": ("confirm_action", ("session.export", "export.form")),
    "warnings": ("confirm_action", ("session.warnings",)),
    "log": ("confirm_action", ("actions.log",)),
    "filter": ("confirm_action", ("session.warnings", "sheet.filter")),
    "turns": ("confirm_action", ("focus.conversation", "conversation.turns")),
    "help": ("confirm_action", ("app.help",)),
    "palette": ("confirm_action", ("app.palette",)),
    "review": ("confirm_action", ("session.review",)),
    "inbox": ("confirm_action", ("session.review", "review.other", "list.down")),
}
ONCE = {
    Scope.EVERYWHERE: "confirm_action",
    Scope.SESSION: "confirm_action",
    Scope.FOCUS: "message",
    Scope.PANE: "conversation",
    Scope.LIST: "warnings",
    Scope.SHEET: "help",
}
NUMBERED = ("confirm_intent", "confirm_action", "choose_intent", "choose_action", "buttons")
HIGHER_NUMBERS = frozenset(f"question.{number}" for number in range(3, 10))
SITUATIONS: dict[str, tuple[str, tuple[str, ...]]] = {name: (name, ()) for name in ASKED} | OPENED


class Remembering(FakeController):
    """A controller that everything can be asked of."""

    def __init__(self, view: SessionView) -> None:
        super().__init__(view)
        self.review: ExportReview = REVIEW
        self.log = ("Starting.", "Listening.")

    async def perform(self) -> None:
        await asyncio.Event().wait()

    async def restart_actions(self) -> None:
        self.note("restart")

    def show_detail(self, more: int) -> None:
        self.note("detail", more)

    def accept_offer(self) -> None:
        self.note("accept")

    def decline_offer(self) -> None:
        self.note("decline")

    def path_of(self, place: object) -> Path:
        return Path("nowhere")

    def name_session(self, name: str) -> None:
        self.note("name", name)


class NotedSettling(FakeSettling):
    """Where nothing goes away, and what is settled is noted with the rest."""

    def __init__(self, controller: Remembering) -> None:
        super().__init__(FakeReview())
        self.done = controller.given

    def set_aside(self, messages: Sequence[MessageRow]) -> None:
        self.done.append(("set aside", len(messages)))

    def confirm(self, messages: Sequence[MessageRow], intent: str, entities: object = None) -> None:
        self.done.append(("confirm", len(messages), intent))


class Person:
    """Whoever presses the keys that are in force."""

    def __init__(self, trainer: Trainer, keys: Keys) -> None:
        self.trainer = trainer
        self.app = trainer.app
        self.controller: Any = trainer.app.controller
        self.keys = keys

    async def comes_to(self, situation: str) -> None:
        asked, opened = SITUATIONS[situation]
        self.app.desk.to_session()
        self.app.desk.reviewed = Reviewed()
        self.app.main.minimize()
        self.app.desk.wanted = ""
        # Every question anew: what was typed and marked is gone.
        self.controller.show(replace(ASKED["first"], undo=None))
        await self.trainer.pilot.pause()
        self.app.main.prompt_bar._drafts.clear()
        problem = Problem("a warning of the files")
        view = ASKED[asked]
        self.controller.show(replace(view, status=replace(view.status, warnings=(problem,)), redo="an answer"))
        await self.trainer.pilot.pause()
        self.app.main.prompt_bar.take_focus()
        await self.presses(*opened)
        if opened:
            # A pane takes the focus once the screen is drawn.
            for _ in range(3):
                await self.trainer.pilot.pause()
        self.controller.given.clear()
        while self.app.desk.notices.now is not None:
            self.app.desk.notices.dismiss()

    async def presses(self, *command_ids: str) -> None:
        for command_id in command_ids:
            await self.trainer.pilot.pause()
            await self.presses_key(self.keys.of(command_id).split(",")[0])

    async def presses_key(self, key: str) -> None:
        await self.trainer.pilot.press(key)
        while self.app.has_keys_to_come:
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)

    def commands(self, situation: str) -> list[Command]:
        """Those whose keys work here; what works in many places is tried in one of them."""
        scopes = {scope for scope in scopes_in(self.app.screen) if ONCE.get(scope, situation) == situation}
        scopes |= {scope for scope, place in ONCE.items() if place == situation}
        listed = [c for c in commands(*sorted(scopes, key=lambda scope: scope.name)) if not c.is_reserved]
        focused = self.app.focused
        if isinstance(focused, Answers) and situation != "confirm_action":
            given = {answer.command for answer in focused.question.answers}
            listed = [c for c in listed if c.id in given]
        if situation not in NUMBERED:
            listed = [c for c in listed if c.scope is not Scope.NUMBERS]
        return [c for c in listed if c.id not in HIGHER_NUMBERS or situation == "confirm_action"]

    def state(self) -> tuple[Any, ...]:
        """What a key may have changed."""
        focused = self.app.focused
        at: list[Any] = [getattr(focused, "id", None), type(focused).__name__]
        if isinstance(focused, Input):
            at += [focused.value, focused.cursor_position]
        if isinstance(focused, TextArea):
            at += [focused.text]
        if isinstance(focused, Rows):
            at += [focused.cursor, focused.scroll_offset]
        if isinstance(focused, Answers):
            at += [focused.marked]
        marking = getattr(self.app.main.prompt_bar.body, "marking", None)
        return (
            [type(screen).__name__ for screen in self.app.screen_stack],
            at,
            marking,
            self.app.main.is_maximised,
            [repr(given) for given in self.controller.given],
            [notice.is_bad for notice in self.app.desk.notices],
            max(self.app.main.candidates.cursor, 0),
        )


class Watched(TrainerApp):
    """An app that remembers which actions its keys ran."""

    CSS_PATH = str(Path(app_module.__file__).with_name("trainer.tcss"))
    done: ClassVar[list[str]] = []

    async def run_action(self, action: Any, *arguments: Any, **options: Any) -> bool:
        was_run = await super().run_action(action, *arguments, **options)
        if was_run:
            self.done.append(action)
        return was_run


@pytest.fixture
def remapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The person's own config.toml has all of them."""
    assert clashes(REMAPPED) == {}
    file = tmp_path / "config" / "trainer_tui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[keymap]\n" + "".join(f'"{id_}" = "{key}"\n' for id_, key in REMAPPED.items()), encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Keys(REMAPPED)


def is_typed(key: str, person: Person) -> bool:
    """Whether the field with the keyboard takes the key as text or to edit it, as it would on any day."""
    edits = ("left", "right", "home", "end", "backspace", "delete", "up", "down", "pageup", "pagedown", "enter")
    if isinstance(person.app.focused, TextArea):
        return len(key) == 1 or key in (*edits, "plus", "minus", "slash", "question_mark", "space")
    if isinstance(person.app.focused, Input):
        return len(key) == 1 or key in (*edits[:6], "plus", "minus", "slash", "question_mark", "space")
    return False


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_what_is_shown_works_and_the_old_key_does_nothing(
    situation: str, remapped: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    controller = Remembering(ASKED["first"])
    app = Watched(controller, settling=NotedSettling(controller), config=Config(REMAPPED), said_after=0.0, moment=0.0)
    async with at_the_desk(app, SIZE) as trainer:
        person = Person(trainer, remapped)
        await person.comes_to(situation)
        listed = person.commands(situation)
        assert old_keys_in(trainer.text) == [], trainer.text
        before = person.state()
        for command in listed:
            for key in command.keys.split(","):
                if not is_typed(key, person):
                    await person.presses_key(key)
                    if situation == "jump":
                        # Any key but those of the panes goes back.
                        await person.comes_to(situation)
                    assert person.state() == before, f"{key} still does something"
        for command in listed:
            await person.comes_to(situation)
            app.done.clear()
            before = person.state()
            await person.presses(command.id)
            did_something = command.action in app.done or person.state() != before
            assert did_something, f"{remapped.shown(command.id)} does not {command.id}\n{trainer.text}"


def old_keys_in(text: str) -> list[str]:
    """Keys of the table that the text names, where none of them works any more."""
    named = re.findall(r"(?<![+\w])(?:ctrl\+[a-z]|esc|enter|tab|f[1-8]|[nN] (?:next|previous))(?!\w)", text)
    return [key for key in named if key not in ("ctrl+c", "ctrl+q")]


async def test_a_bot_is_taught_with_other_keys(teaching: Teaching, remapped: Keys) -> None:
    def key(command_id: str) -> str:
        return remapped.of(command_id)

    async with teaching("concertbot") as trainer:
        await trainer.sees(f"{key('message.send')} sends")
        await trainer.types("/hello")
        await trainer.presses("enter")
        await trainer.sees(AskMessage)
        await trainer.presses(key("message.send"))
        await trainer.sees(ConfirmAction, f"{key('question.yes')} yes", f"{key('question.no')} no")
        await trainer.presses("y", "n", "1", "2", "enter", "escape", "ctrl+z", "f3", "f8", "ctrl+s", "ctrl+f")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        assert trainer.app.screen is trainer.app.main
        await trainer.presses(key("question.no"))
        await trainer.sees(ChooseAction, key("question.2"))
        await trainer.presses(key("choice.back"))
        await trainer.presses(key("question.yes"))
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses(key("session.undo"))
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.presses(key("session.export"))
        await trainer.sees("export ─")
        await trainer.presses(key("export.back"))
        await trainer.sees(ConfirmAction)
