"""Stories and examples parted for cross-validation, the same way every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.core.stories import TrainingTracker

StoryFold = tuple[list[TrainingTracker], list[TrainingTracker]]
ExampleFold = tuple[TrainingData, list[Example]]
"""(to train on, to judge by)."""


def story_folds(trackers: Sequence[TrainingTracker], folds: int) -> list[StoryFold]:
    """Each story is judged once, by what was learned from the others. All alternatives of a story are in one fold, as
    one gives the other away; rules are always trained on. A fold that would be empty is left out."""
    names = {name: number for number, name in enumerate(dict.fromkeys(_name(tracker) for tracker in trackers))}
    parted = []
    for fold in range(folds):
        held_out = [tracker for tracker in trackers if not tracker.is_rule and names[_name(tracker)] % folds == fold]
        known = [tracker for tracker in trackers if tracker.is_rule or names[_name(tracker)] % folds != fold]
        if held_out:
            parted.append((known, held_out))
    return parted


def example_folds(data: TrainingData, folds: int) -> list[ExampleFold]:
    """Each example is judged once; the examples of an intent are dealt out evenly."""
    seen: Counter[str | None] = Counter()
    numbers = []
    for example in data.examples:
        numbers.append(seen[example.intent] % folds)
        seen[example.intent] += 1
    parted = []
    for fold in range(folds):
        known = [example for example, number in zip(data.examples, numbers, strict=True) if number != fold]
        held_out = [example for example, number in zip(data.examples, numbers, strict=True) if number == fold]
        if held_out:
            parted.append((replace(data, examples=tuple(known)), held_out))
    return parted


def _name(tracker: TrainingTracker) -> tuple[bool, str]:
    return tracker.is_rule, tracker.story
