"""Stories in Markdown, Core 0.7 to Rasa 2.8, with the rules (`>> name`) of 2.0's alpha."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from trainer_tui.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from trainer_tui.core.stories import SNIPPET, Or, Rule, StoryFile, StoryStep
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats import entity_markup
from trainer_tui.formats.report import Report
from trainer_tui.formats.story_building import StoriesRead, StoryBuilder
from trainer_tui.formats.story_events import STORY_EVENTS, read_story_event
from trainer_tui.formats.story_intents import read_intent, read_json
from trainer_tui.words import quoted

_END_TO_END = re.compile(r"(?:form:\s*)?([^:{]+):(?:\s|(?=/)|$)(.*)", re.DOTALL)
_STORY_LINE = re.compile(r"^[ \t]*(?:\*[ \t]*\S|>[ \t]*\S|-[ \t]*(?:utter_|action_|slot\{|form\{))", re.MULTILINE)


def parse_stories_markdown(text: str, path: str, *, is_end_to_end: bool = False) -> StoriesRead:
    """The stories of a Markdown text; never raises: what is wrong is in `problems`, the rest is read.

    `is_end_to_end`: user lines are `intent: text with [marks](entity)`, as in test stories; Rasa reads them so only
    where it is told to.
    """
    reading = _Reading(Report(path), is_end_to_end)
    for line, number in _lines_without_comments(text):
        reading.line(line, number)
    reading.close()
    return StoriesRead(StoryFile(tuple(reading.steps), tuple(reading.rules)), tuple(reading.report.problems))


def _lines_without_comments(text: str) -> Iterator[tuple[str, int]]:
    """(line, number from 1), stripped, `<!-- … -->` cut out also where it spans lines."""
    is_comment = False
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        kept: list[str] = []
        rest = raw
        while rest:
            mark = "-->" if is_comment else "<!--"
            before, found, rest = rest.partition(mark)
            if not is_comment:
                kept.append(before)
            if found:
                is_comment = not is_comment
        if line := "".join(kept).strip():
            yield line, number


@dataclass(slots=True)
class _Reading:
    """One pass over the lines of a story file."""

    report: Report
    is_end_to_end: bool
    steps: list[StoryStep] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    _builder: StoryBuilder | None = None
    _is_rule: bool = False

    def line(self, line: str, number: int) -> None:
        if line.startswith("#"):
            self._open(line.lstrip("#").strip() if line.startswith("##") else line[1:].strip(), number, is_rule=False)
        elif line.startswith(">>"):
            self._open(line.lstrip(">").strip(), number, is_rule=True)
        elif self._builder is None:
            if line[0] in ">*-":
                self.report.error(number, "a line stands before the first story", "Write '## name' above it.")
            else:
                self.report.warning(number, f"the line {quoted(line, 60)} is no part of a story and left out")
        elif line.startswith(">"):
            self._checkpoint(self._builder, line[1:].strip(), number)
        elif line.startswith("*"):
            self._message(self._builder, line[1:].strip(), number)
        elif line.startswith("-"):
            self._event(self._builder, line[1:].strip(), number)
        else:
            self.report.warning(number, f"the line {quoted(line, 60)} is no part of a story and left out")

    def close(self) -> None:
        """Take over the story (or rule) that is open."""
        if self._builder is None:
            return
        steps = self._builder.finish()
        if self._is_rule:
            self.rules += (_rule(step) for step in steps)
        else:
            self.steps += steps
        self._builder = None

    def _open(self, name: str, number: int, *, is_rule: bool) -> None:
        self.close()
        self._builder = StoryBuilder(name, self.report.place(number))
        self._is_rule = is_rule

    def _checkpoint(self, builder: StoryBuilder, source: str, number: int) -> None:
        name, brace, rest = source.partition("{")
        try:
            conditions = read_json(brace + rest) if brace else {}
        except FormatError as error:
            self.report.failure(error, number)
            conditions = {}
        if not builder.add_checkpoint(name.strip(), conditions):
            self.report.warning(number, "the conditions of a checkpoint that ends a part have no effect")

    def _message(self, builder: StoryBuilder, source: str, number: int) -> None:
        if source.startswith("form: ") and not self.is_end_to_end:
            # What a form does by itself is written down for the reader's eyes; Rasa skips it, too.
            return
        alternatives = [source] if self.is_end_to_end else source.split(" OR ")
        messages = [self._one_message(alternative.strip(), number) for alternative in alternatives]
        if len(messages) == 1:
            builder.add(messages[0], number)
        else:
            builder.add(Or(tuple((message,) for message in messages)), number)

    def _one_message(self, source: str, number: int) -> UserUttered:
        try:
            if self.is_end_to_end and (match := _END_TO_END.fullmatch(source)):
                return _end_to_end(match[1].strip(), match[2].strip())
            return read_intent(source)
        except FormatError as error:
            self.report.failure(error, number)
            return UserUttered(intent=source.partition("{")[0].strip())

    def _event(self, builder: StoryBuilder, source: str, number: int) -> None:
        if source.startswith("form: "):
            return
        name, brace, rest = source.partition("{")
        name = name.strip()
        is_event = name == "slot" or name in STORY_EVENTS
        if not name:
            self.report.warning(number, "a line with '-' alone is left out")
            return
        try:
            values = read_json(brace + rest) if brace else {}
            if name == "slot" and brace:
                for slot, value in values.items():
                    builder.add(SlotSet(slot, value), number)
            else:
                builder.add(read_story_event(name, values) if is_event else ActionExecuted(name), number)
        except FormatError as error:
            self.report.failure(error, number)


def _end_to_end(intent: str, said: str) -> UserUttered:
    if said.startswith("/") or (said.startswith("_") and read_intent(said[1:]).intent == intent):
        return UserUttered(said, intent, entities=read_intent(said[1:]).entities)
    marked = entity_markup.parse(said)
    return UserUttered(marked.text, intent, entities=marked.entities)


def _rule(step: StoryStep) -> Rule:
    """A `>>` block: what stands before its `...` is the condition."""
    snippet = ActionExecuted(SNIPPET)
    place = step.place
    if snippet not in step.events:
        return Rule(step.name, step.events, place=place, lines=step.lines, conversation_start=True)
    cut = step.events.index(snippet)
    condition = tuple(event for event in step.events[:cut] if isinstance(event, (SlotSet, ActiveLoop)))
    return Rule(step.name, step.events[cut + 1 :], condition, place=place, lines=step.lines[cut + 1 :])


def looks_like_stories(text: str) -> bool:
    """Whether a Markdown text has a line of a story; NLU data and responses have marks of their own."""
    return bool(_STORY_LINE.search(text))
