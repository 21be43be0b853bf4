"""What a large bot makes a person wait for tells how far it is, from reading its files to the models."""

from __future__ import annotations

import os
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from tests.walks.walking import copy_of
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources, load_project

Told = list[tuple[str, float]]


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "concertbot", tmp_path)


def in_turn(told: Told) -> list[str]:
    return [doing for doing, _ in groupby(doing for doing, _ in told)]


def shares(told: Told, wanted: str) -> list[float]:
    return [share for doing, share in told if doing == wanted]


def test_a_session_is_open_once_its_files_are_read(bot: Path) -> None:
    told: Told = []
    open_session(SessionRequest(Sources(bot)), tell=lambda doing, share: told.append((doing, share))).close()
    assert in_turn(told) == [f"reading {bot}"]


def test_whoever_joins_stories_tells_of_files_stories_and_policies(bot: Path) -> None:
    told: Told = []

    def tell(doing: str, share: float) -> None:
        told.append((doing, share))

    project = load_project(Sources(bot), os.environ, tell=tell)
    Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain, tell=tell)
    assert in_turn(told) == [f"reading {bot}", "joining the stories", "learning the stories"]
    for doing in in_turn(told)[1:]:
        assert shares(told, doing) == sorted(shares(told, doing))
        assert 0.5 <= shares(told, doing)[-1] < 1.0


def test_a_large_file_counts_for_more_than_a_small_one(bot: Path) -> None:
    data = bot / "data"
    (data / "z.md").write_text("## last\n* hello\n - utter_greet\n")
    (data / "y.md").write_text("## long\n" + "* hello\n - utter_greet\n" * 5000)
    told: Told = []
    load_project(Sources(bot), os.environ, tell=lambda doing, share: told.append((doing, share)))
    read = shares(told, f"reading {bot}")
    before_the_large_one, after_it = max(pairwise(read), key=lambda pair: pair[1] - pair[0])
    assert before_the_large_one < 0.2 < 0.8 < after_it


def test_training_tells_of_policies_of_the_fit_and_of_messages(bot: Path) -> None:
    project = load_project(Sources(bot), os.environ)
    told: Told = []

    def tell(doing: str, share: float) -> None:
        told.append((doing, share))

    Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain, tell)
    assert in_turn(told)[:2] == ["learning the stories", "fitting the dialogue model"]
    assert [share for _, share in told] == sorted(share for _, share in told)
    told.clear()
    PipelineInterpreter().train(project.data.nlu, tell)
    assert in_turn(told) == ["judging how sure intents may be", "learning intents", "learning entities"]
    assert [share for _, share in told] == sorted(share for _, share in told)
