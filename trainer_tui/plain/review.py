"""Conversations and messages of real users, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from trainer_tui.asking.filters import filters_in
from trainer_tui.asking.notation import annotated, entities_in
from trainer_tui.asking.reviewing import (
    EVERYTHING,
    ConversationRow,
    Marks,
    MessageGroup,
    MessageRow,
    Order,
    StepView,
)
from trainer_tui.asking.settling import Settling
from trainer_tui.errors import IllegalInput
from trainer_tui.plain.branches import number_in
from trainer_tui.words import clean, counted

Say = Callable[..., None]
HELP = """\
:conversations [N]     those that deserve a look first, ten or N of them, each with its number
:order worth           (or newest, or count) another order
:only WORDS            some of them alone: a text, intent:NAME action: slot: channel: model: tag:,
                       since:2026-11-30 until:, today, new, right, skip, later; :only alone shows all
:conversation N        what happened in conversation N, and what today's model says there
:before N              the session before of the same user
:right N [as test]     it is right as it is: it becomes a story, or a test story
:skip N, :later N      nothing to learn from it; for later
:flag N STEP           flag it at that step; again: no longer
:tag N NAME            give it a tag; one that it has is taken away
:play N                play it in the session, and correct it; it is decided when all is played, or by :done
:done                  leave what is played as it is
:messages [N]          what users said that no example covers, ten groups or N of them
:confirm M ...         these messages mean what the model guesses
:means INTENT M ...    they mean this; a new name makes an intent
:mark M TEXT           message M means what is guessed, with entities marked as [value](type)
:aside M ...           they are no training data
:back, :again          undo what was settled last, and redo it"""
_SHOWN = 10
_STEPS = 40


class Review:
    """Does what one of these commands says; `commands` are their names."""

    commands = (
        *(
            "conversations",
            "conversation",
            "order",
            "only",
            "before",
            "right",
            "skip",
            "later",
            "flag",
            "tag",
            "play",
            "done",
        ),
        *("messages", "confirm", "means", "mark", "aside", "back", "again"),
    )

    def __init__(self, settling: Settling, say: Say) -> None:
        self._settling = settling
        self._review = settling.review
        self._say = say
        self._order: Order = "worth"
        self._filters = replace(EVERYTHING, is_unseen=True)

    async def run(self, name: str, argument: str) -> None:
        words = argument.split()
        match name, words:
            case "conversations", [] | [_]:
                self._list(number_in(words[0]) if words else _SHOWN)
            case "order", ["worth" | "newest" | "count" as order]:
                self._order = order
                self._list(_SHOWN)
            case "only", _:
                self._filters = filters_in(argument, datetime.now().astimezone(), self._review.names())
                self._list(_SHOWN)
            case "conversation", [number]:
                await self._tell(number_in(number))
            case "before", [number]:
                await self._before(number_in(number))
            case "right", [number] | [number, "as", "story" | "test"]:
                view = await self._review.open(number_in(number))
                kept = await self._settling.keep(view, "test" if words[-1] == "test" else "story")
                self._say(f"Right as it is: {kept}; :back takes it back.")
            case "skip", [number]:
                self._settling.decide(number_in(number), "skip")
                self._say(f"Skipped: {number}.")
            case "later", [number]:
                self._settling.decide(number_in(number), "later")
                self._say(f"For later: {number}.")
            case "flag", [number, step]:
                await self._flag(number_in(number), number_in(step))
                self._say(f"Flagged: {number} at {step}, or no longer.")
            case "tag", [number, *tag] if tag:
                self._settling.tag(number_in(number), " ".join(tag))
                self._say(f"Tagged: {number}, or no longer.")
            case "play", [number]:
                view = await self._review.open(number_in(number))
                left_out = await self._settling.open(view)
                self._say(*(f"left out: {problem}" for problem in left_out), f"Playing {view.row.sender}.")
            case "done", []:
                self._say(self._settling.come_back() or "No conversation is played.")
            case "messages", [] | [_]:
                await self._messages(number_in(words[0]) if words else _SHOWN)
            case "confirm", [_, *_]:
                await self._confirm(await self._named(words), None)
            case "means", [intent, _, *_]:
                await self._confirm(await self._named(words[1:]), intent)
            case "mark", [number, *_]:
                ((group, message),) = await self._named([number])
                marked = entities_in(message.text, argument.partition(" ")[2].strip())
                self._settle([message], _guess(group), {message.id: marked})
                await self._review.rerank()
            case "aside", [_, *_]:
                found = [message for _, message in await self._named(words)]
                self._settling.set_aside(found)
                self._say(f"No training data: {counted(len(found), 'message')}.")
            case "back", []:
                self._say(f"Undone: {self._settling.undo()}.")
            case "again", []:
                self._say(f"Redone: {self._settling.redo()}.")
            case _:
                raise IllegalInput(f"there is no command :{name} {argument}".rstrip(), hint="See :help review.")

    def tell_decided(self) -> None:
        """Once all of what is played was played, it is decided."""
        if (opened := self._settling.opened) is not None and opened.is_finished:
            self._say(f"Decided: {self._settling.come_back()}.")

    # --- conversations ----------------------------------------------------------------------------------------------

    def _list(self, most: int) -> None:
        page = self._review.conversations(self._order, self._filters, 0, most)
        self._say(*(f"  {told(row)}" for row in page.rows))
        more = "more than " if page.has_more else ""
        self._say(f"{more}{counted(page.total, 'conversation')}{self._reading}.", *self._review.progress.problems)

    @property
    def _reading(self) -> str:
        told = self._review.progress.told
        return f", and more is read ({told})" if told else ""

    async def _tell(self, number: int) -> None:
        view = await self._review.judged(await self._review.open(number, most=_STEPS))
        self._say(f"  {told(view.row)}")
        if view.has_more:
            self._say("  (more before)")
        self._say(*(f"  {line}" for step in view.steps if (line := step_told(step))))

    async def _before(self, number: int) -> None:
        view = await self._review.open(number, most=1)
        if view.earlier is None:
            raise IllegalInput("this user has no session before")
        await self._tell(view.earlier)

    async def _flag(self, number: int, step: int) -> None:
        view = await self._review.open(number, before=step + 1, most=1)
        if [shown.index for shown in view.steps] != [step]:
            raise IllegalInput(f"conversation {number} has no step {step}", hint=f"See :conversation {number}.")
        self._settling.flag(number, step)

    # --- messages ---------------------------------------------------------------------------------------------------

    async def _messages(self, most: int) -> None:
        await self._review.rerank()
        page = self._review.inbox(0, most)
        for group in page.groups:
            guess = f"{group.guess} {group.confidence:.2f}" if group.guess else "no guess"
            self._say(f"  {guess}:")
            for message in group.messages:
                times = f", {message.count} times" if message.count > 1 else ""
                self._say(f"    {message.id} {clean(annotated(message.text, message.entities))}{times}")
        self._say(f"{counted(page.messages, 'message')} in {counted(page.total, 'group')}{self._reading}.")

    async def _named(self, words: Iterable[str]) -> list[tuple[MessageGroup, MessageRow]]:
        """The messages with these numbers; IllegalInput where one is none of the inbox."""
        if not self._review.inbox(0, 1).total:
            await self._review.rerank()
        known = {message.id: (group, message) for group, message in self._all()}
        found = []
        for word in words:
            number = number_in(word)
            if number not in known:
                raise IllegalInput(f"there is no message {number}", hint="See :messages for the list.")
            found.append(known[number])
        return found

    def _all(self) -> Iterator[tuple[MessageGroup, MessageRow]]:
        page = self._review.inbox(0, 1)
        for group in self._review.inbox(0, page.total).groups:
            yield from ((group, message) for message in group.messages)

    async def _confirm(self, named: Sequence[tuple[MessageGroup, MessageRow]], intent: str | None) -> None:
        by_intent: dict[str, list[MessageRow]] = {}
        for group, message in named:
            by_intent.setdefault(intent or _guess(group), []).append(message)
        for meant, messages in by_intent.items():
            self._settle(messages, meant)
        await self._review.rerank()

    def _settle(self, messages: Sequence[MessageRow], intent: str, entities: Marks | None = None) -> None:
        self._settling.confirm(messages, intent, entities)
        self._say(f"Confirmed: {counted(len(messages), 'message')} as {intent}.")


def _guess(group: MessageGroup) -> str:
    if group.guess is None:
        raise IllegalInput("the model has no guess for this message", hint="Say :means INTENT and its number.")
    return group.guess


def told(row: ConversationRow) -> str:
    """A conversation in a line, its number first."""
    when = datetime.fromtimestamp(row.last_at).strftime("%Y-%m-%d %H:%M") if row.last_at is not None else "no time"
    parts = [
        f"worth {row.worth:.2f}",
        *([f"{row.count} times"] if row.count > 1 else []),
        when,
        *([row.channel] if row.channel else []),
        *([f"{row.decision}{f' ({row.outcome})' if row.outcome else ''}"] if row.decision else []),
        *(f"#{tag}" for tag in row.tags),
        *([f"flagged at {', '.join(map(str, row.flags))}"] if row.flags else []),
    ]
    why = f": {'; '.join(row.reasons)}" if row.reasons else ""
    return clean(f"{row.id} {row.sender} {row.session}, {', '.join(parts)}{why}. It begins: {row.opening}")


def step_told(step: StepView) -> str:
    """A step in a line, its number first; "" for what nobody need hear."""
    sure = f" {step.confidence:.2f}" if step.confidence is not None else ""
    now = f", now {step.today}{sure}" if step.differs else ", as today" if step.today else ""
    flag = ", flagged" if step.is_flagged else ""
    match step.kind:
        case "message":
            line = f"you: {step.text} ({step.did or 'of no meaning'}{now}{flag})"
        case "action":
            line = f"bot does {step.did}{now}{flag}"
        case "said":
            line = f"bot: {step.text}{flag}"
        case _:
            line = f"{step.text or step.did}{flag}"
    return clean(f"{step.index} {line}")
