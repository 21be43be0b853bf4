"""A user's files: read as text or exactly, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from os.path import exists
from pathlib import Path

from trainer_tui.errors import FormatError, Place, TrainerError
from trainer_tui.formats.encoding import decode, refuse_what_git_left


def read_text(path: Path, shown: str | None = None) -> str:
    """The text of a UTF-8 file without its byte order mark, lines ended by newlines alone.

    FormatError, under the name `shown`, where it cannot be read, is no file or is not UTF-8.
    """
    name = shown or str(path)
    return decode(read_content(path, name), name)


def read_content(path: Path, name: str) -> bytes:
    """The bytes of a file; FormatError, under that name, where it cannot be read or is no file."""
    try:
        _refuse_what_is_no_file(path, name)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        found = f"{reason(error)}."
        raise FormatError("the file cannot be read", found, "Check its name and rights.", Place(name)) from None


def reason(error: OSError | ValueError) -> str:
    """Why the system did not take a path or a file; of a name that holds a zero Python says it by a ValueError."""
    return getattr(error, "strerror", None) or str(error)


def shown_path(path: Path, root: Path) -> str:
    """How a person is told of a file: by its way from `root` where it lies in it, by a link too, else as it is. In any
    case it is `root / shown_path(path, root)`."""
    if ".." not in path.parts:
        with contextlib.suppress(ValueError):
            return path.relative_to(root).as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path if root == Path() else path.absolute())


def write_report(path: Path, text: str, what: str) -> None:
    """A file of our own, with its folders, over whatever lies there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise TrainerError(f"{what} could not be written", f"{reason(error)}.", place=Place(str(path))) from error


def file_size(path: Path) -> int:
    """Bytes; 0 where there is no such file."""
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0


def read_exactly(path: Path) -> str | None:
    """The text with its byte order mark and line ends as they are; None where there is no file."""
    _refuse_what_is_no_file(path, str(path))
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise FormatError("the file is not UTF-8", hint="Save it as UTF-8.", place=Place(str(path))) from error
    except (OSError, ValueError) as error:
        raise TrainerError(f"{path} cannot be read", f"{reason(error)}.") from error
    refuse_what_git_left(text, str(path))
    return text


def write_atomically(path: Path, text: str) -> None:
    """Put the text in place of the file at once; rights and, where allowed, the owner stay, and a link stays a link.
    TrainerError where it cannot."""
    refuse_protected(path)
    temporary: str | None = None
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat() if exists(path) else None
        mode = before.st_mode & 0o7777 if before else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if before:
            with contextlib.suppress(PermissionError):
                os.chown(temporary, before.st_uid, before.st_gid)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
        settle(path.parent)
    except (OSError, ValueError) as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise TrainerError(f"{path} could not be written", f"{reason(error)}.", "Nothing of it has changed.") from error


def refuse_protected(path: Path) -> None:
    """TrainerError where nobody is to write into the file: to put another in its place takes no right to do that."""
    _refuse_what_is_no_file(path, str(path))
    with contextlib.suppress(OSError, ValueError):
        if exists(path) and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
            raise TrainerError(f"{path} is write-protected", "Nothing of it has changed.", "Allow it with 'chmod u+w'.")


def _refuse_what_is_no_file(path: Path, name: str) -> None:
    """A pipe or a device would be waited for, for ever perhaps."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        found = "It is a pipe, a socket or a device."
        raise FormatError("this is no file", found, "Move it away, or name another file.", Place(name))


def settle(folder: Path) -> None:
    """Have the folder's new entry on disk, too, where the system can do so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
