"""In which notation a file of a project is written, and in which one a new file should be."""

from __future__ import annotations

from enum import Enum

from trainer_tui.core.events import Era


class Dialect(Enum):
    MARKDOWN = "markdown"
    YAML_2 = "yaml 2.0"
    YAML_3 = "yaml 3.1"
    JSON = "json"

    @property
    def is_yaml(self) -> bool:
        return self in (Dialect.YAML_2, Dialect.YAML_3)

    @property
    def version(self) -> str | None:
        """What stands behind `version:` in a new file; None where the notation has no such key."""
        return {Dialect.YAML_2: "2.0", Dialect.YAML_3: "3.1"}.get(self)


def dialect_of(path: str, era: Era) -> Dialect:
    """The dialect of a file by its suffix; YAML by the project's era, also where the suffix says nothing.

    A project of the Markdown era that has YAML files reads YAML 2.0.
    """
    suffix = path.lower().rpartition(".")[2]
    if suffix in ("md", "markdown"):
        return Dialect.MARKDOWN
    if suffix == "json":
        return Dialect.JSON
    return Dialect.YAML_3 if era is Era.RASA_3 else Dialect.YAML_2
