"""What went wrong, in the text of a log: the errors of its tracebacks, where they arose, and what was warned of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from trainer_tui.errors import Place

_FRAME = re.compile(r'\s+File "(.+)", line (\d+)')
_ERROR = re.compile(r"[A-Za-z_][\w.]*(: |$)")


_WARNING = re.compile(r"(?:[-\d]+ [:,.\d]+ )?(?:WARNING|ERROR|CRITICAL)(?: +|:)[\w.]+(?: +- |:) *(?P<message>\S.*)")
"""A line as the loggers of rasa_sdk and, without the time, of logging.basicConfig write it."""


def warnings(lines: Iterable[str]) -> list[str]:
    """What loggers warned of, each once."""
    found = (_WARNING.match(line) for line in lines)
    return list(dict.fromkeys(match["message"].strip() for match in found if match))


def errors(lines: Iterable[str]) -> list[str]:
    """The line at the end of each traceback."""
    return [error for error, _ in _tracebacks(lines)]


def last_error(lines: Iterable[str], root: Path | None = None) -> str:
    """`ValueError: no such city (actions.py, line 12)`, with the innermost place in `root`; "" without a traceback."""
    lines = list(lines)
    error = next(reversed(errors(lines)), "")
    place = last_place(lines, root) if root else None
    return f"{error} ({Path(place.path).relative_to(root)}, line {place.line})" if place and root else error


def last_place(lines: Iterable[str], root: Path) -> Place | None:
    """The innermost place in `root` of the last traceback."""
    frames = next(reversed([frames for _, frames in _tracebacks(lines)]), ())
    inside = (Place(str(file), int(line)) for file, line in reversed(frames) if file.is_relative_to(root))
    return next(inside, None)


def _tracebacks(lines: Iterable[str]) -> Iterator[tuple[str, Sequence[tuple[Path, str]]]]:
    """Each error with its frames (file, line), innermost last."""
    frames: list[tuple[Path, str]] = []
    for line in lines:
        if line.startswith("  "):
            frame = _FRAME.match(line)
            if frame:
                frames.append((Path(frame[1]), frame[2]))
            continue
        if frames and _ERROR.match(line):
            yield line.strip(), frames
        frames = []
