"""config.yml, policy_config.yml and nlu_config.yml: which policies and pipeline a project asks for, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, YamlSequence
from trainer_tui.formats.yaml.responses import kind_of

_GRAPH_KEYS = ("train_schema", "predict_schema", "core_target", "nlu_target")
CONFIG_KEYS = frozenset(("policies", "pipeline", "language", "recipe", "importers", "assistant_id", *_GRAPH_KEYS))


@dataclass(frozen=True, slots=True)
class ComponentConfig:
    """A policy or a component of the pipeline: its name as written, the other keys beside it, and its place."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """`policies` and `pipeline` are None where the file names none; an early pipeline may be one template's name."""

    policies: tuple[ComponentConfig, ...] | None = None
    pipeline: tuple[ComponentConfig, ...] | None = None
    language: str | None = None

    def merged(self, other: Config) -> Config:
        """Both, where policies and pipeline stand in two files."""
        return Config(
            self.policies if self.policies is not None else other.policies,
            self.pipeline if self.pipeline is not None else other.pipeline,
            self.language or other.language,
        )


@dataclass(frozen=True, slots=True)
class ConfigRead:
    config: Config = field(default_factory=Config)
    problems: tuple[Problem, ...] = ()


def config_of(file: YamlFile, path: str) -> ConfigRead:
    """The configuration in a YAML file; never raises: what is wrong is in `problems`, the rest is read."""
    report = Report(path, list(file.problems))
    data = file.mapping(report, "a configuration", "'policies:' and 'pipeline:'")
    if data is None:
        return ConfigRead(problems=tuple(report.problems))
    found = {key: _checked(data, key, report) for key in _EXPECTED}
    _name_what_is_not_run(data, found, report)
    config = Config(
        _components(data, "policies", report), _components(data, "pipeline", report), language=found["language"]
    )
    return ConfigRead(config, tuple(report.problems))


_EXPECTED: Mapping[str, tuple[tuple[type, ...], str]] = {
    "language": ((str,), "a language's code, such as 'en'"),
    "recipe": ((str,), "a recipe's name, such as 'default.v1'"),
    "importers": ((YamlSequence,), "'- name: ...' below"),
    # A number will do: it is never looked at.
    "assistant_id": ((str, int, float), "a name of the bot's own"),
}


def _checked(data: YamlMapping, key: str, report: Report) -> Any:
    """What the key holds; None where that is nothing, or of another kind than it can be."""
    value = data.get(key)
    kinds, expected = _EXPECTED[key]
    if value is None or (isinstance(value, kinds) and not isinstance(value, bool)):
        return value
    report.warning(data.line_of(key), f"'{key}:' holds {kind_of(value)} and is left out", f"Expected {expected}.")
    return None


_DEFAULT_RECIPE = "default.v1"
_DEFAULT_IMPORTER = "RasaFileImporter"


def _name_what_is_not_run(data: YamlMapping, found: Mapping[str, Any], report: Report) -> None:
    """Recipes, graphs and importers are code for Rasa: what is done in their place is said once."""
    recipe, importers = found["recipe"], found["importers"]
    graph = next((key for key in _GRAPH_KEYS if key in data), None)
    if recipe not in (None, _DEFAULT_RECIPE) or graph:
        report.warning(
            data.line_of("recipe" if "recipe" in data else graph),
            f"the recipe {recipe!r} is not run here" if recipe else "the graph of this configuration is not run here",
            "The policies and the pipeline that the file names are used, or the usual ones.",
        )
    for item, line in zip(importers, importers.lines, strict=True) if importers else ():
        name = item.get("name") if isinstance(item, YamlMapping) else item
        if not isinstance(name, str):
            report.warning(line, "an item of 'importers:' has no name and is left out", "Expected '- name: ...'.")
        elif name.rpartition(".")[2] != _DEFAULT_IMPORTER:
            report.warning(
                line,
                f"the importer {name!r} is not run here",
                "The bot's own files are read; name others with -d and -s.",
            )


def _components(data: YamlMapping, section: str, report: Report) -> tuple[ComponentConfig, ...] | None:
    source = data.get(section)
    if source is None:
        return None
    if isinstance(source, str):
        return (ComponentConfig(source, place=report.place(data.line_of(section))),)
    if not isinstance(source, YamlSequence):
        what = f"'{section}:' holds {kind_of(source)}"
        report.error(data.line_of(section), what, "Expected a list: '- name: ...' below.")
        return None
    found = []
    for item, line in zip(source, source.lines, strict=True):
        if isinstance(item, YamlMapping) and isinstance(item.get("name"), str):
            parameters = {str(key): value for key, value in item.items() if key != "name"}
            found.append(ComponentConfig(item["name"], parameters, report.place(line)))
        elif isinstance(item, str):
            found.append(ComponentConfig(item, place=report.place(line)))
        else:
            report.error(line, f"an item of '{section}:' has no name", "Expected '- name: ...'.")
    return tuple(found)
