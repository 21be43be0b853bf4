"""A project's interpreter: built from its `pipeline:`, trained on its data, taught in a session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.nlu.marking import marked
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.nlu.components import DEFAULT_SETTINGS, EMBEDDINGS, PARTS, read_pipeline
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.pipeline import PipelineInterpreter, build_interpreter

Pipeline = Sequence[Mapping[str, Any]]

DIET: Pipeline = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "CountVectorsFeaturizer"},
    {"name": "DIETClassifier", "epochs": 100},
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
QUESTIONS = ("when do you open", "what are your hours", "opening hours please", "until when are you open")
PRICES = ("what does it cost", "how much is a room", "tell me the price", "is it expensive")


def trained(data: TrainingData, pipeline: Pipeline | str | None = None) -> PipelineInterpreter:
    interpreter, _ = build_interpreter(pipeline)
    return interpreter.train(data)


def refit(interpreter: PipelineInterpreter, data: TrainingData, examples: Sequence[Example]) -> PipelineInterpreter:
    return interpreter.adopting(interpreter.assignment(data, examples).solve())


@pytest.fixture(scope="module")
def interpreter(data: TrainingData) -> PipelineInterpreter:
    return trained(data)


def test_a_message_has_an_intent_entities_and_a_ranking_of_all_intents(interpreter: PipelineInterpreter) -> None:
    result = interpreter.parse("a flight from Dublin to Kyiv")
    assert result.intent == "book"
    assert [(entity.value, entity.role) for entity in result.entities] == [("Dublin", "from"), ("Kyiv", "to")]
    assert result.ranking[0][0] == "book"
    assert {intent for intent, _ in result.ranking} == {"book", "greet", "goodbye", "stay"}
    assert result.confidence == result.ranking[0][1]
    assert not result.is_shorthand


def test_intents_of_the_domain_that_have_no_example_are_ranked_last(data: TrainingData) -> None:
    interpreter, _ = build_interpreter(None, "en", Domain(intents={"book": Intent("book"), "stop": Intent("stop")}))
    assert interpreter.train(data).parse("hello").ranking[-1] == ("stop", 0.0)


def test_shorthand_is_understood_as_it_is_typed(interpreter: PipelineInterpreter) -> None:
    result = interpreter.parse('/book{"city": "Rome"}')
    assert result.is_shorthand
    assert (result.intent, result.entities) == ("book", (Entity("city", "Rome"),))
    with pytest.raises(FormatError):
        interpreter.parse('/book{"city": ')


def test_synonyms_are_mapped(interpreter: PipelineInterpreter) -> None:
    (entity,) = interpreter.parse("find me a hotel in NYC please").entities
    assert (entity.value, entity.start, entity.end) == ("New York", 19, 22)


def test_without_training_only_shorthand_and_lessons_are_known() -> None:
    interpreter, _ = build_interpreter()
    assert interpreter.parse("hello") == ParseResult("hello", None, 0.0)
    assert interpreter.parse("/greet").intent == "greet"
    interpreter.learn([Example("hello", "greet")])
    assert (interpreter.parse("Hello").intent, interpreter.parse("Hello").confidence) == ("greet", 1.0)


@pytest.mark.parametrize(
    "examples",
    [(), (Example("hi", "greet"),), (Example("hi", None),), (Example("hi", "greet"), Example("", "empty"))],
)
def test_hardly_any_data_is_no_obstacle(examples: tuple[Example, ...]) -> None:
    interpreter = trained(TrainingData(examples))
    intents = {example.intent for example in examples if example.intent}
    assert interpreter.parse("hi").intent in (intents or (None,))
    assert interpreter.parse("").intent is None


def test_a_retrieval_intent_is_told_with_its_response_key() -> None:
    examples = [Example(text, "faq/hours") for text in QUESTIONS] + [Example(text, "faq/price") for text in PRICES]
    interpreter = trained(TrainingData((*examples, *(Example(text, "greet") for text in ("hello", "hi", "hey")))))
    assert interpreter.parse("when are you open").intent == "faq/hours"
    assert interpreter.parse("how much does it cost").intent == "faq/price"


# --- thresholds ---------------------------------------------------------------------------------------------------


def test_a_message_that_fits_nothing_is_the_fallback(data: TrainingData) -> None:
    strict: Pipeline = [{"name": "DIETClassifier"}, {"name": "FallbackClassifier", "threshold": 0.9}]
    result = trained(data, strict).parse("qqq")
    assert (result.intent, result.confidence) == ("nlu_fallback", 0.9)
    assert result.ranking[0] == ("nlu_fallback", 0.9)
    assert result.ranking[1][1] < 0.9
    assert trained(data, strict).parse("hello").intent == "greet"


def test_a_message_that_fits_two_intents_is_the_fallback() -> None:
    data = TrainingData((Example("yes", "affirm"), Example("yes", "confirm"), Example("hello you", "greet")))
    ambiguous = [{"name": "FallbackClassifier", "threshold": 0.0, "ambiguity_threshold": 0.2}]
    assert trained(data, ambiguous).parse("yes").intent == "nlu_fallback"


def test_response_keys_of_one_intent_are_no_ambiguity() -> None:
    data = TrainingData((Example("yes", "chat/a"), Example("yes", "chat/b"), Example("hello you", "greet")))
    ambiguous = [{"name": "FallbackClassifier", "threshold": 0.0, "ambiguity_threshold": 0.2}]
    assert trained(data, ambiguous).parse("yes").intent in ("chat/a", "chat/b")


@pytest.mark.parametrize("value", ["high", -0.1, 1.5, True, None])
def test_a_threshold_that_is_none_is_named(value: object) -> None:
    with pytest.raises(FormatError, match="ambiguity_threshold of the FallbackClassifier is"):
        read_pipeline([{"name": "FallbackClassifier", "ambiguity_threshold": value}])


# --- the pipeline -------------------------------------------------------------------------------------------------


def test_what_stands_in_is_said_once() -> None:
    _, notes = build_interpreter(DIET)
    text = "\n".join(notes)
    for name in ("WhitespaceTokenizer", "DIETClassifier", "ResponseSelector"):
        assert text.count(name) == 1
    assert text.count("CountVectorsFeaturizer") == 1
    assert "FallbackClassifier" not in text


@pytest.mark.parametrize(
    "pipeline",
    [
        "supervised_embeddings",
        "pretrained_embeddings_spacy",
        "spacy_sklearn",
        [{"name": "tensorflow_embedding"}],
        [
            {"name": "SpacyNLP"},
            {"name": "SpacyTokenizer"},
            {"name": "SklearnIntentClassifier"},
            {"name": "CRFEntityExtractor"},
        ],
        ["nlp_spacy", "tokenizer_spacy", "intent_featurizer_spacy", "ner_crf", "intent_classifier_sklearn"],
        [{"name": "rasa.nlu.classifiers.diet_classifier.DIETClassifier"}],
    ],
)
def test_every_era_is_known(pipeline: Any, data: TrainingData) -> None:
    interpreter, notes = build_interpreter(pipeline)
    assert notes
    assert not any("unknown" in note for note in notes)
    result = interpreter.train(data).parse("a flight from Dublin to Kyiv")
    assert (result.intent, len(result.entities)) == ("book", 2)


def test_what_cannot_be_had_is_said() -> None:
    _, notes = build_interpreter([{"name": "DucklingHTTPExtractor"}, {"name": "my.own.Classifier"}])
    assert any("DucklingHTTPExtractor" in note and "not found here" in note for note in notes)
    assert any("my.own.Classifier: unknown" in note and "DIETClassifier" in note for note in notes)


def test_no_pipeline_is_the_default_and_needs_no_words(data: TrainingData) -> None:
    empty: tuple[Pipeline | None, ...] = (None, [], ())
    for nothing in empty:
        assert build_interpreter(nothing)[1] == ()


def test_an_unknown_template_is_named_and_the_usual_pipeline_taken(data: TrainingData) -> None:
    _, (note,) = build_interpreter("magic")
    assert "template 'magic' is unknown" in note
    assert "supervised_embeddings" in note
    assert trained(data, "magic").parse("a flight from Rome to Oslo").intent == "book"


def test_a_nameless_component_is_refused() -> None:
    with pytest.raises(FormatError, match="has no name"):
        build_interpreter([{"epochs": 3}])


def test_a_pipeline_without_an_extractor_finds_no_entities(data: TrainingData) -> None:
    for pipeline in (
        [{"name": "SklearnIntentClassifier"}],
        [{"name": "DIETClassifier", "entity_recognition": False}],
    ):
        assert trained(data, pipeline).parse("a flight from Rome to Oslo").entities == ()


def test_each_part_of_our_own_is_named_in_the_pipeline() -> None:
    names = {name: setting for name, setting in PARTS.items() if name != EMBEDDINGS}
    for name, setting in names.items():
        on, notes = read_pipeline([{"name": "DIETClassifier"}, name])
        off, _ = read_pipeline([{"name": "DIETClassifier"}, {"name": name, "enabled": False}])
        assert (getattr(DEFAULT_SETTINGS, setting), getattr(on, setting), getattr(off, setting)) == (True, True, False)
        assert not any(name in note for note in notes)
        with pytest.raises(FormatError, match=f"enabled of {name} is 'no'"):
            read_pipeline([{"name": name, "enabled": "no"}])


def test_without_the_mapper_values_stay_as_they_are_said(data: TrainingData) -> None:
    (entity,) = trained(data, [{"name": "DIETClassifier"}]).parse("find me a hotel in NYC please").entities
    assert entity.value == "NYC"


def test_the_regex_extractor_finds_lookups_named_like_an_entity(data: TrainingData) -> None:
    tables = TrainingData(data.examples, {}, data.regexes, (*data.lookups, Lookup("colour", ("green",))))
    pipeline = [{"name": "DIETClassifier"}, {"name": "RegexEntityExtractor"}]
    entities = trained(tables, pipeline).parse("green and 12345 and buenos aires").entities
    assert [(entity.entity, entity.value) for entity in entities] == [("city", "buenos aires")]
    without: Pipeline = [{"name": "DIETClassifier"}, {"name": "RegexEntityExtractor", "use_lookup_tables": False}]
    assert trained(tables, without).parse("green and buenos aires").entities == ()


# --- teaching -----------------------------------------------------------------------------------------------------


LESSONS = (
    Example("is there wifi", "ask_wifi"),
    marked("hello from Lima", "greet", ("Lima", "city")),
    Example("hello bot", "goodbye"),
)


def test_lessons_count_at_once_and_are_forgotten_exactly(data: TrainingData) -> None:
    interpreter = trained(data)
    texts = ("is there wifi", "is there any wifi", "hello from Lima", "hello bot", "hello", "hotel in Lima")
    before = [interpreter.parse(text) for text in texts]
    interpreter.learn(LESSONS)
    for lesson in LESSONS:
        result = interpreter.parse(lesson.text)
        assert (result.intent, result.confidence) == (lesson.intent, 1.0)
        assert [(entity.start, entity.entity) for entity in result.entities] == [
            (entity.start, entity.entity) for entity in lesson.entities
        ]
    interpreter.learn(())
    assert [interpreter.parse(text) for text in texts] == before


def test_a_refit_knows_the_lessons_and_leaves_the_running_one_alone(data: TrainingData) -> None:
    running = trained(data)
    running.learn(LESSONS[:1])
    before = running.parse("is there any wifi here")
    refitted = refit(running, data, LESSONS)
    assert running.parse("is there any wifi here") == before
    for lesson in LESSONS:
        assert refitted.parse(lesson.text).intent == lesson.intent
    assert refitted.parse("is the wifi free").intent == "ask_wifi"


def test_a_lesson_that_is_taken_back_after_a_refit_is_gone(data: TrainingData) -> None:
    texts = ("is there wifi", "hello bot", "is the wifi free", "hello from Lima")
    untaught = trained(data)
    only_last = trained(data)
    only_last.learn(LESSONS[1:])
    refitted = refit(trained(data), data, LESSONS)
    refitted.learn(LESSONS[1:])
    assert [refitted.parse(text) for text in texts] == [only_last.parse(text) for text in texts]
    refitted.learn(())
    assert [refitted.parse(text) for text in texts] == [untaught.parse(text) for text in texts]
    refitted.learn(LESSONS)
    assert refitted.parse("is the wifi free").intent == "ask_wifi"


def test_a_refit_on_lessons_alone() -> None:
    interpreter, _ = build_interpreter()
    refitted = refit(interpreter, TrainingData(), (Example("hello you", "greet"), Example("good bye", "goodbye")))
    assert refitted.parse("well hello").intent == "greet"
    refitted.learn(())
    assert refitted.parse("hello you").intent is None


def test_a_taught_text_overrules_the_data_in_the_refit(data: TrainingData) -> None:
    refitted = refit(trained(data), data, [Example("good night", "greet"), Example("good night", "stay")])
    assert refitted.parse("good night").intent == "stay"


# --- what a model is made of --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pipeline", [None, DIET, [{"name": "DIETClassifier"}, {"name": "RegexEntityExtractor"}]])
def test_a_stored_interpreter_parses_exactly_alike(data: TrainingData, pipeline: Any) -> None:
    interpreter = trained(data, pipeline)
    described, arrays = interpreter.to_parts()
    assert all(array.dtype != object for array in arrays.values())
    stored = PipelineInterpreter.from_parts(json.loads(json.dumps(described)), arrays)
    for text in ("hello", "find me a hotel in NYC please", "Madrid 12345", "zzz", "a flight from Kyiv to Bonn"):
        assert stored.parse(text) == interpreter.parse(text)


def test_lessons_stay_out_of_a_stored_model(data: TrainingData) -> None:
    refitted = refit(trained(data), data, LESSONS)
    stored = PipelineInterpreter.from_parts(*refitted.to_parts())
    assert stored.parse("hello bot") == trained(data).parse("hello bot")


Change = Callable[[dict[str, Any], dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda described, arrays: described["intents"]["intents"].pop(),
        lambda described, arrays: described["intents"]["terms"][0].pop(),
        lambda described, arrays: arrays.update({"intents.weights": arrays["intents.weights"][:-1]}),
        lambda described, arrays: arrays.update({"intents.exact_intents": arrays["intents.exact_intents"] + 99}),
        lambda described, arrays: arrays.update({"entities.label_of": arrays["entities.label_of"] + 99}),
        lambda described, arrays: arrays.update({"entities.bounds": arrays["entities.bounds"][::-1]}),
        lambda described, arrays: arrays.update({"entities.transitions": arrays["entities.transitions"][1:]}),
        lambda described, arrays: described["entities"]["kinds"].clear(),
        lambda described, arrays: described["entities"]["field"]["features"].pop(),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(data: TrainingData, change: Change) -> None:
    described, arrays = trained(data).to_parts()
    described = json.loads(json.dumps(described))
    change(described, arrays)
    with pytest.raises(ValueError, match=r"do not fit together|have no meaning"):
        PipelineInterpreter.from_parts(described, arrays)


def test_an_untrained_interpreter_can_be_stored() -> None:
    stored = PipelineInterpreter.from_parts(*build_interpreter()[0].to_parts())
    assert stored.parse("hello").intent is None
