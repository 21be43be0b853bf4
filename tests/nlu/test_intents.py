"""The intent of a message: fitted on a project's data, taught by a person."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.calibration import Sureness, fit_inverse_temperature, fit_sureness, softmax
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.insight.evaluation import calibration_error
from trainer_tui.nlu.intent_classifier import IntentClassifier, folds
from trainer_tui.nlu.intent_fitting import IntentRecipe
from trainer_tui.nlu.intent_lessons import TaughtClassifier


def labelled(data: TrainingData) -> tuple[list[str], list[str]]:
    return [example.text for example in data.examples], [str(example.intent) for example in data.examples]


@pytest.fixture(scope="module")
def classifier(data: TrainingData) -> IntentClassifier:
    return IntentClassifier.fit(*labelled(data))


def best(taught: TaughtClassifier, text: str) -> str:
    return taught.intents[int(taught.probabilities(text).argmax())]


def test_it_tells_intents_of_messages_it_never_saw(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    assert best(taught, "hello there, good morning bot") == "greet"
    assert best(taught, "see you, good night") == "goodbye"
    assert best(taught, "any flight from Dublin to Kyiv?") == "book"
    assert best(taught, "i need a hotl in Dublin") == "stay"


def test_a_training_text_is_certain_whatever_its_case(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    assert taught.probabilities("Hello ")[taught.intents.index("greet")] == 1.0


def test_a_text_under_two_intents_is_not_certain() -> None:
    taught = TaughtClassifier(IntentClassifier.fit(["yes", "yes", "no"], ["affirm", "confirm", "deny"]))
    assert 0.1 < taught.probabilities("yes").max() < 0.9


def test_confidences_are_shares_of_one(classifier: IntentClassifier) -> None:
    for text in ("hello flight", "", "zzz", "你好"):
        assert TaughtClassifier(classifier).probabilities(text).sum() == pytest.approx(1.0, abs=1e-5)


def test_equal_data_gives_an_equal_classifier(data: TrainingData, classifier: IntentClassifier) -> None:
    again = IntentClassifier.fit(*labelled(data))
    assert again.intents == classifier.intents
    assert again.sureness == classifier.sureness
    np.testing.assert_array_equal(again.weights, classifier.weights)


@pytest.mark.parametrize(
    "examples",
    [
        [("hi", "greet")],
        [("hi", "greet"), ("hello", "greet")],
        [("hi", "greet"), ("bye", "goodbye")],
        [("hi", "greet"), ("bye", "goodbye"), ("yes", "affirm")],
        [("", "empty"), ("?", "question")],
    ],
)
def test_few_examples_are_enough_to_begin(examples: list[tuple[str, str]]) -> None:
    texts, intents = zip(*examples, strict=True)
    taught = TaughtClassifier(IntentClassifier.fit(texts, intents))
    for text, intent in examples:
        assert best(taught, text) == intent


@pytest.mark.parametrize(
    ("examples", "text", "intent"),
    [
        (
            [("我要订酒店", "book"), ("订一个房间", "book"), ("你好", "greet"), ("您好啊", "greet")],
            "帮我订个酒店房间",
            "book",
        ),
        ([("ホテルを予約したい", "book"), ("部屋を予約", "book"), ("こんにちは", "greet")], "予約お願いします", "book"),
        ([("จองห้องพัก", "book"), ("สวัสดีครับ", "greet")], "อยากจองห้อง", "book"),
    ],
)
def test_scripts_without_word_boundaries(examples: list[tuple[str, str]], text: str, intent: str) -> None:
    texts, intents = zip(*examples, strict=True)
    assert best(TaughtClassifier(IntentClassifier.fit(texts, intents)), text) == intent


# --- what a fit knows beside the words at the border ---------------------------------------------------------------

CARDS = (
    ("it did not come", "card_arrival"),
    ("still waiting for it", "card_arrival"),
    ("it was taken from me", "stolenWallet"),
    ("somebody took it", "stolenWallet"),
    ("how much is it", "fees"),
    ("what does it cost", "fees"),
)


def fitted(recipe: IntentRecipe, examples: Sequence[tuple[str, str]] = CARDS) -> TaughtClassifier:
    texts, intents = zip(*examples, strict=True)
    return TaughtClassifier(IntentClassifier.fit(texts, intents, recipe))


def test_the_name_of_an_intent_is_an_example_of_it() -> None:
    taught = fitted(IntentRecipe())
    assert best(taught, "where is my card") == "card_arrival"
    assert best(taught, "wallet") == "stolenWallet"
    assert taught.probabilities("card arrival").max() < 1.0, "nobody said that it is one for certain"
    unnamed = fitted(IntentRecipe(names=False))
    for word, intent in (("wallet", "stolenWallet"), ("arrival", "card_arrival"), ("fees", "fees")):
        number = taught.intents.index(intent)
        assert taught.probabilities(word)[number] > unnamed.probabilities(word)[number]


def test_a_word_counts_by_how_often_an_intent_has_it() -> None:
    """`now` tells nothing at the border, where `bye` and `hello` do; but those who leave say it more often."""
    examples = [("hello now", "greet"), *((f"hello {word}", "greet") for word in ("you", "bot", "there", "all"))]
    examples += [(f"bye {word} now", "leave") for word in ("you", "bot", "there", "all", "and")]
    counting, bare = (
        fitted(IntentRecipe(naive_bayes=naive_bayes), examples).classifier for naive_bayes in (True, False)
    )
    assert counting and bare

    def leaning(classifier: IntentClassifier) -> float:
        greet, leave = classifier.scores(*classifier.vectorizer.transform("now"))
        return float(leave - greet)

    assert leaning(counting) > leaning(bare) + 0.01


@pytest.mark.parametrize("recipe", [IntentRecipe(), IntentRecipe(names=False), IntentRecipe(naive_bayes=False)])
@pytest.mark.parametrize("number", range(1, len(CARDS) + 1))
@pytest.mark.filterwarnings("error")
def test_every_part_works_on_few_examples_and_on_none_of_some(recipe: IntentRecipe, number: int) -> None:
    for examples in (CARDS[:number], [*CARDS[:number], ("", "_"), ("", "empty"), ("你好", "问候")]):
        taught = fitted(recipe, examples)
        for text in ("", "it", "你好吗", "zzz"):
            assert taught.probabilities(text).sum() == pytest.approx(1.0, abs=1e-5) or len(taught.intents) == 1


# --- teaching -----------------------------------------------------------------------------------------------------


def test_a_correction_counts_at_once_for_its_text_and_for_texts_like_it(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    assert best(taught, "good afternoon have a nice flight") != "greet"
    taught.learn([Example("good afternoon have a nice flight", "greet")])
    assert taught.probabilities("good afternoon have a nice flight")[taught.intents.index("greet")] == 1.0
    assert best(taught, "good afternoon, have a nice flight!") == "greet"


def test_a_correction_leads_by_far_enough_for_variants_of_it(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    taught.learn([Example("have you a room with a view of the flight deck", "stay")])
    for variant in (
        "please have you a room with a view of the flight deck",
        "HAVE YOU A ROOM with a view of the flight deck now",
        "you a room with a view of the flight deck",
        "a room with view of the flight deck please",
    ):
        shares = taught.probabilities(variant)
        assert shares[taught.intents.index("stay")] > 0.6, variant


def test_a_new_intent_is_known_at_once(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    taught.learn([Example("is there wifi in the hotel", "ask_wifi")])
    assert best(taught, "is there wifi in the hotel") == "ask_wifi"
    assert best(taught, "is there wifi in this hotel?") == "ask_wifi"
    assert best(taught, "find me a hotel in Turin please") == "stay"


def test_the_later_of_two_lessons_counts(classifier: IntentClassifier) -> None:
    taught = TaughtClassifier(classifier)
    taught.learn([Example("cheers", "greet"), Example("cheers", "goodbye")])
    assert best(taught, "cheers") == "goodbye"


def test_without_any_training_lessons_alone_are_known() -> None:
    taught = TaughtClassifier(None)
    assert len(taught.probabilities("hi")) == 0
    taught.learn([Example("hi", "greet"), Example("bye", "goodbye")])
    assert best(taught, "hi") == "greet"
    assert best(taught, "bye") == "goodbye"


@cache
def small_classifier() -> IntentClassifier:
    texts = ["hello you", "good day", "a flight to Rome", "flight to Oslo", "hotel in Rome", "a good hotel"]
    return IntentClassifier.fit(texts, ["greet", "greet", "book", "book", "stay", "stay"])


@pytest.mark.parametrize("classifier", [None, IntentClassifier.fit(["hi", "hey"], ["greet", "greet"])])
def test_one_intent_is_no_reason_to_be_sure_of_it(classifier: IntentClassifier | None) -> None:
    taught = TaughtClassifier(classifier)
    taught.learn([Example("hi", "greet")])
    assert taught.probabilities("hi").tolist() == [1.0]
    assert taught.probabilities("where is my parcel").tolist() == [0.5]


WORDS = st.sampled_from(["hello", "bye", "flight", "hotel", "good", "to", "Rome", "wifi", "you", "pool"])
LESSONS = st.lists(
    st.builds(
        Example,
        st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
        st.sampled_from(["greet", "book", "stay", "new", None]),
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(lessons=LESSONS, kept=st.integers(0, 6))
def test_what_is_taken_back_leaves_no_trace(lessons: list[Example], kept: int) -> None:
    classifier = small_classifier()
    taught = TaughtClassifier(classifier)
    for number in range(len(lessons) + 1):
        taught.learn(lessons[:number])
    taught.learn(lessons[:kept])
    fresh = TaughtClassifier(classifier)
    fresh.learn(lessons[:kept])
    assert taught.intents == fresh.intents
    for text in ("hello Rome", "good pool", *(lesson.text for lesson in lessons)):
        np.testing.assert_array_equal(taught.probabilities(text), fresh.probabilities(text))
    latest = {lesson.text: lesson.intent for lesson in lessons[:kept] if lesson.intent}
    assert all(best(taught, text) == intent for text, intent in latest.items())


# --- calibration --------------------------------------------------------------------------------------------------


def test_the_inverse_temperature_is_found_where_confidence_equals_accuracy() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(4000, 5)).astype(np.float32)
    shares = softmax(scores, 3.0)
    right = np.array([generator.choice(5, p=row / row.sum()) for row in shares.astype(np.float64)])
    assert fit_inverse_temperature(scores, right) == pytest.approx(3.0, rel=0.1)


def test_how_sure_it_may_be_is_found_where_confidence_equals_accuracy() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(4000, 20))
    true = Sureness(4.0, tail=2.0)
    right = np.array([generator.choice(20, p=row) for row in true.shares(scores)])
    confidence = fit_sureness(scores, right).shares(scores).max(axis=1)
    judged = list(zip(confidence.tolist(), (scores.argmax(axis=1) == right).tolist(), strict=True))
    assert calibration_error(judged) < 0.03


def test_a_few_examples_that_are_all_right_do_not_make_it_certain() -> None:
    scores = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, -1.0]])
    assert 0.6 < fit_sureness(scores, np.array([0, 1, 0])).shares(scores).max() < 0.9


def test_an_example_without_a_fellow_is_never_held_out() -> None:
    labels = np.array([0, 0, 0, 1, 2, 2])
    assigned = folds(labels, 3)
    assert assigned[3] == -1
    assert sorted(assigned[:3]) == [0, 1, 2]
    assert len(set(assigned[4:])) == 2


# --- what a model is made of --------------------------------------------------------------------------------------


def test_a_stored_classifier_answers_alike_and_needs_no_scikit_learn(classifier: IntentClassifier) -> None:
    described, arrays = classifier.to_parts()
    stored = IntentClassifier.from_parts(json.loads(json.dumps(described)), arrays)
    for text in ("hello", "a good hotel flight", "?"):
        np.testing.assert_array_equal(
            TaughtClassifier(stored).probabilities(text), TaughtClassifier(classifier).probabilities(text)
        )


def test_nothing_imports_scikit_learn_before_a_fit() -> None:
    script = (
        "import sys, trainer_tui.nlu.pipeline as p\n"
        "interpreter, _ = p.build_interpreter()\n"
        "interpreter.parse('/greet'); interpreter.parse('hello')\n"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'pycrfsuite', 'httpx')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
