"""NLU data in Markdown, rasa_nlu 0.10 to Rasa 2.8."""

from __future__ import annotations

import re

from trainer_tui.formats.nlu_building import NluBuilder, NluRead
from trainer_tui.formats.report import Report
from trainer_tui.words import quoted

_HEADER = re.compile(r"##\s*([^:]+):(.+)")
_SECTIONS = ("intent", "synonym", "regex", "lookup")


def parse_nlu_markdown(text: str, path: str) -> NluRead:
    """The NLU data of a Markdown text; never raises: what is wrong is in `problems`, the rest is read.

    A backslash is a backslash: `\\n` in an example stays two characters, as in Rasa 2.8.
    """
    report = Report(path)
    builder = NluBuilder(report)
    section, title = "", ""
    for number, raw in enumerate(_without_comments(text.removeprefix("\ufeff")).splitlines(), start=1):
        line = raw.strip()
        header = _HEADER.search(line)
        if header:
            section, title = header[1].strip(), header[2]
            if section not in _SECTIONS:
                known = ", ".join(_SECTIONS)
                report.error(number, f"the section {quoted(section, 60)} is unknown", f"Expected one of {known}.")
        elif line[:1] in ("-", "*", "+"):
            _add_item(section, title, line[1:].lstrip(), number, builder)
        elif section == "lookup" and line and not line.startswith("#"):
            builder.add_lookup(title.strip(), path=line)
        elif section in _SECTIONS and line and not line.startswith("#"):
            hint = (
                "Write '- ' before it; only lookup tables may name a file."
                if section != "intent"
                else "Write '- ' before it."
            )
            report.warning(
                number, f"the line {quoted(line, 60)} of the {section} {title.strip()!r} is no item and left out", hint
            )
    return builder.finish()


def _add_item(section: str, title: str, item: str, number: int, builder: NluBuilder) -> None:
    if not item:
        return
    match section:
        case "intent":
            builder.add_marked(item, title, number)
        case "synonym":
            builder.add_synonym(item, title, number)
        case "regex":
            builder.add_regex(title, item, number)
        case "lookup":
            builder.add_lookup(title, (item,))
        case "":
            builder.report.warning(number, "an example stands before the first '## intent:' and is left out")


def _without_comments(text: str) -> str:
    """The text with `<!-- … -->` cut out, its line breaks kept so that lines keep their numbers."""
    parts: list[str] = []
    while True:
        before, found, rest = text.partition("<!--")
        parts.append(before)
        comment, end, after = rest.partition("-->")
        if not end:
            parts.append(found + rest)
            return "".join(parts)
        parts.append("\n" * comment.count("\n"))
        text = after
