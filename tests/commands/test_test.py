"""`trainer-tui test`: what it counts, what it never trains on, how it tells it, who does the work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from trainer_tui.cli import main

DOMAIN = """\
version: "3.1"
intents: [greet, bye, deny]
entities: [city]
actions: [action_search]
responses:
  utter_greet: [{text: Hello!}]
  utter_bye: [{text: Bye!}]
"""
STORIES = """\
version: "3.1"
stories:
- story: hello and bye
  steps:
  - intent: greet
  - action: utter_greet
  - intent: bye
  - action: utter_bye
- story: bye at once
  steps:
  - intent: bye
  - action: utter_bye
"""
ODD_STORIES = """\
version: "3.1"
stories:
- story: searches on deny
  steps:
  - or:
    - intent: deny
    - intent: bye
  - action: action_search
"""
NLU = """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hello there
    - hi
    - hi from [Rome](city)
- intent: bye
  examples: |
    - bye
    - bye bye
    - see you
    - see you in [Paris](city)
"""
ODD_NLU = """\
version: "3.1"
nlu:
- intent: deny
  examples: |
    - hello
"""
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    (folder / "data").mkdir(parents=True)
    (folder / "domain.yml").write_text(DOMAIN)
    (folder / "data" / "stories.yml").write_text(STORIES)
    (folder / "data" / "odd.yml").write_text(ODD_STORIES)
    (folder / "data" / "nlu.yml").write_text(NLU)
    return folder


@pytest.fixture
def run(bot: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The JSON report of a run on the bot."""

    def run(*arguments: object, folder: Path = bot) -> dict[str, Any]:
        assert main(["test", str(folder), "--json", *map(str, arguments)]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def test_stories_are_counted_as_rasa_test_core_counts(run: Run, bot: Path) -> None:
    stories = run("--stories", bot / "data" / "odd.yml")["stories"]
    # Each alternative of the `or:` is a conversation; the first action_listen is not judged, the last one is.
    assert (stories["conversations"], stories["conversations_right"], stories["conversation_accuracy"]) == (2, 0, 0.0)
    assert (stories["actions"], stories["actions_right"]) == (4, 2)
    assert stories["action_accuracy"] == 0.5
    assert stories["without_listen"]["actions"] == 2
    assert stories["without_listen"]["actions_right"] == 0
    assert 0.0 < stories["action_f1"] < 1.0
    assert stories["confusions"][0]["wanted"] == "action_search"
    failed = stories["failed"][0]
    assert failed["story"] == "searches on deny"
    assert failed["file"].endswith("odd.yml")
    assert failed["line"] == 8
    assert failed["wanted"] == "action_search"
    assert failed["got"] != "action_search"
    assert failed["policy"]


@pytest.mark.parametrize("place", ["data/odd.yml", "odd.yml", "data/deep/er/odd.yml", "data/stories_2.yaml"])
def test_a_file_that_is_named_is_never_trained_on(run: Run, bot: Path, place: str) -> None:
    (bot / "data" / "odd.yml").unlink()
    odd = bot / place
    odd.parent.mkdir(parents=True, exist_ok=True)
    odd.write_text(ODD_STORIES)
    assert run("--stories", odd)["stories"]["conversations_right"] == 0
    assert run()["stories"]["conversations_right"] > 0, "trained on, they are known"


def test_nor_by_another_name_of_the_same_file(run: Run, bot: Path, tmp_path: Path) -> None:
    (tmp_path / "link.yml").symlink_to(bot / "data" / "odd.yml")
    assert run("--stories", tmp_path / "link.yml")["stories"]["conversations_right"] == 0
    assert run("--stories", bot / "data" / ".." / "data" / "odd.yml")["stories"]["conversations_right"] == 0


def test_nor_a_folder_that_is_named(run: Run, bot: Path) -> None:
    (bot / "data" / "held").mkdir()
    (bot / "data" / "odd.yml").rename(bot / "data" / "held" / "odd.yml")
    assert run("--stories", bot / "data" / "held")["stories"]["conversations_right"] == 0


def test_nlu_examples_that_are_named_are_never_trained_on(run: Run, bot: Path) -> None:
    (bot / "data" / "odd_nlu.yml").write_text(ODD_NLU)
    report = run("--nlu", bot / "data" / "odd_nlu.yml")
    assert report["stories"] is None
    nlu = report["nlu"]
    assert (nlu["examples"], nlu["intents_right"], nlu["intent_accuracy"]) == (1, 0, 0.0)
    assert nlu["failed"] == [
        {"text": "hello", "file": "data/odd_nlu.yml", "line": 5, "wanted": "deny", "got": "greet"}
    ] or (nlu["failed"][0]["got"] == "greet" and nlu["failed"][0]["line"] == 5)


def test_without_anything_named_the_projects_own_test_stories_judge(run: Run, bot: Path) -> None:
    assert run()["notes"][0].startswith("stories: judged by those that were trained on")
    (bot / "data" / "odd.yml").rename(bot / "odd.yml")
    (bot / "tests").mkdir()
    (bot / "odd.yml").rename(bot / "tests" / "test_stories.yml")
    report = run()
    assert report["stories"]["conversations"] == 2
    assert report["stories"]["conversations_right"] == 0
    assert [note for note in report["notes"] if note.startswith("stories")] == []


def test_nlu_figures(run: Run) -> None:
    nlu = run()["nlu"]
    assert nlu["examples"] == 8
    assert nlu["intents_right"] == 8
    assert nlu["intent_f1"] == 1.0
    assert nlu["entities"] == 2
    assert {"entity_f1", "entity_precision", "entity_recall", "calibration_error", "confusions"} <= nlu.keys()


def test_cross_validation_judges_each_story_and_example_once(run: Run) -> None:
    report = run("--cross-validate", 3)
    assert report["stories"]["conversations"] == 4
    assert report["nlu"]["examples"] == 8
    assert report["notes"] == ["stories: 3-fold cross-validation", "NLU: 3-fold cross-validation"]
    odd = [failed for failed in report["stories"]["failed"] if failed["story"] == "searches on deny"]
    assert len(odd) == 2, "no alternative of a story is trained on while another one is judged"


def test_nlu_alone_is_cross_validated_with_every_type_and_the_worst(
    run: Run, bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bot / "data" / "odd_nlu.yml").write_text(ODD_NLU)
    report = run("--nlu", "--cross-validate")
    assert (report["stories"], report["notes"]) == (None, ["NLU: 5-fold cross-validation"])
    assert report["nlu"]["entity_types"]["city"]["wanted"] == 2
    failed = report["nlu"]["failed"]
    assert "deny" in [failure["wanted"] for failure in failed], "no other example is one"
    assert [failure["confidence"] for failure in failed] == sorted(
        (failure["confidence"] for failure in failed), reverse=True
    )
    main(["test", str(bot), "--nlu", "--cross-validate"])
    told = capsys.readouterr().out
    assert "    city                   F1 " in told
    worst = told.index("the surest of what is wrong")
    assert f"{failed[0]['got']}, not {failed[0]['wanted']}: {failed[0]['text']!r}" in told[worst:]
    assert f"{failed[0]['file']}:{failed[0]['line']}" in told[worst:]


def test_messages_are_judged_where_there_is_no_dialogue_and_so_no_domain(run: Run, bot: Path) -> None:
    held_out = (bot / "data" / "nlu.yml").rename(bot / "held_out.yml")
    (bot / "data" / "odd_nlu.yml").write_text(ODD_NLU)
    for file in ("domain.yml", "data/stories.yml"):
        (bot / file).unlink()
    assert run("--nlu", "--cross-validate", 2)["nlu"]["examples"] > 0
    assert run("--nlu", held_out)["nlu"]["examples"] == 8


def test_the_confusion_of_intents_as_a_picture(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "data" / "nlu.yml").write_text(NLU.replace("intent: greet", "intent: greet<&"))
    file = tmp_path / "pictures" / "confusion.svg"
    assert main(["test", str(bot), "--nlu", "--confusion", str(file)]) == 0
    picture = ElementTree.parse(file).getroot()
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    squares = [title.text for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert "greet<& → greet<&: 4 of 4" in squares
    assert main(["test", str(bot), "--stories", str(bot / "data" / "odd.yml"), "--confusion", str(file)]) == 1
    assert "there is no confusion to draw" in capsys.readouterr().err


def test_strict_makes_a_failed_story_an_exit_code(bot: Path) -> None:
    assert main(["test", str(bot), "--stories", str(bot / "data" / "odd.yml")]) == 0
    assert main(["test", str(bot), "--stories", str(bot / "data" / "odd.yml"), "--strict"]) == 1
    (bot / "data" / "odd.yml").unlink()
    assert main(["test", str(bot), "--strict"]) == 0


def test_what_a_person_reads(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = bot / "data" / "odd.yml"
    main(["test", str(bot), "--stories", str(odd)])
    told = capsys.readouterr().out
    assert "actions                  2 of 4   0.500" in told
    assert "whole conversations      0 of 2   0.000" in told
    assert "calibration error" in told
    assert f"{odd}:8  searches on deny" in told
    assert "wanted action_search, got " in told


def test_junit(bot: Path, tmp_path: Path) -> None:
    (bot / "data" / "stories.yml").write_text(STORIES.replace("bye at once", '<bye> & \\"once\\" \\x07'))
    file = tmp_path / "reports" / "junit.xml"
    assert main(["test", str(bot), "--junit", str(file)]) == 0
    suites = ElementTree.parse(file).getroot()
    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [("stories", "4"), ("nlu", "8")]
    cases = {case.get("name"): case for case in suites[0]}
    assert cases["hello and bye"].get("line") == "3"
    main(["test", str(bot), "--stories", str(bot / "data" / "odd.yml"), "--junit", str(file)])
    suite = ElementTree.parse(file).getroot()[0]
    assert suite.get("failures") == "2"
    failure = suite[0].find("failure")
    assert failure is not None
    assert "odd.yml:8: wanted action_search, got " in str(failure.get("message"))


def test_a_junit_file_that_cannot_be_written(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(bot), "--junit", str(bot / "domain.yml" / "junit.xml")]) == 1
    assert "the JUnit report could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stories", "missing.yml"], "--stories names nothing that exists"),
        (["--nlu", "missing.yml"], "--nlu names nothing that exists"),
        (["--stories", "{bot}/domain.yml"], "--stories names no stories"),
        (["--nlu", "{bot}/domain.yml"], "--nlu names no NLU examples"),
        (["--nlu", "{bot}/data/nlu.yml"], "there are no NLU examples to train on"),
        (["--backend", "dask"], "--backend dask and --scheduler ADDRESS go together"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--backend dask and --scheduler ADDRESS go together"),
    ],
)
def test_what_cannot_be_done_is_said(
    bot: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["test", str(bot), *(argument.format(bot=bot) for argument in arguments)]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--cross-validate", "1"], ["--cross-validate", "x"], ["--jobs", "0"]])
def test_numbers_that_make_no_sense_are_refused(bot: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["test", str(bot), *arguments])
    assert left.value.code == 2


def test_broken_test_stories_are_named(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "broken.yml").write_text("stories:\n- story: [\n")
    assert main(["test", str(bot), "--stories", str(bot / "broken.yml")]) == 1
    assert f"{bot / 'broken.yml'}:" in capsys.readouterr().err


def test_a_bot_with_nothing_to_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "domain.yml").write_text("intents:\n- greet\n")
    assert main(["test", str(tmp_path)]) == 1
    assert "there is nothing to test" in capsys.readouterr().err


# --- who does the work ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--cross-validate", "3"]], ids=["held out", "cross-validation"])
def test_several_processes_find_what_one_finds(run: Run, arguments: list[str]) -> None:
    assert run(*arguments, "--jobs", 2) == run(*arguments)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("arguments", [[], ["--cross-validate", "3"]], ids=["held out", "cross-validation"])
def test_a_dask_cluster_of_two_workers_finds_what_one_process_finds(
    run: Run, cluster: str, arguments: list[str]
) -> None:
    assert run(*arguments, "--backend", "dask", "--scheduler", cluster) == run(*arguments)


def test_a_dask_cluster_replays_what_one_process_replays(
    bot: Path, cluster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = bot.parent / "kept.yml"
    kept.write_text(STORIES)
    files = [str(kept), str(bot / "data" / "odd.yml")]

    def replayed(*arguments: str) -> tuple[int, Any]:
        return main(["replay", *files, "--bot", str(bot), "--json", *arguments]), json.loads(capsys.readouterr().out)

    code, report = replayed("--backend", "dask", "--scheduler", cluster)
    assert (code, report) == replayed()
    assert [item["ok"] for item in report["conversations"]].count(False) == 1


def test_dask_that_is_not_there(bot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["test", str(bot), "--backend", "dask", "--scheduler", "tcp://127.0.0.1:1"]
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(arguments) == 1
    assert "pip install 'trainer-tui[dask]'" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer(
    bot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")

    def refused(address: str, timeout: str) -> None:
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", refused)
    assert main(["test", str(bot), "--backend", "dask", "--scheduler", "tcp://127.0.0.1:1"]) == 1
    said = capsys.readouterr().err
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in said
    assert "Timed out trying to connect" in said


# --- beside Rasa ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("split", "actions", "right", "conversations", "whole"),
    [
        # As many actions and conversations as `rasa test core` counted, and at least as many right as its best did.
        ("restaurantbot", 4680, 4545, 186, 50),
        ("financial", 82, 64, 10, 0),
        ("init", 4, 3, 1, 0),
        ("concertbot", 5, 3, 1, 0),
        ("formbot", 8, 7, 1, 0),
    ],
)
def test_it_is_no_worse_than_rasa(
    run: Run, peers: Path, split: str, actions: int, right: int, conversations: int, whole: int
) -> None:
    folder = peers / "splits" / split
    test = next(folder.glob("test.*"))
    stories = run("--stories", test, folder=folder)["stories"]
    assert (stories["actions"], stories["conversations"]) == (actions, conversations)
    assert stories["actions_right"] >= right
    assert stories["conversations_right"] >= whole
    if actions >= 500:
        assert stories["calibration_error"] < 0.05


# --- texts of test stories --------------------------------------------------------------------------------------------


def told(bot: Path, story: str, capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    """The report on stories where one test story has this first message, and another is the same dialogue."""
    (bot / "tests").mkdir(exist_ok=True)
    (bot / "tests" / "test_stories.yml").write_text(
        f"stories:\n- story: judged\n  steps:\n{story}  - action: utter_greet\n"
        "- story: its twin\n  steps:\n  - intent: greet\n    user: hello there\n  - action: utter_greet\n"
    )
    assert main(["test", str(bot), "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)["stories"]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("- user: see you\n    intent: greet", "understood as bye, not as greet"),
        ('- user: "hello [there](city)"\n    intent: greet', "the entity city=there is not found"),
        ("- user: hi from Rome\n    intent: greet", "the entity city=Rome is found, and not annotated"),
        (
            '- user: |\n      hi from [Rome]{"entity": "city", "value": "Roma"}\n    intent: greet',
            "the entity city=Roma is not found",
        ),
    ],
)
def test_a_message_that_is_read_otherwise_fails_its_story_with_its_line(
    bot: Path, capsys: pytest.CaptureFixture[str], message: str, what: str
) -> None:
    stories = told(bot, f"  {message}\n", capsys)
    assert (stories["conversations"], stories["conversations_right"], stories["actions_right"]) == (2, 1, 4)
    [failed] = stories["failed"]
    assert (failed["story"], failed["file"], failed["line"], failed["wanted"]) == (
        "judged",
        "tests/test_stories.yml",
        4,
        None,
    )
    assert failed["misread"][0]["what"] == what
    assert main(["test", str(bot), "--fail-on-prediction-errors"]) == 1
    assert f"tests/test_stories.yml:4  judged\n      '{failed['misread'][0]['text']}' {what}" in capsys.readouterr().out


@pytest.mark.parametrize("message", ["- intent: greet", "- user: /greet", "- user: hello\n    intent: greet"])
def test_a_message_that_is_read_rightly_or_has_no_text_passes(
    bot: Path, capsys: pytest.CaptureFixture[str], message: str
) -> None:
    assert told(bot, f"  {message}\n", capsys, "--e2e")["conversations_right"] == 2


def test_a_wrong_role_is_told_and_passes_as_with_rasa(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = '  - user: |\n      hi from [Rome]{"entity": "city", "role": "to"}\n    intent: greet\n'
    stories = told(bot, message, capsys)
    assert stories["failed"] == []
    assert [found["what"] for found in stories["read_otherwise"]] == [
        "the entity city=Rome is found as no role, annotated as to"
    ]


def test_junit_names_what_was_read_otherwise(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(bot, "  - user: see you\n    intent: greet\n", capsys, "--junit", str(tmp_path / "junit.xml"))
    [failure] = ElementTree.parse(tmp_path / "junit.xml").iterfind("testsuite[@name='stories']//failure")
    assert failure.get("message") == "tests/test_stories.yml:4: 'see you' understood as bye, not as greet"


def test_without_nlu_examples_texts_are_not_read_and_that_is_said(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bot / "data" / "nlu.yml").unlink()
    assert told(bot, "  - user: see you\n    intent: greet\n", capsys)["failed"] == []
    assert main(["test", str(bot)]) == 0
    assert "their texts are not read" in capsys.readouterr().out
