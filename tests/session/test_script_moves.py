"""Whatever a person does, in any order: what was undone comes back as it was, a journal gives the same session, what
is not on a live branch teaches nothing, and moves among what happened run no action."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import Entity, Event, Restarted, SlotSet
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import IllegalInput
from trainer_tui.export.conversations import conversations
from trainer_tui.session.codec import from_json, to_json
from trainer_tui.session.history import History
from trainer_tui.session.machine import start, step
from trainer_tui.session.protocol import (
    ActionChanged,
    ActionChosen,
    ActionNamed,
    AskButton,
    AskMessage,
    AskStale,
    ButtonChosen,
    Change,
    ConfirmAction,
    ConfirmIntent,
    Denied,
    EffectFailed,
    EntitiesChanged,
    EntitiesMarked,
    ExamplesConfirmed,
    HumanInput,
    IntentChanged,
    IntentChosen,
    IntentNamed,
    MessageChanged,
    MessageTyped,
    NewNameRequested,
    ResponseReworded,
    ResponseWritten,
    ResultKept,
    ResultStubbed,
    Retried,
    SessionRestarted,
    SlotEdited,
    StubRequested,
    TurnDeleted,
    TurnInserted,
    WriteResponse,
)
from trainer_tui.session.records import (
    BranchNamed,
    Dropped,
    Forked,
    PlayHalted,
    Record,
    Redone,
    Restored,
    Switched,
    Undone,
    WentTo,
)
from trainer_tui.session.timeline import Timeline

from .script import Script, concert_domain
from .test_player import runs, tape, world

TEXTS = st.sampled_from(("hello", "hi", "concerts in Rome", "concerts in Oslo", "bye"))
CHANGES: st.SearchStrategy[Change] = st.one_of(
    TEXTS.map(MessageChanged),
    TEXTS.map(TurnInserted),
    st.just(TurnDeleted()),
    st.sampled_from(("greet", "goodbye")).map(IntentChanged),
    st.just(EntitiesChanged(())),
    st.sampled_from(("utter_ask", "utter_brand_new")).map(ActionChanged),
)
ANSWERS: tuple[HumanInput, ...] = (
    Denied("both"),
    Denied("intent"),
    Denied("entities"),
    Denied("action"),
    IntentChosen("greet"),
    IntentChosen("goodbye"),
    NewNameRequested(),
    IntentNamed("small_talk"),
    EntitiesMarked(()),
    EntitiesMarked((Entity("city", "Rome", 12, 16),)),
    ActionChosen("utter_greet"),
    ActionChosen("action_search_concerts"),
    ActionNamed("utter_brand_new"),
    ResponseWritten((ResponseVariation("Well"),)),
    ResponseReworded("utter_greet", (ResponseVariation("Hey"),)),
    ButtonChosen("/mood_great", "Great"),
    ExamplesConfirmed((Example("good day", "greet"),)),
    StubRequested(),
    ResultStubbed((SlotSet("concerts", ["b"]),)),
    Retried(),
    ResultKept(),
    SlotEdited("concerts", ["c"]),
    SessionRestarted(),
    MessageTyped("/restart"),
    MessageTyped("/goodbye"),
)
"""Whatever a person can answer at any question; what does not fit is refused."""


class Kept(Timeline):
    """A timeline with the records that a journal would hold."""

    def __init__(self) -> None:
        super().__init__(start(concert_domain()))
        self.records: list[Record] = []

    def apply(self, record: Record) -> None:
        super().apply(record)
        self.records.append(record)


def seen(timeline: Timeline) -> tuple[object, ...]:
    """Where the session stands: what is asked, what was said and done, what it teaches, and on which branches."""
    state = timeline.state
    return (
        timeline.current,
        [(branch.id, branch.name, branch.tip.id, branch.play) for branch in timeline.branches.values()],
        sorted(timeline.dropped),
        state.waiting,
        state.tracker.events,
        list(timeline.lessons()),
        list(timeline.examples()),
    )


def but_for_dropped(timeline: Timeline) -> tuple[object, ...]:
    return (*seen(timeline)[:2], *seen(timeline)[3:])


def fits(timeline: Timeline, given: HumanInput) -> bool:
    try:
        step(timeline.state, given)
    except IllegalInput:
        return False
    return True


def between_restarts(events: tuple[Event, ...]) -> list[tuple[Event, ...]]:
    parts: list[tuple[Event, ...]] = [()]
    for event in events:
        parts = [*parts, ()] if isinstance(event, Restarted) else [*parts[:-1], (*parts[-1], event)]
    return parts


class Session(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.script = Script(world=world())
        self.timeline = self.script.timeline = Kept()
        self.edits: dict[int, tuple[int, int]] = {}

    def moves(self, record: Record) -> None:
        """A move that may not be possible now; it runs nothing."""
        ran = runs(self.script)
        try:
            self.timeline.apply(record)
        except IllegalInput:
            return
        self.script.settle()
        assert runs(self.script) == ran

    @initialize(texts=st.lists(TEXTS, min_size=2, max_size=3))
    def talks(self, texts: list[str]) -> None:
        for text in texts:
            self.says(text, 3)

    @precondition(lambda self: isinstance(self.script.asked, (AskMessage, AskButton)))
    @rule(text=TEXTS, answers=st.sampled_from((3, 3, 1, 0)))
    def says(self, text: str, answers: int) -> None:
        self.script.says(text)
        for _ in range(answers):
            if isinstance(self.script.asked, (ConfirmIntent, ConfirmAction)):
                self.script.confirms()

    @precondition(lambda self: not isinstance(self.script.asked, (AskMessage, AskButton)))
    @rule(is_agreed=st.booleans())
    def answers(self, is_agreed: bool) -> None:
        match self.script.asked:
            case AskStale():
                self.script.answers(Retried() if is_agreed else ResultKept())
            case ConfirmAction() if not is_agreed:
                self.script.answers(ActionChosen("utter_ask"))
            case ConfirmAction() | ConfirmIntent():
                self.script.confirms()
            case WriteResponse():
                self.script.answers(ResponseWritten((ResponseVariation("Well"),)))
            case _:
                pass  # `answers_anything_that_fits` does

    @rule(number=st.integers(0, 99))
    def answers_anything_that_fits(self, number: int) -> None:
        fitting = [given for given in ANSWERS if fits(self.timeline, given)]
        self.script.answers(fitting[number % len(fitting)])

    @rule(given=st.sampled_from(ANSWERS))
    def what_does_not_fit_is_refused_and_nothing_has_happened(self, given: HumanInput) -> None:
        if not fits(self.timeline, given):
            before = seen(self.timeline)
            with pytest.raises(IllegalInput):
                self.script.answers(given)
            assert seen(self.timeline) == before

    @rule()
    def the_next_action_fails(self) -> None:
        self.script.world.faults["action_search_concerts"] = EffectFailed("the action server is down")

    @precondition(lambda self: self.script.likely)
    @rule()
    def keeps_what_the_script_says(self) -> None:
        while self.script.likely:
            self.script.keeps_likely()

    @rule(given=st.sampled_from((SlotEdited("concerts", "a"), SlotEdited("concerts", None), SessionRestarted())))
    def sets_a_slot_or_starts_fresh(self, given: HumanInput) -> None:
        with suppress(IllegalInput):
            self.script.answers(given)

    @rule(number=st.integers(0, 20), change=CHANGES, answers=st.integers(0, 4))
    def changes_a_turn(self, number: int, change: Change, answers: int) -> None:
        places = [entry.at for entry in History().entries(self.timeline.head) if entry.at is not None]
        if not places:
            return
        before, ran = seen(self.timeline), runs(self.script)
        edited, tip = self.timeline.current, self.timeline.head.id
        try:
            self.script.edits(places[number % len(places)], change)
        except IllegalInput:
            assert seen(self.timeline) == before
            return
        assert runs(self.script) == ran
        edit = self.timeline.branch
        self.edits[edit.id] = (edited, tip)
        self.timeline.apply(Undone())
        assert seen(self.timeline) == before, "one undo takes the whole change back"
        self.timeline.apply(Redone())
        assert self.timeline.branch.id == edit.id
        assert self.timeline.head is edit.tip
        for _ in range(answers):
            if self.script.likely:
                self.script.keeps_likely()
        answered = seen(self.timeline)
        self.timeline.apply(Dropped(edit.id))
        assert but_for_dropped(self.timeline) == (*before[:2], *before[3:]), "one step takes it back with its answers"
        self.timeline.apply(Undone())
        assert seen(self.timeline) == answered

    @precondition(lambda self: isinstance(self.script.asked, AskMessage))
    @rule()
    def plays_the_same_again(self) -> None:
        again = Script(world=world()).plays(tape(self.script))
        while again.likely:
            again.keeps_likely()
        assert again.state.tracker.events == self.timeline.state.tracker.events
        assert runs(again) == []

    @rule()
    def undoes_and_redoes(self) -> None:
        before = seen(self.timeline)
        try:
            self.timeline.apply(Undone())
        except IllegalInput:
            return
        self.timeline.apply(Redone())
        assert seen(self.timeline) == before

    @rule()
    def undoes(self) -> None:
        self.moves(Undone())

    @rule()
    def redoes(self) -> None:
        self.moves(Redone())

    @rule(number=st.integers(0, 20))
    def forks(self, number: int) -> None:
        points = History().fork_points(self.timeline.head)
        if points:
            self.moves(Forked(points[number % len(points)].node))

    @rule(is_halted=st.booleans())
    def stops_the_script_or_lets_it_go_on(self, is_halted: bool) -> None:
        self.timeline.apply(PlayHalted(is_halted))
        self.script.settle()

    @rule(number=st.integers(0, 4), name=st.sampled_from(("one", "two")))
    def names_a_branch(self, number: int, name: str) -> None:
        self.moves(BranchNamed(number, name))

    @rule()
    def resumes(self) -> None:
        resumed = Kept()
        for record in self.timeline.records:
            resumed.apply(from_json(json.loads(json.dumps(to_json(record)))))
        assert seen(resumed) == seen(self.timeline)
        ran = runs(self.script)
        self.timeline = self.script.timeline = resumed
        self.script.settle()
        assert runs(self.script) == ran

    @rule(number=st.integers(0, 4))
    def switches(self, number: int) -> None:
        self.moves(Switched(list(self.timeline.branches)[number % len(self.timeline.branches)]))

    @rule(number=st.integers(0, 4))
    def drops(self, number: int) -> None:
        self.moves(Dropped(list(self.timeline.branches)[number % len(self.timeline.branches)]))

    @rule(number=st.integers(0, 4))
    def restores(self, number: int) -> None:
        self.moves(Restored(number))

    @rule(number=st.integers(0, 60))
    def goes_to(self, number: int) -> None:
        asked = [node for node in self.timeline.nodes.values() if isinstance(node.state.waiting, AskMessage)]
        self.moves(WentTo(asked[number % len(asked)].id))

    @invariant()
    def only_live_branches_teach(self) -> None:
        live = {node.id: node for branch in self.timeline.live() for node in branch.tip.path()}
        examples = [example for number in sorted(live) for example in live[number].state.examples]
        assert list(self.timeline.examples()) == examples
        steps = [step for node in live.values() if (step := node.state.confirmed) is not None]
        assert len(self.timeline.lessons()) == len(steps)

    @invariant()
    def what_was_edited_is_replaced_once_all_of_it_was_played_and_while_nobody_goes_on_with_it(self) -> None:
        branches = self.timeline.branches
        replaced = set()
        for number, (edited, tip) in self.edits.items():
            edit, before = branches.get(number), branches.get(edited)
            if edit is None or before is None or edit.plays is None or edit.forked_at is None:
                continue
            begun = edit.forked_at.id
            plays = [edit.plays, *(node.play for node in edit.tip.path() if node.id > begun and node.play)]
            is_played = any(play.step is None for play in plays)
            if is_played and before.tip.id == tip and edited != self.timeline.current:
                replaced.add(edited)
        assert self.timeline.replaced() == replaced

    @invariant()
    def what_stands_on_live_branches_is_exported_and_nothing_else(self) -> None:
        exported = [conversation.events for conversation in conversations(self.timeline)]
        stand = [part for tip in self.timeline.tips() for part in between_restarts(tip.state.tracker.events)]
        assert all(events in stand for events in exported)
        assert all(any(events[: len(part)] == part for events in exported) for part in stand)

    def teardown(self) -> None:
        self.resumes()


TestSession = Session.TestCase
TestSession.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def test_an_action_that_is_changed_is_taken_back_in_one_step() -> None:
    script = Script(world=world())
    script.says("hello").confirms(3)
    before = seen(script.timeline)
    node = next(entry.at for entry in History().entries(script.timeline.head) if "utter_greet" in entry.text)
    assert node is not None
    script.edits(node, ActionChanged("utter_ask"))
    assert "utter_ask" in script.events()
    assert seen(script.undoes().timeline) == before


def test_an_intent_that_is_changed_teaches_and_is_exported_in_place_of_the_one_that_it_was() -> None:
    script = Script(world=world())
    script.says("hello").confirms(3)
    (was,) = script.timeline.examples()
    node = next(entry.at for entry in History().entries(script.timeline.head) if entry.kind == "message")
    assert node is not None
    script.edits(node, IntentChanged("goodbye"))
    while script.likely:
        script.keeps_likely()
    assert isinstance(script.asked, AskMessage)
    (now,) = script.timeline.examples()
    assert (was.text, now.text) == ("hello", "hello")
    assert now.intent == "goodbye" != was.intent
    (exported,) = conversations(script.timeline)
    assert exported.events == script.state.tracker.events

    script.switches(0)
    assert [example.intent for example in script.timeline.examples()] == [was.intent, "goodbye"]
    script.says("bye").switches(1)
    assert len(conversations(script.timeline)) == 2, "who went on there has two ways"


def test_the_drop_of_the_branch_one_stands_on_is_undone_and_redone() -> None:
    script = Script(world=world())
    script.says("hello").confirms(3)
    script.forks(History().fork_points(script.timeline.head)[-1].node)
    script.timeline.apply(Dropped(script.timeline.current))
    before = seen(script.timeline)
    assert seen(script.undoes().redoes().timeline) == before


def test_a_branch_that_is_undone_and_redone_stands_where_it_stood() -> None:
    script = Script(world=world())
    script.says("hello").confirms(3)
    message = History().fork_points(script.timeline.head)[-1].node
    script.forks(message).switches(0).forks(message).switches(1)
    before = seen(script.timeline)
    assert seen(script.undoes().redoes().timeline) == before
