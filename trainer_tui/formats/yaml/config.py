"""config.yml, policy_config.yml and nlu_config.yml: which policies and pipeline a project asks for, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainer_tui.errors import Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlFile, YamlMapping, YamlSequence

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
    _name_what_is_not_run(data, report)
    language = data.get("language")
    config = Config(
        _components(data, "policies", report),
        _components(data, "pipeline", report),
        None if language is None else str(language),
    )
    return ConfigRead(config, tuple(report.problems))


_DEFAULT_RECIPE = "default.v1"
_DEFAULT_IMPORTER = "RasaFileImporter"


def _name_what_is_not_run(data: YamlMapping, report: Report) -> None:
    """Recipes, graphs and importers are code for Rasa: what is done in their place is said once."""
    recipe = data.get("recipe")
    graph = next((key for key in _GRAPH_KEYS if key in data), None)
    if recipe not in (None, _DEFAULT_RECIPE) or graph:
        report.warning(
            data.line_of("recipe" if "recipe" in data else graph),
            f"the recipe {recipe!r} is not run here" if recipe else "the graph of this configuration is not run here",
            "The policies and the pipeline that the file names are used, or the usual ones.",
        )
    importers = data.get("importers")
    for item in importers if isinstance(importers, list) else ():
        name = str(item.get("name") if isinstance(item, YamlMapping) else item)
        if name.rpartition(".")[2] != _DEFAULT_IMPORTER:
            report.warning(
                data.line_of("importers"),
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
        report.error(data.line_of(section), f"'{section}:' holds no list", "Expected '- name: ...' below.")
        return None
    found = []
    for item, line in zip(source, source.lines, strict=True):
        if isinstance(item, YamlMapping) and item.get("name"):
            parameters = {str(key): value for key, value in item.items() if key != "name"}
            found.append(ComponentConfig(str(item["name"]), parameters, report.place(line)))
        elif isinstance(item, str):
            found.append(ComponentConfig(item, place=report.place(line)))
        else:
            report.error(line, f"an item of '{section}:' has no name", "Expected '- name: ...'.")
    return tuple(found)
