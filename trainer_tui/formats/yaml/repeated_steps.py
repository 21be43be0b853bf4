"""Steps that a story file says again and again, found in its text, so that each is parsed once.

Parsing YAML takes most of the time of reading ten thousand stories, and they consist of a few hundred different steps.
So the text is cut. Each different step goes into a story of its own in a small text of *samples*. In the text itself
a *sign*, a scalar that stands nowhere else, takes the place of each run of such steps, and empty lines behind it keep
everything else in its line:

    - story: first                      - story: first
      steps:                              steps:
      - intent: greet                     - SIGN0
      - action: utter_greet
      - checkpoint: greeted               - checkpoint: greeted

The reader of whole files then reads both texts. What looks like steps here may be something else, a line in a text of
several lines, say, and nothing is decided by how it looks: it is right where the reader finds each sign as a step,
and each sample as a story, where it was put. A step that is complete by itself means the same wherever it stands, but
for an anchor, an alias or a tag, whose meaning may come from far away: a text that may have any is not cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from trainer_tui.dataclass import dataclass

_HEAD = re.compile(r" *(?:- +)?steps:[ \t]*")
_FIRST = re.compile(r" +- ")
_BETWEEN = re.compile(r"[ \t]*(?:#.*)?")
_SIGN = "\ue000"
_OTHER_LINE_ENDS = "\r\x85\u2028\u2029"
# What may begin an anchor, an alias or a tag: such a character that follows no part of a word.
_REFERENCE = re.compile(r"[&*!](?<![^\s\[{,:].)\S")


class StepText(NamedTuple):
    """What looks like a step: its lines, `start` (from 0) up to `end`, and their text."""

    start: int
    end: int
    text: str

    @property
    def indentation(self) -> str:
        return self.text[: self.text.index("-")]


@dataclass(frozen=True, slots=True)
class Samples:
    """A story file in which each different step has a story. `lines` are those where the stories must begin, from 1;
    the step itself follows two lines below."""

    text: str
    steps: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CutText:
    """The text with signs in it, and the steps that each sign stands for."""

    text: str
    runs: dict[str, list[StepText]]


def repeated_steps(text: str) -> list[StepText]:
    """What looks like a step that the text has twice or more; nothing where the text cannot be cut."""
    if "steps:" not in text or any(sign in text for sign in (_SIGN, *_OTHER_LINE_ENDS)) or _REFERENCE.search(text):
        return []
    steps = list(_steps(text.split("\n")))
    known = Counter(step.text for step in steps)
    return [step for step in steps if known[step.text] > 1]


def samples_of(steps: Sequence[StepText]) -> Samples:
    """A story for each different one of the steps."""
    different = {step.text: step for step in steps}
    parts, lines, line = ["stories:\n"], [], 3
    for text, step in different.items():
        parts.append(f"-\n{step.indentation}story:\n{step.indentation}steps:\n{text}\n")
        lines.append(line)
        line += 3 + step.end - step.start
    return Samples("".join(parts), tuple(different), tuple(lines))


def cut_text(text: str, steps: Sequence[StepText], known: Collection[str]) -> CutText:
    """The text without those of the steps whose text is known."""
    lines = text.split("\n")
    runs: dict[str, list[StepText]] = {}
    run: list[StepText] = []
    for step in steps:
        if step.text not in known:
            continue
        if run and run[-1].end == step.start:
            run.append(step)
        else:
            run = runs[f"{_SIGN}{len(runs)}"] = [step]
    for sign, run in runs.items():
        start, end = run[0].start, run[-1].end
        lines[start] = f"{run[0].indentation}- {sign}"
        lines[start + 1 : end] = [""] * (end - start - 1)
    return CutText("\n".join(lines), runs)


def _steps(lines: Sequence[str]) -> Iterator[StepText]:
    """Each item of each list below a line `steps:`, up to the first line that stands further left and says
    something."""
    item, within, start = "", "", -1
    is_head = False
    for number, line in enumerate(lines):
        if start >= 0:
            is_next = line.startswith(item)
            if not is_next and (line.startswith(within) or _BETWEEN.fullmatch(line)):
                continue
            yield StepText(start, number, "\n".join(lines[start:number]))
            start = number if is_next else -1
            if is_next:
                continue
        elif is_head and (first := _FIRST.match(line)):
            item, within, start = first[0], " " * (len(first[0]) - 1), number
            is_head = False
            continue
        is_head = line.endswith(":") and _HEAD.fullmatch(line) is not None
    if start >= 0:
        yield StepText(start, len(lines), "\n".join(lines[start:]))
