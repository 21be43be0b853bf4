"""Undo, redo, forks and branches: moves on the tree of answers, none of which performs anything again."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.script import Script, World, concert_domain
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import BotUttered, Event, SlotSet
from trainer_tui.core.growing import Growing
from trainer_tui.core.slots import Slot
from trainer_tui.errors import IllegalInput
from trainer_tui.export.conversations import news
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.lessons import LESSON_LENGTH, lesson_of
from trainer_tui.policies.policy import Lesson
from trainer_tui.session.codec import from_json, to_json
from trainer_tui.session.history import History
from trainer_tui.session.living_lessons import LivingLessons
from trainer_tui.session.machine import SessionState, start
from trainer_tui.session.protocol import (
    ActionChosen,
    AskButton,
    AskMessage,
    ButtonChosen,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Denied,
    HumanInput,
    IntentChosen,
    MessageTyped,
    NewNameRequested,
    SessionRestarted,
    SlotEdited,
)
from trainer_tui.session.records import (
    Answered,
    BranchNamed,
    DomainChanged,
    Dropped,
    Exported,
    Forked,
    Record,
    Redone,
    Switched,
    Undone,
)
from trainer_tui.session.show import branch_views, redo_label, undo_label
from trainer_tui.session.timeline import Timeline

MEANINGS = {"hello": ParseResult("hello", "greet", 0.98, ranking=(("greet", 0.98), ("goodbye", 0.02)))}


def talk() -> Script:
    results: dict[str, tuple[Event, ...]] = {
        "action_search_concerts": (BotUttered("Foo Fighters"), SlotSet("concerts", ["Foo Fighters"]))
    }
    replies = {"search_concerts": "action_search_concerts", "goodbye": "utter_goodbye"}
    return Script(world=World(meanings=MEANINGS, results=results, replies=replies))


def test_undo_takes_back_one_answer_and_redo_gives_it_again() -> None:
    script = talk().says("hello").confirms()
    after = script.state
    asked = []
    for _ in range(2):
        script.undoes()
        asked.append(type(script.asked))
    assert asked == [ConfirmIntent, AskMessage]
    script.redoes(2)
    assert script.state is after


def test_undo_and_redo_perform_no_effect_again() -> None:
    script = talk().says("/search_concerts").confirms(2)
    performed = list(script.world.performed)
    script.undoes(3).redoes(3)
    assert script.world.performed == performed


def test_at_the_start_there_is_nothing_to_undo_and_without_undo_nothing_to_redo() -> None:
    script = talk()
    with pytest.raises(IllegalInput):
        script.undoes()
    with pytest.raises(IllegalInput):
        script.redoes()


def test_a_new_answer_after_an_undo_ends_what_could_be_redone() -> None:
    script = talk().says("hello").undoes().says("/goodbye")
    with pytest.raises(IllegalInput):
        script.redoes()


def test_undo_crosses_a_start_fresh() -> None:
    script = talk().says("/search_concerts").confirms(2).answers(SessionRestarted())
    assert script.state.tracker.slots["concerts"] is None
    script.undoes()
    assert script.state.tracker.slots["concerts"] == ["Foo Fighters"]


def test_undo_takes_back_what_was_learned_and_redo_teaches_it_again() -> None:
    script = talk().says("hello").confirms().answers(ActionChosen("utter_ask"))
    taught = script.timeline.lessons()
    assert [lesson.action for lesson in taught] == ["utter_ask"]
    script.undoes()
    assert script.timeline.lessons() == ()
    script.redoes()
    assert script.timeline.lessons() == taught


def test_lessons_of_a_long_session_are_those_of_each_step_by_itself() -> None:
    script = talk()
    for turn in range(30):
        script.says("/search_concerts").confirms(2)
        if turn == 25:
            script.answers(SessionRestarted())
        if turn == 27:
            script.undoes(2)
            script.redoes(1).answers(ActionChosen("utter_ask"))
            break
    states = [node.state for node in reversed([*script.timeline.head.path()])]
    assert list(script.timeline.lessons()) == made_anew(states)
    assert max(len(lesson.states) for lesson in script.timeline.lessons()) == LESSON_LENGTH


def test_what_a_long_session_taught_is_gathered_item_by_item_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that going on with one takes time by its length, not by the square of it."""
    script = talk()
    for _ in range(60):
        script.says("hello").confirms(3)
    added: list[object] = []
    with_item = Growing.with_item

    def noted(growing: Growing[object], item: object) -> Growing[object]:
        added.append(item)
        return with_item(growing, item)

    monkeypatch.setattr(Growing, "with_item", noted)
    gathered = LivingLessons()
    gathered.follow({0: script.timeline.head})
    assert len(gathered.examples.items) == 60
    assert len(added) == sum(len(kind.items) for kind in (gathered.examples, gathered.steps, gathered.lessons))


def test_a_turn_keeps_no_more_late_in_a_session_than_early() -> None:
    script = talk()

    def kept(turns: int) -> float:
        """Objects a turn."""
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(turns):
            script.says("hello").confirms(3)
            script.timeline.lessons(), script.timeline.examples()
        gc.collect()
        return (len(gc.get_objects()) - before) / turns

    kept(20)
    early = kept(50)
    kept(200)
    assert 0 < kept(50) <= 1.1 * early


def of_today() -> Domain:
    """The concert bot after a pull: other slots decide, and messages are seen without entities."""
    old = concert_domain()
    return replace(
        old,
        intents={name: Intent(name, use_entities=()) for name in old.intents},
        slots={"concerts": Slot("concerts", "unfeaturized"), "vip": Slot("vip", "bool", initial_value=True)},
    )


def taught(script: Script) -> Script:
    script.says("/search_concerts").confirms(2)
    script.says('/search_concerts{"city": "Rome"}').confirms(2)
    return script.says("/goodbye").answers(ActionChosen("utter_ask"))


def test_what_was_taught_is_taught_on_the_domain_of_today() -> None:
    """Lessons are those of a session that was on it from the beginning; undo goes back on it, too."""
    script, today = taught(talk()), taught(Script(domain=of_today(), world=talk().world))
    before = script.timeline.lessons()
    script.timeline.apply(DomainChanged(of_today()))
    assert script.timeline.lessons() == today.timeline.lessons() != before
    script.undoes(2)
    today.undoes(2)
    assert script.timeline.lessons() == today.timeline.lessons()
    script.redoes(2).timeline.apply(DomainChanged(concert_domain()))
    assert script.timeline.lessons() == before


def test_an_action_that_is_gone_teaches_nothing_until_it_is_back() -> None:
    script = taught(talk())
    before = script.timeline.lessons()
    without = replace(concert_domain(), actions=())
    script.timeline.apply(DomainChanged(without))
    assert {lesson.action for lesson in script.timeline.lessons()} == {"action_listen", "utter_ask"}
    script.timeline.apply(DomainChanged(concert_domain()))
    assert script.timeline.lessons() == before


def test_a_fork_keeps_the_branch_it_leaves_with_all_that_it_taught() -> None:
    script = talk().says("/search_concerts").confirms(2).says("/goodbye").confirms(2)
    first = script.state
    second_message = History().fork_points(script.timeline.head)[-1]
    assert second_message.text == "/goodbye"
    script.forks(second_message.node)
    assert script.asked == AskMessage()
    assert script.state.tracker.slots["concerts"] == ["Foo Fighters"]
    script.says("/greet").confirms(2)
    actions = [lesson.action for lesson in script.timeline.lessons()]
    assert "utter_goodbye" in actions and "utter_greet" in actions
    script.switches(0)
    assert script.state is first


def test_undo_right_after_a_fork_returns_to_the_branch_that_was_left() -> None:
    script = talk().says("/search_concerts").confirms(2)
    left = script.state
    script.forks(History().fork_points(script.timeline.head)[-1].node)
    assert undo_label(script.timeline) == "the fork"
    script.undoes()
    assert script.state is left
    assert list(script.timeline.branches) == [0]


def test_only_a_message_can_be_forked_from() -> None:
    script = talk().says("hello")
    with pytest.raises(IllegalInput):
        script.forks(script.timeline.head.id)


def test_branches_have_names_of_their_own() -> None:
    script = talk().says("/greet").confirms(2)
    script.forks(History().fork_points(script.timeline.head)[-1].node)
    script.timeline.apply(BranchNamed(1, "wrong reviews"))
    assert script.timeline.branch.name == "wrong reviews"
    for name in ("main", "  "):
        with pytest.raises(IllegalInput):
            script.timeline.apply(BranchNamed(1, name))


def test_esc_has_a_small_step_to_take_only_within_a_question() -> None:
    script = talk().says("hello")
    assert not script.timeline.is_within_question
    script.answers(Denied("both"))
    assert script.timeline.is_within_question
    script.answers(IntentChosen("goodbye"))
    assert script.timeline.is_within_question
    script.undoes(2)
    assert isinstance(script.asked, ConfirmIntent) and not script.timeline.is_within_question


def test_esc_does_not_take_back_a_settled_intent() -> None:
    script = talk().says("hello").answers(Denied("intent"))
    assert isinstance(script.asked, ChooseIntent)
    script.answers(IntentChosen("goodbye"))
    assert isinstance(script.asked, ConfirmAction)
    assert not script.timeline.is_within_question


def test_undo_and_redo_say_in_words_what_they_change() -> None:
    script = talk().says("hello").confirms()
    assert undo_label(script.timeline) == "the meaning of 'hello'"
    script.undoes()
    assert redo_label(script.timeline) == "the meaning of 'hello'"
    assert undo_label(script.timeline) == "hello"


def test_a_rule_that_confirms_what_is_sure_is_no_answer_to_undo() -> None:
    script = talk().says("hello").confirms()
    script.timeline.apply(Answered(Confirmed(is_automatic=True)))
    script.settle().undoes()
    assert isinstance(script.asked, ConfirmIntent)


MOVES = st.sampled_from(
    [
        MessageTyped("hello"),
        MessageTyped('/search_concerts{"city": "Rome"}'),
        MessageTyped("/new_intent"),
        Confirmed(),
        Denied("both"),
        Denied("action"),
        IntentChosen("goodbye"),
        ActionChosen("utter_ask"),
        NewNameRequested(),
        SlotEdited("city", ["Rome", {"a": None}]),
        SessionRestarted(),
        "undo",
        "redo",
        "fork",
        "switch",
    ]
)


def made_anew(states: Iterable[SessionState]) -> list[Lesson]:
    """What these states teach, each for itself."""
    steps = [(state.confirmed, state.domain) for state in states if state.confirmed]
    made = [lesson_of(step.tracker, step.action, step.was_corrected, domain) for step, domain in steps if step]
    return [lesson for lesson in made if lesson]


def counted_anew(timeline: Timeline) -> None:
    """What is kept while the session goes on is what going through all of it gives."""
    live = {node.id: node for branch in timeline.branches.values() for node in branch.tip.path()}
    states = [live[number].state for number in sorted(live)]
    assert list(timeline.lessons()) == made_anew(states)
    assert list(timeline.examples()) == [example for state in states for example in state.examples]
    said = [node for node in timeline.head.path() if isinstance(node.given, (MessageTyped, ButtonChosen))]
    assert [point.node for point in History().fork_points(timeline.head)] == [node.id for node in reversed(said)]
    shown = branch_views(timeline)[list(timeline.branches).index(timeline.current)].messages
    assert shown == tuple(point.text for point in History().fork_points(timeline.head)[-3:])
    assert news(timeline) == news_by_hand(timeline)


def news_by_hand(timeline: Timeline) -> str | None:
    stories, begun, examples, slots, seen = 0, 0, 0, 0, set[int]()
    for branch in timeline.branches.values():
        parts = [""]
        for node in branch.tip.path():
            is_whole = isinstance(node.state.waiting, (AskMessage, AskButton))
            is_by_hand = is_whole and isinstance(node.given, SlotEdited)
            if node.id in seen or (node.id <= timeline.exported_up_to and is_whole and not is_by_hand):
                break
            seen.add(node.id)
            if node.id > timeline.exported_up_to:
                examples += len(node.state.examples)
            parts[-1] += "w" * is_whole
            if isinstance(node.given, (MessageTyped, ButtonChosen)):
                parts[-1] += "m"
            if is_by_hand:
                parts[-1] += "s"
            if isinstance(node.given, SessionRestarted):
                parts.append("")
        whole = ["m" in part.partition("w")[2] for part in parts]
        stories += sum(whole)
        begun += sum("m" in part and not is_whole for part, is_whole in zip(parts, whole, strict=True))
        slots += sum(part.partition("m")[0].count("s") for part in parts)
    told = [f"{stories} stor{'y' if stories == 1 else 'ies'}"] * bool(stories)
    told += [f"{examples} example{'s' if examples != 1 else ''}"] * bool(examples)
    told += [f"{begun} turn{'s' if begun != 1 else ''} only begun"] * bool(begun)
    told += [f"{slots} slot{'s' if slots != 1 else ''} set by hand after the last turn"] * bool(slots)
    return ", ".join(told) or None


def play(moves: list[HumanInput | str]) -> tuple[Timeline, list[Record]]:
    """Every move that is possible, with the records that a journal would hold."""
    script = talk()
    records: list[Record] = []

    def keep(record: Record) -> None:
        script.timeline.apply(record)
        records.append(record)
        counted_anew(script.timeline)

    for move in moves:
        points = History().fork_points(script.timeline.head)
        record: Record
        if move == "undo":
            record = Undone()
        elif move == "redo":
            record = Redone()
        elif move == "fork":
            record = Forked(points[0].node if points else 0)
        elif isinstance(move, str):
            others = [branch for branch in script.timeline.branches if branch != script.timeline.current]
            record = Switched(others[0] if others else 99)
        else:
            record = Answered(move)
        try:
            keep(record)
        except IllegalInput:
            continue
        while not isinstance(waiting := script.state.waiting, object) or type(waiting).__name__ in (
            "ParseMessage",
            "PredictAction",
            "RunAction",
            "ExtractSlots",
        ):
            keep(Answered(script.world.answer(waiting, script.state)))  # type: ignore[arg-type]
    records.append(Exported({"a": 1}))
    return script.timeline, records


def picture(timeline: Timeline) -> object:
    """All that a person could see of a timeline."""
    state = timeline.state
    return (
        timeline.current,
        [(branch.id, branch.name, branch.tip.id, len(branch.undone)) for branch in timeline.branches.values()],
        state.waiting,
        state.tracker.events,
        dict(state.tracker.slots),
        timeline.lessons(),
        timeline.examples(),
        state.additions,
    )


@given(st.lists(MOVES, max_size=25))
@settings(max_examples=60)
def test_undoing_and_redoing_is_as_if_nothing_had_been(moves: list[HumanInput | str]) -> None:
    timeline, _ = play(moves)
    before = picture(timeline)
    undone = 0
    while not timeline.can_return_to_origin and timeline.last_answer() is not None:
        timeline.apply(Undone())
        undone += 1
    for _ in range(undone):
        timeline.apply(Redone())
    assert picture(timeline) == before


@given(st.lists(MOVES, max_size=25))
@settings(max_examples=60)
def test_replaying_a_journal_gives_the_same_session(moves: list[HumanInput | str]) -> None:
    timeline, records = play(moves)
    again = Timeline(start(concert_domain()))
    for record in records:
        again.apply(from_json(json.loads(json.dumps(to_json(record)))))
    assert picture(again) == picture(timeline)


def test_the_drop_of_the_branch_one_stands_on_is_undone_and_redone() -> None:
    script = talk().says("hello").confirms(3)
    script.forks(History().fork_points(script.timeline.head)[-1].node)
    dropped = script.timeline.current
    script.timeline.apply(Dropped(dropped))
    assert script.undoes().timeline.current == dropped
    assert script.redoes().timeline.current == 0
    assert list(script.timeline.dropped) == [dropped]
