"""Why the bot wants an action, deeper: features for and against, the nearest steps of stories, what would flip it."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.states import State
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.insight.what_if import Predict, flips
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.learned_reasons import in_words, reasons

SHOWN = 5


def learned_reasons(policy: LearnedPolicy | None, window: Sequence[State], action: str) -> list[str]:
    """What of the learned policy's features speaks most for the action, and most against it."""
    model = policy.model_ if policy else None
    weighed = reasons(model, window, action, policy.names) if policy and model else []
    if not weighed:
        return []
    lines = [f"the learned policy on {action}, by weight:"]
    lines += [f"  + {in_words(feature)} ({value:+.1f})" for feature, value in weighed[:SHOWN] if value > 0.05]
    against = [pair for pair in reversed(weighed[-SHOWN:]) if pair[1] < -0.05]
    return [*lines, *(f"  - {in_words(feature)} ({value:+.1f})" for feature, value in against)]


def nearest(stories: StorySteps | None, tracker: DialogueStateTracker, action: str) -> list[str]:
    """The steps of stories whose past agrees with this one's longest, with how far it does."""
    if stories is None:
        return []
    mine = stories.step(tracker, action)
    found = stories.nearest(mine, SHOWN)
    if not found:
        return ["no story was in a state like this one"]
    return [
        "the nearest steps of stories:",
        *(
            f'  {step.action} in "{step.story}" ({step.place}): the last {shared} states are the same'
            for step, shared in found
        ),
    ]


def what_flips(predict: Predict, tracker: DialogueStateTracker, domain: Domain) -> list[str]:
    """The smallest changes after which the bot would want something else."""
    found = flips(predict, tracker, domain)
    if not found:
        return ["no single slot, entity, intent or earlier action would change it"]
    return [
        "what would change it:",
        *(f"  with {item} it would run {new.action} ({new.confidence:.2f})" for item, new in found),
    ]
