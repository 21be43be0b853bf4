"""What is worth knowing of a project that reads: names, stories and rules that do not fit together."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.core.generator import unreachable_checkpoints
from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.stories import StoryFile, TrainingTracker
from trainer_tui.errors import Place, Problem
from trainer_tui.insight.names import (
    find_old_lists,
    find_repeated_examples,
    find_repeated_synonyms,
    find_undefined,
    find_unused,
)
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.rule_contradictions import rule_contradictions


def find_faults(
    domain: Domain,
    stories: StoryFile,
    nlu: TrainingData,
    trackers: Sequence[TrainingTracker],
    is_whole: bool = True,
) -> list[Problem]:
    """Warnings: checkpoints that nothing leads to, undefined and unused names, examples given twice, rules that
    contradict one another or stories. `trackers` are the stories, joined. Conflicts of stories are another matter.

    Where this is not all that the project holds (`is_whole`), nobody knows what nothing leads to or uses.
    """
    found = find_old_lists(stories, domain)
    stories = in_todays_notation(stories, domain)
    if is_whole:
        found += [_unreachable(step.place, name) for step, name in unreachable_checkpoints(stories.steps)]
        found += find_undefined(domain, stories, nlu)
        found += [one.problem for one in find_unused(domain, stories, nlu)]
    found += find_repeated_examples(nlu)
    found += find_repeated_synonyms(nlu)
    if domain.era is not Era.CORE and any(tracker.is_rule for tracker in trackers):
        found += rule_contradictions(RulePolicy().train(trackers, domain), trackers, domain)
    return found


def _unreachable(place: Place | None, name: str) -> Problem:
    return Problem(
        f"nothing leads to the checkpoint {name!r}", place, "Remove it, or end a story with it.", is_error=False
    )
