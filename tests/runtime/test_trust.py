"""A project's actions are programs: opening somebody's bot runs none of them before the person said so."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal
from trainer_tui.cli import main
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.runtime.trust import trust_file

BOT = {
    "domain.yml": 'version: "3.1"\nintents: [greet]\nactions: [action_x]\n',
    "data/stories.yml": "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: action_x\n",
    "config.yml": "policies:\n- name: MemoizationPolicy\n",
    "actions/__init__.py": """
from pathlib import Path
from rasa_sdk import Action
Path(__file__).with_name("ran").touch()


class ActionX(Action):
    def name(self):
        return "action_x"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="their code says hello")
        return []
""",
}


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "of the person"))
    root = tmp_path / "cloned"
    for name, text in BOT.items():
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        (root / name).write_text(text)
    return root


def has_run(bot: Path) -> bool:
    return (bot / "actions" / "ran").exists()


def said_to(bot: Path, *flags: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a script's session says when the action is to run."""
    monkeypatch.setattr("sys.stdin", io.StringIO("/greet\ny\n"))
    assert main([str(bot), "--plain", *flags]) == 0
    return "".join(capsys.readouterr())


@pytest.mark.parametrize("flags", [(), ("--no-actions",)])
def test_a_script_runs_no_code_unless_it_says_so(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]
) -> None:
    said = said_to(bot, *flags, monkeypatch=monkeypatch, capsys=capsys)
    assert "which are not run: --actions runs them" in said
    assert not has_run(bot)


def test_a_script_that_says_so_runs_it_and_speaks_for_itself_alone(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "their code says hello" in said_to(bot, "--actions", monkeypatch=monkeypatch, capsys=capsys)
    assert has_run(bot)
    assert not trust_file().exists()


class Session:
    """A session in front of which somebody sits."""

    def __init__(self, bot: Path, state: Path, **asked_for: bool) -> None:
        self.controller: Controller = open_session(
            SessionRequest(Sources(bot), state_folder=state, can_ask=True, **asked_for)  # type: ignore[arg-type]
        )

    async def __aenter__(self) -> Controller:
        await self.controller.begin()
        return self.controller

    async def __aexit__(self, *_: object) -> None:
        self.controller.close("")


async def test_a_yes_is_remembered_until_there_are_other_modules(bot: Path, tmp_path: Path) -> None:
    async with Session(bot, tmp_path / "1") as controller:
        assert controller.view.code == "actions/__init__.py"
        assert not trust_file().exists()
        controller.accept_offer()
        assert controller.view.code is None
    async with Session(bot, tmp_path / "2") as controller:
        assert controller.view.code is None
    (bot / "actions" / "more.py").write_text("")
    async with Session(bot, tmp_path / "3") as controller:
        assert controller.view.code == "actions/__init__.py, actions/more.py"
    other = bot.rename(bot.with_name("elsewhere"))
    (other / "actions" / "more.py").unlink()
    async with Session(other, tmp_path / "4") as controller:
        assert controller.view.code is not None
    assert not list(other.rglob("trusted.json"))


async def test_a_no_runs_nothing_and_is_asked_again(bot: Path, tmp_path: Path) -> None:
    for state in ("1", "2"):
        async with Session(bot, tmp_path / state) as controller:
            assert controller.view.code is not None
            controller.decline_offer()
            assert controller.view.code is None
    assert not has_run(bot)


async def test_what_was_said_on_the_command_line_is_not_asked(bot: Path, tmp_path: Path) -> None:
    async with Session(bot, tmp_path / "1", runs_actions=False) as controller:
        assert controller.view.code is None
    assert not has_run(bot)


@pytest.mark.parametrize("text", ["[[[", "[]", "null"])
async def test_a_list_of_the_trusted_that_cannot_be_read_trusts_nobody(bot: Path, tmp_path: Path, text: str) -> None:
    trust_file().parent.mkdir(parents=True)
    trust_file().write_text(text)
    async with Session(bot, tmp_path / "1") as controller:
        assert controller.view.code is not None


async def test_a_bot_without_actions_asks_nothing(bot: Path, tmp_path: Path) -> None:
    for name in ("domain.yml", "data/stories.yml"):
        (bot / name).write_text((bot / name).read_text().replace("action_x", "utter_x"))
    async with Session(bot, tmp_path / "1") as controller:
        assert controller.view.code is None


@pytest.mark.parametrize("flags", [(), ("--plain",)])
def test_it_is_asked_first_in_both_front_ends(bot: Path, flags: tuple[str, ...]) -> None:
    terminal = Terminal([".", *flags], bot, (120, 40))
    try:
        terminal.sees("Run ", "actions/__init__.py", "can do all that you can")
        terminal.presses(b"\r")  # An Enter too many runs nothing.
        terminal.sees("/intent names an intent" if flags else "Say something to the bot")
        terminal.presses(b":quit\r" if flags else b"\x11")
        terminal.ends()
    finally:
        terminal.close()
    assert not has_run(bot)
