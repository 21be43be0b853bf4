"""What was said already is changed in place and played again; a whole turn is accepted with one key."""

from __future__ import annotations

from pathlib import Path

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskMessage,
    AskStale,
    ChooseAction,
    ConfirmAction,
    ConfirmIntent,
    StubResult,
)


async def greets_and_parts(trainer: Trainer) -> None:
    """Two whole turns, every prediction right."""
    for text in ("/hello", "/goodbye"):
        await trainer.says(text)
        while not isinstance(trainer.view.prompt, AskMessage):
            await trainer.sees(ConfirmAction)
            await trainer.answers("y")


def actions(trainer: Trainer) -> list[str]:
    return [entry.text for entry in trainer.history if entry.kind == "action"]


# --- a whole turn with one key ----------------------------------------------------------------------------------------


async def test_a_right_turn_takes_its_text_enter_and_one_key(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("hello")
        await trainer.sees(ConfirmIntent, "a whole turn >.70")
        await trainer.presses("a")
        await trainer.sees(AskMessage)
        assert actions(trainer)[-2:] == ["utter_greet", "action_listen"]


async def test_a_turn_is_accepted_only_as_far_as_the_bot_is_sure(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/compare_reviews")
        await trainer.is_asked(ConfirmAction)
        await trainer.does_not_see("turn >")


async def test_nothing_is_said_of_a_whole_turn_at_its_end(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.does_not_see("turn >")


# --- a turn changed in place ------------------------------------------------------------------------------------------


async def test_a_change_is_taken_back_in_one_step_with_what_was_answered_since(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("ctrl+c")
        await trainer.does_not_see("Take back all of")
        await trainer.presses("ctrl+c", "f3", "g", "j", "e", "m")
        await trainer.sees("turn 1 says")
        await trainer.says("/thankyou")
        while isinstance(trainer.view.prompt, ConfirmAction):
            await trainer.presses("2" if "the script says" in trainer.text else "y")
        assert trainer.said("you") == ["/thankyou", "/goodbye"]
        await trainer.presses("ctrl+c")
        await trainer.sees("Take back all of  turn 1 says /thankyou; back on main")
        await trainer.presses("d")
        await trainer.is_asked(AskMessage)
        assert trainer.said("you") == ["/hello", "/goodbye"]
        assert trainer.view.status.branch == "main"
        await trainer.presses("ctrl+z")
        assert trainer.said("you") == ["/thankyou", "/goodbye"]


async def test_a_message_is_changed_where_it_stands_and_the_rest_is_played(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "j", "e")
        await trainer.sees("change turn 1: /hello", "Message  /hello")
        await trainer.presses("m")
        await trainer.sees("turn 1 says")
        await trainer.says("/thankyou")
        assert trainer.said("you") == ["/thankyou"]
        await trainer.sees(ConfirmAction, "not reached yet: turn 1 says /thankyou", "/goodbye")
        while isinstance(trainer.view.prompt, ConfirmAction):
            await trainer.presses("2" if "the script says" in trainer.text else "y")
            assert not isinstance(trainer.view.prompt, AskAfterFailure)
        assert trainer.said("you") == ["/thankyou", "/goodbye"]
        await trainer.sees(AskMessage, "✓ script")
        await trainer.does_not_see("not reached yet")


async def test_a_broken_message_is_refused_where_it_is_typed_and_turns_are_counted_from_the_first(
    teaching: Teaching,
) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "G", "e", "m")
        await trainer.says('/goodbye{"city')
        await trainer.sees("turn 2 says", "the entities are not JSON")
        assert trainer.said("you") == ["/hello", "/goodbye"]
        await trainer.types('": "Rome"}')
        await trainer.does_not_see("are not JSON")
        await trainer.presses("ctrl+u")
        await trainer.says("/search_venues")
        await trainer.sees("not reached yet: turn 2 says /search_venues, turn 2 ")


async def test_why_nothing_can_be_started_from_is_said_whole_in_a_small_terminal(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(80, 24)) as trainer:
        await trainer.presses("f9")
        await trainer.types("/a/folder/that/is/nowhere/talk.json")
        await trainer.presses("ctrl+n")
        await trainer.sees("there is no story, session or file", "from where the trainer was", "started.")


async def test_one_undo_takes_the_whole_change_back(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        before = [(entry.kind, entry.text) for entry in trainer.history]
        await trainer.presses("f3", "g", "j", "e", "d")
        assert trainer.said("you") == ["/goodbye"]
        assert trainer.focused != "conversation"
        await trainer.presses("ctrl+z")
        assert [(entry.kind, entry.text) for entry in trainer.history] == before


async def test_an_action_is_changed_with_a_filtered_list(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "slash")
        await trainer.says("utter_greet")
        await trainer.presses("e")
        await trainer.sees("Action  utter_greet")
        await trainer.presses("a")
        await trainer.sees("instead of utter_greet, turn 1 runs", "type to filter")
        await trainer.types("goodb")
        await trainer.does_not_see("action_restart")
        await trainer.presses("enter")
        assert actions(trainer)[0] == "utter_goodbye"


async def test_a_new_action_is_made_from_what_was_typed(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "slash")
        await trainer.says("utter_greet")
        await trainer.presses("e", "a")
        await trainer.types("utter_greet")
        await trainer.presses("ctrl+n")
        await trainer.sees("That is what it is already.")
        await trainer.types(" 2")
        await trainer.presses("ctrl+n")
        await trainer.sees("instead of utter_greet, turn 1 runs")
        await trainer.presses("backspace", "backspace")
        await trainer.types("_again")
        await trainer.presses("ctrl+n")
        await trainer.sees("utter_greet_again")
        assert trainer.app.screen is trainer.app.main


async def test_a_message_that_will_not_do_is_refused_where_it_is_typed(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("ctrl+r")
        await trainer.sees("change this turn; what came behind is played again", "/goodbye")
        await trainer.presses("enter", "m", "ctrl+u", "enter")
        await trainer.sees("the message is empty")
        await trainer.says("/hello")
        assert trainer.said("you") == ["/hello", "/hello"]


async def test_what_names_its_intent_says_to_change_the_message(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("ctrl+c", "t", "enter", "i")
        assert any("The message names its intent itself" in notice for notice in trainer.told)
        await trainer.sees("change turn 2: /goodbye")


async def test_intent_and_entities_of_a_message_in_words(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("hello")
        await trainer.presses("a")
        await trainer.presses("f3", "g", "j", "e", "i")
        await trainer.sees("turn 1 means")
        await trainer.types("goodbye")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.sees("turn 1 of 1")
        await trainer.sees("intent goodbye")
        await trainer.presses("ctrl+z", "f3", "g", "j", "e", "t")
        await trainer.sees("entities of turn 1")
        await trainer.presses("ctrl+u")
        await trainer.says("[hallo](name)")
        await trainer.sees("the words differ from the message")
        await trainer.presses("ctrl+u")
        await trainer.says("[hello](name)")
        assert [entity.entity for entry in trainer.history for entity in entry.entities] == ["name"]


async def test_another_message_is_said_before_a_turn(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("ctrl+r", "enter", "b")
        await trainer.says("/thankyou")
        await trainer.sees(ConfirmAction)
        assert trainer.said("you") == ["/hello", "/thankyou"]
        await trainer.presses("n")
        await trainer.sees(ChooseAction)
        await trainer.says("action_listen")
        await trainer.sees(AskMessage)
        assert trainer.said("you") == ["/hello", "/thankyou", "/goodbye"]


async def test_before_the_first_message_there_is_nothing_to_change(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("ctrl+r")
        await trainer.sees("There is no earlier turn")
        await trainer.presses("f3", "e")
        await trainer.sees("There is no turn of this")
        await trainer.does_not_see("There is no earlier turn")


async def test_the_script_is_stopped_and_goes_on(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("f3", "p")
        await trainer.sees("No script is played.")
        await trainer.presses("escape")
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "j", "e", "m")
        await trainer.says("/thankyou")
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("f3", "p")
        await trainer.sees("The script stops.")
        await trainer.presses("escape")
        while isinstance(trainer.view.prompt, ConfirmAction):
            await trainer.presses("y")
        await trainer.sees(AskMessage, "not reached yet")
        await trainer.presses("ctrl+c", "p")
        await trainer.sees("The script goes on.")
        assert trainer.said("you") == ["/thankyou", "/goodbye"]


async def test_what_an_action_did_for_another_message_is_kept_or_run_again(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_concerts")
        await trainer.answers("y")
        await trainer.sees(AskAfterFailure)
        await trainer.answers("s")
        await trainer.sees(StubResult)
        await trainer.says('slot{"concerts": ["Tin Lighthouse"]}')
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.answers("y")
        await trainer.presses("ctrl+r", "enter", "m")
        await trainer.says("/search_venues")
        await trainer.is_asked(ConfirmAction, "action_search_venues")
        await trainer.answers("k")
        await trainer.sees(AskStale, "did before still count?", "keep it", "run it again", "Tin Lighthouse")
        await trainer.answers("r")
        await trainer.sees(AskAfterFailure)
        await trainer.presses("ctrl+z")
        await trainer.sees(AskStale)
        await trainer.presses("enter")
        await trainer.sees(AskMessage)
        assert trainer.slots["concerts"] == ["Tin Lighthouse"]


async def test_enter_in_the_list_takes_what_the_script_says(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "j", "e", "m")
        await trainer.says("/thankyou")
        prompt = await trainer.is_asked(ConfirmAction)
        assert prompt.prediction.action != "utter_greet"
        await trainer.sees("as the script: utter_greet")
        await trainer.presses("n")
        await trainer.sees(ChooseAction)
        await trainer.presses("enter")
        assert "utter_greet" in actions(trainer)


# --- what a response says ---------------------------------------------------------------------------------------------


async def test_a_response_is_reworded_where_it_is_spoken(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_parts(trainer)
        await trainer.presses("f3", "g", "slash")
        await trainer.says("I know the concerts")
        await trainer.presses("e")
        await trainer.sees("Says  Hello! I know the concerts")
        await trainer.presses("s", "ctrl+a", "ctrl+k")
        await trainer.presses("ctrl+s")
        await trainer.sees("a response needs a text")
        await trainer.types("Hi!")
        await trainer.presses("ctrl+s")
        await trainer.sees(AskMessage, "utter_greet says that from now on")
        await trainer.says("/hello")
        await trainer.presses("y")
        assert trainer.said("bot")[-1] == "Hi!"
        await trainer.presses("ctrl+z", "ctrl+z", "ctrl+z")
        assert trainer.controller.response_preview("utter_greet").startswith("Hello! I know the concerts")


async def test_what_a_chat_log_does_not_say_is_not_held_against_an_answer(teaching: Teaching, tmp_path: Path) -> None:
    log = tmp_path / "chat.txt"
    log.write_text("user: hello\nbot: Hello!\n", encoding="utf-8")
    async with teaching("concertbot", "--from", str(log)) as trainer:
        await trainer.sees(ConfirmIntent)
        while not isinstance(trainer.view.prompt, AskMessage):
            await trainer.presses("enter")
        await trainer.sees("utter_greet")
        await trainer.does_not_see("script's")
