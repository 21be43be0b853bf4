"""Who is let in: only who has the token, from this machine's own name, and no page of another host."""

from __future__ import annotations

import pytest

from trainer_tui.runtime.serving.gate import refusal


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost"])
def test_whoever_has_the_token_comes_in(host: str) -> None:
    assert refusal("/secret/browser-1/line", host, f"http://{host}", "secret") == ""
    assert refusal("/secret/", host, None, "secret") == ""


@pytest.mark.parametrize("path", ["/", "/other/", "/secret", "/secre/", "/SECRET/", "//secret/", "/s\u00e9cret/"])
def test_without_the_token_one_is_told_which_address_to_open(path: str) -> None:
    if path == "/secret":
        assert refusal(path, "localhost:8000", None, "secret") == ""  # No page is there, but the token is right.
        return
    assert "Open the whole address" in refusal(path, "localhost:8000", None, "secret")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8000", "127.0.0.1.evil.example", "", "[::1", "a@b:c"]
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(host: str) -> None:
    assert "served to localhost alone" in refusal("/secret/", host, None, "secret")


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost:8000", "http://localhost:8001", "null"])
def test_a_page_of_another_host_is_refused_even_with_the_token(origin: str) -> None:
    assert origin in refusal("/secret/x/line", "localhost:8000", origin, "secret")
