"""What was read of story files before: a start parses only what has changed, and finds what a first one finds."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.walks.walking import copy_of
from trainer_tui.core.stories import Rule, StoryFile, StoryStep
from trainer_tui.formats.file_contents import contents_of
from trainer_tui.formats.json.stories import Unwritable, stories_from_json, stories_to_json
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.reading import file, kept
from trainer_tui.runtime.reading.kept import KeptReading
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.session.protocol import ConfirmAction, MessageTyped

DOMAIN = """\
intents: [greet, bye]
slots:
  city: {type: any, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: hello}]
  utter_bye: [{text: bye}]
"""
STORY = """\
stories:
- story: number {number}
  steps:
  - intent: greet
  - slot_was_set:
    - city: {value}
  - action: utter_greet
  - intent: bye
  - action: utter_bye
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    (folder / "data").mkdir(parents=True)
    (folder / "domain.yml").write_text(DOMAIN)
    for number in range(4):
        write_story(folder, number, f"town {number}")
    (folder / "data" / "rules.yml").write_text(
        "rules:\n- rule: bye\n  steps:\n  - intent: bye\n  - action: utter_bye\n"
    )
    return folder


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose text was parsed, as they are."""
    names: list[str] = []
    parse = contents_of

    def noting(text: str, shown: str, **rest: object) -> object:
        names.append(shown)
        return parse(text, shown, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(file, "contents_of", noting)
    return names


def write_story(bot: Path, number: int, value: str) -> None:
    (bot / "data" / f"stories_{number}.yml").write_text(STORY.format(number=number, value=value))


def index(bot: Path) -> Path:
    return bot / "stories.jsonl"


def started(bot: Path) -> Project:
    """The project as a session reads it, and leaves it for the next one."""
    project = load_project(Sources(bot), os.environ, kept=KeptReading(index(bot)))
    assert project.kept
    project.kept.write()
    return project


def whole(stories: StoryFile) -> list[object]:
    """All of them, with what does not count where they are compared."""
    blocks: Sequence[StoryStep | Rule] = [*stories.steps, *stories.rules]
    return [(block, block.place, tuple(block.lines), dict(block.metadata), repr(block)) for block in blocks]


def assert_same(one: Project, other: Project) -> None:
    assert whole(one.data.stories) == whole(other.data.stories)
    assert whole(one.data.test_stories) == whole(other.data.test_stories)
    assert list(one.trackers) == list(other.trackers)
    assert (one.warnings, one.notes, one.data.files) == (other.warnings, other.notes, other.data.files)
    assert one.data.domain == other.data.domain


def test_a_start_with_nothing_changed_parses_no_story_file(bot: Path, parsed: list[str]) -> None:
    first = started(bot)
    assert "data/stories_3.yml" in parsed and "data/rules.yml" in parsed
    parsed.clear()
    again = started(bot)
    assert parsed == ["domain.yml"]
    assert_same(again, first)
    assert_same(again, load_project(Sources(bot), os.environ))


def test_of_several_files_only_the_one_that_has_changed_is_parsed(bot: Path, parsed: list[str]) -> None:
    started(bot)
    write_story(bot, 2, "elsewhere")
    parsed.clear()
    again = started(bot)
    assert parsed == ["domain.yml", "data/stories_2.yml"]
    assert_same(again, load_project(Sources(bot), os.environ))
    parsed.clear()
    started(bot)
    assert parsed == ["domain.yml"]


def test_a_change_is_seen_though_length_and_time_are_the_same(bot: Path) -> None:
    started(bot)
    path = bot / "data" / "stories_1.yml"
    before = path.stat()
    write_story(bot, 1, "town 7")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "town 7" in repr(whole(started(bot).data.stories))


def test_files_that_come_go_and_change_their_names_are_followed(bot: Path) -> None:
    started(bot)
    (bot / "data" / "stories_0.yml").unlink()
    (bot / "data" / "stories_1.yml").rename(bot / "data" / "renamed.yml")
    write_story(bot, 9, "new")
    assert_same(started(bot), load_project(Sources(bot), os.environ))
    assert_same(started(bot), load_project(Sources(bot), os.environ))


def test_stories_are_looked_at_when_somebody_asks_for_them(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(bot)
    looked: list[str] = []

    def noting(source: Mapping[str, Any], path: str) -> StoryFile:
        looked.append(path)
        return stories_from_json(source, path)

    monkeypatch.setattr(kept, "stories_from_json", noting)
    project = started(bot)
    assert not project.notes and not looked
    assert len(project.trackers) == 2
    assert sorted(looked) == ["data/rules.yml", *(f"data/stories_{number}.yml" for number in range(4))]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"no JSON\n",
        b"[]\n",
        b"{}\n\n\n",
        b"\x80\x04\x95\x00\x00",
        b'{"by": 1, "sha256": null}\n{}\n{}',
    ],
)
def test_a_damaged_one_is_made_anew_in_silence(bot: Path, parsed: list[str], damage: bytes) -> None:
    first = started(bot)
    index(bot).write_bytes(damage)
    parsed.clear()
    again = started(bot)
    assert len(parsed) == 6
    assert_same(again, first)
    parsed.clear()
    started(bot)
    assert parsed == ["domain.yml"]


def test_a_byte_that_differs_and_an_end_that_is_missing_are_seen(bot: Path, parsed: list[str]) -> None:
    first = started(bot)
    good = index(bot).read_bytes()
    for bad in (good.replace(b"town 2", b"town 5"), good[:-20], good + b"\n"):
        index(bot).write_bytes(bad)
        parsed.clear()
        assert_same(started(bot), first)
        assert len(parsed) == 6


def test_one_of_another_version_is_made_anew(bot: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = started(bot)
    with monkeypatch.context() as other:
        other.setattr(kept, "_BY", "trainer-tui of another day")
        started(bot)
        parsed.clear()
    assert_same(started(bot), first)
    assert len(parsed) == 6


def test_a_text_with_a_variable_of_the_environment_is_read_each_time(bot: Path) -> None:
    write_story(bot, 0, "${TOWN}")
    for town in ("Rome", "Oslo"):
        project = load_project(Sources(bot), {"TOWN": town}, kept=KeptReading(index(bot)))
        assert project.kept
        project.kept.write()
        assert town in repr(whole(project.data.stories))


def test_what_json_has_no_word_for_is_read_each_time(bot: Path, parsed: list[str]) -> None:
    write_story(bot, 0, "2026-01-31")
    first = started(bot)
    assert "datetime.date(2026, 1, 31)" in repr(whole(first.data.stories))
    parsed.clear()
    assert_same(started(bot), first)
    assert parsed == ["domain.yml", "data/stories_0.yml"]
    before = index(bot).stat().st_mtime_ns
    started(bot)
    assert index(bot).stat().st_mtime_ns == before, "and nothing is written for it again"


def test_values_that_are_equal_and_not_the_same_stay_apart(bot: Path) -> None:
    for number, value in enumerate(("1", "true", "1.0", "'1'")):
        write_story(bot, number, value)
    (bot / "data" / "both.yml").write_text(STORY.format(number=8, value="1") + STORY.format(number=9, value="true")[9:])
    first = started(bot)
    assert_same(started(bot), first)


def test_what_is_wrong_in_a_file_is_told_each_time(bot: Path, parsed: list[str]) -> None:
    (bot / "data" / "odd.yml").write_text(
        "stories:\n- story: odd\n  steps:\n  - intnt: greet\n  - action: utter_greet\n"
    )
    first = started(bot)
    assert [str(problem.place) for problem in first.warnings] == ["data/odd.yml:4"]
    parsed.clear()
    assert_same(started(bot), first)
    assert "data/odd.yml" not in parsed


def test_where_nothing_can_be_written_everything_is_read(bot: Path) -> None:
    index(bot).mkdir()
    assert_same(started(bot), load_project(Sources(bot), os.environ))


def test_two_sessions_at_once_find_all_or_nothing(bot: Path) -> None:
    expected = load_project(Sources(bot), os.environ)
    found: list[Project] = []

    def work() -> None:
        for _ in range(5):
            index(bot).unlink(missing_ok=True)
            found.append(started(bot))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    for project in found:
        assert_same(project, expected)
    assert not list(bot.glob(".stories*"))


# --- in a session ---------------------------------------------------------------------------------------------------


def what_it_says(bot: Path, message: str) -> tuple[object, ...]:
    """Warnings, notes, and what is predicted after a message, of a session that is let find out everything."""

    async def work() -> tuple[object, ...]:
        controller = open_session(SessionRequest(Sources(bot), runs_actions=False))
        try:
            await controller.begin()
            await controller.finish_learning()
            controller.answer(MessageTyped(message))
            await controller.perform()
            prompt = controller.view.prompt
            assert isinstance(prompt, ConfirmAction)
            return controller.view.status.warnings, controller.view.status.notes, prompt.prediction
        finally:
            controller.close()

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("name", "message"),
    [("concertbot", "/hello"), ("formbot", "/greet"), ("formbot_core", "/greet"), ("moodbot", "/greet")],
)
def test_a_session_says_the_same_from_what_is_kept(
    sample_bots: Path, tmp_path: Path, parsed: list[str], name: str, message: str
) -> None:
    bot = copy_of(sample_bots / name, tmp_path)
    first = what_it_says(bot, message)
    assert (bot / ".trainer" / "cache" / "stories.jsonl").exists()
    parsed.clear()
    assert what_it_says(bot, message) == first
    assert not [shown for shown in parsed if "stories" in shown or "rules" in shown]


# --- real bots --------------------------------------------------------------------------------------------------------


def story_files(corpus: Path) -> Iterator[tuple[str, StoryFile]]:
    """The stories of each file, by the name that their places have."""
    for bot in sorted((corpus / "bots").iterdir()):
        data = read_project(bot, environ=None)
        by_file: dict[str, StoryFile] = {}
        for stories in (data.stories, data.test_stories):
            for step in stories.steps:
                name = step.place.path if step.place else ""
                by_file[name] = by_file.get(name, StoryFile()).merged(StoryFile((step,)))
            for rule in stories.rules:
                name = rule.place.path if rule.place else ""
                by_file[name] = by_file.get(name, StoryFile()).merged(StoryFile((), (rule,)))
        yield from by_file.items()


def test_stories_of_real_bots_come_back_as_they_are(corpus: Path) -> None:
    files = left_out = 0
    for name, stories in story_files(corpus):
        try:
            written = json.dumps(stories_to_json(stories, name))
        except Unwritable:
            left_out += 1
            continue
        assert whole(stories_from_json(json.loads(written), name)) == whole(stories)
        files += 1
    assert files > 200
    assert left_out < files // 50
