"""How sure the bot has to be for a prediction to be accepted by itself, as a person types it and reads it."""

from __future__ import annotations

from trainer_tui.errors import IllegalInput

_ASKS_EVERYTHING = ("", "off", "none", "no")


def typed_sureness(typed: str) -> float | None:
    """The confidence that is meant; None: everything is asked. IllegalInput where it is none."""
    text = typed.strip().lower()
    if text in _ASKS_EVERYTHING:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 1.0:
        raise IllegalInput(
            f"{typed.strip()} is no confidence between 0 and 1", hint="Such as 0.95; off asks everything."
        )
    return value


def what_is_accepted(above: float | None) -> str:
    if above is None:
        return "Every prediction is asked about."
    return f"Predictions at least {above:g} sure are accepted by themselves, unless something contradicts them."
