"""What a response says, as a text to edit: a variation a line, its buttons on a line of their own."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.asking.actions import RESULTS_APART, as_typed, in_json, variations
from trainer_tui.session.protocol import ResponseReworded, ResponseVariation

BUTTONS = "buttons:"


def wording(said: Sequence[ResponseVariation]) -> str:
    texts, buttons = as_typed(said)
    if any(text.startswith(BUTTONS) for text in texts):
        return "\n".join(map(in_json, said))
    return "\n".join((*texts, f"{BUTTONS} {buttons}") if buttons else texts)


def reworded(action: str, text: str) -> ResponseReworded:
    """IllegalInput where it holds no text, or JSON or buttons that cannot be read."""
    lines = text.splitlines()
    buttons = [line.strip().removeprefix(BUTTONS) for line in lines if line.strip().startswith(BUTTONS)]
    texts = [line for line in lines if not line.strip().startswith(BUTTONS)]
    return ResponseReworded(action, variations(texts, "|".join(buttons)))


def wording_on_a_line(said: Sequence[ResponseVariation]) -> str:
    lines = wording(said).split("\n")
    if any(RESULTS_APART in line for line in lines):
        lines = [in_json(one).replace(RESULTS_APART, " \\u003b ") for one in said]
    return RESULTS_APART.join(lines)


def reworded_on_a_line(action: str, line: str) -> ResponseReworded:
    return reworded(action, line.replace(RESULTS_APART, "\n"))
