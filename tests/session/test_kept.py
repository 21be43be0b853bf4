"""What comes from real users: conversations that are right as they are, and messages that are told what they mean."""

from __future__ import annotations

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Entity,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import IllegalInput
from trainer_tui.export.conversations import conversations, news
from trainer_tui.session.codec import from_json, to_json
from trainer_tui.session.protocol import AskMessage, ConfirmAction, Confirmed, ExamplesConfirmed, KeptAs, MessageTyped
from trainer_tui.session.records import Answered, ConversationKept, Record, Redone, Undone
from trainer_tui.session.show import redo_label, undo_label
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.told import Told, script_told

from .script import Script, concert_domain, form_domain

LISTEN = ActionExecuted(ACTION_LISTEN)
GREETING = (LISTEN, UserUttered("hey ya", "greet"), ActionExecuted("utter_greet"), BotUttered("Hello!"), LISTEN)
SEARCH = (
    UserUttered("gigs in Rome", "search_concerts", entities=(Entity("city", "Rome", 8, 12),)),
    SlotSet("city", "Rome"),
    ActionExecuted("action_search_concerts"),
    SlotSet("concerts", ["a"]),
    LISTEN,
)


def kept(
    *events: Event, as_: KeptAs = "story", otherwise: tuple[tuple[int, str], ...] = (), domain: Domain | None = None
) -> ConversationKept:
    lines = tuple(range(1, len(events) + 1))
    script, _ = script_told(Told("user 17", events, lines), domain or concert_domain())
    return ConversationKept(script, as_, otherwise)


def names(events: tuple[Event, ...]) -> list[str | None]:
    return [event.name for event in events if isinstance(event, (ActionExecuted, SlotSet))]


def test_a_conversation_becomes_a_story_in_one_step_and_the_session_stays_where_it_is() -> None:
    talk = Script().says("/greet")
    asked = talk.asked
    assert isinstance(asked, ConfirmAction)
    talk.timeline.apply(kept(*GREETING, *SEARCH))
    assert talk.asked is asked
    mine, other = conversations(talk.timeline)
    assert other.form == "story"
    assert names(other.events)[-4:] == ["city", "action_search_concerts", "concerts", ACTION_LISTEN]
    assert [example.text for example in talk.timeline.examples()] == ["hey ya", "gigs in Rome"]
    assert [lesson.action for lesson in talk.timeline.lessons()].count("action_search_concerts") == 1
    assert news(talk.timeline) == "1 story, 2 examples, 1 turn only begun"
    assert mine.events == talk.state.tracker.events


def test_one_undo_takes_it_back_and_redo_gives_it_again() -> None:
    talk = Script().says("/greet").confirms(2)
    talk.timeline.apply(kept(*GREETING))
    assert undo_label(talk.timeline) == "user 17 as it is"
    talk.undoes()
    assert len(conversations(talk.timeline)) == 1
    assert not talk.timeline.examples()
    assert redo_label(talk.timeline) == "user 17 as it is"
    talk.redoes()
    assert [example.text for example in talk.timeline.examples()] == ["hey ya"]
    talk.undoes(2)
    assert undo_label(talk.timeline) == "yes to utter_greet"


def test_a_test_story_teaches_nothing() -> None:
    talk = Script()
    talk.timeline.apply(kept(*GREETING, as_="test"))
    (only,) = [one for one in conversations(talk.timeline) if one.form == "test"]
    assert names(only.events) == [ACTION_LISTEN, "utter_greet", ACTION_LISTEN]
    assert not talk.timeline.examples()
    assert not talk.timeline.lessons()


def test_what_the_bot_would_do_otherwise_today_is_corrected() -> None:
    talk = Script()
    talk.timeline.apply(kept(*GREETING, otherwise=((3, "utter_goodbye"),)))
    assert [(lesson.action, lesson.was_corrected) for lesson in talk.timeline.lessons()] == [
        ("utter_greet", True),
        (ACTION_LISTEN, False),
    ]


def test_a_form_runs_as_it_ran() -> None:
    asks = (
        UserUttered("a table", "request"),
        ActionExecuted("restaurant_form"),
        ActiveLoop("restaurant_form"),
        SlotSet("requested_slot", "seating"),
        LISTEN,
        UserUttered("outside", "inform"),
        ActionExecuted("restaurant_form"),
        SlotSet("seating", True),
        SlotSet("requested_slot", None),
        ActiveLoop(None),
        LISTEN,
    )
    talk = Script(form_domain())
    talk.timeline.apply(kept(LISTEN, *asks, domain=form_domain()))
    talk.switches(1)
    assert talk.state.tracker.slots["seating"] is True
    assert talk.state.tracker.active_loop is None
    assert talk.asked == AskMessage()


def test_a_new_beginning_parts_it_into_two() -> None:
    talk = Script()
    talk.timeline.apply(kept(*GREETING, Restarted(), LISTEN, *SEARCH))
    assert len([one for one in conversations(talk.timeline) if len(one.events) > 1]) == 2


@pytest.mark.parametrize(
    "events",
    [
        (LISTEN, UserUttered("hey ya", "unheard_of"), ActionExecuted("utter_greet"), LISTEN),
        (LISTEN, UserUttered("hey ya", None), ActionExecuted("utter_greet"), LISTEN),
        (LISTEN, UserUttered("hey ya", "greet"), ActionExecuted(None, text="who knows"), LISTEN),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_has_happened(events: tuple[Event, ...]) -> None:
    talk = Script()
    nodes, branches = dict(talk.timeline.nodes), dict(talk.timeline.branches)
    with pytest.raises(IllegalInput, match="does not tell all that happened"):
        talk.timeline.apply(kept(*events))
    assert (talk.timeline.nodes, talk.timeline.branches) == (nodes, branches)


def test_messages_are_confirmed_beside_the_question_and_undone_in_one_step() -> None:
    talk = Script().says("/greet")
    asked = talk.asked
    examples = (Example("hey ya", "greet"), Example("in Bergen please", "where", (Entity("town", "Bergen", 3, 9),)))
    talk.answers(ExamplesConfirmed(examples))
    assert talk.asked is asked
    assert talk.timeline.examples() == examples
    assert talk.state.domain.knows_intent("where")
    assert "town" in talk.state.domain.entities
    assert undo_label(talk.timeline) == "2 examples of greet"
    assert news(talk.timeline) == "2 examples, 1 turn only begun"
    talk.undoes()
    assert not talk.timeline.examples()
    assert not talk.state.domain.knows_intent("where")
    talk.redoes()
    assert talk.timeline.examples() == examples


@pytest.mark.parametrize(
    "example",
    [Example("/greet", "greet"), Example(" ", "greet"), Example("hey", None), Example("hey", "nlu_fallback")],
)
def test_what_is_no_example_is_refused(example: Example) -> None:
    with pytest.raises(IllegalInput, match="cannot be an example"):
        Script().answers(ExamplesConfirmed((Example("good", "greet"), example)))


def test_the_journal_leads_to_the_same_session() -> None:
    records: list[Record] = [
        Answered(ExamplesConfirmed((Example("gigs in Rome", "search_concerts", (Entity("city", "Rome", 8, 12),)),))),
        kept(*GREETING, *SEARCH, otherwise=((3, "utter_goodbye"),)),
        kept(*GREETING, as_="test"),
        Undone(),
        Redone(),
    ]
    once, again = Script().timeline, Script().timeline
    for record in records:
        once.apply(record)
        again.apply(from_json(to_json(record)))
    assert conversations(again) == conversations(once)
    assert again.examples() == once.examples()
    assert [lesson.action for lesson in again.lessons()] == [lesson.action for lesson in once.lessons()]
    assert Timeline(once.nodes[0].state).examples() == ()


def test_a_session_goes_on_from_a_conversation_that_was_kept() -> None:
    talk = Script()
    talk.timeline.apply(kept(*GREETING))
    talk.switches(1).answers(MessageTyped("/goodbye"), Confirmed(), Confirmed())
    assert names(talk.state.tracker.events)[-2:] == ["utter_greet", ACTION_LISTEN]
    talk.switches(0).undoes()
    assert 1 not in talk.timeline.branches
    talk.redoes()
    assert talk.timeline.branches[1].tip.state.tracker.latest_message.intent == "goodbye"  # type: ignore[union-attr]
