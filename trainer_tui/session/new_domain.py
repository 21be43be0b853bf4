"""A session on a domain that has become another one: what was exported, pulled or edited since it was left.

A journal replays against the domain that it began with, so that it always leads to the same place. What the project
has become since is laid over the result here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain, base_intent
from trainer_tui.core.events import ActionExecuted, Event, SlotSet, UserUttered
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.machine import SessionState
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskFormValidation,
    AskStale,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Effect,
    NameAction,
    PredictAction,
    Prompt,
    RunAction,
    StubResult,
    WarnContradiction,
    WriteResponse,
)
from trainer_tui.words import listed

_NAMED = 5
"""So many names are told of each kind of change."""


class OnDomain:
    """States as they are where the project's domain is `project`: names made in the session stay, those that the
    project has by now are the project's; slots that came have their initial value, all the way back.

    What states share before, they share afterwards.
    """

    def __init__(self, project: Domain) -> None:
        self._project = project
        # What was moved is kept beside what it became, for an id is only its own as long as it lives.
        self._domains: dict[int, tuple[object, Domain]] = {}
        self._trackers: dict[int, tuple[DialogueStateTracker, DialogueStateTracker]] = {}
        self._applied: dict[int, tuple[AppliedEvents, AppliedEvents]] = {}
        self._slots: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}

    def state(self, state: SessionState) -> SessionState:
        domain = self._domain(state)
        tracker = self._tracker(state.tracker, domain.initial_slots)
        step = state.confirmed
        confirmed = step and replace(step, tracker=self._tracker(step.tracker, domain.initial_slots))
        waiting = _asked(state.waiting, domain)
        return replace(state, domain=domain, tracker=tracker, waiting=waiting, confirmed=confirmed)

    def _domain(self, state: SessionState) -> Domain:
        made = state.additions
        known = self._domains.get(id(made))
        if known is None:
            domain = made.to(self._project)
            known = self._domains[id(made)] = (made, domain)
        return known[1]

    def _tracker(self, tracker: DialogueStateTracker, initial: Mapping[str, Any]) -> DialogueStateTracker:
        if tracker.initial_slots == initial:
            return tracker
        known = self._trackers.get(id(tracker))
        if known is None:
            slots = self._moved(tracker.slots, tracker.initial_slots, initial)
            applied = self._past(tracker.applied, initial)
            moved = replace(tracker, initial_slots=initial, slots=slots, applied=applied)
            known = self._trackers[id(tracker)] = (tracker, moved)
        return known[1]

    def _past(self, applied: AppliedEvents, initial: Mapping[str, Any]) -> AppliedEvents:
        chain: list[AppliedEvents] = []
        node: AppliedEvents | None = applied
        while node is not None and id(node) not in self._applied:
            chain.append(node)
            node = node.parent
        for node in reversed(chain):
            slots = self._moved(node.slots, node.initial_slots, initial)
            parent = self._applied[id(node.parent)][1] if node.parent else None
            self._applied[id(node)] = (node, replace(node, initial_slots=initial, slots=slots, parent=parent))
        return self._applied[id(applied)][1]

    def _moved(
        self, slots: Mapping[str, Any], before: Mapping[str, Any], initial: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        known = self._slots.get(id(slots))
        if known is None:
            known = self._slots[id(slots)] = (slots, _moved(slots, before, initial))
        return known[1]


def _moved(slots: Mapping[str, Any], before: Mapping[str, Any], initial: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values that were set stay; a slot at its initial value takes the new one, one that is gone goes."""
    is_set = {name: value for name, value in slots.items() if name not in before or value != before[name]}
    return {**initial, **{name: value for name, value in is_set.items() if name in initial or name not in before}}


def _asked(waiting: Prompt | Effect, domain: Domain) -> Prompt | Effect:
    """The same question, with the names there are now; where what it is about is gone, the bot predicts anew."""
    match waiting:
        case ChooseIntent(ranking=ranking):
            known = dict.fromkeys(domain.intents, 0.0)
            kept = [item for item in ranking if domain.knows_intent(item[0])]
            new = [item for item in known.items() if item[0] not in dict(kept)]
            return replace(waiting, ranking=(*kept, *new))
        case ConfirmAction(prediction) | ChooseAction(prediction) | NameAction(prediction):
            if prediction.action not in domain.action_set:
                return PredictAction()
            return replace(waiting, prediction=_possible(prediction, domain))
        case WriteResponse(action, prediction):
            if action in domain.action_set or prediction.action not in domain.action_set:
                return PredictAction()
            return replace(waiting, prediction=_possible(prediction, domain))
        case (
            RunAction(decision)
            | StubResult(RunAction(decision))
            | AskAfterFailure(RunAction(decision))
            | AskStale(RunAction(decision))
        ):
            return waiting if decision.action in domain.action_set else PredictAction()
        case AskFormValidation(form) | WarnContradiction(form):
            return waiting if form in domain.forms else PredictAction()
        case _:
            return waiting


def _possible(prediction: EnsemblePrediction, domain: Domain) -> EnsemblePrediction:
    """With the actions that there are now, and no others."""
    kept = tuple(item for item in prediction.ranking if item[0] in domain.action_set)
    new = tuple((name, 0.0) for name in domain.action_names if name not in dict(kept))
    return replace(prediction, ranking=(*kept, *new))


def without(domain: Domain, names: Iterable[str]) -> Domain:
    """The domain as it was before these intents, actions and responses were made."""
    gone = frozenset(names)
    return replace(
        domain,
        intents={name: intent for name, intent in domain.intents.items() if name not in gone},
        actions=tuple(name for name in domain.actions if name not in gone),
        responses={name: said for name, said in domain.responses.items() if name not in gone},
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def what_changed(before: Domain, after: Domain, made: Iterable[str], events: Iterable[Event]) -> str:
    """What of the project's domain is another by now, first what concerns the session: names that were `made` in it,
    and those that its `events` use."""
    old, new = _names(before), _names(after)
    came = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    mine = [name for name in dict.fromkeys(made) if name in new and name not in old]
    missed = [name for name in _used(events) if name in gone]
    reworded = _redefined(before.responses, after.responses)
    redefined = [
        *_redefined(before.intents, after.intents),
        *_redefined(before.entities, after.entities),
        *_redefined(before.slots, after.slots),
        *_redefined(before.forms, after.forms),
    ]
    told = [
        _told(mine, "is in the domain now", "are in the domain now"),
        _told(missed, "is used here and is gone from the domain", "are used here and are gone from the domain"),
        _told([name for name in came if name not in mine], "is new in it", "are new in it"),
        _told([name for name in gone if name not in missed], "is gone from it", "are gone from it"),
        _told(reworded, "says something else", "say something else"),
        _told(redefined, "is defined otherwise", "are defined otherwise"),
    ]
    return "; ".join(part for part in told if part) or "names and responses are the same"


def _redefined(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [name for name, item in after.items() if name in before and before[name] != item]


def _names(domain: Domain) -> dict[str, None]:
    return dict.fromkeys((*domain.intents, *domain.entities, *domain.slots, *domain.action_names))


def _used(events: Iterable[Event]) -> dict[str, None]:
    found: dict[str, None] = {}
    for event in events:
        match event:
            case UserUttered(intent=str(intent)):
                found[base_intent(intent)] = None
                found |= dict.fromkeys(entity.entity for entity in event.entities)
            case ActionExecuted(name=str(name)) | SlotSet(name=name):
                found[name] = None
            case _:
                pass
    return found


def _told(names: list[str], one: str, many: str) -> str:
    if not names:
        return ""
    return f"{listed(names, _NAMED)} {one if len(names) == 1 else many}"
