"""Typing ahead in a real terminal: bursts in one packet, pastes, letters that stand alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.terminal.terminal import Terminal

Open = Callable[..., Terminal]

ENTER = b"\r"
PASTE = b"\x1b[200~%s\x1b[201~"

READY = "Say something"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_is_typed_or_pasted_early_is_the_next_message(terminal: Open, size: tuple[int, int]) -> None:
    at = terminal(size=size)
    at.sees(READY)
    # One packet: a message, Enter, and the next message before anything was asked.
    at.presses(b"/hello" + ENTER + b"my laptop is broken")
    at.sees("The bot wants to run utter_greet", "next message my laptop is broken")
    at.presses(PASTE % b"\r\nyes, really\r\n")
    at.sees("next message my laptop is broken yes, really")
    at.presses(b"\x1b")
    at.no_longer_sees("letters answer again")
    at.presses(b"y")
    at.sees("The bot wants to run action_listen", "my laptop is broken")
    at.presses(ENTER)
    at.sees("Is this right?", "my laptop is broken")
