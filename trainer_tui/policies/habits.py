"""What bots do by habit, so that it need not be learned: it is added to the scores of the learned policy.

Two habits are worth it. What the user means is answered by the action that is named like it, and a form that was
interrupted goes on as soon as the interruption is answered. What stories say of the same place weighs more.

>>> from trainer_tui.policies.alike_names import AlikeNames
>>> names = AlikeNames(("utter_hours", "utter_bye"))
>>> by_name = habits([State(intent="hours", action="action_listen", loop="order_form")], names, (), ())
>>> {action: round(score, 2) for action, score in by_name.items()}
{'utter_hours': 4.0}
>>> habits([State(intent="hours", action="utter_hours", loop="order_form")], names, (), ())
{'order_form': 2.0}
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence

from trainer_tui.core.states import State
from trainer_tui.policies.alike_names import AlikeNames
from trainer_tui.policies.example_table import LATEST_LOOP
from trainer_tui.policies.window_features import (
    Feature,
    intent_feature,
    intent_of,
    interruption_feature,
    is_interrupted,
    is_listening,
)

GOING_ON = 1.0
"""For going back to an interrupted form. Stories that say otherwise of the same answer say so by more than this."""

GOING_ON_AFTER_UNKNOWN = 2.0
"""The same after an answer that interrupts no form in any story: elsewhere the bot waits after most answers, which
would weigh more."""

OF_UNKNOWN = 4.0
"""Of an intent that no story holds only its name tells anything, so that it decides; more makes no difference."""


def habits(
    window: Sequence[State], names: AlikeNames, labels: Container[str], vocabulary: Container[Feature]
) -> Mapping[str, float]:
    """What is added to the scores of labels after these states, by the labels and features that were learned."""
    if not window:
        return {}
    now = window[-1]
    if is_interrupted(now):
        is_known = interruption_feature(now) in vocabulary
        return {
            LATEST_LOOP if LATEST_LOOP in labels else str(now.loop): GOING_ON if is_known else GOING_ON_AFTER_UNKNOWN
        }
    if not is_listening(now):
        return {}
    alike = names.to(intent_of(now))
    if intent_feature(now) in vocabulary:
        return alike
    return {action: OF_UNKNOWN * math.sqrt(likeness) for action, likeness in alike.items()}
