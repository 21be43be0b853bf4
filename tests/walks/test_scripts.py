"""Recorded sessions as scripts: changed in place, played and replayed, with real action servers."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.session.script import Script, World
from tests.walks.walking import copy_of, opened
from trainer_tui.cli import main
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, SlotSet
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.resuming import replay
from trainer_tui.runtime.session_models import Places, SessionModels, TodaysModel
from trainer_tui.session.history import History
from trainer_tui.session.machine import SessionState, start
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionPredicted,
    ActionRan,
    ActionRejected,
    AskButton,
    AskFormValidation,
    AskMessage,
    AskStale,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Effect,
    Input,
    MessageChanged,
    MessageParsed,
    MessageTyped,
    ParseMessage,
    PredictAction,
    Retried,
    RunAction,
    TurnDeleted,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
)
from trainer_tui.session.recorded import recorded
from trainer_tui.session.script import Did, Said, Step
from trainer_tui.session.timeline import Timeline

# --- what was taught with care is kept as a proof -----------------------------------------------------------------


def journal_of(bot: Path) -> Path:
    (journal,) = (bot / ".trainer" / "sessions").glob("*.jsonl")
    return journal


def replayed(bot: Path, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    given = ["replay", journal_of(bot), "--bot", bot, "--json", *arguments]
    code = main([str(argument) for argument in given])
    (conversation, *_) = json.loads(capsys.readouterr().out)["conversations"]
    return code, conversation


def todays_model(bot: Path) -> TodaysModel:
    project = load_project(Sources(bot), os.environ)
    return SessionModels(project, Places(bot / ".trainer" / "cache")).whole()


def test_a_recorded_session_is_a_regression_test(
    walk: Path, walked_bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, conversation = replayed(walked_bot, capsys)
    assert (code, conversation["differences"]) == (0, [])

    assert changed_at_each_turn(walked_bot, todays_model(walked_bot))

    bot = shutil.copytree(walked_bot, tmp_path / "bot")
    said = next(re.finditer(r"bot runs (utter_\w+)", walk.read_text(encoding="utf-8")))[1]
    for file in (bot / "data").iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(rf"\b{said}\b", "utter_default", text), encoding="utf-8")
    code, conversation = replayed(bot, capsys)
    assert code == 1
    found = [(item["part"], item["confirmed"], item["now"]) for item in conversation["differences"]]
    assert ("action", said, "utter_default") in found


# --- a turn that is changed asks exactly where the bot would do otherwise -----------------------------------------


class Today(World):
    """Understands and predicts as the project's data would; what an action does is what it did in the session."""

    def __init__(self, model: TodaysModel) -> None:
        super().__init__()
        self.model = model
        self.did: Did | None = None

    def answer(self, effect: Effect, state: SessionState) -> Input:
        match effect:
            case ParseMessage(text):
                assert self.model.interpreter is not None
                return MessageParsed(parse_shorthand(text, state.domain) or self.model.interpreter.parse(text))
            case PredictAction():
                return ActionPredicted(self.model.ensemble.predict(state.tracker, state.domain))
            case RunAction() if self.did is not None:
                return ActionRejected() if self.did.is_rejected else ActionRan(self.did.events or ())
        return super().answer(effect, state)


class AtTheTrainer(Script):
    """A person who goes on with a recorded session; no action runs anew."""

    def __init__(self, timeline: Timeline, model: TodaysModel) -> None:
        self.today = Today(model)
        super().__init__(world=self.today)
        self.timeline = timeline

    @staticmethod
    def needs_server(action: str, domain: Domain) -> bool:
        return True

    def asked_now(self) -> tuple[int, str]:
        """A question: after how many messages, and what the bot would do."""
        assert isinstance(self.asked, ConfirmAction)
        return self.timeline.head.messages, self.asked.prediction.action

    def asked_when_changed(self, message: int, text: str) -> list[tuple[int, str]]:
        """The script's answer is kept wherever a person is asked."""
        self.edits(message, MessageChanged(text))
        asked: list[tuple[int, str]] = []
        while not isinstance(self.asked, (AskMessage, AskButton)):
            match self.asked:
                case WarnContradiction():
                    self.answers(WarningAcknowledged())
                case AskFormValidation():
                    self.answers(ValidationChosen(True))
                case AskStale():
                    self.keeps_likely()
                case _:
                    assert self.likely
                    asked.append(self.asked_now())
                    self.keeps_likely()
        return asked

    def differing_when_typed(self, message: int, text: str, behind: Sequence[Step]) -> list[tuple[int, str]]:
        """The same by hand, every question answered: where the bot wants something else than was done before."""
        messages = [step for step in behind if isinstance(step, Said)]
        actions = [step for step in behind if isinstance(step, Did)]
        understood = Said(text)
        differing: list[tuple[int, str]] = []
        self.forks(message).says(text)
        while True:
            match self.asked:
                case AskMessage() | AskButton():
                    if not messages:
                        return differing
                    understood = messages.pop(0)
                    self.says(understood.text)
                case ConfirmIntent(parse):
                    assert parse.intent == understood.intent
                    self.confirms()
                case ConfirmAction(prediction):
                    did = self.today.did = actions.pop(0)
                    if prediction.action == did.action:
                        self.confirms()
                    else:
                        differing.append(self.asked_now())
                        self.answers(ActionChosen(did.action))
                case AskFormValidation():
                    assert self.today.did is not None
                    self.answers(ValidationChosen(self.today.did.validates is not False))
                case WarnContradiction():
                    self.answers(WarningAcknowledged())
                case other:
                    raise AssertionError(other)


def changed_at_each_turn(bot: Path, model: TodaysModel) -> int:
    """How many questions the changes asked, after it was seen that they are those that needed a person."""
    trainer = AtTheTrainer(replay(read_journal(journal_of(bot)), model.domain).timeline, model)
    messages = len(History().fork_points(trainer.timeline.head))
    return sum(changed_to_each_intent(trainer, number) for number in range(messages))


def changed_to_each_intent(trainer: AtTheTrainer, number: int) -> int:
    """The same of one message, counted from 0."""
    branch, head = trainer.timeline.current, trainer.timeline.head
    steps, point, questions = recorded(head), History().fork_points(head)[number], 0
    place = [place for place, item in enumerate(steps) if isinstance(item.step, Said)][number]
    for text in (f"/{intent}" for intent in sorted(trainer.today.model.domain.intents)):
        asked = trainer.asked_when_changed(point.node, text)
        trainer.switches(branch)
        differing = trainer.differing_when_typed(point.node, text, [item.step for item in steps[place + 1 :]])
        trainer.switches(branch)
        assert asked == differing, f"message {point.number}, {point.text!r}, says {text!r}"
        questions += len(asked)
    return questions


def taught_at_random(timeline: Timeline, model: TodaysModel, chance: random.Random) -> AtTheTrainer:
    """A session of a person who says what comes to mind and corrects a fifth of what the bot would do."""
    trainer = AtTheTrainer(timeline, model)
    trainer.today.results = {
        "action_search_concerts": (SlotSet("concerts", ["Foo Fighters"]),),
        "action_search_venues": (SlotSet("venues", ["Harbour Hall"]),),
    }
    actions = [name for name in model.domain.action_names if name.startswith(("utter_", "action_s"))]
    for _ in range(chance.randint(3, 7)):
        trainer.says(f"/{chance.choice(sorted(model.domain.intents))}")
        for _ in range(3):
            if isinstance(trainer.asked, ConfirmAction):
                is_right = chance.random() > 0.2
                trainer.answers(Confirmed() if is_right else ActionChosen(chance.choice(actions)))
        if isinstance(trainer.asked, ConfirmAction):
            trainer.answers(ActionChosen(ACTION_LISTEN))
    return trainer


def test_a_turn_of_thirty_sessions_is_changed_and_exactly_what_the_bot_would_do_otherwise_is_asked(
    sample_bots: Path, tmp_path: Path, kept_models: Callable[[Path], None]
) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    kept_models(bot)
    model = todays_model(bot)
    questions = 0
    for session in range(30):
        chance = random.Random(session)
        trainer = taught_at_random(Timeline(start(model.domain)), model, chance)
        questions += changed_to_each_intent(
            trainer, chance.randrange(len(History().fork_points(trainer.timeline.head)))
        )
    assert questions > 100


# --- moves among what happened run no action ----------------------------------------------------------------------

NOTES_EACH_RUN = """

from pathlib import Path


def noted(run):
    def run_and_note(self, dispatcher, tracker, domain):
        with open(Path(__file__).with_name("runs.txt"), "a") as runs:
            runs.write(self.name() + "\\n")
        return run(self, dispatcher, tracker, domain)

    return run_and_note


for action in Action.__subclasses__():
    action.run = noted(action.run)
"""


def test_edits_replay_undo_switching_and_resuming_run_no_action_but_what_a_person_asks_for(
    sample_bots: Path, tmp_path: Path
) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    with (bot / "actions.py").open("a", encoding="utf-8") as file:
        file.write(NOTES_EACH_RUN)

    def runs() -> list[str]:
        return (bot / "runs.txt").read_text(encoding="utf-8").split()

    async def teaches() -> None:
        controller = opened(bot)
        await controller.begin()
        await controller.finish_learning()
        for text, action in (
            ("/hello", "utter_greet"),
            ("/search_concerts", "action_search_concerts"),
            ("/thankyou", "utter_youarewelcome"),
            ("/search_venues", "action_search_venues"),
        ):
            controller.answer(MessageTyped(text))
            await controller.perform()
            for chosen in (action, ACTION_LISTEN):
                controller.answer(ActionChosen(chosen))
                await controller.perform()
        assert runs() == ["action_search_concerts", "action_search_venues"]
        points = {point.text: point.node for point in controller.view.fork_points}

        async def settles() -> None:
            await controller.perform()
            while controller.view.script is not None and controller.view.script.likely:
                controller.keep_likely()
                await controller.perform()

        controller.edit_turn(points["/hello"], MessageChanged("/goodbye"))
        await settles()
        controller.edit_turn(points["/thankyou"], TurnDeleted())
        await settles()
        controller.switch(0)
        await settles()
        for _ in range(5):
            controller.undo()
            await settles()
        controller.redo()
        await settles()
        controller.start_from(next(source.id for source in controller.sources() if source.kind == "session"))
        await settles()
        controller.fork(controller.view.fork_points[-1].node)
        await settles()
        controller.drop_branch(controller.timeline.current)
        await settles()
        controller.undo()
        await settles()
        for move in controller.moves():
            controller.look_at(move.node)
            controller.go_to(move.node)
            await settles()
        assert runs() == ["action_search_concerts", "action_search_venues"]
        controller.close()

    async def resumes() -> None:
        controller = opened(bot, "--resume")
        await controller.begin()
        await controller.finish_learning()
        controller.switch(0)
        await controller.perform()
        assert runs() == ["action_search_concerts", "action_search_venues"]
        message = next(
            point.node for point in reversed(controller.view.fork_points) if point.text == "/search_concerts"
        )
        controller.edit_turn(message, MessageChanged("/search_venues"))
        await controller.perform()
        controller.keep_likely()
        await controller.perform()
        assert isinstance(controller.view.prompt, AskStale)
        controller.answer(Retried())
        await controller.perform()
        assert runs() == ["action_search_concerts", "action_search_venues", "action_search_concerts"]
        controller.close()

    asyncio.run(teaches())
    asyncio.run(resumes())
    main(["replay", str(bot)])
    assert len(runs()) == 3
