"""How panes share the rows of a column: each by what it holds."""

from __future__ import annotations

from collections.abc import Sequence


def shares(height: int, wanted: Sequence[int], useful: Sequence[int], least: int = 3) -> list[int]:
    """So many rows for each, together `height` where that is enough for `least` each.

    Nobody has more than is wanted while another lacks; what is left goes to whom it is useful, then to the last.
    """
    given = [min(least, want) for want in wanted]
    for measure in (wanted, useful):
        while sum(given) < height:
            lacking = [place for place, most in enumerate(measure) if given[place] < most]
            if not lacking:
                break
            given[min(lacking, key=given.__getitem__)] += 1
    given[-1] += max(0, height - sum(given))
    return given
