"""How far work is that takes a while, said in one way everywhere: what, how much of it, how long still.

>>> print(bar(0.3, 10, "=", "-"), how_far(0.3, 6.0))
===------- 30 %, about 14 s more
>>> print(how_far(0.0, 6.0))
6 s
>>> list(each("ab", "judging", lambda doing, share: print(doing, share)))
judging 0.0
judging 0.5
['a', 'b']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; 0 where nobody knows."""


def unheard(doing: str, share: float) -> None:
    """Progress that nobody watches."""


def each(items: Sequence[Item], doing: str, tell: Progress) -> Iterator[Item]:
    """The items, and before each how many of them are behind."""
    for number, item in enumerate(items):
        tell(doing, number / len(items))
        yield item


def how_far(share: float, seconds: float) -> str:
    """The share, and how long the rest takes if it goes on as in the seconds so far; else the seconds."""
    if not share:
        return f"{seconds:.0f} s"
    return f"{share:.0%}".replace("%", " %") + f", about {max(seconds * (1 - share) / share, 1):.0f} s more"


def bar(share: float, width: int, full: str, empty: str) -> str:
    done = round(min(max(share, 0.0), 1.0) * width)
    return full * done + empty * (width - done)
