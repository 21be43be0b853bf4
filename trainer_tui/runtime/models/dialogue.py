"""The dialogue model on disk: what the learned policy knows, and the domain, configuration and stories it is made of.

So `--core DIR` needs neither `-d` nor `-s`. A session reads the stories anew where they lie, since it writes to them;
where nothing is taught, the model is what it was made of (`runtime/model_project.py`), whatever has become of the
files. Other policies are trained from the stories in no time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.file_contents import DOMAIN, RESPONSES, RULES, STORIES
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.runtime.files import read_text
from trainer_tui.runtime.models.archive import MALFORMED, damaged, read_archive, write_archive
from trainer_tui.runtime.reading.project_data import ProjectData


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a model was made of, as it was then; models of before the first version hold no stories (`text`
    None)."""

    path: Path
    sha256: str
    text: str | None = None

    @classmethod
    def of(cls, path: Path) -> SourceFile:
        text = read_text(path)
        return cls(path, text_hash(text), text)

    def has_changed(self) -> bool:
        """Whether the file that lies there now is another one; one that is gone or cannot be read is not."""
        try:
            return text_hash(read_text(self.path)) != self.sha256
        except FormatError:
            return False


@dataclass(frozen=True, slots=True)
class DialogueSources:
    """What a dialogue model was trained on."""

    domain: tuple[SourceFile, ...]
    config: SourceFile | None
    stories: tuple[SourceFile, ...]

    @classmethod
    def of(cls, project: ProjectData) -> DialogueSources:
        """Those of a project; of its configuration the file that names the policies."""
        domain = dict.fromkeys((*project.files_with(DOMAIN), *project.files_with(RESPONSES)))
        stories = dict.fromkeys((*project.files_with(STORIES), *project.files_with(RULES)))
        places = [item.place for item in project.config.policies or () if item.place]
        return cls(
            tuple(map(SourceFile.of, domain)),
            SourceFile.of(project.path_of(places[0])) if places else None,
            tuple(map(SourceFile.of, stories)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class DialogueModel:
    """A loaded model: `policy` is None where the configuration has no learned policy."""

    sources: DialogueSources
    policy: LearnedPolicy | None


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def domain_fingerprint(domain: Domain) -> str:
    """What of a domain makes a model its own: names, what policies see of them, and the era; not what responses say."""
    seen = {
        "era": domain.era.value,
        "intents": [asdict(intent) for _, intent in sorted(domain.intents.items())],
        "entities": [asdict(entity) for _, entity in sorted(domain.entities.items())],
        "slots": [
            [slot.name, slot.type, slot.values, slot.min_value, slot.max_value, slot.influence_conversation]
            for _, slot in sorted(domain.slots.items())
        ],
        "actions": sorted(domain.action_names),
        "forms": sorted(domain.forms),
    }
    return text_hash(json.dumps(seen, sort_keys=True, default=str))


def save_dialogue(folder: Path, sources: DialogueSources, ensemble: Ensemble, domain: Domain) -> None:
    """Write the model; ModelError where that cannot be done."""
    policy = next((policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy)), None)
    described, arrays = policy.to_parts() if policy else (None, {})
    files = {
        "domain": _indexed(folder, sources.domain),
        "config": _indexed(folder, [sources.config] if sources.config else []),
        "stories": _indexed(folder, sources.stories),
    }
    write_archive(folder, "dialogue", {**files, "learned": described}, arrays, domain_fingerprint(domain))


def load_dialogue(folder: Path, domain: Domain | None = None) -> DialogueModel:
    """The model; ModelError where it is damaged, or made for another domain than the one given."""
    archive = read_archive(folder, "dialogue", domain_fingerprint(domain) if domain else None)
    described = archive.described
    try:
        domain_files, config, stories = (_sources(folder, described[part]) for part in ("domain", "config", "stories"))
        sources = DialogueSources(domain_files, next(iter(config), None), stories)
        learned = described["learned"]
        return DialogueModel(sources, LearnedPolicy.from_parts(learned, archive.arrays) if learned else None)
    except MALFORMED as error:
        raise damaged(folder, "dialogue", error) from error


def _indexed(folder: Path, files: Iterable[SourceFile]) -> list[list[str | None]]:
    """Paths as seen from the model, so that a project and its models can move together."""
    return [[Path(os.path.relpath(file.path, folder)).as_posix(), file.sha256, file.text] for file in files]


def _sources(folder: Path, index: Sequence[Sequence[Any]]) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(Path(os.path.normpath(folder / str(path))), str(sha256), None if text is None else str(text))
        for path, sha256, text in index
    )
