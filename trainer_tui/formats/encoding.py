"""A file's bytes → text, or a clear word about why they are none."""

from __future__ import annotations

from trainer_tui.errors import FormatError, Place

_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


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
    return text.replace("\r\n", "\n").replace("\r", "\n")
