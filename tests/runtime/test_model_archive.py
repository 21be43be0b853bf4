"""Models on disk: what is written is read back to the bit, and what is damaged or hostile is refused by name."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.runtime.models.archive import ModelError, is_archive, read_archive, write_archive
from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays
from trainer_tui.runtime.models.rasa import rasa_model_at, refuse_rasa_model

DESCRIBED = {"actions": ["utter_greet", "utter_日本"], "temperature": 6.7}
ARRAYS = {
    "weights": np.arange(12, dtype=np.float32).reshape(3, 4),
    "labels": np.array([3, 1, 2], dtype=np.int32),
    "nothing": np.zeros((0, 5), dtype=np.float32),
}


@pytest.mark.parametrize("shape", [(12,), (3, 4), (0, 5)])
@pytest.mark.parametrize(
    "kind", ["bool", "int8", "uint8", "int16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
)
def test_an_array_that_was_packed_is_what_it_was(kind: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    stored = unpack_arrays(pack_arrays({"a": array}))["a"]
    assert stored.tolist() == array.tolist()
    assert (len(stored), stored.shape) == (len(array), array.shape)
    for whole in (np.asarray(stored), pickle.loads(pickle.dumps(stored))):
        assert whole.dtype == array.dtype
        np.testing.assert_array_equal(whole, array)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write_archive(tmp_path / "dialogue", "dialogue", DESCRIBED, ARRAYS, "fingerprint")
    return tmp_path / "dialogue"


def test_what_was_written_is_read(model: Path) -> None:
    archive = read_archive(model, "dialogue", "fingerprint")
    assert archive.described == DESCRIBED
    assert archive.domain == "fingerprint"
    assert archive.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert archive.arrays[name].dtype == array.dtype
        assert archive.arrays[name].shape == array.shape
        assert (archive.arrays[name] == array).all()


def test_the_same_model_makes_the_same_bytes(model: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "again", "dialogue", DESCRIBED, dict(reversed(ARRAYS.items())), "fingerprint")
    for file in model.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_numpy_itself_reads_the_arrays(model: Path) -> None:
    with np.load(model / "arrays.npz", allow_pickle=False) as arrays:
        assert (arrays["weights"] == ARRAYS["weights"]).all()


def test_a_model_replaces_the_one_before_it(model: Path) -> None:
    write_archive(model, "dialogue", {"actions": []}, {}, None)
    assert read_archive(model, "dialogue").described == {"actions": []}
    assert [path.name for path in model.parent.iterdir()] == ["dialogue"]


@pytest.mark.parametrize("theirs", ["folder", "file"])
def test_what_is_no_model_of_ours_is_never_replaced(tmp_path: Path, theirs: str) -> None:
    place = tmp_path / "models"
    if theirs == "folder":
        place.mkdir()
        (place / "policy_metadata.json").write_text("{}")
    else:
        place.write_text("precious")
    with pytest.raises(ModelError, match="taken by something that is no model of trainer-tui"):
        write_archive(place, "dialogue", DESCRIBED, ARRAYS, None)
    assert [path.name for path in tmp_path.rglob("*") if path != place] == (
        ["policy_metadata.json"] * (theirs == "folder")
    )


def test_where_nothing_can_be_written_the_old_model_stays(model: Path) -> None:
    with pytest.raises(ModelError, match="could not be written") as caught:
        write_archive(model / "model.json" / "deeper", "dialogue", DESCRIBED, ARRAYS, None)
    assert caught.value.place is not None
    assert read_archive(model, "dialogue").described == DESCRIBED


def test_a_model_of_another_domain_is_refused(model: Path) -> None:
    with pytest.raises(ModelError, match="belongs to another domain"):
        read_archive(model, "dialogue", "another fingerprint")


def test_a_model_of_another_kind_is_refused(model: Path) -> None:
    with pytest.raises(ModelError, match=r"no nlu model.*DIR/current/nlu"):
        read_archive(model, "nlu")


def test_a_model_of_another_version_is_refused(model: Path) -> None:
    change_manifest(model, lambda manifest: manifest.update(version=99))
    with pytest.raises(ModelError, match=r"another version of trainer-tui.*99"):
        read_archive(model, "dialogue")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    assert not is_archive(tmp_path)
    with pytest.raises(ModelError, match=r"manifest\.json: the model is damaged.? It cannot be read"):
        read_archive(tmp_path, "dialogue")


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_a_cut_file_is_named(model: Path, name: str) -> None:
    data = (model / name).read_bytes()
    (model / name).write_bytes(data[:-7])
    with pytest.raises(ModelError, match=rf"{name}: the model is damaged.? It is cut"):
        read_archive(model, "dialogue")


@pytest.mark.parametrize("name", ["model.json", "arrays.npz", "manifest.json"])
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: the model is damaged.? It cannot be read"):
        read_archive(model, "dialogue")


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(model: Path, name: str) -> None:
    (model / name).unlink()
    os.mkfifo(model / name)
    with pytest.raises(ModelError, match=rf"{name}: the model is damaged.? It is no file"):
        read_archive(model, "dialogue")


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_a_changed_file_is_named(model: Path, name: str) -> None:
    data = bytearray((model / name).read_bytes())
    data[len(data) // 2] ^= 1
    (model / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}: the model is damaged.? Its content is not what the manifest says"):
        read_archive(model, "dialogue")


@pytest.mark.parametrize("name", ["model.json", "arrays.npz", "manifest.json"])
def test_a_file_that_grew_is_named(model: Path, name: str) -> None:
    with open(model / name, "ab") as file:
        file.write(b" " * 100_000)
    with pytest.raises(ModelError, match=rf"{name}: the model is damaged.? It is longer"):
        read_archive(model, "dialogue")


@given(st.binary(max_size=300))
def test_no_manifest_makes_it_crash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("model")
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(ModelError):
        read_archive(folder, "dialogue")


# --- malice: whoever can write the arrays can write their sum --------------------------------------------------------


def change_manifest(model: Path, change: Callable[[dict[str, object]], None]) -> None:
    manifest = json.loads((model / "manifest.json").read_text())
    change(manifest)
    (model / "manifest.json").write_text(json.dumps(manifest))


def plant(model: Path, name: str, data: bytes) -> None:
    """Put `data` there with the sums that it should have."""
    (model / name).write_bytes(data)
    sums = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    change_manifest(model, lambda manifest: manifest["files"].update({name: sums}))  # type: ignore[attr-defined]


def npz(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def npy_claiming(shape: str, kind: str = "<f4") -> bytes:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"1234"


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('code of the model was run')",)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"a.npy": npy(np.array([Bomb()], dtype=object))}, id="a pickled object"),
        pytest.param({"a.npy": pickle.dumps(Bomb())}, id="a bare pickle"),
        pytest.param({"../a.npy": npy(np.zeros(3))}, id="a way out of the folder"),
        pytest.param({"/tmp/a.npy": npy(np.zeros(3))}, id="an absolute path"),
        pytest.param({"a.py": b"print()"}, id="something that is no array"),
        pytest.param({"a.npy": npy_claiming("(1000000000000,)")}, id="an array of terabytes"),
        pytest.param({"a.npy": npy_claiming("(-1,)")}, id="an array of negative length"),
        pytest.param({"a.npy": npy_claiming("(__import__('os'),)")}, id="code in the header"),
        pytest.param({"a.npy": npy_claiming("(1,)", "|V4")}, id="an array of no numbers"),
        pytest.param({"a.npy": npy_claiming("(1,)", "what")}, id="an array of an unknown type"),
        pytest.param({"a.npy": b""}, id="an empty array file"),
    ],
)
def test_a_hostile_array_is_refused(model: Path, members: dict[str, bytes]) -> None:
    plant(model, "arrays.npz", npz(members))
    with pytest.raises(ModelError, match=r"arrays\.npz: the model is damaged"):
        read_archive(model, "dialogue")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(model: Path) -> None:
    plant(model, "arrays.npz", npz({"a.npy": npy(np.zeros(10_000_000))}, zipfile.ZIP_DEFLATED))
    with pytest.raises(ModelError, match=r"arrays\.npz: .*more than its own size"):
        read_archive(model, "dialogue")


def test_compressed_arrays_are_refused(model: Path) -> None:
    chance = np.random.default_rng(0)
    plant(model, "arrays.npz", npz({"a.npy": npy(chance.random(1000))}, zipfile.ZIP_LZMA))
    with pytest.raises(ModelError, match=r"arrays\.npz: "):
        read_archive(model, "dialogue")


def test_files_that_the_manifest_names_beyond_its_own_are_not_looked_at(model: Path) -> None:
    change_manifest(model, lambda manifest: manifest["files"].update({"../../etc": {"size": 1}}))  # type: ignore[attr-defined]
    assert read_archive(model, "dialogue").described == DESCRIBED


@pytest.mark.parametrize("text", [b"[" * 100_000, b"[1]", b"\xff\xfe", b'"text"'])
def test_a_description_that_is_none_is_refused(model: Path, text: bytes) -> None:
    plant(model, "model.json", text)
    with pytest.raises(ModelError, match=r"model\.json: the model is damaged"):
        read_archive(model, "dialogue")


def test_a_manifest_without_sums_is_refused(model: Path) -> None:
    change_manifest(model, lambda manifest: manifest.update(files=[]))
    with pytest.raises(ModelError, match=r"manifest\.json: .*does not say what model\.json must be"):
        read_archive(model, "dialogue")


# --- models of Rasa ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holds", "named"),
    [
        ("policy_metadata.json", "a model of Rasa Core"),
        ("metadata.json", "a model of Rasa NLU"),
        ("fingerprint.json", "a model of Rasa 1 or 2"),
        ("components/train_TEDPolicy/x", "a model of Rasa 3"),
        ("20260101-120000.tar.gz", "a folder of Rasa's model archives"),
    ],
)
def test_models_of_rasa_are_recognised(tmp_path: Path, holds: str, named: str) -> None:
    (tmp_path / holds).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / holds).touch()
    assert rasa_model_at(tmp_path) == named


def test_a_rasa_archive_is_named_with_what_to_do_instead(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"--core names a model archive of Rasa.*Leave --core out"):
        refuse_rasa_model(tmp_path / "20260101-120000.tar.gz", "--core")


def test_our_own_models_and_other_folders_are_none_of_rasas(model: Path, tmp_path: Path) -> None:
    refuse_rasa_model(model, "--core")
    refuse_rasa_model(tmp_path, "--nlu")
    refuse_rasa_model(tmp_path / "missing", "--nlu")


@pytest.mark.parametrize("size", [10**18, -1, True])
def test_an_absurd_size_in_a_manifest_is_refused_and_takes_no_memory(model: Path, size: object) -> None:
    change_manifest(model, lambda manifest: manifest["files"]["arrays.npz"].update({"size": size}))  # type: ignore[index]
    with pytest.raises(ModelError):
        read_archive(model, "dialogue")
