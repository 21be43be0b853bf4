"""The collector rests while a project is read, and works again afterwards whatever happens."""

from __future__ import annotations

import gc
from threading import Event, Thread

import pytest

from trainer_tui.runtime.collection import keeping_what_stays, making_what_stays, no_collection


def test_the_collector_rests_and_works_again() -> None:
    assert gc.isenabled()
    with no_collection():
        assert not gc.isenabled()
        with no_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_rests_until_nobody_in_any_thread_needs_that() -> None:
    begun, ends = Event(), Event()

    def reads_beside() -> None:
        with no_collection():
            begun.set()
            assert ends.wait(10)

    beside = Thread(target=reads_beside)
    with no_collection():
        beside.start()
        assert begun.wait(10)
    assert not gc.isenabled()
    ends.set()
    beside.join()
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


def test_what_is_made_beside_a_session_is_not_gone_through_at_all() -> None:
    @making_what_stays()
    def index() -> list[list[int]]:
        return [[number] for number in range(100)]

    with keeping_what_stays():
        stories = index()
        assert not any(item is stories[0] for item in gc.get_objects())
    alone = index()
    assert any(item is alone[0] for item in gc.get_objects())
