"""`${NAME}` in endpoints.yml, and what of it is never shown: passwords, tokens, the values of variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlMapping

VARIABLE = re.compile(r"\$\{([^}]*)\}")
_SHORT_SECRET = 3
"""So many characters are found in texts that do not quote them; what is that short is no secret."""
_USER = re.compile(r"(?<=//)[^/?#]*@")
# Of what is no address it is not sure where the user ends.
PERHAPS_A_USER = re.compile(r"(?:(?<=//)|^).*@")


def without_secrets(url: str, user: re.Pattern[str] = _USER) -> str:
    """The URL without user information, query and fragment."""
    return re.split("[?#]", user.sub("", url, count=1), maxsplit=1)[0]


def concealed(text: str, secrets: Iterable[str], variables: Mapping[str, str]) -> str:
    """The text, which a server or a library wrote, without the secrets that it may quote; for the values of variables
    their names."""
    known = dict.fromkeys(secrets, "…")
    known |= {value: f"${{{name}}}" for name, value in variables.items()}
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) > _SHORT_SECRET:
            for spelling in (secret, quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(spelling, known[secret])
    return text


def names_in(value: Any) -> Iterator[str]:
    """Those of all variables within."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from names_in(item)
    elif isinstance(value, str):
        yield from VARIABLE.findall(value)


def expanded(key: str, value: Any, environ: Mapping[str, str], report: Report, line: int | None = None) -> Any:
    """`value` with every `${NAME}` replaced; one that is not set is reported where it stands."""
    if isinstance(value, Mapping):
        return {
            name: expanded(key, item, environ, report, value.line_of(name) if isinstance(value, YamlMapping) else line)
            for name, item in value.items()
        }
    if not isinstance(value, str):
        return value
    for name in VARIABLE.findall(value):
        if name not in environ:
            report.error(
                line,
                f"'{key}:' needs the environment variable {name or value!r}, which is not set",
                f"Set it (export {name}=...), or write the value here." if name else "Expected ${NAME}.",
            )
    return VARIABLE.sub(lambda match: environ.get(match[1], match[0]), value)
