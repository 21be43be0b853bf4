"""The first law: what a person, a bot or a file says appears as it is, in every pane; nothing is read as markup."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.ui.conftest import Teaching
from tests.ui.fake_controller import CONFIRM, TORN, FakeController, asking
from tests.ui.trainer import at_the_desk
from trainer_tui.errors import Place, Problem
from trainer_tui.export.review import ExportReview, ExportRow
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import Evidence
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskButton,
    AskMessage,
    Button,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    ConfirmIntent,
    MarkEntities,
    NameIntent,
    PredictAction,
    Prompt,
    WriteResponse,
)
from trainer_tui.session.view import (
    ActionsView,
    BranchView,
    ForkPoint,
    HistoryEntry,
    SessionView,
    SlotRow,
    StoriesView,
    StoryRow,
)
from trainer_tui.ui.app import TrainerApp

TEXTS = {
    "markup": "[Rome](city) [/greet] {red} \\[b]",
    "scripts": "你好世界 🙂 שלום \\n `x`",
}


def full_of(text: str) -> SessionView:
    """A view that says the text wherever a text can be."""
    prediction = replace(
        TORN,
        ranking=((text, 0.53), (f"{text}2", 0.4)),
        policy=text,
        evidence=(Evidence(text),),
        contradictions=(Evidence(text, (Place(text, 3),)),),
    )
    parse = ParseResult(text, text, 0.8, (), ((text, 0.8), ("other", 0.1)))
    return replace(
        CONFIRM,
        status=replace(CONFIRM.status, bot=text, session="s", warnings=(Problem(text),)),
        history=(
            HistoryEntry("you", "message", text, 1, node=1),
            HistoryEntry("you", "intent", text, confidence=1.0),
            HistoryEntry("bot", "action", text, 2, wanted=text),
            HistoryEntry("bot", "text", text),
            HistoryEntry("bot", "buttons", text),
            HistoryEntry("bot", "slot", text),
            HistoryEntry("bot", "event", text),
        ),
        prompt=ConfirmIntent(parse),
        actions=ActionsView(prediction),
        slots=(SlotRow(text, text, True),),
        stories=StoriesView((StoryRow("◉ ", text, "here", 3, 0.5, ((text, Place(text, 1)),)),), text),
        branches=(BranchView(1, text, (text,), True),),
        fork_points=(ForkPoint(1, 1, text),),
        undo=text,
        intents=(text,),
        entities=(text,),
        notice=text,
    )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_every_pane_says_it_as_it_is(text: str) -> None:
    async with at_the_desk(TrainerApp(FakeController(full_of(text))), (200, 50)) as trainer:
        rows = trainer.text.split("\n")
        panes = {pane.id: pane for pane in trainer.app.main.panes}
        for name, times in {"conversation": 6, "candidates": 1, "slots": 1, "stories": 1}.items():
            region = panes[name].region
            seen = "\n".join(rows[region.y : region.bottom])
            assert seen.count(text) >= times, f"{name}:\n{trainer.text}"
        assert text in "\n".join(rows[panes["stories"].region.bottom :])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_every_question_says_it_as_it_is(text: str) -> None:
    view = full_of(text)
    prediction = view.actions.prediction
    parse = ParseResult(text, text, 0.8, (), ((text, 0.8), ("other", 0.1)))
    assert prediction is not None
    prompts: list[Prompt] = [
        ConfirmIntent(parse),
        ChooseIntent(parse, parse.ranking, True),
        NameIntent(parse, True, text),
        MarkEntities(parse),
        ConfirmAction(prediction),
        ChooseAction(prediction),
        WriteResponse(text, prediction),
        AskButton(text, (Button(text, "/x"),)),
        AskAfterFailure(PredictAction(), text, text, text),
    ]
    controller = FakeController(view)
    async with at_the_desk(TrainerApp(controller), (200, 50)) as trainer:
        for prompt in prompts:
            controller.show(asking(prompt, view))
            await trainer.settles()
            bar = trainer.app.main.prompt_bar.region
            assert text in "\n".join(trainer.text.split("\n")[bar.y : bar.bottom]), f"{prompt}\n{trainer.text}"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("keys", ["ctrl+c", "ctrl+f", "ctrl+c b", "ctrl+s", "f8", "f3 enter", "f4 enter", "f5 enter"])
async def test_every_sheet_says_it_as_it_is(text: str, keys: str) -> None:
    controller = FakeController(asking(AskMessage(), full_of(text)))
    controller.review = ExportReview(
        (ExportRow("1", text, text, diff=(f"+{text}",), text=text, warnings=(text,)),), text
    )
    async with at_the_desk(TrainerApp(controller), (200, 50)) as trainer:
        await trainer.presses(*keys.split())
        sheet = trainer.app.screen.query_one("#sheet").region
        shown = "\n".join(row for row in trainer.text.split("\n")[sheet.y : sheet.bottom])
        assert text in shown or json.dumps(text, ensure_ascii=False) in shown, trainer.text


async def test_a_line_of_ten_thousand_characters_wraps_in_the_conversation_and_is_cut_elsewhere() -> None:
    text = "x" * 9990 + "the end!!!"
    async with at_the_desk(TrainerApp(FakeController(full_of(text))), (120, 40)) as trainer:
        rows = trainer.text.split("\n")
        assert all(len(row) <= 120 for row in rows)
        await trainer.presses("f3", "g")
        conversation = trainer.app.main.panes[0]
        wrapped = [
            line for y in range(400) if (found := conversation.line_at(y)) for line in [found[1]] if found[0] == 0
        ]
        said = "".join(text for line in wrapped for text, style in line if style == "you")
        assert said == text
        assert "…" in "\n".join(rows)
        await trainer.presses("f5", "enter")
        await trainer.presses("G")
        await trainer.sees("the end!!!")


async def test_wide_characters_keep_the_frames_in_place() -> None:
    async with at_the_desk(TrainerApp(FakeController(full_of("你好世界" * 9))), (100, 30)) as trainer:
        widths = {cell_len(row) for row in trainer.text.split("\n") if row.startswith("│")}
        assert widths == {100}, trainer.text


async def test_escape_codes_cannot_steer_the_terminal() -> None:
    async with at_the_desk(TrainerApp(FakeController(full_of("\x1b[2J\x07\x9b1m")))) as trainer:
        assert not any(ord(character) < 32 and character != "\n" for character in trainer.text)
        assert "\x9b" not in trainer.text


async def test_what_is_typed_is_said_as_it_is(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("hello [Rome](x) [/greet] {red}")
        await trainer.sees("hello [Rome](x) [/greet] {red}")
