"""A bot whose dialogue model is fitted in a process of its own: with so many stories that it takes long."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

_INTENTS = ("hello", "thankyou", "goodbye")
_ACTIONS = 400
_STORIES = 500
_TURNS = 8


def grow(bot: Path) -> Path:
    """Add stories by the hundred to a copy of the concert bot."""
    chance = random.Random(0)
    names = [f"utter_{number}" for number in range(_ACTIONS)]
    domain = "\n".join(("templates:", *(f"  {name}:\n  - text: {name}" for name in names), "actions:"))
    (bot / "domain").mkdir()
    shutil.move(bot / "domain.yml", bot / "domain" / "domain.yml")
    (bot / "domain" / "more.yml").write_text(domain + "\n" + "\n".join(f"- {name}" for name in names) + "\n")
    stories = []
    for number in range(_STORIES):
        turns = (f"* {chance.choice(_INTENTS)}\n    - {chance.choice(names)}" for _ in range(_TURNS))
        stories.append(f"## more {number}\n" + "\n".join(turns) + "\n")
    (bot / "data" / "more.md").write_text("\n".join(stories))
    return bot


def forget_fits(bot: Path) -> None:
    """What was fitted is kept for the next session, which would then have nothing to fit."""
    shutil.rmtree(bot / ".trainer" / "cache", ignore_errors=True)
