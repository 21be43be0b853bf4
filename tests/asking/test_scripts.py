"""What is asked while a script is played."""

from __future__ import annotations

from tests.asking.situation import DECISION, asked
from trainer_tui.core.events import BotUttered, SlotSet
from trainer_tui.session.protocol import AskStale, RunAction


def test_what_an_action_said_before_is_told_in_its_words() -> None:
    said = BotUttered("For two?", {"buttons": [{"title": "Yes", "payload": "/affirm"}]}, "utter_ask_number")
    question = asked(AskStale(RunAction(DECISION), (SlotSet("requested_slot", "number"), said)))
    assert question.facts == (('it did: slot{"requested_slot": "number"}',), ("it did: For two? [Yes]",))
