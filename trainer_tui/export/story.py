"""A conversation → the story that is written of it: whole turns, as finally confirmed, nothing that was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.core.domain import ACTION_EXTRACT_SLOTS, ACTION_RESTART, ACTION_SESSION_START, Domain, base_intent
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Entity,
    Event,
    FollowupAction,
    LoopInterrupted,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.tracker import applied_events, without_reverted
from trainer_tui.dataclass import dataclass

_NEVER_WRITTEN = frozenset((ACTION_SESSION_START, ACTION_EXTRACT_SLOTS, "action_unlikely_intent"))
_LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class WrittenSlots:
    """Which slots that no policy sees are written all the same, because the file's other stories do so."""

    unfeaturised: bool = False
    requested_slot: bool = False


@dataclass(frozen=True, slots=True)
class StoryEvents:
    """The events of a story as they are written; `form_turns` are indices of those that a form handled by itself."""

    events: tuple[Event, ...]
    form_turns: frozenset[int] = frozenset()


def split_at_restarts(events: Iterable[Event]) -> tuple[tuple[Event, ...], ...]:
    """The conversations between restarts that hold a message, each cut to whole turns.

    A turn is whole when the bot listened again, or restarted the conversation itself.
    """
    parts: list[list[Event]] = [[]]
    for event in events:
        if isinstance(event, (Restarted, SessionStarted)):
            parts.append([])
        else:
            parts[-1].append(event)
    cut = (_whole_turns(without_reverted(part)) for part in parts)
    return tuple(tuple(part) for part in cut if any(isinstance(event, UserUttered) for event in part))


def _whole_turns(events: Sequence[Event]) -> Sequence[Event]:
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, ActionExecuted) and event.name in (ACTION_LISTEN, ACTION_RESTART):
            return events[: index + 1]
    return ()


def markdown_story(conversation: Sequence[Event], domain: Domain, slots: WrittenSlots) -> StoryEvents:
    """The story in Markdown: every turn, those that a form handled marked as Rasa Core's own writer marks them."""
    return _with_form_turns(_once(_storied(conversation, domain, slots, is_markdown=True)))


def yaml_story(conversation: Sequence[Event], domain: Domain, slots: WrittenSlots) -> StoryEvents:
    """The story in YAML: turns that a form handled by itself are left out, since Rasa 2 and 3 predict them without
    policies; written, they would shift what Rasa trains on from the first interruption of the form."""
    collapsed = applied_events(conversation)
    events = _without_taken_messages(_storied(collapsed, domain, slots, is_markdown=False))
    return StoryEvents(tuple(_once(event for event in events if not isinstance(event, _NOT_IN_FILES))))


def end_to_end_story(conversation: Sequence[Event]) -> StoryEvents:
    """The conversation as a test: every turn with its text; slots follow from the messages and actions."""
    events: list[Event] = []
    for event in conversation:
        match event:
            case UserUttered():
                events.append(replace(event, entities=_distinct(event.entities)))
            case ActionExecuted() if event.name not in (*_NEVER_WRITTEN, ACTION_LISTEN):
                events.append(event)
            case ActiveLoop():
                events.append(event)
    return StoryEvents(tuple(events))


def made_up_name(conversation: Sequence[Event]) -> str:
    """A name from the intents: "search concerts, compare reviews"; the first few where there are many."""
    intents = [event.intent for event in conversation if isinstance(event, UserUttered) and event.intent]
    words = list(dict.fromkeys(" ".join(intent.replace("_", " ").replace("/", " ").split()) for intent in intents))
    shown = words if len(words) <= _LONGEST_NAME else [*words[: _LONGEST_NAME - 1], "…", words[-1]]
    return ", ".join(shown) or "conversation"


def can_be_rule(story: Sequence[Event]) -> bool:
    """Whether it is one exchange: one message with a meaning, and what the bot did."""
    messages = [event for event in story if isinstance(event, UserUttered)]
    return len(messages) == 1 and messages[0].intent is not None and story[0] is messages[0] and len(story) > 1


_NOT_IN_FILES = (ActionExecutionRejected, LoopInterrupted)


def _storied(events: Iterable[Event], domain: Domain, slots: WrittenSlots, is_markdown: bool) -> Iterator[Event]:
    """What a story keeps of the events, and rejections and interruptions, which tell what a form did by itself."""
    for event in events:
        match event:
            case UserUttered():
                yield UserUttered(
                    text=event.text if event.intent is None else None,
                    intent=base_intent(event.intent) or None,
                    entities=_distinct(event.entities, keep_places=event.intent is None),
                )
            case EntitiesAdded() | BotUttered():
                pass
            case ActionExecuted():
                if event.name not in (*_NEVER_WRITTEN, ACTION_LISTEN):
                    yield ActionExecuted(domain.action_as_called_here(event.name), text=event.text)
            case SlotSet():
                if _is_written(event.name, domain, slots):
                    yield SlotSet(event.name, event.value)
            case ActiveLoop() | ActionExecutionRejected() | LoopInterrupted():
                yield event
            case AllSlotsReset() | ConversationPaused() | ConversationResumed():
                yield event
            case FollowupAction() | ReminderScheduled() if is_markdown:
                yield event


def _without_taken_messages(events: Iterable[Event]) -> list[Event]:
    """Where a form that had been left took the message on its return, only that the bot had listened is written: a
    message before a form tells Rasa 2 and 3 that the form shall leave it alone."""
    written: list[Event] = []
    form: str | None = None
    is_rejected = is_interrupted = False
    message: int | None = None
    for event in events:
        match event:
            case ActiveLoop():
                form, is_rejected = event.name, False
            case ActionExecutionRejected():
                is_rejected = is_rejected or event.name == form
            case LoopInterrupted():
                is_interrupted = event.is_interrupted
            case UserUttered():
                message = len(written)
            case ActionExecuted():
                if event.name == form:
                    if is_rejected and not is_interrupted and message is not None:
                        written[message] = ActionExecuted(ACTION_LISTEN)
                    is_rejected = False
                message, is_interrupted = None, False
            case _:
                pass
        written.append(event)
    return written


def _once(events: Iterable[Event]) -> list[Event]:
    """Of slots that are set again before anything else happens, only the last value: a form that validates sets them
    twice, and one that asks on sets `requested_slot` at every turn. What a form sets to the value that it has (as forms
    do when they start) is not written at all."""
    kept: list[Event] = []
    values: dict[str, Any] = {}
    loop: str | None = None
    is_form = False
    for event in events:
        match event:
            case ActiveLoop():
                loop, is_form = event.name, event.name is not None
            case ActionExecuted() | UserUttered():
                is_form = isinstance(event, ActionExecuted) and loop is not None and event.name == loop
            case AllSlotsReset():
                values.clear()
            case SlotSet():
                if is_form and event.name != REQUESTED_SLOT and _is_same(event.value, values.get(event.name)):
                    continue
                values[event.name] = event.value
                _drop_before(kept, event.name)
            case _:
                pass
        kept.append(event)
    return kept


def _drop_before(kept: list[Event], slot: str) -> None:
    """Take out what the slot was set to since anything else happened."""
    for index in range(len(kept) - 1, -1, -1):
        before = kept[index]
        if not isinstance(before, SlotSet):
            return
        if before.name == slot:
            del kept[index]
            return


def _is_same(value: Any, known: Any) -> bool:
    # True == 1: a slot that becomes a number was changed.
    return bool(value == known) and type(value) is type(known)


def _is_written(name: str, domain: Domain, slots: WrittenSlots) -> bool:
    if name == REQUESTED_SLOT and not (name in domain.slots and domain.slots[name].is_featurised):
        return slots.requested_slot
    slot = domain.slots.get(name)
    return slots.unfeaturised if slot is None or not slot.is_featurised else True


def _distinct(entities: Iterable[Entity], keep_places: bool = True) -> tuple[Entity, ...]:
    """Each entity once, without what an extractor added to it."""
    plain = (replace(entity, extractor=None, confidence=None) for entity in entities)
    placed = plain if keep_places else (replace(entity, start=None, end=None) for entity in plain)
    found: list[Entity] = []
    for entity in placed:
        if entity not in found:
            found.append(entity)
    return tuple(found)


class _FormTurns:
    """Rasa Core's rules for the `form: ` prefix: what a form did unrefused is marked, and read by nobody."""

    def __init__(self) -> None:
        self.written: list[Event] = []
        self.marked: set[int] = set()
        self.form: str | None = None
        self.is_rejected = False
        self.validates = True
        self._pending: list[Event] = []

    def take(self, event: Event) -> None:
        match event:
            case ActiveLoop():
                self._flush(is_marked=True)
                self.written.append(event)
                self.form, self.is_rejected, self.validates = event.name, False, True
            case LoopInterrupted():
                self.validates = not event.is_interrupted
            case ActionExecutionRejected():
                self.is_rejected = self.is_rejected or event.name == self.form
            case ActionExecuted() if self.form is not None:
                self._act(event)
                self.validates = True
            case _ if self.form is not None:
                self._pending.append(event)
            case _:
                self.written.append(event)

    def end(self) -> StoryEvents:
        self._flush(is_marked=True)
        return StoryEvents(tuple(self.written), frozenset(self.marked))

    def _act(self, action: ActionExecuted) -> None:
        if not self.is_rejected:
            self._flush(is_marked=True)
            self.marked.add(len(self.written))
        elif action.name != self.form:
            self._flush(is_marked=False)
        else:
            takes_message = self.validates and any(isinstance(event, UserUttered) for event in self._pending)
            if takes_message:
                # The message is the form's and thus read by nobody: only this says that the bot had listened.
                self.written.append(ActionExecuted(ACTION_LISTEN))
            self._flush(is_marked=takes_message)
            self.is_rejected = False
        self.written.append(action)

    def _flush(self, is_marked: bool) -> None:
        for event in self._pending:
            if is_marked and isinstance(event, UserUttered):
                self.marked.add(len(self.written))
            self.written.append(event)
        self._pending.clear()


def _with_form_turns(events: Iterable[Event]) -> StoryEvents:
    turns = _FormTurns()
    for event in events:
        turns.take(event)
    return turns.end()
