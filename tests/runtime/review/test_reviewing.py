"""What a person does at the review desk, by what both front ends talk to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.review.opened import bot_at, opened, reviewer, score
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, add_row, database, turn, user
from trainer_tui.asking.reviewing import EVERYTHING, Filters, Reviewing
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.review.reviewing import Reviewer


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return bot_at(tmp_path)


async def scored(bot: Path, path: Path, by: str = "ada") -> Reviewer:
    desk = reviewer(bot, path, by=by)
    await desk.begin()
    await desk.finished()
    return desk


async def test_scoring_runs_beside_and_says_how_far_it_is(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("bye", 20.0)))
    add_row(path, "eve", "{broken")
    desk: Reviewing = reviewer(bot, path)
    seen: list[int] = []
    told: list[str] = []
    desk.observe(lambda: seen.append(desk.conversations().total))
    desk.observe(lambda: told.append(desk.progress.told))
    await desk.begin()
    await desk.finished()  # type: ignore[attr-defined]
    assert seen[-1] == 2
    assert desk.progress.is_done
    assert desk.progress.read == 2
    assert [line for line in told if line.startswith("100 %, about ")]
    assert desk.progress.told == ""
    assert [line for line in desk.progress.problems if "row 7 of events" in line]
    desk.close()


async def test_a_conversation_opens_at_its_end_with_what_the_model_says_today(bot: Path, tmp_path: Path) -> None:
    wrong = [user("hello", "goodbye", 5.0), action("utter_goodbye"), {"event": "bot", "text": "Bye"}]
    path = database(tmp_path / "tracker.db", ("ada", [*begin(), *wrong, action("action_listen"), *turn("hello", 9.0)]))
    desk = await scored(bot, path)
    (row,) = desk.conversations().rows
    assert row.reasons[0] == "understood as goodbye, today as greet"
    view = await desk.open(row.id)
    assert [(step.kind, step.text or step.did) for step in view.steps] == [
        ("message", "hello"),
        ("action", "utter_goodbye"),
        ("said", "Bye"),
        ("action", "action_listen"),
        ("message", "hello"),
        ("action", "utter_greet"),
        ("action", "action_listen"),
    ]
    assert not any(step.today for step in view.steps)
    judged = await desk.judged(view)
    message = judged.steps[0]
    assert (message.did, message.today, message.differs) == ("goodbye", "greet", True)
    assert (judged.steps[1].today, judged.steps[1].differs) == ("utter_goodbye", False)
    last = await desk.open(row.id, most=2)
    assert last.has_more
    assert [step.did for step in last.steps] == ["utter_greet", "action_listen"]
    above = await desk.open(row.id, before=last.steps[0].index, most=50)
    assert not above.has_more
    assert [*above.steps, *last.steps] == [*view.steps]
    told = await desk.told(row.id)
    assert told.lines[0] == view.steps[0].index + 1
    assert len(told.events) == len(view.steps)
    desk.close()


async def test_what_is_decided_is_kept_by_whom_and_undone(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("bye", 20.0)))
    desk = await scored(bot, path)
    bob, ada = desk.conversations("newest").rows
    desk.decide([ada.id], "right", "story hello")
    desk.tag([ada.id, bob.id], "billing")
    desk.flag(bob.id, 1)
    assert [row.sender for row in desk.conversations(filters=Filters(is_unseen=True)).rows] == ["bob"]
    assert desk.conversations(filters=Filters(tag="billing")).total == 2
    assert desk.names().tags == ("billing",)
    view = await desk.open(bob.id)
    assert [step.index for step in view.steps if step.is_flagged] == [1]
    desk.close()

    desk = await scored(bot, path, by="grace")
    (kept,) = desk.conversations(filters=Filters(decision="right")).rows
    assert (kept.sender, kept.by, kept.outcome, kept.tags) == ("ada", "ada", "story hello", ("billing",))
    desk.decide([kept.id, bob.id], "later")
    assert desk.conversations(filters=Filters(decision="later")).total == 2
    assert desk.undo() == "2 conversations for later"
    assert [row.sender for row in desk.conversations(filters=Filters(decision="right")).rows] == ["ada"]
    assert desk.redo() == "2 conversations for later"
    assert desk.conversations(filters=Filters(decision="right")).total == 0
    desk.tag([ada.id, bob.id], "billing")
    assert desk.conversations(filters=Filters(tag="billing")).total == 0
    desk.close()
    fresh = reviewer(bot, path)
    with pytest.raises(TrainerError, match="nothing to undo"):
        fresh.undo()
    fresh.close()


async def test_two_people_do_not_overwrite_each_other(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("bye", 20.0)))
    one, other = await scored(bot, path, by="ada"), reviewer(bot, path, by="grace")
    bob, ada = one.conversations("newest").rows
    one.decide([ada.id], "right")
    other.decide([bob.id], "skip")
    other.decide([ada.id], "later")
    one.undo()
    assert {row.sender: (row.decision, row.by) for row in one.conversations().rows} == {
        "ada": ("later", "grace"),
        "bob": ("skip", "grace"),
    }
    one.close()
    other.close()


async def test_a_conversation_that_went_on_is_to_be_seen_again(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)), ("bob", turn("hello", 5.0)))
    desk = await scored(bot, path)
    (row,) = desk.conversations().rows
    assert row.count == 2
    desk.decide([row.id], "right")
    desk.close()
    from tests.runtime.stores.tracker_table import add

    add(path, "ada", turn("so sad today", 50.0))
    add(path, "eve", turn("hello", 60.0))
    desk = await scored(bot, path)
    rows = desk.conversations("newest").rows
    assert [(row.sender, row.count, row.decision) for row in rows] == [("eve", 2, "right"), ("ada", 1, None)]
    desk.close()


async def test_the_inbox_asks_once_and_teaches_at_once(bot: Path, tmp_path: Path) -> None:
    texts = ["hello", "my hamster ran away", "my hamster ran away!", "the bill is far too high", "/greet"]
    talks = [(f"user{number}", turn(text, float(number))) for number, text in enumerate(texts)]
    path = database(tmp_path / "tracker.db", *talks, ("again", turn("my hamster ran away", 99.0)))
    desk = await scored(bot, path)
    assert desk.inbox().total == 0, "it is ranked when it is opened"
    await desk.rerank()
    page = desk.inbox()
    assert page.messages == 3
    first = next(group for group in page.groups if group.count == 3)
    assert [message.text for message in first.messages] == ["my hamster ran away", "my hamster ran away!"]
    assert first.guess in desk.intents()

    desk.confirm([message.id for message in first.messages], "mood_unhappy")
    assert [group.messages[0].text for group in desk.inbox().groups] == ["the bill is far too high"]
    await desk.rerank()
    assert desk.inbox().messages == 1
    assert desk.undo() == "2 messages confirmed as mood_unhappy"
    await desk.rerank()
    assert desk.inbox().messages == 3
    desk.redo()
    await desk.rerank()
    (bill,) = desk.inbox().groups
    desk.set_aside([message.id for message in bill.messages])
    desk.close()

    desk = await scored(bot, path)
    await desk.rerank()
    assert desk.inbox().total == 0, "nothing is asked again"
    desk.close()


async def test_what_is_confirmed_ranks_the_rest_anew(bot: Path, tmp_path: Path) -> None:
    texts = ["my hamster ran away from me", "our hamster ran away last night", "quote me a price for bricks"]
    talks = [(f"user{number}", turn(text, float(number))) for number, text in enumerate(texts)]
    desk = await scored(bot, database(tmp_path / "tracker.db", *talks))
    await desk.rerank()
    before = {message.text: group for group in desk.inbox().groups for message in group.messages}
    assert len(before) == 3
    hamster = before[texts[0]].messages
    desk.confirm([message.id for message in hamster if message.text == texts[0]], "lost_pet")
    assert "lost_pet" in desk.intents()
    await desk.rerank()
    now = {message.text: group for group in desk.inbox().groups for message in group.messages}
    assert now[texts[1]].ranking != before[texts[1]].ranking
    assert "lost_pet" in dict(now[texts[1]].ranking)
    desk.corrected(texts[1], "lost_pet")
    assert [group.messages[0].text for group in desk.inbox().groups] == [texts[2]]
    desk.close()


async def test_conversations_are_counted_as_often_as_they_lie_in_the_named_stores(bot: Path, tmp_path: Path) -> None:
    said = [("ada", turn("hello", 10.0)), ("bea", turn("hello", 12.0)), ("eve", turn("bye", 14.0))]
    found = opened(bot, database(tmp_path / "tracker.db", *said))
    score(found)
    found.close()
    other = [("bob", turn("hello", 20.0)), ("dan", turn("bye", 22.0)), ("ian", turn("bye", 24.0))]
    desk = await scored(bot, database(tmp_path / "other.db", *other))
    rows = desk.conversations("count").rows
    assert [(row.opening, row.count) for row in rows] == [("bye", 2), ("hello", 1)]
    desk.close()


async def test_messages_of_a_store_that_was_not_named_are_not_asked_about(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("my cat is gone", 10.0)), ("bea", turn("so long", 12.0)))
    found = opened(bot, path)
    score(found)
    found.close()
    other = database(tmp_path / "other.db", ("bob", turn("my cat is gone", 20.0)))
    desk = await scored(bot, other)
    await desk.rerank()
    (group,) = desk.inbox().groups
    assert [(message.text, message.count) for message in group.messages] == [("my cat is gone", 1)]
    desk.close()


async def test_what_lies_in_a_store_that_was_not_named_is_not_there(bot: Path, tmp_path: Path) -> None:
    path = database(tmp_path / "tracker.db", ("ada", turn("hello", 10.0)))
    found = opened(bot, path)
    score(found)
    (ada,) = found.listing().page("worth", EVERYTHING, 0, 9).rows
    found.close()
    other = database(tmp_path / "other.db", ("bob", turn("bye", 20.0)))
    desk = await scored(bot, other)
    assert [row.sender for row in desk.conversations().rows] == ["bob"]
    for number in (ada.id, 99):
        with pytest.raises(TrainerError, match="not in the list"):
            await desk.open(number)
    desk.close()
