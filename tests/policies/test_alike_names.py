"""An intent that stands in no story is answered by the action that is named like it, until a story or a person says
otherwise."""

from __future__ import annotations

from pathlib import Path

from tests.policies.test_learned import ACTIONS, INTENTS, MOOD_STORIES, correction, predicted, states_after, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.policies.alike_names import AlikeNames
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.learned_reasons import in_words, reasons
from trainer_tui.policies.registry import policies_of

DOMAIN = Domain(
    intents={name: Intent(name) for name in (*INTENTS, "thank", "opening_hours")},
    actions=(*ACTIONS, "utter_thank", "action_opening_hours"),
)


def trained(policy: LearnedPolicy | None = None, *more: tuple[str, ...]) -> LearnedPolicy:
    return (policy or LearnedPolicy()).train([story(*steps) for steps in (*MOOD_STORIES, *more)], DOMAIN)


def test_what_no_story_holds_is_answered_by_its_name() -> None:
    policy = trained()
    assert predicted(policy, "* thank") == "utter_thank"
    assert predicted(policy, "* greet", "utter_greet", "* opening_hours") == "action_opening_hours"


def test_stories_and_corrections_say_more_than_names() -> None:
    policy = trained(None, ("* thank", "utter_happy"), ("* greet", "utter_greet", "* thank", "utter_happy"))
    assert predicted(policy, "* thank") == "utter_happy"
    policy.learn([correction("utter_bye", "* opening_hours")])
    assert predicted(policy, "* opening_hours") == "utter_bye"
    policy.learn([])
    assert predicted(policy, "* opening_hours") == "action_opening_hours"


def test_a_name_counts_for_the_answer_alone_not_for_what_follows_it() -> None:
    assert predicted(trained(), "* thank", "utter_thank") != "utter_thank"


def test_a_configuration_can_do_without_names(tmp_path: Path) -> None:
    entries = [{"name": "LearnedPolicy", "alike_names": False}]
    (policy,) = policies_of(entries, DOMAIN, tmp_path).policies
    assert isinstance(policy, LearnedPolicy)
    assert predicted(trained(policy), "* thank") != "utter_thank"


def test_a_model_that_was_kept_knows_the_names() -> None:
    policy = trained()
    again = LearnedPolicy.from_parts(*policy.to_parts())
    assert again.probabilities(states_after("* thank")) == policy.probabilities(states_after("* thank"))


def test_a_name_is_told_as_a_reason() -> None:
    policy = trained()
    assert policy.model_ is not None
    (feature, value), *_ = reasons(policy.model_, states_after("* thank"), "utter_thank", policy.names)
    assert in_words(feature) == "utter_thank is named like thank" and value > 0


def test_names_in_any_writing_are_compared() -> None:
    alike = AlikeNames(("utter_приветствие", "utter_прощание", "ask天气", "action_SayHello"))
    assert max(alike.to("прощание"), key=alike.to("прощание").__getitem__) == "utter_прощание"
    assert max(alike.to("say_hello"), key=alike.to("say_hello").__getitem__) == "action_SayHello"
    assert alike.to("") == alike.to("zzz") == {}
    assert AlikeNames(("utter_only",)).to("only") == {}
    assert AlikeNames().to("greet") == {}
