"""What is wrong with a text that is not YAML, in words that help."""

from __future__ import annotations

import re

from trainer_tui.errors import FormatError, Place

_HINTS = (
    ("mapping values are not allowed", "Put a text that holds ': ' into quotes, or check the indentation."),
    ("expected <block end>", "Check the indentation of this line and of those above; quotes end a text."),
    ("could not find expected ':'", "A key needs ': ' behind it; a text over several lines needs '|' or quotes."),
    ("undefined alias", "Put a text that begins with '*' into quotes."),
    ("single document", "Rasa reads one document a file: remove the '---' and what follows, or move it elsewhere."),
    ("cannot start any token", "Indent with blanks, not with tabs; put a text that begins with @ or ` into quotes."),
    ("unexpected end of stream", "A quote or bracket that was opened is not closed."),
    ("nested", "No Rasa file needs that; check the indentation."),
    ("special characters", "Remove the control character, or write it as an escape in double quotes."),
    ("control characters", "Remove the control character, or write it as an escape in double quotes."),
)


def syntax_error(error: Exception, text: str, path: str) -> FormatError:
    """PyYAML's error as ours: where it is, what was found, and what to do about it."""
    found = " ".join(str(getattr(error, part, None) or "") for part in ("context", "problem", "reason")).strip()
    found = found or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(path, mark.line + 1, mark.column + 1) if mark else _unreadable_place(text, path)
    hint = next((hint for part, hint in _HINTS if part in found), "Check the indentation, quotes and colons here.")
    return FormatError("this is not YAML", found, hint, place)


_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _unreadable_place(text: str, path: str) -> Place:
    """Where the first character stands that YAML does not allow: the parser does not tell."""
    match = _UNREADABLE.search(text)
    if not match:
        return Place(path)
    before = text[: match.start()]
    return Place(path, before.count("\n") + 1, match.start() - before.rfind("\n"))
