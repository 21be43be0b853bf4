"""What looks like personal data, and what only looks like a number."""

from __future__ import annotations

import pytest

from trainer_tui.review.personal_data import personal_data


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("write to Ann.Lee+news@mail.example.org.", "e-mail address", "Ann.Lee+news@mail.example.org"),
        ("jürgen@müller.example here", "e-mail address", "jürgen@müller.example"),
        ("call me on +44 20 7946 0958 please", "phone number", "+44 20 7946 0958"),
        ("(0)171-5552371", "phone number", "(0)171-5552371"),
        ("my card is 4111 1111 1111 1111", "card number", "4111 1111 1111 1111"),
        ("4111-1111-1111-1111", "card number", "4111-1111-1111-1111"),
        ("GB82 WEST 1234 5698 7654 32 is mine", "account number", "GB82 WEST 1234 5698 7654 32"),
        ("de89370400440532013000", "account number", "de89370400440532013000"),
        ("order 98765432 is late", "long number", "98765432"),
        ("4111 1111 1111 1112", "long number", "4111 1111 1111 1112"),
    ],
)
def test_it_is_found(text: str, kind: str, found: str) -> None:
    assert [(one.kind, one.text) for one in personal_data(text)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "a table for 12 on 2026-11-30 at 19:30",
        "on 30.11.2026 or 1/12/26",
        "it costs 1.500.000 or 0.1234567",
        "version 3.6.21 of GB82 WEST",
        "GB82 WEST 1234 5698 7654 33",
        "me @home, a@b",
        "room 101",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert [one for one in personal_data(text) if one.kind != "long number"] == []


def test_each_is_named_once() -> None:
    assert len(personal_data("a@b.example a@b.example")) == 1
