"""What a person corrects: it decides in its own state whatever the policies say, and undo leaves no trace."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.policies.conversations import conversation, rule, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import Era
from trainer_tui.core.slots import Form, Slot
from trainer_tui.policies.corrections import CorrectionPolicy
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.fallback import FallbackPolicy
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.lessons import LESSON_LENGTH, lesson_of
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.policy import EnsemblePrediction, Lesson, Policy
from trainer_tui.policies.rule import RulePolicy

INTENTS = ("greet", "book", "inform", "stop")
ACTIONS = ("utter_greet", "utter_bye", "action_book", "book_form", "action_listen")
DOMAIN = Domain(
    intents={name: Intent(name) for name in INTENTS},
    slots={"city": Slot("city")},
    actions=ACTIONS[:3],
    forms={"book_form": Form("book_form")},
)
TRACKERS = (
    story("greets", "* greet", "utter_greet", "* stop", "utter_bye"),
    story("books", "* book", "book_form", "form(book_form)", "* stop", "utter_bye", "* inform", "book_form", "form()"),
    story("torn", "* inform", "action_book"),
    story("torn too", "* inform", "utter_bye"),
    rule("bye", "* stop", "utter_bye"),
    rule("book", "* book", "book_form", "form(book_form)", condition=("form()",)),
)
STEPS = (*(f"* {intent}" for intent in INTENTS), *ACTIONS[:4], "city=Rome", "form(book_form)", "form()")

conversations = st.lists(st.sampled_from(STEPS), max_size=12).map(tuple)
actions = st.sampled_from(ACTIONS)


def ensemble(era: Era, max_history: int | None = 5) -> Ensemble:
    policies: list[Policy] = [LearnedPolicy()]
    if era is Era.CORE:
        policies += [MemoizationPolicy(max_history, 2), FormPolicy(), FallbackPolicy()]
    else:
        policies += [AugmentedMemoizationPolicy(max_history), RulePolicy()]
    return Ensemble(policies, era).remember(TRACKERS, DOMAIN)


ENSEMBLES = {era: ensemble(era) for era in Era}


def correction(action: str, *steps: str) -> Lesson:
    taught = lesson_of(conversation(DOMAIN, *steps), action, True, DOMAIN)
    assert taught
    return taught


def confirmation(action: str, *steps: str) -> Lesson:
    taught = lesson_of(conversation(DOMAIN, *steps), action, False, DOMAIN)
    assert taught
    return taught


def predicted(policies: Ensemble, *steps: str) -> EnsemblePrediction:
    return policies.predict(conversation(DOMAIN, *steps), DOMAIN)


@given(st.sampled_from(Era), st.lists(st.tuples(conversations, actions), min_size=1, max_size=4))
def test_a_correction_always_wins_in_its_own_state(era: Era, taught: list[tuple[tuple[str, ...], str]]) -> None:
    policies = ENSEMBLES[era]
    policies.learn([correction(action, *steps) for steps, action in taught])
    steps, action = taught[-1]
    prediction = predicted(policies, *steps)
    assert (prediction.action, prediction.confidence) == (action, 1.0)
    assert prediction.policy == "CorrectionPolicy"


@given(st.sampled_from(Era), st.dictionaries(conversations, actions, min_size=2, max_size=4), st.randoms())
def test_the_order_of_unrelated_corrections_does_not_matter(
    era: Era, taught: dict[tuple[str, ...], str], chance: random.Random
) -> None:
    lessons = {lesson.states: lesson for lesson in (correction(action, *steps) for steps, action in taught.items())}
    unrelated = {states[-5:]: lesson for states, lesson in lessons.items()}
    shuffled = list(unrelated.values())
    chance.shuffle(shuffled)
    policies = ENSEMBLES[era]
    policies.learn(list(unrelated.values()))
    in_order = [predicted(policies, *steps).action for steps in taught]
    policies.learn(shuffled)
    assert [predicted(policies, *steps).action for steps in taught] == in_order


@given(
    st.sampled_from(Era),
    st.lists(st.tuples(conversations, actions, st.booleans()), max_size=5),
    st.tuples(conversations, actions),
    st.lists(conversations, max_size=3),
)
def test_undoing_a_correction_restores_every_prediction(
    era: Era,
    before: list[tuple[tuple[str, ...], str, bool]],
    undone: tuple[tuple[str, ...], str],
    asked: list[tuple[str, ...]],
) -> None:
    policies = ENSEMBLES[era]
    steps, action = undone
    kept = [lesson_of(conversation(DOMAIN, *told), what, corrected, DOMAIN) for told, what, corrected in before]
    lessons = [lesson for lesson in kept if lesson]
    policies.learn(lessons)
    as_it_was = [predicted(policies, *told) for told in (steps, *asked)]
    policies.learn([*lessons, correction(action, *steps)])
    policies.learn(lessons)
    assert [predicted(policies, *told) for told in (steps, *asked)] == as_it_was


def test_a_rule_that_it_overrules_is_named() -> None:
    policies = ensemble(Era.RASA_3)
    policies.learn([correction("utter_greet", "* stop")])
    prediction = predicted(policies, "* stop")
    assert prediction.action == "utter_greet"
    assert [item.text for item in prediction.contradictions] == ['rule "bye" runs utter_bye here']
    assert [str(place) for place in prediction.contradictions[0].places] == ["rules.yml:1"]


def test_the_stories_that_it_overrules_are_named_even_if_they_disagree_among_themselves() -> None:
    policies = ensemble(Era.CORE)
    policies.learn([correction("action_book", "* inform")])
    prediction = predicted(policies, "* inform")
    assert [(item.action, item.text) for item in prediction.contradictions] == [
        ("utter_bye", 'story "torn too" runs utter_bye here')
    ]


def test_a_new_action_is_predicted_at_once_in_its_state() -> None:
    policies = ensemble(Era.RASA_3)
    policies.learn([correction("utter_new", "* greet", "utter_greet")])
    richer = DOMAIN.with_additions(actions=["utter_new"])
    prediction = policies.predict(conversation(richer, "* greet", "utter_greet"), richer)
    assert prediction.action == "utter_new"
    assert len(prediction.ranking) == len(richer.action_names)


def test_it_also_holds_where_only_the_memorys_states_are_the_same() -> None:
    policies = ensemble(Era.CORE)
    here = ("* greet", "utter_greet", "* greet", "utter_greet", "* inform")
    policies.learn([correction("book_form", "* stop", "utter_bye", *here)])
    assert predicted(policies, "* book", "action_book", *here).action == "book_form"
    assert predicted(policies, "* inform").action != "book_form"


def test_the_longer_state_it_was_made_in_goes_before() -> None:
    policies = ensemble(Era.CORE)
    here = ("* greet", "utter_greet", "* greet", "utter_greet", "* inform")
    policies.learn([correction("book_form", "* stop", "utter_bye", *here), correction("utter_bye", *here)])
    assert predicted(policies, "* stop", "utter_bye", *here).action == "book_form"
    assert predicted(policies, *here).action == "utter_bye"


def test_a_memory_of_whole_conversations_has_corrections_for_whole_conversations() -> None:
    policies = ensemble(Era.RASA_3, max_history=None)
    policies.learn([correction("utter_bye", "* greet", "utter_greet", "* inform")])
    assert predicted(policies, "* greet", "utter_greet", "* inform").policy == "CorrectionPolicy"
    assert predicted(policies, "city=Rome", "* greet", "utter_greet", "* inform").policy != "CorrectionPolicy"


def test_the_last_word_counts_and_a_mere_confirmation_is_one_too() -> None:
    policies = ensemble(Era.CORE)
    policies.learn([correction("utter_bye", "* greet"), correction("action_book", "* greet")])
    assert predicted(policies, "* greet").action == "action_book"
    policies.learn([correction("utter_bye", "* greet"), confirmation("utter_greet", "* greet")])
    assert predicted(policies, "* greet").action == "utter_greet"


def test_what_was_only_confirmed_overrules_nothing() -> None:
    policy = CorrectionPolicy()
    policy.learn([confirmation("utter_bye", "* greet")])
    assert not policy.predict(conversation(DOMAIN, "* greet"), DOMAIN).confidences


def test_an_action_that_has_just_refused_is_not_run_again_because_of_a_correction() -> None:
    policies = ensemble(Era.CORE)
    booking = ("* book", "book_form", "form(book_form)", "* stop")
    policies.learn([correction("book_form", *booking)])
    assert predicted(policies, *booking).action == "book_form"
    assert predicted(policies, *booking, "rejects(book_form)").action != "book_form"


def test_in_a_conversation_of_a_thousand_turns_a_lesson_is_as_short_as_ever() -> None:
    taught = correction("utter_bye", *(("* greet", "utter_greet") * 1000))
    assert len(taught.states) == LESSON_LENGTH
