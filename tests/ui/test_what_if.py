"""What if, on the screen: the model that decides is the one that is asked."""

from __future__ import annotations

from tests.runtime.deployed_rasa import DeployedRasa, running
from tests.ui.conftest import Teaching
from trainer_tui.session.protocol import ConfirmAction


async def test_what_another_model_decides_takes_the_place_of_what_ours_would(teaching: Teaching) -> None:
    """The rule of the deployed bot cheers whoever greets; ours greets."""
    model = DeployedRasa(meanings={"hey": ("greet", 0.99)}, actions={"greet": "utter_cheer_up", "deny": "utter_happy"})
    with running(model) as rasa:
        async with teaching("moodbot", "--rasa", rasa.url) as trainer:
            await trainer.says("hey")
            await trainer.answers("y")
            await trainer.is_asked(ConfirmAction, "utter_cheer_up")
            await trainer.presses("f")
            await trainer.sees(
                "what if (nothing is recorded)", "decided by RulePolicy of Rasa 3.6.21", "utter_cheer_up 1.00"
            )
            await trainer.presses("enter", "d", "e", "n", "y", "enter")
            await trainer.sees("but if the intent deny", "utter_happy in place of utter_cheer_up")
            model.refuses_with = (409, "No agent loaded.")
            await trainer.presses("r")
            await trainer.sees("of our own model, which stands beside Rasa's", "utter_greet 1.00")
