"""NLU data in YAML, Rasa 2.0 to 3.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trainer_tui.formats.nlu_building import NluBuilder, NluRead
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, YamlSequence, read_yaml
from trainer_tui.words import quoted

_KINDS = ("intent", "synonym", "regex", "lookup")
# Rasa strips these and no others: a tab at the end of a line belongs to the example.
_BLANKS = "\n\r "


def parse_nlu_yaml(text: str, path: str) -> NluRead:
    """The NLU data of a YAML text; never raises: what is wrong is in `problems`, the rest is read."""
    return nlu_of(read_yaml(text, path), path)


def nlu_of(file: YamlFile, path: str) -> NluRead:
    """The NLU data in a YAML file that is read already."""
    report = Report(path, list(file.problems))
    builder = NluBuilder(report)
    data = file.mapping(report, "an NLU file", "the key 'nlu:' with a list")
    if data and data.get("nlu") is not None:
        section = data["nlu"]
        if isinstance(section, YamlSequence):
            for item, line in zip(section, section.lines, strict=True):
                _read_item(item, line, builder)
        else:
            report.error(data.line_of("nlu"), "'nlu:' holds no list", "Expected '- intent: name' below.")
    return builder.finish()


def _read_item(item: Any, line: int, builder: NluBuilder) -> None:
    kind = next((kind for kind in _KINDS if kind in item), None) if isinstance(item, YamlMapping) else None
    if kind is None:
        builder.report.error(line, "an item of 'nlu:' is unknown", f"Expected one of {', '.join(_KINDS)}.")
        return
    if item[kind] is None or not str(item[kind]).strip():
        builder.report.error(item.line_of(kind), f"{'an' if kind == 'intent' else 'a'} {kind} has no name")
        return
    name = str(item[kind])
    examples = item.get("examples")
    if examples is None or examples == "":
        builder.report.warning(line, f"the {kind} {name!r} has no examples", "Expected 'examples: |' below.")
    elif isinstance(examples, str):
        for text, at in _lines(examples, item.value_line("examples"), builder.report):
            _add(kind, name, text, at, None, item, builder)
    elif isinstance(examples, YamlSequence):
        for example, at in zip(examples, examples.lines, strict=True):
            _read_example(kind, name, example, at, item, builder)
    else:
        builder.report.error(item.line_of("examples"), f"the examples of {name!r} are no text and no list")


def _lines(examples: str, first: int, report: Report) -> Iterator[tuple[str, int]]:
    """(text, line) of the `- ` lines of a block; others are left out, as in Rasa."""
    for line, source in enumerate(examples.splitlines(), start=first):
        if source.startswith("-"):
            yield source[1:].strip(_BLANKS), line
        elif source.strip() and not source.startswith("#"):
            report.warning(line, f"the example {quoted(source.strip(), 60)} does not begin with '- ' and is left out")


def _read_example(kind: str, name: str, example: Any, line: int, item: YamlMapping, builder: NluBuilder) -> None:
    if isinstance(example, YamlMapping) and example.get("text") is not None:
        text = str(example["text"]).strip(_BLANKS)
        _add(kind, name, text, example.line_of("text"), example.get("metadata"), item, builder)
    elif isinstance(example, (YamlMapping, YamlSequence)):
        builder.report.error(line, f"an example of {name!r} has no text", "Expected '- text: ...'.")
    elif example is not None:
        _add(kind, name, str(example).strip(_BLANKS), line, None, item, builder)


def _add(kind: str, name: str, text: str, line: int, metadata: Any, item: YamlMapping, builder: NluBuilder) -> None:
    match kind:
        case "intent":
            shared = {"intent": item["metadata"]} if item.get("metadata") is not None else {}
            own = {"example": metadata} if metadata is not None else {}
            builder.add_marked(text, name, line, {**shared, **own})
        case "synonym":
            builder.add_synonym(text, name, line)
        case "regex":
            builder.add_regex(name, text, line)
        case _:
            builder.add_lookup(name, (text,))
