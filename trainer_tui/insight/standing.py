"""Who does what in a state: the answer that is given there beside what stories, rules and lessons do, and what would
tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from trainer_tui.core.domain import Domain
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.apart import Apart, apart
from trainer_tui.insight.story_steps import Step, StorySteps
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.words import counted

_MEMORIES = (MemoizationPolicy.name, AugmentedMemoizationPolicy.name)


@dataclass(frozen=True, slots=True)
class Witness:
    """A story whose action stands at `place`; or a rule or lesson, in its own words."""

    kind: Literal["story", "other"]
    name: str
    place: Place | None = None

    def __str__(self) -> str:
        where = f" ({self.place})" if self.place else ""
        return f'story "{self.name}"{where}' if self.kind == "story" else f"{self.name}{where}"


@dataclass(frozen=True, slots=True)
class Side:
    """One action, and who does it."""

    action: str
    witnesses: tuple[Witness, ...] = ()

    @property
    def count(self) -> str:
        """ "14 stories and 1 rule or lesson"."""
        stories = sum(witness.kind == "story" for witness in self.witnesses)
        others = len(self.witnesses) - stories
        parts = [counted(stories, "story")] * bool(stories) + [counted(others, "rule or lesson")] * bool(others)
        return " and ".join(parts) or "nobody else"


@dataclass(frozen=True, slots=True)
class Standing:
    """The first of `sides` is the answer's own; the others do otherwise, the most frequent first. `apart` would tell
    the answer from what stories do otherwise. `node` is where the answer was asked for; None while it is."""

    sides: tuple[Side, ...]
    apart: tuple[Apart, ...] = ()
    node: int | None = None

    @property
    def action(self) -> str:
        return self.sides[0].action

    @property
    def others(self) -> tuple[Side, ...]:
        return self.sides[1:]

    @property
    def told(self) -> str:
        """Who does otherwise, on one line; "" where nobody does."""
        parts = []
        for side in self.others:
            first = side.witnesses[0]
            more = " …" if len(side.witnesses) > 1 else ""
            verb = "does" if len(side.witnesses) == 1 else "do"
            parts.append(f"{side.count} {verb} {side.action} here: {first}{more}")
        return "; ".join(parts)


def standing(
    stories: StorySteps | None,
    tracker: DialogueStateTracker,
    action: str,
    prediction: EnsemblePrediction | None,
    domain: Domain,
    node: int | None = None,
) -> Standing:
    """Where `action` stands after `tracker`: beside the stories, as far as they are known by now, and beside the rules
    and lessons that policies named."""
    mine = stories.step(tracker, action) if stories else None
    beside = stories.beside(mine) if stories and mine else ()
    witnesses: dict[str, dict[Witness, None]] = {action: {}}
    for step in beside:
        witnesses.setdefault(step.action, {})[Witness("story", step.story, step.place)] = None
    for named, witness in _named(prediction, is_known=bool(beside)):
        witnesses.setdefault(named, {})[witness] = None
    sides = [Side(named, tuple(found)) for named, found in witnesses.items()]
    others = sorted(sides[1:], key=lambda side: (-len(side.witnesses), side.action))
    told = apart(_against(mine, beside), domain, stories.max_history) if stories and mine and others and beside else ()
    return Standing((sides[0], *others), told, node)


def _against(mine: Step, beside: Iterable[Step]) -> list[Step]:
    """The answer, and the steps that do otherwise: who agrees with it need not be told from them."""
    return [mine, *(step for step in beside if step.action != mine.action)]


def _named(prediction: EnsemblePrediction | None, *, is_known: bool) -> Iterable[tuple[str, Witness]]:
    """What policies name; where the stories of this state are known, what memory names of them is no news."""
    for opinion in prediction.opinions if prediction else ():
        for item in opinion.evidence:
            if item.action and not (is_known and item.places and opinion.policy in _MEMORIES):
                yield item.action, Witness("other", item.text, item.places[0] if item.places else None)
