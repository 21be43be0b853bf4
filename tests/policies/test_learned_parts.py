"""The parts of the learned policy: counting, features, thinning, and weights."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.states import DialogueExample, State
from trainer_tui.policies.backoff_memory import BackoffMemory, contexts
from trainer_tui.policies.example_table import FOLDS, ExampleTable
from trainer_tui.policies.feature_rows import FeatureRows
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.linear_model import UNJUDGED_INVERSE_TEMPERATURE, LinearModel, LinearSolution, thinned
from trainer_tui.policies.policy import Lesson
from trainer_tui.policies.window_features import features
from trainer_tui.progress import unheard

STATES = st.builds(
    State,
    intent=st.sampled_from([None, "greet", "inform", "deny"]),
    entities=st.sampled_from([(), ("city",), ("city", "city#from")]),
    text=st.sampled_from([None, "hello there"]),
    action=st.sampled_from([ACTION_LISTEN, "utter_a", "utter_b", None]),
    slots=st.sampled_from([(), (("size", (1.0, 0.25)),), (("name", (1.0,)), ("vip", (1.0, 1.0)))]),
    loop=st.sampled_from([None, "form_a", "form_b"]),
)
WINDOWS = st.lists(STATES, max_size=12).map(tuple)
ACTIONS = st.sampled_from(["utter_a", "utter_b", "form_a", ACTION_LISTEN])
EXAMPLES = st.lists(st.builds(DialogueExample, WINDOWS, ACTIONS), min_size=1, max_size=12)


def table_of(stories: list[list[DialogueExample]], max_history: int = 10) -> ExampleTable:
    table = ExampleTable(max_history)
    for story in stories:
        table.add_story(story)
    return table


@given(st.lists(EXAMPLES, max_size=5))
def test_a_table_counts_every_example_once(stories: list[list[DialogueExample]]) -> None:
    table = table_of(stories, max_history=3)
    counted: Counter[tuple[tuple[State, ...], str]] = Counter()
    for row, (window, counts) in enumerate(zip(table.windows, table.counts.tolist(), strict=True)):
        key = (tuple(table.states[index] for index in window), table.action(row))
        assert key not in counted, "each window with its action is one row"
        counted[key] = sum(counts)
    assert counted == Counter((example.states[-3:], example.action) for story in stories for example in story)


@given(st.lists(EXAMPLES, min_size=1, max_size=4))
def test_the_columns_of_a_row_are_the_features_of_its_window(stories: list[list[DialogueExample]]) -> None:
    table = table_of(stories)
    rows = FeatureRows()
    rows.add(table, table.windows[:2])
    rows.add(table, table.windows[2:])
    matrix, vocabulary = rows.matrix()
    for row, window in enumerate(table.windows):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
        assert len(columns) == len(set(columns))
        assert {vocabulary[column] for column in columns} == features([table.states[index] for index in window])


def test_features_of_one_row_alone_are_dropped_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    common, rare = State(intent="greet", action=ACTION_LISTEN), State(intent="deny", action=ACTION_LISTEN)
    examples = [DialogueExample((common,), "utter_a"), DialogueExample((common,), "utter_b")]
    table = table_of([[*examples, DialogueExample((rare,), "utter_a")]])
    rows = FeatureRows()
    rows.add(table, table.windows)
    everything, vocabulary = rows.matrix()
    monkeypatch.setattr("trainer_tui.policies.feature_rows.MANY_ROWS", 1)
    fewer, kept = rows.matrix()
    assert ("intent", "0", "deny") in vocabulary
    assert ("intent", "0", "deny") not in kept
    assert ("intent", "0", "greet") in kept
    assert fewer.width == len(kept) < everything.width
    for row in range(len(table)):
        before = {
            vocabulary[column] for column in everything.indices[everything.indptr[row] : everything.indptr[row + 1]]
        }
        after = {kept[column] for column in fewer.indices[fewer.indptr[row] : fewer.indptr[row + 1]]}
        assert after == before & set(kept)


@given(st.lists(st.tuples(WINDOWS, ACTIONS), max_size=10), st.lists(st.tuples(WINDOWS, ACTIONS), max_size=5))
def test_the_memory_forgets_exactly(
    kept: list[tuple[tuple[State, ...], str]], gone: list[tuple[tuple[State, ...], str]]
) -> None:
    memory, alone = BackoffMemory(), BackoffMemory()
    for states, action in kept:
        alone.add(contexts(states), action)
    for states, action in [*kept, *gone]:
        memory.add(contexts(states), action)
    for states, action in reversed(gone):
        memory.remove(contexts(states), action)
    for states, _ in [*kept, *gone]:
        assert memory.probabilities(contexts(states)) == pytest.approx(alone.probabilities(contexts(states)))
        assert memory.longest(contexts(states)) == alone.longest(contexts(states))


@given(st.lists(st.tuples(WINDOWS, ACTIONS), min_size=1, max_size=10))
def test_what_the_memory_says_are_probabilities(seen: list[tuple[tuple[State, ...], str]]) -> None:
    memory = BackoffMemory()
    for states, action in seen:
        memory.add(contexts(states), action)
    for states, action in seen:
        shares = memory.probabilities(contexts(states))
        assert sum(shares.values()) == pytest.approx(1.0)
        assert shares[action] > 0.0


def test_the_memory_takes_the_longest_past_that_it_knows() -> None:
    memory = BackoffMemory()
    greet, deny = State(intent="greet", action=ACTION_LISTEN), State(intent="deny", action=ACTION_LISTEN)
    memory.add(contexts([greet, deny]), "utter_a", 3)
    memory.add(contexts([deny, deny]), "utter_b")
    assert memory.longest(contexts([greet, deny])) == (2, {"utter_a": 3})
    assert memory.longest(contexts([greet, greet, deny])) == (2, {"utter_a": 3})
    assert memory.longest(contexts([State(), deny])) == (1, {"utter_a": 3, "utter_b": 1})
    shares = memory.probabilities(contexts([deny, deny]))
    assert shares["utter_b"] > shares["utter_a"]


def test_many_rows_are_thinned_to_the_most_frequent_and_some_of_all_others() -> None:
    counts = np.ones(100, dtype=np.int64)
    counts[[7, 42, 99]] = 5
    chosen = thinned(counts, most=10)
    assert len(chosen) == len(set(chosen.tolist())) == 10
    assert {7, 42, 99} <= set(chosen.tolist())
    assert chosen.tolist() == sorted(chosen.tolist())
    assert thinned(counts, most=100).tolist() == list(range(100))


def test_a_thinned_policy_still_remembers_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinned, "__defaults__", (5,))
    stories = [
        [DialogueExample((State(intent=f"intent_{number}", action=ACTION_LISTEN),), f"utter_{number}")]
        for number in range(20)
    ]
    policy = LearnedPolicy()
    policy._remember(table_of(stories))
    policy.adopt(policy.fitted())
    assignment = policy.assignment(of_stories=policy.model_)
    assert assignment is not None
    assert len(assignment.problem.labels) == 5
    for story in stories:
        shares = policy.probabilities(story[0].states)
        assert max(shares, key=shares.__getitem__) == story[0].action


def examples_of(number: int) -> list[DialogueExample]:
    intent = State(intent=f"intent_{number % 3}", action=ACTION_LISTEN)
    return [DialogueExample((intent,), f"utter_{number % 3}")]


@pytest.mark.parametrize(("stories", "is_judged"), [(9, False), (12, True)])
def test_an_inverse_temperature_is_judged_by_stories_where_there_are_enough(stories: int, is_judged: bool) -> None:
    policy = LearnedPolicy()
    policy._remember(table_of([examples_of(number) for number in range(stories)]))
    model = policy.fitted()
    assert model is not None
    assert (model.solution.inverse_temperature != UNJUDGED_INVERSE_TEMPERATURE) is is_judged


def test_a_refit_keeps_the_inverse_temperature() -> None:
    policy = LearnedPolicy()
    policy._remember(table_of([examples_of(number) for number in range(12)]))
    policy.adopt(policy.fitted())
    assignment = policy.assignment(of_stories=policy.model_)
    assert assignment is not None
    assert policy.model_ is not None
    told: list[str] = []
    assert assignment.problem.inverse_temperature == policy.model_.solution.inverse_temperature
    assignment.problem.solve(lambda doing, share: told.append(doing))
    assert set(told) == {"fitting the dialogue model"}


def told_by_chance(slips: float) -> LearnedPolicy:
    """150 stories about five of thirty topics each, answered by chance where the bot slips."""
    chance = Random(1)
    stories = []
    for _ in range(150):
        states: tuple[State, ...] = ()
        examples = []
        for topic in chance.choices(range(30), k=5):
            asked = State(intent=f"topic_{topic}", action=ACTION_LISTEN)
            number = chance.randrange(10) if chance.random() < slips else topic % 10
            states = (*states, asked)
            examples.append(DialogueExample(states, f"utter_{number}"))
            states = (*states, State(intent=asked.intent, action=f"utter_{number}"))
        stories.append(examples)
    policy = LearnedPolicy()
    policy._remember(table_of(stories))
    policy.adopt(policy.fitted())
    return policy


def test_stories_that_contradict_one_another_are_found_torn_where_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not solution(told_by_chance(slips=0.4)).is_torn
    monkeypatch.setattr("trainer_tui.policies.linear_model._FEW_ROWS", 100)
    assert solution(told_by_chance(slips=0.4)).is_torn
    assert not solution(told_by_chance(slips=0.0)).is_torn


def test_a_refit_and_a_kept_model_know_that_stories_are_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer_tui.policies.linear_model._FEW_ROWS", 100)
    policy = told_by_chance(slips=0.4)
    lesson = Lesson((State(intent="topic_1", action=ACTION_LISTEN),), "utter_8", was_corrected=True)
    assignment = policy.assignment([lesson], policy.model_)
    assert assignment is not None
    assert assignment.model(assignment.problem.solve(unheard)).solution.is_torn
    assert solution(LearnedPolicy.from_parts(*policy.to_parts())).is_torn


def solution(policy: LearnedPolicy) -> LinearSolution:
    assert policy.model_ is not None
    return policy.model_.solution


def test_counts_by_fold_tell_stories_apart() -> None:
    table = table_of([examples_of(0)] * 4)
    assert table.counts.tolist() == [[2, 1, 1]]
    assert table.counts.shape == (1, FOLDS)


def test_weights_of_another_shape_than_the_names_are_refused() -> None:
    policy = LearnedPolicy()
    policy._remember(table_of([examples_of(number) for number in range(3)]))
    model = policy.fitted()
    assert model is not None
    described, arrays = model.to_parts()
    with pytest.raises(ValueError, match="weights of the shape"):
        LinearModel.from_parts({**described, "labels": [*described["labels"], "more"]}, arrays)
