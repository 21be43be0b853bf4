"""A session without a screen: what a person answers, and a small world that answers the effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import ACTION_LISTEN, BotUttered, Event
from trainer_tui.core.slots import Form, Slot, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.edits import edited
from trainer_tui.session.machine import SessionState, start
from trainer_tui.session.player import Give, decide
from trainer_tui.session.protocol import (
    ActionPredicted,
    ActionRan,
    ActionRejected,
    Change,
    Confirmed,
    Effect,
    EffectFailed,
    ExtractSlots,
    HumanInput,
    Input,
    MessageParsed,
    MessageTyped,
    ParseMessage,
    PredictAction,
    Prompt,
    RunAction,
    SlotsExtracted,
)
from trainer_tui.session.records import Answered, Forked, PlayBegun, Redone, Switched, Undone
from trainer_tui.session.script import Script as Played
from trainer_tui.session.timeline import Timeline


def concert_domain() -> Domain:
    """A small bot with everything a session touches: slots, an entity, responses with buttons, a custom action."""
    buttons = {"buttons": [{"title": "Great", "payload": "/mood_great"}, {"title": "Bad", "payload": "not so good"}]}
    return Domain(
        intents={name: Intent(name) for name in ("greet", "search_concerts", "mood_great", "goodbye")},
        entities={"city": EntityType("city")},
        slots={
            "city": Slot("city", "text", mappings=(SlotMapping("from_entity", "city"),)),
            "concerts": Slot("concerts", "list"),
        },
        responses={
            "utter_greet": (ResponseVariation("Hello!"),),
            "utter_ask": (ResponseVariation("How are you?", buttons),),
            "utter_goodbye": (ResponseVariation("Bye"),),
        },
        actions=("action_search_concerts",),
        forms={},
    )


def form_domain() -> Domain:
    return Domain(
        intents={name: Intent(name) for name in ("request", "inform", "stop", "affirm")},
        slots={"seating": Slot("seating", "bool")},
        responses={"utter_ask_continue": (ResponseVariation("Go on?"),)},
        actions=(),
        forms={"restaurant_form": Form("restaurant_form", ("seating",))},
    )


@dataclass
class World:
    """Answers effects: texts and actions by table; anything else by rote."""

    meanings: Mapping[str, ParseResult] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)
    results: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    faults: dict[str, EffectFailed] = field(default_factory=dict)
    rejecting: set[str] = field(default_factory=set)
    performed: list[Effect] = field(default_factory=list)
    predictions: dict[str, EnsemblePrediction] = field(default_factory=dict)

    def answer(self, effect: Effect, state: SessionState) -> Input:
        self.performed.append(effect)
        match effect:
            case ParseMessage(text):
                shorthand = parse_shorthand(text, state.domain)
                return MessageParsed(shorthand or self.meanings.get(text) or ParseResult(text, None, 0.0))
            case ExtractSlots():
                return self.faults.pop("action_extract_slots", SlotsExtracted(()))
            case PredictAction():
                return ActionPredicted(self.predict(state.tracker))
            case RunAction(decision):
                action = decision.action
                if action in self.faults:
                    return self.faults.pop(action)
                if action in self.rejecting:
                    self.rejecting.discard(action)
                    return ActionRejected("nothing to fill")
                if action in self.results:
                    return ActionRan(self.results[action])
                said = state.domain.responses.get(action)
                return ActionRan((BotUttered(said[0].text, said[0].data, action),) if said else ())

    def predict(self, tracker: DialogueStateTracker) -> EnsemblePrediction:
        action = ACTION_LISTEN
        if tracker.latest_action == ACTION_LISTEN and tracker.latest_message:
            action = self.replies.get(tracker.latest_message.intent or "", "utter_greet")
        if action in self.predictions:
            return self.predictions[action]
        return EnsemblePrediction(((action, 0.9),), "scripted", 0.9)


class Script:
    """Says and answers, effects performed in between, as a controller would."""

    def __init__(self, domain: Domain | None = None, world: World | None = None) -> None:
        self.world = world or World()
        self.timeline = Timeline(start(domain or concert_domain()))
        self.likely: tuple[HumanInput, ...] = ()

    @property
    def state(self) -> SessionState:
        return self.timeline.state

    @property
    def asked(self) -> Prompt | Effect:
        return self.state.waiting

    def answers(self, *given: HumanInput) -> Script:
        for item in given:
            self.timeline.apply(Answered(item))
            self.settle()
        return self

    def settle(self) -> Script:
        """Give what a script that is played says, and perform effects, until a person is asked."""
        while True:
            branch = self.timeline.branch
            word = decide(self.state, branch.play, self.needs_server) if branch.is_playing and branch.play else None
            if isinstance(word, Give):
                for given in word.inputs:
                    self.timeline.apply(Answered(given, is_played=True))
            elif isinstance(effect := self.state.waiting, Effect):
                self.timeline.apply(Answered(self.world.answer(effect, self.state)))
            else:
                self.likely = word.inputs if word else ()
                return self

    @staticmethod
    def needs_server(action: str, domain: Domain) -> bool:
        return action in domain.actions

    def plays(self, script: Played, at: int = 0) -> Script:
        self.timeline.apply(PlayBegun(at, script))
        return self.settle()

    def edits(self, node: int, change: Change) -> Script:
        move = edited(self.timeline.head, node, change)
        self.timeline.apply(move if isinstance(move, PlayBegun) else Answered(move))
        return self.settle()

    def keeps_likely(self) -> Script:
        first, *others = self.likely
        self.timeline.apply(Answered(first))
        for given in others:
            self.timeline.apply(Answered(given, is_played=True))
        return self.settle()

    def says(self, text: str) -> Script:
        return self.answers(MessageTyped(text))

    def confirms(self, times: int = 1) -> Script:
        return self.answers(*[Confirmed()] * times)

    def undoes(self, times: int = 1) -> Script:
        for _ in range(times):
            self.timeline.apply(Undone())
        return self

    def redoes(self, times: int = 1) -> Script:
        for _ in range(times):
            self.timeline.apply(Redone())
        return self.settle()

    def forks(self, node: int) -> Script:
        self.timeline.apply(Forked(node))
        return self

    def switches(self, branch: int) -> Script:
        self.timeline.apply(Switched(branch))
        return self

    def events(self) -> list[str]:
        """What happened, in a word each."""
        return [
            str(getattr(event, "name", None) or getattr(event, "intent", None) or type(event).__name__)
            for event in self.state.tracker.events
        ]
