"""Dataclasses that cost little at import: a class makes its methods when it first needs them.

The standard library writes and compiles up to eight functions for each frozen dataclass, half a
millisecond a class, and most classes of a library are never made by the program that imports it.
Here the decorator makes the slots only. ``__init__`` is compiled with the first instance; the
other methods are shared. To type checkers, to ``dataclasses.fields`` and to ``asdict`` these are
ordinary dataclasses, always slotted, without ``InitVar`` and ``KW_ONLY``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import MISSING, FrozenInstanceError
from dataclasses import field as _field
from functools import cached_property
from inspect import get_annotations
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

__all__ = ["dataclass", "field", "replace"]

T = TypeVar("T")
_Field = dataclasses.Field[Any]


class _Shape:
    """The fields of one class, its bases' first, and what its shared methods read of them."""

    def __init__(self, owner: type, fields: dict[str, _Field], *, frozen: bool) -> None:
        self.owner = owner
        self.fields = fields
        self.frozen = frozen

    @cached_property
    def shown(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.fields.items() if each.repr)

    @cached_property
    def compared(self) -> Callable[[object], object]:
        names = [name for name, each in self.fields.items() if each.compare]
        return attrgetter(*names) if names else lambda _: ()

    @cached_property
    def given(self) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
        """The names that ``__init__`` takes, and what reads their values."""
        names = tuple(name for name, each in self.fields.items() if each.init)
        if len(names) < 2:  # of one alone, attrgetter gives the value itself
            return names, lambda instance: tuple(getattr(instance, name) for name in names)
        return names, attrgetter(*names)

    @cached_property
    def init(self) -> Callable[..., None]:
        """The ``__init__`` of the class, written out and compiled."""
        positional = [self._parameter(each) for each in _given(self.fields, by_name=False)]
        by_name = [self._parameter(each) for each in _given(self.fields, by_name=True)]
        head = ", ".join(["self", *positional, *(["*", *by_name] if by_name else [])])
        body = [line for each in self.fields.values() for line in self._assignment(each)]
        if hasattr(self.owner, "__post_init__"):
            body.append("self.__post_init__()")
        scope: dict[str, Any] = {"_absent": MISSING}
        for name, each in self.fields.items():
            scope[f"_set_{name}"] = getattr(self.owner, name).__set__
            scope[f"_default_{name}"] = each.default
            scope[f"_make_{name}"] = each.default_factory
        source = f"def __init__({head}):\n " + "\n ".join(body or ["pass"])
        exec(source, scope)  # noqa: S102 - names of fields only, no value of anybody's
        made: Callable[..., None] = scope["__init__"]
        made.__qualname__ = f"{self.owner.__qualname__}.__init__"
        made.__module__ = self.owner.__module__
        return made

    def _parameter(self, each: _Field) -> str:
        if each.default is not MISSING:
            return f"{each.name}=_default_{each.name}"
        return each.name if each.default_factory is MISSING else f"{each.name}=_absent"

    def _assignment(self, each: _Field) -> Iterator[str]:
        name, made = each.name, each.default_factory is not MISSING
        if each.init and made:
            yield f"if {name} is _absent: {name} = _make_{name}()"
        if not (each.init or made) and each.default is MISSING:
            return  # `__post_init__` sets it
        value = name if each.init else f"_make_{name}()" if made else f"_default_{name}"
        yield f"_set_{name}(self, {value})" if self.frozen else f"self.{name} = {value}"

    @cached_property
    def ordinary(self) -> type:
        """The standard library's class of the same fields, for who asks for its field objects."""
        fields = [(name, each.type, each) for name, each in self.fields.items()]
        return dataclasses.make_dataclass(self.owner.__name__, fields, frozen=self.frozen)


class _OfTheOrdinary:
    """An attribute that is read of the standard library's class, made when it is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> object:
        return getattr(_shape(owner).ordinary, self.name)


def _dataclass(
    *, slots: bool, frozen: bool = False, eq: bool = True, kw_only: bool = False
) -> Callable[[type[T]], type[T]]:
    if not slots:
        raise TypeError("These dataclasses have slots. Write slots=True.")

    def make(cls: type[T]) -> type[T]:
        own = dict(_own_fields(cls, kw_only=kw_only))
        fields = {**_inherited(cls), **own}
        made = _slotted(cls, own)
        given: dict[str, Any] = {
            "__shape__": _Shape(made, fields, frozen=frozen),
            "__match_args__": tuple(each.name for each in _given(fields, by_name=False)),
            **_METHODS,
            **(_FROZEN if frozen else {}),
            **(({"__eq__": _eq, "__hash__": _hash if frozen else None}) if eq else {}),
        }
        for name, value in given.items():
            if cls.__dict__.get(name) is None:
                setattr(made, name, value)
        return made

    return make


def _replace(instance: T, **changes: object) -> T:
    kind: Any = type(instance)
    names, read = _shape(kind).given
    copy: T = kind(**dict(zip(names, read(instance))) | changes)
    return copy


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace


def _own_fields(cls: type, *, kw_only: bool) -> Iterator[tuple[str, _Field]]:
    for name, annotation in get_annotations(cls).items():
        if str(annotation).startswith(("ClassVar", "typing.ClassVar")):
            continue
        default: object = cls.__dict__.get(name, MISSING)
        plain = not isinstance(default, dataclasses.Field)
        made = cast(_Field, _field(default=default) if plain else default)
        if made.default is not MISSING and type(made.default).__hash__ is None:
            raise ValueError(f"The default of {cls.__name__}.{name} is mutable: make it anew.")
        made.name, made.type = name, annotation
        if made.kw_only is MISSING:
            made.kw_only = kw_only
        yield name, made


def _inherited(cls: type) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    for base in reversed(cls.__mro__[1:]):
        if "__shape__" in base.__dict__:
            found |= base.__dict__["__shape__"].fields
        elif "__dataclass_fields__" in base.__dict__:
            raise TypeError(f"{cls.__name__} builds on {base.__name__}, an ordinary dataclass.")
    return found


def _given(fields: dict[str, _Field], *, by_name: bool) -> Iterator[_Field]:
    return (each for each in fields.values() if each.init and each.kw_only is by_name)


def _slotted(cls: type[T], own: dict[str, _Field]) -> type[T]:
    """The class again, with a slot a field: slots cannot be added to a class that is there."""
    there = {name for base in cls.__mro__[1:] for name in base.__dict__.get("__slots__", ())}
    left = {"__dict__", "__weakref__", *own}
    namespace = {name: value for name, value in cls.__dict__.items() if name not in left}
    namespace["__slots__"] = tuple(name for name in own if name not in there)
    again = cast("Callable[..., type[T]]", type(cls))
    made = again(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


def _shape(cls: Any) -> _Shape:
    shape: _Shape = cls.__shape__
    return shape


def _init(self: object, *values: object, **named: object) -> None:
    """Make the class's own ``__init__`` and put it in this one's place."""
    shape = _shape(type(self))
    shape.owner.__init__ = shape.init  # type: ignore[misc]
    shape.init(self, *values, **named)


def _repr(self: object) -> str:
    cls = type(self)
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _shape(cls).shown)
    return f"{cls.__qualname__}({shown})"


def _eq(self: object, other: object) -> bool:
    if type(other) is not type(self):
        return cast(bool, NotImplemented)
    read = _shape(type(self)).compared
    equal: bool = read(self) == read(other)
    return equal


def _hash(self: object) -> int:
    return hash(_shape(type(self)).compared(self))


def _setattr(self: object, name: str, value: object) -> None:
    shape = _shape(type(self))
    if type(self) is shape.owner or name in shape.fields:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delattr(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: object) -> list[object]:
    return [getattr(self, name) for name in _shape(type(self)).fields]


def _setstate(self: object, state: list[object]) -> None:
    for name, value in zip(_shape(type(self)).fields, state, strict=True):
        object.__setattr__(self, name, value)


_METHODS: dict[str, Any] = {
    "__init__": _init,
    "__repr__": _repr,
    "__dataclass_fields__": _OfTheOrdinary("__dataclass_fields__"),
    "__dataclass_params__": _OfTheOrdinary("__dataclass_params__"),
}
_FROZEN: dict[str, Any] = {
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
