"""What is in memory after an import or a command: each asked in a Python of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.floors import (
    FLOORS,
    PACKAGE,
    among,
    everything_but_ui,
    files,
    imports_when_loaded,
    module_name,
)
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.reading.kept import KeptReading
from trainer_tui.runtime.session_models import Places, SessionModels

REPORT = "import json, sys; print('LOADED', json.dumps(sorted(sys.modules)))"
SCREEN = {"rich", "textual"}
LEARNING = {"joblib", "pycrfsuite", "scipy", "sklearn"}


def loaded_after(code: str, *arguments: str, stdin: str = "") -> set[str]:
    """The top-level packages in `sys.modules` at the end of a script, whatever exit code it asks for; our own modules
    by their whole names as well."""
    script = f"import atexit\natexit.register(lambda: exec({REPORT!r}))\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=PACKAGE.parent,
    )
    assert "Traceback" not in done.stderr, done.stderr
    reports = [line for line in done.stdout.splitlines() if line.startswith("LOADED ")]
    assert reports, f"no report: exit code {done.returncode}, {done.stderr}"
    names = json.loads(reports[-1].removeprefix("LOADED "))
    return {name.partition(".")[0] for name in names} | {name for name in names if name.startswith("trainer_tui.")}


def importing(modules: list[Path]) -> str:
    return "\n".join(f"import {module_name(file)}" for file in modules)


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_loads_no_learning_library_and_below_ui_no_screen(floor: str) -> None:
    """A module that learns names scikit-learn at its top; all others, and so start-up, must do without it."""
    modules = [file for file in files(floor) if not among(imports_when_loaded(file), LEARNING)]
    loaded = loaded_after(importing(modules))
    assert not loaded & LEARNING
    assert floor == "ui" or not loaded & SCREEN


def test_importing_the_entry_points_loads_neither() -> None:
    entries = [file for file in everything_but_ui() if file.parent == PACKAGE and file.stem != "__main__"]
    assert not loaded_after(importing(entries)) & (SCREEN | LEARNING)


def after_command(*arguments: str, stdin: str = "") -> set[str]:
    """What `trainer-tui ARGUMENTS` leaves loaded, with this to read on its standard input."""
    return loaded_after("import sys\nfrom trainer_tui.cli import main\nsys.exit(main())", *arguments, stdin=stdin)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["interactive", "--help"]], ids=" ".join)
def test_help_and_version_load_next_to_nothing(arguments: list[str]) -> None:
    others = {"asyncio", "difflib", "httpx", "networkx", "numpy", "platformdirs", "tomllib", "yaml"}
    assert not after_command(*arguments) & (SCREEN | LEARNING | others)


@pytest.fixture(scope="module")
def plain(sample_bots: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a plain session that is left at once has loaded."""
    bot = shutil.copytree(sample_bots / "moodbot", tmp_path_factory.mktemp("plain") / "moodbot")
    return after_command(str(bot), "--plain")


@pytest.fixture(scope="module")
def full() -> set[str]:
    """What is loaded before the full screen opens."""
    return loaded_after("import trainer_tui.ui.app")


def test_the_plain_front_end_loads_no_screen(plain: set[str]) -> None:
    assert not plain & SCREEN


def test_a_session_with_a_kept_model_is_opened_without_numpy(sample_bots: Path, tmp_path: Path) -> None:
    """The first calculation imports it; until the first message nothing is calculated."""
    bot = shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot")
    project = load_project(Sources(bot), {})
    SessionModels(project, Places(bot / ".trainer" / "cache")).whole()
    opened = """
import sys
from pathlib import Path
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
controller = open_session(SessionRequest(Sources(Path(sys.argv[1]))))
policy = controller._performer.teacher.own.dialogue.policy
assert policy.model_ is not None
"""
    loaded = loaded_after(opened, str(bot))
    assert not loaded & {"numpy", *LEARNING}
    assert "trainer_tui.nlu.pipeline" not in loaded  # what a message means is asked when there is one


def test_a_start_with_nothing_changed_reads_every_byte_once(sample_bots: Path, tmp_path: Path) -> None:
    """The bot's files to see that they are the same, and beside them what was read and learned of them before."""
    bot = shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot")
    state = bot / ".trainer" / "cache"
    project = load_project(Sources(bot), {}, kept=KeptReading(state / "stories.jsonl"))
    SessionModels(project, Places(state)).whole()
    assert project.kept
    project.kept.write()
    opened = """
import os, sys
from pathlib import Path
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
bot = Path(sys.argv[1]).resolve()
sizes = {str(path): path.stat().st_size for path in bot.rglob("*") if path.is_file()}
read = []
def look(event, arguments):
    path = os.path.abspath(arguments[0]) if event == "open" and isinstance(arguments[0], (str, Path)) else ""
    if path in sizes and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        read.append(path)
sys.addaudithook(look)
teacher = open_session(SessionRequest(Sources(bot)))._performer.teacher.own
assert teacher.dialogue.policy.model_ is not None
assert teacher.messages.interpreter.parse("hello").intent
print("READ", sum(map(sizes.get, read)), "OF", sum(map(sizes.get, set(read))), *sorted(set(read)), sep="\t")
"""
    done = subprocess.run([sys.executable, "-c", opened, str(bot)], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert done.returncode == 0, done.stderr
    _, read, _, of, *names = done.stdout.strip().split("\t")
    assert {Path(name).name for name in names} >= {"domain.yml", "stories.md", "nlu.md", "stories.jsonl", "arrays.npz"}
    assert int(read) == int(of)


def test_a_session_has_what_it_learns_by_fitted_elsewhere(sample_bots: Path, tmp_path: Path) -> None:
    """scikit-learn and SciPy are as large as all else of a session together."""
    bot = shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot")
    shutil.rmtree(bot / ".trainer", ignore_errors=True)
    told = "hello\n\nn\nutter_goodbye\n\n"
    assert not after_command(str(bot), "--plain", stdin=told) & LEARNING
    assert list((bot / ".trainer" / "cache").glob("nlu-*"))  # the message waited for it


def test_stories_that_are_kept_are_taken_without_what_reads_them(sample_bots: Path, tmp_path: Path) -> None:
    readers = {"trainer_tui.formats.markdown.stories", "trainer_tui.formats.story_building"}
    bot = shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot")
    shutil.rmtree(bot / ".trainer", ignore_errors=True)
    assert readers <= after_command(str(bot), "--plain", stdin="/hello\n")
    assert not after_command(str(bot), "--plain") & readers


def test_what_was_imported_is_gone_through_for_garbage_by_no_start(sample_bots: Path, tmp_path: Path) -> None:
    """Most of a hundred thousand objects, all of which stay."""
    bot = shutil.copytree(sample_bots / "moodbot", tmp_path / "moodbot")
    code = """
import atexit, gc, sys
largest = 0
def look(phase, about):
    global largest
    if phase == "start" and "trainer_tui.runtime.opening" in sys.modules:
        young = (gc.get_objects(generation) for generation in range(about["generation"] + 1))
        largest = max(largest, sum(map(len, young)))
gc.callbacks.append(look)
atexit.register(lambda: print("LARGEST", largest))
from trainer_tui.cli import main
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(bot), "--plain"], input="", capture_output=True, text=True, cwd=PACKAGE.parent
    )
    largest = done.stdout.splitlines()[-1]
    assert largest.startswith("LARGEST "), done.stderr
    assert int(largest.removeprefix("LARGEST ")) < 15_000


def test_an_address_is_looked_up_without_the_alphabets_of_others() -> None:
    asked = (
        "import asyncio\nfrom trainer_tui.runtime.action_server import answers\nasyncio.run(answers('localhost', 1))"
    )
    assert "stringprep" not in loaded_after(asked)


def test_what_an_export_needs_is_loaded_by_the_first_one(plain: set[str], sample_bots: Path, tmp_path: Path) -> None:
    rooms = {"trainer_tui.export.planning", "trainer_tui.formats.patch", "trainer_tui.runtime.exporting"}
    assert not plain & rooms
    bot = shutil.copytree(sample_bots / "moodbot", tmp_path / "moodbot")
    assert rooms <= after_command(str(bot), "--plain", stdin="/greet\n\n\n\n:export\n")


def test_what_a_script_needs_is_loaded_by_the_first_one(plain: set[str]) -> None:
    assert not plain & {
        "trainer_tui.formats.chat_log",
        "trainer_tui.formats.json.conversations",
        "trainer_tui.runtime.script_sources",
        "trainer_tui.session.told",
    }


def test_what_is_known_beside_a_question_is_loaded_by_the_first_command_that_asks(plain: set[str]) -> None:
    assert not plain & {
        "trainer_tui.asking.what_if",
        "trainer_tui.insight.story_map",
        "trainer_tui.insight.what_if",
        "trainer_tui.plain.insight",
        "trainer_tui.runtime.insights",
    }


def test_only_a_review_and_a_deployed_model_load_what_they_need(plain: set[str], full: set[str]) -> None:
    others = {
        "trainer_tui.asking.reviewing",
        "trainer_tui.asking.settling",
        "trainer_tui.plain.review",
        "trainer_tui.runtime.deployed_teacher",
        "trainer_tui.runtime.rasa_server",
        "trainer_tui.ui.reviewed",
    }
    assert not (plain | full) & others


def test_a_sheet_is_loaded_by_the_first_key_that_opens_it(full: set[str]) -> None:
    screens = {name.removeprefix("trainer_tui.ui.screens.") for name in full if ".ui.screens." in name}
    assert screens == {"main", "overlay", "session"}


def test_what_takes_an_answer_is_loaded_by_the_first_such_question(full: set[str]) -> None:
    bodies = {name.removeprefix("trainer_tui.ui.widgets.prompts.") for name in full if ".ui.widgets.prompts." in name}
    assert bodies == {"body", "message", "typing", "waiting"}
    assert not full & {"trainer_tui.ui.editor", "trainer_tui.ui.marking", "trainer_tui.ui.widgets.entity_editor"}


def test_few_modules_are_loaded_before_the_screen_opens(full: set[str]) -> None:
    """Each costs a start about a third of a millisecond."""
    loaded = full | loaded_after("import trainer_tui.commands.interactive, trainer_tui.runtime.opening")
    own = {name for name in loaded if name.startswith("trainer_tui.")}
    assert len(own) <= 218, sorted(own)
