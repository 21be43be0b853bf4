"""The teaching loop, as a person walks it: what is asked, what each key does, what the bot learns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from tests.ui.conftest import Teaching
from trainer_tui.runtime.session_parts import Code
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskMessage,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    ConfirmIntent,
    MarkEntities,
    NameAction,
    NameIntent,
    PredictAction,
    StubResult,
    WriteResponse,
)
from trainer_tui.session.view import Mark
from trainer_tui.ui.lines import with_matches
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.entity_editor import EntityEditor
from trainer_tui.ui.widgets.history import Conversation


async def test_first_words(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.sees(AskMessage, "Say something to the bot", "/ lists the intents", "ctrl+c")
        await trainer.says("hello")
        await trainer.sees(ConfirmIntent, "Is this right?", "intent hello")
        await trainer.answers("y")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("The bot wants to run utter_greet", "correct?")
        await trainer.answers("enter")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.answers("y")
        await trainer.sees(AskMessage, "Your message")
        assert trainer.said("you") == ["hello"]
        assert trainer.said("bot")[0].startswith("Hello! I know the concerts")


async def test_an_intent_that_there_is_not_is_said_so(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_comets")
        await trainer.sees(ChooseIntent, "What intent is it?", "no intent is called search_comets: ctrl+n makes it")
        await trainer.presses("enter")
        await trainer.sees(ConfirmAction, "intent search_concerts")


async def test_what_a_line_means_in_plain_it_means_in_a_field_too(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_comets")
        await trainer.sees(ChooseIntent)
        await trainer.says("concerts and venues")
        await trainer.sees("there is no 'concerts and venues' here", "or :new to make one")
        await trainer.presses(*["backspace"] * len("concerts and venues"))
        await trainer.says(":new")
        await trainer.sees(NameIntent)
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.answers("n")
        await trainer.says(":new")
        await trainer.sees(NameAction)
        await trainer.says("utter_wave")
        await trainer.sees(WriteResponse)
        await trainer.says('["Hi!", {"text": "Hey, {name}!"}]')
        await trainer.is_asked(ConfirmAction)
        response = trainer.controller.timeline.state.domain.responses["utter_wave"]
        assert [variation.text for variation in response] == ["Hi!", "Hey, {name}!"]


async def test_what_is_to_be_noticed_is_said_once(teaching: Teaching, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder, so no session can be kept in it")
    async with teaching("concertbot", "--state-dir", str(tmp_path / "state" / "here")) as trainer:
        await trainer.says("/search_venues")
        await trainer.is_asked(ConfirmAction)
        assert len([notice for notice in trainer.told if "cannot be kept" in notice]) == 1


async def test_correcting_the_concert_bot(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        assert trainer.slots == {"concerts": None, "venues": None}
        await trainer.says("/search_concerts")
        await trainer.is_asked(ConfirmAction, "action_search_concerts")
        await trainer.answers("y")
        await trainer.sees(AskAfterFailure)
        await trainer.answers("s")
        await trainer.sees(StubResult)
        await trainer.says('slot{"concerts": ["Tin Lighthouse"]}')
        assert trainer.slots["concerts"] == ["Tin Lighthouse"]
        await trainer.sees("~ concerts")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.answers("y")
        await trainer.says("/compare_reviews")
        prompt = await trainer.is_asked(ConfirmAction)
        wanted, other = (name for name, _ in prompt.prediction.ranking[:2])
        assert {wanted, other} == {"action_show_concert_reviews", "action_show_venue_reviews"}
        await trainer.sees("⚠")
        await trainer.answers("n")
        await trainer.sees(ChooseAction, "What is the next action of the bot?", "utter_goodbye", "action_restart")
        await trainer.answers("2")
        await trainer.sees(AskAfterFailure)
        assert [entry.wanted for entry in trainer.history if entry.wanted] == []
        await trainer.answers("s")
        await trainer.sees(StubResult)
        await trainer.says("They are fine.")
        await trainer.is_asked(ConfirmAction)
        assert [(entry.text, entry.wanted) for entry in trainer.history if entry.wanted] == [(other, wanted)]


async def test_a_correction_decides_the_next_prediction(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        for wanted in ("utter_greet", "utter_goodbye"):
            await trainer.says("/hello")
            await trainer.is_asked(ConfirmAction, wanted)
            if wanted == "utter_greet":
                await trainer.answers("n")
                await trainer.says("goodbye")
                await trainer.is_asked(ConfirmAction)
                assert trainer.history[-2].mark is Mark.CORRECTED
                await trainer.sees("✗→✓ utter_goodbye")
                await trainer.presses("ctrl+c", "r")
                await trainer.sees(AskMessage)


async def test_a_bots_own_actions_come_before_those_that_every_bot_has(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        prompt = await trainer.is_asked(ConfirmAction, "utter_greet")
        names = [name for name, _ in prompt.prediction.ranking]
        own = {*trainer.controller.timeline.state.domain.responses, *trainer.controller.timeline.state.domain.actions}
        assert names.index("action_restart") > max(names.index(name) for name in own)
        assert "action_search_concerts" in names[1:4], "the learned policy thinks of it"


async def test_what_a_candidate_says_or_does_is_seen_before_it_is_taken(teaching: Teaching) -> None:
    async with teaching("formbot") as trainer:
        await trainer.says("request a restaurant")
        await trainer.is_asked(ConfirmIntent)
        await trainer.presses("i")
        await trainer.is_asked(ChooseIntent)
        assert "“I'm looking for a restaurant”" in trainer.text
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "restaurant_form")
        await trainer.presses("n")
        await trainer.is_asked(ChooseAction)
        assert "enter restaurant_form  a form: asks for cuisine, num_people" in trainer.text
        await trainer.types("action_listen")
        assert "enter action_listen  waits for the user" in trainer.text
        await trainer.presses(*["backspace"] * len("action_listen"), "down")
        second = trainer.app.main.query_one(Candidates).candidates[1].name
        assert f"enter {second}  “" in trainer.text


async def test_a_digit_corrects_with_one_key(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        prompt = await trainer.is_asked(ConfirmAction, "utter_greet")
        names = [name for name, _ in prompt.prediction.ranking]
        other = next(name for name in names[1:] if name.startswith("utter_"))
        await trainer.answers(str(names.index(other) + 1))
        assert [entry.text for entry in trainer.history if entry.kind == "action"][-1] == other


async def test_keys_that_come_before_the_next_question_is_shown_do_not_answer_it(teaching: Teaching) -> None:
    """Three at once, as over a slow line: the second and third are for a question that nobody has seen."""
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        for key in "y22":
            trainer.app.post_message(events.Key(key, key))
        await trainer.settles()
        await trainer.is_asked(ConfirmAction, "action_listen")


async def test_a_wait_that_ends_as_it_is_said_leaves_the_keys_to_the_next_question(teaching: Teaching) -> None:
    async with teaching("concertbot", said_after=60.0) as trainer:
        await trainer.says("/goodbye")
        asking, bar = trainer.view, trainer.app.main.prompt_bar
        await bar.show(replace(asking, prompt=None, effect=PredictAction()))
        saying = asyncio.ensure_future(bar._say_waiting())
        await asyncio.sleep(0)
        await bar.show(asking)
        await saying
        await trainer.is_asked(ConfirmAction, "utter_goodbye")
        await trainer.presses("y")
        await trainer.is_asked(ConfirmAction, "action_listen")


async def test_arrows_and_enter_answer_too(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("right", "enter")
        await trainer.sees(ChooseAction)
        await trainer.answers("escape")
        await trainer.sees(ConfirmAction)


async def test_typing_filters_the_list_of_actions(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.types("venue")
        shown = [candidate.name for candidate in trainer.app.main.candidates.candidates]
        assert shown == ["action_search_venues", "action_show_venue_reviews"]
        # A digit is part of the filter now.
        await trainer.types("2")
        assert trainer.field == "venue2"
        await trainer.sees("nothing is called so")
        await trainer.presses("backspace")
        await trainer.presses("down", "up", "enter")
        await trainer.sees(AskAfterFailure)


async def test_a_response_is_shown_before_it_is_chosen(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.types("goodbye")
        await trainer.sees("Goodbye, and see you at the show.")


async def test_a_new_action_with_its_text_and_buttons(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.types("utter_wave")
        await trainer.presses("ctrl+n")
        await trainer.sees(NameAction)
        assert trainer.field == "utter_wave"
        await trainer.presses("enter")
        await trainer.sees(WriteResponse, "What does utter_wave say?")
        await trainer.presses("enter")
        await trainer.sees("a response needs a text")
        await trainer.types("Hi there [friend](x)!")
        await trainer.presses("down")
        await trainer.types("good (/mood_great) | bad")
        await trainer.presses("enter")
        await trainer.sees("'bad' has no payload")
        await trainer.types(" (/mood_unhappy)")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        assert trainer.said("bot") == ["Hi there [friend](x)!"]
        # It is usable at once.
        await trainer.answers("n")
        await trainer.types("wave")
        await trainer.sees("utter_wave")


async def test_a_response_with_several_variations(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.presses("ctrl+n")
        await trainer.types("utter_wave")
        await trainer.presses("enter")
        await trainer.types("Hi!")
        await trainer.presses("ctrl+n")
        await trainer.types("Hey\\nthere!")
        await trainer.sees("“Hi!  /  Hey\\nthere!”")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        response = trainer.controller.timeline.state.domain.responses["utter_wave"]
        assert [variation.text for variation in response] == ["Hi!", "Hey\nthere!"]


async def test_a_name_that_cannot_be_is_refused_with_the_reason(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.presses("ctrl+n")
        await trainer.says("utter greet")
        await trainer.sees(NameAction, "cannot be an action")
        assert trainer.field == "utter greet"


async def test_why_an_answer_is_refused_is_read_whole_on_a_narrow_screen_too(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(60, 24)) as trainer:
        await trainer.says('/hello{"concerts": [1')
        await trainer.sees("the end (character 22). Expected", '{"entity": "value"}.')
        assert trainer.field == '/hello{"concerts": [1'


async def test_only_the_intent_is_corrected_with_one_key(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("which bands are on")
        await trainer.sees(ConfirmIntent)
        await trainer.answers("i")
        await trainer.sees(ChooseIntent, "What intent is it?")
        await trainer.says("thank")
        await trainer.is_asked(ConfirmAction)
        await trainer.sees("intent thankyou")


async def test_another_intent_with_its_digit(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("which bands are on")
        prompt = await trainer.is_asked(ConfirmIntent)
        second = prompt.parse.ranking[1][0]
        await trainer.answers("2")
        await trainer.is_asked(ConfirmAction)
        await trainer.sees(f"intent {second}")


async def test_a_new_intent_is_usable_at_once(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("sing me a song")
        await trainer.answers("n")
        await trainer.sees(ChooseIntent)
        await trainer.presses("ctrl+n")
        await trainer.sees(NameIntent)
        await trainer.says("ask_song")
        await trainer.sees(MarkEntities)
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.sees("intent ask_song")
        assert "ask_song" in trainer.view.intents


async def test_entities_are_marked_by_words(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("hello my name is Kim Lee")
        await trainer.sees(ConfirmIntent)
        await trainer.answers("t")
        await trainer.sees(MarkEntities, "Which words are entities?")
        # Whatever was found is taken away, then two words become one entity.
        editor = trainer.app.main.prompt_bar.body
        assert isinstance(editor, EntityEditor)
        await trainer.presses("home")
        while found := editor.marking.entities:
            await trainer.presses("delete")
            if editor.marking.entities == found:
                await trainer.presses("right")
        await trainer.presses("end", "shift+left")
        letter = next(key for key, name in editor.words.letters.items() if name == "name")
        await trainer.presses(letter)
        await trainer.sees("Kim Lee⟨name⟩", "[Kim Lee](name)")
        await trainer.presses("r")
        await trainer.says("first")
        await trainer.sees('[Kim Lee]{"entity": "name", "role": "first"}')
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        message = next(entry for entry in trainer.history if entry.kind == "message")
        assert [(e.entity, e.value, e.role) for e in message.entities] == [("name", "Kim Lee", "first")]


async def test_bad_notation_is_refused_with_the_reason_and_kept(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("hello Kim")
        await trainer.answers("t")
        await trainer.presses("tab")
        await trainer.sees("enter done   tab words")
        await trainer.presses("ctrl+u")
        await trainer.types("hello [Kim](name")
        await trainer.presses("enter")
        await trainer.sees(MarkEntities, "a mark is not closed")
        assert trainer.field == "hello [Kim](name"
        await trainer.types(")")
        await trainer.sees("Kim⟨name⟩")
        await trainer.presses("ctrl+u")
        await trainer.types("hallo Kim")
        await trainer.presses("enter")
        await trainer.sees(MarkEntities, "the words differ")
        await trainer.presses("ctrl+u")
        await trainer.types("hello [Kim](name)")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)


async def test_undo_and_redo_any_number_of_answers(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        await trainer.sees(AskMessage)
        end = trainer.history
        await trainer.presses("ctrl+z", "ctrl+z", "ctrl+z")
        await trainer.sees(AskMessage)
        assert not trainer.history
        await trainer.presses("ctrl+z")
        assert "There is nothing to undo." in trainer.told
        await trainer.presses("ctrl+y", "ctrl+y", "ctrl+y")
        assert trainer.history == end


async def test_unsent_text_stays_as_a_draft(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        await trainer.types("half a sent")
        await trainer.presses("ctrl+z")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses("ctrl+y")
        await trainer.sees(AskMessage)
        assert trainer.field == "half a sent"
        await trainer.presses("enter")
        await trainer.presses("ctrl+z")
        await trainer.sees(AskMessage)
        # What was sent is there again, to be changed: typing replaces it.
        assert trainer.field == "half a sent"
        await trainer.types("another")
        assert trainer.field == "another"


async def test_lines_that_are_pasted_are_one_message(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.types("oh, ")
        trainer.app.screen.post_message(events.Paste("hello\nto all of you\r\n"))
        await trainer.settles()
        assert trainer.field == "oh, hello to all of you"
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmIntent)
        trainer.app.screen.post_message(events.Paste("yes\n"))
        await trainer.is_asked(ConfirmIntent)


async def test_messages_are_recalled_with_up_and_down(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        await trainer.types("dra")
        await trainer.presses("up")
        assert trainer.field == "/hello"
        await trainer.presses("down")
        assert trainer.field == "dra"


async def test_slash_lists_the_intents_and_arrows_walk_what_typing_leaves(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(60, 20)) as trainer:
        await trainer.types("/")
        await trainer.sees("f4 intents", "search_concerts", "search_venues", "thankyou")
        await trainer.types("sea")
        await trainer.does_not_see("thankyou")
        await trainer.sees("sends /search_concerts")
        await trainer.presses("down")
        await trainer.sees("sends /search_venues")
        await trainer.presses("up", "tab")
        assert trainer.field == "/search_concerts"
        await trainer.presses("ctrl+u")
        await trainer.does_not_see("search_concerts")
        await trainer.types("/ven")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "action_search_venues")
        assert trainer.said("you") == ["/search_venues"]
        await trainer.sees("f4 next action")


async def test_forking_from_a_message_keeps_the_branch_that_is_left(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        await trainer.says("/goodbye")
        await trainer.presses("ctrl+f")
        await trainer.sees("fork", "/goodbye", "/hello")
        await trainer.presses("down", "enter")
        await trainer.sees(AskMessage)
        assert trainer.said("you") == []
        assert len(trainer.view.branches) == 2
        await trainer.presses("ctrl+c", "b")
        await trainer.sees("branches")
        await trainer.presses("up", "enter")
        assert trainer.said("you") == ["/hello", "/goodbye"]


async def test_forking_from_the_conversation(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        await trainer.says("/goodbye")
        await trainer.presses("f3", "f")
        await trainer.sees(AskMessage)
        assert trainer.said("you") == ["/hello"]


async def test_a_slot_is_set_by_hand(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("f5", "s")
        await trainer.says('["Moss and Ember"]')
        assert trainer.slots["concerts"] == ["Moss and Ember"]
        await trainer.sees("~ concerts")
        await trainer.presses("enter")
        await trainer.sees('"Moss and Ember"')


async def test_restart_and_start_fresh_begin_a_new_conversation_and_undo_takes_it_back(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y", "y")
        before = trainer.history
        await trainer.says("/restart")
        await trainer.sees(AskMessage)
        assert trainer.history != before
        await trainer.presses("ctrl+z")
        assert trainer.history == before


async def test_stop_opens_the_menu_where_no_intent_has_that_name(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/stop")
        await trainer.sees("Start fresh", "Export and quit")


async def test_stop_is_an_intent_where_the_bot_has_one(teaching: Teaching) -> None:
    async with teaching("formbot") as trainer:
        await trainer.says("/stop")
        await trainer.does_not_see("Export and quit")
        await trainer.is_asked(ConfirmAction)


async def test_why_says_who_wants_it_and_where_that_stands(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("e")
        await trainer.sees("why", "MemoizationPolicy")
        await trainer.presses("escape")
        await trainer.sees(ConfirmAction)
        assert trainer.focused == "Answers"


@pytest.mark.parametrize(
    ("key", "pane"), [("f3", "conversation"), ("f4", "candidates"), ("f5", "slots"), ("f6", "stories")]
)
async def test_panes_by_their_keys_and_back(teaching: Teaching, key: str, pane: str) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.types("draft")
        await trainer.presses(key)
        assert trainer.focused == pane
        await trainer.presses("F")
        assert trainer.app.main.is_maximised
        assert [one.id for one in trainer.app.main.panes if one.region.area] == [pane]
        await trainer.sees("esc back", "Say something", "draft")
        await trainer.presses("escape")
        assert not trainer.app.main.is_maximised
        await trainer.presses("escape")
        assert trainer.focused == "MessageField"
        assert trainer.field == "draft"


async def test_the_stories_show_more_and_less_on_a_key(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("enter", "enter")
        await trainer.is_asked(AskMessage)
        await trainer.presses("f6")
        usual = trainer.view.stories.rows
        await trainer.presses("minus", "minus")
        assert len(trainer.view.stories.rows) < len(usual)
        await trainer.presses("plus", "plus")
        assert trainer.view.stories.rows == usual
        assert trainer.focused == "stories"


async def test_undo_from_a_pane_keeps_the_pane(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("f3", "z")
        await trainer.sees(AskMessage)
        assert trainer.focused == "conversation"
        await trainer.presses("Z")
        await trainer.sees(ConfirmAction)


async def test_copying_a_row_says_what_was_done(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("f4", "c")
        assert trainer.app.clipboard == "utter_greet"
        assert any("utter_greet" in notice for notice in trainer.told)


async def test_jump_mode_goes_to_a_pane_with_a_letter(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("ctrl+o", "d")
        assert trainer.focused == "slots"


async def test_finding_in_a_pane(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        pane = trainer.app.main.candidates
        await trainer.presses("f4", "/")
        await trainer.types("venue")
        first = pane.cursor
        assert "venue" in pane.row_text(first)
        await trainer.sees("1 of 2")
        await trainer.presses("down")
        await trainer.sees("2 of 2")
        assert pane.cursor != first
        await trainer.types("x")
        await trainer.sees("'venuex' is not in this pane.")
        await trainer.presses("backspace", "enter", "n")
        assert pane.cursor != first
        await trainer.presses("N")
        assert pane.cursor == first
        assert ("venue", "match") in with_matches(pane.row_lines(first, 60)[0], "venue")
        await trainer.presses("g", "/")
        assert trainer.field == ""
        await trainer.types("venue")
        assert pane.cursor == first
        await trainer.presses("escape")
        assert pane.cursor == 0


async def test_a_turn_is_gone_to_by_its_number(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        for text in ("/hello", "/goodbye"):
            await trainer.says(text)
            while not isinstance(trainer.view.prompt, AskMessage):
                await trainer.presses("enter")
        await trainer.presses("f3", "t")
        await trainer.sees("go to this turn", "2  /goodbye")
        await trainer.says("1")
        assert trainer.focused == "conversation"
        turn = trainer.app.main.query_one(Conversation).current_turn
        assert turn is not None and (turn.number, turn.text) == (1, "/hello")


async def test_the_rows_of_a_sheet_are_filtered_by_their_words(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("f1", "slash")
        await trainer.types("earlier message")
        await trainer.sees("Fork from an earlier message", " of ")
        await trainer.does_not_see("Session menu")
        await trainer.presses("enter", "escape")
        assert trainer.app.screen is trainer.app.main
        await trainer.presses("f1")
        await trainer.presses("slash")
        await trainer.types("fork")
        await trainer.presses("escape")
        await trainer.sees("Session menu; again: back")


async def test_the_help_is_of_what_has_focus(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("f1")
        await trainer.sees("Your message", "The message before")
        await trainer.presses("escape", "f5", "?")
        await trainer.sees("Slots", "Set the slot by hand")


async def test_a_choice_filter_does_not_outlive_its_question(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("n")
        await trainer.types("bye")
        await trainer.presses("escape")
        await trainer.sees(ConfirmAction)
        assert len(trainer.app.main.candidates.candidates) > 10


async def test_what_is_learned_meanwhile_leaves_the_mark_and_the_keys_of_a_question(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        given: list[bool] = []

        def answered(may_run: bool) -> str:
            given.append(may_run)
            return ""

        trainer.controller.ask_about_code(Code("actions", answered))
        await trainer.sees("Run this bot's own programs?")
        await trainer.presses("right")
        pressed = events.Key("enter", "\r")
        trainer.controller.refresh()
        await trainer.settles()
        trainer.app.post_message(pressed)
        await trainer.settles()
        assert given == [True]

        trainer.controller.ask_about_code(Code("actions", answered))
        await trainer.sees("Run this bot's own programs?")
        pressed = events.Key("y", "y")
        trainer.controller.refresh()
        await trainer.settles()
        trainer.app.post_message(pressed)
        await trainer.settles()
        assert given == [True, True]


async def test_an_action_of_the_bots_own_tells_what_its_docstring_says(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    (copy_of("concertbot") / "actions.py").write_text(
        'raise SystemExit("never run")\n\nclass Search(Action):\n    """Looks up what is on this week."""\n\n'
        '    def name(self):\n        return "action_search_concerts"\n'
    )
    async with teaching("concertbot", "--no-actions") as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/search_concerts")
        await trainer.is_asked(ConfirmAction, "action_search_concerts")
        await trainer.presses("f4", "enter")
        await trainer.sees("Looks up what is on this week.")


async def test_what_is_judged_wraps_where_it_does_not_fit_on_one_row(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(60, 20)) as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("which concerts are on in the town where I live, this week or next")
        await trainer.is_asked(ConfirmIntent)
        await trainer.sees("Is this right?  which concerts are on in the town where I", "live, this week or next  →")
        await trainer.does_not_see("e in full")


async def test_a_message_that_takes_all_rows_leaves_room_for_what_it_is_taken_for(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("which concerts are on in the town where I live " * 40)
        await trainer.is_asked(ConfirmIntent)
        await trainer.sees("Is this right?  which concerts", "→ intent", " search_concerts .7", "e in full")


async def test_what_nobody_thinks_possible_leaves_its_rows_to_the_stories(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(120, 40)) as trainer:
        await trainer.says("/hello")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("· 9 ", "more")
        await trainer.does_not_see("action_restart")
        await trainer.presses("f4", "end")
        await trainer.sees("action_restart")


async def test_what_is_judged_and_does_not_fit_names_the_key_that_shows_it_whole(
    teaching: Teaching, copy_of: Callable[[str], Path]
) -> None:
    domain = copy_of("concertbot") / "domain.yml"
    told = "Hello! I know the concerts"
    text = domain.read_text(encoding="utf-8")
    assert told in text
    domain.write_text(text.replace(told, "Good day to you, and to all of yours. " * 5 + told), encoding="utf-8")
    async with teaching("concertbot", size=(60, 20)) as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("… e in full")
        await trainer.does_not_see("looking for?")
        await trainer.presses("e")
        await trainer.sees("looking for?")
        await trainer.presses("escape", "y")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.does_not_see("e in full")
