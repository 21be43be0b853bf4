"""A turn that is changed in place: a script of it and of all that came behind, to be played on a branch of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import IllegalInput
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.session import protocol
from trainer_tui.session.names import action_name_fault, intent_name_fault
from trainer_tui.session.nodes import Node
from trainer_tui.session.recorded import RecordedStep, recorded
from trainer_tui.session.records import PlayBegun
from trainer_tui.session.script import Did, LeftOpen, Said, Script, Step


def edited(tip: Node, node: int, change: protocol.Change) -> PlayBegun | protocol.ExamplesConfirmed:
    """The move that changes the turn which `node` belongs to, on the way to `tip`; IllegalInput where it cannot be.
    That a message means what it was taken for changes nothing, and is an answer beside what is asked.

    `node` is any of the turn; for an action the one of that very action (`HistoryEntry.at`).
    """
    steps = recorded(tip)
    if isinstance(change, protocol.ActionChanged):
        return _with_action(steps, node, change.action)
    place = _message_of(steps, node)
    said = steps[place].step
    assert isinstance(said, Said)
    number = sum(isinstance(item.step, Said) for item in steps[: place + 1])
    behind = tuple(item.step for item in steps[place + 1 :])
    before = steps[place].before
    match change:
        case protocol.MessageChanged(text):
            changed = replace(
                said,
                text=_message(text, before.state.domain),
                slots=None,
                extracted=None,
                seen="",
                button=None,
                is_settled=False,
                is_reworded=True,
            )
            return _play(before, f"turn {number} says {_short(text)}", (changed, *behind))
        case protocol.IntentChanged(intent) if said.is_guess and intent == said.intent:
            return protocol.ExamplesConfirmed((Example(said.text, intent, said.entities),))
        case protocol.IntentChanged(intent):
            domain = _asked(steps[place]).state.domain
            is_new = _is_new_intent(intent, domain)
            changed = replace(said, intent=intent, is_made=is_new, is_settled=True, is_guess=False)
            return _play(_asked(steps[place]), f"turn {number} means {intent}", (changed, *behind))
        case protocol.EntitiesChanged(entities):
            changed = replace(said, entities=entities, is_settled=True, is_guess=False)
            return _play(_asked(steps[place]), f"turn {number} with other entities", (changed, *behind))
        case protocol.TurnInserted(text):
            inserted = (Said(_message(text, before.state.domain)), LeftOpen())
            return _play(before, f"turn {number} inserted", (*inserted, said, *behind))
        case protocol.TurnDeleted():
            following = next((place for place, step in enumerate(behind) if isinstance(step, Said)), len(behind))
            return _play(before, f"turn {number} deleted", behind[following:])


def _with_action(steps: Sequence[RecordedStep], node: int, action: str) -> PlayBegun:
    places = [place for place, item in enumerate(steps) if item.done.id == node and isinstance(item.step, Did)]
    asked = steps[places[0]].asked if places else None
    if asked is None:
        raise IllegalInput("that is no action of this branch", hint="Choose an action in the conversation.")
    place = places[0]
    number = sum(isinstance(step.step, Said) for step in steps[:place])
    domain = asked.state.domain
    is_new = action not in domain.action_set
    if is_new and (fault := action_name_fault(action, domain)):
        raise IllegalInput(fault)
    did = Did(action, is_made=is_new, is_settled=True)
    name = f"turn {number} runs {action}"
    return _play(asked, name, (did, *(later.step for later in steps[place + 1 :])))


def _play(start: Node, name: str, steps: Sequence[Step]) -> PlayBegun:
    return PlayBegun(start.id, Script.of(name, steps), is_edit=True)


def _message_of(steps: Sequence[RecordedStep], node: int) -> int:
    found = [place for place, item in enumerate(steps) if isinstance(item.step, Said) and item.before.id < node]
    if not found or node > steps[-1].done.id:
        raise IllegalInput("that is no turn of this branch", hint="Choose a turn in the conversation.")
    return found[-1]


def _asked(item: RecordedStep) -> Node:
    if item.asked is None:
        raise IllegalInput("the message names its intent itself", hint="Change the message.")
    return item.asked


def _is_new_intent(intent: str, domain: Domain) -> bool:
    if domain.knows_intent(intent):
        return False
    if fault := intent_name_fault(intent, domain):
        raise IllegalInput(fault)
    return True


def _message(text: str, domain: Domain) -> str:
    """FormatError for a broken /intent{…}, as where a message is typed."""
    if not text.strip():
        raise IllegalInput("the message is empty", hint="Type what a user would say.")
    parse_shorthand(text, domain)
    return text


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"
