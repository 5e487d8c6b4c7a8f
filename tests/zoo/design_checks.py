"""What must hold of designs: each of these mistakes is refused when it is declared."""

# Each class is declared to be refused, not to be used.
# pyright: reportUnusedClass=false, reportUnnecessaryComparison=false

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from tabledesign import (
    DesignError,
    Entity,
    Index,
    Key,
    Lookup,
    Query,
    Range,
    Repository,
    Table,
    Template,
    access_pattern,
)

from .check import Check, source_of

__all__ = ["DESIGN_CHECKS"]


def _consistent_index() -> object:
    table = Table("t", global_indexes=("gsi1",))

    class A(Entity, table=table):
        a: str
        b: str
        by_id = Key(partition="a")
        of_b = Key("gsi1", partition="b", sort="a")

    class Wrong(Repository, table=table):
        @access_pattern
        def of_b(self, b: str) -> Query[A]:
            """An index read consistently."""
            return A.of_b.query(b=b).consistent()

    return Wrong


def _float_field() -> object:
    table = Table("t")

    class A(Entity, table=table):
        a: str
        weight: float
        by_id = Key(partition="a")

    class Wrong(Repository, table=table):
        pass

    return Wrong


def _same_keys() -> object:
    table = Table("t")

    class A(Entity, table=table):
        a: str
        by_id = Key(partition=Template("X#{a}"), sort=Template("S"))

    class B(Entity, table=table):
        b: str
        by_id = Key(partition=Template("X#{b}"), sort=Template("S"))

    return A, B


def _inverted_tenants() -> object:
    return Table("t", global_indexes=(Index("swapped", inverted=True),), tenants=True)


def _skipped_part() -> object:
    table = Table("t")

    class A(Entity, table=table):
        a: str
        b: str
        c: int
        by_id = Key(partition="a", sort=("b", "c"))

    class Wrong(Repository, table=table):
        @access_pattern
        def after(self, a: str, c: Range[int]) -> Query[A]:
            """A part is skipped."""
            return A.by_id.query(a=a, c=c)

    return Wrong


def _partial_get() -> object:
    table = Table("t")

    class A(Entity, table=table):
        a: str
        b: str
        by_id = Key(partition="a", sort="b")

    class Wrong(Repository, table=table):
        @access_pattern
        def one(self, a: str) -> Lookup[A]:
            """Half a key."""
            return A.by_id.get(a=a)

    return Wrong


def _branching() -> object:
    table = Table("t")

    class A(Entity, table=table):
        a: str
        by_id = Key(partition="a")

    class Wrong(Repository, table=table):
        @access_pattern
        def some(self, a: str) -> Query[A]:
            """One of two questions."""
            return A.by_id.query(a=a) if a is not None else A.by_id.query(a="-")  # type: ignore[redundant-expr]

    return Wrong


def _text_expiry() -> object:
    table = Table("t", ttl="expires")

    class A(Entity, table=table):
        a: str
        expires: datetime | None = None
        by_id = Key(partition="a")

    class Wrong(Repository, table=table):
        pass

    return Wrong


def _reserved_attribute() -> object:
    table = Table("t")

    class A(Entity, table=table):
        pk: str
        by_id = Key(partition="pk")

    class Wrong(Repository, table=table):
        pass

    return Wrong


MISTAKES: Sequence[tuple[Callable[[], object], str]] = (
    (_consistent_index, "pattern.consistent_on_global"),
    (_float_field, "codec.float"),
    (_same_keys, "key.overlap"),
    (_inverted_tenants, "table.inverted_drops_tenant"),
    (_skipped_part, "pattern.skipped_part"),
    (_partial_get, "pattern.partial_key"),
    (_branching, "pattern.branches"),
    (_text_expiry, "schema.ttl_type"),
    (_reserved_attribute, "schema.reserved_attribute"),
)


def _refused(seed: int) -> Iterator[None]:
    """Every mistake, in an order of the seed, by the code of its refusal."""
    for declare, code in source_of("designs", seed).sample(MISTAKES, len(MISTAKES)):
        try:
            declare()
            codes: set[str] = set()
        except DesignError as error:
            codes = {refusal.code for refusal in error.refusals}
        assert code in codes, f"{code} is not refused; only {', '.join(codes) or 'nothing'} is"
        yield


DESIGN_CHECKS = (Check("designs.refused", "a mistake in a design is refused", _refused, 100),)
