"""Which file of the project an addition goes to."""

from __future__ import annotations

from dataclasses import replace

from trainer_tui.core.stories import StoryFile
from trainer_tui.errors import FormatError
from trainer_tui.export.additions import Kind, TargetFile, default_target, is_writable
from trainer_tui.export.plan import ExportRequest
from trainer_tui.formats.patch import domain as patch_domain


class Targets:
    """The files that additions can go to, with those that had to be made up."""

    def __init__(self, request: ExportRequest) -> None:
        self.all = list(request.targets)
        self.era = request.domain.era

    def of(self, kind: Kind) -> list[TargetFile]:
        return [target for target in self.all if target.kind == kind and is_writable(target)]

    def at(self, path: str, kind: Kind) -> TargetFile | None:
        return next((target for target in self.of(kind) if target.path == path), None)

    def add(self, target: TargetFile) -> TargetFile:
        known = self.at(target.path, target.kind)
        if known is not None:
            return known
        text = next((other.text for other in self.all if other.path == target.path), target.text)
        self.all.append(replace(target, text=text))
        return self.all[-1]

    def main(self, kind: Kind) -> TargetFile:
        """The file of the usual name, else the one that holds most, else a new one; stories do not go to a file of
        rules alone, nor rules to one of stories."""
        usual = default_target(kind, self.era)
        found = self.of(kind)
        if kind in ("stories", "rules"):
            found = [target for target in found if not target.dialect.is_yaml or has_section(target, kind)]
        if not found:
            return self.add(usual)
        return max(found, key=lambda target: (_stem(target.path) == _stem(usual.path), len(target.text or "")))

    def with_section(self, section: str) -> TargetFile:
        """The domain file that holds the section."""
        for target in self.of("domain"):
            if has_section(target, section):
                return target
        return self.main("domain")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def has_section(target: TargetFile, section: str) -> bool:
    known = target.stories or StoryFile()
    if {"stories": known.steps, "rules": known.rules}.get(section):
        return True
    try:
        return patch_domain.has_section(target.text or "", section)
    except FormatError:
        return False
