"""What is wrong with a text that is not YAML, in words that help.

The parser's own words are shown, but nothing is decided by them: they change from one release to the next, and the C
parser's were never those of the Python one. What to do follows from the kind of error, from what stands in the text
where it was found, and from what stands where the part began that it breaks off.
"""

from __future__ import annotations

import re

import yaml
from yaml.composer import ComposerError
from yaml.error import Mark
from yaml.parser import ParserError
from yaml.scanner import ScannerError

from trainer_tui.errors import FormatError, Place

MAXIMUM_DEPTH = 200

_TITLE = "this is not YAML"
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""", re.DOTALL)
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


def syntax_error(error: Exception, text: str, path: str) -> FormatError:
    """PyYAML's error as ours: where it is, what was found, and what to do about it. `text` has no byte order mark."""
    found = " ".join(str(getattr(error, part, None) or "") for part in ("context", "problem", "reason")).strip()
    found = found or str(error).splitlines()[0]
    mark: Mark | None = getattr(error, "problem_mark", None)
    if mark is None:
        return _unreadable(found, text, path)
    place = Place(path, mark.line + 1, mark.column + 1)
    if _is_too_deep(text, mark):
        return too_deep(place)
    return FormatError(_TITLE, found, _hint(error, text, mark), place)


def too_deep(place: Place) -> FormatError:
    found = f"lists and mappings are nested more than {MAXIMUM_DEPTH} deep"
    return FormatError(_TITLE, found, "No Rasa file needs that; check the indentation and the brackets.", place)


def _hint(error: Exception, text: str, mark: Mark) -> str:
    """What to do: `here` is the text from the error on, `part` from where the part began that the error breaks off."""
    start: Mark = getattr(error, "context_mark", None) or mark
    here, part = text[mark.index :], text[start.index :]
    match error:
        case _ if part.startswith("*"):
            return "Put a text that begins with '*' into quotes."
        case ComposerError() if here.startswith("---"):
            return "Rasa reads one document a file: remove the '---' and what follows, or move it elsewhere."
        case ScannerError() if here.startswith(("\t", "@", "`", "%")):
            return "Indent with blanks, not with tabs; put a text that begins with @, % or ` into quotes."
        case ScannerError() if part.startswith(('"', "'")) and not _QUOTED.match(part):
            return "A quote that was opened is not closed."
        case ScannerError() if mark.line > start.line:
            return "A key needs ': ' behind it; a text over several lines needs '|' or quotes."
        case ScannerError() if here.startswith(":"):
            return "Put a text that holds ': ' into quotes, or check the indentation."
        case ParserError() if part.startswith(("[", "{")):
            return "A bracket that was opened is not closed, or a comma is missing between what it holds."
        case ParserError() if mark.index > start.index:
            return "Check the indentation of this line and of those above; a quote or bracket that closes ends a text."
    return "Check the indentation, quotes and colons here."


def _is_too_deep(text: str, mark: Mark) -> bool:
    """Whether more levels are open at the mark than are read here.

    From 0.2.6 on libyaml refuses a depth of its own while it looks ahead, before it has told of a single level.
    PyYAML's scanner in Python has no such limit and counts them. It is slow, so it is asked only where that many
    levels find room: each needs a bracket or a column.
    """
    before = text[: mark.index]
    brackets = before.count("[") + before.count("{") - before.count("]") - before.count("}")
    if brackets + mark.column < MAXIMUM_DEPTH:
        return False
    depth = 0
    try:
        for token in yaml.scan(before, Loader=yaml.SafeLoader):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if depth > MAXIMUM_DEPTH:
                return True
    except yaml.YAMLError:
        pass
    return False


def _unreadable(found: str, text: str, path: str) -> FormatError:
    """The first character that YAML does not allow: the parser does not tell where it stands."""
    match = _UNREADABLE.search(text)
    if not match:
        return FormatError(_TITLE, found, "Check the characters that are no letters.", Place(path))
    before = text[: match.start()]
    place = Place(path, before.count("\n") + 1, match.start() - before.rfind("\n"))
    return FormatError(_TITLE, found, "Remove the control character, or write it as an escape in double quotes.", place)
