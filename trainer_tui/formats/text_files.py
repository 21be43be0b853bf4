"""A user's file → text, or a clear word about why it is none."""

from __future__ import annotations

from pathlib import Path

from trainer_tui.errors import FormatError, Place

_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read_text(path: Path, shown: str | None = None) -> str:
    """The text of a UTF-8 file without its byte order mark, lines ended by newlines alone.

    FormatError, under the name `shown`, where it cannot be read or is not UTF-8.
    """
    name = shown or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(
            "the file cannot be read", f"{error.strerror or error}.", "Check its name and rights.", Place(name)
        ) from None
    return decode(content, name)


def shown_path(path: Path, root: Path) -> str:
    """How a person is told of a file: by its way from `root` where it lies in it, else as it is."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)


def decode(content: bytes, shown: str) -> str:
    """As `read_text`, of the file's bytes."""
    for mark, encoding in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise FormatError(f"the file is {encoding}, not UTF-8", hint="Save it as UTF-8.", place=Place(shown))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"Found the byte 0x{content[error.start]:02x}."
        raise FormatError("the file is not UTF-8", found, "Save it as UTF-8.", Place(shown, line)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
