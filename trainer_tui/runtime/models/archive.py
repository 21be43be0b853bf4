"""Models on disk: a folder of JSON and plain arrays, checked before a byte of it is believed.

    manifest.json   format, version, kind, domain, and size and SHA-256 of the other two
    model.json      what `to_parts` described
    arrays.npz      its arrays, stored, not compressed

Loading runs no code: JSON, and arrays of numbers read without pickle.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from os.path import exists, isdir, isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, TrainerError
from trainer_tui.runtime.files import reason
from trainer_tui.words import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "trainer-tui model"
VERSION = 12
MANIFEST, MODEL, ARRAYS = "manifest.json", "model.json", "arrays.npz"

Kind = Literal["dialogue", "nlu"]

MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What `from_parts` raises where an archive passes every check and still does not hold what a model must."""

_TRAIN_AGAIN = "Train it again: trainer-tui train -o DIR."
_LARGEST_MANIFEST = 64 * 1024


class ModelError(TrainerError):
    """A model that cannot be loaded or written, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """A loaded model: what it describes, its arrays (read only), and the fingerprint of the domain it was made for."""

    described: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    domain: str | None


def is_archive(folder: Path) -> bool:
    """Whether a model of ours is there, whole or not."""
    return isfile(folder / MANIFEST)


def write_archive(
    folder: Path, kind: Kind, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], domain: str | None
) -> None:
    """Write a model as `folder`, whole or not at all; an older model of ours there is replaced.

    A folder that holds anything else is refused with ModelError: it is somebody's.
    """
    from trainer_tui.runtime.models.arrays import pack_arrays

    if exists(folder) and not is_archive(folder) and not _is_empty_folder(folder):
        raise ModelError(
            f"the {kind} model cannot be written there",
            "That place is taken by something that is no model of trainer-tui.",
            "Give another folder with -o, or move what is there.",
            Place(str(folder)),
        )
    files = {
        MODEL: json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode(),
        ARRAYS: pack_arrays(arrays),
    }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "domain": domain,
        "files": {name: {"size": len(data), "sha256": _sha256(data)} for name, data in files.items()},
    }
    files[MANIFEST] = json.dumps(manifest, indent=1).encode()
    try:
        _put_in_place(folder, files)
    except OSError as error:
        raise ModelError(
            f"the {kind} model could not be written",
            f"{reason(error)}.",
            "Give another folder with -o.",
            Place(str(folder)),
        ) from error


def read_archive(folder: Path, kind: Kind, domain: str | None = None) -> Archive:
    """The model in `folder`. ModelError names the file that is missing, cut, changed or not a model's; with `domain`
    given, a model made for another domain is refused."""
    manifest = _read_manifest(folder, kind)
    made_for = manifest.get("domain")
    if domain is not None and made_for is not None and made_for != domain:
        raise ModelError(
            f"the {kind} model belongs to another domain",
            "Intents, entities, slots, forms or actions have changed since it was trained.",
            _TRAIN_AGAIN,
            Place(str(folder)),
        )
    described = _parsed(folder / MODEL, _read_checked(folder, MODEL, manifest))
    arrays = _arrays(folder / ARRAYS, _read_checked(folder, ARRAYS, manifest))
    return Archive(described, arrays, made_for)


def damaged(folder: Path, kind: Kind, error: Exception) -> ModelError:
    """What to raise when a model passes the checks above and still does not hold what a model must."""
    found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _broken(folder / MODEL, f"What it describes is no {kind} model ({found:.200}).")


def _broken(file: Path, what: str) -> ModelError:
    return ModelError("the model is damaged", what, _TRAIN_AGAIN, Place(str(file)))


def _is_empty_folder(folder: Path) -> bool:
    return isdir(folder) and not any(folder.iterdir())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- writing ----------------------------------------------------------------------------------------------------------


def _put_in_place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write beside, then rename: who looks sees the old model or the new one, never half of one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        for name, data in files.items():
            with open(new / name, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        if exists(folder):
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            with contextlib.suppress(OSError):
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(file: Path, most: int) -> bytes:
    if exists(file) and not isfile(file):
        raise _broken(file, "It is no file.")
    try:
        with open(file, "rb") as opened:
            if os.fstat(opened.fileno()).st_size > most:
                raise _broken(file, f"It is longer than {most} bytes.")
            return opened.read()
    except OSError as error:
        raise _broken(file, f"It cannot be read: {reason(error)}.") from error


def _parsed(file: Path, data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _broken(file, "It is not JSON.") from error
    if not isinstance(found, dict):
        raise _broken(file, "It is no JSON object.")
    return found


def _read_manifest(folder: Path, kind: Kind) -> dict[str, Any]:
    file = folder / MANIFEST
    manifest = _parsed(file, _read(file, _LARGEST_MANIFEST))
    if manifest.get("format") != FORMAT:
        raise _broken(file, "It is not the manifest of a trainer-tui model.")
    if manifest.get("version") != VERSION:
        raise ModelError(
            "the model was made by another version of trainer-tui",
            f"Its format is {quoted(manifest.get('version'), 20)}, this version reads {VERSION}.",
            _TRAIN_AGAIN,
            Place(str(file)),
        )
    if manifest.get("kind") != kind:
        raise ModelError(
            f"this is no {kind} model",
            f"It is a model of the kind {quoted(manifest.get('kind'), 20)}.",
            "train -o DIR writes the model for --core to DIR/dialogue and the one for --nlu to DIR/current/nlu.",
            Place(str(file)),
        )
    return manifest


def _read_checked(folder: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    file = folder / name
    files = manifest.get("files")
    expected = files.get(name) if isinstance(files, dict) else None
    if not isinstance(expected, dict) or type(expected.get("size")) is not int:
        raise _broken(folder / MANIFEST, f"It does not say what {name} must be.")
    size = expected["size"]
    data = _read(file, size)
    if len(data) < size:
        raise _broken(file, f"It is cut: {len(data)} bytes of {size} are there.")
    if _sha256(data) != expected.get("sha256"):
        raise _broken(file, "Its content is not what the manifest says (SHA-256 differs).")
    return data


def _arrays(file: Path, data: bytes) -> dict[str, NDArray[Any]]:
    from trainer_tui.runtime.models.arrays import unpack_arrays

    try:
        return unpack_arrays(data)
    except ValueError as error:
        raise _broken(file, f"{error!s:.160}.") from error
