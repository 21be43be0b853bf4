"""What goes wrong in silence is in the log, and never on the screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from trainer_tui.runtime.log import LOG_FILE, log_to


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    ("verbosity", "is_quiet", "kept"),
    [
        (0, False, ["warned", "failed"]),
        (1, False, ["did", "warned", "failed"]),
        (2, False, ["looked", "did", "warned", "failed"]),
        (3, False, ["looked", "did", "warned", "failed"]),
        (0, True, ["failed"]),
    ],
)
def test_the_log_holds_what_was_asked_for(tmp_path: Path, verbosity: int, is_quiet: bool, kept: list[str]) -> None:
    log_to(tmp_path, verbosity, is_quiet)
    logger = logging.getLogger("bot")
    logger.debug("looked")
    logger.info("did")
    logger.warning("warned")
    logger.error("failed")
    lines = (tmp_path / LOG_FILE).read_text(encoding="utf-8").splitlines()
    assert [line.rsplit(" ", 1)[-1] for line in lines if " bot: " in line] == kept


def test_nothing_is_logged_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().addHandler(logging.StreamHandler())
    log_to(tmp_path, 2, False)
    logging.getLogger("bot").error("failed")
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_written_has_no_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log_to(tmp_path / "file", 0, False)
    logging.getLogger("bot").error("failed")
