"""`data convert` writes a project in the other notation, whole, into a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.runtime.reading.project_data import ProjectData, read_project

MARKDOWN = {
    "domain.yml": (
        "intents: [greet, inform]\nentities: [city]\nslots:\n  city: {type: text}\n"
        "templates:\n  utter_greet: [hi]\nactions: [utter_greet]\nforms: [table_form]\n"
    ),
    "data/stories.md": (
        '## a\n> start{"city": null}\n* greet OR inform{"city": "no"}\n  - utter_greet\n  - table_form\n'
        '  - form{"name": "table_form"}\n* form: inform\n  - form: table_form\n> end\n'
    ),
    "data/nlu.md": "## intent:inform\n- to [NY](city:New York)\n\n## lookup:city\ncities.txt\n",
    "data/responses.md": "## ask\n* faq/hours\n  - nine to five\n",
    "tests/conversation_tests.md": "## t\n* inform: to [Rome](city)\n  - utter_greet\n",
    "config.yml": "policies: [] # mine\n",
    "cities.txt": "Rome\n\nOslo\n",
}
YAML = {
    "domain.yml": 'version: "2.0"\nintents: [greet, inform]\nslots:\n  city: {type: text}\n',
    "data/all.yml": (
        'version: "2.0"\nstories:\n- story: a\n  steps:\n  - slot_was_set: [city]\n  - intent: greet\n    user: hi\n'
        "  - action: utter_greet\n- story: b\n  steps:\n  - user: hello\n  - bot: hi\n"
        "rules:\n- rule: r\n  steps:\n  - intent: greet\n"
        "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
        "- intent: inform\n  examples:\n  - text: |\n      one\n      two\n"
    ),
}


def made(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def converted(source: Path, to: str, out: Path) -> ProjectData:
    assert main(["data", "convert", str(source), "--to", to, "--out", str(out)]) == 0
    data = read_project(out)
    assert data.errors == ()
    return data


def test_a_markdown_bot_becomes_one_of_rasa_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = made(tmp_path / "bot", MARKDOWN)
    before, after = read_project(source), converted(source, "yaml", tmp_path / "out")
    assert after.stories == before.stories
    assert after.test_stories == before.test_stories
    assert after.nlu.examples == before.nlu.examples and after.nlu.synonyms == before.nlu.synonyms
    assert after.nlu.lookups[0].elements == ("Rome", "Oslo")
    assert after.domain.responses == before.domain.responses
    assert (after.domain.version, list(after.domain.forms)) == ("2.0", ["table_form"])
    assert (tmp_path / "out/config.yml").read_text() == "policies: [] # mine\n"
    told = capsys.readouterr().out
    assert "config.yml: copied" in told
    assert "the lookup table 'city' now holds its elements itself" in told


def test_what_markdown_has_no_words_for_stays_in_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = made(tmp_path / "bot", YAML)
    before, after = read_project(source), converted(source, "markdown", tmp_path / "out")
    assert (tmp_path / "out/data/all_stories.md").read_text() == (
        '## a\n    - slot{"city": "filled"}\n* greet\n    - utter_greet\n'
    )
    assert {step.name for step in after.stories.steps} == {"a", "b"}
    assert [rule.events for rule in after.stories.rules] == [rule.events for rule in before.stories.rules]
    assert set(after.nlu.examples) == set(before.nlu.examples)
    told = capsys.readouterr().out
    assert "all_rest.yml: written (1 example that Markdown cannot hold (data/all.yml:" in told
    assert "all.yml: written (what Markdown has no words for: rules, stories)" in told


def test_files_that_stand_there_are_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = made(tmp_path / "bot", MARKDOWN)
    out = made(tmp_path / "out", {"data/nlu.yml": "mine"})
    assert main(["data", "convert", str(source), "--to", "yaml", "--out", str(out)]) == 1
    assert "data/nlu.yml already" in capsys.readouterr().err
    assert [path.name for path in out.rglob("*") if path.is_file()] == ["nlu.yml"]
    assert (out / "data/nlu.yml").read_text() == "mine"


def test_one_file_alone_and_one_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = made(tmp_path / "bot", {**MARKDOWN, "data/broken.yml": "stories: [\n"})
    out = tmp_path / "out"
    assert main(["data", "convert", str(source / "data/nlu.md"), "--to", "yaml", "--out", str(out)]) == 0
    assert [path.name for path in out.iterdir()] == ["nlu.yml"]
    assert "broken" not in capsys.readouterr().err
    assert main(["data", "convert", str(source), "--to", "yaml", "--out", str(tmp_path / "all")]) == 1
    assert "broken.yml:" in capsys.readouterr().err
    assert (tmp_path / "all/data/stories.yml").exists()
    assert main(["data", "convert", str(tmp_path / "none"), "--to", "yaml", "--out", str(out)]) == 1


def test_a_project_of_both_notations_keeps_both_files(tmp_path: Path) -> None:
    files = {**MARKDOWN, "data/stories.yml": "stories:\n- story: y\n  steps:\n  - intent: greet\n  - action: b\n"}
    source = made(tmp_path / "bot", files)
    after = converted(source, "yaml", tmp_path / "out")
    assert {step.name for step in after.stories.steps} == {"a", "y"}


def lone(folder: Path, name: str, text: str) -> Path:
    folder.mkdir()
    (folder / "odd.yml").write_text("stories: [\n")
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nlu.md", "## intent:greet\n- [a](letter) banana [a](letter)\n"),
        ("stories.md", "## a\n* greet\n  - utter_greet\n"),
        ("words.json", '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "greet"}]}}'),
    ],
)
def test_a_lone_file_needs_no_project_and_tells_nothing_of_its_neighbours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    source = lone(tmp_path / "in", name, text)
    assert main(["data", "convert", str(source), "--to", "yaml", "--out", str(tmp_path / "out")]) == 0
    written = capsys.readouterr()
    assert (written.err, len(written.out.splitlines())) == ("", 1)


def test_a_lone_file_that_holds_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = lone(tmp_path / "in", "notes.md", "just words\n")
    assert main(["data", "convert", str(source), "--to", "yaml", "--out", str(tmp_path / "out")]) == 1
    assert "notes.md holds nothing to convert" in capsys.readouterr().err


JSON = {
    "data/words.json": (
        '{"rasa_nlu_data": {"common_examples": [\n'
        '{"text": "play jazz", "intent": "play", "metadata": {"author": "me", "example": {"from": "log"}}},\n'
        '{"text": "stop", "intent": "stop", "metadata": {"intent": {"sure": true}, "example": 3}},\n'
        '{"text": "go on", "intent": "stop"},\n'
        '{"text": "short", "intent": "b", "entities": [{"start": 3, "end": 12, "value": "x", "entity": "job"}]},\n'
        '{"text": "a b", "intent": "b", "entities": [{"start": 0, "end": 2, "value": "a", "entity": "x"},'
        ' {"start": 1, "end": 3, "value": "b", "entity": "y"}]}],\n'
        '"entity_synonyms": [{"value": "x", "synonyms": ["two  ##", "three"]}]}}'
    ),
    "domain.yml": "intents: [play]\n",
}


@pytest.mark.parametrize("to", ["yaml", "markdown"])
def test_no_example_is_lost_or_stops_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str) -> None:
    source = made(tmp_path / "bot", JSON)
    before, after = read_project(source), converted(source, to, tmp_path / "out")
    assert set(after.nlu.examples) == set(before.nlu.examples)
    assert {example.text: dict(example.metadata) for example in after.nlu.examples if example.metadata} == {
        "play jazz": {"example": {"author": "me", "example": {"from": "log"}}},
        "stop": {"intent": {"sure": True}, "example": 3},
    }
    assert after.nlu.synonyms == before.nlu.synonyms
    told = capsys.readouterr().out
    assert "2 examples that" in told
    assert "(data/words.json:5, data/words.json:6)" in told


def test_a_variable_stays_one_where_a_file_is_written_anew(tmp_path: Path) -> None:
    domain = (
        "intents: [greet]\ntemplates:\n  utter_greet:\n  - see ${PORTAL}/help\n  - text: of ${NAME}\n    buttons:\n"
        "    - title: Go ${NAME}\n      payload: /greet\n  - text: 'kept ${NAME}'\n"
    )
    rules = (
        "version: '2.0'\nstories:\n- story: a\n  steps: [{intent: greet}]\nsession_config:\n"
        "  carry_over_slots_to_new_session: ${CARRY}\n"
    )
    source = made(tmp_path / "bot", {"domain.yml": domain})
    assert main(["data", "convert", str(source), "--to", "yaml", "--out", str(tmp_path / "out")]) == 0
    environ = {"PORTAL": "https://here.example", "NAME": "Robbie"}
    said = read_project(tmp_path / "out", environ=environ).domain.responses["utter_greet"]
    assert [variation.text for variation in said] == ["see https://here.example/help", "of Robbie", "kept ${NAME}"]
    assert said[1].data["buttons"][0]["title"] == "Go Robbie"

    source = made(tmp_path / "mixed", {"domain.yml": "version: '2.0'\nintents: [greet]\n", "data/all.yml": rules})
    assert main(["data", "convert", str(source), "--to", "markdown", "--out", str(tmp_path / "rest")]) == 0
    assert "carry_over_slots_to_new_session: ${CARRY}" in (tmp_path / "rest" / "data" / "all.yml").read_text()


@pytest.mark.parametrize("to", ["yaml", "markdown"])
def test_of_a_file_that_nothing_can_be_read_of_nothing_is_written(
    tmp_path: Path, to: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, {"broken.json": '{"rasa_nlu_data": ', "good.json": '{"rasa_nlu_data": {"common_examples": []}}'})
    for name, code, out in (("broken.json", 1, "bad"), ("good.json", 0, "good")):
        assert main(["data", "convert", str(tmp_path / name), "--to", to, "--out", str(tmp_path / out)]) == code
    assert not (tmp_path / "bad").exists()
    assert "broken.json:1:19: this is not JSON." in capsys.readouterr().err
    assert [path.stem for path in (tmp_path / "good").iterdir()] == ["good"]
