"""Walks through whole sessions, as a person types them: the scripts are in the folders named like the bots."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.walks.walking import copy_of, walked

HERE = Path(__file__).parent
WALKS = sorted(HERE.glob("*/*.txt"))


def remove_the_stories_of_an_affirmation(bot: Path) -> None:
    stories = bot / "data" / "stories.md"
    parts = re.split(r"(?m)^(?=## )", stories.read_text(encoding="utf-8"))
    stories.write_text("".join(part for part in parts if "* affirm" not in part), encoding="utf-8")


def add_a_story(bot: Path) -> None:
    stories = bot / "data" / "stories.md"
    text = stories.read_text(encoding="utf-8")
    stories.write_text("## somebody else's\n* thankyou\n    - utter_youarewelcome\n\n" + text, encoding="utf-8")


def edit_the_exported_story(bot: Path) -> None:
    stories = bot / "data" / "stories.md"
    before, heading, after = stories.read_text(encoding="utf-8").partition("## a short visit")
    stories.write_text(before + heading + after.replace("utter_goodbye", "utter_default", 1), encoding="utf-8")


MEANWHILE: dict[str, Callable[[Path], None]] = {
    "the stories that say otherwise are removed": remove_the_stories_of_an_affirmation,
    "somebody else adds a story meanwhile": add_a_story,
    "the story is edited by hand": edit_the_exported_story,
}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: f"{walk.parent.name}-{walk.stem}")
def test_a_walk(walk: Path, sample_bots: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if walk.parent.name == "formbot_core":
        request.getfixturevalue("rasa_core_sdk_python")
    bot = copy_of(sample_bots / walk.parent.name, tmp_path)
    done = {name: (lambda act=act: act(bot)) for name, act in MEANWHILE.items()}
    walked(walk, bot, meanwhile=done)
