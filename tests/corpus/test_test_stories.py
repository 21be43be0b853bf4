"""Test stories with texts: the same conversations fail as with real Rasa's `rasa test`, whatever is read in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.formats.yaml.reader import read_yaml


@pytest.mark.parametrize("bot", ["right", "wrong"])
def test_the_conversations_fail_that_fail_with_rasa(corpus: Path, bot: str, capsys: pytest.CaptureFixture[str]) -> None:
    golden = corpus / "golden" / "tests" / bot
    failed = read_yaml((golden / "results" / "failed_test_stories.yml").read_text(), "failed.yml").data or {}
    names = sorted(re.sub(r" \(.*\)$", "", story["story"]) for story in failed.get("stories", ()))
    right, total = re.findall(r"Correct: +(\d+) / (\d+)", (golden / "summary.txt").read_text())[0]
    assert main(["test", str(golden / "bot"), "--json"]) == 0
    stories = json.loads(capsys.readouterr().out)["stories"]
    assert sorted(story["story"] for story in stories["failed"]) == names
    assert (stories["conversations_right"], stories["conversations"]) == (int(right), int(total))
    assert main(["test", str(golden / "bot"), "--e2e", "--fail-on-prediction-errors"]) == (bot == "wrong")
