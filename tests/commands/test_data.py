"""`trainer-tui data`: what a person types to see what is in a project and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.cli import main

FILES = {
    "domain.yml": (
        'version: "3.1"\nintents:\n- greet\n- bye\n- never\nentities: [city]\n'
        "responses:\n  utter_a: [{text: a}]\n  utter_unused: [{text: b}]\nactions:\n- action_x\n- utter_silent\n"
    ),
    "data/stories.yml": (
        "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: utter_a\n"
        "- story: two\n  steps:\n  - intent: greet\n  - action: action_x\n"
        "- story: three\n  steps:\n  - intent: unknown\n  - action: action_y\n  - checkpoint: nowhere\n"
        "- story: four\n  steps:\n  - checkpoint: elsewhere\n  - intent: bye\n"
    ),
    "data/nlu.yml": (
        "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - in [Rome](town)\n"
        "- intent: bye\n  examples: |\n    - hi\n"
    ),
}


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def validated(bot: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    code = main(["data", "validate", str(bot), "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_validate_names_every_problem_with_its_place(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = validated(bot, capsys)
    assert (code, report["errors"]) == (0, [])
    assert [(found["file"], found["line"], found["message"]) for found in report["warnings"]] == [
        ("data/stories.yml", 15, "nothing leads to the checkpoint 'elsewhere'"),
        ("data/stories.yml", 12, "the intent 'unknown' is not in the domain"),
        ("data/stories.yml", 13, "the action 'action_y' is not in the domain"),
        ("data/nlu.yml", 5, "the entity 'town' is not in the domain"),
        ("domain.yml", 5, "the intent 'never' has no NLU examples"),
        ("domain.yml", 5, "the intent 'never' is in no story or rule"),
        ("domain.yml", 9, "the response 'utter_unused' is in no story or rule"),
        ("domain.yml", 12, "the action 'utter_silent' has no response"),
        ("data/nlu.yml", 8, "the example 'hi' is of the intents 'greet' (data/nlu.yml:4) and 'bye'"),
    ]


def test_validate_shows_both_sides_of_a_conflict(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = validated(bot, capsys)
    [conflict] = report["conflicts"]
    assert [(side["action"], side["story"], side["file"], side["line"]) for side in conflict["sides"]] == [
        ("utter_a", "one", "data/stories.yml", 5),
        ("action_x", "two", "data/stories.yml", 9),
    ]
    assert conflict["states"][-1]["user"] == {"intent": "greet"}


def test_nothing_is_said_to_be_unused_or_unknown_while_a_file_cannot_be_read(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "validate", str(bot)]) == 0
    assert "is in no story or rule" in capsys.readouterr().out
    stories = bot / "data" / "stories.yml"
    stories.write_text(stories.read_text() + ": [\n")
    assert main(["data", "validate", str(bot)]) == 1
    said = capsys.readouterr().out
    assert "data/stories.yml:" in said
    assert "is in no story or rule" not in said
    assert main(["data", "health", str(bot)]) == 1
    assert "Never used" not in capsys.readouterr().out


def test_validate_in_words(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "validate", str(bot)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "0 errors, 10 warnings"
    assert lines[-2].startswith(
        f"{bot}/data/stories.yml:5: warning: stories disagree after the message 'greet': "
        "utter_a in 'one' (data/stories.yml:5); action_x in 'two' (data/stories.yml:9)."
    )


def test_warnings_fail_only_where_they_are_to(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "validate", str(bot), "--strict"]) == 1
    (bot / "data/broken.yml").write_text("stories: [\n", encoding="utf-8")
    assert main(["data", "validate", str(bot)]) == 1
    assert f"{bot}/data/broken.yml:2:1: error: this is not YAML" in capsys.readouterr().out


def test_a_longer_memory_tells_stories_apart(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = (
        "stories:\n- story: {0}\n  steps:\n  - intent: {1}\n  - action: action_x\n  - intent: bye\n  - action: {2}\n"
    )
    (bot / "data/stories.yml").write_text(
        story.format("a", "greet", "action_x") + story.format("b", "never", "utter_a").removeprefix("stories:\n"),
        encoding="utf-8",
    )
    assert validated(bot, capsys, "--max-history", "5")[1]["conflicts"] == []
    assert len(validated(bot, capsys, "--max-history", "1")[1]["conflicts"]) == 1


def test_examples_are_printed_as_rasa_has_them_whatever_the_configuration(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bot / "config.yml").write_text("policies: {broken\n", encoding="utf-8")
    assert main(["data", "examples", str(bot), "--json"]) == 0
    examples = json.loads(capsys.readouterr().out)["examples"]
    assert examples[0] == {"states": [{}], "action": "action_listen"}
    listen = {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}
    assert {"states": [{}, listen], "action": "utter_a"} in examples


def test_examples_of_given_files_below_the_project(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "more.md").write_text("## s\n* greet\n - action_x\n", encoding="utf-8")
    assert (
        main(["data", "examples", str(bot), "-d", "domain.yml", "-s", "more.md", "--max-history", "1", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)["examples"]
    assert [example["action"] for example in found] == ["action_listen", "action_x", "action_listen"]
    assert all(len(example["states"]) == 1 for example in found)


def test_nlu_prints_the_examples_of_each_file(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(bot / "data/nlu.yml")
    assert main(["data", "nlu", file, "--json"]) == 0
    entity = {"start": 3, "end": 7, "value": "Rome", "entity": "town"}
    assert json.loads(capsys.readouterr().out) == {
        file: [["hi", "bye", []], ["hi", "greet", []], ["in Rome", "greet", [entity]]]
    }
    assert main(["data", "nlu", file]) == 0
    assert capsys.readouterr().out == f"{file}: 3 examples, 2 intents, 1 entities\n"


def test_nlu_of_a_file_that_is_not_there_fails_with_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "nlu", str(tmp_path / "none.yml"), "--json"]) == 1
    assert f"{tmp_path}/none.yml: error: the file cannot be read" in capsys.readouterr().err


def test_stats_count_what_a_project_holds(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "stats", str(bot), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["era"], found["intents"], found["stories"], found["NLU examples"]) == ("Rasa 3.x", 3, 4, 3)
    assert main(["data", "stats", str(bot)]) == 0
    assert "intents          3\n" in capsys.readouterr().out


def test_what_a_form_says_and_listens_to_is_no_unused_name(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text(
        'version: "3.1"\nintents: [greet, bye, inform]\nforms: {f: {required_slots: [s]}}\n'
        "slots: {s: {type: text, mappings: [{type: from_text, intent: inform}]}}\n"
        "responses: {utter_ask_s: [{text: s}], utter_ask_f_s: [{text: s}], utter_default: [{text: d}]}\n",
        encoding="utf-8",
    )
    messages = [found["message"] for found in validated(bot, capsys)[1]["warnings"]]
    assert [message for message in messages if "is in no story" in message] == []


def test_what_a_form_does_in_its_code_is_no_unused_name(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text(
        "intents: [greet, bye, inform]\nforms: [f]\nslots: {s: {type: text}}\ntemplates: {utter_ask_s: [{text: s}]}\n",
        encoding="utf-8",
    )
    messages = [found["message"] for found in validated(bot, capsys)[1]["warnings"]]
    assert [message for message in messages if "is in no story" in message] == []


def messages(bot: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [f"{found['file']}:{found['line']}: {found['message']}" for found in validated(bot, capsys)[1]["warnings"]]


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("utter_faq", "responses:\n  utter_faq/lang: [{text: python}]\n"),
        ("utter_faq", "nlu:\n- intent: faq/lang\n  examples: |\n    - which language\n"),
        ("respond_faq", "nlu:\n- intent: faq/lang\n  examples: |\n    - which language\n"),
    ],
)
def test_the_action_of_a_retrieval_intent_is_no_unknown_one(
    bot: Path, capsys: pytest.CaptureFixture[str], action: str, data: str
) -> None:
    rule = f"rules:\n- rule: r\n  steps:\n  - intent: greet\n  - action: {action}\n"
    (bot / "data" / "faq.yml").write_text(rule)
    assert any(action in line for line in messages(bot, capsys))
    (bot / "data" / "faq.yml").write_text(data + rule)
    assert not any(f"the action '{action}'" in line for line in messages(bot, capsys))


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "s.yml",
            "nlu:\n- synonym: New York\n  examples: |\n    - NYC\n- synonym: Gotham\n  examples: |\n    - nyc\n",
            7,
        ),
        ("s.md", "## synonym:New York\n- NYC\n- nyc\n## synonym:Gotham\n- nyc\n", 5),
        ("s.md", "## intent:greet\n- in [NYC](city:New York)\n- at [nyc](city:Gotham)\n", 3),
    ],
)
def test_one_spelling_of_two_synonyms_is_named_with_both_places(
    bot: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, line: int
) -> None:
    (bot / "data" / name).write_text(text)
    [said] = [line for line in messages(bot, capsys) if "stands for" in line]
    assert said.startswith(f"data/{name}:{line}: 'nyc' stands for 'New York' (data/{name}:")
    assert said.endswith("and for 'Gotham'")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("old.json", '{"data": [{"text": "hi", "entities": []}]}'),
        ("list.json", "[1, 2]"),
        ("other.yml", "jobs:\n- one\n"),
    ],
)
def test_a_file_of_an_unknown_shape_is_named_in_data_and_nowhere_else(
    bot: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (bot / name).write_text(text)
    assert not any(name in line for line in messages(bot, capsys))
    (bot / "data" / name).write_text(text)
    assert f"data/{name}:None: the file holds nothing that is read here, and is left out" in messages(bot, capsys)


def test_a_broken_json_that_is_nobodys_does_not_matter(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "settings.json").write_text("{ // mine\n}")
    assert validated(bot, capsys)[1]["errors"] == []


@pytest.mark.parametrize("section", ["synonym:city", "regex:zip", "intent:greet"])
def test_a_file_name_under_anything_but_a_lookup_table_is_named(
    bot: Path, capsys: pytest.CaptureFixture[str], section: str
) -> None:
    (bot / "data" / "more.md").write_text(f"## {section}\n- x\n  data/cities.txt\n")
    assert any(line.startswith("data/more.md:3: the line 'data/cities.txt' of the") for line in messages(bot, capsys))


CONFIG = (
    "pipeline:\n- name: WhitespaceTokenizer\n- name: DIETClassifier\n- name: DucklingEntityExtractor\n"
    "- name: NaiveBayes\n  enabled: false\n"
)
TRAVEL = (
    "nlu:\n- intent: book_flight\n  examples: |\n"
    + "".join(f"    - fly me to [{city}](city) please\n" for city in ("Rome", "Oslo", "Lima", "Bern", "Paris"))
    + "- intent: greet\n  examples: |\n"
    + "".join(f"    - {text}\n" for text in ("hello", "hello there", "hello you", "oh hello"))
)


@pytest.fixture
def travel(bot: Path) -> Path:
    (bot / "config.yml").write_text(CONFIG, encoding="utf-8")
    (bot / "data/nlu.yml").write_text(TRAVEL, encoding="utf-8")
    return bot


def test_stats_say_what_stands_in_for_the_pipeline_and_how_to_see_its_worth(
    travel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "stats", str(travel)]) == 0
    told = capsys.readouterr().out
    assert "  DIETClassifier: intents are told by TF-IDF and a linear classifier, entities by a conditional" in told
    assert "  DucklingEntityExtractor: its entities are not found here" in told
    assert told.endswith("--cross-validate\n")


def test_stats_tell_what_each_part_gains_or_costs_on_the_bots_own_examples(
    travel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "stats", str(travel), "--cross-validate", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["pipeline"]
    judged = found["cross_validation"]
    assert (judged["folds"], judged["as_configured"]["intents_right"], judged["as_configured"]["examples"]) == (2, 9, 9)
    assert judged["as_configured"]["entity_f1"] > 0.5
    configured = {part["name"]: part["configured"] for part in judged["parts"]}
    assert configured.pop("SentenceEmbeddings", False) is False
    assert configured == {
        "IntentNames": True,
        "NaiveBayes": False,
        "IntentForEntities": True,
        "Gazetteer": True,
        "KnownWords": True,
        "WholeEntities": True,
    }
    assert judged["idle"] == ["StochasticGradientDescent"]
    assert main(["data", "stats", str(travel), "--cross-validate", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["as", "configured", "9", "of", "9", "=", "1.000", "1.000"] for line in lines)
    assert any(line.startswith("  without IntentNames") for line in lines)
    assert any(line.startswith("  with NaiveBayes") for line in lines)


def test_parts_for_entities_have_nothing_to_do_where_none_are_marked(
    travel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (travel / "data/nlu.yml").write_text(TRAVEL.replace("](city)", "").replace("[", ""), encoding="utf-8")
    assert main(["data", "stats", str(travel), "--cross-validate", "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)["pipeline"]["cross_validation"]
    of_entities = ["IntentForEntities", "Gazetteer", "KnownWords", "WholeEntities", "StochasticGradientDescent"]
    assert judged["idle"] == of_entities
    assert judged["as_configured"]["entity_f1"] is None


def test_there_is_no_judging_by_folds_of_nothing(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "data/nlu.yml").unlink()
    assert main(["data", "stats", str(bot), "--cross-validate"]) == 1
    assert "too few NLU examples to judge by" in capsys.readouterr().err
