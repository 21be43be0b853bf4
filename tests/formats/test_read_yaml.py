"""YAML is read as Rasa reads it: YAML 1.2, one document, every key once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from trainer_tui.errors import Place
from trainer_tui.formats.yaml.reader import YamlMapping, YamlSequence, read_yaml


def value_of(text: str) -> Any:
    file = read_yaml(f"a: {text}\n", "f.yml")
    assert file.problems == ()
    return file.data["a"]


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "No", "on", "off", "y", "n", "12:30", "0o9", "=", "1.2.3", "_1", "1e_3", ".5e3", "2020-1-1", "0_x1"],
)
def test_what_yaml_1_1_makes_something_else_of_is_text(text: str) -> None:
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("1e3", 1000.0),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        (".inf", float("inf")),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("!!float 5", 5.0),
        ("25668975", 25668975),
    ],
)
def test_scalars_mean_what_they_mean_in_yaml_1_2(text: str, value: object) -> None:
    found = value_of(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("1_", 1),
        ("-_1", -1),
        ("0x_1F", 31),
        ("-0o17", -15),
        ("1_000.5", 1000.5),
        ("1_e3", 1000.0),
        ("._5", 0.5),
        (".5e+3", 500.0),
        ("2020-01-01", date(2020, 1, 1)),
        ("!!timestamp '2020-01-01'", date(2020, 1, 1)),
        ("2020-1-1 1:00:00", datetime(2020, 1, 1, 1)),
        ("2001-12-14t21:59:43.10-05:00", datetime(2001, 12, 15, 2, 59, 43, 100_000)),
        ("2001-12-14 21:59:43 +05", datetime(2001, 12, 14, 16, 59, 43)),
        ("2020-01-01T10:00:00.1234567Z", datetime(2020, 1, 1, 10, 0, 0, 123_457)),
    ],
)
def test_numbers_with_underscores_and_dates_mean_what_rasa_makes_of_them(text: str, value: object) -> None:
    found = value_of(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["2020-02-30", "2020-01-01 25:00:00", "0000-01-01"])
def test_a_date_that_no_calendar_has_is_named_with_its_place(text: str) -> None:
    file = read_yaml(f"b: 1\na: {text}\n", "domain.yml")
    assert file.data == {"b": 1, "a": text}
    assert str(file.problems[0]).startswith(f"domain.yml:2:4: there is no such date as {text}")


def test_a_number_that_is_too_long_for_one_is_text() -> None:
    assert value_of("9" * 5000) == "9" * 5000


def test_everything_knows_its_line() -> None:
    data = read_yaml("stories:\n- story: a\n  steps:\n  - action: x\nnlu: |\n  text\n", "f.yml").data
    assert isinstance(data, YamlMapping)
    stories = data["stories"]
    assert isinstance(stories, YamlSequence)
    assert (data.line_of("stories"), stories.lines, stories[0].line_of("steps")) == (1, [2], 3)
    assert data.value_line("nlu") == 6


def test_a_key_that_stands_twice_is_an_error_and_the_first_one_counts() -> None:
    file = read_yaml("utter_a: 1\nutter_b: 2\nutter_a: 3\n", "domain.yml")
    assert file.data == {"utter_a": 1, "utter_b": 2}
    [problem] = file.problems
    assert problem.is_error
    assert str(problem).startswith("domain.yml:3:1: the key 'utter_a' stands twice (first in line 1)")


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a:\n\t- b\n", Place("f", 2, 1), "not with tabs"),
        ("a: b: c\n", Place("f", 1, 5), "quotes"),
        ("a: 'b\n", Place("f", 2, 1), "not closed"),
        ("---\na: 1\n---\nb: 2\n", Place("f", 3, 1), "one document"),
        ("a:\n  - b\n c: d\n", Place("f", 3, 2), "indentation of this line and of those above"),
        ("é: 'b' c\n", Place("f", 1, 8), "indentation of this line and of those above"),
        ("- {name} says hi\n", Place("f", 1, 10), "bracket that closes"),
        ("a: 1\nb\nc: 2\n", Place("f", 3, 1), "A key needs"),
        ('a: 1\n"b"\nc: 2\n', Place("f", 3, 1), "A key needs"),
        ("a: [b\nc: d\n", Place("f", 2, 2), "is not closed"),
        ("a: {b: c\n", Place("f", 2, 1), "is not closed"),
        ("a: @b\n", Place("f", 1, 4), "begins with @"),
        ("a: *b\n", Place("f", 1, 4), "'*'"),
        ("- *bold* text\n", Place("f", 1, 8), "'*'"),
        ("* greet\n  - utter_greet\n", Place("f", 1, 2), "'*'"),
        ("a: \x00\n", Place("f", 1, 4), "control character"),
        ("- , x\n", Place("f", 1, 3), "Check"),
        ("a: &a [*a]\n", Place("f", 1, 4), "Write the value out"),
        ("a: !!python/object:os.system x\n", Place("f", 1, 4), "Remove the tag"),
        ("? {a: 1}\n: 2\n", Place("f", 1, 3), "text as the key"),
    ],
)
def test_broken_yaml_is_named_with_line_column_and_hint(text: str, place: Place, hint: str) -> None:
    [problem] = read_yaml(text, "f").problems
    assert problem.is_error
    assert problem.place == place
    assert hint in problem.hint


def test_anchors_merge_keys_and_a_yaml_directive_are_read() -> None:
    text = (
        "%YAML 1.2\n---\nbase: &base {type: text, auto_fill: false}\ncity:\n  <<: *base\n  type: list\nother: *base\n"
    )
    file = read_yaml(text, "f")
    assert file.problems == ()
    assert file.data["city"] == {"type": "list", "auto_fill": False}
    assert file.data["other"] == {"type": "text", "auto_fill": False}


def test_several_merged_mappings_and_lists_of_them() -> None:
    file = read_yaml("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}\n", "f")
    assert file.data["c"] == {"x": 1, "y": 2, "z": 3}


def test_a_byte_order_mark_crlf_and_a_tab_inside_a_text_are_read() -> None:
    file = read_yaml("\ufeffa: x\ty\r\nb: é\r\n", "f")
    assert file.data == {"a": "x\ty", "b": "é"}


def test_escapes_are_decoded_anywhere_in_a_text_of_ascii_alone() -> None:
    assert read_yaml("a: caf\\u00e9 \\ud83d\\ude00\n", "f").data == {"a": "café 😀"}
    assert read_yaml("a: caf\\u00e9 é\n", "f").data == {"a": "caf\\u00e9 é"}
    assert read_yaml("a: caf\\\\u00e9\n", "f").data == {"a": "caf\\\\u00e9"}


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    file = read_yaml("\n".join(lines), "f")
    assert file.data is None
    assert "aliases repeat too much" in file.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "a: " + "{a: " * 300,
        "- " * 10_000 + "a",
        "\n".join(" " * level + "a:" for level in range(1_500)),
        "[" * 201 + "]" * 201,
    ],
)
def test_nesting_without_end_is_refused(text: str) -> None:
    [problem] = read_yaml(text, "f").problems
    assert problem.message == "this is not YAML. lists and mappings are nested more than 200 deep"
    assert problem.place is not None and problem.place.line is not None
    assert "brackets" in problem.hint


def test_nesting_of_200_is_read_and_a_long_line_is_not_taken_for_it() -> None:
    assert read_yaml("[" * 200 + "]" * 200, "f").problems == ()
    [problem] = read_yaml("a: " + "[x], " * 100 + "\n", "f").problems
    assert "nested" not in problem.message
    [problem] = read_yaml("a: " + "x" * 500 + ": y\n", "f").problems
    assert "nested" not in problem.message and "quotes" in problem.hint


def test_an_empty_file_holds_nothing() -> None:
    assert read_yaml("", "f").data is None
    assert read_yaml("# only a comment\n", "f").problems == ()


def with_variables(text: str) -> tuple[Any, list[str]]:
    file = read_yaml(f"a: {text}\n", "d.yml", {"BOT": "Robbie", "PORT": "80"})
    return file.data["a"], [str(problem) for problem in file.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("see ${BOT}/help and ${BOT}", "see Robbie/help and Robbie"),
        ("${PORT}", "80"),
        ("x${BOT}y $PORT", "xRobbiey 80"),
        ("'quoted ${BOT}'", "quoted ${BOT}"),
        ('"${BOT}"', "${BOT}"),
        ("|\n  ${BOT}", "${BOT}\n"),
        ("costs $PORT", "costs $PORT"),
        ("costs $ {5}", "costs $ {5}"),
    ],
)
def test_variables_of_the_environment_stand_in_scalars_without_quotes(text: str, value: str) -> None:
    assert with_variables(text) == (value, [])


def test_a_variable_that_is_not_set_is_an_error_with_its_place_where_rasa_stops_at_it() -> None:
    value, [problem] = with_variables("see ${PORTAL}/help")
    assert value == "see ${PORTAL}/help"
    assert problem.startswith("d.yml:1:4: the environment variable PORTAL is not set. Set it")
    value, [problem] = with_variables("see x${PORTAL}")
    assert (value, "stays as it is" in problem) == ("see x${PORTAL}", True)


def test_without_an_environment_variables_stay_as_they_are_written() -> None:
    assert value_of("see ${BOT}") == "see ${BOT}"
