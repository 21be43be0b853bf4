"""Conversations in Redis as Rasa's RedisTrackerStore writes them: one string each, all its events in it.

Nothing there says what is new, but every event makes its conversation longer: the mark is the length of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.formats.json.event_rows import tracker_rows
from trainer_tui.formats.json.event_texts import EventReader
from trainer_tui.formats.report import Report
from trainer_tui.runtime.stores.address import Address
from trainer_tui.runtime.stores.server import NOT_INSTALLED
from trainer_tui.runtime.stores.store import EMPTY, StoredConversation, Unreadable

_KEYS = 1_000
"""So many keys are asked for at once."""
_PORTION = 4_000_000
"""So many bytes of conversations are read at once, or one conversation."""
_PATIENCE = 10


class RedisStore:
    """TrainerError where the server does not let in."""

    def __init__(self, address: Address) -> None:
        try:
            import redis
        except ImportError:
            raise TrainerError(f"{address.label} needs redis", "It is not installed.", NOT_INSTALLED) from None
        self.label = address.label
        self._address = address
        self._failures = redis.RedisError
        self._mark = ""
        self.share = 0.0
        self._reader = EventReader()
        options = address.options
        prefix = str(options.get("key_prefix") or "")
        # Rasa takes no other prefix, and goes on without one.
        self._prefix = f"{prefix}:tracker:" if prefix.isalnum() else "tracker:"
        secure = {name: options[name] for name in ("ssl_keyfile", "ssl_certfile", "ssl_ca_certs") if options.get(name)}
        try:
            self._client: Any = redis.Redis(
                host=address.host or "localhost",
                port=address.port or 6379,
                db=int(address.database),
                username=address.username,
                password=address.password,
                ssl=str(options.get("use_ssl", False)).casefold() == "true",
                socket_timeout=_PATIENCE,
                socket_connect_timeout=_PATIENCE,
                # It would ask ten times, for seconds.
                retry=None,  # type: ignore[arg-type]
                **secure,
            )
            next(self._keys(f"{self._prefix}*"), None)
        except (self._failures, ValueError) as error:
            raise self._failed(error) from None

    def mark(self) -> str:
        return self._mark

    def close(self) -> None:
        self._client.close()

    def conversation(self, sender_id: str) -> StoredConversation:
        try:
            value = self._client.get(self._prefix + sender_id)
        except self._failures as error:
            raise self._failed(error) from None
        if value is None:
            raise TrainerError(f"no conversation {sender_id!r} is in {self.label}", hint="Look at the list again.")
        for found in self._told(self._prefix + sender_id, value):
            if isinstance(found, StoredConversation):
                return found
        raise TrainerError(f"the conversation {sender_id!r} of {self.label} cannot be read")

    def conversations(self, since: str = "") -> Iterator[StoredConversation | Unreadable]:
        known: Mapping[str, int] = json.loads(since) if since else {}
        lengths: dict[str, int] = {}
        self.share = 0.0
        try:
            # A scan may tell of a key twice.
            all_keys = list(dict.fromkeys(self._keys(f"{self._prefix}*")))
            for keys in _portions(all_keys):
                found = dict(zip(keys, self._lengths(keys), strict=True))
                lengths |= {key: length for key, length in found.items() if isinstance(length, int)}
                for key, length in found.items():
                    if not isinstance(length, int):
                        yield Unreadable(key, "it is no string, as a conversation is")
                changed = {key: length for key, length in found.items() if lengths.get(key) != known.get(key)}
                yield from self._changed({key: length for key, length in changed.items() if isinstance(length, int)})
                self.share = len(lengths) / len(all_keys)
            if not lengths:
                yield Unreadable(self.label, self._empty())
        except self._failures as error:
            raise self._failed(error) from None
        self._mark = json.dumps(lengths)

    def _changed(self, lengths: Mapping[str, int]) -> Iterator[StoredConversation | Unreadable]:
        portion: list[str] = []
        size = 0
        for key, length in lengths.items():
            if portion and size + length > _PORTION:
                yield from self._read(portion)
                portion, size = [], 0
            portion.append(key)
            size += length
        yield from self._read(portion)

    def _read(self, keys: list[str]) -> Iterator[StoredConversation | Unreadable]:
        for key, value in zip(keys, self._client.mget(keys) if keys else (), strict=True):
            # What has expired meanwhile is none.
            if value is not None:
                yield from self._told(key, value)

    def _told(self, key: str, value: bytes) -> Iterator[StoredConversation | Unreadable]:
        report = Report(key)
        try:
            rows = tracker_rows(value.decode("utf-8", "replace"), key, report)
            events = tuple(self._reader.read(json.dumps(row.source)) for row in rows)
        except FormatError as error:
            yield Unreadable(key, f"it is {error.title}: it is left out")
            return
        for problem in report.problems:
            yield Unreadable(f"{key}, event {problem.place.line if problem.place else 0}", problem.message)
        yield StoredConversation(key.removeprefix(self._prefix), events)

    def _keys(self, pattern: str) -> Iterator[str]:
        for key in self._client.scan_iter(match=pattern, count=_KEYS):
            yield key.decode("utf-8", "surrogateescape")

    def _lengths(self, keys: list[str]) -> list[Any]:
        pipeline = self._client.pipeline(transaction=False)
        for key in keys:
            pipeline.strlen(key)
        found: list[Any] = pipeline.execute(raise_on_error=False)
        return found

    def _empty(self) -> str:
        others = {key.partition(":tracker:")[0] for key in self._keys("*:tracker:*")}
        if not others:
            return EMPTY
        named = ", ".join(sorted(others)[:5])
        return f"no conversation is in it, but there are some with the key_prefix {named}: name it (?key_prefix=…)"

    def _failed(self, error: Exception) -> TrainerError:
        return TrainerError(
            f"{self.label} cannot be read",
            self._address.concealed(str(error))[:300],
            "See that the server runs, and that user, password and db are those of the bot's tracker_store.",
        )


def _portions(keys: Iterable[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    for key in keys:
        portion.append(key)
        if len(portion) == _KEYS:
            yield portion
            portion = []
    if portion:
        yield portion
