"""What was read of story files, kept by what stands in them: of ten files of which one has changed nine are not parsed.

One file of JSON lines holds it, beside the models: first who wrote it and the SHA-256 of all the rest, then two lines
a story file: what it is, and its stories, which are only looked at when somebody asks for them. It holds what the last
reading of this project was made of, and is put in place whole, so that two sessions may share it. It is never needed: a
damaged one, or one of another version, is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from trainer_tui import __version__
from trainer_tui.core.stories import StoryFile
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.formats.file_contents import RULES, STORIES, TEST_STORIES, FileContents
from trainer_tui.formats.json.stories import Unwritable, stories_from_json, stories_to_json
from trainer_tui.runtime.files import write_atomically
from trainer_tui.runtime.later import Later, LaterSequence

_BY = f"trainer-tui {__version__} reading 2"
"""Who wrote it. The number is that of the format, and of what reading makes of a text."""

_STORIES_ALONE = frozenset((STORIES, RULES, TEST_STORIES))


_VARIABLES = (b"${", b"\\u0024", b"\\U00000024")
"""How a variable of the environment may begin: what such a text says depends on more than the text."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """One story file as it is written: what it is, read already, and the two lines."""

    told: Mapping[str, Any]
    lines: tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class _New:
    """One story file that was read just now."""

    shown: str
    contents: FileContents


class KeptReading:
    """What one reading of a project finds here, and leaves here for the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _read(path)
        self._now: dict[str, _Kept | _New] = {}

    def find(self, content_hash: str, shown: str, *, is_test: bool, is_stray: bool) -> FileContents | None:
        """What was read of that very content under that name and in that part; None where it must be read."""
        key = _key(content_hash, shown, is_test, is_stray)
        kept = self._before.get(key)
        if kept is None:
            return None
        self._now[key] = kept
        return _contents(kept, shown, content_hash)

    def keep(self, content: bytes, shown: str, contents: FileContents, *, is_test: bool, is_stray: bool) -> None:
        """Leave it for the next reading, where it is a file of stories and nothing else."""
        rest = replace(contents, stories=StoryFile(), holds=frozenset(), version=None, problems=(), content_hash="")
        has_more = rest != FileContents()
        if contents.holds <= _STORIES_ALONE and not has_more and not any(sign in content for sign in _VARIABLES):
            self._now.setdefault(_key(contents.content_hash, shown, is_test, is_stray), _New(shown, contents))

    def write(self) -> None:
        """Put in place what this reading was made of, unless it is there; all is done with this then."""
        before, now = self._before, self._now
        self._before, self._now = {}, {}
        if now.keys() == before.keys():
            return
        kept = (_written(key, file) if isinstance(file, _New) else file for key, file in now.items())
        rest = b"\n".join(line for file in kept for line in file.lines)
        first = _as_json({"by": _BY, "sha256": hashlib.sha256(rest).hexdigest()})
        with contextlib.suppress(TrainerError):
            write_atomically(self._path, (first + b"\n" + rest).decode())


def _read(path: Path) -> dict[str, _Kept]:
    try:
        first, _, rest = path.read_bytes().partition(b"\n")
        about = json.loads(first)
        if about["by"] != _BY or about["sha256"] != hashlib.sha256(rest).hexdigest():
            return {}
        lines = rest.split(b"\n")
        found = {}
        for line, stories in zip(lines[::2], lines[1::2], strict=True):
            told = json.loads(line)
            found[str(told["key"])] = _Kept(told, (line, stories))
        return found
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _key(content_hash: str, shown: str, is_test: bool, is_stray: bool) -> str:
    told = f"{content_hash} {is_test:d} {is_stray:d} {shown}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _written(key: str, file: _New) -> _Kept:
    contents = file.contents
    told = {
        "key": key,
        "holds": sorted(contents.holds),
        "version": contents.version,
        "problems": [asdict(problem) for problem in contents.problems],
        "steps": len(contents.stories.steps),
        "rules": len(contents.stories.rules),
    }
    try:
        stories = stories_to_json(contents.stories, file.shown)
    except Unwritable:
        # So that the next reading knows that nothing is to be written here.
        told, stories = {"key": key}, {}
    return _Kept(told, (_as_json(told), _as_json(stories)))


def _contents(kept: _Kept, shown: str, content_hash: str) -> FileContents | None:
    told = kept.told
    if "holds" not in told:
        return None
    stories = Later(lambda _: stories_from_json(json.loads(kept.lines[1]), shown))
    return FileContents(
        holds=frozenset(told["holds"]),
        stories=StoryFile(
            LaterSequence(lambda _: stories().steps, told["steps"]),
            LaterSequence(lambda _: stories().rules, told["rules"]),
        ),
        version=told["version"],
        problems=tuple(
            Problem(**{**problem, "place": Place(**problem["place"]) if problem["place"] else None})
            for problem in told["problems"]
        ),
        content_hash=content_hash,
    )


def _as_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
