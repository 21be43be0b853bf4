"""Stories and rules → training conversations: checkpoints joined, ORs expanded, duplicates dropped.

As Rasa's training data generator without augmentation: one that goes round a circle of checkpoints goes round it
twice; a start checkpoint that nothing leads to is left out; what ends at a checkpoint that nothing starts from counts
as ended there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionReverted,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.featurizers import StateMaker, prediction_states
from trainer_tui.core.slot_filling import slots_from_entities
from trainer_tui.core.stories import (
    SNIPPET,
    STORY_START,
    AnyValue,
    Checkpoint,
    Or,
    Rule,
    StoryFile,
    StoryStep,
    TrainingTracker,
)
from trainer_tui.core.story_order import ordered
from trainer_tui.errors import Place

# So many conversations may wait at one place. Beyond it, those that a policy with a short memory cannot tell apart
# are followed as one: a story of many ORs has more ways through it than there is memory.
_MAXIMUM_WAITING = 2000

_ENDINGS = (ActionReverted, UserUtteranceReverted, Restarted, SessionStarted)


def training_trackers(stories: StoryFile, domain: Domain) -> list[TrainingTracker]:
    """The conversations to train on: those of the stories, then one (or, with OR, several) of each rule.

    Of conversations with equal states and actions only the first is kept. Where over 2,000 of them wait at one
    place (many ORs in one story), those equal in their last few states go on as one.
    """
    generation = _Generation(domain)
    return [*generation.stories(stories.steps), *generation.rules(stories.rules)]


def unreachable_checkpoints(steps: Iterable[StoryStep]) -> list[tuple[StoryStep, str]]:
    """(step, checkpoint) of each start checkpoint that no step ends with; Rasa leaves such a beginning out."""
    known = list(steps)
    ends = {end.name for step in known for end in step.end_checkpoints} | {STORY_START}
    return [(step, start.name) for step in known for start in step.start_checkpoints if start.name not in ends]


@dataclass(frozen=True, slots=True, eq=False)
class _Conversation:
    """A conversation in the making: its parent and one piece more. Equal `key`s mean equal states and actions."""

    key: int
    slots: Mapping[str, Any]
    names: tuple[str, ...] = ()
    place: Place | None = None
    piece: tuple[tuple[Event, Place | None], ...] = ()
    unpredictable: int | None = None
    has_begun: bool = False
    length: int = 0
    parent: _Conversation | None = None

    def pairs(self) -> list[tuple[Event, Place | None]]:
        pieces = []
        conversation: _Conversation | None = self
        while conversation is not None:
            pieces.append(conversation.piece)
            conversation = conversation.parent
        return [pair for piece in reversed(pieces) for pair in piece]

    def tracker(self) -> TrainingTracker:
        pairs = self.pairs()
        return TrainingTracker(
            " > ".join(self.names),
            tuple(event for event, _ in pairs),
            self.place,
            tuple(place for _, place in pairs),
            frozenset(() if self.unpredictable is None else (self.unpredictable,)),
        )


_Piece = tuple[tuple[Event, Place | None], ...]


class _Generation:
    """One run over the stories of a domain."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._states = StateMaker(domain)
        self._keys: dict[tuple[int, Any], int] = {}
        self._finished: dict[int, _Conversation] = {}
        self._start = _Conversation(0, domain.initial_slots)
        # Slots whose very value decides at a checkpoint; of the others only the features count.
        self._conditional: frozenset[str] = frozenset()

    def stories(self, steps: tuple[StoryStep, ...]) -> list[TrainingTracker]:
        self._finished = {}
        self._conditional = frozenset(
            name for step in steps for start in step.start_checkpoints for name in start.conditions
        )
        self._join(steps)
        return [conversation.tracker() for conversation in self._finished.values()]

    def rules(self, rules: Iterable[Rule]) -> Iterator[TrainingTracker]:
        for rule in rules:
            self._finished = {}
            head = _rule_head(rule)
            step = StoryStep(rule.name, rule.events, place=rule.place, lines=rule.lines)
            pieces = self._pieces(step, is_waiting=rule.wait_for_user_input)
            start = self._grown(self._start, head, step) if head else self._start
            for conversation in self._through(step, pieces, [start]):
                if not rule.wait_for_user_input:
                    conversation = self._grown(conversation, ((ActionExecuted(SNIPPET), None),), step)
                yield replace(conversation.tracker(), is_rule=True, rule=rule, unpredictable=frozenset())

    def _join(self, steps: tuple[StoryStep, ...]) -> None:
        """Rasa's phases: each goes once through all steps in order; circles begin the next one."""
        order = ordered(steps)
        pieces = [self._pieces(step, is_waiting=True) for step in order.steps]
        waiting: dict[str, list[_Conversation]] = defaultdict(list)
        waiting[STORY_START] = [self._start]
        used: set[str] = set()
        unused_before: set[str] = set()
        while any(waiting.values()):
            unused: set[str] = set()
            for step, its_pieces in zip(order.steps, pieces, strict=True):
                incoming = self._incoming(step, waiting, used, unused)
                if not incoming or not any(its_pieces):
                    continue
                outgoing = self._through(step, its_pieces, incoming)
                if not step.end_checkpoints:
                    self._finish(outgoing)
                for end in step.end_checkpoints:
                    name = order.returns.get(end.name, end.name)
                    waiting[name] += outgoing
                    if len(waiting[name]) > _MAXIMUM_WAITING:
                        waiting[name] = self._thinned(waiting[name])
                    if name in used:
                        unused.add(name)
            unused |= {name for name in waiting if name not in used}
            waiting = defaultdict(list, {name: waiting[name] for name in sorted(unused) if waiting.get(name)})
            if unused == unused_before or not waiting:
                for name in sorted(unused - used):
                    self._finish(waiting[name])
                return
            unused_before = unused

    def _incoming(
        self, step: StoryStep, waiting: Mapping[str, list[_Conversation]], used: set[str], unused: set[str]
    ) -> list[_Conversation]:
        incoming: dict[int, _Conversation] = {}
        for start in step.start_checkpoints or (Checkpoint(STORY_START),):
            found = waiting.get(start.name)
            if found:
                used.add(start.name)
                for conversation in found:
                    if _holds(start.conditions, conversation.slots):
                        incoming.setdefault(conversation.key, conversation)
            elif start.name not in used:
                unused.add(start.name)
        return list(incoming.values())

    def _through(
        self, step: StoryStep, pieces: list[tuple[_Piece, ...]], incoming: list[_Conversation]
    ) -> list[_Conversation]:
        """The conversations after the step; each OR multiplies them by its alternatives."""
        conversations = incoming
        for alternatives in pieces:
            grown: dict[int, _Conversation] = {}
            for conversation in conversations:
                for piece in alternatives:
                    child = self._grown(conversation, piece, step)
                    grown.setdefault(child.key, child)
            conversations = self._thinned(list(grown.values()))
        return conversations

    def _grown(self, conversation: _Conversation, piece: _Piece, step: StoryStep) -> _Conversation:
        """The conversation and a piece of a step more; what a restart or rewind follows is finished, too."""
        key, slots = conversation.key, conversation.slots
        unpredictable, has_begun = conversation.unpredictable, conversation.has_begun
        names = conversation.names
        if step.name and step.name not in names:
            names = (*names, step.name)
        place = conversation.place or step.place
        for index, (event, _) in enumerate(piece):
            if isinstance(event, _ENDINGS):
                length = conversation.length + index
                so_far = _Conversation(
                    key, slots, names, place, piece[:index], unpredictable, has_begun, length, conversation
                )
                self._finished.setdefault(key, so_far)
            elif isinstance(event, SlotSet):
                slots = {**slots, event.name: event.value} if event.name in self._conditional else slots
            elif not has_begun and isinstance(event, (ActionExecuted, UserUttered)):
                has_begun = True
                unpredictable = None if _is_listen(event) else conversation.length + index
            if seen := self._event_key(event):
                key = self._keys.setdefault((key, seen), len(self._keys) + 1)
        length = conversation.length + len(piece)
        return _Conversation(key, slots, names, place, piece, unpredictable, has_begun, length, conversation)

    def _event_key(self, event: Event) -> Any:
        """What states, labels and the conditions of checkpoints see of the event; None = nothing."""
        match event:
            case UserUttered():
                return "user", *self._states.user(event)
            case SlotSet():
                slot = self._domain.slots.get(event.name)
                features = slot.features(event.value) if slot else ()
                value = repr(event.value) if event.name in self._conditional else None
                return ("slot", event.name, features, value) if features or value else None
            case _:
                return event

    def _finish(self, conversations: Iterable[_Conversation]) -> None:
        for conversation in conversations:
            if conversation.length:
                self._finished.setdefault(conversation.key, conversation)

    def _thinned(self, conversations: list[_Conversation]) -> list[_Conversation]:
        """At most so many that memory holds: beyond it, one of those with the same last states goes on.

        A conversation none of whose continuations goes on is finished by one of them, so that its examples stay.
        """
        if len(conversations) <= _MAXIMUM_WAITING:
            return conversations
        windows = [self._last_states(conversation) for conversation in conversations]
        for length in (8, 5, 4, 3, 2, 1):
            kept: dict[Any, _Conversation] = {}
            for conversation, states in zip(conversations, windows, strict=True):
                kept.setdefault(states[-length:], conversation)
            if len(kept) <= _MAXIMUM_WAITING:
                break
        going_on = {id(conversation.parent) for conversation in kept.values()}
        for conversation in conversations:
            if id(conversation.parent) not in going_on:
                going_on.add(id(conversation.parent))
                self._finish((conversation,))
        return list(kept.values())

    def _last_states(self, conversation: _Conversation) -> tuple[Any, ...]:
        events = [event for event, _ in conversation.pairs()]
        return prediction_states(events, self._domain, 8)

    def _pieces(self, step: StoryStep, *, is_waiting: bool) -> list[tuple[_Piece, ...]]:
        """The step's events with what a story leaves out, cut at its ORs: a list of alternatives for each part."""
        pieces: list[tuple[_Piece, ...]] = []
        open_part: list[tuple[Event, Place | None]] = []
        for index, event in enumerate(step.events):
            place = Place(step.place.path, step.lines[index]) if step.place and index < len(step.lines) else step.place
            if isinstance(event, Or):
                pieces.append(tuple(self._alternative(open_part, part, place) for part in event.alternatives))
                open_part = []
            else:
                self._add(event, place, open_part)
        if is_waiting and not step.end_checkpoints and not (step.events and isinstance(step.events[-1], Or)):
            _listen(open_part)
        if open_part:
            pieces.append((tuple(open_part),))
        return pieces

    def _alternative(
        self, before: list[tuple[Event, Place | None]], events: Iterable[Event], place: Place | None
    ) -> _Piece:
        part = list(before)
        for event in events:
            self._add(event, place, part)
        return tuple(part)

    def _add(self, event: Event, place: Place | None, part: list[tuple[Event, Place | None]]) -> None:
        """The event, with an action_listen before a message and the slots that it fills after it."""
        match event:
            case UserUttered():
                message = self._read_as_its_era(event)
                _listen(part)
                part.append((message, place))
                if message.entities:
                    part += ((slot, None) for slot in slots_from_entities(message.entities, self._domain))
            case SlotSet(value=AnyValue.ANY):
                part.append((SlotSet(event.name, self._any_value(event.name)), place))
            case ActionExecuted(name="action_deactivate_form"):
                # Rasa has called it otherwise since 2.0, and reads the old name as the new one.
                part.append((replace(event, name="action_deactivate_loop"), place))
            case _:
                part.append((event, place))

    def _read_as_its_era(self, message: UserUttered) -> UserUttered:
        """Core 0.7 wrote `_greet` for the intent greet; such a domain lists its actions by their classes."""
        name = message.intent or ""
        if not name.startswith("_"):
            return message
        is_old = any("." in action for action in self._domain.actions)
        if is_old and name not in self._domain.intents and name[1:] in self._domain.intents:
            return replace(message, intent=name[1:])
        return message

    def _any_value(self, name: str) -> Any:
        """What Rasa puts into a slot that a story names without a value."""
        slot = self._domain.slots.get(name)
        return {"text": "filled", "list": ["filled"]}.get(slot.type) if slot else None


def _listen(part: list[tuple[Event, Place | None]]) -> None:
    if not part or not _is_listen(part[-1][0]):
        part.append((ActionExecuted(ACTION_LISTEN), None))


def _is_listen(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN


def _holds(conditions: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    return all(slots.get(name) == value for name, value in conditions.items())


def _rule_head(rule: Rule) -> _Piece:
    """The condition and, unless the rule is for the start of a conversation, the `...` before its first event."""
    head: list[Event] = list(rule.condition)
    if not rule.conversation_start:
        head.append(ActionExecuted(SNIPPET))
    return tuple((event, rule.place) for event in head)
