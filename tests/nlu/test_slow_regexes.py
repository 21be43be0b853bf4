"""A project's regexes run over whatever a person types: one that takes too long is given up, named, and stops nothing.

The slow one here is only slow, in the square of the text's length, and is given very little time.
"""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.nlu import entity_extractor
from trainer_tui.nlu.entity_extractor import EntityExtractor, Pattern
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.runtime.training import InterpreterTeacher

SLOW = r"[ab]+c"
TEXT = "12345 " + "ab" * 4000 + " c"
PATTERNS = (Pattern("slow", SLOW, extracts=True), Pattern("zipcode", r"\b\d{5}\b", extracts=True))


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_extractor, "TIME_LIMIT", 0.01)


def names(extractor: EntityExtractor, text: str) -> list[str]:
    return [entity.entity for entity in extractor.extract(text)]


def test_it_is_given_up_and_the_others_are_found() -> None:
    extractor = EntityExtractor(patterns=PATTERNS)
    assert names(extractor, "12345 abc") == ["zipcode", "slow"]
    assert names(extractor, TEXT) == ["zipcode"]
    assert extractor.given_up == {"slow"}
    assert names(extractor, "12345 abc") == ["zipcode"]


def test_a_fit_over_examples_that_it_is_slow_on_ends_and_knows() -> None:
    extractor = EntityExtractor.fit([Example(TEXT, "inform", (Entity("zipcode", "12345", 0, 5),))], PATTERNS)
    assert extractor.given_up == {"slow"}
    assert EntityExtractor.from_parts(*extractor.to_parts()).given_up == {"slow"}


def test_regexes_mean_what_they_mean_to_python() -> None:
    text = "Ünï 12345-678 ÀB_c [x] ǅ"
    for source in (
        r"\w+",
        r"\b\w{2,}\b",
        r"(?i)àb",
        r"(?<=-)\d+",
        r"[[x]\w?",
        r"(\w)\w*(?!\1)",
        r"(?P<a>\d)(?P=a)?",
        ".",
    ):
        extractor = EntityExtractor(patterns=(Pattern("p", source, extracts=True),))
        spans = [(entity.start, entity.end) for entity in extractor.extract(text)]
        assert spans == [match.span() for match in re.finditer(source, text) if match.group()], source


DATA = TrainingData(
    (Example("hi", "greet"), Example("hello", "greet"), Example("bye", "leave")), regexes=(("slow", SLOW),)
)


async def test_the_loop_goes_on_meanwhile_and_the_regex_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_extractor, "TIME_LIMIT", 0.1)
    interpreter, _ = build_interpreter(["CRFEntityExtractor", "DIETClassifier"])
    teacher = InterpreterTeacher(lambda: (interpreter, False), DATA)
    await teacher.parse("hi", Domain(), ())
    assert teacher.take_notes() == ()
    parsing = asyncio.ensure_future(teacher.parse(TEXT, Domain(), ()))
    turns = 0
    while not parsing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    (note,) = teacher.take_notes()
    assert "'slow'" in note
    await teacher.parse(TEXT, Domain(), ())
    assert teacher.take_notes() == ()


BOT = {
    "domain.yml": 'version: "3.1"\nintents: [greet, leave]\nresponses:\n  utter_a: [{text: a}]\n',
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n"
    "- intent: leave\n  examples: |\n    - bye\n    - ciao\n"
    f"- regex: slow\n  examples: |\n    - {SLOW}\n",
}


def test_a_session_says_it_and_a_resumed_one_does_not_run_into_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in BOT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "config.yml").write_text("pipeline:\n- name: CRFEntityExtractor\n- name: DIETClassifier\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TEXT}\ny\n"))
    assert main([str(tmp_path), "--plain"]) == 0
    assert "The regex 'slow' took more than" in capsys.readouterr().out

    def runs(self: EntityExtractor, pattern: Pattern, matcher: object, text: str) -> list[tuple[int, int]]:
        assert text != TEXT, "it was run again"
        return []

    monkeypatch.setattr(EntityExtractor, "_spans", runs)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main([str(tmp_path), "--plain", "--resume"]) == 0
    assert "ababab" in capsys.readouterr().out
