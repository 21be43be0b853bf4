"""Our frozen dataclasses beside the standard library's: the same class, made by both."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import KW_ONLY, FrozenInstanceError, field, replace
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from trainer_tui import dataclass as our_module
from trainer_tui.dataclass import dataclass as ours
from trainer_tui.dataclass import replace as replaced

Lesson = TypeVar("Lesson")
Maker = Callable[..., Callable[[type], Any]]
MAKERS: tuple[Maker, Maker] = (dataclasses.dataclass, ours)


def slots_of(make: Maker) -> tuple[Any, Any, Any]:
    """A slot, a slot with more to it, and one whose values are told by name."""

    @make(frozen=True, slots=True)
    class Slot:
        name: str
        values: tuple[str, ...] = ()
        seen: list[str] = field(default_factory=list, compare=False, repr=False)

    @make(frozen=True, slots=True)
    class Mapped(Slot):
        intent: str | None = None
        width: int = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "width", len(self.values))

    @make(frozen=True, slots=True, kw_only=True)
    class Named:
        name: str
        initial: object = None

    return Slot, Mapped, Named


@pytest.fixture(params=MAKERS, ids=["standard", "ours"])
def made(request: pytest.FixtureRequest) -> tuple[Any, Any, Any]:
    return slots_of(request.param)


def test_values_are_equal_by_what_is_compared(made: tuple[Any, Any, Any]) -> None:
    slot, mapped, _ = made
    assert slot("a", seen=["x"]) == slot("a", ())
    assert hash(slot("a", seen=["x"])) == hash(slot("a"))
    assert slot("a") != slot("b")
    assert slot("a") != mapped("a")
    assert slot("a") != "a"
    assert len({slot("a"), slot("a"), slot("b")}) == 2


def test_each_value_has_a_default_of_its_own(made: tuple[Any, Any, Any]) -> None:
    first, second = made[0]("a"), made[0]("a")
    first.seen.append("x")
    assert second.seen == []


def test_what_is_set_behind_the_start_is_a_field_too(made: tuple[Any, Any, Any]) -> None:
    value = made[1]("a", ("x", "y"), intent="greet")
    assert value.width == 2
    assert replace(value, values=()).width == 0


@pytest.mark.parametrize("by", [replace, replaced], ids=["standard", "ours"])
def test_a_copy_with_other_values_is_of_the_same_kind(by: Callable[..., Any]) -> None:
    slot, mapped, named = slots_of(ours)
    value = slot("a", ("x",), ["seen"])
    assert by(value, name="b") == slot("b", ("x",))
    assert by(value, name="b").seen is value.seen
    assert value == slot("a", ("x",))
    wide = by(mapped("a", ("x",), intent="greet"), values=("x", "y"))
    assert (type(wide), wide.name, wide.intent, wide.width) == (mapped, "a", "greet", 2)
    assert by(named(name="a", initial=1), initial=None) == named(name="a")
    with pytest.raises(TypeError):
        by(value, colour="red")
    with pytest.raises((TypeError, ValueError)):
        by(mapped("a"), width=3)


def test_it_shows_itself_as_it_is_written(made: tuple[Any, Any, Any]) -> None:
    assert repr(made[2](name="a")).endswith("Named(name='a', initial=None)")
    assert repr(made[0]("a")).endswith("Slot(name='a', values=())")


def test_nothing_of_it_can_be_changed(made: tuple[Any, Any, Any]) -> None:
    value = made[0]("a")
    with pytest.raises(FrozenInstanceError):
        value.name = "b"
    with pytest.raises(FrozenInstanceError):
        del value.name
    assert value.name == "a"
    assert not hasattr(value, "__dict__")


def test_wrong_arguments_are_refused_at_the_first_value_and_later(made: tuple[Any, Any, Any]) -> None:
    slot, mapped, named = made
    for _ in range(30):
        assert slot("a", seen=["x"]).seen == ["x"]
        assert slot(name="a").values == ()
        with pytest.raises(TypeError):
            slot()
        with pytest.raises(TypeError):
            slot("a", name="b")
        with pytest.raises(TypeError):
            slot("a", (), [], "more")
        with pytest.raises(TypeError):
            slot("a", colour="red")
        with pytest.raises(TypeError):
            mapped()
        with pytest.raises(TypeError):
            mapped("a", width=3)
        with pytest.raises(TypeError):
            named("a")


def test_it_is_taken_apart_by_place(made: tuple[Any, Any, Any]) -> None:
    slot = made[0]
    match slot("a", ("x",)):
        case slot(name, (value,)):
            assert (name, value) == ("a", "x")
        case _:
            pytest.fail("no match")


def test_copies_are_equal(made: tuple[Any, Any, Any]) -> None:
    value = made[0]("a", ("x",), ["seen"])
    deep = copy.deepcopy(value)
    assert copy.copy(value) == deep == value
    assert deep.seen == ["seen"]
    assert deep.seen is not value.seen
    assert dataclasses.asdict(value) == {"name": "a", "values": ("x",), "seen": ["seen"]}


@ours(frozen=True, slots=True)
class Sent:
    """Another process finds its class by name."""

    text: str
    _: KW_ONLY
    at: float = 0.0


def test_another_process_gets_the_same_value() -> None:
    assert pickle.loads(pickle.dumps(Sent("hello", at=1.5))) == Sent("hello", at=1.5)


def test_identity_counts_where_that_is_asked_for() -> None:
    @ours(frozen=True, eq=False)
    class Place:
        name: str

    place = Place("a")
    assert place == place
    assert place != Place("a")
    assert place.__dict__ == {"name": "a"}


def test_what_is_not_frozen_is_the_standard_librarys() -> None:
    @ours(slots=True)
    class Count:
        number: int = 0

    count = Count()
    count.number += 1
    assert count == Count(1)


def test_what_is_no_field_has_no_slot_and_what_is_of_any_kind_has_its_own() -> None:
    @ours(frozen=True, slots=True)
    class Lessons(Generic[Lesson]):
        taught: tuple[Lesson, ...]
        KINDS: ClassVar[int] = 2

    lessons = Lessons(("greet",))
    assert (lessons.taught, lessons.KINDS, Lessons.__slots__) == (("greet",), 2, ("taught",))
    assert [item.name for item in dataclasses.fields(lessons)] == ["taught"]
    assert repr(lessons).endswith(".Lessons(taught=('greet',))")
    assert replaced(lessons, taught=()) == Lessons(())


def test_the_fields_of_a_class_are_worked_out_when_somebody_asks() -> None:
    @ours(frozen=True, slots=True)
    class Place:
        name: str
        line: int = 0

    assert not isinstance(vars(Place)["__dataclass_fields__"], dict)
    assert Place("a") == Place("a", 0)
    assert list(vars(Place)["__dataclass_fields__"]) == ["name", "line"]


def test_a_few_values_are_made_without_a_method_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    compiled = our_module._compiled

    def noted(cls: Any, text: str, scope: dict[str, Any]) -> Callable[..., Any]:
        written.append(text.partition("(")[0])
        return compiled(cls, text, scope)

    monkeypatch.setattr(our_module, "_compiled", noted)

    @ours(frozen=True, slots=True)
    class Place:
        name: str
        lines: list[int] = field(default_factory=list)

    few = [Place("a"), Place(name="b", lines=[1])]
    assert [(place.name, place.lines) for place in few] == [("a", []), ("b", [1])]
    assert written == []
    many = [Place(str(number)) for number in range(1000)]
    assert written == ["def __init__"]
    assert many[0].lines is not many[-1].lines
