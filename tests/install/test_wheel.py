"""What pip makes of the package: a wheel that holds all of it, and runs where nothing of the checkout is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trainer_tui.commands.sample_bots import SAMPLE_BOTS, files_of

CHECKOUT = Path(__file__).resolve().parents[2]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the build backend that is pinned and installed, not by one that is fetched for it."""
    if find_spec("hatchling") is None or find_spec("pip") is None:
        pytest.skip("the build backend is not installed (make test installs it)")
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, CHECKOUT)
    (built,) = folder.iterdir()
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    sources = (CHECKOUT / "trainer_tui").rglob("*")
    package = {str(file.relative_to(CHECKOUT)) for file in sources if file.is_file() and file.suffix != ".pyc"}
    (manual,) = (name for name in held if ".data/" in name)
    assert manual.endswith(".data/data/share/man/man1/trainer-tui.1")
    held.remove(manual)
    samples = {f"trainer_tui/sample_bots/{name}/{inside}" for name in SAMPLE_BOTS for _, inside in files_of(name)}
    assert len(samples) > 3 * len(SAMPLE_BOTS)
    assert held == package | samples


def test_it_installs_into_an_empty_environment_and_runs_a_session_there(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    run(sys.executable, "-m", "venv", tmp_path / "environment")
    for distribution in needed("trainer-tui"):
        repacked(distribution, tmp_path / "wheels")
    # Only our wheel is named: pip takes from the folder what the wheel's own metadata asks for.
    run(python, *PIP, "install", "--no-index", "--no-compile", "--find-links", tmp_path / "wheels", wheel)

    bot = tmp_path / "bot"
    shutil.copytree(CHECKOUT / "sample_bots" / "concertbot", bot, ignore=shutil.ignore_patterns(".trainer", "models"))
    answers = "/hello\ny\ny\n:quit\n"
    said = run(
        tmp_path / "environment" / "bin" / "trainer-tui", "--plain", "--actions", bot, cwd=tmp_path, typed=answers
    )
    assert "bot runs utter_greet" in said
    place = run(python, "-c", "import trainer_tui.ui.app as app; print(app.__file__)", cwd=tmp_path).strip()
    assert Path(place).is_relative_to(tmp_path / "environment")


def run(*command: str | Path, cwd: Path | None = None, typed: str = "") -> str:
    """What the command says, in an environment that knows nothing of this one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP", "VIRTUAL"))
    }
    done = subprocess.run(
        command, cwd=cwd, env=environment | {"PIP_CONFIG_FILE": os.devnull}, input=typed, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(name: str) -> list[metadata.Distribution]:
    """What the program needs to run, directly or not, as it is installed here."""
    asked = [Requirement(name)]
    for one in asked:
        for line in metadata.distribution(one.name).requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            is_needed = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *one.extras))
            if is_needed and requirement not in asked:
                asked.append(requirement)
    packages = {canonicalize_name(one.name): one.name for one in asked[1:]}
    return [metadata.distribution(name) for name in packages.values()]


def repacked(distribution: metadata.Distribution, folder: Path) -> None:
    """The distribution as a wheel again, from what its own list of files names: so nothing has to be fetched."""
    folder.mkdir(exist_ok=True)
    [about] = [file for file in distribution.files or () if file.match("*.dist-info/WHEEL")]
    tag = next(line.partition(": ")[2] for line in about.read_text().splitlines() if line.startswith("Tag: "))
    with zipfile.ZipFile(folder / f"{about.parent.name.removesuffix('.dist-info')}-{tag}.whl", "w") as archive:
        for file in distribution.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                archive.write(str(file.locate()), str(file))
