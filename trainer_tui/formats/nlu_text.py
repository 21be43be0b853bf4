"""NLU data of any notation, told by what the text holds."""

from __future__ import annotations

import re
from pathlib import PurePath

from trainer_tui.errors import Place, Problem
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.nlu_building import Beside, NluRead, nothing_beside

_HEADER = re.compile(r"^[ \t]*##[ \t]*(?:intent|synonym|regex|lookup):", re.MULTILINE)
_YAML_KEY = re.compile(r"^(?:nlu|version)[ \t]*:", re.MULTILINE)


def holds_markdown_nlu(text: str) -> bool:
    """Whether a text has the headers of NLU data in Markdown; rasa_nlu's server took them inside YAML, too."""
    return bool(_HEADER.search(text))


def parse_nlu(text: str, shown: str, beside: Beside = nothing_beside) -> NluRead:
    """The NLU data of a file named `shown`; never raises: what is wrong is in `problems`, the rest is read."""
    suffix = PurePath(shown).suffix.lower()
    if suffix == ".json":
        from trainer_tui.formats.json.imports import parse_any_nlu_json

        expected = 'Expected {"rasa_nlu_data": {"common_examples": [...]}}.'
        nothing = Problem("the file holds no NLU data", Place(shown), expected)
        return parse_any_nlu_json(text, shown, beside) or NluRead(problems=(nothing,))
    if suffix in (".yml", ".yaml") and (_YAML_KEY.search(text) or not holds_markdown_nlu(text)):
        from trainer_tui.formats.yaml.nlu import parse_nlu_yaml

        return parse_nlu_yaml(text, shown)
    return parse_nlu_markdown(text, shown)
