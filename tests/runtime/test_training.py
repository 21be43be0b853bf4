"""What learns in a session: at once by memory and corrections, as a whole by fits in the background."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Era, Event, UserUttered
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import Lesson
from trainer_tui.progress import Progress
from trainer_tui.runtime.later import Later
from trainer_tui.runtime.training import DialogueTeacher, InterpreterTeacher, SessionTeacher

DOMAIN = Domain(
    era=Era.RASA_3,
    intents={name: Intent(name) for name in ("greet", "bye", "deny")},
    actions=("utter_greet", "utter_bye", "utter_help"),
)
STORIES = (("greet", "utter_greet", "bye", "utter_bye"), ("bye", "utter_bye"))
DATA = TrainingData(
    tuple(
        Example(text, intent)
        for intent, texts in {"greet": ("hello", "hi there", "good day"), "bye": ("bye", "see you", "farewell")}.items()
        for text in texts
    )
)


def events(*steps: str) -> list[Event]:
    found: list[Event] = []
    for step in steps:
        if step in DOMAIN.intents:
            found += [ActionExecuted(ACTION_LISTEN), UserUttered(intent=step)]
        else:
            found.append(ActionExecuted(step))
    return found


def remembered() -> Ensemble:
    stories = [TrainingTracker("story", (*events(*steps), ActionExecuted(ACTION_LISTEN))) for steps in STORIES]
    return Ensemble([MemoizationPolicy(), LearnedPolicy()], Era.RASA_3).remember(stories, DOMAIN)


def after(*steps: str) -> DialogueStateTracker:
    return DialogueStateTracker.start(DOMAIN).with_events(events(*steps))


def correction(action: str, *steps: str) -> Lesson:
    lesson = lesson_of(after(*steps), action, True, DOMAIN)
    assert lesson is not None
    return lesson


class Session:
    """A teacher with a dialogue and messages, and what a session asks of it."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, ...]] = []
        self.dialogue = DialogueTeacher(remembered(), self.changed)
        self.messages = InterpreterTeacher(lambda: (PipelineInterpreter(domain=DOMAIN), False), DATA, self.changed)
        self.teacher = SessionTeacher(self.dialogue, self.messages)
        self.lessons: list[Lesson] = []

    def changed(self) -> None:
        self.changes.append(self.status())

    def status(self, examples: Sequence[Example] = ()) -> tuple[str, ...]:
        return self.teacher.status(self.lessons, examples)

    async def predicted(self, *steps: str) -> str:
        return (await self.teacher.predict(after(*steps), DOMAIN, self.lessons)).action

    async def settled(self) -> None:
        await self.dialogue.refits.finished()


@pytest.fixture
async def session() -> Session:
    return Session()


async def test_it_starts_on_memory_alone_and_says_so(session: Session) -> None:
    assert session.status() == ("memory only",)
    assert await session.predicted("greet") == "utter_greet"
    assert session.status() == ("memory only", "learning ...")
    await session.settled()
    assert session.status()[-1].endswith(" s")
    assert session.dialogue.policy is not None
    await session.predicted("greet")
    assert session.dialogue.policy.model_ is not None
    assert ("memory only", "learning ...") in session.changes


async def test_policies_of_many_stories_say_how_far_they_are_until_they_answer() -> None:
    may_end, changes = threading.Event(), list[str]()

    def make(tell: Progress) -> Ensemble:
        tell("joining the stories", 0.5)
        may_end.wait()
        return remembered()

    dialogue = DialogueTeacher(Later(make), lambda: changes.append(teacher.status([], [])[0]))
    teacher = SessionTeacher(dialogue, InterpreterTeacher(lambda: (PipelineInterpreter(domain=DOMAIN), False), DATA))
    assert teacher.status([], []) == ("getting ready ...",)
    dialogue.follow(())
    while not any(change.startswith("getting ready 50 %, about ") for change in changes):
        await asyncio.sleep(0.05)
    may_end.set()
    assert (await teacher.predict(after("greet"), DOMAIN, [])).action == "utter_greet"
    assert teacher.status([], [])[0] == "memory only"
    dialogue.close()


async def test_a_correction_counts_at_once_and_is_fitted_after(session: Session) -> None:
    assert await session.predicted("greet") == "utter_greet"
    session.lessons.append(correction("utter_help", "greet"))
    assert await session.predicted("greet") == "utter_help"
    assert {"1 learned", "1 behind"} <= set(session.status())
    await session.settled()
    assert await session.predicted("greet") == "utter_help"
    await session.settled()
    assert "1 learned" in session.status()
    assert not any("behind" in part for part in session.status())


async def test_undo_takes_back_what_was_learned_the_fit_included(session: Session) -> None:
    await session.predicted("greet")
    await session.settled()
    before = await session.teacher.predict(after("deny"), DOMAIN, [])
    session.lessons.append(correction("action_new", "deny"))
    await session.predicted("deny")
    await session.settled()
    assert await session.predicted("deny") == "action_new"
    undone, session.lessons = session.lessons, []
    assert await session.teacher.predict(after("deny"), DOMAIN, []) == before
    session.lessons = undone
    assert await session.predicted("deny") == "action_new"


async def test_training_now_fits_what_was_only_confirmed(session: Session) -> None:
    await session.predicted()
    await session.settled()
    lesson = lesson_of(after("deny"), "utter_help", False, DOMAIN)
    assert lesson is not None
    session.lessons.append(lesson)
    await session.predicted("deny")
    assert not session.dialogue.refits.is_running
    session.teacher.train_now(session.lessons)
    await session.settled()
    best = session.dialogue.refits.best(session.lessons)
    assert best is not None
    assert best.lessons == (lesson,)


async def test_an_ensemble_without_a_learned_policy_has_nothing_to_fit() -> None:
    ensemble = Ensemble([MemoizationPolicy()], Era.RASA_3).train([], DOMAIN)
    teacher = DialogueTeacher(ensemble)
    lesson = correction("utter_greet", "greet")
    assert teacher.predict(after("greet"), DOMAIN, [lesson]).action == "utter_greet"
    assert not teacher.refits.is_running


async def test_a_trained_ensemble_is_not_fitted_again_until_lessons_come() -> None:
    ensemble = remembered()
    policy = ensemble.policies[1]
    assert isinstance(policy, LearnedPolicy)
    policy.adopt(policy.fitted())
    teacher = DialogueTeacher(ensemble)
    teacher.predict(after("greet"), DOMAIN, [])
    assert not teacher.refits.is_running


async def test_messages_are_understood_after_the_first_fit_and_learned_at_once(session: Session) -> None:
    assert (await session.teacher.parse("hello", DOMAIN, [])).intent == "greet"
    taught = [Example("hello", "deny")]
    assert (await session.teacher.parse("hello", DOMAIN, taught)).intent == "deny"
    await session.messages.refits.finished()
    assert (await session.teacher.parse("hello", DOMAIN, taught)).intent == "deny"
    assert (await session.teacher.parse("hello", DOMAIN, [])).intent == "greet"


async def test_closing_ends_what_is_under_way(session: Session) -> None:
    session.teacher.follow([], [])
    assert session.dialogue.refits.is_running
    session.teacher.close()
    await asyncio.sleep(0)
    assert not session.dialogue.refits.is_running
    assert not session.messages.refits.is_running
