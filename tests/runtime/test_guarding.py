"""What a correction fixes and breaks is looked at as soon as there is something to hold it against."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.session.script import Script
from trainer_tui.insight.guard import Consequences
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.runtime.guarding import Guarding
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.session_parts import Bot
from trainer_tui.runtime.training import DialogueTeacher
from trainer_tui.session.protocol import ActionChosen, Denied


async def test_nothing_is_told_before_the_first_model_is_fitted(sample_bots: Path) -> None:
    """Memory alone would be wrong where the model is right, and the correction seem to have fixed that."""
    project = load_project(Sources(sample_bots / "concertbot"), {})
    ensemble = Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain)
    told = asyncio.Event()
    teacher = DialogueTeacher(ensemble, lambda: told.set() if not teacher.refits.is_running else None)
    bot = Bot("concertbot", project.root, project.domain, project.trackers)
    guarding = Guarding(bot, StorySteps(project.trackers, project.domain, 5), teacher, (), told.set)
    person = Script(project.domain).says("/hello")
    person.answers(Denied("action"), ActionChosen("utter_goodbye"))
    teacher.follow(person.timeline.lessons())
    guarding.follow(person.timeline)
    assert guarding.found == Consequences(is_complete=False)
    await told.wait()
    guarding.follow(person.timeline)
    await guarding.finished()
    assert (guarding.found.right, guarding.found.wrong) == (0, 6)
