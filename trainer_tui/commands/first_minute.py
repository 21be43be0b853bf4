"""What is offered where there is no bot yet."""

from __future__ import annotations

from pathlib import Path

from trainer_tui.commands.output import say
from trainer_tui.commands.sample_bots import SAMPLE_BOTS

NOTHING = "Name another folder: trainer-tui FOLDER. All else: trainer-tui --help."


def chosen(folder: Path) -> list[str] | None:
    """The command line that a person chooses there; None: none of them."""
    offers = {
        "1": ("a small bot of your own, with tests and a workflow file (Enter)", ["init", str(folder)]),
        **{
            str(number): (f"{name}: {told}", ["init", str(folder), "--sample", name])
            for number, (name, told) in enumerate(SAMPLE_BOTS.items(), 2)
        },
        "t": ("the tour: two guided minutes, of which nothing is kept", ["tour"]),
        "q": ("nothing; leave", None),
    }
    say(f"There is no bot in {folder.resolve()} yet. What shall come there?")
    for key, (told, _) in offers.items():
        say(f"  {key}  {told}")
    while True:
        try:
            answer = input("Which? ").strip().lower() or "1"
        except EOFError:
            return None
        if answer in offers:
            return offers[answer][1]
        say(f"One of {', '.join(offers)}, or Enter for the first.")
