"""Where the files of a bot lie: Rasa's default places of every era, then whatever else the folder has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from os.path import isdir, isfile
from pathlib import Path

_YAML = (".yml", ".yaml")
_TRAINING = (*_YAML, ".md", ".markdown", ".json")
_CONFIG_NAMES = ("config", "policy_config", "policies", "nlu_config", "pipeline_config")
_NOT_TRAINING = ("readme", "changelog", "license", "contributing", "package", "package-lock", "tsconfig", "credentials")
_SKIPPED_FOLDERS = frozenset(
    ("models", "node_modules", "venv", "env", "__pycache__", "results", "actions", "site-packages", "dist", "build")
)
_BOTS_NAMED = 8
_TEST_FOLDERS = frozenset(("tests", "test", "test_stories", "e2e"))
# Words of a name that say that something is kept back from training.
_KEPT_BACK = re.compile(r"(?:^|[^a-z])(?:tests?|testset|testing|held[-_ ]?out|eval|evaluation)(?:[^a-z]|$)")


def find_domain(root: Path, given: Sequence[Path] | None) -> list[Path]:
    """The domain's files: those given, domain.yml, the folder domain/, the one *domain*.yml, or what data/ holds."""
    if given:
        return list(_expanded(given, _YAML))
    for name in ("domain.yml", "domain.yaml"):
        if isfile(root / name):
            return [root / name]
    if isdir(root / "domain"):
        return list(_walk(root / "domain", _YAML))
    named = _named_domains(root)
    if named:
        return named if len(named) == 1 else []
    return list(_walk(root / "data", _YAML))


def find_rival_domains(root: Path) -> list[Path]:
    """Several *domain*.yml side by side of which none has the name that Rasa takes by itself."""
    named = _named_domains(root)
    return named if len(named) > 1 else []


def has_domain(root: Path) -> bool:
    """Whether the folder is a bot's, whatever else it holds."""
    return bool(find_domain(root, None) or find_rival_domains(root))


def find_bots_below(root: Path) -> list[Path]:
    """Folders in this one, or in one of its folders, that are bots themselves; no deeper: it may be anybody's home."""
    found: list[Path] = []
    for folder in _folders_in(root):
        found += [folder] if _is_bot(folder) else filter(_is_bot, _folders_in(folder))
    return found


def told_bots_below(root: Path) -> str:
    """A hint that names them; none where there are none."""
    bots = find_bots_below(root)
    named = ", ".join(map(str, bots[:_BOTS_NAMED])) + (", ..." if len(bots) > _BOTS_NAMED else "")
    return f"There are bots in its folders; name one of {named}." if bots else ""


def _is_bot(folder: Path) -> bool:
    """By the names that Rasa takes by itself."""
    return any(isfile(folder / f"domain{suffix}") for suffix in _YAML) or bool(_files_in(folder / "domain", _YAML))


def _folders_in(folder: Path) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [folder / name for name in names if _is_looked_into(name) and isdir(folder / name)]


def _named_domains(root: Path) -> list[Path]:
    return [path for path in _files_in(root, _YAML) if "domain" in path.stem.lower()]


def find_training(root: Path, given: Sequence[Path] | None) -> list[Path]:
    """Training data: what is given, or the folder data/."""
    if given:
        return list(_expanded(given, _TRAINING))
    return [path for path in _walk(root / "data", _TRAINING) if path.stem.lower() not in _NOT_TRAINING]


def find_stray_training(root: Path) -> list[Path]:
    """Where training data may lie, too: in the folder itself or, without a data/, anywhere below it."""
    here = [path for path in _files_in(root, _TRAINING) if not _is_setting(path) and not _is_test(path, root)]
    if isdir(root / "data"):
        return here
    others = [path for path in _walk(root, _TRAINING) if path.parent != root and not _is_test(path, root)]
    return [*here, *(path for path in others if not _is_setting(path))]


def find_tests(root: Path, training: Iterable[Path]) -> list[Path]:
    """Test stories: the folders tests/ and the like, and test_*.yml, unless they are training data."""
    known = set(training)
    found = [path for name in sorted(_TEST_FOLDERS) for path in _walk(root / name, (*_YAML, ".md"))]
    found += (path for path in _files_in(root, _YAML) if path.name.startswith("test_"))
    return [path for path in found if path not in known]


def find_config(root: Path) -> list[Path]:
    """config.yml, or the pair of policies and pipeline of 2018."""
    return [path for name in _CONFIG_NAMES for suffix in _YAML if isfile(path := root / f"{name}{suffix}")]


def find_endpoints(root: Path) -> list[Path]:
    return [path for suffix in _YAML if isfile(path := root / f"endpoints{suffix}")]


def _is_setting(path: Path) -> bool:
    """A file of another purpose that lies where old bots have their stories."""
    stem = path.stem.lower()
    return stem in _CONFIG_NAMES or stem in _NOT_TRAINING or stem.startswith(("endpoints", "credentials", "docker"))


def _is_test(path: Path, root: Path) -> bool:
    """A file outside of data/ that is kept back, by its name or by that of a folder it lies in."""
    *folders, _ = path.relative_to(root).parts
    names = [name.lower() for name in (*folders, path.stem)]
    return any(name in _TEST_FOLDERS or _KEPT_BACK.search(name) for name in names)


def _expanded(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        for file in _walk(path, suffixes) if isdir(path) else [path] if isfile(path) else []:
            if file not in seen:
                seen.add(file)
                yield file


def _files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not isdir(folder):
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and isfile(path))


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Files below the folder in order of their paths, hidden and foreign folders left out."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = filter(_is_looked_into, folders)
        found += (Path(place, name) for name in names if not name.startswith("."))
    return (path for path in sorted(found) if path.suffix.lower() in suffixes)


def _is_looked_into(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _SKIPPED_FOLDERS
