"""Stories and rules → training conversations: checkpoints joined, ORs expanded, duplicates dropped.

As Rasa's training data generator without augmentation: circles of checkpoints are gone round until a round reaches
nothing new (two or three times); a start checkpoint that nothing leads to is left out; what ends at a checkpoint that
nothing starts from counts as ended there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

from trainer_tui.core.conversations import Conversation, Growth, Piece, thinned, unique
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Event
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.stories import (
    SNIPPET,
    STORY_START,
    Checkpoint,
    Rule,
    StoryFile,
    StoryStep,
    TrainingTracker,
)
from trainer_tui.core.story_order import OrderedSteps, ordered
from trainer_tui.core.story_pieces import pieces_of
from trainer_tui.progress import Progress, each, unheard

# So many conversations may wait at one place. Beyond it, those that a policy with a short memory cannot tell apart
# are followed as one: a story of many ORs has more ways through it than there is memory.
_MAXIMUM_WAITING = 2000
_JOINING = "joining the stories"


def training_trackers(stories: StoryFile, domain: Domain, tell: Progress = unheard) -> list[TrainingTracker]:
    """The conversations to train on: those of the stories, then one (or, with OR, several) of each rule.

    Of conversations with equal states and actions only the first is kept. Where over 2,000 ways lead to one place
    (many ORs in one story), those equal in their last states go on as one: examples of up to 8 states stay complete
    as long as no more than 2,000 of these differ, shorter ones beyond. `tell` is told how far joining is.
    """
    generation = _Generation(in_todays_notation(stories, domain), domain, tell)
    return [*generation.stories(), *generation.rules()]


def unreachable_checkpoints(steps: Iterable[StoryStep]) -> list[tuple[StoryStep, str]]:
    """(step, checkpoint) of each start checkpoint that no step ends with; Rasa leaves such a beginning out."""
    known = list(steps)
    ends = {end.name for step in known for end in step.end_checkpoints} | {STORY_START}
    return [(step, start.name) for step in known for start in step.start_checkpoints if start.name not in ends]


class _Generation:
    """One run over the stories of a domain."""

    def __init__(self, stories: StoryFile, domain: Domain, tell: Progress) -> None:
        starts = (start for step in stories.steps for start in step.start_checkpoints)
        self._stories = stories
        self._domain = domain
        self._tell = tell
        self._growth = Growth(domain, frozenset(name for start in starts for name in start.conditions))
        self._finished: dict[int, TrainingTracker] = {}

    def stories(self) -> list[TrainingTracker]:
        self._join(ordered(self._stories.steps))
        return list(self._finished.values())

    def rules(self) -> Iterator[TrainingTracker]:
        for rule in self._stories.rules:
            self._finished = {}
            step = StoryStep(rule.name, rule.events, place=rule.place, lines=rule.lines)
            start = self._grown(self._growth.start, _rule_head(rule), step)
            pieces = pieces_of(step, self._domain, is_waiting=rule.wait_for_user_input)
            for conversation in self._through(step, pieces, [start]):
                if not rule.wait_for_user_input:
                    conversation = self._grown(conversation, ((ActionExecuted(SNIPPET), None),), step)
                yield replace(conversation.tracker(), is_rule=True, rule=rule, unpredictable=frozenset())

    def _join(self, order: OrderedSteps) -> None:
        """Rasa's phases: each goes once through all steps in order; circles begin the next one. Pieces are made where
        they are needed and gone then: those of all stories take more room than the conversations."""
        waiting: dict[str, list[Conversation]] = defaultdict(list)
        waiting[STORY_START] = [self._growth.start]
        used: set[str] = set()
        unused_before: set[str] = set()
        while any(waiting.values()):
            unused: set[str] = set()
            for step in each(order.steps, _JOINING, self._tell):
                incoming = self._incoming(step, waiting, used, unused)
                pieces = pieces_of(step, self._domain) if incoming else []
                if not any(pieces):
                    continue
                outgoing = self._through(step, pieces, incoming)
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
        self, step: StoryStep, waiting: dict[str, list[Conversation]], used: set[str], unused: set[str]
    ) -> list[Conversation]:
        """The conversations that wait where the step starts; notes which checkpoints are used, and which are not."""
        incoming: list[Conversation] = []
        for start in step.start_checkpoints or (Checkpoint(STORY_START),):
            if waiting[start.name]:
                found = unique(waiting[start.name])
                waiting[start.name] = found = self._thinned(found) if found[-1].is_crowded else found
                used.add(start.name)
                incoming += (conversation for conversation in found if conversation.holds(start.conditions))
            elif start.name not in used:
                unused.add(start.name)
        return unique(incoming)

    def _through(
        self, step: StoryStep, pieces: list[tuple[Piece, ...]], incoming: list[Conversation]
    ) -> list[Conversation]:
        """The conversations after the step; each OR multiplies them by its alternatives."""
        ways = len(incoming) * prod(len(alternatives) for alternatives in pieces)
        is_crowded = incoming[0].is_crowded or ways > _MAXIMUM_WAITING
        conversations = incoming
        for alternatives in pieces:
            grown = (self._grown(old, piece, step) for old in conversations for piece in alternatives)
            conversations = unique(grown)
            if is_crowded and len(alternatives) > 1:
                conversations = self._thinned(conversations)
        return conversations

    def _grown(self, conversation: Conversation, piece: Piece, step: StoryStep) -> Conversation:
        """The conversation and a piece more; what a restart or rewind follows is finished, too."""
        grown, ended = self._growth.grown(conversation, piece, step)
        self._finish(ended)
        return grown

    def _thinned(self, conversations: list[Conversation]) -> list[Conversation]:
        going_on, ending = thinned(conversations, _MAXIMUM_WAITING)
        self._finish(ending)
        return going_on

    def _finish(self, conversations: Iterable[Conversation]) -> None:
        for conversation in conversations:
            if conversation.length and conversation.key not in self._finished:
                self._finished[conversation.key] = conversation.tracker()


def _rule_head(rule: Rule) -> Piece:
    """The condition and, unless the rule is for the start of a conversation, the `...` before its first event."""
    head: list[Event] = list(rule.condition)
    if not rule.conversation_start:
        head.append(ActionExecuted(SNIPPET))
    return tuple((event, rule.place) for event in head)
