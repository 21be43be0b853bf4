"""What is offered where there is no bot yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainer_tui.commands.output import say
from trainer_tui.commands.sample_bots import SAMPLE_BOTS

NOTHING = "Name another folder: trainer-tui FOLDER. All else: trainer-tui --help."


Choice = Path | list[str]
"""A bot's folder, or the command line that makes a bot."""

_BOTS_LISTED = 8


def chosen(folder: Path, below: Sequence[Path]) -> Choice | None:
    """What a person chooses there: of the bots that lie `below`, or something new; None: nothing."""
    bots: list[tuple[str, Choice]] = [(f"the bot in {bot.relative_to(folder)}", bot) for bot in below[:_BOTS_LISTED]]
    new: list[tuple[str, Choice]] = [
        ("a small bot of your own, with tests and a workflow file", ["init", str(folder)]),
        *((f"{name}: {told}", ["init", str(folder), "--sample", name]) for name, told in SAMPLE_BOTS.items()),
    ]
    offers: dict[str, tuple[str, Choice | None]] = {
        **{str(number): offer for number, offer in enumerate((*bots, *new), 1)},
        "t": ("the tour: two guided minutes, of which nothing is kept", ["tour"]),
        "q": ("nothing; leave", None),
    }
    if below:
        say(f"There is no bot in {folder.resolve()} itself, but {len(below)} in its folders. Which shall it be?")
    else:
        say(f"There is no bot in {folder.resolve()} yet. What shall come there?")
    for key, (told, _) in offers.items():
        say(f"  {key}  {told}{' (Enter)' if key == '1' else ''}")
    while True:
        try:
            answer = input("Which? ").strip().lower() or "1"
        except EOFError:
            return None
        if answer in offers:
            return offers[answer][1]
        say(f"One of {', '.join(offers)}, or Enter for the first.")
