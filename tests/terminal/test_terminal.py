"""The program in a real terminal: Ctrl-C everywhere, signals, exit codes, sizes, colours."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

Open = Callable[..., Terminal]

CTRL_C = b"\x03"
CTRL_C_KITTY = b"\x1b[99;5u"
CTRL_O = b"\x0f"
CTRL_P = b"\x10"
CTRL_Q = b"\x11"
ENTER = b"\r"
ESCAPE = b"\x1b"
F1 = b"\x1bOP"
SHIFT_HOME = b"\x1b[1;2H"

READY = "Say something"
MENU = "Export and quit"


def opens_the_menu_and_goes_back(terminal: Terminal, key: bytes = CTRL_C) -> None:
    terminal.presses(key)
    terminal.sees(MENU)
    terminal.presses(key)
    terminal.no_longer_sees(MENU)


def test_a_command_says_how_far_it_is_and_ctrl_c_stops_it(bot: Path) -> None:
    at = Terminal(["data", "stats", ".", "--cross-validate", "60"], bot)
    try:
        at.sees("judging each part of the interpreter", "%, about", "s more · Ctrl-C stops")
        at.presses(CTRL_C)
        assert at.ends() == 130
        assert "Traceback" not in at.text and "judging" not in at.text
    finally:
        at.close()


def test_ctrl_c_opens_the_menu_whatever_is_shown(terminal: Open) -> None:
    """One program for the whole matrix: nothing selected, a selection, a sheet, the palette."""
    at = terminal()
    at.sees(READY)
    opens_the_menu_and_goes_back(at)
    opens_the_menu_and_goes_back(at, CTRL_C_KITTY)
    at.presses(b"hello" + SHIFT_HOME)
    at.waits_for(lambda t: t.is_marked("hello"), "the selection")
    at.presses(CTRL_C)
    at.sees("Copy selection")
    at.presses(CTRL_C)
    at.no_longer_sees(MENU)
    at.presses(F1)
    at.sees("Your message", "esc back   c copy")
    opens_the_menu_and_goes_back(at)
    at.presses(ESCAPE)
    at.no_longer_sees("esc back   c copy")
    at.presses(CTRL_P)
    at.sees("type to filter")
    opens_the_menu_and_goes_back(at)
    at.presses(ESCAPE)
    at.presses(CTRL_Q)
    assert at.ends() == 0
    assert at.is_as_before


@pytest.fixture
def no_bot(bot: Path) -> Path:
    for file in bot.iterdir():
        (shutil.rmtree if file.is_dir() else Path.unlink)(file)
    return bot


@pytest.mark.parametrize(("answer", "intent"), [(b"", "ask_opening_hours"), (b"4", "mood_great")])
def test_where_there_is_no_bot_one_is_offered_and_taught_at_once(
    terminal: Open, no_bot: Path, answer: bytes, intent: str
) -> None:
    at = terminal()
    at.sees("There is no bot in", "moodbot: ", "the tour", "Which?")
    at.presses(b"9" + ENTER)
    at.sees("Enter for the first")
    at.presses(answer + ENTER)
    at.sees(READY)
    assert intent in (no_bot / "domain.yml").read_text()
    assert ".trainer/" in (no_bot / ".gitignore").read_text()
    at.presses(CTRL_Q)
    assert at.ends() == 0


def test_where_bots_lie_in_folders_one_of_them_is_opened_as_the_command_line_said(bot: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    for name in ("day", "night"):
        shutil.copytree(bot, shop / "bots" / name)
    at = Terminal(["--conversation-id", "shop", "shop", "--ascii"], tmp_path)
    try:
        at.sees("but 2 in its folders", "1  the bot in bots/day (Enter)", "2  the bot in bots/night", "moodbot: ")
        at.presses(b"2" + ENTER)
        at.sees("night - shop", READY)
        assert "│" not in at.text
        at.presses(b"hello" + ENTER)
        at.sees("Is this right?")
        at.presses(CTRL_Q)
        assert at.ends() == 0
        at.sees("shop/bots/night --ascii --conversation-id shop")
    finally:
        at.close()
    assert not (shop / ".trainer").exists()
    assert (shop / "bots" / "night" / ".trainer").is_dir()


def test_where_there_is_no_bot_the_tour_can_be_taken_and_nothing_is_written(terminal: Open, no_bot: Path) -> None:
    at = terminal()
    at.sees("Which?")
    at.presses(b"t" + ENTER)
    at.sees("Tour 1 of")
    at.presses(CTRL_Q)
    assert at.ends() == 0
    assert not any(no_bot.iterdir())


def test_where_there_is_no_bot_nothing_need_be_done(terminal: Open, no_bot: Path) -> None:
    at = terminal()
    at.sees("Which?")
    at.presses(b"q" + ENTER)
    assert at.ends() == 2
    at.sees("trainer-tui FOLDER")
    assert not any(no_bot.iterdir())


def test_ctrl_c_opens_the_menu_while_an_action_runs(terminal: Open, bot: Path) -> None:
    with socket.socket() as silent:
        # A server that takes the call and never answers.
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/webhook"
        (bot / "endpoints.yml").write_text(f"action_endpoint:\n  url: {endpoint}\n", encoding="utf-8")
        at = terminal()
        at.sees(READY)
        at.presses(b"/search_concerts" + ENTER)
        at.sees("The bot wants to run action_search_concerts")
        at.presses(b"y")
        at.sees("Running action_search_concerts")
        opens_the_menu_and_goes_back(at)
        at.presses(ESCAPE)
        at.sees("retry", "undo")
        at.presses(b"u")
        at.sees("The bot wants to run action_search_concerts")
        at.presses(CTRL_C)
        at.sees(MENU)
        at.presses(b"q")
        assert at.ends() == 0


def test_keys_in_bursts_never_end_the_program(terminal: Open) -> None:
    """As over a slow line, or with a key held down: sheets are opened and closed before they are drawn."""
    at = terminal()
    at.sees(READY)
    for key in (CTRL_P, F1, CTRL_O, CTRL_C, CTRL_P + F1 + CTRL_C):
        for _ in range(5):
            at.presses(key + ESCAPE + b"[A" + key + b"x" + key + key)
            at.presses(ESCAPE + b"[A" + ESCAPE + b"[B" + b"zz")
    at.waits_for(closes_what_is_open, "the session")
    at.presses(CTRL_Q)
    assert at.ends() == 0
    assert at.is_as_before


def closes_what_is_open(terminal: Terminal) -> bool:
    if READY in terminal.text and "esc" not in terminal.text:
        return True
    terminal.presses(ESCAPE)
    return False


def test_sigint_from_outside_opens_the_menu(terminal: Open) -> None:
    at = terminal()
    at.sees(READY)
    at.signals(signal.SIGINT)
    at.sees(MENU)
    at.presses(b"q")
    assert at.ends() == 0
    assert at.is_as_before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_leave_a_sane_terminal(terminal: Open, number: signal.Signals) -> None:
    at = terminal()
    at.sees(READY)
    at.signals(number)
    assert at.ends() == 128 + number
    assert at.is_as_before


@pytest.mark.parametrize("moment", ["at the first drawing", "while drawing", "later"])
def test_it_ends_with_its_terminal(terminal: Open, moment: str) -> None:
    """The window is closed: no process is left that holds the session."""
    at = terminal()
    at.sees(READY)
    if moment == "while drawing":
        at.presses(CTRL_P + b"e" + ESCAPE + F1)
    if moment == "later":
        at.presses(b"/hello" + ENTER)
        at.sees("The bot wants to run utter_greet")
    assert at.hangs_up() == 128 + signal.SIGHUP


def test_it_ends_with_its_terminal_although_who_started_it_says_nothing(terminal: Open) -> None:
    """`make run` as a window's own command: the hang-up is told to make, which waits for the program."""
    at = terminal(by=["/bin/sh", "-c", 'trap : HUP; "$@"; exit $?', "sh"])
    at.sees(READY)
    assert at.hangs_up() == 128 + signal.SIGHUP


def test_killed_and_started_again_it_is_exactly_there(terminal: Open) -> None:
    at = terminal()
    at.sees(READY)
    at.presses(b"/hello" + ENTER)
    at.sees("The bot wants to run utter_greet")
    at.presses(b"y")
    at.sees("The bot wants to run action_listen")
    at.signals(signal.SIGKILL)
    assert at.ends() == -signal.SIGKILL
    again = terminal("--resume")
    again.sees("/hello", "The bot wants to run action_listen")


def test_the_screen_follows_the_size_of_the_terminal(terminal: Open) -> None:
    at = terminal(size=(80, 24))
    at.sees(READY, "f3 conversation", "f6 stories")
    at.resize(40, 12)
    at.waits_for(lambda t: "f5 slots" in t.rows[1] and "enter" in t.rows[11], "the narrow screen")
    at.resize(120, 40)
    at.waits_for(lambda t: t.rows[1].count("╭") == 2 and "enter" in t.rows[39], "the wide screen")
    at.presses(b"still here")
    at.sees("still here")


def test_no_color_writes_no_colour(terminal: Open) -> None:
    at = terminal(NO_COLOR="1")
    at.sees(READY)
    at.presses(b"/hello" + ENTER)
    at.sees("The bot wants to run utter_greet")
    codes = {part for found in re.findall(rb"\x1b\[([0-9;]*)m", at.written) for part in found.split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"24", b"27", b"39", b"49"}, codes


def test_colours_are_written_otherwise(terminal: Open) -> None:
    at = terminal(NO_COLOR="")
    at.sees(READY)
    assert re.search(rb"\x1b\[[0-9;]*38;", at.written)


def test_ascii_writes_nothing_else(terminal: Open) -> None:
    at = terminal("--ascii")
    at.sees(READY, "+- f3 conversation")
    assert at.text.isascii(), at.text


def test_texts_that_look_like_markup_appear_as_they_are(terminal: Open) -> None:
    at = terminal(size=(120, 40))
    at.sees(READY)
    at.presses("[Rome](city) [/greet] {red} 你好".encode() + ENTER)
    at.sees("[Rome](city) [/greet] {red}")


def test_a_terminal_that_is_too_small_is_refused_in_one_line(terminal: Open) -> None:
    at = terminal(size=(39, 12))
    assert at.ends() == 2
    assert b"40x12" in at.written.replace(b"\r\n", b" ")


def test_without_a_terminal_it_says_what_to_do(bot: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trainer_tui", "."], cwd=bot, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--plain" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_it_runs_in_tmux(bot: Path, tmp_path: Path) -> None:
    server = str(tmp_path / "tmux")
    tmux = ["tmux", "-S", server]
    command = f"cd '{bot}' && '{sys.executable}' -m trainer_tui ."
    subprocess.run([*tmux, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command], check=True)
    try:
        shown = ""
        # As long as it takes on a busy machine; where the program ends, so does the server, and no pane is left.
        while READY not in shown:
            captured = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True)
            assert captured.returncode == 0, shown
            shown = captured.stdout
        assert "f3 conversation" in shown
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
