"""Intents and entities on held-out messages: accuracy, calibration and cost, beside the figures they have to reach.

The copy of CLINC150 and the bots' own data come from the corpus (TRAINER_TUI_CORPUS). Other public data sets are taken
from the folder `nlu` of TRAINER_TUI_PEERS: NAME/train.tsv and NAME/test.tsv (intent, text, start:end:entity …), NAME as
in `TO_REACH`; 5 examples an intent are those of train_5.tsv where that is, and so on. Below each stands
a plain baseline that is fitted in the same run, with its own CPU: scikit-learn's TF-IDF of words and pairs of words and
LinearSVC, and a conditional random field that sees each word, its ending and its neighbours.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import apart, peak_mib
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.nlu.components import EMBEDDINGS
from trainer_tui.nlu.embeddings import MissingEmbeddings, installed_encoder
from trainer_tui.nlu.entity_extractor import kind_of
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.pipeline import PipelineInterpreter, build_interpreter

NAME = "NLU"

FEW: dict[str, tuple[int, ...]] = {"snips": (5, 10, 100), "xsid-de": (), "xsid-it": ()}
"""How many examples an intent are measured before all of them; of other data sets `USUAL_FEW`."""
USUAL_FEW = (5, 10)
Row = tuple[str, int | None]
"""A data set, and how many examples an intent; None = all."""
TO_REACH: dict[Row, float] = {
    ("banking77", 5): 66.0,
    ("banking77", 10): 75.5,
    ("banking77", None): 91.5,
    ("hwu64", 5): 65.5,
    ("hwu64", 10): 73.0,
    ("hwu64", None): 88.8,
    ("clinc150", 5): 75.1,
    ("clinc150", 10): 82.0,
    ("clinc150", None): 92.3,
    ("snips", 5): 86.5,
    ("snips", 10): 90.8,
    ("snips", None): 97.3,
}
"""Accuracy in per cent on each data set's official test part."""
TO_REACH_WITH_EMBEDDINGS: dict[Row, float] = {("hwu64", 5): 75.0, ("hwu64", 10): 81.0}
ENTITIES_TO_REACH: dict[Row, float] = {
    ("snips", 10): 50.0,
    ("snips", 100): 81.0,
    ("snips", None): 92.9,
    ("hwu64", None): 76.0,
    ("xsid-de", None): 68.0,
    ("xsid-it", None): 74.0,
}
"""Span F1 in per cent."""
CALIBRATION_TO_REACH: dict[int | None, float] = {10: 0.04, None: 0.02}
SECONDS_TO_REACH: dict[Row, float] = {("hwu64", None): 16.0}
"""CPU of a fit."""
VARIANTS_TO_REACH = 98.0
BOTS = (
    ("financial", "financial-3.1/data/nlu/nlu.yml"),
    ("carbon", "pair-carbon-yml/data/nlu.yml"),
    ("packt, chapter 4", "packt-book-2x/Chapter04/data/nlu.yml"),
    ("formbot", "rasa-2.8-suite/examples/formbot/data/nlu.yml"),
    ("restaurantbot", "rasa-1.2.2-suite/examples/restaurantbot/data/nlu.md"),
    ("fin_bot (Polish)", "finbot-pl-2x/data/nlu/nlu.yml"),
)
HEAD = (
    f"{'data':<28}{'examples':>9}{'tests':>7}{'intents %':>11}{'to reach':>10}{'ECE':>7}{'≤':>6}{'entities F1':>13}"
    f"{'to reach':>10}{'fit CPU s':>11}{'≤':>6}{'peak MiB':>10}{'parse ms':>10}{'learn ms':>10}"
)

TEACHING_HEAD = (
    f"{'taught, 10 examples':<28}{'lessons':>9}{'right next %':>14}{'variants %':>12}{'before %':>10}{'taught %':>10}"
    f"{'refit %':>10}{'refit CPU s':>13}"
)
STREAM = 500
"""Messages, of which the wrongly understood ones become lessons."""

Part = Sequence[Example]


def run() -> None:
    print("clinc150 from the corpus: not the official split; 30 messages an intent are held out")
    print(HEAD, flush=True)
    for name in _data_sets():
        for shots in (*FEW.get(name, USUAL_FEW), None):
            apart("nlu", f"measure_set({name!r}, {shots})")
    _with_embeddings()
    for name, path in BOTS if os.environ.get("TRAINER_TUI_CORPUS") else ():
        apart("nlu", f"measure_bot({name!r}, {path!r})")
    _teach()


def _with_embeddings() -> None:
    try:
        encoder = installed_encoder()
    except MissingEmbeddings:
        print("with the extra [embeddings]: left out, it is not installed", flush=True)
        return
    print(f"with the extra [embeddings], {encoder}", flush=True)
    for name, shots in TO_REACH_WITH_EMBEDDINGS:
        if (_peers() / name).is_dir():
            apart("nlu", f"measure_set({name!r}, {shots}, with_embeddings=True)")


def measure_set(name: str, shots: int | None, with_embeddings: bool = False) -> None:
    """With so many examples an intent, or all."""
    training, test = _parts(name)
    chosen = training if shots is None else _few(training, shots, name)
    row = (name, shots)
    goals = _Goals(
        (TO_REACH_WITH_EMBEDDINGS if with_embeddings else TO_REACH).get(row),
        CALIBRATION_TO_REACH.get(shots),
        ENTITIES_TO_REACH.get(row),
        SECONDS_TO_REACH.get(row),
    )
    pipeline = [{"name": "DIETClassifier"}, {"name": EMBEDDINGS}] if with_embeddings else None
    _measure(f"{name}, {shots or 'all'}", chosen, test, goals, pipeline)


def measure_bot(name: str, path: str) -> None:
    examples = _shuffled(read(Path(os.environ["TRAINER_TUI_CORPUS"]) / "bots" / path))
    held_out = len(examples) // 5
    _measure(f"{name}, 4/5", examples[held_out:], examples[:held_out], _Goals())


def _teach() -> None:
    """Ten examples an intent, then a stream of messages with every error corrected."""
    print(f"\nto reach: right next 100 %, variants {VARIANTS_TO_REACH:g} %")
    print(TEACHING_HEAD)
    for name in _data_sets():
        training, test = _parts(name)
        base = _few(training, 10, name)
        known = {example.text for example in base}
        stream = [example for example in _shuffled(training) if example.text not in known][:STREAM]
        data = TrainingData(tuple(base))
        interpreter = build_interpreter()[0].train(data)
        before = _accuracy(interpreter, test)
        lessons: list[Example] = []
        right = 0
        variants: list[bool] = []
        for example in stream:
            if interpreter.parse(example.text).intent != example.intent:
                lessons.append(example)
                interpreter.learn(lessons)
                right += interpreter.parse(example.text).intent == example.intent
                variants += [interpreter.parse(text).intent == example.intent for text in _variants(example.text)]
        refitted: list[PipelineInterpreter] = []
        seconds = _seconds(lambda: refitted.append(interpreter.adopting(interpreter.assignment(data, lessons).solve())))  # noqa: B023
        print(
            f"{name:<28}{len(lessons):>9}{100 * right / max(len(lessons), 1):>14.1f}"
            f"{100 * sum(variants) / max(len(variants), 1):>12.1f}{before:>10.1f}"
            f"{_accuracy(interpreter, test):>10.1f}{_accuracy(refitted[0], test):>10.1f}{seconds:>13.2f}",
            flush=True,
        )


def _variants(text: str) -> list[str]:
    """As another person might say it: a word before, behind or left out, in other case."""
    words = text.split()
    fewer = [" ".join(words[:-1])] if len(words) > 2 else []
    return [f"please {text}", f"{text} now", *fewer, text.upper(), f"ok, {text}!"]


def _accuracy(interpreter: PipelineInterpreter, test: Part) -> float:
    return 100 * float(np.mean([interpreter.parse(example.text).intent == example.intent for example in test]))


def _data_sets() -> Iterator[str]:
    given = sorted(path.name for path in _peers().iterdir() if path.is_dir()) if _peers().is_dir() else []
    yield from given
    if os.environ.get("TRAINER_TUI_CORPUS") and "clinc150" not in (name.lower() for name in given):
        yield "clinc150"


def _parts(name: str) -> tuple[Part, Part]:
    """(to train on, to judge by)."""
    if (_peers() / name).is_dir():
        return read(_peers() / name / "train.tsv"), read(_peers() / name / "test.tsv")
    examples = read(Path(os.environ["TRAINER_TUI_CORPUS"]) / "bots/taipo-nlu/data/nlu-orig.yml")
    return _thirty_held_out([example for example in examples if example.intent != "oos"])


def _peers() -> Path:
    return Path(os.environ.get("TRAINER_TUI_PEERS", "")) / "nlu"


def _plain_intents(training: Part, test: Part) -> list[str]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
    model.fit([example.text for example in training], [example.intent for example in training])
    return list(model.predict([example.text for example in test]))


def _plain_entities(training: Part, test: Part) -> list[tuple[Entity, ...]]:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 50})
    for example in training:
        places = _word_places(example.text)
        trainer.append(_plain_features(example.text, places), [_plain_tag(example, place) for place in places])
    tagger = pycrfsuite.Tagger()
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(str(Path(folder) / "crf"))
        with tagger.open(str(Path(folder) / "crf")):
            return [_tagged(example.text, tagger) for example in test]


def _word_places(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\w+|[^\w\s]", text)]


def _plain_features(text: str, places: Sequence[tuple[int, int]]) -> list[list[str]]:
    words = ["", *(text[start:end].lower() for start, end in places), ""]
    return [
        [f"before={before}", f"word={word}", f"ending={word[-3:]}", f"after={after}"]
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
    ]


def _plain_tag(example: Example, place: tuple[int, int]) -> str:
    for entity in example.entities:
        if entity.start is not None and entity.end is not None and entity.start <= place[0] < entity.end:
            return f"{'B' if entity.start == place[0] else 'I'}-{entity.entity}"
    return "O"


def _tagged(text: str, tagger: Any) -> tuple[Entity, ...]:
    found: list[Entity] = []
    places = _word_places(text)
    for (start, end), tag in zip(places, tagger.tag(_plain_features(text, places)), strict=True):
        if tag.startswith("I-") and found and found[-1].entity == tag[2:]:
            start = found.pop().start or 0
        if tag != "O":
            found.append(Entity(tag[2:], text[start:end], start, end))
    return tuple(found)


def read(file: Path) -> Part:
    """The examples of a public set as they were published, or those of a bot's file, each text once."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".tsv":
        return [_row(line) for line in text.split("\n") if line]
    parse = {".yml": parse_nlu_yaml, ".md": parse_nlu_markdown, ".json": parse_nlu_json}[file.suffix]
    examples = parse(text, str(file)).data.examples
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


@dataclass(frozen=True, slots=True)
class _Goals:
    intents: float | None = None
    calibration: float | None = None
    entities: float | None = None
    seconds: float | None = None


def _measure(
    label: str, training: Part, test: Part, goals: _Goals, pipeline: Sequence[dict[str, str]] | None = None
) -> None:
    interpreter, _ = build_interpreter(pipeline)
    fit_seconds = _seconds(lambda: interpreter.train(TrainingData(tuple(training))))
    results: list[ParseResult] = []
    parse_seconds = _seconds(lambda: results.extend(interpreter.parse(example.text) for example in test))
    right = [result.intent == example.intent for result, example in zip(results, test, strict=True)]
    error = calibration_error([result.confidence for result in results], right)
    has_entities = any(example.entities for example in training)
    entities = f"{100 * span_f1([result.entities for result in results], test):.1f}" if has_entities else "–"
    print(
        f"{label:<28}{len(training):>9}{len(test):>7}{100 * np.mean(right):>11.1f}{goals.intents or '–':>10}"
        f"{error:>7.3f}{goals.calibration or '–':>6}{entities:>13}{goals.entities or '–':>10}"
        f"{fit_seconds:>11.2f}{goals.seconds or '–':>6}{peak_mib():>10.0f}"
        f"{1000 * parse_seconds / len(test):>10.2f}"
        f"{1000 * _learning_seconds(interpreter, results, test):>10.2f}",
        flush=True,
    )
    _measure_baseline(training, test, has_entities)


def _measure_baseline(training: Part, test: Part, has_entities: bool) -> None:
    intents: list[str] = []
    entities: list[tuple[Entity, ...]] = []
    seconds = _seconds(lambda: intents.extend(_plain_intents(training, test)))
    if has_entities:
        seconds += _seconds(lambda: entities.extend(_plain_entities(training, test)))
    right = 100 * np.mean([intent == example.intent for intent, example in zip(intents, test, strict=True)])
    found = f"{100 * span_f1(entities, test):.1f}" if has_entities else "–"
    print(f"{'  plain baseline':<44}{right:>11.1f}{'':>23}{found:>13}{'':>10}{seconds:>11.2f}", flush=True)


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


def span_f1(results: Sequence[Sequence[Entity]], test: Part) -> float:
    """A span counts where place, entity, role and group are right."""
    both = found = wanted = 0
    for entities, example in zip(results, test, strict=True):
        told = {(entity.start, entity.end, kind_of(entity)) for entity in entities}
        marked = {(entity.start, entity.end, kind_of(entity)) for entity in example.entities}
        both, found, wanted = both + len(told & marked), found + len(told), wanted + len(marked)
    return 2 * both / max(found + wanted, 1)


if __name__ == "__main__":
    run()
