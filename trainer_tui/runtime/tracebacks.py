"""What went wrong, in the text of a log: the errors of its tracebacks, where they arose, and what was warned of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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
    found = list(_tracebacks(lines))
    if not found:
        return ""
    error, frames = found[-1]
    for file, line in reversed(frames):
        if root and file.is_relative_to(root):
            return f"{error} ({file.relative_to(root)}, line {line})"
    return error


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
