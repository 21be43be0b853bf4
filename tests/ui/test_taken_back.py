"""What was typed comes back with undo, prefilled texts are replaced whole, and only what is in sight is taken."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskMessage,
    ChooseAction,
    ConfirmAction,
    ConfirmIntent,
    MarkEntities,
    NameAction,
    NameIntent,
    StubResult,
    WriteResponse,
)
from trainer_tui.ui.widgets.entity_editor import EntityEditor


def marks(trainer: Trainer) -> list[tuple[str, object, str | None]]:
    editor = trainer.app.main.prompt_bar.body
    assert isinstance(editor, EntityEditor)
    return [(entity.entity, entity.value, entity.role) for entity in editor.marking.entities]


async def marks_kim(trainer: Trainer) -> None:
    """`Kim Lee` as a name, whatever was found there."""
    await trainer.says("hello my name is Kim Lee")
    await trainer.answers("t")
    await trainer.sees(MarkEntities)
    editor = trainer.app.main.prompt_bar.body
    assert isinstance(editor, EntityEditor)
    await trainer.presses("home")
    while found := editor.marking.entities:
        await trainer.presses("delete")
        if editor.marking.entities == found:
            await trainer.presses("right")
    await trainer.presses("end", "shift+left")
    await trainer.presses(next(key for key, name in editor.words.letters.items() if name == "name"))


@pytest.mark.parametrize("value", ["2026-11-29", "Kim", "K", "Kim Lee the Third"])
async def test_the_value_of_an_entity_is_replaced_as_a_whole(teaching: Teaching, value: str) -> None:
    """After a shorter prompt and a longer one, the field holds what is typed and nothing else."""
    async with teaching("concertbot") as trainer:
        await marks_kim(trainer)
        await trainer.presses("r")
        await trainer.says("a")
        await trainer.presses("v")
        assert trainer.field == "Kim Lee"
        await trainer.types(value)
        assert trainer.field == value
        await trainer.presses("enter")
        assert marks(trainer) == [("name", value, "a")]
        await trainer.presses("v", "end")
        await trainer.types("!")
        assert trainer.field == f"{value}!"


async def test_value_role_and_group_are_in_sight(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(80, 24)) as trainer:
        await marks_kim(trainer)
        for key, text in (("r", "first"), ("g", "1"), ("v", "kim")):
            await trainer.presses(key)
            await trainer.says(text)
        await trainer.sees('Kim Lee⟨name:first#1="kim"⟩')


async def test_undo_brings_back_the_marks_as_they_were(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await marks_kim(trainer)
        await trainer.presses("v")
        await trainer.says("kim")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("ctrl+z")
        await trainer.sees(MarkEntities)
        assert marks(trainer) == [("name", "kim", None)]


async def test_undo_reopens_a_message_a_name_a_response_and_a_result(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("sing me a song")
        await trainer.sees(ConfirmIntent)
        await trainer.presses("ctrl+z")
        await trainer.sees(AskMessage)
        assert trainer.field == "sing me a song"
        await trainer.presses("enter")
        await trainer.answers("n")
        await trainer.presses("ctrl+n")
        await trainer.says("ask_song")
        await trainer.sees(MarkEntities)
        await trainer.presses("ctrl+z")
        await trainer.sees(NameIntent)
        assert trainer.field == "ask_song"
        await trainer.presses("enter", "enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.answers("n")
        await trainer.presses("ctrl+n")
        await trainer.says("utter_wave")
        await trainer.presses("ctrl+z")
        await trainer.sees(NameAction)
        assert trainer.field == "utter_wave"
        await trainer.presses("enter")
        await trainer.sees(WriteResponse)
        await trainer.types("La la")
        await trainer.presses("down")
        await trainer.says("more (/hello)")
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("ctrl+z")
        await trainer.sees(WriteResponse, "La la", "more (/hello)")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction)
        await trainer.answers("n")
        await trainer.says("action_search_venues")
        await trainer.sees(AskAfterFailure)
        await trainer.answers("s")
        await trainer.says('slot{"venues": ["Pier"]}')
        await trainer.is_asked(ConfirmAction)
        await trainer.presses("ctrl+z")
        await trainer.sees(StubResult)
        assert trainer.field == 'slot{"venues": ["Pier"]}'


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 20), (40, 12)])
async def test_a_digit_takes_what_stands_on_the_screen_and_nothing_else(
    teaching: Teaching, size: tuple[int, int]
) -> None:
    async with teaching("concertbot", size=size) as trainer:
        await trainer.says("/hello")
        prompt = await trainer.is_asked(ConfirmAction)
        for digit in range(2, 10):
            # What is said of an undo takes a row from the list.
            rows = trainer.text
            name = prompt.prediction.ranking[digit - 1][0]
            is_in_sight = any(f" {digit} {name[:2]}" in row for row in rows.split("\n"))
            await trainer.presses(str(digit))
            is_taken = trainer.view.prompt != prompt
            assert is_taken == is_in_sight, f"{digit}\n{rows}"
            if is_taken:
                await trainer.presses("ctrl+z")
            else:
                await trainer.presses("backspace")
            await trainer.is_asked(ConfirmAction)


async def test_looking_at_the_next_action_answers_nothing(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        prompt = await trainer.is_asked(ConfirmAction)
        await trainer.presses("f4", "down", "down", "down")
        await trainer.sees("t take", "esc back")
        await trainer.presses("enter")
        assert trainer.view.prompt == prompt
        await trainer.sees(prompt.prediction.ranking[3][0])
        await trainer.presses("escape", "t")
        assert trainer.view.prompt != prompt


async def test_the_pane_opens_a_row_while_a_list_is_chosen_from_too(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        prompt = await trainer.is_asked(ConfirmAction, "utter_greet")
        down = [name for name, _ in prompt.prediction.ranking].index("action_listen")
        await trainer.answers("n")
        await trainer.presses("f4", *["down"] * down, "enter")
        await trainer.sees(ChooseAction)
        await trainer.presses("escape", "t")
        await trainer.sees(AskMessage)
