"""The learned policy: what it makes of stories, and how a person's corrections decide at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.slots import Slot
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.policy import Lesson, Policy

INTENTS = ("greet", "mood_great", "mood_bad", "deny", "affirm", "bye")
ACTIONS = ("utter_greet", "utter_happy", "utter_cheer_up", "utter_help", "utter_bye")
DOMAIN = Domain(
    intents={name: Intent(name) for name in INTENTS},
    slots={"name": Slot("name"), "vip": Slot("vip", type="bool")},
    actions=ACTIONS,
)
MOOD_STORIES = (
    ("* greet", "utter_greet", "* mood_great", "utter_happy"),
    ("* greet", "utter_greet", "* mood_bad", "utter_cheer_up", "utter_help", "* affirm", "utter_happy"),
    ("* greet", "utter_greet", "* mood_bad", "utter_cheer_up", "utter_help", "* deny", "utter_bye"),
    ("* bye", "utter_bye"),
)


def events(*steps: str) -> list[Event]:
    """`* intent`, an action, `loop form` (`loop ` ends it) or `slot=`: with action_listen before every message."""
    found: list[Event] = []
    for step in steps:
        if step.startswith("* "):
            found += [ActionExecuted(ACTION_LISTEN), UserUttered(intent=step[2:])]
        elif step.startswith("loop "):
            found.append(ActiveLoop(step[5:] or None))
        elif step.endswith("="):
            found.append(SlotSet(step[:-1], "filled"))
        else:
            found.append(ActionExecuted(step))
    return found


def story(*steps: str) -> TrainingTracker:
    return TrainingTracker(" > ".join(steps), (*events(*steps), ActionExecuted(ACTION_LISTEN)))


def trained(stories: Sequence[Sequence[str]] = MOOD_STORIES) -> LearnedPolicy:
    return LearnedPolicy().train([story(*steps) for steps in stories], DOMAIN)


def remembering(stories: Sequence[Sequence[str]] = MOOD_STORIES) -> LearnedPolicy:
    return LearnedPolicy().remember([story(*steps) for steps in stories], DOMAIN)


def states_after(*steps: str) -> tuple[State, ...]:
    return prediction_states(DialogueStateTracker.start(DOMAIN).with_events(events(*steps)), DOMAIN, None)


def correction(action: str, *steps: str) -> Lesson:
    return Lesson(states_after(*steps), action, was_corrected=True)


def confirmation(action: str, *steps: str) -> Lesson:
    return Lesson(states_after(*steps), action)


def predicted(policy: LearnedPolicy, *steps: str) -> str | None:
    tracker = DialogueStateTracker.start(DOMAIN).with_events(events(*steps))
    return policy.predict(tracker, DOMAIN).action


def test_it_follows_the_policy_protocol() -> None:
    assert isinstance(LearnedPolicy(), Policy)


@pytest.mark.parametrize("policy", [trained(), remembering()], ids=["trained", "on memory alone"])
def test_it_tells_its_own_stories(policy: LearnedPolicy) -> None:
    for steps in MOOD_STORIES:
        for length, step in enumerate(steps):
            if not step.startswith("* "):
                assert predicted(policy, *steps[:length]) == step
        assert predicted(policy, *steps) == ACTION_LISTEN


def test_confidences_are_probabilities() -> None:
    for policy in (trained(), remembering()):
        prediction = policy.predict(DialogueStateTracker.start(DOMAIN).with_events(events("* greet")), DOMAIN)
        assert sum(prediction.confidences.values()) == pytest.approx(1.0)
        assert all(0.0 <= share <= 1.0 for share in prediction.confidences.values())
        assert prediction.policy == "LearnedPolicy"
        assert prediction.priority == 1


def test_it_answers_a_conversation_that_no_story_holds() -> None:
    assert predicted(trained(), "* greet", "utter_greet", "* greet", "utter_greet", "* mood_bad") == "utter_cheer_up"


def test_what_one_form_goes_on_with_another_goes_on_with_too() -> None:
    """A message that the form does not take is answered, and the form runs on: learned of one form, for every form."""

    def interrupted(form: str, intent: str) -> list[str]:
        return ["* greet", form, f"loop {form}", f"* {intent}", "utter_help"]

    policy = trained([[*interrupted("booking_form", intent), "booking_form"] for intent in INTENTS])
    assert predicted(policy, *interrupted("booking_form", "deny")) == "booking_form"
    assert predicted(policy, *interrupted("survey_form", "deny")) == "survey_form"
    assert predicted(policy, "* greet", "booking_form", "* deny", "utter_help") == ACTION_LISTEN


def test_what_was_just_found_out_is_told_from_what_has_long_been_known() -> None:
    just_now = ("* greet", "utter_greet", "* affirm", "name=")
    before = ("* greet", "name=", "utter_greet", "* affirm")
    policy = trained([(*just_now, "utter_happy"), (*before, "utter_bye")])
    assert predicted(policy, *just_now) == "utter_happy"
    assert predicted(policy, *before) == "utter_bye"


def test_what_was_said_turns_ago_decides_together_with_the_question() -> None:
    """Neither what was said nor the question tells by itself."""
    meanwhile = ("* greet", "utter_greet") * 3
    helped, greeted = ("* mood_bad", "utter_help", *meanwhile), ("* mood_bad", "utter_cheer_up", *meanwhile)
    told = {
        (*helped, "* affirm"): "utter_happy",
        (*greeted, "* affirm"): "utter_bye",
        (*helped, "* deny"): "utter_bye",
        (*greeted, "* deny"): "utter_happy",
    }
    policy = trained([(*steps, action) for steps, action in told.items()])
    assert {steps: predicted(policy, *steps) for steps in told} == told


def test_without_stories_it_says_nothing_until_it_is_taught() -> None:
    policy = LearnedPolicy().train([], DOMAIN)
    assert predicted(policy, "* greet") is None
    policy.learn([confirmation("utter_greet", "* greet")])
    assert predicted(policy, "* greet") == "utter_greet"


def test_stories_with_one_single_action_are_no_obstacle() -> None:
    policy = LearnedPolicy().train([TrainingTracker("listen", (ActionExecuted(ACTION_LISTEN),))], DOMAIN)
    assert predicted(policy) == ACTION_LISTEN


def test_stories_with_two_actions() -> None:
    policy = trained([("* bye", "utter_bye")])
    assert predicted(policy, "* bye") == "utter_bye"
    assert predicted(policy, "* bye", "utter_bye") == ACTION_LISTEN


def test_rules_are_left_to_the_rule_policy() -> None:
    rule = TrainingTracker("rule", story("* deny", "utter_help").events, is_rule=True)
    policy = LearnedPolicy().train([rule], DOMAIN)
    assert predicted(policy, "* deny") is None


def test_how_a_form_is_returned_to_is_learned_for_every_form() -> None:
    forms = {"order_form": "greet", "pay_form": "mood_great", "rate_form": "mood_bad"}

    def interrupted(form: str) -> tuple[str, ...]:
        return (f"* {forms[form]}", form, f"loop {form}", "* deny", "utter_bye", "loop ", "* affirm")

    told = [(*interrupted("order_form"), "order_form"), (*interrupted("pay_form"), "pay_form"), ("* bye", "utter_bye")]
    policy = trained([*told, ("* mood_bad", "rate_form", "loop rate_form")])
    for form in forms:
        assert predicted(policy, *interrupted(form)) == form


@pytest.mark.parametrize("make", [trained, remembering], ids=["trained", "on memory alone"])
def test_one_correction_decides_the_next_prediction_in_that_state(make: object) -> None:
    policy = trained() if make is trained else remembering()
    here = ("* greet", "utter_greet", "* mood_great")
    policy.learn([correction("utter_help", *here)])
    assert predicted(policy, *here) == "utter_help"
    assert predicted(policy, "* greet", "utter_greet", "* mood_bad") == "utter_cheer_up"


def test_a_correction_says_that_it_speaks() -> None:
    policy = trained()
    here = ("* greet", "utter_greet", "* mood_great")
    policy.learn([correction("utter_help", *here)])
    prediction = policy.predict(DialogueStateTracker.start(DOMAIN).with_events(events(*here)), DOMAIN)
    assert prediction.evidence[0].text == "a correction in this very state"
    elsewhere = policy.predict(DialogueStateTracker.start(DOMAIN).with_events(events("* bye")), DOMAIN)
    assert elsewhere.evidence[0].text == "followed the last 2 steps: utter_bye 1×"


def test_an_action_that_was_made_up_is_predicted_at_once() -> None:
    policy = trained()
    policy.learn([correction("action_brand_new", "* deny")])
    assert predicted(policy, "* deny") == "action_brand_new"


def test_the_latest_of_several_corrections_wins() -> None:
    policy = trained()
    lessons = [correction(action, "* deny") for action in ("utter_bye", "utter_bye", "utter_bye", "utter_help")]
    policy.learn(lessons)
    assert predicted(policy, "* deny") == "utter_help"


def test_what_is_confirmed_where_a_correction_spoke_counts_as_taught() -> None:
    policy = trained()
    policy.learn([correction("utter_bye", "* deny"), confirmation("utter_help", "* deny")])
    assert predicted(policy, "* deny") == "utter_help"


def test_a_correction_reaches_states_that_differ_only_long_ago() -> None:
    policy = remembering()
    turn = ("* affirm", "utter_help", "* deny", "utter_help")
    policy.learn([correction("utter_bye", *turn, *turn, "* greet")])
    assert predicted(policy, "* bye", "utter_bye", *turn, *turn, "* greet") == "utter_bye"


def test_forgetting_a_lesson_restores_the_predictions_exactly() -> None:
    policy = trained()
    everywhere = [states_after(*steps[:length]) for steps in MOOD_STORIES for length in range(len(steps) + 1)]
    before = [policy.probabilities(states) for states in everywhere]
    first = correction("utter_bye", "* greet")
    policy.learn([first])
    policy.learn([first, correction("action_new", "* greet"), confirmation("utter_greet", "* greet", "utter_greet")])
    assert [policy.probabilities(states) for states in everywhere] != before
    policy.learn([])
    assert [policy.probabilities(states) for states in everywhere] == before


def test_a_refit_takes_the_lessons_in_and_they_still_win() -> None:
    policy = trained()
    lessons = [correction("utter_bye", "* greet", "utter_greet", "* deny"), correction("action_new", "* affirm")]
    policy.learn(lessons)
    model = policy.fitted(lessons)
    assert model is not None
    assert "action_new" in model.labels
    policy.adopt(model)
    assert predicted(policy, "* greet", "utter_greet", "* deny") == "utter_bye"
    assert predicted(policy, "* affirm") == "action_new"


def test_a_refit_leaves_what_it_was_made_from_as_it_was() -> None:
    policy = trained()
    alone = policy.fitted()
    policy.fitted([correction("action_new", "* affirm")])
    again = policy.fitted()
    assert alone is not None
    assert again is not None
    assert again.labels == alone.labels
    assert (again.solution.weights == alone.solution.weights).all()


def test_the_same_stories_give_the_same_model() -> None:
    first, second = trained(), trained()
    assert first.model_ is not None
    assert second.model_ is not None
    assert (first.model_.solution.weights == second.model_.solution.weights).all()
    assert first.model_.solution.inverse_temperature == second.model_.solution.inverse_temperature


def test_a_saved_policy_predicts_exactly_as_before() -> None:
    policy = trained([*MOOD_STORIES, ("* greet", "name=", "utter_greet", "* bye", "utter_bye")])
    described, arrays = policy.to_parts()
    loaded = LearnedPolicy.from_parts(json.loads(json.dumps(described)), arrays)
    for steps in (("* greet",), ("* greet", "name="), ("* bye", "utter_bye"), ("* deny", "utter_help", "* affirm")):
        assert loaded.probabilities(states_after(*steps)) == policy.probabilities(states_after(*steps))
    lesson = correction("action_new", "* affirm")
    after, expected = loaded.fitted([lesson]), policy.fitted([lesson])
    assert after is not None
    assert expected is not None
    assert (after.solution.weights == expected.solution.weights).all()


def test_progress_is_told() -> None:
    told: list[float] = []
    remembering([*MOOD_STORIES] * 4).fitted(progress=lambda doing, share: told.append(share))
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_predicting_and_being_taught_import_no_scikit_learn() -> None:
    script = (
        "import sys; from trainer_tui.policies.learned import LearnedPolicy;"
        "from trainer_tui.policies.policy import Lesson; from trainer_tui.core.states import State;"
        "policy = LearnedPolicy(); policy.learn([Lesson((State(),), 'action_listen', True)]);"
        "assert policy.probabilities((State(),)); sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


# What holds for any conversation and any teacher.

STEPS = st.one_of(
    st.sampled_from([f"* {intent}" for intent in INTENTS]),
    st.sampled_from([*ACTIONS, "action_new", "action_other"]),
    st.sampled_from(["name=", "vip="]),
)
CONVERSATIONS = st.lists(STEPS, max_size=14).map(tuple)
CORRECTIONS = st.tuples(st.sampled_from([*ACTIONS, "action_new", ACTION_LISTEN]), CONVERSATIONS)
POLICY = trained()


@given(st.lists(CORRECTIONS, min_size=1, max_size=8))
@settings(max_examples=40)
def test_a_correction_always_wins_in_its_own_state(corrections: list[tuple[str, tuple[str, ...]]]) -> None:
    POLICY.learn([correction(action, *steps) for action, steps in corrections])
    window = POLICY.max_history
    assert window is not None
    latest = {states_after(*steps)[-window:]: action for action, steps in corrections}
    for states, action in latest.items():
        shares = POLICY.probabilities(states)
        assert max(shares, key=shares.__getitem__) == action


@given(st.lists(CORRECTIONS, min_size=2, max_size=6, unique_by=lambda item: item[1][-8:]), st.randoms())
@settings(max_examples=40)
def test_the_order_of_unrelated_corrections_does_not_matter(
    corrections: list[tuple[str, tuple[str, ...]]], chance: object
) -> None:
    lessons = [correction(action, *steps) for action, steps in corrections]
    by_state = {states_after(*steps)[-8:]: lesson for lesson, (_, steps) in zip(lessons, corrections, strict=True)}
    unrelated = list(by_state.values())
    POLICY.learn(unrelated)
    before = [POLICY.probabilities(lesson.states) for lesson in unrelated]
    shuffled = unrelated.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    POLICY.learn(shuffled)
    for lesson, shares in zip(unrelated, before, strict=True):
        assert POLICY.probabilities(lesson.states) == pytest.approx(shares)


@given(st.lists(CORRECTIONS, min_size=1, max_size=8), st.integers(0, 8))
@settings(max_examples=40)
def test_taking_back_the_last_corrections_restores_the_predictions(
    corrections: list[tuple[str, tuple[str, ...]]], kept: int
) -> None:
    lessons = [correction(action, *steps) for action, steps in corrections]
    POLICY.learn(lessons[:kept])
    before = [POLICY.probabilities(lesson.states) for lesson in lessons]
    POLICY.learn(lessons)
    POLICY.learn(lessons[:kept])
    assert [POLICY.probabilities(lesson.states) for lesson in lessons] == before
