"""Every NLU file of real bots: the examples, synonyms, regexes and lookup tables that Rasa finds in it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.runtime.reading.file import read_nlu_file


def golden_nlu() -> list[Any]:
    corpus = os.environ.get("TRAINER_TUI_CORPUS")
    found = []
    for file in sorted(Path(corpus, "golden/nlu").glob("*.json")) if corpus else ():
        golden = json.loads(file.read_text(encoding="utf-8"))
        for name, wanted in golden["files"].items():
            found.append(pytest.param(golden["project"], name, wanted, id=f"{golden['project']}/{name}"))
    return found


def lines_of(data: TrainingData) -> list[str]:
    rows = ([e.text, e.intent, [entity.as_dict() for entity in e.entities]] for e in data.examples)
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


@pytest.mark.parametrize(("project", "name", "wanted"), golden_nlu())
def test_an_nlu_file_holds_what_rasa_finds_in_it(project: str, name: str, wanted: dict[str, Any], corpus: Path) -> None:
    data = read_nlu_file(corpus / "bots" / project / name).data
    lines = lines_of(data)
    if "list" in wanted:
        assert lines == sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in wanted["list"])
    assert (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()) == (wanted["examples"], wanted["sha256"])
    assert dict(data.synonyms) == wanted["synonyms"]
    assert sorted(data.regexes) == sorted((pattern, regex) for pattern, regex in wanted["regexes"])
    assert {table.name: table.path or len(table.elements) for table in data.lookups} == wanted["lookups"]
