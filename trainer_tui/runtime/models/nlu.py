"""The interpreter on disk."""

from __future__ import annotations

from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.nlu.pipeline import PipelineInterpreter
from trainer_tui.runtime.models.archive import MALFORMED, damaged, read_archive, write_archive


def save_interpreter(folder: Path, interpreter: PipelineInterpreter) -> None:
    """Write the model of the project's data; ModelError where that cannot be done."""
    write_archive(folder, "nlu", *interpreter.to_parts(), None)


def load_interpreter(folder: Path, domain: Domain | None = None) -> PipelineInterpreter:
    """The interpreter, of any domain: its intents and entities are its own. ModelError where it is damaged."""
    archive = read_archive(folder, "nlu")
    try:
        return PipelineInterpreter.from_parts(archive.described, archive.arrays, domain)
    except MALFORMED as error:
        raise damaged(folder, "nlu", error) from error
