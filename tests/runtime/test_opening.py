"""Opening a project: models found where they were kept, and written as they are even if nobody asked them anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.walks.walking import copy_of, opened
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import Confirmed, ConfirmIntent, MessageTyped


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "moodbot", tmp_path)


def learned(controller: Controller) -> tuple[str, ...]:
    """Let what is learned first be learned, and close; what the status line says then: what a fit took, or "ready"."""

    async def work() -> tuple[str, ...]:
        await controller.begin()
        await controller.finish_learning()
        return controller.view.status.model

    try:
        return asyncio.run(work())
    finally:
        controller.close()


def meaning(controller: Controller, text: str) -> str | None:
    async def work() -> str | None:
        await controller.begin()
        controller.answer(MessageTyped(text))
        await controller.perform()
        prompt = controller.view.prompt
        if not isinstance(prompt, ConfirmIntent):
            return None
        controller.answer(Confirmed())
        return prompt.parse.intent

    try:
        return asyncio.run(work())
    finally:
        controller.close()


def test_a_project_that_has_not_changed_is_not_fitted_again_wherever_it_lies(bot: Path) -> None:
    assert learned(opened(bot)) != ("ready",)
    assert learned(opened(bot)) == ("ready",)
    bot = bot.rename(bot.with_name("moved"))
    assert learned(opened(bot)) == ("ready",)
    (bot / "data" / "stories.yml").write_text(
        (bot / "data" / "stories.yml").read_text() + "\n- story: one more\n  steps:\n  - intent: greet\n"
        "  - action: utter_greet\n"
    )
    assert learned(opened(bot)) != ("ready",)


def test_a_model_is_written_whole_though_nothing_was_asked(bot: Path, tmp_path: Path) -> None:
    learned(opened(bot, "-o", tmp_path / "models"))
    domain = (bot / "domain.yml").read_text()
    (bot / "domain.yml").unlink()
    models = ("--core", tmp_path / "models" / "dialogue", "--nlu", tmp_path / "models" / "current" / "nlu")
    found = opened(bot, *models)
    assert "greet" in found.view.intents and "greet" in domain
    assert meaning(found, "hello") == "greet"
    assert learned(opened(bot, *models)) == ("ready",)


def test_a_missing_interpreter_is_trained_and_written_where_nlu_says(bot: Path, tmp_path: Path) -> None:
    learned(opened(bot, "--nlu", tmp_path / "nlu"))
    (bot / "data" / "nlu.yml").unlink()
    assert meaning(opened(bot, "--nlu", tmp_path / "nlu"), "hello") == "greet"
