"""A session goes into the project's files, again and again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.session.script import Script
from trainer_tui.cli import main
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import FormatError, IllegalInput, TrainerError
from trainer_tui.export import additions
from trainer_tui.export.conversations import news
from trainer_tui.export.review import Replanned, Written
from trainer_tui.formats.story_building import StoriesRead
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.runtime.exporting import Exporter
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.session.protocol import (
    ActionNamed,
    Denied,
    ExamplesConfirmed,
    NewNameRequested,
    SlotEdited,
)
from trainer_tui.session.records import ConversationKept
from trainer_tui.session.told import Told, script_told

DOMAIN = (
    'version: "3.1"\nintents: [greet, goodbye]\nslots: {city: {type: text}}\nresponses:\n  utter_greet:\n  - text: hi\n'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    return tmp_path


def test_exports_of_a_growing_session_make_one_story(root: Path) -> None:
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    script.says("/greet").confirms(2)
    assert [(row.title, row.target) for row in exporter.review(script.timeline).rows] == [
        ('+ story "greet"', "data/stories.yml")
    ]
    done = exporter.write()
    assert isinstance(done, Written)
    assert done.notice == "Wrote 1 story to data/stories.yml."
    script.timeline.apply(done.record)
    assert [row.note for row in exporter.review(script.timeline).rows] == ["exported already"]

    script.says("/goodbye").confirms(2)
    assert [row.title for row in exporter.review(script.timeline).rows] == ['~ story "greet"']
    exporter.write()
    assert (root / "data/stories.yml").read_text() == (
        'version: "3.1"\n\nstories:\n- story: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n'
        "  - intent: goodbye\n  - action: utter_greet\n"
    )


def test_a_file_that_changed_during_the_review_is_planned_anew_and_not_written(root: Path) -> None:
    (root / "data").mkdir()
    stories = root / "data" / "stories.yml"
    stories.write_text("stories: []\n")
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    exporter.review(script.says("/greet").confirms(2).timeline)
    stories.write_text("# mine\nstories: []\n")
    done = exporter.write()
    assert isinstance(done, Replanned)
    assert done.files == ("data/stories.yml",)
    assert done.review.notice == "data/stories.yml changed meanwhile: planned anew, look again."
    assert done.review.rows[0].diff[-1] == "+  - action: utter_greet"
    assert stories.read_text() == "# mine\nstories: []\n"
    exporter.write()
    assert stories.read_text().startswith("# mine\nstories:\n- story: greet\n")


def test_where_nothing_is_on_there_is_nothing_to_write(root: Path) -> None:
    data = read_project(root)
    exporter = Exporter(lambda: data)
    review = exporter.review(Script(data.domain).says("/greet").confirms(2).timeline)
    for row in review.rows:
        exporter.toggle(row.id)
    with pytest.raises(IllegalInput, match="nothing is on"):
        exporter.write()
    assert not (root / "data").exists()


def test_what_the_files_have_by_now_counts_as_exported(root: Path) -> None:
    data = read_project(root)
    script = Script(data.domain).says("/greet").confirms(2)
    (root / "data").mkdir()
    stories = root / "data" / "stories.yml"
    stories.write_text("stories:\n- story: by a colleague\n  steps:\n  - intent: greet\n  - action: utter_greet\n")
    before = stories.read_text()
    data = read_project(root)
    exporter = Exporter(lambda: data)
    (row,) = exporter.review(script.timeline).rows
    assert row.note == 'the same as "by a colleague" in data/stories.yml:2'
    assert news(script.timeline) == "1 story"
    done = exporter.write()
    assert isinstance(done, Written)
    assert done.notice == "Nothing was written: the files have all of it already."
    assert stories.read_text() == before
    script.timeline.apply(done.record)
    assert news(script.timeline) is None


def test_a_story_that_no_policy_will_learn_says_so_and_as_a_rule_it_does_not(root: Path) -> None:
    (root / "config.yml").write_text("policies:\n- name: rasa.core.policies.rule_policy.RulePolicy\n")
    data = read_project(root)
    exporter = Exporter(lambda: data)
    (row,) = exporter.review(Script(data.domain).says("/greet").confirms(2).timeline).rows
    assert row.warnings == (
        "no policy of the configuration learns from stories: write it as a rule, or add MemoizationPolicy there",
    )
    (row,) = exporter.write_as(row.id, "rule").rows
    assert row.warnings == ()
    (root / "config.yml").write_text("policies:\n- name: RulePolicy\n- name: my.own.Policy\n")
    data = read_project(root)
    (row,) = exporter.review(Script(data.domain).says("/greet").confirms(2).timeline).rows
    assert row.warnings == ()


def test_a_story_that_disagrees_with_the_projects_is_marked(root: Path) -> None:
    (root / "stories.yml").write_text("stories:\n- story: a\n  steps:\n  - intent: greet\n  - action: utter_bye\n")
    data = read_project(root)
    review = Exporter(lambda: data).review(Script(data.domain).says("/greet").confirms(2).timeline)
    assert review.rows[0].warnings == ('utter_greet here, but utter_bye in "a" stories.yml:2',)


def test_a_file_is_parsed_again_only_where_it_changed_since_it_was_read(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (root / f"{name}.yml").write_text(
            f"stories:\n- story: {name}\n  steps:\n  - intent: goodbye\n  - action: utter_{name}\n"
        )
    data = read_project(root)
    parsed: list[str] = []

    def noted(text: str, path: str) -> StoriesRead:
        parsed.append(path)
        return parse_stories_yaml(text, path)

    monkeypatch.setattr(additions, "parse_stories_yaml", noted)
    timeline = Script(data.domain).says("/greet").confirms(2).timeline
    (row,) = Exporter(lambda: data).review(timeline).rows
    assert row.note == ""
    assert parsed == []
    (root / "b.yml").write_text("stories:\n- story: c\n  steps:\n  - intent: greet\n  - action: utter_greet\n")
    (row,) = Exporter(lambda: data).review(timeline).rows
    assert row.note == 'the same as "c" in b.yml:2'
    assert set(parsed) == {"b.yml"}


def test_what_cannot_be_written_is_said_and_nothing_is_lost(root: Path) -> None:
    (root / "data").write_text("a file where a folder should be")
    data = read_project(root)
    exporter = Exporter(lambda: data)
    exporter.review(Script(data.domain).says("/greet").confirms(2).timeline)
    with pytest.raises(TrainerError, match=r"data/stories\.yml"):
        exporter.write()


@pytest.mark.parametrize("name", ["long" * 100, "ze\0ro"])
def test_a_name_that_no_file_can_have_leaves_the_export_as_it_was(root: Path, name: str) -> None:
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    script.says("/greet").confirms(2)
    (row,) = exporter.review(script.timeline).rows
    with pytest.raises(TrainerError, match=name):
        exporter.retarget(row.id, name)
    assert isinstance(exporter.write(), Written)


def test_a_story_that_moves_is_in_one_of_its_places_wherever_the_export_fails(root: Path) -> None:
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    exporter.review(script.says("/greet").confirms(2).timeline)
    done = exporter.write()
    assert isinstance(done, Written)
    script.timeline.apply(done.record)
    review = exporter.review(script.says("/goodbye").confirms(2).timeline)
    # The new file's folder cannot be made: a file has its name.
    exporter.retarget(review.rows[0].id, "more/stories.yml")
    (root / "more").touch()
    with pytest.raises(TrainerError, match="Nothing was written"):
        exporter.write()
    assert "- story: greet" in (root / "data" / "stories.yml").read_text()


def test_what_looks_like_personal_data_is_off_until_somebody_has_looked(root: Path) -> None:
    data = read_project(root)
    exporter = Exporter(lambda: data)
    examples = (Example("good day", "greet"), Example("hi, it is ann@mail.example", "greet"))
    timeline = Script(data.domain).answers(ExamplesConfirmed(examples)).timeline
    review = exporter.review(timeline)
    assert [(row.id, row.is_on, row.note) for row in review.rows] == [
        ("examples:greet:new", True, ""),
        ("examples:greet:personal", False, "looks like personal data: e-mail address 'ann@mail.example'"),
    ]
    written = exporter.write()
    assert isinstance(written, Written)
    assert "ann@" not in (root / "data/nlu.yml").read_text()
    assert written.left_out == ("1 example of greet (looks like personal data: e-mail address 'ann@mail.example')",)
    exporter.review(timeline)
    exporter.toggle("examples:greet:personal")
    exporter.write()
    assert "ann@mail.example" in (root / "data/nlu.yml").read_text()


def test_a_conversation_that_is_kept_as_a_test_goes_to_the_tests(root: Path) -> None:
    data = read_project(root)
    exporter = Exporter(lambda: data)
    script = Script(data.domain)
    listen = ActionExecuted("action_listen")
    events = (listen, UserUttered("hey ya", "greet"), ActionExecuted("utter_greet"), listen)
    told, _ = script_told(Told("user 17", events), data.domain)
    script.timeline.apply(ConversationKept(told, "test"))
    exporter.review(script.timeline)
    written = exporter.write()
    assert isinstance(written, Written)
    assert (written.what, written.files) == ("1 test story", ("tests/test_stories.yml",))
    assert "hey ya" in (root / "tests/test_stories.yml").read_text()


HI = "## intent:greet\n- hi\n- hello\n\n## intent:goodbye\n- see you\n"
STORIES = "## a\n* greet\n - utter_greet\n"


@pytest.mark.parametrize(
    "held_out",
    [
        "test/test_nlu.md",
        "tests/nlu.json",
        "test_set/nlu.md",
        "nlu_test.md",
        "heldout_nlu.md",
        "logs.md",
    ],
)
def test_what_was_taught_goes_to_files_that_training_reads(
    root: Path, monkeypatch: pytest.MonkeyPatch, held_out: str
) -> None:
    greetings = "".join(f'{{"text": "good day {number}", "intent": "greet"}},' for number in range(40))
    kept = f'{{"rasa_nlu_data": {{"common_examples": [{greetings[:-1]}]}}}}' if ".json" in held_out else HI * 20
    for name, text in {"data/nlu.md": HI, "data/stories.md": STORIES, held_out: kept}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr("sys.stdin", io.StringIO("good morrow\nn\n2\n\n:export --yes\n:quit\n"))
    assert main([str(root), "--plain"]) == 0
    assert (root / held_out).read_text() == kept
    assert "- good morrow" in (root / "data/nlu.md").read_text()


VARIABLES = (
    "version: '3.1'\nintents: [greet]\nresponses:\n  utter_greet:\n  - text: I am ${BOT}\n    buttons:\n"
    "    - {title: x, payload: /greet}\n"
)


def test_a_file_keeps_its_variables_and_the_bot_says_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain.yml").write_text(VARIABLES)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/stories.yml").write_text(
        "stories:\n- story: ${BOT} greets\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
    )
    assert main([str(tmp_path), "--plain"]) == 1
    assert "domain.yml:5:11: the environment variable BOT is not set" in capsys.readouterr().err
    monkeypatch.setenv("BOT", "Robbie")
    monkeypatch.setattr("sys.stdin", io.StringIO("/greet\ny\ny\n/greet\ny\ny\n:export --yes\n:quit\n"))
    assert main([str(tmp_path), "--plain"]) == 0
    assert "it says: I am Robbie" in capsys.readouterr().out
    assert "- text: I am ${BOT}\n" in (tmp_path / "domain.yml").read_text()
    stories = (tmp_path / "data/stories.yml").read_text()
    assert "- story: ${BOT} greets\n" in stories
    assert stories.count("- story:") == 2


def test_what_no_export_can_write_yet_is_not_called_exported(root: Path) -> None:
    data = read_project(root)
    exporter, talk = Exporter(lambda: data), Script(data.domain)

    def exports() -> None:
        exporter.review(talk.timeline)
        done = exporter.write()
        assert isinstance(done, Written)
        talk.timeline.apply(done.record)

    talk.says("/greet").confirms(2).says("/greet").confirms(1)
    exports()
    assert news(talk.timeline) == "1 turn only begun"
    talk.confirms(1)
    assert news(talk.timeline) == "1 story"
    exports()
    assert news(talk.timeline) is None
    talk.answers(SlotEdited("city", "Rome"))
    assert news(talk.timeline) == "1 slot set by hand after the last turn"
    talk.says("/greet").confirms(2)
    exports()
    assert news(talk.timeline) is None
    assert "  - slot_was_set:\n    - city: Rome\n" in (root / "data/stories.yml").read_text()


@pytest.mark.parametrize("nlu", ["nlu: [", "nlu:\n- intent: greet\n  examples: |\n    - hi\n   - ho\n"])
def test_what_a_file_cannot_take_is_named_and_stays_new(root: Path, nlu: str) -> None:
    (root / "data").mkdir()
    (root / "data/nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n", encoding="utf-8")
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    script.world.meanings = {"good day": ParseResult("good day", "greet", 0.9)}
    script.says("good day").confirms(3)
    (root / "data/nlu.yml").write_text(nlu, encoding="utf-8")
    exporter.review(script.timeline)
    done = exporter.write()
    assert isinstance(done, Written)
    assert done.notice.startswith("Wrote 1 story to data/stories.yml. Left out: 1 example of greet (")
    script.timeline.apply(done.record)
    assert news(script.timeline) == "1 example"
    (root / "data/nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n", encoding="utf-8")
    exporter.review(script.timeline)
    done = exporter.write()
    assert isinstance(done, Written)
    assert done.notice == "Wrote 1 example to data/nlu.yml."
    script.timeline.apply(done.record)
    assert news(script.timeline) is None


def test_a_merge_that_somebody_began_meanwhile_is_not_written_into(root: Path) -> None:
    (root / "data").mkdir()
    stories = root / "data" / "stories.md"
    stories.write_text("## one\n* goodbye\n  - utter_greet\n")
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    exporter.review(script.says("/greet").confirms(2).timeline)
    merging = "<<<<<<< HEAD\n## one\n=======\n## two\n>>>>>>> theirs\n* goodbye\n  - utter_greet\n"
    stories.write_text(merging)
    with pytest.raises(FormatError, match="merge"):
        exporter.write()
    assert stories.read_text() == merging


def test_where_one_file_is_write_protected_nothing_is_written(root: Path) -> None:
    (root / "data").mkdir()
    stories, domain = root / "data" / "stories.yml", root / "domain.yml"
    stories.write_text("stories: []\n")
    before = domain.read_text()
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    domain.chmod(0o444)
    script.says("/greet").answers(Denied("action"), NewNameRequested(), ActionNamed("action_new"))
    script.confirms()
    rows = exporter.review(script.timeline).rows
    assert {row.target for row in rows if row.is_on} == {"data/stories.yml", "domain.yml"}
    with pytest.raises(TrainerError, match=r"domain\.yml is write-protected"):
        exporter.write()
    assert (stories.read_text(), domain.read_text()) == ("stories: []\n", before)
    domain.chmod(0o644)
    assert isinstance(exporter.write(), Written)
    assert "action_new" in domain.read_text()


def test_a_story_that_falls_out_since_its_file_broke_during_the_review_is_named(root: Path) -> None:
    (root / "data").mkdir()
    stories = root / "data" / "stories.yml"
    stories.write_text("stories: []\n")
    data = read_project(root)
    exporter, script = Exporter(lambda: data), Script(data.domain)
    exporter.review(script.says("/greet").confirms(2).timeline)
    stories.write_text("stories: [\n")
    done = exporter.write()
    assert isinstance(done, Replanned)
    assert "Left out now: " in done.review.notice
    assert "greet" in done.review.notice.partition("Left out now: ")[2]
    assert stories.read_text() == "stories: [\n"
