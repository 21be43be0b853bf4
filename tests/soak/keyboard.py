"""What a cat on the keyboard does: keys, the mouse, pastes, other sizes of the window, as the terminal sends them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Literal, NamedTuple

Size = tuple[int, int]
Kind = Literal["key", "mouse", "paste", "resize"]

SIZES: tuple[Size, ...] = ((80, 24), (120, 40), (40, 12), (60, 16), (160, 50), (100, 30), (30, 8))
_ANSWERS = ("\r", "\r", "\r", "y", "n", "i", "t", "1", "2", "3", "s", "r", "d", "o", "e", "\t", "\x1b[Z", "\x1b")
_CONTROLS = tuple(chr(ord(letter) & 0x1F) for letter in "abefgknopqrstuvwxyz" if letter != "q")
_MOVING = tuple(f"\x1b[{code}" for code in ("A", "B", "C", "D", "H", "F", "5~", "6~", "2~", "3~", "1;5C", "1;2A"))
_FUNCTIONS = ("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", *(f"\x1b[{code}~" for code in (15, 17, 18, 19, 20, 21, 23, 24)))
_LETTERS = (*"abcdefghijklmnopqrstuvwxyzFGNEW/?+-*.:;<>'\"()[]{}0456789 ", "é", "词", "🙂", "\x7f", "\x7f")
_OTHERS = ("\x1bf", "\x1bb", "\x1b\x7f", "\x1b[I", "\x1b[O")
_MESSAGES = ("hello", "/greet", "/stop", '/inform{"cuisine": "thai"}', "[a](b)", "/search_concerts", "词 {x}", "no way")
_PASTED = ("two\nlines", "\ttabs", "a" * 300, "/greet\n/stop\n", "عربي", "e\u0301 🙂", "", "y\ny\ny\n", "{'a': [1")


class Stroke(NamedTuple):
    """`sent` is what the terminal sends; a resize sends nothing but makes the window of this `size`."""

    kind: Kind
    sent: str = ""
    size: Size | None = None


def strokes(chance: random.Random, size: Size) -> Iterator[Stroke]:
    """Without end, and never the key that quits or the one for the menu, which are for whoever watches."""
    while True:
        match chance.random():
            case roll if roll < 0.05:
                yield from (Stroke("key", letter) for letter in chance.choice(_MESSAGES) + "\r")
            case roll if roll < 0.20:
                for sent in _mouse(chance, size):
                    yield Stroke("mouse", sent)
            case roll if roll < 0.215:
                yield Stroke("paste", f"\x1b[200~{chance.choice(_PASTED)}\x1b[201~")
            case roll if roll < 0.22:
                size = chance.choice(SIZES)
                yield Stroke("resize", size=size)
            case _:
                kinds = (_ANSWERS, _ANSWERS, _ANSWERS, _CONTROLS, _MOVING, _MOVING, _FUNCTIONS, _LETTERS, _OTHERS)
                yield Stroke("key", chance.choice(chance.choice(kinds)))


def _mouse(chance: random.Random, size: Size) -> Iterator[str]:
    """A click, a drag, a turn of the wheel, or a movement."""
    button = chance.choice((0, 0, 0, 1, 2))
    column, row = chance.randint(1, size[0]), chance.randint(1, size[1])
    match chance.choice(("click", "click", "drag", "wheel", "move", "press", "release")):
        case "click":
            yield f"\x1b[<{button};{column};{row}M"
            yield f"\x1b[<{button};{column};{row}m"
        case "drag":
            yield f"\x1b[<{button};{column};{row}M"
            for _ in range(chance.randint(1, 4)):
                column, row = chance.randint(1, size[0]), chance.randint(1, size[1])
                yield f"\x1b[<{button + 32};{column};{row}M"
            yield f"\x1b[<{button};{column};{row}m"
        case "wheel":
            yield f"\x1b[<{chance.choice((64, 65))};{column};{row}M"
        case "move":
            yield f"\x1b[<35;{column};{row}M"
        case "press":
            yield f"\x1b[<{button};{column};{row}M"
        case _:
            yield f"\x1b[<{button};{column};{row}m"
