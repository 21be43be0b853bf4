"""The session that README.md shows is one of today's program, and the picture of it needs nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest

from docs.cast import CAST, SESSION, SIZE, Frame, picture, recorded
from docs.screenshot import concertbot

SVG = "{http://www.w3.org/2000/svg}"


def words(texts: Iterable[str]) -> set[str]:
    """Figures differ from machine to machine."""
    return {word for text in texts for word in re.sub(r"[\d.]+", "0", text).split()}


def test_it_loads_nothing_and_is_small() -> None:
    text = CAST.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text and "url(" not in text
    assert len(text.encode()) < 300_000
    ElementTree.fromstring(text)


def test_what_is_told_of_a_step_has_room_beneath_the_screen() -> None:
    assert [doing.told for doing in SESSION if len(doing.told) > SIZE[0]] == []


async def test_it_shows_what_the_screen_shows_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "")  # which drawing sets, is set back
    with concertbot() as app:
        frames = await recorded(app)
    assert [frame.step for frame in frames if frame.step != -1][-1] == len(SESSION) - 1
    # The first row has times and how far what starts is.
    shown = words(text for frame in frames for row in frame.rows[1:] for text, *_ in row)
    kept = words(node.text or "" for node in ElementTree.parse(CAST).iter(f"{SVG}text"))
    assert shown - kept == set(), "python -m docs.cast"


def test_each_screen_is_seen_once_in_its_turn_and_one_where_nothing_shall_move() -> None:
    row = (("hello", "#fff", "#000", False),)
    frames = [Frame((row, row), "first", 1.0, 0), Frame((row,), "second", 3.0, 8)]
    drawn = picture(frames)
    assert drawn.count(">hello</text>") == 1, "a row of several screens stands once"
    assert "@keyframes f0{0%{visibility:visible}25.000%{visibility:hidden}}" in drawn
    assert "@keyframes f1{0%{visibility:hidden}25.000%{visibility:visible}}" in drawn
    assert "prefers-reduced-motion:reduce){.f{animation:none}#f1{" in drawn
