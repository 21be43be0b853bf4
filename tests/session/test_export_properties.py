"""Whatever was said and done: what is exported reads back as the same story, beside the stories that were there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.formats.story_strategies import names, scalars, values
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Entity,
    Era,
    Event,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.slots import Form, Slot
from trainer_tui.core.stories import Or
from trainer_tui.export.additions import StoryAddition, TargetFile, read_stories, story_events
from trainer_tui.export.plan import ConversationToExport, ExportRequest, apply, preview, written
from trainer_tui.export.planning import plan_export
from trainer_tui.formats.dialect import Dialect

LISTEN = ActionExecuted(ACTION_LISTEN)
TEXTS = {
    Dialect.YAML_3: (
        "",
        "stories: []\n",
        "rules:\n- rule: a\n  steps:\n  - intent: a\n",
        "\ufeffstories:\r\n  - story: a\r\n    steps:\r\n      - intent: b # c\r\n\r\nnlu: []",
        "stories: [{story: a, steps: [{intent: b}]}]\n",
        'stories:\n-   story: "a"\n    steps:\n    -   slot_was_set:\n'
        "        -   note: x\n        -   requested_slot: y\n",
    ),
    Dialect.MARKDOWN: (
        "",
        "## a\n* b\n\t- c",
        '## a\r\n* b\r\n - c\r\n - slot{"note": 1}\r\n<!-- d -->\r\n',
        "# a\n*   b\n-c\n",
    ),
}

entities = st.builds(Entity, names, scalars, st.none(), st.none())
messages = st.builds(
    lambda intent, found: UserUttered(text=f"/{intent}", intent=intent, entities=tuple(found)),
    names,
    st.lists(entities, max_size=2),
)
loops = st.sampled_from((ActiveLoop("a_form"), ActiveLoop(None)))
happenings = st.one_of(
    messages,
    names.map(ActionExecuted),
    st.just(ActionExecuted("a_form")),
    st.just(LISTEN),
    st.builds(SlotSet, st.sampled_from(("city", "note", "requested_slot", "unknown")), values),
    loops,
    st.sampled_from(
        (
            BotUttered("hi"),
            Restarted(),
            ActionReverted(),
            UserUtteranceReverted(),
            AllSlotsReset(),
            ActionExecutionRejected("a_form"),
            LoopInterrupted(True),
        )
    ),
)


def a_domain(dialect: Dialect) -> Domain:
    return Domain(
        era=Era.CORE if dialect is Dialect.MARKDOWN else Era.RASA_3,
        intents={"greet": Intent("greet")},
        slots={"city": Slot("city"), "note": Slot("note", "any")},
        forms={"a_form": Form("a_form", ("city",))},
    )


def simple(event: Event | Or) -> object:
    """What counts of an event: Markdown puts entities of one name together."""
    if isinstance(event, UserUttered):
        return event.intent, sorted((entity.entity, repr(entity.value)) for entity in event.entities)
    return event


@given(st.lists(happenings, max_size=14), st.data())
def test_an_export_reads_back_as_the_same_stories(events: list[Event], data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(sorted(TEXTS, key=lambda key: key.value)))
    text = data.draw(st.sampled_from(TEXTS[dialect]))
    target = TargetFile("stories.md" if dialect is Dialect.MARKDOWN else "stories.yml", "stories", dialect, text)
    domain = a_domain(dialect)
    before = read_stories(text, dialect, target.path)
    request = ExportRequest(domain, (target,), (ConversationToExport("main", None, (LISTEN, *events, LISTEN)),))
    plan = plan_export(request)
    texts = {file.path: file.text for file in plan.targets}
    after = apply(plan, texts)
    expected = []
    for item in plan.items:
        assert isinstance(item.addition, StoryAddition) and item.is_possible
        story = story_events(item.addition, plan.target_of(item), domain)
        kept = tuple(event for index, event in enumerate(story.events) if index not in story.form_turns)
        if item.is_on and kept:
            expected.append((item.addition.name, [simple(event) for event in kept]))
    found = before
    if after:
        (path,) = after  # a file of rules alone stays one: the stories go to a new file
        before = read_stories(texts[path] or "", dialect, path)
        found = read_stories(after[path], dialect, path)
    added = found.steps[len(before.steps) :]
    assert found.steps[: len(before.steps)] == before.steps and found.rules == before.rules
    assert [(step.name, [simple(event) for event in step.events]) for step in added] == expected
    assert len(preview(plan)) == len(plan.items)
    assert set(written(plan)) <= {item.id.removeprefix("story:") for item in plan.items}
