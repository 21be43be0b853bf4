"""What a response says, as a text that is edited and read again."""

from __future__ import annotations

import pytest

from trainer_tui.asking.rewording import reworded, reworded_on_a_line, wording, wording_on_a_line
from trainer_tui.errors import IllegalInput
from trainer_tui.session.protocol import ResponseVariation

YES = {"buttons": [{"title": "yes", "payload": "/affirm"}]}


def test_a_variation_is_a_line_and_the_buttons_are_the_last() -> None:
    said = (ResponseVariation("Sure?", YES), ResponseVariation("Quite\nsure?", YES))
    assert wording(said) == "Sure?\nQuite\\nsure?\nbuttons: yes (/affirm)"


@pytest.mark.parametrize(
    "said",
    [
        (ResponseVariation("Sure?"),),
        (ResponseVariation("Sure?", YES), ResponseVariation("Quite\nsure?", YES)),
        (ResponseVariation("a ; b", YES), ResponseVariation("c", channel="slack", id="1")),
        (ResponseVariation("a", condition=({"type": "slot", "name": "x", "value": None},)),),
        (ResponseVariation(None, {"image": "a.png"}), ResponseVariation(None, {"custom": {"x": [1]}})),
        (ResponseVariation("buttons: none"),),
    ],
    ids=["text", "buttons", "channel", "condition", "no text", "like buttons"],
)
def test_what_is_shown_reads_back_as_it_was(said: tuple[ResponseVariation, ...]) -> None:
    assert reworded("utter_ask", wording(said)).variations == said
    assert reworded_on_a_line("utter_ask", wording_on_a_line(said)).variations == said


def test_a_response_without_a_text_is_refused() -> None:
    with pytest.raises(IllegalInput, match="needs a text"):
        reworded("utter_ask", "\nbuttons: yes (/affirm)\n")
