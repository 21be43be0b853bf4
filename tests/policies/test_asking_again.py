"""What a turn asked is not forgotten over what is said in between: the question is asked again, and its answer is taken
for its answer."""

from __future__ import annotations

from tests.policies.test_learned import INTENTS, predicted, states_after, trained
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.learned_reasons import reasons

QUESTIONS = {"greet": "ask_name", "bye": "ask_city", "mood_great": "ask_price", "mood_bad": "ask_day"}


def interrupted(intent: str, by: str, answer: str = "utter_help") -> tuple[str, ...]:
    return (f"* {intent}", QUESTIONS[intent], f"* {by}", answer)


def asking_again() -> LearnedPolicy:
    """Three questions are asked again after the help; the fourth is never interrupted."""
    *known, never = QUESTIONS
    stories = [(*interrupted(intent, "deny"), QUESTIONS[intent], "* affirm", f"did_{intent}") for intent in known]
    return trained([*stories, (f"* {never}", QUESTIONS[never], "* affirm", f"did_{never}"), ("* affirm", "utter_help")])


def test_a_question_that_no_story_interrupts_is_asked_again_as_others_are() -> None:
    policy = asking_again()
    for intent, question in QUESTIONS.items():
        assert predicted(policy, *interrupted(intent, "deny")) == question
    assert predicted(policy, "* affirm", "utter_help") not in QUESTIONS.values()


def test_without_a_question_before_nothing_is_asked_again() -> None:
    policy = asking_again()
    shares = policy.probabilities(states_after("* deny", "utter_help"))
    did = {f"did_{intent}" for intent in QUESTIONS}
    assert set(shares) == {*QUESTIONS.values(), *did, "utter_help", "action_listen"}


def test_an_answer_is_told_by_the_question_though_something_was_said_in_between() -> None:
    policy = trained([(f"* {intent}", question, "* affirm", f"did_{intent}") for intent, question in QUESTIONS.items()])
    for intent, question in QUESTIONS.items():
        assert predicted(policy, f"* {intent}", question, "* deny", "utter_help", "* affirm") == f"did_{intent}"


def test_why_it_is_asked_again_is_told() -> None:
    policy = asking_again()
    assert policy.model_ is not None
    for intent in list(QUESTIONS):
        after = states_after(*interrupted(intent, "deny"))
        assert reasons(policy.model_, after, QUESTIONS[intent], policy.names)


def test_a_kept_model_asks_again() -> None:
    policy = asking_again()
    again = LearnedPolicy.from_parts(*policy.to_parts())
    for intent in (name for name in INTENTS if name in QUESTIONS):
        after = states_after(*interrupted(intent, "deny"))
        assert again.probabilities(after) == policy.probabilities(after)
