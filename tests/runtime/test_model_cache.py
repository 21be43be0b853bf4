"""Models of earlier sessions: found again by all that they were made of, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from trainer_tui.runtime.models import cache as model_cache
from trainer_tui.runtime.models.cache import ModelCache, cache_key
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.session_models import Places, SessionModels

BOT = {
    "domain.yml": "intents: [hello]\nresponses: {utter_hello: [{text: hello}]}\n",
    "config.yml": "policies:\n- name: RulePolicy\n  core_fallback_action_name: ${FALLBACK}\npipeline: []\n",
    "stories.yml": "stories: [{story: one, steps: [{intent: hello}, {action: utter_hello}]}]\n",
}
ARRAYS = {"weights": np.arange(3, dtype=np.float32)}


def test_a_model_is_found_by_its_key(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path / "cache")
    assert cache.load("dialogue", "a") is None
    cache.store("dialogue", "a", {"labels": ["x"]}, ARRAYS)
    found = ModelCache(tmp_path / "cache").load("dialogue", "a")
    assert found is not None
    assert found.described == {"labels": ["x"]}
    assert (found.arrays["weights"] == ARRAYS["weights"]).all()
    assert cache.load("dialogue", "b") is None
    assert cache.load("nlu", "a") is None


def test_the_key_tells_apart_what_a_model_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    key = cache_key(["domain", "stories", "config"])
    assert key == cache_key(iter(["domain", "stories", "config"]))
    others = (
        ["domain", "stories"],
        ["domain", "stories config"],
        ["domains", "tories", "config"],
        ["domain", "config", "stories"],
    )
    assert len({key, *map(cache_key, others)}) == 5
    monkeypatch.setattr(model_cache, "__version__", "another")
    assert cache_key(["domain", "stories", "config"]) != key


def test_a_models_key_is_that_of_what_was_read_of_the_bot(tmp_path: Path) -> None:
    bot = tmp_path / "bot"
    bot.mkdir()
    for name, text in BOT.items():
        (bot / name).write_text(text)

    def key(fallback: str = "action_listen") -> str:
        project = load_project(Sources(bot), {"FALLBACK": fallback})
        before = (bot / "stories.yml").read_text()
        (bot / "stories.yml").write_text("somebody writes while the session begins")
        models = SessionModels(project, Places(tmp_path / "cache"))
        (bot / "stories.yml").write_text(before)
        return models.whole().key

    first = key()
    assert key(fallback="utter_hello") != first  # the same files say something else
    (bot / "config.yml").write_text("# what anybody may say of it\n" + BOT["config.yml"])
    assert key() == first
    (bot / "stories.yml").write_text(BOT["stories.yml"].replace("utter_hello", "action_listen"))
    assert key() != first


def test_a_damaged_model_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path)
    cache.store("nlu", "a", {}, ARRAYS)
    (tmp_path / "nlu-a" / "arrays.npz").write_bytes(b"")
    assert cache.load("nlu", "a") is None
    cache.store("nlu", "a", {}, ARRAYS)
    assert cache.load("nlu", "a") is not None


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    cache = ModelCache(tmp_path / "cache")
    cache.store("dialogue", "a", {}, ARRAYS)
    assert cache.load("dialogue", "a") is None
    assert (tmp_path / "cache").read_text() == "a file"


def test_models_not_used_for_longest_make_room(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path)
    for number in range(model_cache.MODELS_KEPT):
        cache.store("dialogue", str(number), {}, {})
        os.utime(tmp_path / f"dialogue-{number}", (number, number))
    cache.store("nlu", "kept", {}, {})
    assert cache.load("dialogue", "0") is not None, "and thereby it was used just now"
    cache.store("dialogue", "new", {}, {})
    assert cache.load("dialogue", "1") is None
    assert cache.load("dialogue", "0") is not None
    assert cache.load("dialogue", "2") is not None
    assert cache.load("nlu", "kept") is not None
