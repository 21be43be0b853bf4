"""Every response, default action and form of real bots performed; every domain as it is sent to servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.action_program import ActionProgram, Events, Rejection
from trainer_tui.core.default_actions import default_action
from trainer_tui.core.domain import Domain
from trainer_tui.core.domain_json import domain_as_dict
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Entity,
    LoopInterrupted,
    UserUttered,
    as_dict,
    from_dict,
)
from trainer_tui.core.forms import answer_to, form_action, form_state, is_form_in_process
from trainer_tui.core.responses import fitting_variations, said
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.core.tracker_json import current_state
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.endpoints import read_endpoints

LISTEN = ActionExecuted(ACTION_LISTEN)


@pytest.fixture(scope="module")
def domains(corpus: Path) -> dict[str, Domain]:
    """Every domain file that has anything to perform, by its place."""
    found = {}
    for path in sorted((corpus / "bots").rglob("*")):
        if path.suffix in (".yml", ".yaml") and path.is_file():
            domain = parse_domain(path.read_text(encoding="utf-8", errors="replace"), path.name).domain
            if domain.responses or domain.forms:
                found[str(path.relative_to(corpus))] = domain
    assert len(found) > 100
    return found


def finished(program: ActionProgram) -> Events | Rejection:
    """The program's outcome where every action that it asks for says its own name."""
    try:
        call = next(program)
        while True:
            call = program.send((BotUttered(call.action),))
    except StopIteration as stopped:
        outcome: Events | Rejection = stopped.value
        return outcome


def test_every_response_is_said(domains: dict[str, Domain]) -> None:
    for domain in domains.values():
        slots = domain.initial_slots
        for name, variations in domain.responses.items():
            channels = {variation.channel for variation in variations}
            for channel in channels:
                for variation in fitting_variations(variations, slots, channel):
                    message = said(name, variation, slots)
                    assert from_dict(json.loads(json.dumps(as_dict(message)))) == message


def test_every_default_action_is_performed(domains: dict[str, Domain]) -> None:
    for domain in domains.values():
        tracker = DialogueStateTracker.start(domain).with_events((LISTEN, UserUttered("hm", "nlu_fallback")))
        for action in domain.default_actions:
            program = default_action(action, tracker, domain)
            if program is not None:
                assert not isinstance(finished(program), Rejection)


def messages_for(form: str, domain: Domain) -> Iterator[tuple[str, dict[str, Any]]]:
    """One message of every intent, with one entity of every kind or none."""
    for intent in list(domain.intents)[:10]:
        yield intent, {}
        yield intent, {name: f"a {name}" for name in list(domain.entities)[:10]}


def test_every_form_is_run_until_it_ends_or_refuses(domains: dict[str, Domain]) -> None:
    performed = 0
    for domain in domains.values():
        for form in domain.forms:
            if not is_form_in_process(form, domain):
                continue
            performed += 1
            tracker = DialogueStateTracker.start(domain).with_event(LISTEN)
            for intent, entities in messages_for(form, domain):
                found = tuple(Entity(name, value) for name, value in entities.items())
                message = UserUttered(intent, intent, entities=found)
                tracker = tracker.with_event(message)
                tracker = tracker.with_events(slots_from_message(tracker, message, domain))
                answer_to(form, tracker.requested_slot or "", tracker, domain)
                if not entities and tracker.active_loop:
                    tracker = tracker.with_event(LoopInterrupted(True))
                outcome = finished(form_action(form, tracker, domain))
                if not isinstance(outcome, Rejection):
                    tracker = tracker.with_events((ActionExecuted(form), *outcome))
                    assert (ActiveLoop(None) in outcome) == (tracker.requested_slot is None)
                state = form_state(tracker, domain)
                assert (state is None) == (tracker.active_loop is None)
                tracker = tracker.with_event(LISTEN)
    assert performed > 20


def test_every_domain_and_conversation_can_be_sent(domains: dict[str, Domain]) -> None:
    for domain in domains.values():
        sent = json.loads(json.dumps(domain_as_dict(domain)))
        assert len(sent["intents"]) == len(domain.intents)
        tracker = DialogueStateTracker.start(domain).with_events((LISTEN, UserUttered("hi", "greet")))
        json.dumps(current_state(tracker, domain.era))


def test_every_endpoints_file_is_read(corpus: Path) -> None:
    files = [path for path in (corpus / "bots").rglob("*endpoints*.y*ml") if path.is_file()]
    assert files
    for path in files:
        _, problems = read_endpoints(path.read_text(encoding="utf-8"), path.name, {})
        assert all(problem.place is not None for problem in problems)
