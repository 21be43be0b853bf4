"""Forms do what real Rasa's do, event by event: every conversation of the corpus, said again to the session.

The person of these sessions agrees with everything. What a form of 2018 does is decided by its action server; its
replies are taken from the conversation, and what the session makes of them is compared.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity, Era, Event, UserUttered, as_dict, from_dict
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import StoryFile
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.endpoints import Endpoints
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.registry import policies_of
from trainer_tui.runtime.action_server import NoLaunch
from trainer_tui.runtime.actions import ActionRunner
from trainer_tui.session.machine import SessionState, start, step
from trainer_tui.session.protocol import (
    ActionPredicted,
    ActionRan,
    ActionRejected,
    AskFormValidation,
    AskMessage,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    ExtractSlots,
    IntentChosen,
    MessageParsed,
    ParseMessage,
    PredictAction,
    RunAction,
    SlotsExtracted,
    ValidationChosen,
)

CORPUS = Path(os.environ.get("TRAINER_TUI_CORPUS", "no corpus"))
CONVERSATIONS = sorted((CORPUS / "golden" / "forms").glob("rasa*/*.json"))

_PARTS = ("event", "name", "text", "value", "is_interrupted", "validate")
_ENTITY_PARTS = ("entity", "value", "role", "group")
_ERAS = {"3.6.21": Era.RASA_3, "2.8.34": Era.RASA_2, "1.10.26": Era.CORE}


class Conversation:
    """One conversation of real Rasa, and the bot that it was had with."""

    def __init__(self, file: Path) -> None:
        self.golden: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        self.era = _ERAS[self.golden["rasa"]]
        self.domain = parse_domain(self.golden["domain"], "domain.yml").domain
        policies = policies_of(self.golden["policies"], self.domain, file.parent).policies
        self.ensemble = Ensemble(policies, self.era).train(training_trackers(self._stories(), self.domain), self.domain)
        self.runner = ActionRunner(
            Endpoints(), NoLaunch("none"), file, environ={}, choose=lambda items: items[0], now=lambda: 0.0
        )

    def _stories(self) -> StoryFile:
        if self.era is Era.CORE:
            return parse_stories_markdown(self.golden["stories"] or "", "stories.md").stories
        found = StoryFile()
        for part in ("rules", "stories"):
            if self.golden[part]:
                found = found.merged(parse_stories_yaml(self.golden[part], f"{part}.yml").stories)
        return found

    def turns(self) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
        """For every message what Rasa did and what we do."""
        state = start(self.domain)
        for turn in self.golden["turns"]:
            before = state.tracker.length
            state = asyncio.run(self._turn(state, turn))
            ours = [_plain(event, self.era) for event in state.tracker.events[before:]]
            yield _of_turn(turn["events"], self.domain), _of_turn(ours, self.domain)

    async def _turn(self, state: SessionState, turn: dict[str, Any]) -> SessionState:
        assert isinstance(state.waiting, AskMessage), state.waiting
        replies = _replies(turn["events"])
        state = step(_hearing(state, turn["message"]), MessageParsed(_parsed(turn["message"], self.domain)))
        while not isinstance(state.waiting, AskMessage):
            state = await self._next(state, replies)
        return state

    async def _next(self, state: SessionState, replies: Iterator[ActionRan | ActionRejected]) -> SessionState:
        match state.waiting:
            case ConfirmIntent() | ConfirmAction():
                return step(state, Confirmed())
            case ChooseIntent(parse):
                return step(state, IntentChosen(parse.intent or ""))
            case ExtractSlots():
                return step(state, SlotsExtracted(await self.runner.extract_slots(state.tracker, self.domain)))
            case PredictAction():
                return step(state, ActionPredicted(self.ensemble.predict(state.tracker, self.domain)))
            case AskFormValidation(decision=decision):
                return step(state, ValidationChosen(validate=not decision.events))
            case RunAction(decision):
                if decision.action in self.domain.forms and self.era is Era.CORE:
                    return step(state, next(replies))
                return step(state, await self.runner.run(decision.action, state.tracker, self.domain))
            case waiting:
                raise AssertionError(waiting)


def _hearing(state: SessionState, message: Any) -> SessionState:
    """The message as settled: what the interpreter said of it is in the corpus, and /restart is no order here."""
    text = message if isinstance(message, str) else message["text"]
    return replace(state, waiting=ParseMessage(text, is_settled=True))


def _parsed(message: Any, domain: Domain) -> ParseResult:
    if not isinstance(message, str):
        entities = tuple(Entity.from_dict(entity) for entity in message["entities"])
        return ParseResult(message["text"], message["intent"], 1.0, entities)
    parse = parse_shorthand(message, domain)
    assert parse is not None
    # Rasa leaves out entities that the domain lacks, and all of them with an intent that it lacks; a session would make
    # both.
    is_known = parse.intent is not None and domain.knows_intent(parse.intent)
    known = tuple(entity for entity in parse.entities if is_known and entity.entity in domain.entities)
    return replace(parse, entities=known)


def _replies(events: Sequence[dict[str, Any]]) -> Iterator[ActionRan | ActionRejected]:
    """What the action server of 2018 answered for the form, each time that it was run."""
    runs: list[list[Event] | None] = []
    for event in events:
        if event["event"] == "action_execution_rejected":
            yield ActionRejected("nothing was extracted")
        elif event["event"] == "action":
            runs.append([] if event["name"] == "f" else None)
        elif runs and runs[-1] is not None:
            runs[-1].append(from_dict(event))
    yield from (ActionRan(tuple(run)) for run in runs if run is not None)


def _of_turn(events: Sequence[dict[str, Any]], domain: Domain) -> list[dict[str, Any]]:
    """What happened from the message on: Rasa notes the beginning of a session before its first one."""
    message = next(index for index, event in enumerate(events) if event["event"] == "user")
    return [_comparable(event, domain) for event in events[message:]]


def _comparable(event: dict[str, Any], domain: Domain) -> dict[str, Any]:
    if event["event"] == "user":
        entities = [{name: entity.get(name) for name in _ENTITY_PARTS} for entity in event["entities"]]
        is_known = event["intent"] is not None and domain.knows_intent(event["intent"])
        return {**event, "entities": entities, "intent": event["intent"] if is_known else None}
    return {name: value for name, value in event.items() if name in _PARTS}


def _plain(event: Event, era: Era) -> dict[str, Any]:
    """The event with the names that the corpus has."""
    if isinstance(event, UserUttered):
        entities = [entity.as_dict() for entity in event.entities]
        return {"event": "user", "text": event.text, "intent": event.intent, "entities": entities}
    return as_dict(event, era)


@pytest.mark.skipif(not CONVERSATIONS, reason="no corpus")
@pytest.mark.parametrize("file", CONVERSATIONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_event_is_as_in_rasa(file: Path) -> None:
    for rasa, ours in Conversation(file).turns():
        assert ours == rasa
