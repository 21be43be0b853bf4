"""Memory: certain in states that stories know, silent where they disagree, and it says which stories."""

from __future__ import annotations

from tests.policies.conversations import conversation, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.core.slots import Slot
from trainer_tui.errors import Place
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.policy import Lesson, Policy

DOMAIN = Domain(
    intents={name: Intent(name) for name in ("greet", "search", "compare", "bye")},
    slots={"city": Slot("city")},
    actions=("utter_greet", "action_search", "action_concerts", "action_venues", "utter_bye"),
)
STORIES = (
    story("happy", "* greet", "utter_greet", "* search", "action_search", "* bye", "utter_bye"),
    story("concerts", "* search", "action_search", "* compare", "action_concerts", first_line=10),
    story("concerts again", "* search", "action_search", "* compare", "action_concerts", first_line=20),
    story("venues", "* search", "action_search", "* compare", "action_venues", first_line=30),
)


def memory(max_history: int | None = 5) -> MemoizationPolicy:
    return MemoizationPolicy(max_history).train(STORIES, DOMAIN)


def lesson(action: str, *steps: str) -> Lesson:
    taught = lesson_of(conversation(DOMAIN, *steps), action, False, DOMAIN)
    assert taught
    return taught


def test_it_follows_the_policy_protocol() -> None:
    assert isinstance(memory(), Policy)


def test_a_story_is_remembered_with_its_place() -> None:
    prediction = memory().predict(conversation(DOMAIN, "* greet"), DOMAIN)
    assert dict(prediction.confidences) == {"utter_greet": 1.0}
    (evidence,) = prediction.evidence
    assert evidence.text == 'story "happy" runs utter_greet here'
    assert evidence.places == (Place("stories.md", 3),)


def test_what_no_story_knows_is_not_predicted() -> None:
    prediction = memory().predict(conversation(DOMAIN, "* greet", "utter_bye"), DOMAIN)
    assert not prediction.confidences
    assert not prediction.evidence


def test_where_stories_disagree_it_is_silent_and_names_every_side() -> None:
    prediction = memory().predict(conversation(DOMAIN, "* search", "action_search", "* compare"), DOMAIN)
    assert not prediction.confidences
    assert [(item.action, len(item.places)) for item in prediction.evidence] == [
        ("action_concerts", 2),
        ("action_venues", 1),
    ]
    assert prediction.evidence[0].text == '2 stories run action_concerts here: "concerts" …'
    assert prediction.evidence[1].places == (Place("stories.md", 34),)


def test_only_the_last_states_count() -> None:
    long_ago = ("* greet", "utter_greet", "* greet", "utter_greet", "* greet", "utter_greet")
    here = conversation(DOMAIN, *long_ago, "* search", "action_search", "* bye")
    assert memory().predict(here, DOMAIN).action == "utter_bye"
    assert memory(max_history=None).predict(here, DOMAIN).action is None


def test_the_interpreters_confidence_can_be_the_score() -> None:
    policy = MemoizationPolicy(use_nlu_confidence_as_score=True).train(STORIES, DOMAIN)
    message = UserUttered(intent="greet", intent_confidence=0.4)
    tracker = conversation(DOMAIN).with_events([ActionExecuted("action_listen"), message])
    assert policy.predict(tracker, DOMAIN).confidence == 0.4


def test_a_lesson_is_known_at_once_and_forgotten_with_its_undo() -> None:
    policy = memory()
    here = conversation(DOMAIN, "* bye")
    taught = lesson("utter_bye", "* bye")
    policy.learn([taught])
    assert policy.predict(here, DOMAIN).action == "utter_bye"
    policy.learn([taught, lesson("action_listen", "* bye", "utter_bye")])
    assert policy.predict(here, DOMAIN).action == "utter_bye"
    policy.learn([])
    assert policy.predict(here, DOMAIN).action is None


def test_a_lesson_against_a_story_leaves_the_memory_torn() -> None:
    policy = memory()
    policy.learn([lesson("utter_bye", "* greet")])
    prediction = policy.predict(conversation(DOMAIN, "* greet"), DOMAIN)
    assert not prediction.confidences
    assert {item.action for item in prediction.evidence} == {"utter_greet", "utter_bye"}


def test_a_lesson_counts_in_conversations_longer_than_it_remembers() -> None:
    policy = memory(max_history=None)
    long_ago = ("* greet", "utter_greet") * 12
    policy.learn([lesson("utter_bye", *long_ago, "* bye")])
    assert policy.predict(conversation(DOMAIN, *long_ago, "* bye"), DOMAIN).action == "utter_bye"
    assert policy.predict(conversation(DOMAIN, "* greet", "utter_greet", "* bye"), DOMAIN).action is None


def test_the_words_of_the_latest_message_do_not_count() -> None:
    told = story("words", '"good morning"', "utter_greet")
    policy = MemoizationPolicy().train([told], DOMAIN)
    assert policy.predict(conversation(DOMAIN, '"good morning"'), DOMAIN).action is None
    assert policy.predict(conversation(DOMAIN, '"good morning"', "utter_greet"), DOMAIN).action == "action_listen"


def test_the_augmented_memory_forgets_how_the_conversation_began() -> None:
    plain, augmented = memory(), AugmentedMemoizationPolicy(5).train(STORIES, DOMAIN)
    here = conversation(DOMAIN, "city=Rome", "* bye", "utter_bye", "* greet", "utter_greet", "* search")
    assert plain.predict(here, DOMAIN).action is None
    assert augmented.predict(here, DOMAIN).action == "action_search"
    nowhere = conversation(DOMAIN, "* bye", "utter_bye", "action_venues", "* compare", "utter_greet")
    assert augmented.predict(nowhere, DOMAIN).action is None


def test_the_augmented_memory_also_names_stories_that_disagree() -> None:
    augmented = AugmentedMemoizationPolicy(5).train(STORIES, DOMAIN)
    here = conversation(DOMAIN, "* search", "action_search", "* compare")
    assert {item.action for item in augmented.predict(here, DOMAIN).evidence} == {"action_concerts", "action_venues"}
