"""Words and their places, in any script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.nlu.tokenizer import normalize, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Hello, world!", ["Hello", ",", "world", "!"]),
        ("I've 2 cats", ["I", "'", "ve", "2", "cats"]),
        ("größer als Łódź", ["größer", "als", "Łódź"]),
        ("cafe\u0301 noir", ["cafe\u0301", "noir"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("می\u200cخواهم بروم", ["می\u200cخواهم", "بروم"]),
        ("我要订book两个", ["我", "要", "订", "book", "两", "个"]),
        ("ホテルを予約", list("ホテルを予約")),
        ("จองห้อง", ["จ", "อ", "ง", "ห้", "อ", "ง"]),
        ("서울 호텔", ["서울", "호텔"]),
        ("ok 👍🏽 fine", ["ok", "👍", "🏽", "fine"]),
        ("a\u00a0b\tc\nd", ["a", "b", "c", "d"]),
    ],
)
def test_each_script_is_split_where_it_has_words(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == words


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_plain_letters_follow_the_same_rules_as_all_others(text: str) -> None:
    plain = [(token.text, token.start, token.end) for token in tokenize(text)]
    assert plain == [(token.text, token.start, token.end) for token in tokenize(text + " é")[:-1]]
    assert normalize(text + " é") == (normalize(text) + " é").strip()


def is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cc"


@given(st.text(max_size=60))
def test_places_count_code_points_and_only_space_is_left_out(text: str) -> None:
    tokens = tokenize(text)
    position = 0
    for token in tokens:
        assert token.text == text[token.start : token.end] != ""
        assert all(is_space(character) for character in text[position : token.start])
        position = token.end
    assert all(is_space(character) for character in text[position:])


def test_width_case_and_spacing_do_not_change_a_meaning() -> None:
    assert normalize("  Ｈｅｌｌｏ   STRASSE\n") == normalize("hello straße")
