"""Additions to Markdown files of stories and of NLU data, in the file's own bullets and indentation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from trainer_tui.core.stories import StoryStep
from trainer_tui.formats.markdown.stories_writer import MarkdownStyle, story_lines
from trainer_tui.formats.patch.edits import Edit, end_of_content, insert_lines, replace_lines

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ACTION = re.compile(r"([ \t]*-[ \t]+)\S")
_USER = re.compile(r"([ \t]*\*[ \t]*)\S")
_HEADER = re.compile(r"([ \t]*#+[ \t]*)[^\s#]")
_SECTION = re.compile(r"[ \t]*##[ \t]*(\w+):(.*)")
_EXAMPLE = re.compile(r"([ \t]*[-*+][ \t]*)\S")


def append_story(text: str, step: StoryStep, form_turns: frozenset[int] = frozenset()) -> Edit:
    """One story more at the end of the file."""
    lines = story_lines(step, story_style(text), form_turns)
    position = _end(text)
    return insert_lines(text, position, lines, is_separate=bool(text[:position].strip("\ufeff")))


def replace_story(text: str, written: str, step: StoryStep, form_turns: frozenset[int] = frozenset()) -> Edit | None:
    """A story in the place of one that was written before and still stands there as it was written; None where it
    does not, or where more was written below it."""
    edit = replace_lines(text, written, story_lines(step, story_style(text), form_turns))
    if edit is None:
        return None
    following = text[edit.end :].split("\n", 1)[1:]
    below = following[0].lstrip() if following else ""
    return edit if not below or below.startswith(("#", "<!--", ">>")) else None


def append_examples(text: str, intent: str, marked: Sequence[str]) -> Edit:
    """Messages, already marked, at the end of the last section of their intent; of a new section where it has none."""
    last_header = last_line = None
    bullets: Counter[str] = Counter()
    for start, line in _lines(text):
        header = _SECTION.match(line)
        if header:
            is_wanted = header[1] == "intent" and header[2].strip() == intent
            last_header = start if is_wanted else None if last_header is None else last_header
            inside = is_wanted
            if is_wanted:
                last_line = start
        elif (example := _EXAMPLE.match(line)) is not None:
            bullets[example[1]] += 1
            if last_header is not None and inside:
                last_line = start
    bullet = bullets.most_common(1)[0][0] if bullets else "- "
    lines = [bullet + message for message in marked]
    if last_line is None:
        position = _end(text)
        head = f"## intent:{intent}"
        return insert_lines(text, position, [head, *lines], is_separate=bool(text[:position].strip("\ufeff")))
    return insert_lines(text, end_of_content(text, text.find("\n", last_line) + 1 or len(text)), lines)


def story_style(text: str) -> MarkdownStyle:
    """What stands before most actions, messages and names of this file."""
    found: dict[str, Counter[str]] = {"action": Counter(), "user": Counter(), "header": Counter()}
    for _, line in _lines(text):
        for kind, pattern in (("action", _ACTION), ("user", _USER), ("header", _HEADER)):
            match = pattern.match(line)
            if match:
                found[kind][match[1]] += 1
    default = MarkdownStyle()
    return MarkdownStyle(
        *(
            found[kind].most_common(1)[0][0] if found[kind] else usual
            for kind, usual in (
                ("action", default.action_bullet),
                ("user", default.user_bullet),
                ("header", default.header),
            )
        )
    )


def _end(text: str) -> int:
    """The end of the content; before a comment that is opened and never closed, since it hides what follows."""
    last = None
    for comment in _COMMENT.finditer(text):
        last = comment
    if last is not None and not last.group().endswith("-->"):
        return end_of_content(text, last.start())
    return end_of_content(text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """(place, line) of every line, comments blanked out."""
    visible = _COMMENT.sub(_blank, text)
    position = int(text.startswith("\ufeff"))
    for line in visible[position:].splitlines(keepends=True):
        yield position, line.rstrip()
        position += len(line)


def _blank(comment: re.Match[str]) -> str:
    return "".join(character if character in "\r\n" else " " for character in comment.group())


def sections(text: str) -> Iterable[tuple[str, str]]:
    """(kind, name) of every section of an NLU file: ("intent", "greet"), ("synonym", "New York")."""
    for _, line in _lines(text):
        header = _SECTION.match(line)
        if header:
            yield header[1], header[2].strip()
