"""Actions that were renamed since: a project gets them by the name that its own Rasa knows."""

from __future__ import annotations

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, ActiveLoop, Era, UserUttered
from trainer_tui.export.story import WrittenSlots, markdown_story


@pytest.mark.parametrize(
    ("era", "name"), [(Era.CORE, "action_deactivate_form"), (Era.RASA_2, "action_deactivate_loop")]
)
def test_leaving_a_form_is_written_as_the_era_calls_it(era: Era, name: str) -> None:
    conversation = (
        ActionExecuted(ACTION_LISTEN),
        UserUttered("no", "deny"),
        ActionExecuted("action_deactivate_loop"),
        ActiveLoop(None),
        ActionExecuted(ACTION_LISTEN),
    )
    story = markdown_story(conversation, Domain(era=era), WrittenSlots())
    assert [event.name for event in story.events if isinstance(event, ActionExecuted)] == [name]
