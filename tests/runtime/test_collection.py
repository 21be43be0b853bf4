"""The collector rests while a project is read, and works again afterwards whatever happens."""

from __future__ import annotations

import gc

import pytest

from trainer_tui.runtime.collection import no_collection


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
