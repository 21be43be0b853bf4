"""What a journal holds: its lines as a domain and records, up to the first that cannot be read."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.files import reason
from trainer_tui.runtime.journal_lines import SUM, VERSION, Line, lines
from trainer_tui.session.codec import domain_from_json, from_json
from trainer_tui.session.records import DomainChanged, Record

DOMAIN = "domain"
IS_DOMAIN_CHANGED = DomainChanged.__name__
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Header:
    """`at`: when the session was begun, seconds since 1970."""

    session: str
    at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What a journal holds: the domain that the session began with (None in one of version 1, or where it is damaged),
    and its records up to the first that cannot be read. `damage` says in a line what cannot be; "" where all can.

    `is_whole`: the file can be written on as it is. `domains`: the names of those that are in it.
    """

    header: Header
    domain: Domain | None
    records: tuple[Record, ...]
    damage: str = ""
    is_whole: bool = True
    domains: frozenset[str] = frozenset()


def read_journal(path: Path) -> Kept:
    """What a journal holds, without taking hold of it."""
    try:
        return read(path, path.read_bytes())
    except OSError as error:
        raise TrainerError(f"{path} cannot be read", f"{reason(error)}.") from error


def is_journal(path: Path) -> bool:
    """Whether a file begins as a journal does."""
    try:
        with path.open("rb") as handle:
            first = handle.readline(4096)
    except OSError:
        return False
    return bool(first) and _is_cut_header(first)


@no_collection()
def read(path: Path, content: bytes) -> Kept:
    """What these bytes of a journal hold. TrainerError where they are none."""
    found = list(lines(content))
    header = found[0].holds if found and found[0].holds else {}
    has_seals = any(line.is_sealed or SUM in (line.holds or {}) for line in found)
    has_records = any("is" in line.holds for line in found if line.holds)
    if not (has_seals or has_records or "version" in header or _is_cut_header(content)):
        raise TrainerError(f"{path} is not the journal of a session", hint="Move it away, or name another session.")
    is_first_version = header.get("version") == 1 or (has_records and not has_seals)
    if header.get("version", VERSION) not in (1, VERSION):
        raise TrainerError(f"{path} was written by another version of the trainer", hint="Open it with that version.")
    domains: dict[str, Domain] = {}
    if is_first_version:
        domain, damage = None, "" if header else f"The first line of {path} cannot be read. "
        records, stopped = _records(found[1:], domains, needs_seal=False)
    else:
        domain, damage = _domain(found, path, domains)
        records, stopped = _records(found[2:], domains)
    if stopped:
        is_cut = stopped.number == len(found) and not content.endswith(b"\n")
        damage += f"{path}:{stopped.number} cannot be read{' (it was cut)' if is_cut else ''}"
        damage += f", nor what builds on it ({len(found) - stopped.number} lines more)" * (stopped.number < len(found))
        damage += "; the session goes on from before it."
    is_whole = content.endswith(b"\n") and not damage and not is_first_version
    return Kept(Header(path.stem, _time(header)), domain, tuple(records), damage, is_whole, frozenset(domains))


def _domain(found: Sequence[Line], path: Path, domains: dict[str, Domain]) -> tuple[Domain | None, str]:
    """The domain that the session began with, from the second line; what is wrong with the first two, in words."""
    damage = "" if found and found[0].is_sealed else f"The first line of {path} cannot be read. "
    second = found[1] if len(found) > 1 else Line(2, None)
    if second.is_sealed and second.holds:
        with suppress(FormatError):
            domain = domains[str(second.holds.get(DOMAIN))] = domain_from_json(second.holds.get("is"))
            return domain, damage
    return None, f"{damage}The domain that {path} began with cannot be read: that of today stands for it. "


def _records(
    found: Sequence[Line], domains: dict[str, Domain], needs_seal: bool = True
) -> tuple[list[Record], Line | None]:
    """The records up to the first line that cannot be read, and that line."""
    records: list[Record] = []
    for line in found:
        if line.holds is None or (needs_seal and not line.is_sealed):
            return records, line
        try:
            name = line.holds.get(DOMAIN)
            if name is None:
                records.append(from_json(line.holds))
            elif line.holds["is"] == IS_DOMAIN_CHANGED:
                records.append(DomainChanged(domains[name]))
            else:
                domains[name] = domain_from_json(line.holds["is"])
        except (FormatError, KeyError, TypeError) as error:
            _log.warning("line %d of a journal: %s", line.number, error)
            return records, line
    return records, None


def _time(header: Mapping[str, Any]) -> float:
    at = header.get("at")
    return float(at) if isinstance(at, (int, float)) else 0.0


def _is_cut_header(content: bytes) -> bool:
    """Whether there is nothing, or the first line was begun and no more; a crash of the machine may leave zeros."""
    begun = b'{"session":'
    return not content.strip(b"\0\n") or content.startswith(begun) or begun.startswith(content)


def hash_of(content: Mapping[str, Any]) -> str:
    """The name of a domain in a journal, by its content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
