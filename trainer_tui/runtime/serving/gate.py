"""Who may come in: a browser on this machine, at the address that was printed."""

from __future__ import annotations

from secrets import compare_digest
from urllib.parse import urlsplit

from trainer_tui.runtime.loopback import LOCAL_ADDRESSES, LOCALHOST

_HOSTS = (LOCALHOST, *LOCAL_ADDRESSES)


def refusal(path: str, host: str, origin: str | None, token: str) -> str:
    """Why a request is not answered; "" where it is.

    Whoever may open the page may run what the bot's folder says, so three things are looked at. The host: a page of
    another name may have that name lead here. The origin, which a browser names where a page asks for something: a
    page of another host could open a connection here. And the token, which only the printed address has.

    >>> refusal("/secret/", "localhost:8000", None, "secret")
    ''
    >>> refusal("/secret/", "evil.example", None, "secret")
    'This is served to localhost alone, and was asked for as evil.example.'
    """
    if _name(f"//{host}") not in _HOSTS:
        return f"This is served to {LOCALHOST} alone, and was asked for as {host or 'nothing'}."
    if origin is not None and origin != f"http://{host}":
        return f"A page of {origin} asked for this, which is for pages of http://{host} alone."
    if not compare_digest(path.split("/")[1].encode(), token.encode()):
        return (
            "This address has no token, or one of another time. Open the whole address that trainer-tui serve printed."
        )
    return ""


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
