"""A person's own settings, and those beside a bot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.errors import Place
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.runtime.settings import (
    PROJECT_FILE,
    SETTINGS,
    as_markdown,
    bot_settings,
    keep_theme,
    own_file,
    own_settings,
)

Write = Callable[[str], Path]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))

    def write(text: str) -> Path:
        file = own_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_every_example_can_be_followed(own: Write, tmp_path: Path) -> None:
    for owner, read in (("person", own_settings), ("bot", lambda: bot_settings(tmp_path))):
        listed = [setting for setting in SETTINGS if owner in setting.owners]
        text = "".join(f"{setting.key} = {setting.example}\n" for setting in listed)
        own(text)
        (tmp_path / PROJECT_FILE).write_text(text, encoding="utf-8")
        assert read().problems == ()
        assert list(read().values) == [setting.key for setting in listed]


def test_what_cannot_be_followed_is_told_with_its_line_and_the_rest_is_followed(own: Write) -> None:
    file = own('# mine\nasci = true\naccept-above = 95\nmouse = false\nendpoints = "e.yml"\n')
    settings = own_settings()
    assert [str(problem) for problem in settings.problems] == [
        f"{file}:2: there is no setting 'asci'. Did you mean ascii?",
        f"{file}:3: accept-above is 95. It is a number above 0, at most 1: accept-above = 0.95",
        f"{file}:5: endpoints is no setting of this file. It belongs into trainer.toml beside the bot.",
    ]
    assert settings.arguments == {"no_mouse": True}


def test_a_torn_file_is_one_problem(own: Write) -> None:
    file = own("[keymap\n")
    assert [problem.place for problem in own_settings().problems] == [Place(str(file))]


def test_a_theme_is_written_where_it_stands_and_nothing_else_changes(own: Write) -> None:
    file = own('# mine\r\ntheme   = "trainer-dark" # for the day\r\n\r\n[keymap]\r\n"session.fork"="f10"\r\n')
    keep_theme("trainer-light")
    written = file.read_bytes().decode()
    assert written == '# mine\r\ntheme   = "trainer-light" # for the day\r\n\r\n[keymap]\r\n"session.fork"="f10"\r\n'


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_first_theme_leaves_each_comment_with_what_it_tells_of(own: Write, line_end: str) -> None:
    before = line_end.join(("# mine", "", "# what I press", "[keymap]", '"session.fork" = "f10"', ""))
    file = own(before)
    keep_theme("trainer-light")
    assert file.read_bytes().decode() == f'theme = "trainer-light"{line_end}{before}'
    assert own_settings().values["theme"] == "trainer-light"


def test_a_first_theme_makes_the_file(own: Write) -> None:
    keep_theme("trainer-light")
    assert own_settings().values == {"theme": "trainer-light"}


def test_a_bot_says_where_its_parts_are(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "words.yml").write_text("intents: [greet]\n", encoding="utf-8")
    (tmp_path / PROJECT_FILE).write_text('domain = ["bot/words.yml"]\nstory = 1\n', encoding="utf-8")
    data = read_project(tmp_path)
    assert "greet" in data.domain.intents
    assert "Did you mean stories?" in " ".join(map(str, data.warnings))


def test_settings_are_checked_and_found(
    own: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["config", "--path"]) == 0
    assert capsys.readouterr().out == f"{own_file()}\n"
    assert main(["config", str(tmp_path)]) == 0
    monkeypatch.setenv("EDITOR", "touch")
    assert main(["config", str(tmp_path), "--edit"]) == 0
    assert own_settings().values == {} and "# ascii = true" in own_file().read_text(encoding="utf-8")
    capsys.readouterr()
    own('theme = "trainer-lite"\n[keymap]\n"session.menu" = "f12"\n')
    assert main(["config", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "did you mean trainer-light?" in told and "ctrl+c cannot be given another meaning" in told
    assert main(["config", str(tmp_path), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert len(problems) == 2 and {one["file"] for one in problems} == {str(own_file())}


def test_the_documentation_is_this_table() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == as_markdown(), (
        "python -m trainer_tui.runtime.settings > docs/settings.md"
    )
