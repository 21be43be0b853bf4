"""NLU data → Markdown of Rasa 1.x and before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.formats.entity_writing import marked_example
from trainer_tui.formats.synonyms import by_value, unmarked_synonyms
from trainer_tui.words import quoted

# Rasa's own reader of Markdown breaks off at a tab or backspace.
_NOT_IN_MARKDOWN = re.compile(r"<!--|##|[\t\b]")


def write_nlu_markdown(data: TrainingData) -> str:
    """A whole file; examples keep their order, those of one intent in a row stand in one section.

    Examples without an intent have no place in Markdown and are left out, as is metadata. FormatError for a text that
    a Markdown line cannot hold.
    """
    sections = [
        *(
            _section(f"intent:{intent}", (marked_example(example, has_json_notation=False) for example in found))
            for intent, found in groupby(data.examples, key=lambda example: example.intent)
            if intent is not None
        ),
        *(_section(f"synonym:{value}", said) for value, said in by_value(unmarked_synonyms(data)).items()),
        *(
            _section(f"regex:{name}", (pattern for _, pattern in found))
            for name, found in groupby(data.regexes, key=lambda regex: regex[0])
        ),
        *(_section(f"lookup:{lookup.name}", lookup.elements, lookup.path) for lookup in data.lookups),
    ]
    return "\n".join(sections)


def markdown_item(text: str) -> str:
    """The text as it stands behind a bullet; FormatError where Markdown would read it as something else."""
    if text != text.strip() or len(text.splitlines()) != 1 or _NOT_IN_MARKDOWN.search(text):
        raise FormatError(
            f"{quoted(text, 80)} cannot be written in Markdown",
            "It has several lines, a tab, blanks at its ends, or '##' or '<!--' in it.",
            "Write it into a YAML or JSON file.",
        )
    return text


def _section(head: str, items: Iterable[str], path: str | None = None) -> str:
    lines = [f"## {head}", *(f"- {markdown_item(item)}" for item in items)]
    return "\n".join([*lines, *([f"  {path}"] if path else []), ""])
