"""The store that figures are measured on: a bot's own conversations, with as many mistakes as are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.stores import make_store
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import StoredConversation


def conversations(path: Path, project: Project) -> dict[str, list[Mapping[str, Any]]]:
    store = open_store(str(path), project, {})
    found = {
        item.sender_id: list(item.events) for item in store.conversations() if isinstance(item, StoredConversation)
    }
    store.close()
    return found


def test_a_generated_store_is_read_whole_and_is_the_same_again(sample_bots: Path, tmp_path: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), {})
    path, again, other = (tmp_path / name for name in ("tracker.db", "again.db", "other.db"))
    mistakes = make_store(path, project, 200, mistakes=9)
    assert Counter(mistake.kind for mistake in mistakes) == {"intent": 3, "action": 3, "fallback": 3}
    assert make_store(again, project, 200, mistakes=9) == mistakes
    assert path.read_bytes() == again.read_bytes()
    assert make_store(other, project, 200, mistakes=9, seed=2) != mistakes
    found = conversations(path, project)
    assert len(found) == 200
    fell_back = {
        sender
        for sender, events in found.items()
        if any(event.get("name") == "action_default_fallback" for event in events)
    }
    assert fell_back == {mistake.sender_id for mistake in mistakes if mistake.kind == "fallback"}


REFUSED = {
    "formbot": "user rejected utter_ask_continue listen user interrupted restaurant_form requested_slot listen",
    "formbot_core": "user rejected interrupted utter_ask_continue listen "
    "user interrupted restaurant_form requested_slot listen",
}
"""As real Rasa 3.6 and 1.10 write it."""


@pytest.mark.parametrize("bot", REFUSED)
def test_a_form_refuses_what_is_not_for_it_and_comes_back(sample_bots: Path, bot: str, tmp_path: Path) -> None:
    project = load_project(Sources(sample_bots / bot), {})
    make_store(tmp_path / "tracker.db", project, 60)
    told = [
        " ".join(filter(None, map(_word, events)))
        for events in conversations(tmp_path / "tracker.db", project).values()
    ]
    assert any(REFUSED[bot] in line for line in told)
    answered = {
        "user cuisine restaurant_form requested_slot listen",
        "user restaurant_form cuisine requested_slot listen",
    }
    assert any(part in line for part in answered for line in told)
    assert not any("user utter_ask_continue" in line for line in told), "the form is asked first"


def _word(event: Mapping[str, Any]) -> str:
    words = {
        "action_execution_rejected": "rejected",
        "loop_interrupted": "interrupted",
        "form_validation": "interrupted",
    }
    if event["event"] in ("action", "slot"):
        return str(event["name"]).removeprefix("action_")
    return "user" if event["event"] == "user" else words.get(str(event["event"]), "")
