"""From what a command line names to a review: the bot, its stores, today's model and the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import InvalidInput, Problem, TrainerError
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.rasa_server import server_at
from trainer_tui.runtime.review.database import ReviewFile
from trainer_tui.runtime.review.deployed import deployed
from trainer_tui.runtime.review.listing import Listing
from trainer_tui.runtime.review.messages import Messages
from trainer_tui.runtime.review.scored_rows import ScoredRows
from trainer_tui.runtime.review.scoring import Tell, score
from trainer_tui.runtime.session_models import Places, SessionModels, TodaysModel
from trainer_tui.runtime.sessions import make_state_folder
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import Store
from trainer_tui.runtime.workers import Workers


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Which bot, and which stores of its conversations (none: the tracker_store of its endpoints.yml). `rasa` is the
    address of a running Rasa server whose model scores (none: `rasa:` there, if anything)."""

    folder: Path
    sources: tuple[str, ...] = ()
    state_dir: Path | None = None
    rasa: str | None = None

    @property
    def state(self) -> Path:
        return self.state_dir or self.folder / ".trainer"

    def as_json(self) -> dict[str, Any]:
        state = str(self.state_dir) if self.state_dir else None
        return {"folder": str(self.folder), "sources": list(self.sources), "state_dir": state, "rasa": self.rasa}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        state = Path(found["state_dir"]) if found["state_dir"] else None
        return cls(Path(found["folder"]), tuple(found["sources"]), state, found["rasa"])

    def open(self, environ: Mapping[str, str], project: Project | None = None, tell: Progress = unheard) -> Opened:
        """`project` is the bot where it was read already. TrainerError where it cannot be, or none of the stores can
        be opened."""
        project = project or load_project(Sources(self.folder), environ, tell=tell)
        stores, problems = _opened(self.sources, project, environ)
        make_state_folder(self.state)
        # The collector finds nothing among what is loaded to stay.
        with no_collection():
            models = SessionModels(project, Places(self.state / "cache"))
            model = models.whole(tell)
        endpoint = server_at(self.rasa, environ) if self.rasa else project.endpoints.rasa
        if endpoint is not None and model.interpreter is not None:
            try:
                model = deployed(model, endpoint)
            except TrainerError as error:
                problems = (*problems, Problem(f"{error} Our model scores until it answers."))
        return Opened(project, stores, model, ReviewFile(self.state / "review.db"), problems, models.notes)


@dataclass(frozen=True, slots=True)
class Opened:
    """All that a review needs. `problems` name stores that do not let in."""

    project: Project
    stores: tuple[Store, ...]
    model: TodaysModel
    file: ReviewFile
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def score(self, tell: Tell, workers: Workers) -> None:
        """Score all that is new, until there is no more."""
        score(self.stores, self.model, ScoredRows(self.file), tell, workers)

    def listing(self) -> Listing:
        """What was read of these stores; others cannot be opened."""
        return Listing(self.file, self._labels)

    def messages(self) -> Messages:
        """What users said in these stores."""
        return Messages(self.file, self._labels)

    @property
    def _labels(self) -> tuple[str, ...]:
        return tuple(store.label for store in self.stores)

    def close(self) -> None:
        for store in self.stores:
            store.close()
        self.file.close()


def _opened(
    sources: Sequence[str], project: Project, environ: Mapping[str, str]
) -> tuple[tuple[Store, ...], tuple[Problem, ...]]:
    stores: list[Store] = []
    problems: list[Problem] = []
    for source in sources or (None,):
        try:
            stores.append(open_store(source, project, environ))
        except TrainerError as error:
            problems.append(Problem(str(error)))
    if not stores:
        raise InvalidInput(problems)
    return tuple(stores), tuple(problems)
