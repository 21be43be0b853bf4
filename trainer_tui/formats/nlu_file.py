"""One NLU file of any notation, told by its contents."""

from __future__ import annotations

from pathlib import Path

from trainer_tui.errors import FormatError
from trainer_tui.formats.nlu_building import NluRead
from trainer_tui.formats.nlu_json import parse_nlu_json
from trainer_tui.formats.nlu_markdown import parse_nlu_markdown
from trainer_tui.formats.nlu_yaml import parse_nlu_yaml
from trainer_tui.formats.text_files import read_text
from trainer_tui.formats.yaml_reader import as_problem


def read_nlu_file(path: Path) -> NluRead:
    """The NLU data of the file; never raises: what is wrong is in `problems`, the rest is read."""
    try:
        text = read_text(path)
    except FormatError as error:
        return NluRead(problems=(as_problem(error),))
    suffix = path.suffix.lower()
    if suffix == ".json" or (suffix not in (".yml", ".yaml", ".md") and text.lstrip().startswith("{")):
        return parse_nlu_json(text, str(path))
    if suffix in (".yml", ".yaml"):
        return parse_nlu_yaml(text, str(path))
    return parse_nlu_markdown(text, str(path))
