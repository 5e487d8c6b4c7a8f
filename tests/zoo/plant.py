"""A planted bug: one function or method of the library, replaced by a wrong one for a while."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from inspect import isgenerator
from types import ModuleType
from typing import Any, TypeVar, cast

import tabledesign
from tabledesign.patterns.plan import Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity

__all__ = ["CRASHES", "Function", "Plant", "Watch", "altered", "located", "planted", "seeing"]

T = TypeVar("T")

Function = Callable[..., Any]
CRASHES = (
    TypeError,
    AttributeError,
    NameError,
    KeyError,
    IndexError,
    ZeroDivisionError,
    RecursionError,
    NotImplementedError,
)
"""What a plant that is itself broken raises; a bug is caught by what it does, not by these."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug, and the check that must find it.

    ``where`` is ``module:function`` or ``module:Class.method`` without the package's name;
    ``wrong`` is given the right function and makes the wrong one. ``mode`` is the way of failing
    that it stands for.
    """

    name: str
    bug: str
    mode: str
    where: str
    wrong: Callable[[Function], Function]
    check: str

    @property
    def address(self) -> tuple[str, list[str]]:
        """The module and the path of attributes in it."""
        module, path = self.where.split(":")
        return f"tabledesign.{module}", path.split(".")


@dataclass(slots=True)
class Watch:
    """Whether the wrong function was called, and whether it broke instead of being wrong."""

    calls: int = 0
    crash: BaseException | None = None

    def over(self, wrong: Function, right: Function) -> Function:
        """The wrong function, watched."""

        @functools.wraps(right)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            try:
                result = wrong(*args, **kwargs)
            except CRASHES as error:
                self.crash = error
                raise
            return self._followed(result) if isgenerator(result) else result

        return watched

    def _followed(self, operation: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        try:
            return (yield from operation)
        except CRASHES as error:
            self.crash = error
            raise


def located(plant: Plant) -> tuple[Any, str]:
    """The module or class that holds the function, and its name there."""
    module, path = plant.address
    holder: Any = importlib.import_module(module)
    for name in path[:-1]:
        holder = getattr(holder, name)
    if path[-1] not in vars(holder):
        raise AttributeError(f"{plant.name!r} is planted at {plant.where}, and nothing is there")
    return holder, path[-1]


@contextmanager
def planted(plant: Plant) -> Generator[Watch]:
    """The bug is in the library, in every module that holds the function, until this ends."""
    _import_all()
    holder, name = located(plant)
    watch = Watch()
    with ExitStack() as undo:
        undo.callback(_forget)
        if isinstance(holder, ModuleType):
            right = getattr(holder, name)
            wrong = watch.over(plant.wrong(right), right)
            for module, known_as in _holders(right):
                undo.callback(setattr, module, known_as, right)
                setattr(module, known_as, wrong)
        else:
            held = cast("dict[str, object]", vars(holder))[name]
            undo.callback(setattr, holder, name, held)
            setattr(holder, name, _in_class(held, plant, watch))
        _forget()
        yield watch


def _in_class(held: object, plant: Plant, watch: Watch) -> object:
    """The wrong method, in the same kind of descriptor as the right one."""
    if isinstance(held, property):
        getter = cast("Function", held.fget)
        return property(watch.over(plant.wrong(getter), getter))
    method = cast("Function", held)
    return watch.over(plant.wrong(method), method)


def _holders(right: object) -> list[tuple[ModuleType, str]]:
    return [
        (module, name)
        for module in _modules("tabledesign", "tests")
        for name, value in list(vars(module).items())
        if value is right
    ]


def _modules(*packages: str) -> list[ModuleType]:
    """Those that are loaded of the packages; plants keep the right functions that they use."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name.split(".")[0] in packages and not name.endswith("_plants")
    ]


# A function's module opens its table when it is imported, as Lambda does.
_NOT_IMPORTED = ("tabledesign.cli", "tabledesign.testing.test_", "tabledesign.todo.functions.")


@functools.cache
def _import_all() -> None:
    for found in pkgutil.walk_packages(tabledesign.__path__, "tabledesign."):
        if not found.name.startswith(_NOT_IMPORTED):
            importlib.import_module(found.name)


def _forget() -> None:
    """What was compiled or computed before a plant, or with it, is made anew.

    By the library only: what tests made once, as keys that tokens are signed with, is no
    consequence of a plant, and other tests hold on to it.
    """
    for module in _modules("tabledesign"):
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    for repository in _below(Repository):
        for pattern in repository.__patterns__.values():
            plan: Plan | None = vars(pattern)["_plan"]  # none where the design was refused
            if plan is not None:
                plan.made.clear()
    for kind in _below(Entity):
        for made in ("__codec__", "__writers__", "__page_readers__"):
            if made in vars(kind):
                type.__delattr__(kind, made)


def _below(kind: type[T]) -> Iterator[type[T]]:
    """The class and all that are made from it."""
    yield kind
    for each in kind.__subclasses__():
        yield from _below(each)


def altered(change: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """A wrong function that gives the right answer, changed."""
    return lambda right: lambda *args, **kwargs: change(right(*args, **kwargs))


def seeing(change: Callable[[Any, Any], Any]) -> Callable[[Function], Function]:
    """A wrong operation that sees another answer than the one to its effect."""

    def wrong(right: Function) -> Function:
        def operation(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            inner = right(*args, **kwargs)
            try:
                effect = next(inner)
                while True:
                    try:
                        answer = yield effect
                    except Exception as error:  # noqa: BLE001 - it is the operation's to handle
                        effect = inner.throw(error)
                    else:
                        effect = inner.send(change(effect, answer))
            except StopIteration as done:
                return done.value

        return operation

    return wrong
