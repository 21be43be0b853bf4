"""A regex of the NLU data that Python cannot read is an error of its file, at its line."""

from __future__ import annotations

from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml

YAML = """\
nlu:
- regex: zipcode
  examples: |
    - \\d{5}
    - [0-9
"""
MARKDOWN = "## regex:zipcode\n- \\d{5}\n- [0-9\n"
JSON = """{"rasa_nlu_data": {"regex_features": [
  {"name": "zipcode", "pattern": "\\\\d{5}"}, {"name": "zipcode", "pattern": "[0-9"}]}}"""


def test_it_is_named_with_its_line_and_the_others_are_kept() -> None:
    for read, line in (
        (parse_nlu_yaml(YAML, "nlu.yml"), 5),
        (parse_nlu_markdown(MARKDOWN, "nlu.md"), 3),
        (parse_nlu_json(JSON, "nlu.json"), None),
    ):
        (problem,) = read.problems
        assert problem.is_error
        assert "the regex 'zipcode' cannot be read: " in problem.message
        assert problem.place is not None
        assert problem.place.line == line
        assert read.data.regexes == (("zipcode", r"\d{5}"),)
