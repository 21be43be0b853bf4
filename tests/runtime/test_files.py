"""A user's files are read exactly, and written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.runtime.files import read_exactly, read_text, shown_path, write_atomically, write_report


def test_a_text_is_read_and_written_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "stories.yml"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\r\nb")
    text = read_exactly(path)
    assert text == "\ufeffa: é\r\nb"
    write_atomically(path, text)
    assert path.read_bytes() == b"\xef\xbb\xbfa: \xc3\xa9\r\nb"


def test_an_absent_file_is_none_and_a_foreign_encoding_is_named(tmp_path: Path) -> None:
    assert read_exactly(tmp_path / "absent.yml") is None
    (tmp_path / "latin.yml").write_bytes(b"\xe9")
    with pytest.raises(FormatError, match="UTF-8"):
        read_exactly(tmp_path / "latin.yml")
    with pytest.raises(TrainerError):
        read_exactly(tmp_path)


def test_a_new_file_may_stand_in_new_folders(tmp_path: Path) -> None:
    write_atomically(tmp_path / "data" / "more" / "nlu.yml", "nlu: []\n")
    assert (tmp_path / "data" / "more" / "nlu.yml").read_text() == "nlu: []\n"


def test_rights_stay_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = tmp_path / "domain.yml"
    path.write_text("a")
    path.chmod(0o640)
    link = tmp_path / "link.yml"
    link.symlink_to(path)
    write_atomically(link, "b")
    assert link.is_symlink()
    assert path.read_text() == "b"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["domain.yml", "link.yml"]


def test_the_name_of_a_file_leads_to_it_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    (tmp_path / "bots" / "one").mkdir(parents=True)
    shared.mkdir()
    (shared / "stories.yml").write_text("")
    (tmp_path / "bots" / "one" / "data").symlink_to(shared)
    monkeypatch.chdir(tmp_path / "bots")
    for root in (Path("one"), Path("one/../one"), tmp_path / "bots" / "one"):
        for path in (root / "data" / "stories.yml", Path("../shared/stories.yml"), shared / "stories.yml"):
            assert (root / shown_path(path, root)).resolve() == shared / "stories.yml", (root, path)
    assert shown_path(Path("one/data/stories.yml"), Path("one")) == "data/stories.yml"
    assert shown_path(Path("../shared/stories.yml"), Path()) == "../shared/stories.yml"


def test_a_full_disk_leaves_the_old_text_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "domain.yml"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainerError, match=r"domain\.yml could not be written"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["domain.yml"]


def test_a_folder_where_a_file_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(TrainerError, match="could not be written"):
        write_atomically(tmp_path / "data", "new")
    (tmp_path / "file").write_text("x")
    with pytest.raises(TrainerError, match="could not be written"):
        write_atomically(tmp_path / "file" / "below.yml", "new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data", "file"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody")
def test_the_owner_of_a_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "domain.yml"
    path.write_text("a")
    os.chown(path, 1234, 4321)
    write_atomically(path, "b")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (1234, 4321, "b")


def test_a_pipe_in_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "domain.yml"
    os.mkfifo(pipe)
    with pytest.raises(TrainerError, match="is no file"):
        read_exactly(pipe)
    with pytest.raises(TrainerError, match="is no file"):
        read_text(pipe)
    with pytest.raises(TrainerError, match="is no file"):
        write_atomically(pipe, "a")
    with pytest.raises(TrainerError, match="is no file"):
        read_exactly(Path("/dev/null"))


@pytest.mark.parametrize("name", ["long" * 100, "ze\0ro"])
@pytest.mark.parametrize(
    "used",
    [
        read_text,
        read_exactly,
        lambda path: write_atomically(path, "text"),
        lambda path: write_report(path, "text", "the report"),
    ],
)
def test_a_name_that_no_file_can_have_is_said(tmp_path: Path, used: Callable[[Path], object], name: str) -> None:
    with pytest.raises(TrainerError, match=name):
        used(tmp_path / name)
    assert not list(tmp_path.iterdir())
