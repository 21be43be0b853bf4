"""Counting how good predictions are, checked against scikit-learn where it counts the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from trainer_tui.core.events import Entity
from trainer_tui.insight.evaluation import (
    Conversation,
    ParsedExample,
    Step,
    calibration_error,
    report_on_examples,
    report_on_stories,
    weighted_f1,
)

LABELS = st.sampled_from(["utter_greet", "utter_bye", "action_listen", "action_search"])


def step(wanted: str, got: str, confidence: float = 1.0) -> Step:
    return Step(wanted, got, confidence, "LearnedPolicy")


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40))
def test_f1_is_that_of_scikit_learn(judged: list[tuple[str, str]]) -> None:
    wanted, got = zip(*judged, strict=True)
    assert weighted_f1(judged) == pytest.approx(f1_score(wanted, got, average="weighted", zero_division=0))


def test_a_report_on_stories() -> None:
    right = Conversation("a", (step("utter_greet", "utter_greet"), step("action_listen", "action_listen")))
    wrong = Conversation("b", (step("utter_bye", "utter_greet"), step("action_listen", "utter_bye")))
    report = report_on_stories([right, wrong])
    assert (report.actions.right, report.actions.total, report.actions.accuracy) == (2, 4, 0.5)
    assert (report.without_listen.right, report.without_listen.total) == (1, 2)
    assert report.conversations_right == 1
    assert report.failed == (wrong,)
    assert wrong.first_wrong == wrong.steps[0]
    assert report.confusions == ((("action_listen", "utter_bye"), 1), (("utter_bye", "utter_greet"), 1))


def test_the_most_frequent_confusion_comes_first() -> None:
    steps = [step("a", "b"), step("c", "d"), step("c", "d")]
    report = report_on_stories([Conversation("story", tuple(steps))])
    assert [pair for pair, _ in report.confusions] == [("c", "d"), ("a", "b")]


def test_nothing_to_judge_is_no_failure() -> None:
    report = report_on_stories([])
    assert (report.actions.accuracy, report.actions.f1, report.calibration_error) == (1.0, 1.0, 0.0)
    assert report_on_examples([]).intent_accuracy == 1.0


def test_who_is_as_sure_as_right_is_calibrated() -> None:
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0.0)
    assert calibration_error([(1.0, False)]) == pytest.approx(1.0)
    assert calibration_error([(0.55, True), (0.95, True)]) == pytest.approx(0.25)


def test_entities_count_by_type_and_span() -> None:
    city = Entity("city", "Rome", 3, 7)
    examples = [
        ParsedExample("to Rome", "book", "book", 0.9, (city,), (city,)),
        ParsedExample(
            "to Rome", "book", "greet", 0.4, (city,), (Entity("city", "Rome", 3, 6), Entity("day", "x", 0, 1))
        ),
    ]
    report = report_on_examples(examples)
    assert report.intents_right == 1
    assert report.entity_precision == pytest.approx(1 / 3)
    assert report.entity_recall == pytest.approx(1 / 2)
    assert report.entity_f1 == pytest.approx(2 / 5)
    assert [(scores.name, scores.wanted, scores.got, scores.right) for scores in report.entity_types] == [
        ("city", 2, 2, 1),
        ("day", 0, 1, 0),
    ]
    assert [example.got for example in report.worst] == ["greet"]
    assert report.confusions == ((("book", "greet"), 1),)
