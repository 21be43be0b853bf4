"""`trainer-tui train`: models on disk, and what is said where there can be none."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.core.events import UserUttered
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.runtime.models.archive import ModelError
from trainer_tui.runtime.models.dialogue import domain_fingerprint, load_dialogue
from trainer_tui.runtime.models.folders import dialogue_folder, find_dialogue, find_interpreter, nlu_folder
from trainer_tui.runtime.models.nlu import load_interpreter
from trainer_tui.runtime.project import Sources, load_project


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot"))


@pytest.fixture
def models(bot: Path) -> Path:
    assert main(["train", str(bot), "-o", str(bot / "models")]) == 0
    return bot / "models"


def test_it_writes_both_models_where_the_documentation_has_them(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = bot / "models"
    assert main(["train", str(bot), "-o", str(models)]) == 0
    for folder in (models / "dialogue", models / "current" / "nlu"):
        assert {file.name for file in folder.iterdir()} == {"manifest.json", "model.json", "arrays.npz"}
    told = capsys.readouterr().err
    assert "KerasPolicy: its work is done by the learned policy." in told
    assert f"→ {models / 'dialogue'}" in told
    assert f"→ {models / 'current' / 'nlu'}" in told


def test_the_trained_policy_predicts_exactly_as_the_saved_one(bot: Path, models: Path) -> None:
    project = load_project(Sources(bot), {})
    trained = Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain)
    loaded = load_dialogue(models / "dialogue").policy
    assert loaded is not None
    tracker = DialogueStateTracker.start(project.domain)
    for intent in (None, "greet", "search_concerts", "compare_reviews"):
        if intent:
            tracker = tracker.with_event(UserUttered(intent=intent))
        own = next(policy for policy in trained.policies if policy.name == loaded.name)
        assert loaded.predict(tracker, project.domain) == own.predict(tracker, project.domain)


def test_the_trained_interpreter_is_read_back(models: Path) -> None:
    interpreter = load_interpreter(models / "current" / "nlu")
    assert interpreter.parse("find me some concerts").intent == "search_concerts"


def test_the_dialogue_model_carries_the_domain_and_the_stories(bot: Path, models: Path) -> None:
    sources = load_dialogue(models / "dialogue").sources
    assert [file.path for file in sources.domain] == [bot / "domain.yml"]
    assert sources.domain[0].text == (bot / "domain.yml").read_text()
    assert sources.config is not None
    assert sources.config.path == bot / "policy_config.yml"
    assert [file.path for file in sources.stories] == [bot / "data" / "stories.md"]
    assert sources.stories[0].text == (bot / "data" / "stories.md").read_text()
    assert not sources.stories[0].has_changed()
    with open(bot / "data" / "stories.md", "a") as stories:
        stories.write("\n## one more\n* greet\n")
    assert sources.stories[0].has_changed()


def test_project_and_models_can_move_together(bot: Path, models: Path, tmp_path: Path) -> None:
    moved = bot.rename(tmp_path / "elsewhere")
    sources = load_dialogue(moved / "models" / "dialogue").sources
    assert [file.path for file in sources.stories] == [moved / "data" / "stories.md"]


def test_a_model_is_refused_for_another_domain(bot: Path, models: Path) -> None:
    domain = load_project(Sources(bot), {}).domain
    load_dialogue(models / "dialogue", domain)
    with pytest.raises(ModelError, match="belongs to another domain"):
        load_dialogue(models / "dialogue", domain.with_additions(intents=["brand_new"]))


def test_a_response_said_differently_makes_no_other_domain(bot: Path) -> None:
    before = domain_fingerprint(load_project(Sources(bot), {}).domain)
    text = (bot / "domain.yml").read_text()
    (bot / "domain.yml").write_text(text.replace("- text: ", "- text: Well, ", 1).replace('Well, "', '"Well, '))
    assert text != (bot / "domain.yml").read_text()
    assert domain_fingerprint(load_project(Sources(bot), {}).domain) == before


def test_a_description_that_no_policy_can_be_made_of_is_named(models: Path) -> None:
    folder = models / "dialogue"
    described = json.loads((folder / "model.json").read_text())
    described["learned"]["model"]["labels"].append("one_too_many")
    _replace(folder, json.dumps(described).encode())
    with pytest.raises(ModelError, match=r"model\.json: the model is damaged.*weights of the shape"):
        load_dialogue(folder)
    del described["learned"]["table"]
    _replace(folder, json.dumps(described).encode())
    with pytest.raises(ModelError, match=r"model\.json: the model is damaged.*KeyError: 'table'"):
        load_dialogue(folder)


def _replace(folder: Path, data: bytes) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["model.json"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "model.json").write_bytes(data)


def test_training_twice_writes_the_same_model(bot: Path, models: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in models.rglob("*") if file.is_file()}
    assert main(["train", str(bot), "-o", str(models)]) == 0
    assert {file: file.read_bytes() for file in models.rglob("*") if file.is_file()} == before


def test_a_project_without_nlu_data_gets_a_dialogue_model_alone(bot: Path) -> None:
    (bot / "data" / "nlu.md").unlink()
    assert main(["train", str(bot), "-o", str(bot / "models")]) == 0
    assert [folder.name for folder in (bot / "models").iterdir()] == ["dialogue"]


def test_flags_of_rasa_are_taken_with_a_line_on_what_happens_instead(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["train", str(bot), "--force", "--augmentation", "20", "--dump_stories", "-o", str(bot / "models")]) == 0
    )
    said = capsys.readouterr().err
    assert "trainer-tui: --force: train always trains anew." in said
    assert "trainer-tui: --dump_stories: trainer-tui data examples prints what is trained on." in said


def test_nothing_to_train_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "domain.yml").write_text("intents:\n- greet\n")
    assert main(["train", str(tmp_path), "-o", str(tmp_path / "models")]) == 1
    assert "there is nothing to train on" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_broken_files_are_all_named_and_nothing_is_written(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text("intents: [greet\n")
    (bot / "policy_config.yml").write_text("policies:\n- name: MemoizationPolicy\n  max_history: five\n")
    assert main(["train", str(bot), "-o", str(bot / "models")]) == 1
    said = capsys.readouterr().err
    assert "domain.yml:" in said
    assert "policy_config.yml:2" in said
    assert not (bot / "models").exists()


def test_a_model_of_rasa_in_the_way_is_left_alone(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = bot / "models" / "dialogue" / "policy_metadata.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}")
    assert main(["train", str(bot), "-o", str(bot / "models")]) == 1
    assert "taken by something that is no model of trainer-tui" in capsys.readouterr().err
    assert theirs.read_text() == "{}"


def test_where_models_are_put_and_found(models: Path, tmp_path: Path) -> None:
    assert dialogue_folder(Path("models")) == dialogue_folder(Path("models/dialogue")) == Path("models/dialogue")
    assert nlu_folder(Path("models")) == nlu_folder(Path("models/dialogue")) == Path("models/current/nlu")
    assert find_dialogue(models) == find_dialogue(models / "dialogue") == models / "dialogue"
    assert find_interpreter(models) == find_interpreter(models / "current/nlu") == models / "current/nlu"
    assert find_interpreter(tmp_path / "new") is None
    with pytest.raises(ModelError, match=r"--core names no model.? It does not exist"):
        find_dialogue(tmp_path / "new")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "precious.txt").touch()
    with pytest.raises(ModelError, match=r"--nlu names no model.? Something else is there"):
        find_interpreter(tmp_path / "other")
