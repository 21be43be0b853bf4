"""A turn changed in a real terminal: wrong input, a paste, and keys that come all at once."""

from __future__ import annotations

from collections.abc import Callable

from tests.terminal.terminal import Terminal

ENTER = b"\r"
CTRL_R = b"\x12"
CTRL_U = b"\x15"
CTRL_Z = b"\x1a"
CTRL_L = b"\x0c"


def test_a_message_is_changed_and_the_change_is_undone(terminal: Callable[..., Terminal]) -> None:
    at = terminal()
    at.sees("Say something to the bot")
    at.presses(b"/hello" + ENTER)
    at.sees("The bot wants to run utter_greet")
    at.presses(b"a")
    at.sees("Your message")
    at.presses(CTRL_R + ENTER + b"m")
    at.sees("turn 1 says")
    at.presses(CTRL_U + ENTER)
    at.sees("the message is empty")
    # A paste of two lines is one message.
    at.presses(b"\x1b[200~/goodbye\n\x1b[201~" + ENTER)
    at.sees("turn 1 says /good", "utter_goodbye")
    at.presses(CTRL_Z)
    at.sees("/hello", "utter_greet")
    at.presses(CTRL_L)
    at.sees("time line", "/goodbye")
    at.presses(b"\x1b")
    at.no_longer_sees("time line")
    at.presses(b"\x11")
    assert at.ends() == 0
