"""Scripts: a conversation that is played again answers by itself what is as it was, and asks about the rest."""

from __future__ import annotations

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import BotUttered, Entity, SlotSet
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.session.history import History
from trainer_tui.session.protocol import (
    ActionChanged,
    ActionChosen,
    ActionNamed,
    AskMessage,
    AskStale,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    EntitiesChanged,
    EntitiesMarked,
    IntentChanged,
    IntentChosen,
    IntentNamed,
    MessageChanged,
    MessageTyped,
    NewNameRequested,
    ResponseWritten,
    ResultKept,
    Retried,
    RunAction,
    SessionRestarted,
    SlotEdited,
    TurnDeleted,
    TurnInserted,
)
from trainer_tui.session.recorded import recorded, script_of
from trainer_tui.session.script import Script as Played

from .script import Script, World

ROME = Entity("city", "Rome", 12, 16)


def world() -> World:
    """Replies to a greeting with a response, to a search with the project's code, to the rest as well as it can."""
    return World(
        meanings={
            "hello": ParseResult("hello", "greet", 0.9),
            "hi": ParseResult("hi", "greet", 0.8),
            "concerts in Rome": ParseResult("concerts in Rome", "search_concerts", 0.9, (ROME,)),
            "concerts in Oslo": ParseResult(
                "concerts in Oslo", "search_concerts", 0.9, (Entity("city", "Oslo", 12, 16),)
            ),
            "bye": ParseResult("bye", "goodbye", 0.9),
        },
        replies={"greet": "utter_greet", "search_concerts": "action_search_concerts", "goodbye": "utter_goodbye"},
        results={"action_search_concerts": (BotUttered("found one"), SlotSet("concerts", ["a"]))},
    )


def talk() -> Script:
    """Three whole turns, every prediction right."""
    script = Script(world=world())
    for text in ("hello", "concerts in Rome", "bye"):
        script.says(text).confirms(3)
    assert listens(script)
    return script


def listens(script: Script) -> bool:
    return script.asked == AskMessage()


def tape(script: Script) -> Played:
    return script_of("again", recorded(script.timeline.head))


def runs(script: Script) -> list[str]:
    """The actions of the project's code that were really run."""
    ran = [effect.decision.action for effect in script.world.performed if isinstance(effect, RunAction)]
    return [action for action in ran if script.needs_server(action, script.state.domain)]


def node_of(script: Script, text: str) -> int:
    """The move of an entry of the conversation."""
    entries = History().entries(script.timeline.head)
    return next(entry.at for entry in entries if text in entry.text and entry.at is not None)


def test_what_is_as_it_was_asks_nobody_and_runs_nothing() -> None:
    first = talk()
    second = Script(world=world()).plays(tape(first))
    assert listens(second)
    assert second.state.tracker.events == first.state.tracker.events
    assert second.timeline.lessons() == first.timeline.lessons()
    assert second.timeline.examples() == first.timeline.examples()
    assert runs(second) == []


def test_where_the_bot_would_do_something_else_the_script_is_the_likely_answer() -> None:
    tape_ = tape(talk())
    other = world()
    other.replies = {**other.replies, "goodbye": "utter_ask"}
    script = Script(world=other).plays(tape_)
    assert isinstance(script.asked, ConfirmAction)
    assert script.asked.prediction.action == "utter_ask"
    assert script.likely == (ActionChosen("utter_goodbye"),)
    script.keeps_likely()
    assert listens(script)
    assert script.events() == talk().events()


def test_a_message_that_is_understood_otherwise_is_asked_about() -> None:
    tape_ = tape(talk())
    other = world()
    other.meanings = {**other.meanings, "bye": ParseResult("bye", "greet", 0.6)}
    script = Script(world=other).plays(tape_)
    assert isinstance(script.asked, ConfirmIntent)
    assert script.likely == (IntentChosen("goodbye"),)
    assert script.keeps_likely().events() == talk().events()


def test_entities_that_are_marked_otherwise_are_asked_about_with_those_of_the_script() -> None:
    tape_ = tape(talk())
    other = world()
    other.meanings = {**other.meanings, "concerts in Rome": ParseResult("concerts in Rome", "greet", 0.9)}
    script = Script(world=other).plays(tape_)
    assert isinstance(script.asked, ConfirmIntent)
    script.keeps_likely()
    assert script.events() == talk().events()
    assert script.state.tracker.slots["city"] == "Rome"


def test_another_action_in_between_is_the_persons_and_the_script_goes_on_behind_it() -> None:
    script = Script(world=world())
    script.world.replies = {**script.world.replies, "greet": "utter_ask"}
    script.plays(tape(talk()))
    script.confirms()  # the bot's own utter_ask instead of utter_greet
    assert isinstance(script.asked, AskMessage)
    assert script.events()[:5] == ["action_listen", "greet", "utter_ask", "BotUttered", "action_listen"]


def test_changing_a_message_plays_the_rest_behind_it_and_one_undo_takes_it_back() -> None:
    script = talk()
    before = script.events()
    script.edits(node_of(script, "hello"), MessageChanged("hi"))
    assert listens(script)
    assert [event for event in script.events() if event == "greet"] == ["greet"]
    assert script.state.tracker.events[1].text == "hi"  # type: ignore[attr-defined]
    assert len(script.timeline.branches) == 2
    after = script.events()
    assert script.undoes().events() == before
    assert len(script.timeline.branches) == 1
    assert script.redoes().events() == after


def by_script(script: Script, action: str) -> str | None:
    return next(entry.script for entry in History().entries(script.timeline.head) if entry.text == action)


def test_a_result_that_came_of_something_else_is_asked_about() -> None:
    script = talk()
    ran = runs(script)
    script.edits(node_of(script, "concerts in Rome"), MessageChanged("concerts in Oslo"))
    assert isinstance(script.asked, AskStale)
    assert script.likely == (ResultKept(),)
    script.answers(ResultKept())
    assert listens(script)
    assert by_script(script, "action_search_concerts") == "agrees"
    assert runs(script) == ran
    script.undoes().answers(Retried())
    assert listens(script)
    # What is run again may come to something else; the action is the script's all the same.
    assert by_script(script, "action_search_concerts") == "agrees"
    assert runs(script) == [*ran, "action_search_concerts"]


def test_a_refusal_to_run_that_is_kept_is_passed_in_the_script_too() -> None:
    script = Script(world=world())
    script.world.rejecting = {"action_search_concerts"}
    script.says("concerts in Rome").confirms(4)
    assert listens(script)
    script.edits(node_of(script, "concerts in Rome"), MessageChanged("concerts in Oslo"))
    assert isinstance(script.asked, AskStale)
    assert script.asked.is_rejected
    script.keeps_likely()
    assert isinstance(script.asked, AskStale)
    assert not script.asked.is_rejected
    script.keeps_likely()
    assert listens(script)


def test_an_action_is_changed_and_the_turns_behind_it_stay() -> None:
    script = talk()
    script.edits(node_of(script, "utter_greet"), ActionChanged("utter_ask"))
    assert listens(script)
    assert "utter_greet" not in script.events()
    assert script.events()[-3:] == ["utter_goodbye", "BotUttered", "action_listen"]
    assert [lesson.action for lesson in script.timeline.lessons() if lesson.was_corrected] == ["utter_ask"]


def test_an_intent_is_changed_and_what_follows_is_asked_where_it_differs() -> None:
    script = talk()
    script.edits(node_of(script, "intent goodbye"), IntentChanged("greet"))
    assert isinstance(script.asked, ConfirmAction)
    assert script.likely == (ActionChosen("utter_goodbye"),)


def test_a_new_name_is_made_on_the_way() -> None:
    script = talk()
    script.edits(node_of(script, "intent goodbye"), IntentChanged("leave"))
    assert script.state.additions.intents == ("leave",)
    script.keeps_likely()
    again = Script(world=world()).plays(tape(script))
    assert again.likely == (NewNameRequested(), IntentNamed("leave"))
    again.keeps_likely()
    assert again.state.additions.intents == ("leave",)


def test_entities_are_changed() -> None:
    script = talk()
    script.edits(node_of(script, "concerts in Rome"), EntitiesChanged(()))
    assert isinstance(script.asked, AskStale)
    assert script.state.tracker.slots["city"] is None


def test_a_turn_is_inserted_and_what_the_bot_does_in_it_is_asked() -> None:
    script = talk()
    script.edits(node_of(script, "bye"), TurnInserted("hi"))
    assert isinstance(script.asked, ConfirmIntent)
    assert script.likely == ()
    script.confirms(3)
    assert listens(script)
    assert [event for event in script.events() if event in ("greet", "goodbye")] == ["greet", "greet", "goodbye"]


def test_a_turn_is_deleted() -> None:
    script = talk()
    script.edits(node_of(script, "concerts in Rome"), TurnDeleted())
    assert listens(script)
    assert [event for event in script.events() if event in ("greet", "search_concerts", "goodbye")] == [
        "greet",
        "goodbye",
    ]
    script.undoes()
    script.edits(node_of(script, "bye"), TurnDeleted())
    assert "goodbye" not in script.events()


def test_slots_restarts_new_actions_and_responses_are_played_too() -> None:
    first = Script(world=world())
    first.says("hello").confirms().answers(
        NewNameRequested(), ActionNamed("utter_welcome"), ResponseWritten((ResponseVariation("Welcome"),))
    ).confirms()
    first.answers(SlotEdited("city", "Oslo"), SessionRestarted())
    first.says("bye").confirms().answers(SlotEdited("city", "Bergen")).confirms(2)
    assert listens(first)
    second = Script(world=world()).plays(tape(first))
    assert second.likely[0] == NewNameRequested()
    second.keeps_likely()
    assert listens(second)
    assert second.state.tracker.events == first.state.tracker.events
    assert second.state.additions == first.state.additions


def test_an_intent_named_in_the_session_is_named_again() -> None:
    first = Script(world=world())
    first.says("good morning").answers(NewNameRequested(), IntentNamed("morning"))
    first.answers(EntitiesMarked(())).confirms(2)
    second = Script(world=world()).plays(tape(first))
    assert second.likely[0] == NewNameRequested()
    assert second.keeps_likely().state.tracker.events == first.state.tracker.events


def test_another_message_leaves_the_script() -> None:
    script = Script(world=world())
    script.world.replies = {**script.world.replies, "greet": "utter_ask"}
    script.plays(tape(talk()))
    assert script.timeline.branch.play is not None
    script.undoes()
    script.answers(MessageTyped("bye"))
    assert script.timeline.branch.play is None
    assert isinstance(script.asked, ConfirmIntent)
    assert Confirmed() not in script.likely
