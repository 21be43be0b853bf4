"""NumPy, imported by the first calculation: `from trainer_tui.numerics import np`.

A session asks its first question without one, and NumPy takes a third of the time until then. So what calculates
imports it from here; what stands at the top of such a module, and only says of which type an array is, stands under
`TYPE_CHECKING`.

>>> float(np.sqrt(4.0))
2.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["np"]

if TYPE_CHECKING:
    import numpy as np
else:

    class _Later:
        """A module whose names are looked up once, and then are its own."""

        def __getattr__(self, name: str) -> Any:
            import numpy

            found = getattr(numpy, name)
            setattr(self, name, found)
            return found

    np = _Later()


def load() -> None:
    """Import NumPy ahead of the first calculation."""
    import numpy  # noqa: F401
