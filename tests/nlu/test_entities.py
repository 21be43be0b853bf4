"""The entities of a message: found by what was learned, by patterns and by what a person taught."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from tests.nlu.marking import marked
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.nlu.crf import ConditionalRandomField, Reading, Span, spans_of
from trainer_tui.nlu.entity_extractor import EntityExtractor, EntityRecipe, Pattern
from trainer_tui.nlu.entity_lessons import TaughtExtractor
from trainer_tui.nlu.gazetteer import Gazetteer
from trainer_tui.nlu.known_words import KnownWords
from trainer_tui.nlu.phrases import PhraseTable
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.nlu.synonyms import SynonymMapper, synonyms_of
from trainer_tui.nlu.tokenizer import tokenize
from trainer_tui.nlu.whole_entities import Message, WholeEntities

CITY = Pattern("city", None, ("Madrid", "Buenos Aires", "São Paulo"), extracts=True, is_case_sensitive=False)
ZIPCODE = Pattern("zipcode", r"\b\d{5}\b", extracts=True)


@pytest.fixture(scope="module")
def extractor(data: TrainingData) -> EntityExtractor:
    return EntityExtractor.fit(data.examples, [])


def found(extractor: EntityExtractor | TaughtExtractor, text: str) -> list[tuple[str, str, str | None]]:
    """(what is said, entity, role) of each."""
    entities = extractor.extract(text)
    for entity in entities:
        assert entity.value == text[entity.start : entity.end]
    return [(entity.value, entity.entity, entity.role) for entity in entities]


def test_roles_depend_on_the_words_around(extractor: EntityExtractor) -> None:
    assert found(extractor, "a flight from Dublin to Kyiv") == [("Dublin", "city", "from"), ("Kyiv", "city", "to")]


def test_an_entity_may_have_several_words(extractor: EntityExtractor) -> None:
    assert found(extractor, "find me a hotel in New York please") == [("New York", "city", None)]


def test_a_message_without_entities_has_none(extractor: EntityExtractor) -> None:
    for text in ("hello", "", " ", "?"):
        assert found(extractor, text) == []


def test_places_count_code_points(extractor: EntityExtractor) -> None:
    text = "👋🏽 find me a hotel in Rome please"
    (entity,) = extractor.extract(text)
    assert (entity.start, entity.end) == (text.index("Rome"), text.index(" please"))


def test_confidence_is_a_probability(extractor: EntityExtractor) -> None:
    known = extractor.extract("find me a hotel in Paris please")[0].confidence
    assert known is not None
    assert 0.5 < known <= 1
    for entity in extractor.extract("from in to Paris find to hotel Rome Rome Lima"):
        assert entity.confidence is not None
        assert 0 <= entity.confidence <= 1


def test_groups_are_told_apart() -> None:
    orders = [
        marked(f"a {first} pizza and a {second} one", "order", (first, "size", None, "1"), (second, "size", None, "2"))
        for first, second in [("large", "small"), ("small", "medium"), ("medium", "large"), ("tiny", "large")]
    ]
    extractor = EntityExtractor.fit(orders, [])
    entities = extractor.extract("a huge pizza and a small one")
    assert [(entity.value, entity.group) for entity in entities] == [("huge", "1"), ("small", "2")]


def test_where_words_have_no_boundaries_entities_begin_and_end_anywhere() -> None:
    extractor = EntityExtractor.fit(
        [marked(f"我要去{city}玩", "go", (city, "city")) for city in ("北京", "上海", "广州", "深圳")],
        [],
    )
    assert found(extractor, "我要去杭州玩") == [("杭州", "city", None)]


def test_an_entity_that_ends_within_a_word_takes_the_word() -> None:
    examples = [Example(f"{n}km away", "far", (Entity("n", str(n), 0, len(str(n))),)) for n in (5, 10, 20)]
    extractor = EntityExtractor.fit(examples, [])
    assert found(extractor, "10km away") == [("10km", "n", None)]


def test_two_entities_on_one_span_and_entities_without_a_place_do_not_stop_the_fit() -> None:
    paris = Example("to Paris", "go", (Entity("city", "Paris", 3, 8), Entity("name", "Paris", 3, 8), Entity("n", 1)))
    extractor = EntityExtractor.fit([paris, Example("", "empty", (Entity("x", ""),))], [])
    assert found(extractor, "to Paris") == [("Paris", "city", None)]


def test_equal_data_gives_equal_confidences(data: TrainingData) -> None:
    first, second = (EntityExtractor.fit(data.examples, []) for _ in range(2))
    text = "a hotel in Rome, or from Lima to Oslo"
    assert first.extract(text) == second.extract(text)


# --- patterns -----------------------------------------------------------------------------------------------------


def test_patterns_extract_beside_what_was_learned(data: TrainingData) -> None:
    extractor = EntityExtractor.fit(data.examples, [CITY, ZIPCODE])
    assert found(extractor, "buenos aires 12345 or são paulo") == [
        ("buenos aires", "city", None),
        ("12345", "zipcode", None),
        ("são paulo", "city", None),
    ]


def test_patterns_alone_need_no_fit() -> None:
    extractor = EntityExtractor.fit([], [CITY, ZIPCODE._replace(extracts=False)])
    assert extractor.field is None
    assert found(extractor, "Madrid 12345") == [("Madrid", "city", None)]


def test_case_counts_where_it_is_asked_to() -> None:
    extractor = EntityExtractor.fit([], [CITY._replace(is_case_sensitive=True)])
    assert found(extractor, "madrid, Madrid") == [("Madrid", "city", None)]


def test_a_lookup_table_helps_where_it_does_not_extract() -> None:
    names = ("Ann", "Bob", "Cid", "Dora", "Eve", "Finn", "Gus", "Hal")
    people = [marked(f"ask {name} now", "ask", (name, "person")) for name in names]
    others = [Example(f"ask {word} now", "ask") for word in ("Them", "Me", "Us", "It", "Him", "That", "This", "Her")]
    table = Pattern("person", None, (*names, "Zoe"), extracts=False, is_case_sensitive=False)
    with_table = EntityExtractor.fit([*people, *others], [table])
    assert found(with_table, "ask Zoe now") == [("Zoe", "person", None)]
    assert found(with_table, "ask You now") == []


def test_a_regex_that_python_cannot_read_is_named() -> None:
    with pytest.raises(FormatError) as refusal:
        EntityExtractor.fit([], [Pattern("zipcode", "[0-9")])
    assert "'zipcode'" in refusal.value.title
    assert "[0-9" in refusal.value.message


def test_the_longest_phrase_is_found() -> None:
    table = PhraseTable[str]()
    for phrase in ("New", "New York", "York Street", "new york city"):
        table.add(phrase, phrase)
    found = table.find(tokenize("NEW YORK  street new York"))
    assert [tuple(match) for match in found] == [(0, 2, "New York"), (3, 5, "New York")]


# --- synonyms -----------------------------------------------------------------------------------------------------


def test_what_is_said_becomes_the_value_it_stands_for() -> None:
    mapper = SynonymMapper({"NYC": "New York"})
    entity = Entity("city", "nyc", 0, 3)
    assert mapper.map([entity]) == (replace(entity, value="New York"),)
    assert mapper.map([Entity("n", 3)]) == (Entity("n", 3),)


def test_an_entity_marked_with_another_value_is_a_synonym() -> None:
    assert synonyms_of([Example("to NYC", "go", (Entity("city", "New York", 3, 6),))]) == {"NYC": "New York"}


# --- teaching -----------------------------------------------------------------------------------------------------


def test_a_phrase_that_was_missed_is_found_at_once_elsewhere_too(data: TrainingData) -> None:
    taught = TaughtExtractor(EntityExtractor.fit(data.examples, []))
    assert found(taught, "hello the airport bus there") == []
    taught.learn([marked("the airport bus?", "ask", ("airport bus", "transport"))])
    assert found(taught, "the airport bus?") == [("airport bus", "transport", None)]
    assert found(taught, "hello the Airport Bus there") == [("Airport Bus", "transport", None)]


def test_a_wrong_mark_is_gone_at_once(data: TrainingData) -> None:
    taught = TaughtExtractor(EntityExtractor.fit(data.examples, []))
    assert found(taught, "find me a hotel in May please") == [("May", "city", None)]
    taught.learn([Example("find me a hotel in May please", "stay")])
    assert found(taught, "find me a hotel in May please") == []
    assert found(taught, "please find me a hotel in May please") == []
    assert found(taught, "find me a hotel in Rome please") == [("Rome", "city", None)]


def test_a_corrected_role_does_not_fix_the_role_everywhere(data: TrainingData) -> None:
    taught = TaughtExtractor(EntityExtractor.fit(data.examples, []))
    taught.learn([marked("Rome is where i start", "tell", ("Rome", "city", "from", None))])
    assert found(taught, "Rome is where i start") == [("Rome", "city", "from")]
    assert found(taught, "a flight from Lima to Rome") == [("Lima", "city", "from"), ("Rome", "city", "to")]


def test_what_is_taken_back_leaves_no_trace(data: TrainingData) -> None:
    extractor = EntityExtractor.fit(data.examples, [])
    first = marked("the airport bus?", "ask", ("airport bus", "transport"))
    second = Example("a hotel in Rome", "stay")
    taught = TaughtExtractor(extractor)
    taught.learn([first])
    taught.learn([first, second])
    taught.learn([second])
    assert found(taught, "hello the airport bus there") == []
    taught.learn([])
    for text in ("the airport bus?", "a hotel in Rome", "find me a hotel in Rome please"):
        assert taught.extract(text) == extractor.extract(text)


# --- what the field sees beside the words -------------------------------------------------------------------------

NAMES = ("Paris", "Madonna", "Lima", "Adele", "Oslo", "Sting")
ERRANDS = tuple(
    marked(f"{verb} to {name}", intent, (name, entity))
    for name in NAMES
    for verb, intent, entity in (("listen", "play", "artist"), ("take me", "travel", "city"))
)
PLAIN = EntityRecipe(sees_intent=False, gazetteer=False, known_words=False, whole_entities=False)


def test_what_a_word_is_depends_on_what_is_asked_for() -> None:
    extractor = EntityExtractor.fit(ERRANDS, [])
    for intent, entity in (("play", "artist"), ("travel", "city")):
        assert [found.entity for found in extractor.extract("bring it to Quito", intent)] == [entity]
    unaware = EntityExtractor.fit(ERRANDS, [], EntityRecipe(sees_intent=False))
    assert unaware.extract("bring it to Quito", "play") == unaware.extract("bring it to Quito", "travel")


def test_the_interpreter_hands_over_the_intent_that_it_tells() -> None:
    interpreter = build_interpreter([{"name": "DIETClassifier"}])[0].train(TrainingData(ERRANDS))

    def told(text: str) -> tuple[str | None, list[str]]:
        parsed = interpreter.parse(text)
        return parsed.intent, [entity.entity for entity in parsed.entities]

    assert told("listen listen to Quito") == ("play", ["artist"])
    assert told("take take me to Quito") == ("travel", ["city"])


def test_the_field_learns_to_trust_known_values() -> None:
    examples = [marked(f"i live in {name}", "live", (name, "city")) for name in ("Ulm", "Bonn", "Graz", "Linz")] * 2
    trusting, plain = (EntityExtractor.fit(examples, [], recipe) for recipe in (EntityRecipe(), PLAIN))
    assert trusting.field and "p=B=city" in trusting.field.features
    assert plain.field and "p=B=city" not in plain.field.features


def test_of_an_example_s_own_values_those_count_that_another_has_too() -> None:
    ulm, lima, both = (
        marked("to Ulm", "go", ("Ulm", "city")),
        marked("to Lima", "go", ("Lima", "city")),
        marked("lima beans", "eat", ("lima", "dish")),
    )
    gazetteer = Gazetteer.of([ulm, lima, both])

    def told(example: Example) -> list[tuple[str, ...]]:
        return [match.kind for match in gazetteer.find(tokenize(example.text), own=example)]

    assert (told(ulm), told(lima), told(both)) == ([], [("dish",)], [("city",)])
    assert [match.kind for match in gazetteer.find(tokenize("LIMA"))] == [("city", "dish")]


def test_of_a_value_that_is_new_a_known_first_or_last_word_tells() -> None:
    ischl = marked("to Bad Ischl", "go", ("Bad Ischl", "city"))
    gazetteer = Gazetteer.of([ischl, marked("play Bad Moon", "play", ("Bad Moon", "song"))])
    assert gazetteer.edges(tokenize("bad new moon")) == [(["city", "song"], []), ([], []), ([], ["song"])]
    assert gazetteer.edges(tokenize(ischl.text), own=ischl) == [([], []), (["song"], []), ([], [])]
    field = EntityExtractor.fit([ischl, marked("to Bad Ems", "go", ("Bad Ems", "city"))], []).field
    assert field and {"p=first=city", "p=last=city"} & set(field.features) == {"p=first=city"}


def test_what_a_word_is_elsewhere_is_told_by_other_examples_than_its_own() -> None:
    ulm, lima, beans = (
        marked("to Ulm", "go", ("Ulm", "city")),
        marked("to Lima", "go", ("Lima", "city")),
        Example("Lima?", "ask"),
    )
    known = KnownWords.of([ulm, lima, beans])
    assert known.kinds(tokenize("to ULM from Lima")) == ["outside", "inside", "new", "both"]
    assert known.kinds(tokenize(ulm.text), own=ulm) == ["outside", "new"]
    assert known.kinds(tokenize(lima.text), own=lima) == ["outside", "outside"]


def test_a_word_that_was_never_marked_is_no_value_where_a_new_one_is() -> None:
    told = [
        marked(f"show {name}", "show", (name, "song")) for name in ("Imagine", "Yesterday", "Angie", "Creep", "Roxanne")
    ]
    plain = [
        Example(text, "show") for text in ("show more", "play more", "show less", "play less", "give more", "give less")
    ]
    extractor, unaware = (EntityExtractor.fit([*told, *plain], [], recipe) for recipe in (EntityRecipe(), PLAIN))
    assert [entity.value for entity in extractor.extract("show angel", "show")] == ["angel"]
    assert extractor.extract("show less", "show") == ()
    assert extractor.field and unaware.field
    assert {"k=new", "k=outside"} <= set(extractor.field.features)
    assert not [name for name in unaware.field.features if name.startswith("k=")]


def test_the_intent_tells_what_the_word_before_begins() -> None:
    names = ("Ulm", "Bonn", "Graz", "Linz", "Rome", "Lima")
    examples = [
        example
        for first, second in zip(names, (*names[2:], *names[:2]), strict=True)
        for example in (
            marked(f"from {first} to {second}", "fly", (first, "start"), (second, "goal")),
            marked(f"from {first} to {second}", "move_back", (first, "goal"), (second, "start")),
        )
    ]
    extractor = EntityExtractor.fit(examples, [])
    for intent, wanted in (("fly", ["start", "goal"]), ("move_back", ["goal", "start"])):
        assert [entity.entity for entity in extractor.extract("from Quito to Delhi", intent)] == wanted


@pytest.mark.parametrize("is_stochastic", [False, True])
def test_equal_data_give_an_equal_field_however_often_in_one_process(is_stochastic: bool) -> None:
    messages = [([[word] for word in example.text.split()], ["O", "O", "I-0"]) for example in ERRANDS[::2]]
    first, second = (ConditionalRandomField.fit(messages, is_stochastic) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(first.transitions, second.transitions)


@pytest.mark.parametrize("recipe", [EntityRecipe(), PLAIN])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.filterwarnings("error")
def test_few_examples_are_enough_to_begin(recipe: EntityRecipe, number: int) -> None:
    more = [Example("", "empty"), marked("我住在柏林", "live", ("柏林", "city"))]
    for examples in (ERRANDS[:number], [*ERRANDS[:number], *more]):
        extractor = EntityExtractor.fit(examples, [], recipe)
        for text in ("", "?", "listen to Paris", "他住在柏林", "zzz"):
            for intent in ("play", "never heard of", None):
                assert all(entity.value for entity in extractor.extract(text, intent))


# --- entities as wholes -------------------------------------------------------------------------------------------


def seen(text: str, intent: str = "go") -> Message:
    tokens = tokenize(text)
    return Message.of(tokens, [()] * len(tokens), intent)


def chosen(wholes: WholeEntities, message: Message, *readings: Reading) -> Sequence[Span]:
    return [(span.start, span.end, span.name) for span in wholes.best(message, readings)]


def test_what_never_stood_twice_in_a_message_is_not_found_twice() -> None:
    two, one = Reading([(1, 2, "city"), (4, 5, "city")], 0.0), Reading([(1, 2, "city")], -1.0)
    single = [(seen(f"to {city}"), one.spans) for city in ("Ulm", "Lima")] * 5
    double = [*single, *[(seen("to Ulm or to Lima"), two.spans)] * 5]
    for known, best in ((single, one), (double, two)):
        assert chosen(WholeEntities.of(known), seen("to Oslo or to Quito"), two, one) == best.spans


def test_what_the_messages_of_an_intent_have_is_looked_for_there() -> None:
    cook = [(seen(f"cook {dish}", "cook"), [(1, 2, "dish")]) for dish in ("rice", "beans", "soup")]
    visit = [(seen(f"visit {city}", "visit"), [(1, 2, "city")]) for city in ("Lima", "Ulm", "Bonn")]
    wholes = WholeEntities.of([*cook, *visit])
    city, dish = Reading([(1, 2, "city")], 0.0), Reading([(1, 2, "dish")], -0.2)
    assert chosen(wholes, seen("try kale", "visit"), city, dish) == city.spans
    assert chosen(wholes, seen("try kale", "cook"), city, dish) == dish.spans


def test_what_is_long_is_of_a_kind_whose_values_are_long() -> None:
    titles = [
        (seen(f"get {title}"), [(1, 1 + len(title.split()), "title")])
        for title in ("The Old Man and the Sea", "The Sound and the Fury", "Far from the Madding Crowd")
    ]
    songs = [(seen(f"get {song}"), [(1, 2, "song")]) for song in ("Imagine", "Angie", "Creep")]
    wholes = WholeEntities.of([*titles, *songs])
    for text, kind in (("get Snow on a Grey Lake", "title"), ("get Roxanne", "song")):
        end = len(text.split())
        readings = [Reading([(1, end, name)], 0.0 if name != kind else -0.2) for name in ("title", "song")]
        assert chosen(wholes, seen(text), *readings) == [(1, end, kind)]


def test_an_entity_is_as_sure_as_the_readings_that_have_it() -> None:
    wholes = WholeEntities.of([(seen("to Ulm today"), [(1, 2, "city"), (2, 3, "day")])] * 3)
    message = seen("to Oslo tomorrow")
    city, day = (1, 2, "city"), (2, 3, "day")
    readings = [Reading([city, day], 0.0), Reading([city], -0.5), Reading([day], -0.5)]
    sure = {span.name: span.confidence for span in wholes.best(message, readings)}
    fewer = {span.name: span.confidence for span in wholes.best(message, readings[:2])}
    assert fewer["city"] == pytest.approx(1.0)
    share_of_both = fewer["day"] * sure["city"]
    assert sure["city"] + sure["day"] == pytest.approx(1 + share_of_both)


def test_without_the_part_the_field_alone_answers() -> None:
    interpreter = build_interpreter([{"name": "DIETClassifier"}, {"name": "WholeEntities", "enabled": False}])[0]
    described, _ = interpreter.train(TrainingData(ERRANDS)).to_parts()
    assert described["entities"]["whole_entities"] is None
    described, _ = build_interpreter()[0].train(TrainingData(ERRANDS)).to_parts()
    assert described["entities"]["whole_entities"]["messages"] == {"play": 6, "travel": 6}


def drawn_by_chance(labels: tuple[str, ...], seed: int) -> tuple[ConditionalRandomField, Any, Any]:
    """A field of three features and four labels; what each weighs for each label, and each label behind each."""
    chance = np.random.default_rng(seed)
    weights, transitions = chance.normal(size=(3, 4)), chance.normal(size=(4, 4))
    field = ConditionalRandomField(
        labels,
        ("a", "b", "c"),
        np.array([0, 4, 8, 12], dtype=np.int32),
        np.array([0, 1, 2, 3] * 3, dtype=np.int32),
        weights.astype(np.float32).ravel(),
        transitions.astype(np.float32),
    )
    return field, weights, transitions


def test_the_readings_are_the_most_probable_lines_of_labels() -> None:
    labels = ("O", "I-0", "I-1", "I-2")
    field, weights, transitions = drawn_by_chance(labels, 2)
    rows = (0, 1, 2, 0)
    by_hand = sorted(
        (
            -sum(weights[row, label] for row, label in zip(rows, line, strict=True))
            - sum(transitions[pair] for pair in pairwise(line)),
            line,
        )
        for line in product(range(4), repeat=4)
    )
    found = field.readings([["a"], ["b"], ["c"], ["a"]], 20, -100.0)
    assert [list(reading.spans) for reading in found] == [
        spans_of([labels[label] for label in line]) for _, line in by_hand[:20]
    ]
    scores = [by_hand[0][0] - loss for loss, _ in by_hand[:20]]
    np.testing.assert_allclose([reading.score for reading in found], scores, atol=1e-5)
    near = field.readings([["a"], ["b"], ["c"], ["a"]], 20, scores[4] - 1e-3)
    assert near == found[:5]


# --- what a model is made of --------------------------------------------------------------------------------------


def test_a_stored_extractor_answers_alike(data: TrainingData) -> None:
    extractor = EntityExtractor.fit(data.examples, [CITY, ZIPCODE])
    described, arrays = extractor.to_parts()
    stored = EntityExtractor.from_parts(json.loads(json.dumps(described)), arrays)
    for text in ("a flight from Dublin to Kyiv", "Madrid 12345", "hello"):
        assert stored.extract(text) == extractor.extract(text)


def test_entities_of_one_kind_may_stand_side_by_side() -> None:
    field = ConditionalRandomField(
        labels=("O", "B-0", "I-0", "I-1"),
        features=("inside 0", "begins 0", "inside 1"),
        bounds=np.array([0, 1, 2, 3], dtype=np.int32),
        label_of=np.array([2, 1, 3], dtype=np.int32),
        weights=np.array([5.0, 6.0, 5.0], dtype=np.float32),
        transitions=np.zeros((4, 4), dtype=np.float32),
    )

    def spans(*features: str) -> list[tuple[int, int, str]]:
        return [(span.start, span.end, span.name) for span in field.decode([[feature] for feature in features])]

    assert spans("inside 0", "inside 0") == [(0, 2, "0")]
    assert spans("inside 0", "begins 0", "inside 0") == [(0, 1, "0"), (1, 3, "0")]
    assert spans("inside 1", "inside 0", "inside 0") == [(0, 1, "1"), (1, 3, "0")]


def test_a_confidence_is_the_share_of_all_labellings_with_exactly_that_entity() -> None:
    labels = ("O", "B-0", "I-0", "I-1")
    field, weights, transitions = drawn_by_chance(labels, 1)
    found = field.decode([["a"], ["b"], ["c"], ["a"]])
    shares: Counter[tuple[int, int, str]] = Counter()
    lines = list(product(range(4), repeat=4))
    scores = [sum(weights[row, label] for row, label in zip((0, 1, 2, 0), line, strict=True)) for line in lines]
    scores = [
        score + sum(transitions[pair] for pair in pairwise(line)) for score, line in zip(scores, lines, strict=True)
    ]
    for line, share in zip(lines, np.exp(scores) / np.exp(scores).sum(), strict=True):
        names = [labels[label].removeprefix("B-").removeprefix("I-") for label in line]
        starts = [
            position
            for position, (label, name) in enumerate(zip(line, names, strict=True))
            if label == 1 or (label > 1 and (not position or names[position - 1] != name))
        ]
        for start in starts:
            others = (end for end in range(start + 1, 4) if end in starts or names[end] != names[start])
            shares[start, next(others, 4), names[start]] += share
    assert found
    for span in found:
        assert span.confidence == pytest.approx(shares[span.start, span.end, span.name], abs=1e-5)
