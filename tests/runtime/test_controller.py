"""The controller: effects and their tickets, moves while one is under way, the journal that it keeps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.script import World, concert_domain
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import BotUttered, Entity, Event
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import StoryFile
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.exporting import Exporter
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import Header, read_journal
from trainer_tui.runtime.performing import Performer
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.runtime.script_sources import ScriptSources
from trainer_tui.runtime.session_parts import ASK_EVERYTHING, Bot, Options
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionRan,
    ActionRejected,
    AskAfterFailure,
    AskMessage,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Effect,
    HumanInput,
    MessageTyped,
    RunAction,
    WarningAcknowledged,
)
from trainer_tui.session.script import Did, Said, Script
from trainer_tui.session.view import Mark


class ScriptedTeacher:
    """Predicts from the table of a world."""

    own = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.followed: list[int] = []
        self.is_closed = False

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        return self.world.meanings.get(text) or ParseResult(text, None, 0.0)

    async def predict(
        self, tracker: DialogueStateTracker, domain: Domain, taught: Sequence[Lesson]
    ) -> EnsemblePrediction:
        return self.world.predict(tracker)

    async def what_if(
        self, tracker: DialogueStateTracker, domain: Domain, own: EnsemblePrediction
    ) -> EnsemblePrediction | None:
        return None

    def follow(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        self.followed.append(len(lessons))

    def hold_fits(self, is_held: bool) -> None: ...

    def train_now(self, lessons: Sequence[Lesson]) -> None: ...

    async def finished(self) -> None: ...

    def take_notes(self) -> tuple[str, ...]:
        return ()

    def status(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> tuple[str, ...]:
        return (f"{len(lessons)} learned",)

    def close(self) -> None:
        self.is_closed = True


class SlowRunner:
    """Actions that end when the test says so."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fault: TrainerError | None = None
        self.ran: list[str] = []

    async def run(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionRan | ActionRejected:
        self.ran.append(action)
        self.started.set()
        await self.may_end.wait()
        if self.fault:
            raise self.fault
        return ActionRan((BotUttered(f"{action} says so"),))

    async def extract_slots(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Event, ...]:
        return ()

    def needs_server(self, action: str, domain: Domain) -> bool:
        return action in domain.actions

    async def start(self, domain: Domain) -> None: ...

    def status(self) -> tuple[str, bool]:
        return "", True

    def take_notes(self) -> tuple[str, ...]:
        return ()

    def log_lines(self) -> tuple[str, ...]:
        return ()

    async def restart(self) -> str:
        return "restarted"

    def close(self) -> None: ...


class Desk:
    """A controller with its scripted surroundings."""

    def __init__(self, tmp_path: Path, options: Options = ASK_EVERYTHING) -> None:
        self.domain = concert_domain()
        self.world = World()
        self.teacher = ScriptedTeacher(self.world)
        self.runner = SlowRunner()
        self.path = tmp_path / "sessions" / "desk.jsonl"
        self.rereads = 0
        bot = Bot("desk", tmp_path, self.domain)
        self.performer = Performer(bot, self.teacher, self.runner, self.reread)
        self.controller = Controller(
            self.performer,
            lambda: Exporter(lambda: read_project(tmp_path)),
            lambda: ScriptSources(lambda: (StoryFile(), StoryFile(), ()), [self.path.parent], {}),
            Journal.create(self.path, Header("desk", 1.0), self.domain),
            now=lambda: 5.0,
            options=options,
        )

    def reread(self) -> tuple[Bot, ScriptedTeacher]:
        self.rereads += 1
        return Bot("desk", self.path.parent, self.domain), ScriptedTeacher(self.world)

    @property
    def asked(self) -> object:
        view = self.controller.view
        return view.effect if view.prompt is None else view.prompt

    async def to_the_action(self) -> asyncio.Task[None]:
        """Say /greet and confirm: the action is running when this returns."""
        self.controller.answer(MessageTyped("/greet"))
        await self.controller.perform()
        self.controller.answer(Confirmed())
        performing = asyncio.create_task(self.controller.perform())
        await self.runner.started.wait()
        return performing

    def bot_words(self) -> list[str]:
        return [entry.text for entry in self.controller.view.history if entry.kind == "text"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_an_effect_is_performed_until_a_person_is_asked(desk: Desk) -> None:
    performing = await desk.to_the_action()
    assert isinstance(desk.asked, RunAction)
    desk.runner.may_end.set()
    await performing
    assert isinstance(desk.asked, ConfirmAction)
    assert desk.bot_words() == ["utter_greet says so"]


async def test_a_result_that_comes_after_an_undo_is_dropped(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.controller.undo()
    desk.runner.may_end.set()
    await performing
    assert isinstance(desk.asked, ConfirmAction)
    assert desk.bot_words() == []
    desk.controller.redo()
    await desk.controller.perform()
    assert desk.runner.ran == ["utter_greet", "utter_greet"]


async def test_stop_waiting_asks_what_to_do_instead(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.controller.cancel()
    await performing
    assert isinstance(desk.asked, AskAfterFailure)
    assert desk.bot_words() == []


async def test_what_is_refused_leaves_the_action_under_way_alone(desk: Desk) -> None:
    performing = await desk.to_the_action()
    for impossible in (desk.controller.redo, lambda: desk.controller.switch(7), lambda: desk.controller.fork(99)):
        with pytest.raises(IllegalInput):
            impossible()
    with pytest.raises(IllegalInput):
        desk.controller.answer(Confirmed())
    desk.runner.may_end.set()
    await performing
    assert desk.bot_words() == ["utter_greet says so"]


async def test_naming_the_branch_does_not_run_the_action_under_way_again(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.controller.name_branch(0, "reviews")
    desk.controller.switch(0)
    desk.runner.may_end.set()
    await performing
    assert desk.runner.ran == ["utter_greet"]
    assert desk.bot_words() == ["utter_greet says so"]


async def test_a_failure_is_asked_about_and_nothing_is_logged(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.runner.fault = TrainerError("it broke", "Badly.", "Mend it.")
    before = desk.controller.timeline.state.tracker.length
    desk.runner.may_end.set()
    await performing
    assert desk.asked == AskAfterFailure(desk.asked.effect, "it broke", "Badly.", "Mend it.")  # type: ignore[attr-defined]
    assert desk.controller.timeline.state.tracker.length == before


async def test_predictions_that_are_sure_enough_are_confirmed_without_asking(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Options(accept_above=0.9))
    desk.runner.may_end.set()
    desk.controller.answer(MessageTyped("/greet"))
    await desk.controller.perform()
    assert isinstance(desk.asked, AskMessage)
    assert desk.runner.ran == ["utter_greet"]
    assert marks(desk) == ["utter_greet", "action_listen"]
    desk.controller.undo()
    assert isinstance(desk.asked, AskMessage)
    assert desk.bot_words() == []


async def test_intents_are_accepted_too_unless_an_entity_is_in_doubt(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Options(accept_above=0.9))
    desk.runner.may_end.set()
    sure, unsure = (Entity("city", "Rome", 3, 7, confidence=confidence) for confidence in (0.95, 0.6))
    for entities, is_asked in (((), False), ((sure,), False), ((sure, unsure), True)):
        meaning = ParseResult("to Rome", "greet", 0.95, entities, (("greet", 0.95),))
        desk.teacher.world = World(meanings={"to Rome": meaning})
        desk.controller.answer(MessageTyped("to Rome"))
        await desk.controller.perform()
        assert isinstance(desk.asked, ConfirmIntent if is_asked else AskMessage)
        assert marks(desk)[:1] == ([] if is_asked else ["intent greet"])
        desk.controller.undo()


async def test_a_turn_that_is_accepted_no_further_says_why(desk: Desk) -> None:
    desk.runner.may_end.set()
    desk.world.predictions = {"action_listen": EnsemblePrediction((("action_listen", 0.5),), "scripted", 0.5)}
    desk.controller.answer(MessageTyped("/greet"))
    await desk.controller.perform()
    desk.controller.accept_turn()
    await desk.controller.perform()
    assert isinstance(desk.asked, ConfirmAction)
    assert desk.controller.view.notice == "The turn is accepted up to here: action_listen is 0.50 sure, not 0.70."
    desk.controller.answer(Confirmed())
    assert desk.controller.view.notice == ""


async def test_what_is_accepted_can_be_changed_while_teaching(desk: Desk) -> None:
    desk.runner.may_end.set()
    desk.controller.answer(MessageTyped("/greet"))
    await desk.controller.perform()
    assert isinstance(desk.asked, ConfirmAction)
    assert desk.controller.view.status.accept_above is None
    desk.controller.accept_above(0.9)
    assert desk.controller.view.status.accept_above == 0.9
    desk.controller.answer(Confirmed())
    await desk.controller.perform()
    assert isinstance(desk.asked, AskMessage)
    assert marks(desk) == ["action_listen"]
    desk.controller.accept_above(None)
    desk.controller.answer(MessageTyped("/greet"))
    await desk.controller.perform()
    assert isinstance(desk.asked, ConfirmAction)


def marks(desk: Desk) -> list[str]:
    """What was accepted by itself."""
    return [entry.text for entry in desk.controller.view.history if entry.mark is Mark.ACCEPTED]


async def test_after_a_warning_the_project_is_read_again_before_anything_else(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.runner.may_end.set()
    await performing
    state = desk.controller.timeline.state
    assert state.decision is not None
    from trainer_tui.session.protocol import WarnContradiction

    # The question itself belongs to forms; here only what its answer brings about is looked at.
    head = desk.controller.timeline.branch
    warned = replace(head.tip.state, waiting=WarnContradiction("form", "slot", state.decision))
    desk.controller.timeline.branches[0] = replace(head, tip=replace(head.tip, state=warned))
    desk.controller.answer(WarningAcknowledged())
    assert desk.rereads == 0
    await desk.controller.perform()
    assert desk.rereads == 1
    assert desk.teacher.is_closed
    assert isinstance(desk.asked, ConfirmAction)


async def test_everything_is_in_the_journal_and_resumes(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.runner.may_end.set()
    await performing
    desk.controller.undo()
    desk.controller.redo()
    desk.controller.answer(Confirmed())
    history = desk.controller.view.history
    desk.controller.close()

    other = Desk(desk.path.parent.parent / "other")
    other.controller.resume(*Journal.resume(desk.path))
    assert [entry.text for entry in other.controller.view.history] == [entry.text for entry in history]
    assert isinstance(other.asked, AskMessage)
    assert other.runner.ran == []
    assert other.controller.notice == ""


async def test_a_session_goes_on_exactly_though_the_project_has_lost_what_it_used(desk: Desk) -> None:
    performing = await desk.to_the_action()
    desk.runner.may_end.set()
    await performing
    desk.controller.answer(ActionChosen("utter_goodbye"))
    await desk.controller.perform()
    history = [entry.text for entry in desk.controller.view.history]
    desk.controller.close()
    written = desk.path.read_bytes()

    other = Desk(desk.path.parent.parent / "other")
    responses = {name: said for name, said in other.domain.responses.items() if name != "utter_goodbye"}
    other.performer.bot = replace(other.performer.bot, domain=replace(other.domain, responses=responses))
    other.controller.resume(*Journal.resume(desk.path))
    assert "utter_goodbye is used here and is gone from the domain" in other.controller.notice
    assert [entry.text for entry in other.controller.view.history] == history
    assert isinstance(other.asked, (ConfirmAction, Effect))
    assert desk.path.read_bytes().startswith(written)


async def test_a_disk_that_is_full_is_said_and_made_up_for_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("trainer_tui.runtime.journal.os.fsync", refuse)
        desk.controller.answer(MessageTyped("/greet"))
        assert desk.controller.view.status.journal == "not saved: No space left on device"
        assert not desk.controller.view.status.journal_ok
    await desk.controller.perform()
    assert desk.controller.view.status.journal_ok
    desk.controller.close()
    assert len(read_journal(desk.path).records) == len(desk.controller.records)


async def test_the_disk_is_waited_for_once_an_answer_and_once_for_what_somebodys_code_did(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    fsync = os.fsync

    def waits(handle: int) -> None:
        waited.append(handle)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", waits)
    desk.runner.may_end.set()

    async def waits_for(given: HumanInput) -> int:
        waited.clear()
        desk.controller.answer(given)
        assert len(waited) == 1
        await desk.controller.perform()
        assert len(read_journal(desk.path).records) == len(desk.controller.records)
        return len(waited)

    assert await waits_for(MessageTyped("/greet")) == 1
    assert await waits_for(ActionChosen("utter_greet")) == 1
    assert await waits_for(ActionChosen("action_search_concerts")) == 2


async def test_what_somebodys_code_did_while_a_script_is_played_is_on_disk_before_the_script_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []
    known: list[tuple[str | None, bool]] = []
    fsync, predict = os.fsync, desk.world.predict

    def counts(handle: int) -> None:
        fsync(handle)
        settled.append(len(read_journal(desk.path).records))

    def looks(tracker: DialogueStateTracker) -> EnsemblePrediction:
        known.append((tracker.latest_action, settled[-1] == len(desk.controller.records)))
        return predict(tracker)

    monkeypatch.setattr(os, "fsync", counts)
    monkeypatch.setattr(desk.world, "predict", looks)
    desk.world.replies = {"search_concerts": "action_search_concerts"}
    desk.runner.may_end.set()
    turn = (Said("/search_concerts", "search_concerts"), Did("action_search_concerts"))
    desk.controller.play(Script.of("a script", (*turn, *turn)))
    await desk.controller.perform()
    assert desk.runner.ran == ["action_search_concerts"] * 2
    assert known.count(("action_search_concerts", True)) == 2
    assert ("action_search_concerts", False) not in known
    assert ("action_listen", False) in known, "what comes out again may wait"


async def test_a_session_is_renamed_and_copied(desk: Desk, tmp_path: Path) -> None:
    desk.controller.answer(MessageTyped("/greet"))
    desk.controller.name_session("evening")
    assert desk.controller.view.status.session == "evening"
    with pytest.raises(TrainerError, match="cannot name a session"):
        desk.controller.name_session("../x")
    assert "saved in" in desk.controller.save_copy(str(tmp_path / "copies" / "mine.jsonl"))
    assert not (tmp_path / ".gitignore").exists()
    assert list(read_journal(tmp_path / "copies" / "mine.jsonl").records) == desk.controller.records
    for name in ("long" * 100, "ze\0ro"):
        with pytest.raises(TrainerError, match="cannot be kept in"):
            desk.controller.save_copy(str(tmp_path / name))
    assert "--conversation-id evening" in desk.controller.close()
