"""Conversations are scored by the model that is deployed, which is asked for each message and state once."""

from __future__ import annotations

import os
from pathlib import Path

from tests.runtime.deployed_rasa import DeployedRasa, running
from tests.runtime.review.opened import bot_at, score
from tests.runtime.stores.tracker_table import database, turn
from trainer_tui.asking.reviewing import EVERYTHING
from trainer_tui.runtime.review.listing import Listing
from trainer_tui.runtime.review.opening import Opened, Reviewed


def scored_by(rasa: DeployedRasa, bot: Path, store: Path) -> Opened:
    return Reviewed(bot, (str(store),), rasa=rasa.url).open(os.environ)


def reasons(found: Opened) -> list[str]:
    return [reason for row in Listing(found.file).page("worth", EVERYTHING, 0, 9).rows for reason in row.reasons]


def test_the_servers_model_scores_and_is_asked_once_for_what_it_was_told_before(tmp_path: Path) -> None:
    bot = bot_at(tmp_path)
    talks = [(f"user{number}", turn("hello", float(number))) for number in range(9)]
    store = database(tmp_path / "tracker.db", *talks, ("other", [*turn("hello", 90.0), *turn("hello", 95.0)]))
    model = DeployedRasa(meanings={"hello": ("goodbye", 0.97)}, actions={"greet": "utter_cheer_up"})
    with running(model):
        found = scored_by(model, bot, store)
        assert score(found) == (10, [])
        paths = [path for path, _ in model.asked]
        assert paths.count("/model/parse") == 1
        states = [body for path, body in model.asked if path == "/model/predict"]
        assert len(states) == len({str([event.get("name") for event in body]) for body in states}), "each state once"
        assert any("today as goodbye" in reason for reason in reasons(found))
        assert any("would do utter_cheer_up today" in reason for reason in reasons(found))
        found.close()


def test_a_server_that_is_down_is_said_once_ours_scores_and_it_scores_anew_when_it_is_back(tmp_path: Path) -> None:
    bot = bot_at(tmp_path)
    talks = [(f"user{number}", turn("hello", float(number))) for number in range(60)]
    store = database(tmp_path / "tracker.db", *talks)
    model = DeployedRasa(meanings={"hello": ("goodbye", 0.97)}, actions={"greet": "utter_cheer_up"})
    with running(model):
        found = scored_by(model, bot, store)
        model.refuses_with = (503, "away for lunch")
        read, problems = score(found)
        assert read == 60
        assert len(set(problems)) == 1
        assert "away for lunch" in problems[0]
        assert not any("goodbye" in reason for reason in reasons(found)), "ours scored"
        model.refuses_with = None
        assert score(found) == (60, [])
        assert any("today as goodbye" in reason for reason in reasons(found))
        assert score(found) == (0, [])
        model.refuses_with = (503, "away for lunch")
        found.close()
        again = scored_by(model, bot, store)
        assert ["away for lunch" in str(problem) for problem in again.problems] == [True]
        again.close()
