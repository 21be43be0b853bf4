"""Actions that are named like what the user means: `utter_goodbye` for `goodbye`.

Most bots name what answers an intent after it, so a name tells of an intent that stands in no story yet, and of an
action that none has run. Names are alike by the runs of three letters that they share, the rarer the more.

>>> alike = AlikeNames(("utter_goodbye", "utter_greet", "action_handoff"))
>>> {action: round(likeness, 2) for action, likeness in alike.to("trigger_handoff").items()}
{'action_handoff': 0.5}
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from trainer_tui.dataclass import dataclass

_LENGTH = 3
_CUSTOM = re.compile(r"^(utter|action)_|_form$")
"""What says of which sort an action is."""
_WORDS = re.compile(r"[_\W]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class AlikeNames:
    actions: tuple[str, ...] = ()

    def to(self, intent: str) -> Mapping[str, float]:
        """How alike the names of actions are to an intent's: the square of the cosine, so that `great` and `greet`,
        which begin alike, say next to nothing. Who shares nothing is left out."""
        found = self._known.get(intent)
        if found is None:
            likeness: dict[str, float] = {}
            for run, share in self._weighed(_runs(intent)).items():
                for action, weight in self._holders.get(run, ()):
                    likeness[action] = likeness.get(action, 0.0) + share * weight
            found = self._known[intent] = {action: cosine * cosine for action, cosine in likeness.items()}
        return found

    @cached_property
    def _known(self) -> dict[str, Mapping[str, float]]:
        return {}

    @cached_property
    def _rarity(self) -> Mapping[str, float]:
        """Runs that every name has say nothing."""
        held = Counter(run for action in self.actions for run in _runs(action))
        return {run: math.log(len(self.actions) / number) for run, number in held.items()}

    @cached_property
    def _holders(self) -> Mapping[str, Sequence[tuple[str, float]]]:
        """The actions whose names have a run, with what it counts in them."""
        holders: dict[str, list[tuple[str, float]]] = {}
        for action in self.actions:
            for run, weight in self._weighed(_runs(action)).items():
                holders.setdefault(run, []).append((action, weight))
        return holders

    def _weighed(self, runs: Counter[str]) -> dict[str, float]:
        """As a vector of length 1; a run that no action has is as rare as one of a single action."""
        rarest = math.log(max(len(self.actions), 2))
        weights = {run: number * self._rarity.get(run, rarest) for run, number in runs.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {run: weight / length for run, weight in weights.items() if weight}


NO_NAMES = AlikeNames()


def _runs(name: str) -> Counter[str]:
    """The runs of letters in its words, whose ends are marked: `bye` is `^by`, `bye`, `ye$`."""
    words = [f"^{word.lower()}$" for word in _WORDS.split(_CUSTOM.sub("", name)) if word]
    return Counter(word[start : start + _LENGTH] for word in words for start in range(len(word) - _LENGTH + 1))
