"""Cutting, shortening and wrapping by terminal cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from trainer_tui.ui.lines import clean, cut, cut_line, shorten_all, spread, text_of, width_of, wrap, wrap_line

TEXTS = st.text(alphabet=st.sampled_from("ab [](){}/<>\\你好🙂é́אב"), max_size=60)
WIDTHS = st.integers(2, 20)


@given(TEXTS, WIDTHS)
def test_what_is_cut_fits(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width


@given(TEXTS, WIDTHS)
def test_what_fits_is_not_cut(text: str, width: int) -> None:
    if cell_len(text) <= width:
        assert cut(text, width) == text
    else:
        assert cut(text, width).endswith("…")


@given(st.lists(TEXTS, max_size=4), WIDTHS)
def test_a_line_of_spans_fits_and_is_cut_only_where_it_has_to_be(texts: list[str], width: int) -> None:
    line = tuple((text, "dim") for text in texts)
    shown = cut_line(line, width)
    assert width_of(shown) <= width
    if width_of(line) <= width:
        assert text_of(shown) == text_of(line)


def test_letters_with_many_marks_are_as_wide_as_letters() -> None:
    text = "a\u0301\u0323\u0302" * 4
    assert cut(text, 4) == text
    assert cut_line(((text, "dim"), ("b", "")), 5) == ((text, "dim"), ("b", ""))
    assert cut(text, 3) == "a\u0301\u0323\u0302" * 2 + "…"
    assert cut("a" * 5_000, 3) == "aa…"


@given(TEXTS, WIDTHS)
def test_wrapped_rows_fit_and_lose_nothing_but_blanks(text: str, width: int) -> None:
    rows = wrap_line(((text, ""),), width)
    assert all(width_of(row) <= max(width, 2) for row in rows)
    assert "".join(text_of(row) for row in rows).replace(" ", "") == text.replace(" ", "")


def test_a_line_breaks_between_words() -> None:
    text = "the bands that play in town tonight"
    assert [text[begin:end] for begin, end in wrap(text, 14)] == ["the bands that", "play in town", "tonight"]


def test_a_word_longer_than_a_row_is_broken() -> None:
    assert [text_of(row) for row in wrap_line((("x" * 25, ""),), 10)] == ["x" * 10, "x" * 10, "x" * 5]


def test_wide_characters_count_two_cells() -> None:
    assert [text_of(row) for row in wrap_line((("你好世界再见", ""),), 8)] == ["你好世界", "再见"]


def test_spans_keep_their_styles_when_wrapped() -> None:
    rows = wrap_line((("to ", "you"), ("Rome", "entity"), (" tomorrow", "you")), 8)
    assert rows == [(("to ", "you"), ("Rome", "entity")), (("tomorrow", "you"),)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("action_show_venue_reviews", "action_show_concert_reviews"), ("utter_ask_cuisine", "utter_ask_num_people")],
)
def test_names_with_one_beginning_stay_different(one: str, other: str) -> None:
    shown = shorten_all([one, other, "action_listen"], 16)
    assert len(set(shown)) == 3
    assert all(cell_len(name) <= 16 for name in shown)


def test_the_two_ends_of_a_row_never_meet() -> None:
    row = spread((("a long name of something", ""),), ((".53", ""),), 12)
    assert text_of(row) == "a long…  .53"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Rome](city)", "[Rome](city)"),
        ("[/greet] {red} [b]x[/b]", "[/greet] {red} [b]x[/b]"),
        ("one\ntwo", "one⏎two"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\tb", "a b"),
        ("ab\u202ecd", "ab�cd"),
        ("half \ud83d of a sign", "half � of a sign"),
        ("שלום", "שלום"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_a_text_is_shown_as_it_is_and_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown
