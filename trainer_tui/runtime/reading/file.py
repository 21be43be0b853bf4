"""One file of a bot, read from the disk: its text for all it holds, and what else it needs from beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from os.path import isfile
from pathlib import Path

from trainer_tui.dataclass import replace
from trainer_tui.errors import FormatError
from trainer_tui.formats.encoding import decode
from trainer_tui.formats.file_contents import FileContents, contents_of
from trainer_tui.formats.nlu_building import NluRead
from trainer_tui.formats.nlu_text import parse_nlu
from trainer_tui.formats.yaml.reader import as_problem
from trainer_tui.runtime.files import read_content, read_text
from trainer_tui.runtime.reading.kept import KeptReading


def read_file(
    path: Path,
    shown: str,
    *,
    is_test: bool = False,
    is_stray: bool = False,
    environ: Mapping[str, str] | None = None,
    kept: KeptReading | None = None,
) -> FileContents:
    """As `contents_of`; a file that cannot be read at all is broken, but a stray one is nobody's. What is `kept` of an
    earlier reading of the same content is not read again."""
    try:
        content = read_content(path, shown)
        content_hash = hashlib.sha256(content).hexdigest()
        known = kept.find(content_hash, shown, is_test=is_test, is_stray=is_stray) if kept else None
        if known is not None:
            return known
        text = decode(content, shown)
    except FormatError as error:
        return FileContents() if is_stray else FileContents(problems=(as_problem(error),), is_broken=True)
    read = contents_of(
        text,
        shown,
        is_test=is_test,
        is_stray=is_stray,
        beside=lambda name: _beside(path, name),
        environ=environ,
    )
    contents = replace(read, content_hash=content_hash)
    # What an export in JSON says stands in other files, too.
    if kept and path.suffix.lower() != ".json":
        kept.keep(content, shown, contents, is_test=is_test, is_stray=is_stray)
    return contents


def read_nlu_file(path: Path) -> NluRead:
    """As `parse_nlu`."""
    try:
        text = read_text(path)
    except FormatError as error:
        return NluRead(problems=(as_problem(error),))
    return parse_nlu(text, str(path), lambda name: _beside(path, name))


def _beside(path: Path, name: str) -> str | None:
    file = path.with_name(name)
    return read_text(file) if isfile(file) else None
