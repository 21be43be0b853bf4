"""Why a message is taken for an intent, and its words for entities: the words that count and the nearest examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest

from trainer_tui.core.nlu_data import Example
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.words import quoted

_SHOWN = 3
_MOST_WORDS = 24
_WORD = re.compile(r"\S+")

Parse = Callable[[str], ParseResult]


def reasons(parse: Parse, result: ParseResult, examples: Sequence[Example]) -> tuple[str, ...]:
    """In lines: the words for and against, the nearest examples, what each entity rests on, and the word without which
    another intent would be meant."""
    text, intent = result.text, result.intent
    if intent is None:
        return ("Nothing is understood of it.",)
    lines = [f"intent {intent} {result.confidence:.2f}"]
    without = list(_without_each_word(parse, text))
    share = dict(result.ranking).get(intent, result.confidence)
    told = sorted(((share - dict(other.ranking).get(intent, 0.0), word) for word, other in without), reverse=True)
    lines += [f"  + {word!r}: without it {share - lost:.2f}" for lost, word in told[:_SHOWN] if lost >= 0.01]
    lines += [f"  - {word!r}: without it {share - lost:.2f}" for lost, word in told[-_SHOWN:] if lost <= -0.01]
    flip = next(((word, other) for word, other in without if other.intent not in (intent, None)), None)
    if flip:
        lines.append(
            f"what would change it: without {flip[0]!r} it would be {flip[1].intent} ({flip[1].confidence:.2f})"
        )
    else:
        lines.append("no single word less would change it")
    lines += _nearest(text, intent, examples)
    for entity in result.entities:
        value = text[entity.start : entity.end] if entity.start is not None else str(entity.value)
        lines.append(f"entity {entity.entity}: {value!r}, found by {entity.extractor or 'what you taught'}")
        lines += _marked_so(value, entity.entity, examples)
        needed = [word for word, other in without if not _finds(other, entity.entity, value) and word not in value]
        if needed:
            lines.append(f"  rests on the words {', '.join(map(repr, needed[:_SHOWN]))} beside it")
    return tuple(lines)


def _without_each_word(parse: Parse, text: str) -> Iterator[tuple[str, ParseResult]]:
    for found in list(_WORD.finditer(text))[:_MOST_WORDS]:
        rest = f"{text[: found.start()]}{text[found.end() :].lstrip()}".strip()
        if rest:
            yield found[0], parse(rest)


def _finds(result: ParseResult, name: str, value: str) -> bool:
    return any(entity.entity == name and str(entity.value) == value for entity in result.entities)


def _nearest(text: str, intent: str, examples: Sequence[Example]) -> Iterator[str]:
    """The examples that share most letters with it, of this intent and of others."""
    mine = _pieces(text)
    likest = nlargest(_SHOWN, examples, key=lambda example: _likeness(mine, _pieces(example.text)))
    if likest:
        yield "the nearest examples:"
    for example in likest:
        otherwise = "" if example.intent == intent else f", of {example.intent}"
        yield f"  {quoted(example.text, 80)} ({example.place}){otherwise}"


def _pieces(text: str) -> frozenset[str]:
    plain = f" {' '.join(text.casefold().split())} "
    return frozenset(plain[place : place + 3] for place in range(len(plain) - 2))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def _marked_so(value: str, name: str, examples: Sequence[Example]) -> Iterator[str]:
    """Examples in which the same words are that entity, or none."""
    wanted = value.casefold()
    marked = [
        example
        for example in examples
        for entity in example.entities
        if entity.entity == name and entity.start is not None
        if example.text[entity.start : entity.end].casefold() == wanted
    ]
    if marked:
        first = marked[0]
        yield f"  marked so in {len(marked)} of the examples: {quoted(first.text, 60)} ({first.place})"
    else:
        yield "  marked so in no example: the words around it count, and its shape"
