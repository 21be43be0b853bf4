"""A part of an export that a person wrote by hand: whether its file still says all that it said, and this as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from trainer_tui.core.stories import Rule, StoryStep
from trainer_tui.errors import FormatError, Problem
from trainer_tui.export.additions import TargetFile, problems_in, read_examples, read_stories
from trainer_tui.formats.yaml.domain import parse_domain


def check_edited(before: str, after: str, target: TargetFile, replaced: str | None = None) -> None:
    """FormatError where the file cannot be read any more, where the reader finds something wrong in it that was not
    there, where what it held is gone or another (but for the story that is `replaced`), or where nothing was added."""
    known = Counter(_told(problem) for problem in problems_in(before, target))
    for problem in problems_in(after, target):
        if known[_told(problem)] <= 0:
            raise FormatError("this cannot be read back", f"{problem.message}.", problem.hint, problem.place)
        known[_told(problem)] -= 1
    held, holds = Counter(_parts(before, target)), Counter(_parts(after, target))
    lost = list((held - holds).elements())
    if lost and [part[1] for part in lost] != [replaced]:
        raise FormatError(
            "this changes what stands in the file beside it", hint="Keep its head, its list item and its indentation."
        )
    if not holds - held:
        raise FormatError("this adds nothing to the file", hint="Keep its head, its list item and its indentation.")


def _told(problem: Problem) -> tuple[str, str]:
    return (problem.message, problem.hint)


def _parts(text: str, target: TargetFile) -> Iterable[tuple[str, str, str]]:
    """What the file says, part by part."""
    match target.kind:
        case "stories" | "rules" | "test":
            stories = read_stories(text, target.dialect, target.path)
            blocks: tuple[StoryStep | Rule, ...] = (*stories.steps, *stories.rules)
            for block in blocks:
                yield (type(block).__name__, block.name, repr(block.events))
        case "nlu":
            for example in read_examples(text, target.dialect, target.path).examples:
                yield ("example", example.text, repr((example.intent, example.entities)))
        case "domain":
            domain = parse_domain(text, target.path).domain
            yield from (("intent", name, "") for name in domain.intents)
            yield from (("entity", name, "") for name in domain.entities)
            yield from (("action", name, "") for name in domain.actions)
            for name, variations in domain.responses.items():
                yield ("response", name, repr(variations))
