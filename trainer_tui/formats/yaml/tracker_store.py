"""`tracker_store:` of endpoints.yml: where a deployed bot keeps its conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import InvalidInput, Place
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.variables import expanded, names_in


@dataclass(frozen=True, slots=True)
class TrackerStore:
    """The section as it is written. Teaching needs none of it, so its variables are asked for only when it is read."""

    written: Mapping[str, Any] = field(repr=False)
    place: Place

    def values(self, environ: Mapping[str, str]) -> Mapping[str, Any]:
        """The properties with `${NAME}` expanded; InvalidInput names every variable that is not set."""
        report = Report(self.place.path)
        found: Mapping[str, Any] = expanded("tracker_store", self.written, environ, report)
        if report.problems:
            raise InvalidInput(report.problems)
        return found

    def variables(self, environ: Mapping[str, str]) -> Mapping[str, str]:
        return {name: environ[name] for name in names_in(self.written) if name in environ}
