"""Questions as values: what is asked of which key, frozen, with nothing sent yet.

A question is written once, in the body of an access pattern, with slots for its arguments. The
repository that is asked lends it a runner; from then on it can be iterated, paged and explained.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast

from tabledesign.dataclass import dataclass, field, replace
from tabledesign.errors import InputError
from tabledesign.schema.page import Page

if TYPE_CHECKING:
    from tabledesign.schema.key import BoundKey

__all__ = [
    "Filter",
    "Identity",
    "Lookup",
    "Lookups",
    "Query",
    "Question",
    "ReadOperation",
    "Runner",
    "check_identity",
]

ReadOperation = Literal["Query", "GetItem", "BatchGetItem"]

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V")
Q = TypeVar("Q", bound="Question")


class Filter(Protocol):
    """A condition on rows that were found: ``field("status").equals(status)``."""

    def __and__(self, other: Any, /) -> Filter:
        """Both conditions."""
        ...

    def __invert__(self) -> Filter:
        """The opposite condition."""
        ...


class Runner(Protocol):
    """What a repository lends a question so that it can be asked."""

    def run(self, verb: str, options: Mapping[str, object]) -> Any:
        """Carry out ``verb`` for the bound question, or refuse it for this engine."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question:
    """What all questions share: the keys, the parts given, the arguments, the runner."""

    operation: ClassVar[ReadOperation] = "Query"

    keys: tuple[BoundKey[Any], ...]
    given: Mapping[str, object]
    pattern: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    runner: Runner | None = None

    def _run(self, verb: str, **options: object) -> Any:
        if self.runner is None:
            raise InputError(
                "this question is bound to no repository; call the access pattern on a repository",
                code="query.unbound",
            )
        return self.runner.run(verb, options)

    def explain(self) -> str:
        """Index, closed key interval, consistency and cost of this question, as text."""
        return cast("str", self._run("explain"))

    def request(self) -> dict[str, Any]:
        """The exact parameters that would be sent first; nothing is sent.

        An empty range asks nothing: its request is an empty dict.
        """
        return cast("dict[str, Any]", self._run("request"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Query(Question, Generic[T_co]):
    """A question with many answers, in the order of its key.

    Three limits, three words: ``limit`` counts rows wanted, ``evaluate`` rows DynamoDB looks at
    (they differ under a filter), ``requests`` the requests made.
    """

    descending: bool = False
    consistently: bool = False
    condition: Filter | None = None
    view: type[Any] | None = None

    def latest_first(self) -> Query[T_co]:
        """The same question, answered in descending order of the sort key."""
        return replace(_open(self, "latest_first"), descending=True)

    def reversed(self) -> Query[T_co]:
        """The same question from its other end: the same rows at the same cost.

        A caller may turn a question round, too, for that compiles to nothing else; a cursor
        continues only in the direction in which it was issued.
        """
        runner = None if self.runner is None else cast("Runner", self._run("reversed"))
        return replace(self, descending=not self.descending, runner=runner)

    def consistent(self) -> Query[T_co]:
        """The same question, read strongly consistently; refused on a global index."""
        return replace(_open(self, "consistent"), consistently=True)

    def where(self, condition: Filter) -> Query[T_co]:
        """The same question, less the rows that fail the condition; they are read and paid for."""
        return replace(_open(self, "where"), condition=condition)

    def as_view(self, view: type[V]) -> Query[V]:
        """The same question, answered with a declared view instead of the whole entity."""
        return cast("Query[V]", replace(_open(self, "as_view"), view=view))

    def __iter__(self) -> Iterator[T_co]:
        return cast("Iterator[T_co]", self._run("iterate"))

    def __aiter__(self) -> AsyncIterator[T_co]:
        return cast("AsyncIterator[T_co]", self._run("aiterate"))

    def page(
        self,
        limit: int | None = None,
        cursor: str | None = None,
        *,
        evaluate: int | None = None,
        requests: int | None = None,
        sealed: bool = False,
    ) -> Page[T_co]:
        """Up to ``limit`` items from the cursor on, and the cursor that continues.

        ``evaluate`` bounds the rows each request looks at, ``requests`` the requests made; when
        they end the page early its cursor continues. A ``sealed`` cursor shows nothing of where
        it points, which needs tabledesign[encryption]. Raises `CursorInvalid` before any request
        for a cursor that is tampered with, expired or was issued for another question.
        """
        options = {**_options(limit, cursor, evaluate, requests), "sealed": sealed}
        page: Page[T_co] = self._run("page", **options)
        return page

    async def apage(
        self,
        limit: int | None = None,
        cursor: str | None = None,
        *,
        evaluate: int | None = None,
        requests: int | None = None,
        sealed: bool = False,
    ) -> Page[T_co]:
        """`page`, awaited."""
        options = {**_options(limit, cursor, evaluate, requests), "sealed": sealed}
        return cast("Page[T_co]", await self._run("apage", **options))

    def first(self) -> T_co | None:
        """The first item in the question's order, or None."""
        return cast("T_co | None", self._run("first"))

    async def afirst(self) -> T_co | None:
        """`first`, awaited."""
        return cast("T_co | None", await self._run("afirst"))

    def one(self) -> T_co:
        """The only item; raises `NotFound` for none and `NotUnique` for several."""
        return cast("T_co", self._run("one"))

    async def aone(self) -> T_co:
        """`one`, awaited."""
        return cast("T_co", await self._run("aone"))

    def count(self) -> int:
        """How many rows answer the question; they are read and paid for, not transferred."""
        return cast("int", self._run("count"))

    async def acount(self) -> int:
        """`count`, awaited."""
        return cast("int", await self._run("acount"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lookup(Question, Generic[T_co]):
    """A question with at most one answer, by the whole primary key: one GetItem."""

    operation: ClassVar[ReadOperation] = "GetItem"

    consistently: bool = False

    def consistent(self) -> Lookup[T_co]:
        """The same question, read strongly consistently."""
        return replace(_open(self, "consistent"), consistently=True)

    def first(self) -> T_co | None:
        """The item, or None."""
        return cast("T_co | None", self._run("first"))

    async def afirst(self) -> T_co | None:
        """`first`, awaited."""
        return cast("T_co | None", await self._run("afirst"))

    def one(self) -> T_co:
        """The item; raises `NotFound`."""
        return cast("T_co", self._run("one"))

    async def aone(self) -> T_co:
        """`one`, awaited."""
        return cast("T_co", await self._run("aone"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lookups(Question, Generic[T_co]):
    """A question for many items by their primary keys: BatchGetItem, 100 a request.

    ``varied`` is the one part that differs from item to item.
    """

    operation: ClassVar[ReadOperation] = "BatchGetItem"

    varied: str
    consistently: bool = False

    def consistent(self) -> Lookups[T_co]:
        """The same question, read strongly consistently."""
        return replace(_open(self, "consistent"), consistently=True)

    def __iter__(self) -> Iterator[T_co]:
        return iter(item for item in self.all() if item is not None)

    def all(self) -> list[T_co | None]:
        """One entry for each value asked for, in that order; None where nothing is stored."""
        return cast("list[T_co | None]", self._run("all"))

    async def aall(self) -> list[T_co | None]:
        """`all`, awaited."""
        return cast("list[T_co | None]", await self._run("aall"))


@dataclass(frozen=True, slots=True)
class Identity(Generic[T_co]):
    """The primary key of one item, by the values of its parts."""

    entity: type[T_co]
    values: Mapping[str, object]


def check_identity(given: object) -> None:
    """Raise `InputError` for anything but an `Identity`."""
    if not isinstance(given, Identity):
        raise InputError(
            f"a {type(given).__name__} names no item; write Entity.by_id(field=value), with the "
            "entity's primary key",
            code="repository.identity",
        )


def _open(question: Q, method: str) -> Q:
    """The question, if it is not compiled yet: a plan would know nothing of what is added."""
    if question.runner is not None:
        raise InputError(
            f"{question.pattern or 'the access pattern'} is compiled as it was declared, without "
            f"this {method}(); declare another access pattern that says it in its body",
            code="query.compiled",
        )
    return question


def _options(
    limit: int | None, cursor: str | None, evaluate: int | None, requests: int | None
) -> dict[str, object]:
    for name, value in (("limit", limit), ("evaluate", evaluate), ("requests", requests)):
        given: object = value
        whole = isinstance(given, int) and not isinstance(given, bool)
        if given is not None and not (whole and cast("int", given) >= 1):
            shown = str(given) if whole else f"a {type(given).__name__}"
            raise InputError(
                f"{name} is {shown}; give a whole number of at least 1, or leave it out",
                code="query.limit",
                field=name,
            )
    return {"limit": limit, "cursor": cursor, "evaluate": evaluate, "requests": requests}
