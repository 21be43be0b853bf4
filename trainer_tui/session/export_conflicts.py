"""Whether a story that is about to be written disagrees with the project's stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import StateMaker, labelled_actions
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.states import State
from trainer_tui.core.stories import StoryFile, StoryStep, TrainingTracker
from trainer_tui.errors import Place

_SHOWN = 3


def story_conflicts(
    trackers: Sequence[TrainingTracker], domain: Domain, max_history: int | None
) -> Callable[[StoryStep], tuple[str, ...]]:
    """A check of one story after another: a line for each place where stories of the same last `max_history` states
    (None = all) do something else, with the first few of them. Rules are left aside."""
    index: dict[tuple[State, ...], dict[str, list[tuple[str, Place | None]]]] = {}
    states = StateMaker(domain)

    def build() -> None:
        for tracker in trackers:
            if not tracker.is_rule:
                for labelled in labelled_actions(tracker, domain, max_history, states):
                    found = index.setdefault(labelled.states, {}).setdefault(labelled.action, [])
                    if len(found) < _SHOWN and all(story != tracker.story for story, _ in found):
                        found.append((tracker.story, tracker.place))

    def check(step: StoryStep) -> tuple[str, ...]:
        if not index:
            build()
        lines: dict[str, None] = {}
        for tracker in training_trackers(StoryFile((step,)), domain):
            for labelled in labelled_actions(tracker, domain, max_history, states):
                if labelled.states[-1].action is None:
                    continue  # what differs at the very start is no conflict
                for action, stories in index.get(labelled.states, {}).items():
                    if action == labelled.action:
                        continue
                    where = ", ".join(f'"{story}" {place}' for story, place in stories)
                    lines[f"{labelled.action} here, but {action} in {where}"] = None
        return tuple(lines)

    return check
