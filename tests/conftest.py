"""What every test may ask for: real bots, the sample bots, golden texts; and the same surrounding everywhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.session_models import Places, SessionModels

REPOSITORY = Path(__file__).resolve().parent.parent

# A slow machine is no failure, and what fails in CI has to fail again at the desk.
settings.register_profile("trainer_tui", deadline=None, derandomize=bool(os.environ.get("CI")), database=None)
settings.load_profile("trainer_tui")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is shown now into the golden files")


@pytest.fixture(scope="session", autouse=True)
def surrounding() -> Iterator[None]:
    """No settings, colours, sizes or proxies of the person at the desk; child processes inherit this."""
    with tempfile.TemporaryDirectory(prefix="trainer-tui-tests-") as home, pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", f"{home}/{kind.lower()}")
        for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLORTERM", "COLUMNS", "LINES", "VISUAL", "EDITOR"):
            patch.delenv(name, raising=False)
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("TEXTUAL_ANIMATIONS", "none")
        patch.setenv("PYTHONUTF8", "1")
        yield


def _folder_named_by(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    folder = Path(value)
    assert folder.is_dir(), f"{variable} names {value}, which is no folder"
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Public Rasa projects (`bots/`) and what real Rasa derives from them (`golden/`)."""
    return _folder_named_by("TRAINER_TUI_CORPUS")


@pytest.fixture(scope="session")
def peers() -> Path:
    """Rasa's own figures and the splits (`splits/`) that they were taken on."""
    return _folder_named_by("TRAINER_TUI_PEERS")


@pytest.fixture(scope="session")
def sample_bots() -> Path:
    """The bots of this repository; read only: a test that writes works on a copy in `tmp_path`."""
    return REPOSITORY / "sample_bots"


@pytest.fixture(scope="session")
def kept_models(sample_bots: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """`kept_models(bot)`: a copy of a sample bot gets what a session and a review have kept of its models, so that a
    program which is about something else need not fit them."""

    @cache
    def fitted(name: str) -> Path:
        folder = tmp_path_factory.mktemp("models")
        project = load_project(Sources(sample_bots / name), {})
        SessionModels(project, Places(folder)).whole()
        return folder

    def keep(bot: Path) -> None:
        shutil.copytree(fitted(bot.name), bot / ".trainer" / "cache")

    return keep


@pytest.fixture(
    params=sorted((REPOSITORY / "sample_bots").glob("*/walks/*.txt")),
    ids=lambda walk: f"{walk.parent.parent.name}-{walk.stem}",
)
def walk(request: pytest.FixtureRequest) -> Path:
    """Each session that is recorded in a sample bot's folder, where its action server can be had."""
    path: Path = request.param
    if path.parent.parent.name == "formbot_core":
        request.getfixturevalue("rasa_core_sdk_python")
    return path


@pytest.fixture(scope="session")
def rasa_core_sdk_python() -> Path:
    """The Python that has rasa_core_sdk 0.12.2, as `make rasa-core-sdk` sets it up."""
    value = os.environ.get("TRAINER_TUI_RASA_CORE_SDK")
    if not value:
        pytest.skip("TRAINER_TUI_RASA_CORE_SDK is not set (make rasa-core-sdk sets it up)")
    python = Path(value)
    assert python.is_file(), f"TRAINER_TUI_RASA_CORE_SDK names {value}, which does not exist (make rasa-core-sdk)"
    return python


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: text equals the file `golden/<name>` beside the test (`--update-golden` writes it)."""

    def compare(name: str, text: str) -> None:
        file = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        assert file.exists(), f"{file} is missing: pytest --update-golden writes it"
        assert text == file.read_bytes().decode("utf-8")

    return compare
