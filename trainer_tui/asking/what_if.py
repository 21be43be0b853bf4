"""What if, in lines: what can be another, and the table of actions before and with it; and a change as it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.errors import IllegalInput
from trainer_tui.insight.what_if import Alteration as Alteration
from trainer_tui.insight.what_if import Part as Part
from trainer_tui.insight.what_if import WhatIf as WhatIf

_SHOWN = 6


def part_line(part: Part, chosen: Sequence[Alteration]) -> str:
    """ "slot venues: not set", or with what is tried in its place."""
    tried = next((item for item in chosen if item.part == part.name), None)
    return f"{part.name}: {part.now}" + (f", but if {tried}" if tried else "")


def table(found: WhatIf) -> tuple[str, ...]:
    """The likeliest actions, with what they were before."""
    before = dict(found.before.ranking)
    names = dict(found.now.ranking)
    shown = dict.fromkeys([name for name, _ in found.now.ranking[:_SHOWN]] + [found.before.action])
    lines = [
        f"{name} {names.get(name, 0.0):.2f}" + (f" (was {before.get(name, 0.0):.2f})" if found.chosen else "")
        for name in shown
    ]
    same = found.now.action == found.before.action
    verdict = (
        ""
        if not found.chosen
        else "the same action"
        if same
        else f"{found.now.action} in place of {found.before.action}"
    )
    whose = " of our own model, which stands beside Rasa's" if found.is_beside else ""
    return (f"decided by {found.now.policy}{whose}" + (f": {verdict}" if verdict else ""), *lines)


def with_choice(chosen: Sequence[Alteration], item: Alteration | None, part: str) -> tuple[Alteration, ...]:
    """What is tried, with this in place of what was tried of the same part; None: as it is."""
    others = tuple(one for one in chosen if one.part != part)
    return others if item is None else (*others, item)


def next_choice(part: Part, chosen: Sequence[Alteration], step: int) -> Alteration | None:
    """The choice after the one that is tried; as it is stands before the first."""
    listed: tuple[Alteration | None, ...] = (None, *part.choices)
    tried = next((item for item in chosen if item.part == part.name), None)
    return listed[(listed.index(tried) + step) % len(listed)]


def typed(found: WhatIf, line: str) -> tuple[Alteration, ...]:
    """What is tried, with "slot venues something", "intent greet", "entity city" or "last action utter_greet" as well;
    "reset" takes all back. IllegalInput where there is no such part, or it cannot be that."""
    if line.strip() == "reset":
        return ()
    part = next((part for part in found.parts if line == part.name or line.startswith(f"{part.name} ")), None)
    if part is None:
        raise IllegalInput(f"{line!r} is nothing that could be another", hint="See :what-if for what can.")
    wanted = line[len(part.name) :].strip()
    choices = [item for item in part.choices if not wanted or wanted in (item.choice, str(item))]
    if not choices:
        listed = ", ".join(item.choice for item in part.choices[:8])
        raise IllegalInput(f"{part.name} cannot be {wanted!r} here", hint=f"It can be {listed}.")
    return with_choice(found.chosen, choices[0], part.name)
