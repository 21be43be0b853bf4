"""What runs beside the keys, in Textual's workers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode


def work_beside(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, object]], group: str, *, exclusive: bool = False
) -> None:
    """Run it as long as the node is there; `exclusive` ends what else the node has running in the group.

    The coroutine is made when its turn comes: one that were ended before that would never be awaited.
    """
    node.run_worker(work, group=group, exclusive=exclusive)  # type: ignore[arg-type]
