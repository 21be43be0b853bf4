"""Sessions typed at random: never a traceback, nothing lost, and what is exported reads back."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.walks.walking import copy_of, opened
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.core.stories import Rule, StoryFile, StoryStep
from trainer_tui.export.conversations import conversations
from trainer_tui.plain.session import PlainSession
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.runtime.running import event_loop
from trainer_tui.session.machine import start
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskButton,
    AskMessage,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    ConfirmIntent,
    MarkEntities,
    NameAction,
    NameIntent,
    SlotEdited,
    StubResult,
    WriteResponse,
)
from trainer_tui.session.timeline import Timeline

TEXTS = (
    "hello",
    "  ",
    "[Rome](city) 你好",
    "::colon",
    "#hash",
    "a\tb",
    "- * ## >",
    "\u202eabc",
    "'\"\\",
    "{slot}",
    "null",
)
NAMES = ("new_one", "utter_new", "two words", "ümlaut", "utter_greet", "", "a/b", "greet", "restaurant_form", "é{}")
MOVES = (":undo", ":undo", ":undo 2", ":redo", ":fork 1", ":fork 2", ":fresh", ":switch 0", ":switch 1", ":branches")
ASIDES = (
    ":slots",
    ":why",
    ":history 3",
    ":list e",
    ":status",
    ":name é: #1",
    ":slot cuisine x",
    ":slot nope 1",
    ":menu",
)
EXPORTS = (":export", ":export 1 off", ":export 1 name - odd: [name] #", ":export 1 as rule", ":export 2 to data/x.yml")


SEEDS = range(3)


class Monkey(io.StringIO):
    """Types what might be an answer to what is asked; mostly it is."""

    def __init__(self, seed: int, controller: Controller, lines: int) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._controller = controller
        self._left = lines
        self.typed: list[str] = []

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # of the bytes that typeshed names
        if self._left == 0:
            return ""
        self._left -= 1
        self.typed.append(self._line())
        return self.typed[-1] + "\n"

    def _line(self) -> str:
        pick = self._random.choice
        dice = self._random.random()
        if dice < 0.10:
            return pick(MOVES)
        if dice < 0.14:
            return pick(ASIDES)
        if dice < 0.17:
            return pick(EXPORTS)
        if dice < 0.20:
            return pick((*TEXTS, *NAMES, "7", "99", "y", "n"))
        match self._controller.view.prompt:
            case AskMessage() | AskButton():
                intents = [f"/{name}" for name in self._controller.view.intents]
                return pick(
                    (*intents, *intents, *TEXTS, '/inform{"cuisine": "thaï: #"}', "/stop", "/restart", "1", "/new")
                )
            case ConfirmIntent():
                return pick(("y", "n", "i", "t", "2", ":new"))
            case ConfirmAction():
                return pick(("y", "y", "y", "y", "n", "2", ":new", "action_listen", "utter_greet"))
            case ChooseIntent() | ChooseAction():
                return pick(("", "2", "3", "action_listen", ":new"))
            case NameIntent() | NameAction():
                return pick(NAMES)
            case WriteResponse():
                return pick((*TEXTS, '["a", {"text": "b: #", "buttons": [{"title": "T", "payload": "/greet"}]}]', "["))
            case MarkEntities(parse):
                return pick(("", f"[{parse.text}](city)", f"[{parse.text}](city:Oslo)", "[x", parse.text))
            case AskAfterFailure():
                return pick(("s", "s", "s", "u", "r", "i"))
            case StubResult():
                return pick(
                    ("", "words ; more", 'slot{"cuisine": "x"}', 'form{"name": null}', "slot{", "rewind", "restart")
                )
            case _:
                return pick(("y", "n", ""))


@pytest.fixture(params=["concertbot", "formbot", "formbot_core", "moodbot"])
def bot(request: pytest.FixtureRequest, sample_bots: Path, tmp_path: Path) -> Path:
    """Without actions of its own, so that no server is started, and with policies that need no fit."""
    bot = copy_of(sample_bots / request.param, tmp_path)
    (bot / "actions.py").unlink(missing_ok=True)
    for file in (*(bot / "data").glob("nlu.*"), *bot.glob("*config.yml")):
        file.unlink()
    (bot / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n- name: RulePolicy\n")
    if request.param in ("concertbot", "formbot_core"):
        (bot / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n- name: FormPolicy\n")
    return bot


def shape(timeline: Timeline) -> list[tuple[str, str, list[str]]]:
    """Every branch: its name, what it waits for, and what happened on it."""
    return [
        (
            branch.name,
            type(branch.tip.state.waiting).__name__,
            [repr(event) for event in branch.tip.state.tracker.events],
        )
        for branch in timeline.branches.values()
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_session_typed_at_random(bot: Path, seed: int) -> None:
    controller = opened(bot, "--conversation-id", "monkey")
    monkey = Monkey(seed, controller, 150)
    try:
        assert PlainSession(controller, monkey, io.StringIO(), io.StringIO()).run() == 0
        lived = shape(controller.timeline)
        if controller.view.undo and controller.timeline.branch.origin is None:
            before = controller.timeline.state
            # What is taught by then is looked at beside it.
            with event_loop():
                controller.undo()
                controller.redo()
            assert controller.timeline.state is before
    finally:
        controller.close()

    kept = read_journal(bot / ".trainer" / "sessions" / "monkey.jsonl")
    assert kept.is_whole and kept.domain is not None
    replayed = Timeline(start(kept.domain, at=controller.timeline.nodes[0].state.tracker.event.timestamp))  # type: ignore[union-attr]
    for record in kept.records:
        replayed.apply(record)
    assert shape(replayed) == lived


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_typed_at_random_is_exported_and_reads_back(bot: Path, seed: int) -> None:
    before = read_project(bot).stories
    known = {step.name for step in told(before)}
    controller = opened(bot)
    try:
        assert PlainSession(controller, Monkey(seed, controller, 120), io.StringIO(), io.StringIO()).run() == 0
        review = controller.exporter.review(controller.timeline)
        if any(row.is_on for row in review.rows):
            said = io.StringIO()
            assert PlainSession(controller, io.StringIO(":export --yes\n"), said, io.StringIO()).run() == 0
            assert "Wrote " in said.getvalue()
        # What the review left out of itself is not called exported, nor is what no turn holds yet.
        ends = [(tip.waits_for_user, isinstance(tip.given, SlotEdited)) for tip in controller.timeline.tips()]
        is_whole = set(ends) == {(True, False)} and all(row.is_on for row in review.rows)
        assert controller.unexported() is None or not is_whole
        taught = [spoken(item.events) for item in conversations(controller.timeline)]
    finally:
        controller.close()
    read = read_project(bot)
    assert not read.errors, (read.errors, [row.title for row in review.rows])
    for step in told(read.stories):
        if step.name not in known:
            assert any(is_within(spoken(step.events), words) for words in taught), (step.name, spoken(step.events))


def told(stories: StoryFile) -> list[StoryStep | Rule]:
    return [*stories.steps, *stories.rules]


def spoken(events: Iterable[object]) -> list[str]:
    words = []
    for event in events:
        if isinstance(event, UserUttered):
            # `faq/hours` is read as its base.
            words.append("* " + (event.intent or "").partition("/")[0])
        elif isinstance(event, ActionExecuted) and event.name not in ("action_listen", None, "..."):
            words.append(str(event.name))
    return words


def is_within(part: list[str], whole: list[str]) -> bool:
    """Whether all of `part` stands in `whole`, in its order."""
    rest = iter(whole)
    return all(any(word == other for other in rest) for word in part)
