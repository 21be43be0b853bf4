"""Exports a session into the project's files: reads them anew, keeps the plan that is looked at, writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from trainer_tui.core.domain import base_intent
from trainer_tui.core.events import ActionExecuted, Era, UserUttered
from trainer_tui.core.featurizers import MAX_HISTORY, labelled_actions
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import Or, Rule, StoryFile, StoryStep, TrainingTracker
from trainer_tui.errors import IllegalInput, Place, TrainerError
from trainer_tui.export.additions import (
    CHANGES,
    STORY_KINDS,
    Change,
    ExampleMove,
    ExamplesRemoval,
    Kind,
    NameRemoval,
    PreviousExport,
    StoryRemoval,
    TargetFile,
    edits_for,
    read_examples,
    stories_in,
)
from trainer_tui.export.conflicts import StoryConflicts, rule_conflicts, unlearned_stories
from trainer_tui.export.conversations import additions, conversations, news
from trainer_tui.export.needs import with_needs
from trainer_tui.export.plan import (
    ConversationToExport,
    ExampleToExport,
    ExportPlan,
    ExportRequest,
    apply,
    hash_of,
    left_out_of,
    preview,
    written,
)
from trainer_tui.export.planning import (
    counts_of,
    edit_text,
    made_by,
    plan_export,
    refresh,
    rename,
    retarget,
    summary,
    switch,
    write_as,
)
from trainer_tui.export.proposals import (
    AsRule,
    Proposal,
    StepChange,
    changed_step,
    example_like,
    with_entity,
    without_entity,
    without_example,
)
from trainer_tui.export.review import ExportReview, ExportRow, Only, Replanned, StoryForm, Written
from trainer_tui.formats.dialect import dialect_of
from trainer_tui.formats.file_contents import DOMAIN, NLU, RULES, STORIES, TEST_STORIES
from trainer_tui.insight.findings import (
    EntityMarked,
    EntityUnmarked,
    ExampleOut,
    ExamplesTaught,
    ExampleTo,
    IntentOut,
    NameOut,
    OfExample,
    RuleTested,
    StoryOut,
)
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.files import read_exactly, refuse_protected, shown_path, write_atomically
from trainer_tui.runtime.project import joined_stories
from trainer_tui.runtime.reading.project_data import ProjectData
from trainer_tui.session.protocol import WarnContradiction
from trainer_tui.session.records import Exported
from trainer_tui.session.timeline import Timeline

_Proposed = ConversationToExport | ExamplesTaught | tuple[str, Kind, Change]

_OfFiles = StepChange | OfExample | StoryOut | NameOut | IntentOut
"""Proposals that change what stands in the files, whatever the session taught."""

_KINDS: Mapping[str, Kind] = {STORIES: "stories", RULES: "rules", TEST_STORIES: "test", NLU: "nlu", DOMAIN: "domain"}

_UNFINISHED = "No turn that is new is whole: what is begun or set by hand is exported once the bot has listened again."


class Exporter:
    """The export of one session. A review is made by `review` and changed by the others; `write` writes it.

    `last_read` gives the project as it was last read in the session, `join` its stories as policies see them.
    """

    def __init__(
        self,
        last_read: Callable[[], ProjectData],
        join: Callable[[ProjectData], Sequence[TrainingTracker]] = joined_stories,
    ) -> None:
        self._last_read = last_read
        self._join = join
        self._data = last_read()
        self._plan: ExportPlan | None = None
        self._leads: dict[str, Path] = {}
        self._proposed: dict[_Proposed, None] = {}

    def review(self, timeline: Timeline, only: Only = "", tell: Progress = unheard) -> ExportReview:
        """Everything new, planned for the files as they are now, those that came since the session began included.

        `only` the "removals" are on: of stories that the session's warning names; or the "proposals".
        """
        return self.reviewing(timeline, only)(tell)

    def reviewing(self, timeline: Timeline, only: Only = "") -> Callable[[Progress], ExportReview]:
        """The same as work that looks at the session no more, for another thread: of many stories it takes seconds.
        There is no other review before it is whole."""
        self._take_up_what_was_read()
        request = replace(self._request(timeline), only=only)
        if only == "removals" and not request.removals:
            raise IllegalInput("no story of a file is in the way here")
        is_unfinished = bool(news(timeline))

        def work(tell: Progress) -> ExportReview:
            if request.conversations:
                self._story_conflicts.make_ready(tell)
            tell("planning what is written", 0.0)
            plan = plan_export(request)
            plan, _ = refresh(plan, self._texts(plan))
            leads = {target.path: self._path(target.path).resolve() for target in plan.targets}
            review = _shown(plan)
            if not review.rows:
                notice = _UNFINISHED if is_unfinished else "Nothing is new since the last export."
                review = replace(review, notice=notice)
            tell("planning what is written", 1.0)
            self._plan, self._leads = plan, leads
            return review

        return work

    def propose(self, *proposals: Proposal) -> None:
        """Have these changes among what is proposed, which `review` may have on alone; IllegalInput or FormatError
        where one cannot be made, and then none is proposed."""
        self._take_up_what_was_read()
        found: dict[_Proposed, None] = {}
        for proposal in proposals:
            match proposal:
                case AsRule():
                    found[self._rule(proposal)] = None
                case RuleTested(_, name, events):
                    key = f"proposed test {name}"
                    found[ConversationToExport(key, name, events, form="test", is_proposed=True)] = None
                case ExamplesTaught():
                    found[proposal] = None
                case _:
                    for target, change in self._changes(proposal):
                        # What a file cannot take is refused as a whole: half of a move would lose what is moved.
                        edits_for(change, target, target.text or "", self._data.domain)
                        found[target.path, target.kind, change] = None
        self._proposed |= found

    def _take_up_what_was_read(self) -> None:
        if self._data is not (data := self._last_read()):
            self._data = data
            self.__dict__.pop("_story_conflicts", None)
            self.__dict__.pop("_conflicts", None)

    def _rule(self, proposal: AsRule) -> ConversationToExport:
        if self._data.domain.era is Era.CORE:
            raise IllegalInput("this project's Rasa has no rules", hint="Rules came with Rasa 2.")
        key = f"proposed rule {proposal.name}"
        return ConversationToExport(key, proposal.name, proposal.events, form="rule", is_proposed=True)

    def _changes(self, proposal: _OfFiles) -> Iterator[tuple[TargetFile, Change]]:
        """What it comes to in the files as they are now."""
        place = proposal.example.place if isinstance(proposal, OfExample) else proposal.place
        if place is None:
            raise IllegalInput("it stands in no file")
        path = self._name(self._data.path_of(place))
        targets = self._targets(())
        target = next((one for one in targets if one.path == path and one.kind in _kinds_of(proposal)), None)
        if target is None:
            raise IllegalInput(f"{place} is in no file that can be written")
        match proposal:
            case StepChange():
                yield target, changed_step(proposal, target)
            case ExampleOut(example):
                yield target, without_example(example, target)
            case ExampleTo(example, intent):
                yield target, without_example(example, target)
                moved = replace(example_like(example, target), intent=intent)
                yield _home_of(intent, targets) or target, ExampleMove(moved)
            case EntityMarked():
                yield target, with_entity(proposal, target)
            case EntityUnmarked():
                yield target, without_entity(proposal, target)
            case IntentOut(_, name):
                for held in targets:
                    if held.kind == "nlu" and name in {base_intent(one.intent) for one in _examples_of(held)}:
                        yield held, ExamplesRemoval(name)
                yield target, NameRemoval("intents", name)
            case NameOut(_, section, name):
                yield target, NameRemoval(section, name)
            case StoryOut():
                stories = stories_in(target)
                found = [
                    (step.place.line or 1, step) for step in stories.steps if step.name == proposal.name and step.place
                ]
                if not found:
                    raise IllegalInput(f"the story {proposal.name!r} does not stand there any more", hint="Look again.")
                line, step = min(found, key=lambda one: abs(one[0] - (place.line or 1)))
                yield target, StoryRemoval(step.name, step.events, line)

    def toggle(self, row: str) -> ExportReview:
        item = self._reviewed.item(row)
        return self._changed(switch(self._reviewed, row, not item.is_on))

    def rename(self, row: str, name: str) -> ExportReview:
        return self._changed(rename(self._reviewed, row, name))

    def retarget(self, row: str, path: str) -> ExportReview:
        if not path.strip():
            raise IllegalInput("a file needs a name")
        text = read_exactly(self._path(path))
        self._leads[path] = self._path(path).resolve()
        return self._changed(retarget(self._reviewed, row, path, text))

    def write_as(self, row: str, form: StoryForm) -> ExportReview:
        return self._changed(write_as(self._reviewed, row, form))

    def edit(self, row: str, text: str) -> ExportReview:
        return self._changed(edit_text(self._reviewed, row, text))

    def write(self) -> Written | Replanned:
        """Write what is on; IllegalInput where nothing is, unless the files have it all already. Where a file changed
        since the review, all is planned anew instead, and nothing is written."""
        plan, changed = refresh(self._reviewed, self._texts(self._reviewed))
        if changed:
            notice = f"{', '.join(changed)} changed meanwhile: planned anew, look again."
            now = {item.id: item for item in plan.items}
            for item in self._reviewed.items:
                if item.is_on and not (item.id in now and now[item.id].is_on):
                    reason = now[item.id].note if item.id in now else "it is not new any more"
                    notice += f" Left out now: {item.title.lstrip('+~- ')} ({reason})."
            return Replanned(changed, replace(self._changed(plan), notice=notice))
        what = summary(plan)
        if what is None and not _shown(plan).can_be_written:
            raise IllegalInput("nothing is on, so there is nothing to write")
        texts = apply(plan, self._texts(plan))
        for path in texts:
            # A link that was put there since the review leads to a file that nobody has looked at.
            if self._leads.get(path, self._path(path).resolve()) != self._path(path).resolve():
                raise TrainerError(
                    f"{path} leads to another file than when it was reviewed",
                    f"It is {self._path(path).resolve()} now. Nothing was written.",
                    "Look at the export again.",
                )
        for path in texts:
            refuse_protected(self._path(path))
        done: list[str] = []
        # What moves is in its new place before it is taken out of the old one.
        lose = {item.target for item in plan.items if item.is_on and isinstance(item.addition, StoryRemoval)}
        for path in sorted(texts, key=lose.__contains__):
            try:
                write_atomically(self._path(path), texts[path])
            except TrainerError as error:
                kept = f"Written before it: {', '.join(done)}." if done else "Nothing was written."
                raise TrainerError(error.title, f"{error.message} {kept}", "The session keeps everything.") from error
            done.append(path)
        self._plan = None
        self._proposed.clear()
        stories = {key: item.as_dict() for key, item in written(plan).items()}
        on = [item for item in plan.items if item.is_on]
        is_proposed = [isinstance(item.addition, CHANGES) or item.id in plan.request.proposed for item in on]
        is_partial = bool(on) and all(is_proposed)
        left_out = left_out_of(plan)
        marks = {"is_partial": True} if is_partial else {}
        record = Exported({"stories": stories, "files": done, "left_out": counts_of(left_out), **marks})
        told = tuple(f"{item.title.lstrip('+~ ')} ({item.note})" for item in left_out)
        has_changed_data = any(isinstance(item.addition, CHANGES) for item in on)
        return Written(what or "", tuple(done), record, told, has_changed_data, made_by(on))

    @property
    def _reviewed(self) -> ExportPlan:
        if self._plan is None:
            raise IllegalInput("there is no export under way")
        return self._plan

    def _changed(self, plan: ExportPlan) -> ExportReview:
        self._plan = plan
        return _shown(plan)

    def _request(self, timeline: Timeline) -> ExportRequest:
        previously: dict[str, PreviousExport] = {}
        for record in timeline.exports:
            stories = record.get("stories") or {}
            previously |= {key: PreviousExport.from_dict(item) for key, item in stories.items()}
        return ExportRequest(
            timeline.state.domain,
            self._targets(previously.values()),
            (
                *(
                    ConversationToExport(item.key, item.name, item.events, form=item.form)
                    for item in conversations(timeline)
                ),
                *(item for item in self._proposed if isinstance(item, ConversationToExport)),
            ),
            tuple(ExampleToExport(example) for example in timeline.examples()),
            additions(timeline),
            previously,
            self._conflicts,
            tuple(self._in_the_way(timeline)),
            tuple(item for item in self._proposed if isinstance(item, tuple)),
            frozenset(item.intent for item in self._proposed if isinstance(item, ExamplesTaught)),
        )

    def _in_the_way(self, timeline: Timeline) -> Iterator[tuple[str, StoryRemoval]]:
        """The stories and rules that the question of the session asks to remove, each with its file."""
        waiting = timeline.state.waiting
        places = waiting.places if isinstance(waiting, WarnContradiction) else ()
        found: list[tuple[str, StoryRemoval]] = []
        blocks: tuple[StoryStep | Rule, ...] = (*self._data.stories.steps, *self._data.stories.rules)
        for named in [block for place in places for block in blocks if _holds(block, place)]:
            for block in blocks:
                if block.place is not None and (block is named or self._is_twin(named, block)):
                    removal = StoryRemoval(block.name, block.events, block.place.line or 1, isinstance(block, Rule))
                    found.append((self._name(self._data.path_of(block.place)), removal))
        # Several lines may be of one story.
        yield from (item for number, item in enumerate(found) if item not in found[:number])

    def _is_twin(self, named: StoryStep | Rule, other: StoryStep | Rule) -> bool:
        """Whether policies see the same in both: of such, training keeps the first, and only that one is named."""
        if isinstance(named, Rule) or isinstance(other, Rule) or _told(named) != _told(other):
            return False
        domain = self._data.domain
        taught = [
            [
                (labelled.states, labelled.action)
                for tracker in training_trackers(StoryFile((step,)), domain)
                for labelled in labelled_actions(tracker, domain, None)
            ]
            for step in (named, other)
        ]
        return bool(taught[0]) and taught[0] == taught[1]

    @cached_property
    def _story_conflicts(self) -> StoryConflicts:
        return StoryConflicts(self._join(self._data), self._data.domain, MAX_HISTORY)

    @cached_property
    def _conflicts(self) -> Callable[[StoryFile], Sequence[str]]:
        stories, rules = self._story_conflicts, rule_conflicts(self._join(self._data), self._data.domain)
        unlearned = unlearned_stories(policy.name for policy in self._data.config.policies or ())
        return lambda new: (*unlearned(new), *stories(new), *rules(new))

    def _targets(self, previously: Iterable[PreviousExport]) -> tuple[TargetFile, ...]:
        """The project's files as they are now, once for each kind that they hold, and those of earlier exports."""
        found = []
        # What stands in data/ goes there: Rasa reads nothing else of a folder that has one.
        in_place = {holds for file in self._data.files if not file.is_stray for holds in file.holds}
        for file in self._data.files:
            text = read_exactly(file.path)
            if text is None:
                continue
            shown = self._name(file.path)
            dialect = dialect_of(shown, self._data.domain.era)
            for holds, kind in _KINDS.items():
                if holds in file.holds and not (file.is_stray and holds in in_place):
                    is_as_read = kind in ("stories", "rules") and file.content_hash == hash_of(text)
                    found.append(TargetFile(shown, kind, dialect, text, file.stories if is_as_read else None))
        for export in previously:
            kind = STORY_KINDS[export.form]
            if any((target.path, target.kind) == (export.path, kind) for target in found):
                continue
            dialect = dialect_of(export.path, self._data.domain.era)
            found.append(TargetFile(export.path, kind, dialect, read_exactly(self._path(export.path))))
        return tuple(found)

    def _texts(self, plan: ExportPlan) -> dict[str, str | None]:
        return {target.path: read_exactly(self._path(target.path)) for target in plan.targets}

    def _name(self, path: Path) -> str:
        return shown_path(path, self._data.root)

    def _path(self, name: str) -> Path:
        return self._data.root / name


def _shown(plan: ExportPlan) -> ExportReview:
    rows = []
    for item, shown in zip(with_needs(plan.items), preview(plan), strict=True):
        note = item.note or shown.fault
        rows.append(
            ExportRow(
                item.id,
                item.target,
                item.title,
                item.is_on,
                note,
                item.warnings,
                shown.lines,
                shown.text,
                item.story_name,
                item.is_there,
            )
        )
    return ExportReview(tuple(rows))


def _told(step: StoryStep) -> list[object]:
    """What is said and done in a story."""
    return [
        event.intent if isinstance(event, UserUttered) else event.name if isinstance(event, ActionExecuted) else event
        for event in step.events
        if isinstance(event, (UserUttered, ActionExecuted, Or))
    ]


def _holds(block: StoryStep | Rule, place: Place) -> bool:
    """Whether the place is within the block."""
    at = block.place
    if at is None or at.line is None or place.line is None or at.path != place.path:
        return False
    return at.line <= place.line <= max((at.line, *block.lines))


def _kinds_of(proposal: _OfFiles) -> tuple[Kind, ...]:
    if isinstance(proposal, OfExample):
        return ("nlu",)
    return ("domain",) if isinstance(proposal, NameOut | IntentOut) else ("stories", "rules")


def _examples_of(target: TargetFile) -> tuple[Example, ...]:
    return read_examples(target.text or "", target.dialect, target.path).examples


def _home_of(intent: str, targets: Iterable[TargetFile]) -> TargetFile | None:
    """The file that holds examples of the intent."""
    for target in targets:
        if target.kind == "nlu" and any(example.intent == intent for example in _examples_of(target)):
            return target
    return None
