"""Who does otherwise, in lines: each side with its stories and rules, then what would tell them apart."""

from __future__ import annotations

from trainer_tui.dataclass import dataclass
from trainer_tui.insight.apart import Apart as Apart
from trainer_tui.insight.standing import Standing as Standing
from trainer_tui.insight.standing import Witness as Witness


@dataclass(frozen=True, slots=True)
class Told:
    """A line, and what it is about, if anything that something can be done with."""

    text: str
    about: Witness | Apart | None = None
    is_head: bool = False


def told(standing: Standing) -> tuple[Told, ...]:
    """All of it, the answer's own side first."""
    lines = []
    for side in standing.sides:
        mine = "with yes: " if standing.node is None else "your answer: "
        whose = mine if side is standing.sides[0] else "otherwise: "
        lines.append(Told(f"{whose}{side.action}, {side.count}", is_head=True))
        lines += [Told(str(witness), witness) for witness in side.witnesses]
    if standing.others:
        lines.append(Told("what would tell them apart", is_head=True))
        lines += [Told(str(one), one) for one in standing.apart]
        if not standing.apart:
            lines.append(Told("nothing that went before; a slot or an event that differs would have to be there"))
    return tuple(lines)


def how(one: Apart) -> str:
    """What to do so that policies see it, in full."""
    held = "\n".join(f"  {action}: {holds}" for action, holds in one.holds)
    match one.kind:
        case "slot":
            what = f"Policies do not see the slot {one.name}. In the domain, under slots, {one.name}:\n"
            what += (
                "  influence_conversation: true  (and a type that can be told: text, bool, categorical, float, list)"
            )
        case "entity":
            what = f"Policies do not see the entity {one.name} with this intent. In the domain, under intents, let it\n"
            what += f"use_entities hold {one.name}, or ignore_entities not."
        case "max_history":
            what = f"So many states back the conversations differ. In the configuration: max_history: {one.name}"
            what += " (or more) for the memory policies."
    return f"{what}\n\nWhat holds there:\n{held}"
