"""What would tell steps apart that look the same to the policies, and do different things."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, REQUESTED_SLOT
from trainer_tui.core.slots import Slot
from trainer_tui.core.states import State
from trainer_tui.dataclass import dataclass
from trainer_tui.insight.story_steps import Step
from trainer_tui.words import listed

_SHOWN = 2

_Holds = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """One thing that differs wherever the actions differ: a slot or an entity that the policies do not see, or a longer
    `max_history`, whose earliest state is the event that differs. `holds`: for each action what holds there, in words.
    """

    kind: Literal["slot", "entity", "max_history"]
    name: str
    holds: _Holds

    @property
    def what(self) -> str:
        match self.kind:
            case "slot":
                return f"the slot {self.name!r}, if it influenced the conversation"
            case "entity":
                return f"the entity {self.name!r}, if the intent did not ignore it"
            case "max_history":
                return f"max_history {self.name}"

    def __str__(self) -> str:
        return f"{self.what} ({'; '.join(f'{holds} for {action}' for action, holds in self.holds)})"


def apart(steps: Iterable[Step], domain: Domain, max_history: int | None) -> tuple[Apart, ...]:
    """Slots and entities that tell the actions of these steps apart, then the smallest longer history that does; none
    where all that went before is the same, or does not go with the action."""
    told = list(steps)
    hidden = list(_hidden(domain))
    # A step goes through its story for its slots, so they are asked for once.
    held = [(step.action, step.slots) for step in told] if hidden else []
    found = [_by_slot(held, slot) for slot in hidden]
    found += [_by_entity(told, label) for label in _hidden_labels(told)]
    found.append(None if max_history is None else _by_history(told, max_history))
    return tuple(one for one in found if one is not None)


def _hidden(domain: Domain) -> Iterator[Slot]:
    """The slots that policies do not see, and could."""
    for slot in domain.slots.values():
        if not slot.is_featurised and slot.type != "any" and slot.name != REQUESTED_SLOT:
            yield slot


def _by_slot(steps: Sequence[tuple[str, Mapping[str, Any]]], slot: Slot) -> Apart | None:
    kind = "text" if slot.type == "unfeaturized" else slot.type
    seen = replace(slot, type=kind, influence_conversation=True)
    held = {(action, repr(value)): value for action, slots in steps for value in [slots.get(slot.name)]}
    if not _goes_with_action((seen.features(value), action) for (action, _), value in held.items()):
        return None
    return Apart("slot", slot.name, _briefly((key[0], _shown(value)) for key, value in held.items()))


def _shown(value: object) -> str:
    return "not set" if value is None else repr(value)


def _hidden_labels(steps: Sequence[Step]) -> list[str]:
    """Entities of the latest messages that policies do not see there."""
    return sorted({label for step in steps for label in _labels(step) if label not in step.past[-1].entities})


def _labels(step: Step) -> frozenset[str]:
    return step.message.labels if step.message else frozenset()


def _by_entity(steps: Sequence[Step], label: str) -> Apart | None:
    held = dict.fromkeys((label in _labels(step), step.action) for step in steps)
    if not _goes_with_action(held):
        return None
    return Apart("entity", label, _briefly((action, "marked" if is_there else "none") for is_there, action in held))


def _by_history(steps: Sequence[Step], max_history: int) -> Apart | None:
    # Of many steps most share their past with others.
    pasts = list({(step.action, *map(id, step.past)): (step.past, step.action) for step in steps}.values())
    for length in range(max_history + 1, max(len(past) for past, _ in pasts) + 1):
        if _goes_with_action((tuple(map(id, past[-length:])), action) for past, action in pasts):
            holds = _briefly((action, _event(past, length)) for past, action in pasts)
            if len({words for _, words in holds}) < len(holds):
                holds = _briefly(
                    (action, f"{_event(past, length)}{_slots(past[-length:][0])}") for past, action in pasts
                )
            return Apart("max_history", str(length), holds)
    return None


def _goes_with_action(held: Iterable[tuple[Hashable, str]]) -> bool:
    """Whether no value is held beside two actions."""
    actions: dict[Hashable, str] = {}
    return all(actions.setdefault(value, action) == action for value, action in held)


def _event(past: Sequence[State], back: int) -> str:
    """What happened so many states back."""
    if back > len(past):
        return "it begins there"
    state = past[-back]
    labels = f" with {', '.join(state.entities)}" if state.entities else ""
    said = f"{state.intent or state.text or 'nothing'}{labels}"
    action = state.action or state.action_text
    if action is None:
        return "the start"
    return f"{said} was said" if action == ACTION_LISTEN else f"{action} ran after {said}"


def _slots(state: State) -> str:
    """What is set there, where only that differs."""
    loop = f" in {state.loop}" if state.loop else ""
    return f"{loop} with {', '.join(name for name, _ in state.slots) or 'no slot'} set"


def _briefly(held: Iterable[tuple[str, str]]) -> _Holds:
    shown: dict[str, dict[str, None]] = {}
    for action, words in held:
        shown.setdefault(action, {})[words] = None
    return tuple((action, listed(list(words), _SHOWN)) for action, words in shown.items())
