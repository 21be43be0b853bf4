"""A dialogue model as the project that it is made of: memory and rules come from its own stories, not today's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from trainer_tui.errors import Place
from trainer_tui.runtime.models.archive import ModelError
from trainer_tui.runtime.models.dialogue import DialogueModel, SourceFile
from trainer_tui.runtime.project import Project, Sources, load_project


def project_of(model: DialogueModel, root: Path, environ: Mapping[str, str]) -> Project:
    """What was read when the model was trained; policies of the bot's own are those in `root`. ModelError where the
    model does not hold its stories."""
    made_of = model.sources
    with TemporaryDirectory(prefix="trainer-tui-") as folder:
        config = _laid_out([made_of.config] if made_of.config else [], Path(folder, "config"))
        sources = Sources(
            root,
            domain=_laid_out(made_of.domain, Path(folder, "domain")),
            stories=_laid_out(made_of.stories, Path(folder, "stories")),
            config=next(iter(config), None),
            nlu=(),
        )
        return load_project(sources, environ)


def _laid_out(files: Iterable[SourceFile], folder: Path) -> list[Path]:
    """The texts as files again, by names that tell what they are written in."""
    folder.mkdir()
    laid: list[Path] = []
    for number, file in enumerate(files):
        if file.text is None:
            raise ModelError(
                "the model does not hold its stories",
                f"It was trained by an earlier version on {file.path.name}, and kept no more than its hash.",
                "Train it again with trainer-tui train.",
                Place(str(file.path)),
            )
        path = folder / f"{number}-{file.path.name}"
        path.write_bytes(file.text.encode("utf-8", "surrogatepass"))
        laid.append(path)
    return laid
