"""What is doubtful in NLU data: examples, intents and entities, each with what to do about it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.insight.example_predictions import Learner
from trainer_tui.insight.findings import EntityMarked, ExampleOut, ExampleTo, Finding, finding

_SURE, _UNLIKELY = 0.85, 0.05
_FEW = 5
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
            message = f"{example.text!r:.80} is an example of {example.intent!r}; by the others it is {likeliest!r}"
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
            message = f"{example.text!r:.80} is an example of {example.intent!r}"
            message += f", and {other.text!r:.80} ({other.place}) of {other.intent!r}"
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


def too_few(data: TrainingData) -> Iterator[Finding]:
    """Intents of which there is too little to learn from."""
    counts = Counter(example.intent for example in data.examples if example.intent)
    first: dict[str, Example] = {}
    for example in data.examples:
        if example.intent and counts[example.intent] < _FEW and example.intent not in first:
            first[example.intent] = example
            number = counts[example.intent]
            message = f"the intent {example.intent!r} has {number} of the {_FEW} examples that it takes at least"
            yield finding(message, example.place, "Add what people say otherwise.")


def unmarked(data: TrainingData) -> Iterator[Finding]:
    """Words that are marked as an entity in as many examples as not, or more, where they are not."""
    marked: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    where: dict[tuple[str, ...], Example] = {}
    intents: set[tuple[tuple[str, ...], str | None]] = set()
    for example in data.examples:
        for entity in example.entities:
            if entity.start is not None and entity.end is not None:
                words = tuple(_WORD.findall(example.text[entity.start : entity.end].casefold()))
                if sum(map(len, words)) > 2:
                    marked[words][entity.entity] += 1
                    where.setdefault(words, example)
                    intents.add((words, example.intent))
    longest = max(map(len, marked), default=0)
    bare: dict[tuple[str, ...], list[tuple[Example, tuple[int, int]]]] = defaultdict(list)
    for example in data.examples:
        for words, span in dict(_bare_words(example, longest)).items():
            if words in marked:
                bare[words].append((example, span))
    for words, examples in bare.items():
        if len(marked[words]) == 1 and marked[words].total() >= len(examples):
            (label,) = marked[words]
            first = where[words]
            for example, span in examples:
                # A word that is marked once may mean something else in what is said for another purpose.
                if marked[words].total() == 1 and (words, example.intent) not in intents:
                    continue
                message = f"{' '.join(words)!r:.60} is not marked in {example.text!r:.80}"
                message += f", and is {label!r} in {first.text!r:.80} ({first.place})"
                mend = EntityMarked(example, label, *span)
                yield finding(message, example.place, f"Mark it as {label!r}, or in neither.", mend)


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
