"""What forms of Rasa 2.x and 3.x decide: what a message fills, when they refuse, what they ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.action_program import Events, Rejection
from trainer_tui.core.custom_slots import extract_slots
from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Entity,
    Era,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.forms import (
    answer_to,
    form_action,
    form_state,
    form_without_server,
    is_form_in_process,
    question_for,
)
from trainer_tui.core.responses import said
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.slots import Form, MappingCondition, Slot, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker

FORM = "table_form"
LISTEN = ActionExecuted(ACTION_LISTEN)


def mapped(name: str, *mappings: SlotMapping, kind: str = "text") -> Slot:
    return Slot(name, kind, mappings=mappings)


SEATING = SlotMapping("from_intent", intents=("affirm",), value=True, conditions=(MappingCondition(FORM, "outside"),))
TABLE = Domain(
    era=Era.RASA_3,
    intents={name: Intent(name) for name in ("request", "inform", "affirm", "chitchat")},
    entities={name: EntityType(name) for name in ("cuisine", "number")},
    slots={
        "cuisine": mapped("cuisine", SlotMapping("from_entity", entity="cuisine")),
        "people": mapped("people", SlotMapping("from_entity", entity="number"), kind="float"),
        "outside": mapped("outside", SEATING, kind="bool"),
    },
    forms={FORM: Form(FORM, ("cuisine", "people", "outside"), ignored_intents=("chitchat",))},
    responses={f"utter_ask_{slot}": (ResponseVariation(slot),) for slot in ("cuisine", "people", "outside")},
    actions=("action_find",),
)
CHECKED = replace(TABLE, actions=("action_find", f"validate_{FORM}"))


class Talk:
    """A conversation in which the form is run after every message; `answers` are what custom actions return."""

    def __init__(self, domain: Domain = TABLE, **answers: Sequence[Event]) -> None:
        self.domain = domain
        self.answers: Mapping[str, Sequence[Event]] = answers
        self.tracker = DialogueStateTracker.start(domain).with_event(LISTEN)
        self.calls: list[tuple[str, list[Event]]] = []

    def hear(self, intent: str, **entities: Any) -> Talk:
        found = tuple(Entity(name, value) for name, value in entities.items())
        message = UserUttered(intent, intent, entities=found)
        self.tracker = self.tracker.with_event(message)
        self.tracker = self.tracker.with_events(slots_from_message(self.tracker, message, self.domain))
        self.calls.clear()
        return self

    def run(self, form: str = FORM) -> Events | Rejection:
        program = form_action(form, self.tracker, self.domain)
        try:
            call = next(program)
            while True:
                self.calls.append((call.action, list(call.tracker.events[self.tracker.length :])))
                said = (BotUttered(call.action),) if call.action.startswith("utter_") else ()
                call = program.send(tuple(self.answers.get(call.action, said)))
        except StopIteration as finished:
            outcome: Events | Rejection = finished.value
        if isinstance(outcome, Rejection):
            self.tracker = self.tracker.with_event(ActionExecutionRejected(form))
        else:
            self.tracker = self.tracker.with_events((ActionExecuted(form), *outcome))
            self.tracker = self.tracker.with_event(LISTEN)
        return outcome

    def runs(self, form: str = FORM) -> Events:
        """The events of a run that does not refuse."""
        outcome = self.run(form)
        assert isinstance(outcome, tuple)
        return outcome

    def event(self, *events: Event) -> Self:
        self.tracker = self.tracker.with_events(events)
        return self


def test_the_happy_path_asks_slot_by_slot_and_ends() -> None:
    talk = Talk()
    assert talk.hear("request").run() == (
        ActiveLoop(FORM),
        SlotSet("requested_slot", "cuisine"),
        BotUttered("utter_ask_cuisine"),
    )
    assert talk.hear("inform", cuisine="greek").run() == (
        SlotSet("requested_slot", "people"),
        BotUttered("utter_ask_people"),
    )
    talk.hear("inform", number=3).run()
    assert talk.hear("affirm").run() == (SlotSet("requested_slot", None), ActiveLoop(None))
    assert talk.tracker.slots == {"cuisine": "greek", "people": 3, "outside": True, "requested_slot": None}


def test_what_was_said_before_is_not_asked_again() -> None:
    """The starting message is taken once more, now that the form is active: what it fills is set again, as in Rasa."""
    assert Talk().hear("request", cuisine="greek", number=2).run() == (
        ActiveLoop(FORM),
        SlotSet("cuisine", "greek"),
        SlotSet("people", 2),
        SlotSet("requested_slot", "outside"),
        BotUttered("utter_ask_outside"),
    )


def test_mappings_of_the_form_take_the_message_that_starts_it() -> None:
    """Bound to the form by a condition, or by the intent that triggers it."""
    in_form = (MappingCondition(FORM),)
    cuisine = SlotMapping("from_entity", entity="cuisine", conditions=in_form)
    plain = SlotMapping("from_trigger_intent", intents=("request",), value=False)
    bound = SlotMapping("from_trigger_intent", intents=("request",), value=2, conditions=in_form)
    elsewhere = SlotMapping("from_trigger_intent", intents=("request",), value=3, conditions=(MappingCondition("g"),))
    slots = {
        "cuisine": mapped("cuisine", cuisine),
        "outside": mapped("outside", plain, kind="bool"),
        "people": mapped("people", elsewhere, bound, kind="float"),
    }
    talk = Talk(replace(TABLE, slots=slots)).hear("request", cuisine="greek")
    assert talk.tracker.slots["cuisine"] is None
    assert talk.run() == (
        ActiveLoop(FORM),
        SlotSet("cuisine", "greek"),
        SlotSet("outside", False),
        SlotSet("people", 2),
        SlotSet("requested_slot", None),
        ActiveLoop(None),
    )


def test_another_forms_mappings_do_not() -> None:
    cuisine = SlotMapping("from_entity", entity="cuisine", conditions=(MappingCondition("other_form"),))
    talk = Talk(replace(TABLE, slots={**TABLE.slots, "cuisine": mapped("cuisine", cuisine)}))
    assert talk.hear("request", cuisine="greek").runs()[1] == SlotSet("requested_slot", "cuisine")


def test_a_form_that_was_left_is_not_answered_by_mappings_with_conditions() -> None:
    """/stop, "go on?", /affirm: that is no answer to "outside?". Once the form has asked again, it is."""
    talk = Talk()
    talk.hear("request", cuisine="greek", number=2).run()
    talk.hear("chitchat").run()
    talk.event(ActionExecuted("utter_chitchat"), LISTEN)
    talk.hear("affirm")
    assert talk.tracker.slots["outside"] is None
    talk.event(LoopInterrupted(True))
    assert talk.run() == (SlotSet("requested_slot", "outside"), BotUttered("utter_ask_outside"))
    talk.hear("affirm").run()
    assert talk.tracker.slots["outside"] is True


def test_what_a_mapping_names_and_the_domain_lacks_fills_nothing() -> None:
    nobody = replace(TABLE, entities={}, intents={name: TABLE.intents[name] for name in ("request", "inform")})
    talk = Talk(nobody)
    talk.hear("request", cuisine="greek").run()
    assert talk.tracker.slots["cuisine"] is None
    talk.event(SlotSet("requested_slot", "outside")).hear("affirm")
    assert talk.tracker.slots["outside"] is None


def test_null_unsets_a_slot_and_is_nothing_where_none_is_set() -> None:
    talk = Talk()
    talk.hear("request").run()
    assert isinstance(talk.hear("inform", cuisine=None).run(), Rejection)
    talk.hear("inform", cuisine="greek", number=2).run()
    assert talk.hear("inform", cuisine=None).runs()[0] == SlotSet("requested_slot", "cuisine")
    assert talk.tracker.slots["cuisine"] is None


def test_a_message_that_fills_nothing_is_refused() -> None:
    talk = Talk()
    talk.hear("request").run()
    outcome = talk.hear("chitchat").run()
    assert outcome == Rejection(f"the message fills no slot of {FORM}, which asked for cuisine")


def test_another_slot_than_the_one_asked_for_is_welcome() -> None:
    talk = Talk()
    talk.hear("request").run()
    assert talk.hear("inform", number=4).run() == (
        SlotSet("requested_slot", "cuisine"),
        BotUttered("utter_ask_cuisine"),
    )
    assert talk.tracker.slots["people"] == 4


def test_after_an_interruption_it_asks_again_and_takes_nothing() -> None:
    talk = Talk()
    talk.hear("request").run()
    talk.hear("chitchat").run()
    talk.event(ActionExecuted("utter_chitchat"), LISTEN)
    talk.hear("go_on").event(LoopInterrupted(True))
    assert talk.run() == (SlotSet("requested_slot", "cuisine"), BotUttered("utter_ask_cuisine"))


def test_coming_back_without_a_message_between_asks_again() -> None:
    """utter_chitchat, then the form at once: it does not run right after action_listen."""
    talk = Talk()
    talk.hear("request").run()
    talk.hear("chitchat").run()
    talk.event(ActionExecuted("utter_chitchat"))
    assert talk.run() == (SlotSet("requested_slot", "cuisine"), BotUttered("utter_ask_cuisine"))


# --- with code of the project --------------------------------------------------------------------------------------


def test_code_sees_the_candidates_at_the_end_of_the_log_and_decides() -> None:
    talk = Talk(CHECKED, validate_table_form=[BotUttered("no such food"), SlotSet("cuisine", None)])
    outcome = talk.hear("request", cuisine="mud").run()
    assert outcome == (
        ActiveLoop(FORM),
        BotUttered("no such food"),
        SlotSet("cuisine", None),
        SlotSet("requested_slot", "cuisine"),
        BotUttered("utter_ask_cuisine"),
    )
    (name, seen), _ = talk.calls
    assert name == "validate_table_form"
    assert seen[-3:] == [SlotSet("requested_slot", None), ActionExecuted(FORM), SlotSet("cuisine", "mud")]


def test_a_value_is_validated_once_on_activation() -> None:
    talk = Talk(CHECKED, validate_table_form=[SlotSet("cuisine", "greek")])
    talk.hear("request", cuisine="Greek").run()
    assert [name for name, _ in talk.calls].count("validate_table_form") == 1


def test_code_that_says_nothing_leaves_the_values_as_they_are() -> None:
    talk = Talk(CHECKED, validate_table_form=[])
    talk.hear("request").run()
    assert talk.hear("inform", cuisine="greek").run() == (
        SlotSet("requested_slot", "people"),
        BotUttered("utter_ask_people"),
    )
    assert talk.tracker.slots["cuisine"] == "greek"


def test_code_may_fill_slots_from_messages_that_mappings_do_not() -> None:
    talk = Talk(CHECKED, validate_table_form=[])
    talk.hear("request").run()
    talk.answers = {"validate_table_form": [SlotSet("cuisine", "thai")]}
    assert talk.hear("mumble").run() == (
        SlotSet("cuisine", "thai"),
        SlotSet("requested_slot", "people"),
        BotUttered("utter_ask_people"),
    )


def test_code_may_ask_for_slots_that_the_domain_does_not_list() -> None:
    domain = replace(CHECKED, slots={**CHECKED.slots, "wine": Slot("wine")})
    talk = Talk(domain, validate_table_form=[SlotSet("requested_slot", "wine")])
    outcome = talk.hear("request").run()
    assert outcome == (ActiveLoop(FORM), SlotSet("requested_slot", "wine"))

    state = form_state(talk.tracker, domain)
    assert state is not None
    assert state.needed == ("cuisine", "people", "outside", "wine")
    assert state.reason == "validate_table_form asked for wine (no response: validation asks itself)"


def test_code_may_end_the_form() -> None:
    for ending in ([SlotSet("requested_slot", None)], [ActiveLoop(None)]):
        talk = Talk(CHECKED, validate_table_form=[])
        talk.hear("request").run()
        talk.answers = {"validate_table_form": [SlotSet("cuisine", "greek"), *ending]}
        outcome = talk.hear("inform", cuisine="greek").run()
        assert isinstance(outcome, tuple)
        assert set(outcome) == {SlotSet("cuisine", "greek"), SlotSet("requested_slot", None), ActiveLoop(None)}
        assert outcome[-2:] == (SlotSet("requested_slot", None), ActiveLoop(None))
        assert talk.tracker.active_loop is None


def test_code_may_refuse_in_the_name_of_the_form() -> None:
    talk = Talk(CHECKED, validate_table_form=[])
    talk.hear("request").run()
    talk.answers = {"validate_table_form": [ActionExecutionRejected(FORM)]}
    assert talk.hear("inform", cuisine="greek").run() == (ActionExecutionRejected(FORM),)


def test_code_runs_after_an_interruption_too_but_has_nothing_to_validate() -> None:
    talk = Talk(CHECKED, validate_table_form=[])
    talk.hear("request").run()
    talk.calls.clear()
    talk.hear("inform", cuisine="greek").event(LoopInterrupted(True))
    talk.run()
    assert talk.calls[0] == (
        "validate_table_form",
        [SlotSet("requested_slot", "cuisine"), ActionExecuted(FORM)],
    )


def test_the_forms_own_question_comes_before_the_common_one() -> None:
    slot_names = ("action_ask_table_form_city", "utter_ask_table_form_city", "action_ask_city", "utter_ask_city")
    known = list(slot_names)
    while known:
        domain = Domain(
            actions=tuple(name for name in known if name.startswith("action")),
            responses={name: () for name in known if name.startswith("utter")},
        )
        assert question_for(FORM, "city", domain) == known.pop(0)
    assert question_for(FORM, "city", Domain()) is None


def test_a_form_of_2018_or_of_the_projects_own_is_not_performed_here() -> None:
    assert is_form_in_process(FORM, TABLE)
    assert not is_form_in_process(FORM, replace(TABLE, era=Era.CORE))
    assert not is_form_in_process(FORM, replace(TABLE, actions=(FORM,)))


def test_what_a_form_would_do_where_no_server_answers() -> None:
    talk = Talk(CHECKED).hear("request", cuisine="greek")
    assert form_without_server(FORM, talk.tracker, CHECKED) == (
        ActiveLoop(FORM),
        SlotSet("cuisine", "greek"),
        SlotSet("requested_slot", "people"),
        said("utter_ask_people", ResponseVariation("people"), {}),
    )
    talk.run()
    talk.hear("chitchat")
    assert form_without_server(FORM, talk.tracker, CHECKED) == (ActionExecutionRejected(FORM),)
    talk.hear("inform", number=3)
    assert form_without_server(FORM, talk.tracker, CHECKED)[0] == SlotSet("requested_slot", "outside")
    asked_by_code = replace(CHECKED, responses={}, actions=(*CHECKED.actions, "action_ask_outside"))
    assert form_without_server(FORM, talk.tracker, asked_by_code) == (SlotSet("requested_slot", "outside"),)


# --- what the person is told ---------------------------------------------------------------------------------------


def test_the_state_of_a_form() -> None:
    talk = Talk()
    assert form_state(talk.tracker, TABLE) is None
    talk.hear("request", cuisine="greek").run()
    state = form_state(talk.tracker, TABLE)
    assert state is not None
    assert (state.name, state.requested_slot, state.will_validate) == (FORM, "people", True)
    assert state.filled == (("cuisine", "greek"),)
    assert state.needed == ("people", "outside")
    assert state.progress == ("filled: cuisine", "needed: people, outside")
    why = "people is the first required slot without a value (utter_ask_people)"
    assert state.outlook == f"the message fills it: {why}"

    talk.hear("chitchat").run()
    state = form_state(talk.tracker, TABLE)
    assert state is not None
    assert state.is_open
    assert state.outlook == f"you are asked whether the message fills it: {FORM} was left for another action"
    talk.event(LoopInterrupted(True))
    state = form_state(talk.tracker, TABLE)
    assert state is not None
    assert not state.will_validate
    assert state.outlook.startswith(f"the message fills nothing: {FORM} does not take the latest message")


def test_of_a_form_of_2018_only_what_shows_is_known() -> None:
    domain = replace(TABLE, era=Era.CORE, forms={FORM: Form(FORM)}, actions=())
    talk = Talk(domain).event(
        ActionExecuted(FORM), ActiveLoop(FORM), SlotSet("cuisine", "greek"), SlotSet("requested_slot", "people")
    )
    state = form_state(talk.tracker, domain)
    assert state is not None
    assert state.filled == (("cuisine", "greek"),)
    assert state.needed == ("people", "outside")
    assert state.reason == "table_form on the action server asked for people"
    assert answer_to(FORM, "people", talk.hear("inform", number=3).tracker, domain) == (None, None)


def test_what_the_message_would_fill_and_by_which_mapping() -> None:
    talk = Talk()
    talk.hear("request", cuisine="greek", number=2).run()
    talk.hear("affirm")
    assert answer_to(FORM, "outside", talk.tracker, TABLE) == ((("outside", True),), SEATING)
    talk.run()
    talk.hear("chitchat")
    assert answer_to(FORM, "outside", talk.tracker, TABLE) == ((), None)


# --- Rasa 2.x: the mappings stand in the form ----------------------------------------------------------------------

FLIGHT = "flight_form"
CITY_FROM = SlotMapping("from_entity", entity="city", role="from")
CITY_TO = SlotMapping("from_entity", entity="city", role="to")
FLIGHTS = Domain(
    era=Era.RASA_2,
    slots={
        "start": Slot("start", auto_fill=False),
        "goal": Slot("goal", auto_fill=False),
        "seat": Slot("seat", auto_fill=False),
        "stops": Slot("stops", auto_fill=False),
        "reason": Slot("reason", auto_fill=False),
    },
    forms={
        FLIGHT: Form(
            FLIGHT,
            ("start", "goal", "stops", "seat", "reason"),
            ("chitchat",),
            {
                "start": (CITY_FROM,),
                "goal": (CITY_TO,),
                "stops": (SlotMapping("from_entity", entity="stop"),),
                "seat": (
                    SlotMapping("from_intent", intents=("affirm",), value="window"),
                    SlotMapping("from_trigger_intent", intents=("book_aisle",), value="aisle"),
                ),
                "reason": (SlotMapping("from_text", not_intents=("stop",)),),
            },
        )
    },
    responses={f"utter_ask_{slot}": () for slot in ("start", "goal", "stops", "seat", "reason")},
)


class FlightTalk(Talk):
    def __init__(self) -> None:
        super().__init__(FLIGHTS)

    def hear_entities(self, intent: str, *entities: Entity) -> FlightTalk:
        self.tracker = self.tracker.with_event(UserUttered(f"text of {intent}", intent, entities=entities))
        return self

    def fill(self, intent: str, *entities: Entity) -> dict[str, Any]:
        outcome = self.hear_entities(intent, *entities).run(FLIGHT)
        if isinstance(outcome, Rejection):
            return {}
        return {event.name: event.value for event in outcome if isinstance(event, SlotSet)}


def test_a_form_of_2_x_fills_its_slots_itself() -> None:
    talk = FlightTalk()
    assert talk.fill("book") == {"requested_slot": "start"}
    filled = talk.fill("inform", Entity("city", "Rome", role="to"), Entity("city", "Oslo", role="from"))
    assert filled == {"start": "Oslo", "goal": "Rome", "requested_slot": "stops"}
    assert talk.fill("inform", Entity("stop", "Bonn")) == {"stops": "Bonn", "requested_slot": "seat"}
    assert talk.fill("affirm") == {"seat": "window", "requested_slot": "reason"}
    assert talk.fill("inform") == {"reason": "text of inform", "requested_slot": None}


def test_a_form_of_2_x_sets_anew_what_was_known_before_and_the_requested_slot_last() -> None:
    talk = FlightTalk().event(SlotSet("goal", "Rome"))
    assert talk.hear_entities("book").runs(FLIGHT)[:2] == (ActiveLoop(FLIGHT), SlotSet("goal", "Rome"))
    given = (Entity("city", "Oslo", role="from"), Entity("stop", "Bonn"))
    outcome = talk.hear_entities("inform", *given).runs(FLIGHT)
    assert outcome[:2] == (SlotSet("stops", "Bonn"), SlotSet("start", "Oslo"))


def test_a_form_of_2_x_does_not_ask_for_a_list_which_is_filled_by_no_entity_too() -> None:
    talk = FlightTalk()
    talk.domain = replace(FLIGHTS, slots={**FLIGHTS.slots, "stops": Slot("stops", "list", auto_fill=False)})
    assert talk.fill("book") == {"stops": [], "requested_slot": "start"}
    assert talk.fill("inform", Entity("stop", "Bonn"), Entity("stop", "Rom"))["stops"] == ["Bonn", "Rom"]
    assert talk.fill("chitchat") == {}
    assert talk.fill("affirm") == {"stops": [], "requested_slot": "start"}


def test_code_of_2_x_is_asked_about_what_was_known_and_then_about_the_message() -> None:
    talk = FlightTalk().event(SlotSet("goal", "Rome"))
    talk.domain = replace(FLIGHTS, actions=(f"validate_{FLIGHT}",))
    talk.answers = {f"validate_{FLIGHT}": [SlotSet("goal", "Roma")]}
    talk.hear_entities("book_aisle").run(FLIGHT)
    asked = [[event for event in events if isinstance(event, SlotSet)][1:] for _, events in talk.calls[:2]]
    assert asked == [[SlotSet("goal", "Rome")], [SlotSet("seat", "aisle")]]
    assert talk.tracker.slots["seat"] == "aisle", "what the code does not mention is right as it is"


def test_the_intent_that_starts_a_form_of_2_x_may_fill_a_slot() -> None:
    assert FlightTalk().fill("book_aisle") == {"seat": "aisle", "requested_slot": "start"}


def test_a_slot_that_is_not_asked_for_is_not_filled_from_text_or_intent() -> None:
    talk = FlightTalk()
    talk.fill("book")
    assert isinstance(talk.hear_entities("affirm").run(FLIGHT), Rejection)


def test_ignored_intents_fill_nothing_in_2_x() -> None:
    talk = FlightTalk()
    talk.fill("book")
    assert isinstance(talk.hear_entities("chitchat", Entity("city", "Oslo", role="from")).run(FLIGHT), Rejection)


def test_an_entity_that_fits_two_slots_fills_only_the_one_asked_for() -> None:
    either = SlotMapping("from_entity", entity="city")
    form = Form(FLIGHT, ("start", "goal"), (), {"start": (either,), "goal": (either,)})
    talk = FlightTalk()
    talk.domain = replace(FLIGHTS, forms={FLIGHT: form})
    assert talk.fill("book", Entity("city", "Oslo")) == {"requested_slot": "start"}
    assert talk.fill("inform", Entity("city", "Oslo")) == {"start": "Oslo", "requested_slot": "goal"}


def test_a_slot_without_mappings_takes_the_entity_of_its_name() -> None:
    talk = FlightTalk()
    talk.domain = replace(FLIGHTS, forms={FLIGHT: Form(FLIGHT, ("seat",))})
    assert talk.fill("book") == {"requested_slot": "seat"}
    assert talk.fill("inform", Entity("seat", "12a")) == {"seat": "12a", "requested_slot": None}


def test_what_a_message_would_fill_in_2_x() -> None:
    talk = FlightTalk()
    talk.fill("book")
    talk.hear_entities("inform", Entity("city", "Oslo", role="from"))
    assert answer_to(FLIGHT, "start", talk.tracker, FLIGHTS) == ((("start", "Oslo"),), CITY_FROM)


# --- slots that code fills after every message ---------------------------------------------------------------------


def extract(domain: Domain, tracker: DialogueStateTracker, **answers: Sequence[Event]) -> tuple[Events, list[str]]:
    calls: list[str] = []
    program = extract_slots(tracker, domain)
    try:
        call = next(program)
        while True:
            calls.append(call.action)
            call = program.send(tuple(answers.get(call.action, ())))
    except StopIteration as finished:
        assert not isinstance(finished.value, Rejection)
        return finished.value, calls


def test_custom_mappings_run_their_action_once_and_keep_slots_and_words() -> None:
    by_code = SlotMapping("custom", action="action_extract")
    domain = Domain(
        slots={"a": Slot("a", mappings=(by_code,)), "b": Slot("b", mappings=(by_code,))}, actions=("action_extract",)
    )
    tracker = DialogueStateTracker.start(domain).with_events((LISTEN, UserUttered("x", "inform")))
    events, calls = extract(domain, tracker, action_extract=[BotUttered("hm"), SlotSet("a", 1), ActiveLoop("f")])
    assert calls == ["action_extract"]
    assert events == (BotUttered("hm"), SlotSet("a", 1))


def test_a_custom_mapping_of_a_form_waits_for_the_form() -> None:
    by_code = SlotMapping("custom", action="action_extract", conditions=(MappingCondition(FORM),))
    domain = Domain(slots={"a": Slot("a", mappings=(by_code,))}, forms={FORM: Form(FORM, ("a",))})
    tracker = DialogueStateTracker.start(domain).with_event(UserUttered("x", "inform"))
    assert extract(domain, tracker) == ((), [])
    assert extract(domain, tracker.with_event(ActiveLoop(FORM)))[1] == ["action_extract"]


def test_code_validates_all_slots_that_the_message_set() -> None:
    by_name = {name: mapped(name, SlotMapping("from_entity", entity=name)) for name in ("a", "b")}
    known = {name: EntityType(name) for name in by_name}
    domain = Domain(slots=by_name, entities=known, actions=("action_validate_slot_mappings",))
    message = UserUttered("x", "inform", entities=(Entity("a", "one"), Entity("b", "two")))
    tracker = DialogueStateTracker.start(domain).with_event(message)
    events, _ = extract(domain, tracker, action_validate_slot_mappings=[SlotSet("a", 1)])
    assert events == (SlotSet("a", 1), SlotSet("b", "two"))


def test_a_custom_mapping_is_asked_until_another_mapping_fills_its_slot() -> None:
    by_code = SlotMapping("custom", action="action_extract")
    by_name = SlotMapping("from_entity", entity="a")
    tracker = DialogueStateTracker.start(Domain()).with_event(UserUttered("x", "inform", entities=(Entity("a", 1),)))
    for mappings, calls in (((by_code, by_name), ["action_extract"]), ((by_name, by_code), [])):
        domain = Domain(slots={"a": mapped("a", *mappings)}, entities={"a": EntityType("a")})
        assert extract(domain, tracker) == ((SlotSet("a", 1),), calls)


def test_a_form_asks_the_code_of_its_mappings_when_it_starts() -> None:
    by_code = SlotMapping("custom", action="action_extract", conditions=(MappingCondition(FORM),))
    talk = Talk(replace(TABLE, slots={**TABLE.slots, "cuisine": mapped("cuisine", by_code)}))
    talk.answers = {"action_extract": [SlotSet("cuisine", "thai"), BotUttered("hm")]}
    assert talk.hear("request").runs()[:2] == (ActiveLoop(FORM), SlotSet("cuisine", "thai"))


def test_before_rasa_3_no_code_fills_slots() -> None:
    domain = Domain(era=Era.RASA_2, actions=("action_validate_slot_mappings",))
    tracker = DialogueStateTracker.start(domain).with_event(UserUttered("x", "inform"))
    assert extract(domain, tracker) == ((), [])


# --- whatever is said ----------------------------------------------------------------------------------------------

any_message = st.tuples(
    st.sampled_from(["request", "inform", "affirm", "chitchat"]),
    st.dictionaries(st.sampled_from(["cuisine", "number"]), st.sampled_from(["a", 1, True]), max_size=2),
    st.booleans(),
)


@given(st.lists(any_message, max_size=8))
def test_a_form_asks_as_long_as_something_is_missing_and_then_ends(messages: list[tuple[str, Any, bool]]) -> None:
    talk = Talk()
    for intent, entities, is_interrupted in messages:
        was_active = talk.tracker.active_loop is not None
        talk.hear(intent, **entities)
        if is_interrupted and was_active:
            talk.event(LoopInterrupted(True))
        outcome = talk.run()
        if isinstance(outcome, Rejection):
            assert was_active and not is_interrupted
            talk.event(ActionExecuted("utter_chitchat"), LISTEN)
            continue
        slots = talk.tracker.slots
        missing = [slot for slot in TABLE.forms[FORM].required_slots if slots[slot] is None]
        assert (talk.tracker.active_loop is not None) == bool(missing)
        assert talk.tracker.requested_slot == (missing[0] if missing else None)
