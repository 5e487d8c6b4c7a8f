"""The library's dataclasses behave as the standard library's, and wait with their methods."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
import threading
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from tabledesign import dataclass as lean

T = TypeVar("T")
Maker = Callable[..., Callable[[type], type]]
BOTH: list[Any] = [dataclasses, lean]


def _classes(module: Any) -> tuple[Any, Any, Any]:
    dataclass: Any = module.dataclass

    @dataclass(frozen=True, slots=True)
    class Point(Generic[T]):
        x: T
        y: int = 2
        tags: list[str] = dataclasses.field(default_factory=list[str], compare=False)
        label: str = dataclasses.field(init=False, repr=False)
        kind: ClassVar[str] = "point"

        def __post_init__(self) -> None:
            object.__setattr__(self, "label", f"{self.x}/{self.y}")

    @dataclass(frozen=True, slots=True)
    class Deep(Point[int]):
        z: int = dataclasses.field(default=3, kw_only=True)
        y: int = 7

    @dataclass(slots=True, kw_only=True)
    class Loose:
        a: int
        b: dict[str, int] = dataclasses.field(default_factory=dict[str, int], init=False)

    return Point, Deep, Loose


def _told(function: Callable[[], object]) -> object:
    """What a call gives, without the names of what is not here: the classes' module and line."""
    try:
        return repr(function())
    except Exception as error:  # noqa: BLE001 - a difference in any of them is a difference
        return type(error)


def _with_another_a(made: Any) -> object:
    made.a = 2
    return made


DEEDS: list[Callable[[Any, Any, Any], object]] = [
    lambda p, d, o: p(1),
    lambda p, d, o: p(1, 5, ["a"]).label,
    lambda p, d, o: p(1, tags=["a"]) == p(1, tags=["b"]),
    lambda p, d, o: p(1) == d(1, 2),
    lambda p, d, o: d(1) == d(1),
    lambda p, d, o: hash(p(1)) == hash(p(1, tags=["b"])),
    lambda p, d, o: {p(1): 1}[p(1)],
    lambda p, d, o: d(1, 2, ["x"], z=4),
    lambda p, d, o: d(1, 2, ["x"], 4),
    lambda p, d, o: d(1).label,
    lambda p, d, o: p(),
    lambda p, d, o: p(1, w=2),
    lambda p, d, o: setattr(p(1), "x", 2),
    lambda p, d, o: delattr(p(1), "x"),
    lambda p, d, o: setattr(o(a=1), "other", 2),
    lambda p, d, o: _with_another_a(o(a=1)),
    lambda p, d, o: hash(o(a=1)),
    lambda p, d, o: o(1),
    lambda p, d, o: o(a=1, b={}),
    lambda p, d, o: o(a=1) == o(a=1),
    lambda p, d, o: p(1).tags is p(1).tags,
    lambda p, d, o: (p.__match_args__, d.__match_args__, o.__match_args__),
    lambda p, d, o: p.__slots__ + d.__slots__ + o.__slots__,
    lambda p, d, o: p.kind,
    lambda p, d, o: hasattr(p(1), "__dict__"),
    lambda p, d, o: [each.name for each in dataclasses.fields(d)],
    lambda p, d, o: [(each.init, each.repr, each.kw_only) for each in dataclasses.fields(d)],
    lambda p, d, o: dataclasses.asdict(d(1, tags=["a"])),
    lambda p, d, o: dataclasses.is_dataclass(o),
    lambda p, d, o: copy.deepcopy(d(1, tags=["a"], z=8)),
    lambda p, d, o: (p.__qualname__, p.__init__.__qualname__) if p(1) else None,
]


@pytest.mark.parametrize("deed", range(len(DEEDS)))
def test_a_dataclass_behaves_as_the_standard_librarys(deed: int) -> None:
    ordinary, ours = _classes(dataclasses), _classes(lean)
    assert _told(lambda: DEEDS[deed](*ordinary)) == _told(lambda: DEEDS[deed](*ours))


def test_a_generic_one_is_made_with_its_argument_named() -> None:
    point, _, _ = _classes(lean)  # the standard library's raises TypeError from __setattr__
    assert point(1) == point[int](1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point(1).other = 2


@pytest.mark.parametrize("module", BOTH)
@pytest.mark.parametrize(
    "change", [{}, {"x": 9}, {"y": 9, "z": 1}, {"label": "no"}, {"unknown": 1}]
)
def test_a_copy_with_changes_is_that_of_the_standard_library(
    module: Any, change: dict[str, object]
) -> None:
    _, ordinary, _ = _classes(dataclasses)
    _, deep, _ = _classes(module)
    expected = _told(lambda: dataclasses.replace(ordinary(1, z=5), **change))
    if change == {"label": "no"}:
        # Python 3.13 has come to think so, too.
        old = module is dataclasses and sys.version_info < (3, 13)
        expected = ValueError if old else TypeError
    assert expected == _told(lambda: module.replace(deep(1, z=5), **change))


def test_methods_are_made_with_the_first_instance() -> None:
    point, deep, _ = _classes(lean)
    before = point.__init__
    assert before is deep.__init__
    deep(1)
    assert before is point.__init__
    assert before is not deep.__init__


@lean.dataclass(frozen=True, slots=True)
class Kept:
    name: str
    number: int = 1


def test_an_instance_survives_being_pickled() -> None:
    assert Kept("a", 3) == pickle.loads(pickle.dumps(Kept("a", 3)))


def test_a_mutable_default_is_refused() -> None:
    with pytest.raises(ValueError, match="mutable"):

        @lean.dataclass(slots=True)
        class _Shared:  # pyright: ignore[reportUnusedClass]
            names: list[str] = []  # noqa: RUF012


def test_many_threads_may_make_the_first_instance_at_once() -> None:
    for _ in range(30):
        point, _, _ = _classes(lean)
        made: list[object] = []
        gate = threading.Barrier(4)

        def make(gate: threading.Barrier = gate, made: list[object] = made, p: Any = point) -> None:
            gate.wait()
            made.append(p(1, 5))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [point(1, 5)] * 4 == made
