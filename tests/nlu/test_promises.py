"""What holds for the interpreter whatever is switched on: no warning, the same bytes, nothing forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.nlu.marking import marked
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.nlu.components import EMBEDDINGS, PARTS
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.runtime.models.nlu import load_interpreter, save_interpreter
from trainer_tui.runtime.reading.file import read_nlu_file

HELLO = Example("hello", "greet")
FLIGHT = marked("fly to Rome", "book", ("Rome", "city"))
SCANT = {
    "one": [FLIGHT],
    "two": [HELLO, FLIGHT],
    "three": [HELLO, FLIGHT, marked("to Oslo", "book", ("Oslo", "city"))],
    "one class": [FLIGHT, marked("to Oslo", "book", ("Oslo", "city")), Example("fly", "book")],
    "empty texts": [Example("", "greet"), Example("  ", "book"), FLIGHT],
    "one text": [Example("hi", "greet"), Example("hi", "book"), Example("hi", "bye")],
    "no words": [Example("?", "ask"), Example("👍", "affirm"), Example("\u200b", "book")],
    "Chinese": [
        marked("我要订北京的酒店", "book", ("北京", "city")),
        marked("订上海酒店", "book", ("上海", "city")),
        Example("你好", "greet"),
        Example("您好啊", "greet"),
    ],
}
SAID = ("", " ", "hello", "fly to Oslo", "?", "订北京酒店", "\U0001f44d", "x" * 300)
WITHOUT = [None, *(name for name in PARTS if name != EMBEDDINGS)]


@pytest.mark.parametrize("without", WITHOUT)
@pytest.mark.parametrize("examples", SCANT.values(), ids=SCANT.keys())
def test_with_and_without_each_part_the_scantest_data_are_learned_without_a_warning(
    examples: list[Example], without: str | None
) -> None:
    pipeline: list[dict[str, Any]] = [{"name": "DIETClassifier"}, {"name": "EntitySynonymMapper"}]
    if without:
        pipeline.append({"name": without, "enabled": False})
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        interpreter = build_interpreter(pipeline)[0].train(TrainingData(tuple(examples)))
        for text in SAID:
            shares = [share for _, share in interpreter.parse(text).ranking]
            assert all(0 <= share <= 1 for share in shares), "no share is missing or beyond all of it"
        interpreter.learn([marked("go to Lima", "book", ("Lima", "city")), Example("再见", "bye")])
        assert interpreter.parse("再见").intent == "bye"


_TRAIN = """
import sys
from pathlib import Path
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.runtime.models.nlu import save_interpreter
from trainer_tui.runtime.reading.file import read_nlu_file
data = read_nlu_file(Path(sys.argv[1])).data
save_interpreter(Path(sys.argv[2]), build_interpreter()[0].train(data))
"""
_FILE = """\
nlu:
- intent: book
  examples: |
    - a flight from [Rome]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"}
    - fly to [Lima](city)
    - [Bern](city) please
- intent: greet
  examples: |
    - hello
    - good morning
    - hi there
- synonym: Rome
  examples: |
    - roma
- lookup: city
  examples: |
    - Madrid
"""


def test_the_same_data_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """This process has a hash seed of its own."""
    file = tmp_path / "nlu.yml"
    file.write_text(_FILE, encoding="utf-8")
    save_interpreter(tmp_path / "1", build_interpreter()[0].train(read_nlu_file(file).data))
    command = [sys.executable, "-c", _TRAIN, str(file), str(tmp_path / "2")]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "2"})
    first, second = (
        {path.name: path.read_bytes() for path in sorted((tmp_path / seed).iterdir())} for seed in ("1", "2")
    )
    assert len(first) == 3
    assert first == second
    loaded = load_interpreter(tmp_path / "1")
    save_interpreter(tmp_path / "again", loaded)
    assert {path.name: path.read_bytes() for path in sorted((tmp_path / "again").iterdir())} == first
    assert loaded.parse("fly from Rome to Madrid") == load_interpreter(tmp_path / "2").parse("fly from Rome to Madrid")


def test_no_lesson_makes_it_forget_an_earlier_one_or_what_it_was_trained_on(data: TrainingData) -> None:
    interpreter = build_interpreter()[0].train(data)
    lessons = [
        marked("hello from Lima", "greet", ("Lima", "city")),
        Example("goodbye hotel", "complain"),
        marked("a good flight", "praise"),
        Example("hello bye", "goodbye"),
        marked("Rome or Paris", "choose", ("Rome", "city"), ("Paris", "city")),
        Example("find me a hotel in Rome please", "complain"),
    ]
    for number in range(len(lessons)):
        interpreter.learn(lessons[: number + 1])
        overruled = {lesson.text for lesson in lessons}
        for example in [*lessons[: number + 1], *(known for known in data.examples if known.text not in overruled)]:
            parsed = interpreter.parse(example.text)
            assert parsed.intent == example.intent
    for lesson in lessons:
        found = [(entity.start, entity.end, entity.entity) for entity in interpreter.parse(lesson.text).entities]
        assert found == [(entity.start, entity.end, entity.entity) for entity in lesson.entities]
