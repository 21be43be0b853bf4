"""Models of earlier sessions, so that a project that has not changed is not fitted again."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_tui import __version__
from trainer_tui.runtime.models.archive import VERSION, Archive, Kind, ModelError, read_archive, write_archive

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODELS_KEPT = 8


def cache_key(parts: Iterable[str]) -> str:
    """One name for all that a model is made of, and for who made it."""
    digest = hashlib.sha256(f"{__version__} {VERSION}".encode())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


class ModelCache:
    """A folder of models by key. It is never needed: what cannot be read or written is as if it were not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, kind: Kind, key: str) -> Archive | None:
        place = self._place(kind, key)
        try:
            archive = read_archive(place, kind)
        except ModelError:
            return None
        with contextlib.suppress(OSError):
            place.touch()
        return archive

    def store(self, kind: Kind, key: str, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep a model; those not used for longest make room."""
        with contextlib.suppress(ModelError, OSError):
            write_archive(self._place(kind, key), kind, described, arrays, None)
            models = sorted(self.folder.glob(f"{kind}-*"), key=lambda model: model.stat().st_mtime, reverse=True)
            for model in models[MODELS_KEPT:]:
                shutil.rmtree(model, ignore_errors=True)

    def _place(self, kind: Kind, key: str) -> Path:
        return self.folder / f"{kind}-{key}"
