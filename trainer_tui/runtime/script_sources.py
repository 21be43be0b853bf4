"""Where scripts come from: the project's stories, rules and test stories, saved sessions, files of conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from os.path import expanduser, isfile
from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.core.stories import Rule, StoryFile, StoryStep, TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.formats.conversation_file import reader_of
from trainer_tui.formats.json.conversations import conversations_of
from trainer_tui.formats.report import Report
from trainer_tui.runtime.files import read_text
from trainer_tui.runtime.journal import journal_path, sessions
from trainer_tui.runtime.journal_reading import is_journal, read_journal
from trainer_tui.runtime.reading.file import read_file
from trainer_tui.runtime.resuming import replay
from trainer_tui.runtime.stores.sqlite import is_sqlite
from trainer_tui.session.nodes import Branch
from trainer_tui.session.recorded import recorded
from trainer_tui.session.script import Script
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.told import Told, fitted, script_told, story_events
from trainer_tui.session.view import SourceView
from trainer_tui.words import listed, nearest

Made = tuple[Script, tuple[Problem, ...]]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Tape:
    """A conversation that can be made a script of. `made` gives the script and what is left out; TrainerError where it
    is another bot's."""

    view: SourceView
    place: Place | None
    made: Callable[[Domain], Made]


class ScriptSources:
    """What a session of a project can start from: `stories` gives its stories, test stories and conversations as they
    are now, `folders` are those of journals."""

    def __init__(
        self,
        stories: Callable[[], tuple[StoryFile, StoryFile, Sequence[TrainingTracker]]],
        folders: Sequence[Path],
        environ: Mapping[str, str],
    ) -> None:
        self._stories = stories
        self._folders = folders
        self._environ = environ

    def views(self) -> tuple[SourceView, ...]:
        return tuple(tape.view for tape in _told_apart(self._tapes()))

    def find(self, name: str, domain: Domain) -> Made:
        """The script of a source: its id, its name where only one has it, or the path of a file (`FILE#NAME` where that
        holds several). TrainerError where there is none, or the conversation is another bot's."""
        tapes = _told_apart(self._tapes())
        found = [tape for tape in tapes if tape.view.id == name] or [tape for tape in tapes if tape.view.name == name]
        if not found:
            path, _, within = name.partition("#")
            file = Path(expanduser(path))
            if not isfile(file):
                raise TrainerError(
                    f"there is no story, session or file {name!r}",
                    hint="See what there is to start from; a path counts from where the trainer was started.",
                )
            tapes_of_file, problems = tapes_in(file, domain, self._environ)
            there = _told_apart(tapes_of_file)
            if not there:
                raise _nothing_in(path, problems)
            found = [tape for tape in there if within in ("", tape.view.name, tape.view.id)]
            if not found:
                named = listed([tape.view.name for tape in there], _NAMED)
                raise TrainerError(
                    f"no conversation in it is called {within!r}", f"There is {named}.", place=Place(path)
                )
            script, left_out = _only(found, path).made(domain)
            return script, (*problems, *left_out)
        return _only(found, name).made(domain)

    def _tapes(self) -> Iterator[Tape]:
        stories, tests, trackers = self._stories()
        yield from story_tapes(stories, trackers)
        yield from story_tapes(tests, (), is_test=True)
        for folder in self._folders:
            yield from map(_session_tape, sessions(folder))


def _told_apart(tapes: Iterable[Tape]) -> list[Tape]:
    """Those that have one id are known by their places as well."""
    found = list(tapes)
    counts = Counter(tape.view.id for tape in found)
    return [
        replace(tape, view=replace(tape.view, id=f"{tape.view.id} ({tape.view.detail})"))
        if counts[tape.view.id] > 1
        else tape
        for tape in found
    ]


def _only(found: Sequence[Tape], name: str) -> Tape:
    if len(found) > 1:
        named = listed([tape.view.id for tape in found], _NAMED)
        raise TrainerError(f"{name!r} names {len(found)} conversations", f"They are {named}.", "Name one of them.")
    return found[0]


def _nothing_in(path: str, problems: Sequence[Problem]) -> TrainerError:
    hint = (
        "It may hold a session, a tracker or events of Rasa, a chat log of user: and bot: lines, a table, or stories."
    )
    return TrainerError("no conversation is in it", " ".join(map(str, problems[:1])), hint, Place(path))


# --- stories ----------------------------------------------------------------------------------------------------------


def story_tapes(file: StoryFile, trackers: Sequence[TrainingTracker], is_test: bool = False) -> Iterator[Tape]:
    """Each story and rule; of one that goes on from a checkpoint what leads there too, as `trackers` join it."""
    for step in file.steps:
        joined = _joined(step, trackers) if step.start_checkpoints else None
        events = joined or story_events(step.events)
        yield _story_tape("test story" if is_test else "story", step, events, () if joined else _lines_of(step))
    for rule in file.rules:
        yield _story_tape("rule", rule, story_events(rule.events, rule.condition), ())


def _story_tape(kind: str, story: StoryStep | Rule, events: tuple[Event, ...], lines: tuple[int | None, ...]) -> Tape:
    place = story.place
    view = SourceView(f"{kind} {story.name}", kind, story.name, str(place or ""))  # type: ignore[arg-type]
    told = Told(story.name, events, lines, place.path if place else "")
    return Tape(view, place, lambda domain: script_told(told, domain))


def _lines_of(step: StoryStep) -> tuple[int | None, ...]:
    return step.lines if len(step.lines) == len(story_events(step.events)) else ()


def _joined(step: StoryStep, trackers: Sequence[TrainingTracker]) -> tuple[Event, ...]:
    for tracker in trackers:
        if step.name in tracker.story.split(" > "):
            return tracker.events
    return ()


# --- sessions ---------------------------------------------------------------------------------------------------------


def _session_tape(path: Path) -> Tape:
    def made(domain: Domain) -> Made:
        timeline = session_timeline(path, domain)
        script = branch_script(timeline.branch, path.stem)
        return fitted(script, domain, path.name)

    return Tape(SourceView(f"session {path.stem}", "session", path.stem, path.name), Place(str(path)), made)


def session_timeline(path: Path, today: Domain) -> Timeline:
    """A journal as it was left; TrainerError where it is none."""
    return replay(read_journal(path), today).timeline


def branch_script(branch: Branch, name: str) -> Script:
    return Script.of(name, (item.step for item in recorded(branch.tip)))


def session_tapes(path: Path, today: Domain) -> Iterator[Tape]:
    """Each branch that is live in a journal, all but those on which nothing was said of their own."""
    timeline = session_timeline(path, today)
    branches = [branch for branch in timeline.branches.values() if branch.tip is not branch.forked_at]
    for branch in branches:
        name = path.stem if len(branches) == 1 else f"{path.stem} {branch.name}"
        script = branch_script(branch, name)
        if script.turns:
            yield Tape(
                SourceView(f"session {name}", "session", name, path.name),
                Place(str(path)),
                lambda domain, script=script: fitted(script, domain, path.name),  # type: ignore[misc]
            )


# --- files ------------------------------------------------------------------------------------------------------------


def tapes_in(path: Path, today: Domain, environ: Mapping[str, str]) -> tuple[list[Tape], tuple[Problem, ...]]:
    """The conversations of a file: a journal, a tracker or events of Rasa, a chat log or table, stories. TrainerError
    where it cannot be read or holds none of these."""
    if is_journal(path):
        return list(session_tapes(path, today)), ()
    if is_sqlite(path):
        hint = f"trainer-tui review FOLDER --from {path} reads it, and plays what you choose."
        raise TrainerError("the file is a database, such as a tracker store", hint=hint, place=Place(str(path)))
    text = read_text(path)
    report = Report(str(path))
    if reader := reader_of(text):
        conversations = conversations_of(reader(StringIO(text), path.stem, report), report)
        found = [
            _told_tape(Told(one.sender_id, one.events, one.lines, str(path), is_real=True)) for one in conversations
        ]
        return found, tuple(report.problems)
    file = read_file(path, str(path), is_test=path.name.startswith("test_"), environ=environ)
    tapes = list(story_tapes(file.stories, (), is_test=path.name.startswith("test_")))
    return tapes, tuple(problem for problem in file.problems if not tapes or problem.is_error)


def _told_tape(told: Told) -> Tape:
    view = SourceView(f"{told.source}#{told.name}", "session", told.name, told.source)
    return Tape(view, Place(told.source), lambda domain: script_told(told, domain))


def journal_named(folder: Path, name: str) -> Path:
    """The journal of a session; TrainerError where there is none of that name."""
    path = journal_path(folder, name)
    if not isfile(path):
        near = nearest(name, [known.stem for known in sessions(folder)])
        raise TrainerError(f"there is no session {name!r} in {folder}", near, "List them: trainer-tui sessions.")
    return path
