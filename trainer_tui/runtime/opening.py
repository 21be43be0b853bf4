"""From what is asked for to a running session: project, models, action server, journal."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os.path import exists
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.core.domain import Domain
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import StoryFile, TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import InvalidInput, Problem, TrainerError
from trainer_tui.formats.yaml.domain import merge, parse_domain
from trainer_tui.policies.ensemble import longest_memory
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.action_server import Launch, NoLaunch, find_launch
from trainer_tui.runtime.actions import ActionRunner
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.journal import Journal, JournalRefused, journal_path, sessions
from trainer_tui.runtime.journal_reading import Header
from trainer_tui.runtime.log import log_to
from trainer_tui.runtime.models.dialogue import DialogueModel, load_dialogue
from trainer_tui.runtime.models.folders import find_dialogue
from trainer_tui.runtime.models.rasa import refuse_rasa_model
from trainer_tui.runtime.performing import Performer
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.reading.file_search import has_domain
from trainer_tui.runtime.reading.kept import KeptReading
from trainer_tui.runtime.session_models import Places, SessionModels
from trainer_tui.runtime.session_parts import ASK_EVERYTHING, Bot, Code, Offer, Options, Teacher
from trainer_tui.runtime.sessions import make_state_folder, next_name, session_name, unfinished
from trainer_tui.runtime.trust import is_trusted, modules, trust
from trainer_tui.runtime.untaught import Untaught
from trainer_tui.words import counted, listed

if TYPE_CHECKING:
    from trainer_tui.insight.findings import Findings
    from trainer_tui.runtime.exporting import Exporter
    from trainer_tui.runtime.rasa_server import RasaServer
    from trainer_tui.runtime.script_sources import ScriptSources

STATE_FOLDER = ".trainer"
_SESSIONS, _TALKS = "sessions", "talks"


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What to teach, and in which session.

    `core` and `nlu` are folders of trained models, `out` one to write them into; `rasa` is the address of a running
    Rasa server, whose model interprets and predicts. `state_folder` keeps sessions (None: in the bot's folder).
    `conversation_id` names a session, `is_resuming` asks for the latest one, `start_from` names a story, session or
    file whose conversation is played first. `verbosity` and `is_quiet` are those of the log. `runs_actions`: whether
    the project's actions are run; None: as the person has said of this folder, who is asked where somebody is there
    (`can_ask`). `is_talk`: nothing is taught, and what was said is kept apart from the sessions.
    """

    sources: Sources
    core: Path | None = None
    nlu: Path | None = None
    out: Path | None = None
    rasa: str | None = None
    state_folder: Path | None = None
    conversation_id: str | None = None
    is_resuming: bool = False
    start_from: str | None = None
    options: Options = ASK_EVERYTHING
    verbosity: int = 0
    is_quiet: bool = False
    runs_actions: bool | None = None
    can_ask: bool = False
    is_talk: bool = False


ReadBot = tuple[DialogueModel | None, Project]


def open_session(
    request: SessionRequest,
    environ: Mapping[str, str] = os.environ,
    bot: ReadBot | None = None,
    tell: Progress = unheard,
) -> Controller:
    """The session that is asked for, of a bot that `read_bot` may have read already. TrainerError (InvalidInput) where
    it cannot be opened. `tell` is told how far reading is."""
    root = request.sources.root
    model, project = bot or read_bot(request, environ, tell)
    state = _state_folder(request)
    make_state_folder(state)
    log_to(state, request.verbosity, request.is_quiet)
    places = Places(state / "cache", model.policy if model else None, request.nlu, request.out)
    learning = _Learning(places, _server(request, project, environ), is_teaching=not request.is_talk)
    teacher = learning.begin(project)
    found = find_launch(project.root.resolve(), environ)
    launch = _allowed(found, request)
    runner = ActionRunner(
        project.endpoints,
        launch,
        state / "actions.log",
        environ=environ,
        choose=random.choice,
        now=time.time,
    )

    def read() -> Project:
        return _project(request, model, environ)

    told = _bot(project, root, learning.models.notes, read)

    def make_exporter() -> Exporter:
        from trainer_tui.runtime.exporting import Exporter

        return Exporter(lambda: learning.project.data, lambda _: learning.project.trackers)

    def make_sources() -> ScriptSources:
        from trainer_tui.runtime.script_sources import ScriptSources

        return ScriptSources(learning.stories, (state / _SESSIONS, state / _TALKS), environ)

    def reread() -> tuple[Bot, Teacher]:
        changed = read()
        again = learning.begin(changed)
        return _bot(changed, root, learning.models.notes, read), again

    controller = Controller(
        Performer(told, teacher, runner, reread),
        make_exporter,
        make_sources,
        None,
        leaving=learning.write_out,
        now=time.time,
        options=request.options,
    )
    learning.watching = controller.refresh
    is_open = request.runs_actions is None and request.can_ask and launch is not found
    if is_open and isinstance(found, Launch) and runner.needs_server_for(project.domain):
        controller.ask_about_code(Code(listed(modules(found), 3), partial(_answered, found, runner)))
    header = Header("", time.time())
    if request.is_talk:
        _keep_new(controller, journal_path(state / _TALKS, next_name(state / _TALKS, "talk")), header)
    else:
        _keep(controller, request, state / _SESSIONS, header)
    if request.start_from:
        try:
            controller.start_from(request.start_from)
        except TrainerError:
            # Where there is nothing to begin from, no session stays behind.
            controller.close()
            raise
    return controller


def _server(request: SessionRequest, project: Project, environ: Mapping[str, str]) -> RasaServer | None:
    """The one whose model interprets and predicts; most sessions ask none, and load nothing for it."""
    if not (request.rasa or project.endpoints.rasa):
        return None
    from trainer_tui.runtime.rasa_server import RasaServer, server_at

    endpoint = server_at(request.rasa, environ) if request.rasa else project.endpoints.rasa
    return RasaServer(endpoint) if endpoint else None


def _allowed(found: Launch | NoLaunch, request: SessionRequest) -> Launch | NoLaunch:
    """How the project's actions are run, or why they are not, before anybody was asked."""
    if isinstance(found, NoLaunch) or request.runs_actions:
        return found
    if request.runs_actions is None and is_trusted(found):
        return found
    return NoLaunch(f"{found.root} has actions of its own, which are not run: --actions runs them.", True)


def _answered(launch: Launch, runner: ActionRunner, may_run: bool) -> str:
    if not may_run:
        return ""
    runner.use(launch)
    return trust(launch)


def read_bot(request: SessionRequest, environ: Mapping[str, str] = os.environ, tell: Progress = unheard) -> ReadBot:
    """The model that is named, if any, and the project; TrainerError where they cannot be read. Nothing is written."""
    sources = request.sources
    if not sources.domain and not has_domain(sources.root):
        refuse_rasa_model(sources.root, "FOLDER")
    model = _core_model(request.core)
    return model, _project(request, model, environ, tell)


def _bot(project: Project, root: Path, notes: tuple[str, ...], read: Callable[[], Project]) -> Bot:
    """`read` reads the project again: health is asked for once more when something was mended."""
    return Bot(
        project.name,
        root,
        project.domain,
        project.trackers,
        warnings=project.warnings,
        notes=(*project.notes, *notes),
        look=lambda: _faults(project),
        max_history=longest_memory(project.policies),
        tests=lambda: _tests(project),
        page=lambda journal: _page(project, journal),
        health=lambda taught, tell: _health(read(), taught, tell),
    )


def _health(project: Project, taught: Sequence[Example], tell: Progress) -> Findings:
    from trainer_tui.runtime.data_health import findings

    return findings(project.data, taught, tell)


def _page(project: Project, journal: Path | None) -> str:
    from trainer_tui.runtime.story_graph import WRITERS, story_graph

    return WRITERS[".html"](story_graph(project, journal), f"Stories of {project.name}")


def _tests(project: Project) -> list[TrainingTracker]:
    from trainer_tui.insight.story_predictions import each_story

    return each_story(project.data.test_stories, project.domain)


def _faults(project: Project) -> list[Problem]:
    """What does not fit together in the project: names and rules."""
    from trainer_tui.insight.validation import find_faults

    data = project.data
    return find_faults(data.domain, data.stories, data.nlu, project.trackers)


class _Learning:
    """The models of the session, made anew where the project's files were changed in its midst."""

    def __init__(self, places: Places, server: RasaServer | None, is_teaching: bool) -> None:
        self.watching: Callable[[], None] | None = None
        self._places = places
        self._server = server
        self._is_teaching = is_teaching

    def begin(self, project: Project) -> Teacher:
        self.project = project
        self.models = SessionModels(project, self._places)
        self.teacher = self.models.teacher(self._changed)
        # A model that was named on the command line knows nothing of later changes.
        self._places = replace(self._places, core=None)
        teacher: Teacher = self.teacher
        if self._server is not None:
            from trainer_tui.runtime.deployed_teacher import DeployedTeacher

            teacher = DeployedTeacher(self.teacher, self._server)
        return teacher if self._is_teaching else Untaught(teacher)

    def stories(self) -> tuple[StoryFile, StoryFile, Sequence[TrainingTracker]]:
        """Those of the project as it was read last: stories, test stories, and conversations as the stories join."""
        data = self.project.data
        return data.stories, data.test_stories, self.project.trackers

    def write_out(self) -> str:
        return self.models.write_out(self.teacher)

    def _changed(self) -> None:
        self.models.keep()
        if self.watching:
            self.watching()


def _core_model(folder: Path | None) -> DialogueModel | None:
    if folder is None:
        return None
    refuse_rasa_model(folder, "--core")
    return load_dialogue(find_dialogue(folder))


def _state_folder(request: SessionRequest) -> Path:
    return request.state_folder or request.sources.root / STATE_FOLDER


def _project(
    request: SessionRequest, model: DialogueModel | None, environ: Mapping[str, str], tell: Progress = unheard
) -> Project:
    sources, kept = request.sources, KeptReading(_state_folder(request) / "cache" / "stories.jsonl")
    if model is None:
        return load_project(sources, environ, tell=tell, kept=kept)
    # The model knows which files it was made of; what is named comes before.
    carried = model.sources
    missing = [file.path for file in carried.stories if not exists(file.path)]
    if missing and not sources.stories:
        raise InvalidInput(
            Problem(f"{path}: the model was trained on this file, which is gone", hint="Name the stories with -s.")
            for path in missing
        )
    found = replace(
        sources,
        domain=sources.domain or [file.path for file in carried.domain if exists(file.path)],
        stories=sources.stories or [file.path for file in carried.stories],
        config=sources.config or (carried.config.path if carried.config and exists(carried.config.path) else None),
    )
    project = load_project(found, environ, None if sources.domain else _carried_domain(model, environ), tell, kept)
    changed = [file.path for file in (*carried.domain, *carried.stories) if file.has_changed()]
    warnings = tuple(
        Problem(f"{path} has changed since the model was trained", hint="Train it again.", is_error=False)
        for path in changed
    )
    return replace(project, warnings=(*project.warnings, *warnings))


def _carried_domain(model: DialogueModel, environ: Mapping[str, str]) -> Domain:
    return merge(parse_domain(file.text or "", str(file.path), environ) for file in model.sources.domain).domain


# --- the journal --------------------------------------------------------------------------------------------------


@no_collection()
def _keep(controller: Controller, request: SessionRequest, folder: Path, header: Header) -> None:
    """Give the session its journal: the one asked for, the latest with --resume, else a new one, the latest unfinished
    one offered first. Where none can be written, that is said, and the session lives in memory."""
    if request.conversation_id:
        name = session_name(request.conversation_id)
        path = journal_path(folder, name)
        if exists(path):
            controller.resume(*Journal.resume(path))
        else:
            _keep_new(controller, path, header)
        return
    left = unfinished(folder)
    if request.is_resuming:
        latest = left.path if left else next(iter(sessions(folder)), None)
        if latest is None:
            raise TrainerError("there is no session to resume", f"None is kept in {folder}.")
        controller.resume(*Journal.resume(latest))
        return
    _keep_new(controller, journal_path(folder, next_name(folder)), header)
    if left and not request.start_from:
        when = time.strftime("%A %d %B, %H:%M", time.localtime(left.at))
        count = counted(left.answers, "message")
        path = left.path
        controller.offer(Offer(f"{left.name}, {count}, last changed {when}", lambda: Journal.resume(path)))


def _keep_new(controller: Controller, path: Path, header: Header) -> None:
    try:
        controller.keep(Journal.create(path, replace(header, session=path.stem), controller.timeline.project))
    except JournalRefused as error:
        controller.notice = f"{error} The session lives in memory: export before you leave."
        controller.refresh()
