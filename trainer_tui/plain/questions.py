"""A question as lines: what matters to the answer, said once, and the question itself, said again until it is answered.

The line tells in words what Enter and each letter do, since a voice that reads it leaves out brackets and capitals.
"""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.asking.notation import annotated
from trainer_tui.asking.question import Candidate, Question
from trainer_tui.asking.words import Confidence, Message, Name, Quiet, Speech, Stressed, Warned, Words

_LISTED = 9
"""What more there is is seldom what is meant, and a voice reads all of it before the question."""
_CANDIDATES = 9


def said(words: Words, quote: str = "'") -> str:
    """The words as text, names and messages in quotes; signs are for the eye."""
    text = ""
    for part in words:
        match part:
            case str():
                text += part
            case Name(name):
                text += f"{quote}{name}{quote}"
            case Message(message, entities):
                text += f"{quote}{annotated(message, entities)}{quote}"
            case Confidence(value):
                text += f"{value:.2f}"
            case Speech() | Quiet() | Stressed() | Warned():
                text += part.text
    return text


def matter(question: Question) -> tuple[str, ...]:
    """What is said before the question, once."""
    return (
        *((said(question.because),) if question.because else ()),
        *_candidates(question),
        *(f"  {said(fact)}" for fact in question.facts),
    )


def line(question: Question) -> str:
    """The question, and how it is answered."""
    how = _ways(question) if question.how is None else question.how
    asked = " ".join(part for part in (said(question.words), how) if part)
    return f"{asked}, Enter = {question.suggestion}:" if question.suggestion else f"{asked}:"


def _ways(question: Question) -> str:
    if not question.answers:
        return ""
    first, *others = question.answers
    ways = [f"Enter = {first.label}"]
    ways += [f"{answer.typed[0]} = {answer.in_full or answer.label}" for answer in others]
    return ", ".join((*ways, "number or name") if question.candidates else ways)


def _candidates(question: Question) -> tuple[str, ...]:
    """All that can be chosen, where one is to be; else what is possible, in one line, beside what is asked about."""
    if question.takes != "answer":
        return listed(question.candidates)
    worth = [
        _numbered(number, candidate)
        for number, candidate in enumerate(question.candidates[:_CANDIDATES], 1)
        if number == 1 or candidate.is_likely
    ]
    return (f"  candidates: {', '.join(worth)}",) if len(worth) > 1 else ()


def listed(candidates: Sequence[Candidate], part: str | None = None) -> tuple[str, ...]:
    """Everything, a line each, numbered as it can be answered; only names that have `part` in them, where given."""
    lines = [
        f"  {_numbered(number, candidate)}"
        for number, candidate in enumerate(candidates, 1)
        if part is None or part.lower() in candidate.name.lower()
    ]
    if part is not None:
        return tuple(lines) or (f"Nothing is called like {part!r}.",)
    more = len(lines) - _LISTED
    return (*lines[:_LISTED], *([f"  and {more} more: :list shows them, :list TEXT some"] if more > 0 else []))


def _numbered(number: int, candidate: Candidate) -> str:
    detail = f" ({candidate.detail})" if candidate.detail else ""
    sure = "" if candidate.confidence is None else f" {candidate.confidence:.2f}"
    return f"{number} {candidate.name}{detail}{sure}"
