"""What is doubtful in NLU data: examples, intents and entities, each with what to do about it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.insight.example_predictions import Learner
from trainer_tui.insight.findings import (
    EntityMarked,
    EntityUnmarked,
    ExampleOut,
    ExamplesTaught,
    ExampleTo,
    Finding,
    finding,
)
from trainer_tui.words import quoted

_SURE, _UNLIKELY = 0.85, 0.05
_FEW = 5
_OFTEN = 3
"""Examples in which a word is bare that is marked in one: where it is in fewer, nobody knows which of them is wrong."""
_TYPO_FROM = 5
"""Letters: of shorter words another letter makes another word."""
_WORD = re.compile(r"\w+")


def disagreements(interpreter: Learner, known: TrainingData, held_out: Iterable[Example]) -> list[Finding]:
    """Examples that the interpreter, trained on the others, surely takes for another intent (it is changed by that)."""
    interpreter.train(known)
    found = []
    for example in held_out:
        if example.intent is None:
            continue
        shares = dict(interpreter.parse(example.text).ranking)
        likeliest = max(shares, key=lambda name: shares[name], default="")
        if shares.get(likeliest, 0.0) >= _SURE and shares.get(example.intent, 0.0) <= _UNLIKELY:
            message = (
                f"{quoted(example.text, 80)} is an example of {example.intent!r}; by the others it is {likeliest!r}"
            )
            hint = f"Move it to {likeliest!r}, or give {example.intent!r} more examples like it."
            mends = ExampleTo(example, likeliest), ExampleOut(example)
            found.append(finding(f"{message} ({shares[likeliest]:.2f})", example.place, hint, *mends))
    return found


def near_same(data: TrainingData) -> Iterator[Finding]:
    """Examples of two intents that case, signs or one letter of a long word tell apart, or nothing does."""
    known: dict[tuple[str, ...], Example] = {}
    for example in data.examples:
        keys = list(_spellings(example.text))
        others = (known[key] for key in keys if key in known and known[key].intent != example.intent)
        other = next(others, None) if example.intent else None
        if other:
            message = f"{quoted(example.text, 80)} is an example of {example.intent!r}"
            message += f", and {quoted(other.text, 80)} ({other.place}) of {other.intent!r}"
            yield finding(message, example.place, "Keep it in one of them.", ExampleOut(example), ExampleOut(other))
        for key in keys:
            known.setdefault(key, example)


def _spellings(text: str) -> Iterator[tuple[str, ...]]:
    """The words, and the words with a letter less; texts that share one of these are apart by a letter at most."""
    words = tuple(_WORD.findall(text.casefold()))
    if words:
        yield words
    for place, word in enumerate(words):
        if len(word) >= _TYPO_FROM and word.isalpha():
            for spelled in (word, *(word[:at] + word[at + 1 :] for at in range(len(word)))):
                # The sign keeps a word with a letter less from meeting a short word that is written so.
                yield (*words[:place], f"{spelled}-", *words[place + 1 :])


def too_few(data: TrainingData, taught: Sequence[Example] = ()) -> Iterator[Finding]:
    """Intents of which there is too little to learn from. Only what a person said is an example: `taught` in a session,
    as far as the data does not hold it."""
    counts = Counter(example.intent for example in data.examples if example.intent)
    first: dict[str, Example] = {}
    for example in data.examples:
        if example.intent and counts[example.intent] < _FEW and example.intent not in first:
            first[example.intent] = example
            number = counts[example.intent]
            message = f"the intent {example.intent!r} has {number} of the {_FEW} examples that it takes at least"
            yield finding(
                message, example.place, "Add what people say otherwise.", *taught_of(example.intent, data, taught)
            )


def taught_of(intent: str, data: TrainingData, taught: Iterable[Example]) -> Iterator[ExamplesTaught]:
    """The edit that adds what was taught of the intent, where that is more than the data holds."""
    known = {example.text for example in data.examples}
    texts = dict.fromkeys(one.text.strip() for one in taught if one.intent == intent and one.text.strip() not in known)
    if texts:
        yield ExamplesTaught(intent, tuple(texts))


def unmarked(data: TrainingData) -> Iterator[Finding]:
    """Words that are marked as an entity in as many examples as not, or more, where they are not; and the one mark of
    words that are bare in several examples of the same intent."""
    marked: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    where: dict[tuple[str, ...], tuple[Example, tuple[int, int]]] = {}
    intents: set[tuple[tuple[str, ...], str | None]] = set()
    for example in data.examples:
        for entity in example.entities:
            if entity.start is not None and entity.end is not None:
                words = tuple(_WORD.findall(example.text[entity.start : entity.end].casefold()))
                if sum(map(len, words)) > 2:
                    marked[words][entity.entity] += 1
                    where.setdefault(words, (example, (entity.start, entity.end)))
                    intents.add((words, example.intent))
    longest = max(map(len, marked), default=0)
    bare: dict[tuple[str, ...], list[tuple[Example, tuple[int, int]]]] = defaultdict(list)
    for example in data.examples:
        for words, span in dict(_bare_words(example, longest)).items():
            if words in marked:
                bare[words].append((example, span))
    for words, examples in bare.items():
        if len(marked[words]) > 1:
            continue
        (label,) = marked[words]
        first, marked_span = where[words]
        is_once = marked[words].total() == 1
        # A word that is marked once may mean something else in what is said for another purpose.
        alike = [one for one in examples if not is_once or (words, one[0].intent) in intents]
        off = (EntityUnmarked(first, label, *marked_span),) if is_once else ()
        said = quoted(" ".join(words), 60)
        if marked[words].total() >= len(examples):
            for example, span in alike:
                message = f"{said} is not marked in {quoted(example.text, 80)}"
                message += f", and is {label!r} in {quoted(first.text, 80)} ({first.place})"
                hint = f"Mark it as {label!r}, or in neither."
                yield finding(message, example.place, hint, EntityMarked(example, label, *span), *off)
        elif is_once and len(alike) >= _OFTEN:
            other = alike[0][0]
            message = f"{said} is {label!r} in {quoted(first.text, 80)}, and is not marked in {len(alike)} others "
            message += f"of the intent, as in {quoted(other.text, 80)} ({other.place})"
            yield finding(message, first.place, f"Take the mark off, or mark it as {label!r} in all.", *off)


def _bare_words(example: Example, longest: int) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
    """Up to so many words on end of which none is in an entity, and where they begin and end."""
    spans = [(entity.start, entity.end) for entity in example.entities if entity.start is not None]
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(example.text):
        if any(start < match.end() and match.start() < (end or 0) for start, end in spans):
            run = []
            continue
        run = [*run[-(longest - 1) :], match] if longest > 1 else [match]
        for at, first in enumerate(run):
            yield tuple(word[0].casefold() for word in run[at:]), (first.start(), match.end())
