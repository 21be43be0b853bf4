"""Real bots' NLU data, in six languages: an interpreter trains on it and knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.yaml.config import config_of
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.reader import read_yaml
from trainer_tui.nlu.components import read_pipeline
from trainer_tui.nlu.pipeline import build_interpreter

FILES = (
    "financial-3.1/data/nlu/nlu.yml",
    "finbot-pl-2x/data/nlu/nlu.yml",
    "rasa-1.2.2-suite/data/test/demo-rasa-zh.json",
    "rasa-1.2.2-suite/data/test/dialogflow_es_converted_to_rasa.json",
    "rasa-1.2.2-suite/examples/formbot/data/nlu.md",
    "burokratt-et-3x/data/nlu/common_service_school_holiday_nlu.yml",
    "botfront-fixtures/botfront/private/fixtures/project01/data/nlu/fr.json",
    "packt-book-2x/Chapter04/data/nlu.yml",
)
READERS = {".yml": parse_nlu_yaml, ".json": parse_nlu_json, ".md": parse_nlu_markdown}


def read(file: Path) -> TrainingData:
    return READERS[file.suffix](file.read_text(encoding="utf-8-sig"), str(file)).data


@pytest.mark.parametrize("name", FILES)
def test_what_was_learned_is_known(corpus: Path, name: str) -> None:
    data = read(corpus / "bots" / name)
    interpreter = build_interpreter()[0].train(data)
    intents: dict[str, set[str | None]] = {}
    for example in data.examples:
        intents.setdefault(example.text.casefold(), set()).add(example.intent)
    wanted = found = both = 0
    for example in data.examples:
        result = interpreter.parse(example.text)
        if example.intent and len(intents[example.text.casefold()]) == 1:
            assert (result.intent, result.confidence) == (example.intent, 1.0)
        right = {(entity.start, entity.end, entity.entity) for entity in example.entities}
        told = {(entity.start, entity.end, entity.entity) for entity in result.entities}
        wanted, found, both = wanted + len(right), found + len(told), both + len(right & told)
    if wanted > 20:
        assert 2 * both / (wanted + found) > 0.9


def test_every_pipeline_is_read(corpus: Path) -> None:
    number = 0
    for file in sorted((corpus / "bots").rglob("config*.yml")):
        pipeline = config_of(read_yaml(file.read_text(encoding="utf-8"), str(file)), str(file)).config.pipeline
        if pipeline:
            settings, notes = read_pipeline([{"name": item.name, **item.parameters} for item in pipeline])
            assert notes
            number += settings.fallback is not None
    assert number > 10
