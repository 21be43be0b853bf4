"""Files of conversations: whatever Rasa, MongoDB or somebody's chat wrote, mixed or not, and what is new in them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.stores.tracker_table import action, everything, texts, turn, user
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.errors import TrainerError
from trainer_tui.formats.json.conversations import conversation_of
from trainer_tui.formats.report import Report
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import StoredConversation


def read(path: Path, project: Project) -> tuple[dict[str, list[str]], list[str]]:
    before = {item: item.read_bytes() for item in ([path] if path.is_file() else path.iterdir())}
    store = open_store(str(path), project, {})
    found = everything(store)
    store.close()
    assert {item: item.read_bytes() for item in before} == before
    return found


def line(sender: str, event: dict[str, Any]) -> str:
    return json.dumps({"sender_id": sender, **event}) + "\n"


def log(path: Path, *said: tuple[str, list[dict[str, Any]]]) -> Path:
    path.write_text("".join(line(sender, event) for sender, events in said for event in events), encoding="utf-8")
    return path


def test_events_a_line_may_lie_mixed(tmp_path: Path, project: Project) -> None:
    path = log(tmp_path / "events.log", ("anna", turn("hi")), ("bob", turn("ho")), ("anna", turn("again")))
    assert read(path, project) == ({"anna": ["hi", "again"], "bob": ["ho"]}, [])


def test_a_tracker_and_a_list_of_trackers(tmp_path: Path, project: Project) -> None:
    trackers: list[dict[str, Any]] = [
        {"sender_id": name, "slots": {}, "events": turn(f"I am {name}")} for name in ("anna", "bob")
    ]
    one, several = tmp_path / "one.json", tmp_path / "several.json"
    one.write_text(json.dumps(trackers[0], indent=2))
    several.write_text(json.dumps(trackers, indent=2))
    assert read(one, project) == ({"anna": ["I am anna"]}, [])
    assert read(several, project) == ({"anna": ["I am anna"], "bob": ["I am bob"]}, [])


def test_trackers_a_line_as_mongoexport_writes_them(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "conversations.json"
    events = [{**user("hi"), "timestamp": {"$numberDouble": "1.5"}}, action("utter_greet")]
    lines = [
        {"_id": {"$oid": "5f0c"}, "sender_id": "anna", "events": events, "latest_event_time": {"$numberInt": "2"}},
        {"_id": {"$oid": "5f0d"}, "sender_id": "bob", "events": turn("ho")},
    ]
    path.write_text("".join(json.dumps(item) + "\n" for item in lines))
    assert read(path, project) == ({"bob": ["ho"], "anna": ["hi"]}, [])
    store = open_store(str(path), project, {})
    assert store.conversation("anna").events[0]["timestamp"] == 1.5
    store.close()


def test_a_chat_log_is_one_conversation_of_the_file_s_name(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "monday.txt"
    path.write_text("user: hello\nbot: Hi there!\nuser: I am so\n  sad\n", encoding="utf-8")
    assert read(path, project) == ({"monday": ["hello", "I am so\n  sad"]}, [])


def test_a_table_with_columns_by_name_and_times_in_any_zone(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "chats.csv"
    path.write_text(
        "\ufeffText,Sender,Time,Who,Note\n"
        '"hi, there",anna,2026-01-31T12:00:00+01:00,User,\n'
        "ho,bob,2026-01-31 11:00:01Z,customer,x\n"
        "Hello!,anna,2026-01-31T06:00:02-05:00,bot,\n"
        '"two\nlines",anna,1769857203,user,\n'
        "one moment,anna,1769857204000,agent,\n",
        encoding="utf-8",
    )
    assert read(path, project) == ({"anna": ["hi, there", "two\nlines"], "bob": ["ho"]}, [])
    store = open_store(str(path), project, {})
    assert [event["timestamp"] - 1769857200 for event in store.conversation("anna").events] == [0, 2, 3, 4]
    assert store.conversation("bob").events[0]["timestamp"] == 1769857201
    store.close()


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_goes_on(tmp_path: Path, project: Project) -> None:
    path = log(tmp_path / "events.log", ("anna", turn("hi")))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"sender_id": "anna", "event": "us\n[1]\n')
        file.write(line("anna", user("x" * 10_000_000)) + line("anna", user("after")))
    said, unreadable = read(path, project)
    assert said == {"anna": ["hi", "after"]}
    assert [told.partition(": ")[0] for told in unreadable] == [f"line {number} of events.log" for number in (4, 5, 6)]
    table = tmp_path / "chats.csv"
    table.write_text("who,text,time\nuser,hi,soon\nnobody,ho,\nuser,,\nbot,Hello,\n")
    said, unreadable = read(table, project)
    assert said == {"chats": ["hi"]}
    assert [told.partition(": ")[0] for told in unreadable] == [f"line {number} of chats.csv" for number in (2, 3, 4)]


def test_after_a_mark_only_what_a_log_has_more_is_read(tmp_path: Path, project: Project) -> None:
    path = log(tmp_path / "events.log", ("anna", turn("hi")), ("bob", turn("ho")))
    store = open_store(str(path), project, {})
    everything(store)
    mark = store.mark()
    assert everything(store, mark) == ({}, [])
    with path.open("a") as file:
        file.write(line("bob", user("more")))
    assert everything(store, mark) == ({"bob": ["ho", "more"]}, [])
    mark = store.mark()
    store.close()
    store = open_store(str(path), project, {})
    assert everything(store, mark) == ({}, [])
    log(path, ("anna", turn("written anew")))
    assert everything(store, mark) == ({"anna": ["written anew"]}, [])
    store.close()


def test_a_folder_is_read_in_the_order_in_which_its_files_began_and_nothing_twice(
    tmp_path: Path, project: Project
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    later, earlier = turn("later", at=20.5), turn("earlier", at=10.5)
    log(folder / "a.log", ("anna", later))
    log(folder / "b.log", ("anna", earlier))
    (folder / "tracker.json").write_text(json.dumps({"sender_id": "anna", "events": [*earlier, *later]}))
    (folder / "notes.txt").write_text("to do: read these\n")
    said, unreadable = read(folder, project)
    assert said == {"anna": ["earlier", "later"]}
    assert [told.partition(": ")[0] for told in unreadable] == ["notes.txt"]


def test_what_is_no_file_of_conversations_is_refused(tmp_path: Path, project: Project) -> None:
    (tmp_path / "notes.txt").write_text("to do\n")
    with pytest.raises(TrainerError, match="no conversation is recognised"):
        open_store(str(tmp_path / "notes.txt"), project, {})
    for name in (str(tmp_path / "nowhere"), "long" * 100, "ze\0ro", "~nobody/talks"):
        with pytest.raises(TrainerError, match="there is no"):
            open_store(name, project, {})


@pytest.mark.parametrize("file", ["events.log", "rasa_export_to_file_broker.log"])
@pytest.mark.parametrize("rasa", ["rasa36", "rasa28"])
def test_what_real_rasa_sent_is_what_it_kept(corpus: Path, project: Project, rasa: str, file: str) -> None:
    folder = corpus / "talk" / "trackers" / rasa
    if not (folder / file).exists():
        pytest.skip("Rasa 2.8 wrote no export")
    kept, sent = (open_store(str(folder / name), project, {}) for name in ("tracker.db", file))
    for found in sent.conversations():
        assert isinstance(found, StoredConversation)
        events = [{key: item for key, item in event.items() if key != "sender_id"} for event in found.events]
        if found.sender_id != "wire1":
            assert events == list(kept.conversation(found.sender_id).events)
    kept.close()
    sent.close()


def test_every_event_of_every_era_is_understood_and_those_that_are_not_are_named(
    project: Project, corpus: Path
) -> None:
    for rasa in ("rasa36", "rasa28"):
        store = open_store(str(corpus / "talk" / "trackers" / rasa / "tracker.db"), project, {})
        for found in store.conversations():
            assert isinstance(found, StoredConversation)
            report = Report(store.label)
            conversation = conversation_of(found.sender_id, found.events, report)
            assert report.problems == []
            said = [event.text for event in conversation.events if isinstance(event, UserUttered)]
            assert said == texts(found)
            policies = {event.policy for event in conversation.events if isinstance(event, ActionExecuted)}
            assert policies <= {None, "MemoizationPolicy", "RulePolicy", "TEDPolicy", "followup_action"}, policies
        store.close()
    report = Report("events")
    conversation = conversation_of("anna", [user("hi"), {"event": "from_the_future"}, user("ho")], report)
    assert conversation.lines == (1, 3)
    assert [problem.place.line for problem in report.problems if problem.place] == [2]


def test_a_folder_of_trackers_that_real_rasa_told(corpus: Path, tmp_path: Path, project: Project) -> None:
    folder = tmp_path / "trackers"
    folder.mkdir()
    for path in (corpus / "talk" / "trackers" / "rasa36").glob("c*.json"):
        shutil.copyfile(path, folder / path.name)
    store = open_store(str(folder), project, {})
    for found in store.conversations():
        assert isinstance(found, StoredConversation)
        (whole,) = folder.glob(f"{found.sender_id}.ALL.json")
        assert list(found.events) == json.loads(whole.read_text(encoding="utf-8"))["events"]
    store.close()
