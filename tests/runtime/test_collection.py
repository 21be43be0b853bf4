"""The collector rests while a project is read, and works again afterwards whatever happens."""

from __future__ import annotations

import gc

import pytest

from trainer_tui.runtime.collection import keeping_what_stays, no_collection


def test_the_collector_rests_and_works_again() -> None:
    assert gc.isenabled()
    with no_collection():
        assert not gc.isenabled()
        with no_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    @no_collection()
    def fail() -> None:
        assert not gc.isenabled()
        raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert gc.isenabled()


def test_what_a_session_keeps_is_gone_through_once() -> None:
    with keeping_what_stays():
        session = [[number] for number in range(100)]
        assert any(item is session[0] for item in gc.get_objects())
        gc.collect()
        assert not any(item is session[0] for item in gc.get_objects())
        here = gc.get_freeze_count()
    more = [[number] for number in range(100)]
    gc.collect()
    assert gc.get_freeze_count() <= here
    assert any(item is more[0] for item in gc.get_objects())
