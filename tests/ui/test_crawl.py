"""A part of the crawl: each state's keys are in its help, and one's are pressed. `make crawl` presses them all."""

from __future__ import annotations

import pytest

from tests.ui.crawl import STATES, crawled


async def test_each_key_that_is_bound_in_a_state_is_in_its_help() -> None:
    faults = [fault async for fault in crawled((80, 24), STATES.values(), presses=False)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["ctrl+g"])
async def test_no_key_raises(name: str) -> None:
    assert [fault async for fault in crawled((60, 20), [STATES[name]])] == []
