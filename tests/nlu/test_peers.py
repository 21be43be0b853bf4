"""Floors under what was measured on a public data set; skipped where the folder of peers' figures is not named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.nlu import read
from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.insight.evaluation import calibration_error, report_on_examples
from trainer_tui.insight.example_predictions import train_and_parse
from trainer_tui.nlu.entity_extractor import EntityExtractor
from trainer_tui.nlu.pipeline import build_interpreter

PEERS = os.environ.get("TRAINER_TUI_PEERS")

pytestmark = pytest.mark.skipif(PEERS is None, reason="TRAINER_TUI_PEERS is not set")


def test_ten_examples_an_intent_are_enough_for_73_of_100_messages() -> None:
    folder = Path(str(PEERS)) / "nlu" / "hwu64"
    report = report_on_examples(
        train_and_parse(
            build_interpreter([{"name": "SklearnIntentClassifier"}])[0],
            TrainingData(tuple(read(folder / "train_10.tsv"))),
            read(folder / "test.tsv"),
        )
    )
    assert report.intent_accuracy > 0.725, "0.711 without the names of the intents and naive Bayes"
    assert report.calibration_error < 0.045


def test_the_intent_tells_entities_apart() -> None:
    folder = Path(str(PEERS)) / "nlu" / "snips"
    training = TrainingData(tuple(read(folder / "train_10.tsv")))
    report = report_on_examples(train_and_parse(build_interpreter()[0], training, read(folder / "test.tsv")))
    assert report.entity_f1 > 0.5, "0.451 without the intent"


def test_what_is_fitted_step_by_step_is_no_surer_than_it_may_be() -> None:
    examples = read(Path(str(PEERS)) / "nlu" / "hwu64" / "train.tsv")
    extractor = EntityExtractor.fit(examples[::3], [])
    judged = []
    for example in examples[1::15]:
        marked = {(entity.start, entity.end, entity.entity) for entity in example.entities}
        for entity in extractor.extract(example.text, example.intent):
            is_right = (entity.start, entity.end, entity.entity) in marked
            judged.append((entity.confidence or 0.0, is_right))
    assert calibration_error(judged) < 0.12, "0.22 with its weights as they are"
