"""A part that needs a name which is left out is warned of, and so is what is left out."""

from __future__ import annotations

from tests.session.test_export import a_domain, conversation, turn, yaml_target
from trainer_tui.core.nlu_data import Example
from trainer_tui.export.needs import with_needs
from trainer_tui.export.plan import ExampleToExport, ExportRequest
from trainer_tui.export.planning import plan_export, switch
from trainer_tui.session.machine import Additions


def test_a_story_and_an_example_of_an_intent_that_is_left_out_are_warned_of() -> None:
    request = ExportRequest(
        a_domain(),
        (yaml_target("intents: [greet]\nactions: [action_find]\n", "domain", "domain.yml"),),
        (conversation(*turn("praise", "action_new")),),
        (ExampleToExport(Example("well done", "praise")),),
        Additions(intents=("praise",), actions=("action_new",)),
    )
    plan = plan_export(request)
    assert [item.warnings for item in with_needs(plan.items)] == [(), (), (), ()]
    without = with_needs(switch(plan, "intents:praise", False).items)
    warned = {item.id: item.warnings for item in without}
    assert warned["story:main"] == ("needs the intent praise, which is left out",)
    assert warned["examples:praise:new"] == ("needs the intent praise, which is left out",)
    assert "left out, though needed by" in warned["intents:praise"][0]
    without = with_needs(switch(plan, "actions:action_new", False).items)
    assert next(item for item in without if item.id == "story:main").warnings == (
        "needs the action action_new, which is left out",
    )
