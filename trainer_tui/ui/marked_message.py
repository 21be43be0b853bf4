"""A message with its entities, as the conversation and the questions about it show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from trainer_tui.asking.words import shown_value
from trainer_tui.session.protocol import Entity
from trainer_tui.ui.lines import Line, Span, clean

Notation = Callable[[str, Sequence[Entity]], str]
"""A text and its entities to Rasa's notation of its dialect."""


def marked_message(text: str, entities: Sequence[Entity], notation: Notation) -> Line:
    """The message with its entities, their words underlined: in notation, `to [Rome](city)`, where that takes no JSON,
    else as chips, `to Rome⟨city:to⟩`."""
    spans: list[Span] = []
    place = 0
    for begin, end in sorted({(e.start, e.end) for e in entities if e.start is not None and e.end is not None}):
        if begin < place or end > len(text):
            continue
        words = text[begin:end]
        here = [e for e in entities if (e.start, e.end) == (begin, end)]
        marked = notation(words, [_moved(entity, -begin) for entity in here])
        spans.append((clean(text[place:begin]), "you"))
        if marked.startswith(f"[{words}]("):
            spans += [("[", "dim"), (clean(words), "entity"), (clean(marked[len(words) + 1 :]), "dim")]
        else:
            spans += [(clean(words), "entity"), *(chip(entity, text) for entity in here)]
        place = end
    spans.append((clean(text[place:]), "you"))
    return tuple(span for span in spans if span[0])


def chip(entity: Entity, text: str) -> Span:
    """`⟨city⟩`, and what else was said of it: role `⟨city:from⟩`, group `⟨city#1⟩`, a value that is not its words
    `⟨city="Roma"⟩`."""
    role = f":{entity.role}" if entity.role else ""
    group = f"#{entity.group}" if entity.group else ""
    value = f"={shown_value(entity.value)}" if entity.value != text[entity.start : entity.end] else ""
    return f"⟨{clean(f'{entity.entity}{role}{group}{value}')}⟩", "label"


def _moved(entity: Entity, by: int) -> Entity:
    assert entity.start is not None and entity.end is not None
    return replace(entity, start=entity.start + by, end=entity.end + by)
