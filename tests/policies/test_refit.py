"""A refit after a correction: it fits what the correction changes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.linear_model import LinearModel
from trainer_tui.policies.policy import Lesson

TOPICS = range(30)
DOMAIN = Domain(
    intents={f"ask_{topic}": Intent(f"ask_{topic}") for topic in TOPICS},
    actions=tuple(f"utter_{topic}" for topic in TOPICS),
)


def asked(*topics: int) -> list[Event]:
    """Each of them asked about and answered, the last one not yet."""
    events: list[Event] = []
    for topic in topics:
        events += [ActionExecuted(ACTION_LISTEN), UserUttered(intent=f"ask_{topic}"), ActionExecuted(f"utter_{topic}")]
    return events[:-1]


def states_after(*topics: int) -> tuple[State, ...]:
    return prediction_states(DialogueStateTracker.start(DOMAIN).with_events(asked(*topics)), DOMAIN, None)


def correction(action: str, *topics: int) -> Lesson:
    return Lesson(states_after(*topics), action, was_corrected=True)


def knowing_all_topics() -> tuple[LearnedPolicy, LinearModel]:
    ways = [(topic, (topic + step) % len(TOPICS)) for topic in TOPICS for step in (1, 2)]
    stories = [
        TrainingTracker(f"{ways}", (*asked(*way), ActionExecuted(f"utter_{way[-1]}"), ActionExecuted(ACTION_LISTEN)))
        for way in ways
    ]
    policy = LearnedPolicy().train(stories, DOMAIN)
    assert policy.model_
    return policy, policy.model_


def refit(policy: LearnedPolicy, lessons: Sequence[Lesson], of_stories: LinearModel) -> LinearModel:
    model = policy.fitted(lessons, of_stories)
    assert model
    return model


def best(policy: LearnedPolicy, *topics: int) -> str:
    shares = policy.probabilities(states_after(*topics))
    return max(shares, key=shares.__getitem__)


def test_a_correction_has_its_own_action_and_the_one_before_fitted_and_few_more() -> None:
    policy, of_stories = knowing_all_topics()
    assignment = policy.assignment([correction("utter_7", 3)], of_stories)
    assert assignment
    wanted = assignment.problem.wanted
    assert wanted is not None
    fitted = {assignment.labels[label] for label in wanted}
    assert {"utter_3", "utter_7"} <= fitted
    assert len(fitted) < len(TOPICS) // 3
    after = assignment.model(assignment.problem.solve(lambda doing, share: None))
    for label, name in enumerate(after.labels):
        of_before = of_stories.labels.index(name)
        is_as_before = bool(
            (
                after.solution.weights[: len(of_stories.vocabulary), label] == of_stories.solution.weights[:, of_before]
            ).all()
        )
        assert is_as_before is (name not in fitted)


def test_the_corrected_state_and_all_others_are_predicted_as_by_a_whole_fit() -> None:
    policy, of_stories = knowing_all_topics()
    lessons = [correction("utter_7", 3), correction("action_new", 5, 6)]
    decided = []
    for known in (of_stories, None):
        model = policy.fitted(lessons, known)
        policy.learn(lessons)
        policy.adopt(model)
        decided.append([best(policy, topic, other) for topic in TOPICS for other in TOPICS])
        assert best(policy, 3) == "utter_7"
        assert best(policy, 5, 6) == "action_new"
        policy.learn([])
    few_classes, all_classes = decided
    assert few_classes == all_classes


def test_what_a_refit_makes_depends_on_the_lessons_alone() -> None:
    first, second = correction("utter_7", 3), correction("utter_9", 4)
    policy, of_stories = knowing_all_topics()
    at_once = refit(policy, [first, second], of_stories)
    policy.adopt(refit(policy, [first], of_stories))
    one_by_one = refit(policy, [first, second], of_stories)
    assert (at_once.solution.weights == one_by_one.solution.weights).all()
    assert (at_once.solution.bias == one_by_one.solution.bias).all()


def test_where_nothing_is_to_be_fitted_the_model_stays() -> None:
    policy, of_stories = knowing_all_topics()
    assignment = policy.assignment([correction("utter_7", 3)], of_stories)
    assert assignment
    settled = replace(assignment, problem=replace(assignment.problem, wanted=np.array([], dtype=np.int32)))
    after = settled.model(settled.problem.solve(lambda doing, share: None))
    assert (after.solution.weights[: len(of_stories.vocabulary)] == of_stories.solution.weights).all()


def test_a_model_of_other_labels_is_no_beginning() -> None:
    policy, of_stories = knowing_all_topics()
    other = LinearModel(tuple(reversed(of_stories.labels)), of_stories.vocabulary, of_stories.solution)
    assignment = policy.assignment([correction("utter_7", 3)], other)
    assert assignment
    assert assignment.problem.wanted is None
