"""The store that figures are measured on: a bot's own conversations, with as many mistakes as are asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bench.stores import make_store
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import StoredConversation


def test_a_generated_store_is_read_whole_and_is_the_same_again(sample_bots: Path, tmp_path: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), {})
    path, again, other = (tmp_path / name for name in ("tracker.db", "again.db", "other.db"))
    mistakes = make_store(path, project, 200, mistakes=9)
    assert Counter(mistake.kind for mistake in mistakes) == {"intent": 3, "action": 3, "fallback": 3}
    assert make_store(again, project, 200, mistakes=9) == mistakes
    assert path.read_bytes() == again.read_bytes()
    assert make_store(other, project, 200, mistakes=9, seed=2) != mistakes
    store = open_store(str(path), project, {})
    found = {item.sender_id: item for item in store.conversations() if isinstance(item, StoredConversation)}
    store.close()
    assert len(found) == 200
    fell_back = {
        sender
        for sender, item in found.items()
        if any(event.get("name") == "action_default_fallback" for event in item.events)
    }
    assert fell_back == {mistake.sender_id for mistake in mistakes if mistake.kind == "fallback"}
