"""A file's bytes → text, or a clear word about why they are none, or none that anybody wrote."""

from __future__ import annotations

import re

from trainer_tui.errors import FormatError, Place

_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_SIDES_OF_A_MERGE = re.compile(r"^<{7}(?: .*)?\r?$[\s\S]*?^={7}\r?$[\s\S]*?^>{7}(?: .*)?\r?$", re.MULTILINE)
_LFS_POINTER = "version https://git-lfs.github.com/spec/"


def decode(content: bytes, shown: str) -> str:
    """UTF-8 without its byte order mark, lines ended by newlines alone; FormatError, under the name `shown`, where it
    is something else."""
    for mark, encoding in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise FormatError(f"the file is {encoding}, not UTF-8", hint="Save it as UTF-8.", place=Place(shown))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"Found the byte 0x{content[error.start]:02x}."
        raise FormatError("the file is not UTF-8", found, "Save it as UTF-8.", Place(shown, line)) from None
    refuse_what_git_left(text, shown)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_what_git_left(text: str, shown: str) -> None:
    """FormatError where the text is both sides of an unfinished merge, or stands for a file that was not fetched: much
    of either can be read as something, and nobody meant that."""
    if text.startswith(_LFS_POINTER):
        title = "the file is a pointer of Git LFS, not what it points to"
        raise FormatError(title, hint="Fetch it with 'git lfs pull'.", place=Place(shown, 1))
    if "<<<<<<<" in text and (merge := _SIDES_OF_A_MERGE.search(text)):
        found = f"Found '{merge[0].splitlines()[0]}'."
        line = text.count("\n", 0, merge.start()) + 1
        raise FormatError("a merge was left unfinished here", found, "Finish it in git.", Place(shown, line))
