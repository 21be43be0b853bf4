"""What is written for a person to read: numbers of things, and texts that a terminal must not obey.

>>> counted(1, "story"), counted(2, "story"), counted(0, "example")
('1 story', '2 stories', '0 examples')
>>> print(unobeyed("mine\\x1b]0;yours\\x07"))
mine\\x1b]0;yours\\x07
>>> clean("two\\nlines \\x1b[31min red")
'two⏎lines ␛[31min red'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# The ends of lines and tabs are told apart by whoever prints.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, sets a title, ends a line where nobody sees why, or turns what follows around; and a lone half
of a surrogate pair, which cannot be printed at all."""


def counted(number: int, what: str) -> str:
    """The number and the noun, which takes its plural unless the number is 1."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def listed(names: Sequence[str], most: int) -> str:
    """The first so many names, and how many more there are.

    >>> listed(["greet", "deny"], 3), listed(["greet", "deny", "thank"], 2)
    ('greet, deny', 'greet, deny and 1 more')
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def quoted(found: object, most: int) -> str:
    """What was found, as Python writes it, in about so many characters: where it is cut off, it says so.

    >>> quoted("to Rome", 9), quoted("to Rome, and back", 9), quoted(["to Rome", "back"], 9)
    ("'to Rome'", "'to Rome,…'", "['to Rom…")
    """
    if isinstance(found, str):
        return repr(found if len(found) <= most else f"{found[: most - 1]}…")
    shown = repr(found)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def near(typed: str, names: Iterable[str]) -> list[str]:
    """What may have been meant by a name that is none, the likeliest first."""
    from difflib import get_close_matches

    known = {name.casefold(): name for name in names}
    return [known[name] for name in get_close_matches(typed.casefold(), known)]


def nearest(typed: str, names: Iterable[str]) -> str:
    """The same as a sentence; "" where nothing is near."""
    meant = near(typed, names)
    return f"The nearest: {', '.join(map(repr, meant))}." if meant else ""


def unobeyed(text: str) -> str:
    """The text as a line, or lines, for a terminal: what would steer it is shown as Python writes it (`\\x1b`)."""
    return STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


def clean(text: str) -> str:
    """The text in one row of a screen; each character that would steer is shown as another, so that places stay."""
    if text.isascii() and text.isprintable():
        return text
    return STEERING.sub(_picture, text.replace("\n", "⏎").replace("\t", " "))


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "�"
