"""The sessions in the sample bots' folders: played with the real action servers, exported, and walked again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tests.walks.walking import opened
from trainer_tui.core.events import Entity, UserUttered
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import (
    AskFormValidation,
    AskMessage,
    ButtonChosen,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Decision,
    HumanInput,
    MessageTyped,
    ValidationChosen,
)


@dataclass(frozen=True)
class Taught:
    """What a person made of a conversation."""

    messages: list[HumanInput]
    meanings: list[tuple[str | None, tuple[Entity, ...]]]
    actions: list[str]
    validations: list[bool]


def taught(controller: Controller) -> Taught:
    nodes = list(controller.timeline.head.path())[::-1]
    decisions: list[Decision] = []
    for node in nodes:
        decision = node.state.decision
        if decision is not None and (not decisions or decision is not decisions[-1]):
            decisions.append(decision)
    heard = [event for node in nodes for event in node.added_events() if isinstance(event, UserUttered)]
    return Taught(
        [node.given for node in nodes if isinstance(node.given, (MessageTyped, ButtonChosen))],
        [(event.intent, event.entities) for event in heard],
        [decision.action for decision in decisions],
        [node.given.validate for node in nodes if isinstance(node.given, ValidationChosen)],
    )


def taught_and_exported(bot: Path) -> Taught:
    """What the walk, which ends with an export, has taught."""
    controller = opened(bot, "--resume")
    try:
        assert controller.unexported() is None
        return taught(controller)
    finally:
        controller.close()


async def walk_again(controller: Controller, lesson: Taught) -> list[str]:
    """The same messages again; every meaning and every action has to be right as it is."""
    messages, meanings = iter(lesson.messages), iter(lesson.meanings)
    actions, validations = iter(lesson.actions), iter(lesson.validations)
    done: list[str] = []
    await controller.begin()
    while True:
        await controller.finish_learning()
        await controller.perform()
        match controller.view.prompt:
            case AskMessage():
                message = next(messages, None)
                if message is None:
                    return done
                controller.answer(message)
                meaning = next(meanings)
            case ConfirmIntent(parse):
                found = {(entity.entity, str(entity.value)) for entity in parse.entities}
                assert (parse.intent, found) == (meaning[0], {(item.entity, str(item.value)) for item in meaning[1]})
                controller.answer(Confirmed())
            case ConfirmAction(prediction):
                assert prediction.action == next(actions), f"after {done}"
                done.append(prediction.action)
                controller.answer(Confirmed())
            case AskFormValidation() as asked:
                validates = next(validations)
                assert bool(asked.decision.interruptions) == (not validates)
                controller.answer(ValidationChosen(validates))
            case other:
                raise AssertionError(f"{other} was asked after {done}")


def test_a_recorded_session_is_played_exported_read_back_and_walked_again_without_a_mistake(
    walked_bot: Path, tmp_path: Path
) -> None:
    lesson = taught_and_exported(walked_bot)
    assert lesson.actions
    controller = opened(walked_bot, "--state-dir", tmp_path / "state")
    try:
        assert asyncio.run(walk_again(controller, lesson)) == lesson.actions
    finally:
        controller.close()
