"""Intents and entities on held-out messages: accuracy, calibration and cost, beside the figures they have to reach.

The copy of CLINC150 and the bots' own data come from the corpus (TRAINER_TUI_CORPUS). Other public data sets are taken
from the folder `nlu` of TRAINER_TUI_PEERS: NAME/train.tsv and NAME/test.tsv (intent, text, start:end:entity …), NAME as
in `TO_REACH`; 5 and 10 examples an intent are those of train_5.tsv and train_10.tsv where these are. Beside each stands
a plain baseline that is fitted in the same run: scikit-learn's TF-IDF of words and pairs of words, and LinearSVC.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.nlu.entity_extractor import kind_of
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.pipeline import PipelineInterpreter, build_interpreter

NAME = "NLU"

TO_REACH = {
    "banking77": (66.0, 75.5, 91.5),
    "hwu64": (65.5, 73.0, 88.8),
    "clinc150": (75.1, 82.0, 92.3),
    "snips": (86.5, 90.8, 97.3),
    "atis": (None, None, 95.1),
}
"""Accuracy in per cent with 5 and 10 examples an intent and with all, on each data set's official test part."""
ENTITIES_TO_REACH = {"snips": 92.9, "hwu64": 76.0, "xsid-de": 68.0, "xsid-it": 74.0}
"""Span F1 in per cent with all examples."""
SHOTS = (5, 10, None)
BOTS = (
    ("financial", "financial-3.1/data/nlu/nlu.yml"),
    ("carbon", "pair-carbon-yml/data/nlu.yml"),
    ("packt, chapter 4", "packt-book-2x/Chapter04/data/nlu.yml"),
    ("formbot", "rasa-2.8-suite/examples/formbot/data/nlu.yml"),
    ("restaurantbot", "rasa-1.2.2-suite/examples/restaurantbot/data/nlu.md"),
    ("fin_bot (Polish)", "finbot-pl-2x/data/nlu/nlu.yml"),
)
HEAD = (
    f"{'data':<28}{'examples':>9}{'tests':>7}{'intents %':>11}{'to reach':>10}{'ECE':>7}{'entities F1':>13}"
    f"{'to reach':>10}{'baseline %':>12}{'fit CPU s':>11}{'parse ms':>10}{'learn ms':>10}"
)

TEACHING_HEAD = (
    f"{'taught, 10 examples':<28}{'lessons':>9}{'right next %':>14}{'before %':>10}{'taught %':>10}{'refit %':>10}"
    f"{'refit CPU s':>13}"
)
STREAM = 500
"""Messages, of which the wrongly understood ones become lessons."""

Part = Sequence[Example]


def run() -> None:
    print("clinc150 from the corpus: not the official split; 30 messages an intent are held out")
    print(HEAD)
    for name, training, test in _data_sets():
        for place, shots in enumerate(SHOTS):
            chosen = training if shots is None else _few(training, shots, name)
            label = f"{name}, {shots or 'all'}"
            entities = ENTITIES_TO_REACH.get(name) if shots is None else None
            _measure(label, chosen, test, TO_REACH.get(name, (None,) * 3)[place], entities)
    corpus = os.environ.get("TRAINER_TUI_CORPUS")
    for name, path in BOTS if corpus else ():
        examples = _shuffled(read(Path(str(corpus)) / "bots" / path))
        held_out = len(examples) // 5
        _measure(f"{name}, 4/5", examples[held_out:], examples[:held_out], None, None)
    _teach()


def _teach() -> None:
    """Ten examples an intent, then a stream of messages with every error corrected."""
    print()
    print(TEACHING_HEAD)
    for name, training, test in _data_sets():
        base = _few(training, 10, name)
        known = {example.text for example in base}
        stream = [example for example in _shuffled(training) if example.text not in known][:STREAM]
        data = TrainingData(tuple(base))
        interpreter = build_interpreter()[0].train(data)
        before = _accuracy(interpreter, test)
        lessons: list[Example] = []
        right = 0
        for example in stream:
            if interpreter.parse(example.text).intent != example.intent:
                lessons.append(example)
                interpreter.learn(lessons)
                right += interpreter.parse(example.text).intent == example.intent
        refitted: list[PipelineInterpreter] = []
        seconds = _seconds(lambda: refitted.append(interpreter.adopting(interpreter.assignment(data, lessons).solve())))  # noqa: B023
        print(
            f"{name:<28}{len(lessons):>9}{100 * right / max(len(lessons), 1):>14.1f}{before:>10.1f}"
            f"{_accuracy(interpreter, test):>10.1f}{_accuracy(refitted[0], test):>10.1f}{seconds:>13.2f}",
            flush=True,
        )


def _accuracy(interpreter: PipelineInterpreter, test: Part) -> float:
    return 100 * float(np.mean([interpreter.parse(example.text).intent == example.intent for example in test]))


def _data_sets() -> Iterator[tuple[str, Part, Part]]:
    given = sorted(path for path in _peers().iterdir() if path.is_dir()) if _peers().is_dir() else []
    for path in given:
        yield path.name, read(path / "train.tsv"), read(path / "test.tsv")
    corpus = os.environ.get("TRAINER_TUI_CORPUS")
    if corpus and not any(path.name.lower() == "clinc150" for path in given):
        examples = read(Path(corpus) / "bots/taipo-nlu/data/nlu-orig.yml")
        yield "clinc150", *_thirty_held_out([example for example in examples if example.intent != "oos"])


def _peers() -> Path:
    return Path(os.environ.get("TRAINER_TUI_PEERS", "")) / "nlu"


def _baseline(training: Part, test: Part) -> float:
    """Accuracy in per cent."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
    model.fit([example.text for example in training], [example.intent for example in training])
    return 100 * float(model.score([example.text for example in test], [example.intent for example in test]))


def read(file: Path) -> Part:
    """The examples of a file, each text once."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".tsv":
        examples = [_row(line) for line in text.split("\n") if line]
    else:
        parse = {".yml": parse_nlu_yaml, ".md": parse_nlu_markdown, ".json": parse_nlu_json}[file.suffix]
        examples = list(parse(text, str(file)).data.examples)
    return list({example.text: example for example in examples if example.intent}.values())


def _row(line: str) -> Example:
    intent, text, *marked = line.split("\t")
    entities = []
    for mark in " ".join(marked).split():
        start, end, entity = mark.split(":", 2)
        entities.append(Entity(entity, text[int(start) : int(end)], int(start), int(end)))
    return Example(text, intent, tuple(entities))


def _shuffled(examples: Part) -> Part:
    return [examples[position] for position in np.random.default_rng(0).permutation(len(examples))]


def _few(examples: Part, number: int, name: str) -> Part:
    """As they were published for the data set, or drawn."""
    file = _peers() / name / f"train_{number}.tsv"
    if file.is_file():
        return read(file)
    taken: dict[str | None, int] = defaultdict(int)
    chosen = []
    for example in _shuffled(examples):
        if taken[example.intent] < number:
            taken[example.intent] += 1
            chosen.append(example)
    return chosen


def _thirty_held_out(examples: Part) -> tuple[Part, Part]:
    seen: dict[str | None, int] = defaultdict(int)
    training: list[Example] = []
    test: list[Example] = []
    for example in _shuffled(examples):
        (test if seen[example.intent] < 30 else training).append(example)
        seen[example.intent] += 1
    known = {example.intent for example in training}
    return training, [example for example in test if example.intent in known]


def _measure(label: str, training: Part, test: Part, to_reach: float | None, entities_to_reach: float | None) -> None:
    interpreter, _ = build_interpreter()
    fit_seconds = _seconds(lambda: interpreter.train(TrainingData(tuple(training))))
    results: list[ParseResult] = []
    parse_seconds = _seconds(lambda: results.extend(interpreter.parse(example.text) for example in test))
    right = [result.intent == example.intent for result, example in zip(results, test, strict=True)]
    error = calibration_error([result.confidence for result in results], right)
    baseline = _baseline(training, test)
    has_entities = any(example.entities for example in training)
    entities = f"{100 * span_f1(results, test):.1f}" if has_entities else "–"
    print(
        f"{label:<28}{len(training):>9}{len(test):>7}{100 * np.mean(right):>11.1f}{to_reach or '–':>10}{error:>7.3f}"
        f"{entities:>13}{entities_to_reach or '–':>10}{baseline:>12.1f}{fit_seconds:>11.2f}"
        f"{1000 * parse_seconds / len(test):>10.2f}"
        f"{1000 * _learning_seconds(interpreter, results, test):>10.2f}",
        flush=True,
    )


def _learning_seconds(interpreter: PipelineInterpreter, results: Sequence[ParseResult], test: Part) -> float:
    """CPU seconds of one correction, over the first hundred errors."""
    wrong = [example for result, example in zip(results, test, strict=True) if result.intent != example.intent][:100]

    def teach() -> None:
        for number in range(len(wrong)):
            interpreter.learn(wrong[: number + 1])

    return _seconds(teach) / max(len(wrong), 1)


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: how far confidence and accuracy are apart, bin by bin."""
    numbers = np.minimum((np.array(confidences) * bins).astype(int), bins - 1)
    gaps = [
        abs(float(np.mean(np.array(confidences)[numbers == number]) - np.mean(np.array(right)[numbers == number])))
        * float(np.mean(numbers == number))
        for number in set(numbers.tolist())
    ]
    return sum(gaps)


def span_f1(results: Sequence[ParseResult], test: Part) -> float:
    """A span counts where place, entity, role and group are right."""
    both = found = wanted = 0
    for result, example in zip(results, test, strict=True):
        told = {(entity.start, entity.end, kind_of(entity)) for entity in result.entities}
        marked = {(entity.start, entity.end, kind_of(entity)) for entity in example.entities}
        both, found, wanted = both + len(told & marked), found + len(told), wanted + len(marked)
    return 2 * both / max(found + wanted, 1)


if __name__ == "__main__":
    run()
