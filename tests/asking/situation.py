"""A session's view around one prompt, for questions that are put without a session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trainer_tui.asking.asked import question
from trainer_tui.asking.question import Known, Question
from trainer_tui.session.protocol import Decision, EnsemblePrediction, Prompt
from trainer_tui.session.view import ActionsView, HistoryEntry, SessionView, StatusView, StoriesView

EMPTY = SessionView(
    StatusView("bot", "session-1", "main"), None, None, (), (), ActionsView(), StoriesView(), intents=("greet", "bye")
)
TALKED = (HistoryEntry("you", "message", "hello"),)
TORN = EnsemblePrediction((("utter_greet", 0.53), ("utter_bye", 0.46), ("action_listen", 0.0)), "learned", 0.53)
DECISION = Decision("booking_form", "booking_form", 1.0, "rules")


def asked(prompt: Prompt, says: str = "", **view: Any) -> Question:
    """The question for the prompt; `says` is what every response says."""
    found = question(Known(replace(EMPTY, prompt=prompt, **view), lambda action: says, lambda action: ""))
    assert found is not None
    return found
