"""This machine's own addresses. A server may listen on one of them alone, and `localhost` need not name that one."""

from __future__ import annotations

LOOPBACK = "127.0.0.1"
LOCALHOST = "localhost"
LOCAL_ADDRESSES = (LOOPBACK, "::1")


def other_addresses(host: str) -> tuple[str, ...]:
    """Where a server on `host` may be found beside the addresses that the system knows by that name: some systems know
    `localhost` by one of the two, and what listens there depends on how it was told."""
    return LOCAL_ADDRESSES if host.rstrip(".").lower() == LOCALHOST else ()
