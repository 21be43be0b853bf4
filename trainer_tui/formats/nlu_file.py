"""One NLU file of any notation, told by its contents."""

from __future__ import annotations

import re
from pathlib import Path

from trainer_tui.errors import FormatError, Place, Problem
from trainer_tui.formats.json.imports import read_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.nlu_building import NluRead
from trainer_tui.formats.text_files import read_text
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.reader import as_problem

_HEADER = re.compile(r"^[ \t]*##[ \t]*(?:intent|synonym|regex|lookup):", re.MULTILINE)
_YAML_KEY = re.compile(r"^(?:nlu|version)[ \t]*:", re.MULTILINE)


def holds_markdown_nlu(text: str) -> bool:
    """Whether a text has the headers of NLU data in Markdown; rasa_nlu's server took them inside YAML, too."""
    return bool(_HEADER.search(text))


def read_nlu_file(path: Path) -> NluRead:
    """The NLU data of the file; never raises: what is wrong is in `problems`, the rest is read."""
    shown = str(path)
    try:
        text = read_text(path)
    except FormatError as error:
        return NluRead(problems=(as_problem(error),))
    suffix = path.suffix.lower()
    if suffix == ".json":
        expected = 'Expected {"rasa_nlu_data": {"common_examples": […]}}.'
        nothing = Problem("the file holds no NLU data", Place(shown), expected)
        return read_nlu_json(path, text, shown) or NluRead(problems=(nothing,))
    if suffix in (".yml", ".yaml") and (_YAML_KEY.search(text) or not holds_markdown_nlu(text)):
        return parse_nlu_yaml(text, shown)
    return parse_nlu_markdown(text, shown)
