"""How far work is that takes a while, said in one way everywhere: what, how much of it, how long still.

>>> print(bar(0.3, 10, "=", "-"), how_far(0.3, 6.0))
===------- 30 %, about 14 s more
>>> print(how_far(0.3, 6.0, waited=5.0))
30 %, about 9 s more
>>> print(how_far(0.0, 6.0))
6 s
>>> list(each("ab", "judging", lambda doing, share: print(doing, share)))
judging 0.0
judging 0.5
['a', 'b']
>>> list(each(["long", "one"], "reading", lambda doing, share: print(doing, share), len))
reading 0.0
reading 0.5714285714285714
['long', 'one']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; 0 where nobody knows."""


def unheard(doing: str, share: float) -> None:
    """Progress that nobody watches."""


def _one(item: object) -> int:
    return 1


def each(items: Sequence[Item], doing: str, tell: Progress, size: Callable[[Item], int] = _one) -> Iterator[Item]:
    """The items, and before each how much is behind: how many of them, or how much of their sizes."""
    for item, part in parts(items, tell, size):
        part(doing, 0.0)
        yield item


def parts(items: Sequence[Item], tell: Progress, size: Callable[[Item], int] = _one) -> Iterator[tuple[Item, Progress]]:
    """The items, each with the progress of its own part of the work, which is as large as its size."""
    whole, behind = max(sum(map(size, items)), 1), 0
    for item in items:
        end = behind + size(item)
        yield item, part_of(tell, behind / whole, end / whole)
        behind = end


def part_of(tell: Progress, first: float, last: float) -> Progress:
    """Progress of a part of the work, which takes it from the share `first` to `last`."""
    return lambda doing, share: tell(doing, first + share * (last - first))


def how_far(share: float, seconds: float, waited: float = 0.0) -> str:
    """The share, and how long the rest takes if it goes on as in the `seconds` that it took, with `waited` more gone by
    since; else the seconds."""
    if not share:
        return f"{seconds + waited:.0f} s"
    return f"{share:.0%}".replace("%", " %") + f", about {max(seconds * (1 - share) / share - waited, 1):.0f} s more"


def bar(share: float, width: int, full: str, empty: str) -> str:
    done = round(min(max(share, 0.0), 1.0) * width)
    return full * done + empty * (width - done)
