"""Conversations as a bot's users have them, made of its own stories, rules and examples, as Rasa logs them.

A conversation is one of the bot's stories or its beginning, with a turn of its rules behind it now and then, said in
examples of the intents with small words around them. Where a form runs, users answer it, and what they say besides it
refuses first. A mistake that is asked for is put into it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from trainer_tui.core.domain import ACTION_DEFAULT_FALLBACK, NLU_FALLBACK, Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Entity,
    Era,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.forms import form_without_server, is_form_in_process
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.responses import said
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.runtime.project import Project

_LEAVE_EARLY = 0.7
_RULES = 0.2
_ANSWERS_ALL = 0.5
_BEFORE = ("", "", "", "", "oh, ", "well, ", "ok, ", "hm, ")
_BEHIND = ("", "", "", "", "", ".", "!", " :)")
_UNHEARD_OF = (
    "can you convert forty furlongs to leagues",
    "my parcel number is missing its checksum",
    "which wallpaper suits a north facing kitchen",
    "the lawnmower will not start since tuesday",
    "translate the second paragraph into finnish",
    "who won the chess olympiad in 1972",
)
_TRIES = 50
_ENOUGH = 20
"""From so many examples on that have answered a question it is answered by one of these."""

Kind = Literal["intent", "action", "fallback"]
"""What a bot got wrong: the message was taken for another intent, another action ran than belongs there, or it fell
back and the user left."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and all that follows it, without the listening: `before` is logged before the first action is known."""

    message: UserUttered
    before: tuple[Event, ...]
    answers: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A turn as a story or rule tells it: `answers` are what the bot does at once, `behind` what it does once the form
    that runs then is done, None where that is not told."""

    intent: str
    answers: tuple[Event, ...]
    behind: tuple[Event, ...] | None = None
    is_rule: bool = False
    message: UserUttered | None = None

    @property
    def first(self) -> str | None:
        return next((event.name for event in self.answers if isinstance(event, ActionExecuted)), None)


class Conversations:
    """Of one bot; equal states of `chance` give equal conversations."""

    def __init__(self, project: Project, chance: random.Random) -> None:
        self._chance = chance
        self._domain = project.domain
        self._examples: dict[str, list[Example]] = {}
        for example in project.data.nlu.examples:
            if example.intent:
                self._examples.setdefault(example.intent, []).append(example)
        self._stories: list[list[_Told]] = []
        self._rules: list[_Told] = []
        self._ends: dict[str, tuple[Event, ...]] = {}
        self._answers: dict[str, list[Example]] = {}
        for tracker in project.trackers:
            self._take(tracker)
        self._fallen = next(
            (rule.answers for rule in self._rules if rule.intent == NLU_FALLBACK),
            (ActionExecuted(ACTION_DEFAULT_FALLBACK), UserUtteranceReverted()),
        )
        # Nobody says it, and who is not understood is one of the mistakes.
        self._rules = [rule for rule in self._rules if rule.intent != NLU_FALLBACK]
        told = {turn.intent for turn in (*self._rules, *(turn for story in self._stories for turn in story))}
        self._to_forms = [e for intent, found in self._examples.items() if intent not in told for e in found]

    def _take(self, tracker: TrainingTracker) -> None:
        is_rule = any(isinstance(event, ActionExecuted) and event.name == SNIPPET for event in tracker.events)
        turns: list[_Told] = []
        for intent, answers in _turns(tracker):
            at_once, behind = self._split(answers)
            if intent:
                turns.append(_Told(intent, at_once, behind, is_rule))
            elif behind is not None:
                form = next(event.name for event in at_once if isinstance(event, ActionExecuted))
                self._ends[str(form)] = behind
        if is_rule:
            self._rules += turns
        elif turns:
            self._stories.append(turns)

    def _split(self, answers: Sequence[Event]) -> tuple[tuple[Event, ...], tuple[Event, ...] | None]:
        action: str | None = None
        for place, event in enumerate(answers):
            if isinstance(event, ActionExecuted):
                action = event.name
            elif event == ActiveLoop(None) and action in self._domain.forms:
                return tuple(answers[:place]), tuple(answers[place + 1 :])
        return tuple(answers), None

    def conversation(self, mistake: Kind | None) -> Iterator[Turn]:
        chance = self._chance
        told = list(chance.choice(self._stories))
        if chance.random() < _LEAVE_EARLY:
            told = told[: chance.randint(1, len(told))]
        if self._rules and chance.random() < _RULES:
            told.append(chance.choice(self._rules))
        return self._played(self._with_mistake(told, mistake) if mistake else told)

    def _with_mistake(self, told: list[_Told], mistake: Kind) -> list[_Told]:
        chance = self._chance
        place = chance.randrange(len(told))
        turn = told[place]
        if mistake == "fallback":
            unheard = UserUttered(chance.choice(_UNHEARD_OF), NLU_FALLBACK, 0.3)
            return [*told[:place], _Told(NLU_FALLBACK, self._fallen, message=unheard)]
        if mistake == "intent":
            others = [intent for intent in self._examples if intent != turn.intent]
            text = chance.choice(self._examples[chance.choice(others)]).text
            message = UserUttered(text, turn.intent, round(chance.uniform(0.4, 0.8), 3))
            return [*told[:place], replace(turn, message=message), *told[place + 1 :]]
        right = {event.name for event in turn.answers if isinstance(event, ActionExecuted)}
        wrong = chance.choice([name for name in self._domain.responses if name not in right])
        answer = ActionExecuted(wrong, policy="TEDPolicy", confidence=0.45)
        # What belongs to a form that did not run does not follow.
        following = [] if right & set(self._domain.forms) else told[place + 1 :]
        return [*told[:place], _Told(turn.intent, (answer,)), *following]

    def _played(self, told: Sequence[_Told]) -> Iterator[Turn]:
        played = _Played(self._domain)
        for turn in told:
            loop = played.tracker.active_loop
            if loop and turn.is_rule and turn.first in self._domain.forms:
                return
            message = turn.message or self._message(turn.intent)
            is_taken = loop and turn.first != loop.name and turn.message is None and played.after(message) is not None
            answers = (ActionExecuted(loop.name),) if loop and is_taken else turn.answers
            yield played.turn(message, answers, comes_back=turn.is_rule)
            loop, behind = played.tracker.active_loop, turn.behind
            if loop and behind is None and turn is told[-1] and self._chance.random() < _ANSWERS_ALL:
                behind = self._ends.get(loop.name)
            while behind is not None and (loop := played.tracker.active_loop):
                answer = self._answer(played)
                if answer is None:
                    return
                yield played.turn(answer, (ActionExecuted(loop.name),), behind)

    def _answer(self, played: _Played) -> UserUttered | None:
        """Something that answers what the form asks for; None where nothing was found."""
        known = self._answers.setdefault(str(played.tracker.requested_slot), [])
        for _ in range(_TRIES if self._to_forms else 0):
            example = self._chance.choice(self._to_forms if len(known) < _ENOUGH else known)
            message = self._said(example)
            after = played.after(message)
            if after and after.requested_slot != played.tracker.requested_slot:
                known.append(example)
                return message
        return None

    def _message(self, intent: str) -> UserUttered:
        plain = [example for example in self._examples.get(intent, ()) if not example.entities]
        return self._said(self._chance.choice(plain)) if plain else UserUttered(f"/{intent}", intent)

    def _said(self, example: Example) -> UserUttered:
        text = f"{self._chance.choice(_BEFORE)}{example.text}{self._chance.choice(_BEHIND)}"
        return UserUttered(text, example.intent, entities=tuple(Entity(e.entity, e.value) for e in example.entities))


@dataclass(slots=True)
class _Played:
    """A conversation under way. What is logged, and in which order, is as real Rasa of each era logs it."""

    domain: Domain
    tracker: DialogueStateTracker = field(init=False)

    def __post_init__(self) -> None:
        self.tracker = DialogueStateTracker.start(self.domain).with_event(ActionExecuted(ACTION_LISTEN))

    def turn(
        self, message: UserUttered, answers: Sequence[Event], behind: Sequence[Event] = (), comes_back: bool = False
    ) -> Turn:
        """`behind` follows where the form is done; `comes_back`: after them the form asks again, if one runs."""
        before = self._log(*self._heard(message))[1:]
        loop = self.tracker.active_loop
        done: list[Event] = []
        if loop:
            first = next((event.name for event in answers if isinstance(event, ActionExecuted)), None)
            if first != loop.name and not loop.is_rejected:
                before += self._log(ActionExecutionRejected(loop.name))
            was_refused = loop.is_rejected or first != loop.name
            # In 2018 on any way but the form's own; later where the form comes back to a message that is for another.
            if was_refused and (self.domain.era is Era.CORE or first == loop.name):
                done += self._log(LoopInterrupted(True))
            answers = (*answers, ActionExecuted(loop.name)) if comes_back and first != loop.name else answers
        for event in answers:
            done += self._done(event)
        if loop and self.tracker.active_loop is None:
            for event in behind:
                done += self._done(event)
        self._log(ActionExecuted(ACTION_LISTEN))
        return Turn(message, tuple(before), tuple(done))

    def after(self, message: UserUttered) -> DialogueStateTracker | None:
        """What it comes to if the form that runs takes a message; None where it does not."""
        loop = self.tracker.active_loop
        heard = self.tracker.with_events(self._heard(message))
        events = self._run(loop.name, heard) if loop and not loop.is_rejected else None
        return None if events is None else heard.with_events(events)

    def _heard(self, message: UserUttered) -> tuple[Event, ...]:
        return message, *slots_from_message(self.tracker.with_event(message), message, self.domain)

    def _log(self, *events: Event) -> list[Event]:
        self.tracker = self.tracker.with_events(events)
        return list(events)

    def _done(self, event: Event) -> list[Event]:
        """What an event of a story comes to."""
        match event:
            case ActionExecuted(name=str(name)) if name in self.domain.forms:
                return self._log(event, *(self._run(name, self.tracker) or ()))
            case ActionExecuted(name=str(name)) if variations := self.domain.responses.get(name):
                return self._log(event, said(name, variations[0], self.tracker.slots))
            case ActiveLoop(name=name) if self.tracker.active_loop and self.tracker.active_loop.name == name:
                return []
            case SlotSet(name="requested_slot", value=value) if self.tracker.requested_slot == value:
                return []
        return self._log(event)

    def _run(self, form: str, tracker: DialogueStateTracker) -> tuple[Event, ...] | None:
        """What a form does; None where it refuses the message."""
        if not is_form_in_process(form, self.domain):
            return self._run_of_2018(form, tracker)
        events = form_without_server(form, tracker, self.domain)
        return None if any(isinstance(event, ActionExecutionRejected) for event in events) else events

    def _run_of_2018(self, form: str, tracker: DialogueStateTracker) -> tuple[Event, ...] | None:
        """Its code decides elsewhere: each message that carries an entity fills what was asked for."""
        slots = [slot for slot in self.domain.slots if f"utter_ask_{slot}" in self.domain.responses]
        loop, asked, message = tracker.active_loop, tracker.requested_slot, tracker.latest_message
        if loop is None or asked is None:
            return ActiveLoop(form), *self._asked(slots[0])
        if loop.is_interrupted or tracker.latest_action != ACTION_LISTEN:
            return self._asked(asked)
        if message is None or not message.entities:
            return None
        filled = SlotSet(asked, message.entities[0].value)
        left = slots[slots.index(asked) + 1 :]
        return (filled, *self._asked(left[0])) if left else (filled, ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))

    def _asked(self, slot: str) -> tuple[Event, ...]:
        response = f"utter_ask_{slot}"
        return said(response, self.domain.responses[response][0], {}), SlotSet(REQUESTED_SLOT, slot)


def _turns(tracker: TrainingTracker) -> Iterator[tuple[str | None, list[Event]]]:
    """What a story does from one message to the next, without the listening. What nobody said begins with no intent."""
    intent: str | None = None
    answers: list[Event] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if answers:
                yield intent, answers
            intent, answers = event.intent, []
        elif not isinstance(event, ActionExecuted) or event.name not in (ACTION_LISTEN, SNIPPET):
            answers.append(event)
    if answers:
        yield intent, answers
