"""The models of a session: taken from where they lie, and kept there once they are fitted.

A project that has not changed finds its models in the cache and fits nothing. `--core` and `--nlu` come before the
cache; `-o DIR` is written after the first fit and at the end of the session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.formats.file_contents import DOMAIN, RESPONSES, RULES, STORIES
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.nlu.components import Settings
from trainer_tui.nlu.project_settings import settings_of
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.progress import Progress, part_of, unheard
from trainer_tui.runtime.collection import making_what_stays, no_collection
from trainer_tui.runtime.later import Later
from trainer_tui.runtime.models.archive import MALFORMED, Kind
from trainer_tui.runtime.models.cache import ModelCache, cache_key
from trainer_tui.runtime.models.dialogue import DialogueSources, save_dialogue
from trainer_tui.runtime.models.folders import dialogue_folder, find_interpreter, nlu_folder
from trainer_tui.runtime.project import Project, as_entries
from trainer_tui.runtime.reading.project_data import ProjectData
from trainer_tui.runtime.training import DialogueTeacher, InterpreterTeacher, SessionTeacher

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trainer_tui.nlu.pipeline import PipelineInterpreter
    from trainer_tui.runtime.interpreter_http import HttpInterpreter

    Arrays = Mapping[str, NDArray[Any]]

Model = TypeVar("Model")

_JOINED, _LOADED = 0.3, 0.7
"""Of the time until policies can answer, gone when the stories are joined, and when the learned policy is loaded."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where models lie: `core` was loaded already; `nlu` is read, or written where nothing is there yet."""

    cache: Path
    core: LearnedPolicy | None = None
    nlu: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class TodaysModel:
    """What a bot's data teaches: `key` is one name for it. Without examples messages are not read. `examples` are the
    texts that the interpreter knows. `rasa` is the server whose model comes before it, `own` the same without."""

    key: str
    domain: Domain
    ensemble: Ensemble
    interpreter: PipelineInterpreter | None
    examples: tuple[str, ...]
    rasa: Endpoint | None = None
    own: TodaysModel | None = None


def _dialogue_key(data: ProjectData) -> str:
    """One name for what a dialogue model is made of: what was read, which may lie there no longer. It is told by what
    stands in the files, not by where they lie: a project that is moved or copied keeps its models."""
    files = (data.content_hashes(DOMAIN, RESPONSES), data.content_hashes(STORIES, RULES))
    return cache_key([*map(" ".join, files), repr(as_entries(data.config.policies))])


class SessionModels:
    """Makes the teacher of a session, and keeps what it fits. `notes` are to be said once."""

    def __init__(self, project: Project, places: Places) -> None:
        self.notes: tuple[str, ...] = ()
        self._project = project
        # The texts of all story files go with them, and are written by -o alone.
        self._sources = DialogueSources.of(project.data) if places.out else None
        self._places = places
        self._cache = ModelCache(places.cache)
        self._dialogue_key = _dialogue_key(project.data)
        self._unkept: list[Callable[[], bool]] = []
        self._is_known = False

    def teacher(self, changed: Callable[[], None]) -> SessionTeacher:
        """What learns in this session; `changed` is called when there is something new to show."""
        dialogue = self._dialogue(changed)
        if self._project.endpoints.nlu:
            return SessionTeacher(dialogue, self._server(self._project.endpoints.nlu))
        return SessionTeacher(dialogue, self._messages(changed))

    @no_collection()
    def whole(self, tell: Progress = unheard) -> TodaysModel:
        """The models of the project's data alone, fitted here and now where none are kept."""
        project = self._project
        ensemble = Ensemble(project.policies, project.domain.era)
        known = self._places.core or self._kept_policy()
        if known or not any(isinstance(policy, LearnedPolicy) for policy in project.policies):
            ensemble = ensemble.remember(project.trackers, project.domain, known, tell)
        else:
            ensemble = ensemble.train(project.trackers, project.domain, tell)
            learned = next(policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy))
            self._cache.store("dialogue", self._dialogue_key, *learned.to_parts())
        interpreter = self._whole_interpreter(tell) if project.data.nlu.examples else None
        key = self._interpreter_key if interpreter else ""
        texts = tuple(example.text for example in project.data.nlu.examples)
        return TodaysModel(cache_key([self._dialogue_key, key]), project.domain, ensemble, interpreter, texts)

    def _whole_interpreter(self, tell: Progress) -> PipelineInterpreter:
        settings = self._settings()
        known = self._kept_interpreter()
        if known is None:
            known = self._untrained_interpreter(settings).train(self._project.data.nlu, tell)
            self._store_interpreter(known)
        return known

    def keep(self) -> None:
        """Store the models whose first fit is done, and what there is to keep of them later."""
        self._unkept = [is_waiting for is_waiting in self._unkept if is_waiting()]

    def write_out(self, teacher: SessionTeacher) -> str:
        """Write `-o`, as the session leaves the models; a line on what went wrong, if anything."""
        if self._places.out is None or self._sources is None:
            return ""
        teacher.dialogue.settle()
        try:
            save_dialogue(
                dialogue_folder(self._places.out), self._sources, teacher.dialogue.ensemble, self._project.domain
            )
            if isinstance(teacher.messages, InterpreterTeacher) and teacher.messages.settle():
                from trainer_tui.runtime.models.nlu import save_interpreter

                save_interpreter(nlu_folder(self._places.out), teacher.messages.interpreter)
        except TrainerError as error:
            return str(error)
        return ""

    # --- policies -------------------------------------------------------------------------------------------------

    def _dialogue(self, changed: Callable[[], None]) -> DialogueTeacher:
        teacher = DialogueTeacher(Later(self._remembering), changed)
        self._unkept.append(lambda: self._is_dialogue_unkept(teacher))
        return teacher

    @making_what_stays()
    def _remembering(self, tell: Progress) -> Ensemble:
        """The policies, the learned one as it was fitted before, if that is kept. What was read is kept then, too."""
        project = self._project
        project.join(part_of(tell, 0.0, _JOINED))
        known = self._places.core or self._kept_policy()
        self._is_known = known is not None
        ensemble = Ensemble(project.policies, project.domain.era)
        told = part_of(tell, _LOADED if known else _JOINED, 1.0)
        ensemble = ensemble.remember(project.trackers, project.domain, known, told)
        if project.kept:
            project.kept.write()
        return ensemble

    def _kept_policy(self) -> LearnedPolicy | None:
        """The learned policy as it was fitted to the very same files, if that is kept."""
        wanted = any(isinstance(policy, LearnedPolicy) for policy in self._project.policies)
        return self._cached("dialogue", self._dialogue_key, LearnedPolicy.from_parts) if wanted else None

    def _cached(self, kind: Kind, key: str, made_of: Callable[[Mapping[str, Any], Arrays], Model]) -> Model | None:
        """The model of that key; None where none is kept, or what is kept does not hold one."""
        archive = self._cache.load(kind, key)
        if archive:
            with suppress(*MALFORMED):
                return made_of(archive.described, archive.arrays)
        return None

    def _is_dialogue_unkept(self, teacher: DialogueTeacher) -> bool:
        if not teacher.is_ready:
            return True
        if self._is_known or teacher.policy is None:
            return False
        first = teacher.refits.best(())
        if first is None:
            return True
        teacher.policy.adopt(first.model)
        self._cache.store("dialogue", self._dialogue_key, *teacher.policy.to_parts())
        if self._places.out and self._sources:
            save_dialogue(dialogue_folder(self._places.out), self._sources, teacher.ensemble, self._project.domain)
        return False

    # --- the interpreter ------------------------------------------------------------------------------------------

    def _server(self, endpoint: Endpoint) -> HttpInterpreter:
        from trainer_tui.runtime.interpreter_http import HttpInterpreter

        self.notes += (f"Messages are understood by the server at {endpoint.shown}.",)
        return HttpInterpreter(endpoint)

    def _messages(self, changed: Callable[[], None]) -> InterpreterTeacher:
        project = self._project
        found = find_interpreter(self._places.nlu) if self._places.nlu else None
        if found:
            from trainer_tui.runtime.models.nlu import load_interpreter

            interpreter = load_interpreter(found, project.domain)
            return InterpreterTeacher(lambda: (interpreter, True), None, changed)
        settings = self._settings()
        kept: frozenset[str] | None = None

        def make() -> tuple[PipelineInterpreter, bool]:
            nonlocal kept
            known = self._kept_interpreter()
            if known is not None and not self._places.nlu:
                kept = known.given_up()
            return known or self._untrained_interpreter(settings), known is not None

        def keep() -> bool:
            """Store the interpreter once it is fitted (`kept` None), and again when a regex was given up: no later
            session runs into that."""
            nonlocal kept
            best = teacher.refits.best(())
            if best is not None and best.model.given_up() != kept:
                kept = best.model.given_up()
                self._store_interpreter(best.model)
            return True

        # Made when the first question stands: reading it takes a while, and no answer to that needs it.
        teacher = InterpreterTeacher(make, project.data.nlu, changed)
        self._unkept.append(keep)
        return teacher

    def _settings(self) -> Settings:
        """What the pipeline asks for; what there is to say of that is noted."""
        config = self._project.data.config
        settings, notes = settings_of(as_entries(config.pipeline), config.language)
        self.notes += notes
        return settings

    def _untrained_interpreter(self, settings: Settings) -> PipelineInterpreter:
        from trainer_tui.nlu.pipeline import PipelineInterpreter

        return PipelineInterpreter(settings, self._project.domain)

    def _kept_interpreter(self) -> PipelineInterpreter | None:
        """The interpreter as it was fitted to the very same data, if that is kept."""
        from trainer_tui.nlu.pipeline import PipelineInterpreter

        made_of = partial(PipelineInterpreter.from_parts, domain=self._project.domain)
        return self._cached("nlu", self._interpreter_key, made_of)

    @cached_property
    def _interpreter_key(self) -> str:
        """One name for the NLU data and how it is learned."""
        data = self._project.data
        return cache_key([repr(data.nlu), repr(as_entries(data.config.pipeline)), repr(data.config.language)])

    def _store_interpreter(self, interpreter: PipelineInterpreter) -> None:
        from trainer_tui.runtime.models.nlu import save_interpreter

        self._cache.store("nlu", self._interpreter_key, *interpreter.to_parts())
        for folder in (self._places.nlu, nlu_folder(self._places.out) if self._places.out else None):
            if folder:
                save_interpreter(folder, interpreter)
