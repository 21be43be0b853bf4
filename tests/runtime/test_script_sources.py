"""What a session can start from: stories, sessions, conversations as Rasa and others write them."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.stores.tracker_table import database, turn
from trainer_tui.core.events import ActionExecuted, BotUttered, Event, UserUttered
from trainer_tui.errors import Place, TrainerError
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.session.protocol import (
    AskMessage,
    Confirmed,
    ConfirmIntent,
    IntentChanged,
    MessageTyped,
    TurnInserted,
)
from trainer_tui.session.view import Mark

SAMPLE_BOTS = Path(__file__).resolve().parents[2] / "sample_bots"
MOODBOT = SAMPLE_BOTS / "moodbot"


@pytest.fixture
def moodbot(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MOODBOT, tmp_path / "moodbot", ignore=shutil.ignore_patterns(".trainer")))


def opened(bot: Path, start_from: str | None = None) -> Controller:
    return open_session(SessionRequest(Sources(bot), start_from=start_from))


async def played(controller: Controller) -> int:
    """Keep what the script says wherever it is asked, to its end; how often that was."""
    kept = 0
    await controller.perform()
    while controller.view.script is not None and controller.view.script.likely:
        controller.keep_likely()
        kept += 1
        await controller.perform()
    return kept


def said(controller: Controller) -> list[str]:
    """The messages and actions, in order."""
    events: tuple[Event, ...] = controller.timeline.state.tracker.events
    return [
        str(event.text if isinstance(event, UserUttered) else event.name)
        for event in events
        if isinstance(event, (UserUttered, ActionExecuted))
    ]


def files_of(bot: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in bot.rglob("*") if path.is_file() and ".trainer" not in path.parts}


@pytest.mark.parametrize("name", ["nothing", "long" * 100, "ze\0ro", "~nobody/talk.jsonl"])
def test_what_is_no_story_session_or_file_is_said(moodbot: Path, name: str) -> None:
    with pytest.raises(TrainerError, match="there is no story, session or file"):
        opened(moodbot, name)


def test_a_tracker_store_is_known_and_what_opens_it_is_said(moodbot: Path, tmp_path: Path) -> None:
    store = database(tmp_path / "tracker.db", ("ann", turn("hello")))
    with pytest.raises(TrainerError, match=f"trainer-tui review FOLDER --from {store}"):
        opened(moodbot, str(store))


async def test_what_is_left_out_is_opened_where_the_file_was_named(
    moodbot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("talk.txt").write_text("user: hello\nbot: what no response of the bot says\n", encoding="utf-8")
    controller = opened(moodbot, "talk.txt")
    place = controller.view.status.warnings[0].place
    assert place is not None and (place.path, place.line) == ("talk.txt", 2)
    assert controller.path_of(place).resolve() == tmp_path / "talk.txt"
    domain = Place("domain.yml")
    assert controller.path_of(domain) == moodbot / "domain.yml"
    controller.close()


async def test_a_session_starts_from_a_story(moodbot: Path) -> None:
    controller = opened(moodbot)
    stories = [source for source in controller.sources() if source.kind == "story"]
    assert stories
    controller.start_from(stories[0].id)
    await played(controller)
    assert isinstance(controller.view.prompt, AskMessage)
    assert any(text.startswith("/") for text in said(controller))
    controller.undo()
    assert said(controller) == ["action_listen"]
    controller.close()


async def test_of_two_stories_of_one_name_each_can_be_started_from(moodbot: Path) -> None:
    stories = moodbot / "data" / "stories.yml"
    text = stories.read_text(encoding="utf-8")
    line = text.count("\n") + 1
    more = "- story: say goodbye\n  steps:\n  - intent: goodbye\n  - action: utter_goodbye\n"
    stories.write_text(f"{text}{more}{more.replace('intent: goodbye', 'intent: deny')}", encoding="utf-8")
    controller = opened(moodbot)
    ids = [source.id for source in controller.sources() if source.name == "say goodbye"]
    assert ids == [f"story say goodbye (data/stories.yml:{at})" for at in (line, line + 4)]
    with pytest.raises(TrainerError, match="'say goodbye' names 2 conversations") as refused:
        controller.start_from("say goodbye")
    assert ids[1] in str(refused.value)
    controller.start_from(ids[1])
    await played(controller)
    assert "/deny" in said(controller)
    controller.close()


async def test_a_session_starts_from_another_session_and_gives_the_same(moodbot: Path) -> None:
    first = opened(moodbot)
    for given in (MessageTyped("/greet"), Confirmed(), Confirmed()):
        first.answer(given)
        await first.perform()
    told = said(first)
    first.close()
    second = opened(moodbot, "session-1")
    assert await played(second) == 0
    assert said(second) == told
    second.close()


async def test_a_chat_log_is_asked_about_and_its_replies_are_found_among_the_responses(moodbot: Path) -> None:
    log = moodbot / "chat.txt"
    there = [
        "user: hello",
        "bot: Hi there! How is your day going?",
        "",
        "user: I am so",
        "  sad",
        "Bot: unheard of",
    ]
    log.write_text("\n".join(there), encoding="utf-8")
    controller = opened(moodbot)
    left_out = controller.start_from(str(log))
    assert [problem.place.line for problem in left_out if problem.place] == [6]
    await controller.perform()
    controller.answer(Confirmed())
    await controller.perform()
    assert "utter_greet" in said(controller)
    assert "I am so\n  sad" in [message.text for message in controller.view.fork_points]
    controller.close()


async def test_what_an_interpreter_took_a_message_for_is_no_example_until_a_person_says_so(moodbot: Path) -> None:
    log = moodbot / "events.log"
    lines = [
        {"sender_id": "a", "event": "user", "text": "bye", "parse_data": {"intent": {"name": "goodbye"}}},
        {"sender_id": "a", "event": "action", "name": "utter_goodbye"},
        {"sender_id": "a", "event": "action", "name": "action_listen"},
    ]
    log.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    controller = opened(moodbot, str(log))
    assert await played(controller) == 0
    assert said(controller) == ["action_listen", "bye", "utter_goodbye", "action_listen"]
    assert [entry.mark for entry in controller.view.history if entry.kind == "intent"] == [Mark.ACCEPTED]
    assert list(controller.timeline.examples()) == []
    assert controller.unexported() == "1 story"
    # Nor is it one where another turn is changed.
    message = controller.view.fork_points[0].node
    controller.edit_turn(message, TurnInserted("/goodbye"))
    await controller.perform()
    while not isinstance(controller.view.prompt, AskMessage):
        controller.answer(Confirmed())
        await controller.perform()
    assert "bye" in said(controller)
    assert list(controller.timeline.examples()) == []
    controller.undo()
    while controller.view.status.branch != "a":
        controller.undo()
    controller.edit_turn(message, IntentChanged("goodbye"))
    await played(controller)
    assert [(example.text, example.intent) for example in controller.timeline.examples()] == [("bye", "goodbye")]
    assert controller.view.status.branch == "a"
    controller.close()


async def test_events_that_cannot_be_read_are_named_with_their_lines_and_the_rest_is_played(moodbot: Path) -> None:
    log = moodbot / "events.log"
    lines = [
        {"sender_id": "a", "event": "user", "text": "/greet", "parse_data": {"intent": {"name": "greet"}}},
        {"sender_id": "a", "event": "from_the_future", "what": 1},
        {"sender_id": "a", "event": "action", "name": "utter_greet"},
        {"sender_id": "a", "event": "slot", "name": "nothing_like_it", "value": 1},
        {"sender_id": "a", "event": "action", "name": "action_listen"},
        {"sender_id": "a", "event": "user", "text": "/goodbye", "parse_data": {"intent": {"name": "goodbye"}}},
        {"sender_id": "a", "event": "action", "name": "action_bake"},
        {"sender_id": "a", "event": "action", "name": "utter_goodbye"},
        {"sender_id": "a", "event": "action", "name": "action_listen"},
        {"sender_id": "a", "event": "user", "text": "pizza", "parse_data": {"intent": {"name": "order_pizza"}}},
        {"sender_id": "a", "event": "action", "name": "action_listen"},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"sender_id": "a", "event": "us'
    log.write_text(text, encoding="utf-8")
    controller = opened(moodbot)
    before = files_of(moodbot)
    left_out = controller.start_from(str(log))
    assert sorted(problem.place.line or 0 for problem in left_out if problem.place) == [2, 4, 7, 10, 12]
    # They can be read again at any time.
    assert set(left_out) <= set(controller.view.status.warnings)
    await played(controller)
    whole = ["action_listen", "/greet", "utter_greet", "action_listen", "/goodbye", "utter_goodbye", "action_listen"]
    assert said(controller) == whole
    # What an unknown intent means is asked.
    assert isinstance(controller.view.prompt, ConfirmIntent)
    controller.close()
    assert files_of(moodbot) == before


def test_a_conversation_of_another_bot_is_refused_and_nothing_has_happened(moodbot: Path) -> None:
    log = moodbot / "events.log"
    event = {"sender_id": "a", "event": "user", "text": "pizza", "parse_data": {"intent": {"name": "order_pizza"}}}
    action = {"sender_id": "a", "event": "action", "name": "action_bake"}
    log.write_text(f"{json.dumps(event)}\n{json.dumps(action)}\n", encoding="utf-8")
    controller = opened(moodbot)
    with pytest.raises(TrainerError, match="another bot") as refused:
        controller.start_from(str(log))
    assert "order_pizza" in str(refused.value)
    assert controller.records == []
    with pytest.raises(TrainerError, match="no story, session or file"):
        controller.start_from("nothing of that name")
    controller.close()


def kept_in(store: Path) -> list[dict[str, Any]]:
    """The events of all conversations as a tracker store of Rasa keeps them: SQLite's, or a dump of another one."""
    if store.suffix == ".json":
        held = json.loads(store.read_text(encoding="utf-8")).items()
        values = {key.rpartition("tracker:")[2]: json.loads(item["value"]) for key, item in held}
        return [{**event, "sender_id": sender} for sender, value in values.items() for event in value["events"]]
    if store.suffix == ".sql":
        row = r"^INSERT INTO public.events VALUES \((\d+), '(\w+)',.*?, '(\{.*\})'\);$"
        inserted = re.findall(row, store.read_text(encoding="utf-8"), re.MULTILINE)
        rows = [(sender, data) for _, sender, data in sorted(inserted, key=lambda found: int(found[0]))]
    else:
        with closing(sqlite3.connect(f"file:{store}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute("SELECT sender_id, data FROM events ORDER BY id").fetchall()
    return [{**json.loads(data), "sender_id": sender} for sender, data in rows]


@pytest.mark.parametrize(
    ("store", "bot"),
    [
        ("rasa36/tracker.db", "bot_3.6"),
        ("rasa28/tracker.db", "bot_2.8"),
        ("redis36_prefix_exp.json", "bot_3.6"),
        ("redis28.json", "bot_2.8"),
        ("postgres36.sql", "bot_3.6"),
        ("postgres28.sql", "bot_2.8"),
    ],
)
async def test_every_conversation_that_rasa_kept_plays_to_its_end(
    corpus: Path, tmp_path: Path, store: str, bot: str
) -> None:
    trackers = corpus / "talk" / "trackers"
    project, log = tmp_path / "bot", tmp_path / "events.log"
    shutil.copytree(trackers / bot, project, copy_function=shutil.copyfile)
    kept = kept_in(trackers / store)
    log.write_text("\n".join(map(json.dumps, kept)), encoding="utf-8")
    senders = dict.fromkeys(event["sender_id"] for event in kept)
    assert len(senders) == 6
    controller = opened(project)
    for sender in senders:
        controller.start_from(f"{log}#{sender}")
        await played(controller)
        script = controller.timeline.branch.play
        assert script is not None, sender
        rest = [step for step in script.rest if type(step).__name__ == "Said"]
        assert (rest, type(controller.view.prompt)) == ([], AskMessage), (sender, controller.view.prompt)
        # /restart is no message here: it begins anew at once.
        told = [event["text"] for event in kept if event["sender_id"] == sender and event["event"] == "user"]
        messages = [text for text in told if text != "/restart"]
        assert [text for text in said(controller) if text in messages] == messages
    controller.close()


@pytest.mark.parametrize("file", ["events.log", "rasa_export_to_file_broker.log", "c1_form_interrupted.ALL.json"])
def test_what_rasa_writes_is_read_with_every_line(corpus: Path, file: str) -> None:
    from trainer_tui.formats.json.conversations import conversations_of
    from trainer_tui.formats.json.event_rows import json_rows
    from trainer_tui.formats.report import Report

    path = corpus / "talk" / "trackers" / "rasa36" / file
    text = path.read_text(encoding="utf-8")
    report = Report(file)
    conversations = conversations_of(json_rows(StringIO(text), file, report), report)
    assert report.problems == []
    assert sum(len(conversation.events) for conversation in conversations) == text.count('"event":')
    lines = text.split("\n")
    for conversation in conversations:
        for event, line in zip(conversation.events, conversation.lines, strict=True):
            assert line is not None
            if isinstance(event, BotUttered):
                assert "bot" in "".join(lines[line - 1 : line + 2])
