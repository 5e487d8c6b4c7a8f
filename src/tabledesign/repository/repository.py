"""Where access patterns are executed: a table, an engine, and optionally a tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar

from tabledesign.engine.client import engine_of
from tabledesign.engine.drivers import adrive, drive
from tabledesign.engine.protocol import AsyncEngine, Engine
from tabledesign.errors import InputError, Refusal
from tabledesign.patterns.change import Change
from tabledesign.patterns.pattern import AccessPattern
from tabledesign.patterns.plan import Plan
from tabledesign.repository import writing
from tabledesign.repository.batch import BatchResult, put_many
from tabledesign.repository.context import Context
from tabledesign.repository.cursor import CursorKeys
from tabledesign.repository.proof import table_refusals
from tabledesign.repository.runner import PlanRunner
from tabledesign.repository.trace import TraceHook, traced
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity, Question
from tabledesign.schema.refusals import report
from tabledesign.schema.table import Table

__all__ = ["Repository"]

E = TypeVar("E", bound=Entity)


class Repository:
    """Answers the access patterns it declares, and writes the entities of its table.

    ``engine`` is a boto3 DynamoDB client or an engine. ``tenant`` is required exactly where the
    table has tenants: it stands first in every partition key, so no other tenant can be reached.
    ``table_name`` is the deployed table, where it is not called as in the design.
    ``cursor_keys`` (one, or two during a rotation, 32 secret bytes or more) sign cursors, which
    expire after ``cursor_lifetime``. ``strict`` raises `UnreadableItem` instead of listing
    unreadable rows. ``trace`` sees every request, without payloads.

    Subclass it with ``table=``; all that is wrong with its patterns is raised when the class is
    made, as one `DesignError`.
    """

    __table__: ClassVar[Table]
    __patterns__: ClassVar[Mapping[str, AccessPattern[Any, ..., Any]]] = {}

    def __init_subclass__(cls, *, table: Table | None = None, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if table is not None:
            cls.__table__ = table
        if not hasattr(cls, "__table__"):
            return
        patterns: dict[str, AccessPattern[Any, ..., Any]] = {
            name: value
            for base in reversed(cls.__mro__)
            for name, value in vars(base).items()
            if isinstance(value, AccessPattern)
        }
        refusals: list[Refusal] = list(table_refusals(cls.__table__))
        for pattern in patterns.values():
            refusals.extend(pattern.compile(cls.__name__, cls.__table__))
        cls.__patterns__ = patterns
        cls.__table__.repositories[cls.__qualname__] = cls
        report(refusals)

    def __init__(
        self,
        engine: object,
        *,
        tenant: str | None = None,
        table_name: str | None = None,
        cursor_keys: bytes | Sequence[bytes] | None = None,
        cursor_lifetime: timedelta | None = None,
        strict: bool = False,
        trace: TraceHook | None = None,
    ) -> None:
        table = self.__table__
        _check_tenant(table, tenant)
        plain = engine_of(engine)
        self.engine: Engine | AsyncEngine = traced(plain, trace)
        keys = CursorKeys.of(cursor_keys) if cursor_keys is not None else _own_keys(plain)
        self.context = Context(
            table=table,
            table_name=table_name or table.name,
            tenant=tenant,
            cursor_keys=keys,
            cursor_lifetime=cursor_lifetime,
            strict=strict,
        )

    @classmethod
    def plans(cls) -> tuple[Plan, ...]:
        """The compiled access patterns, in order of declaration."""
        return tuple(pattern.plan for pattern in cls.__patterns__.values())

    def ask(self, plan: Plan, arguments: Mapping[str, object]) -> Question:
        """The bound question of a plan: what calling the access pattern gives."""
        bound = plan.bind(arguments, self.context.tenant)
        runner = PlanRunner(bound, self.context, self.engine)
        return replace(plan.asked, arguments=arguments, runner=runner)

    def scoped(self, tenant: str) -> Self:
        """The same repository for another tenant, over the same engine."""
        _check_tenant(self.__table__, tenant)
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.context = replace(self.context, tenant=tenant)
        return other

    def get(self, identity: Identity[E], *, consistent: bool = False) -> E | None:
        """The item with this primary key, or None: ``tasks.get(Task.by_id(task_id="1"))``.

        Raises `UnreadableItem` if what is stored cannot be read.
        """
        return drive(writing.get(self.context, identity, consistent=consistent), self.engine)

    async def aget(self, identity: Identity[E], *, consistent: bool = False) -> E | None:
        """`get`, awaited."""
        return await adrive(writing.get(self.context, identity, consistent=consistent), self.engine)

    def create(self, entity: E) -> E:
        """Store an entity that must not exist yet; raises `AlreadyExists`."""
        return drive(writing.create(self.context, entity), self.engine)

    async def acreate(self, entity: E) -> E:
        """`create`, awaited."""
        return await adrive(writing.create(self.context, entity), self.engine)

    def put(self, entity: E) -> E:
        """Store an entity, replacing whatever has its primary key."""
        return drive(writing.put(self.context, entity), self.engine)

    async def aput(self, entity: E) -> E:
        """`put`, awaited."""
        return await adrive(writing.put(self.context, entity), self.engine)

    def update(self, identity: Identity[E], change: Change) -> E:
        """Change an item that must exist, with every index kept true; gives the new entity.

        Raises `ItemMissing`, and `InputError` ``update.index_parts`` where an index key would
        need a field that the change does not hold.
        """
        return drive(writing.update(self.context, identity, change), self.engine)

    async def aupdate(self, identity: Identity[E], change: Change) -> E:
        """`update`, awaited."""
        return await adrive(writing.update(self.context, identity, change), self.engine)

    def delete(self, identity: Identity[Any]) -> None:
        """Delete an item that must exist; raises `ItemMissing`."""
        drive(writing.delete(self.context, identity, must_exist=True), self.engine)

    async def adelete(self, identity: Identity[Any]) -> None:
        """`delete`, awaited."""
        await adrive(writing.delete(self.context, identity, must_exist=True), self.engine)

    def delete_if_exists(self, identity: Identity[Any]) -> None:
        """Delete an item if it is there."""
        drive(writing.delete(self.context, identity, must_exist=False), self.engine)

    async def adelete_if_exists(self, identity: Identity[Any]) -> None:
        """`delete_if_exists`, awaited."""
        await adrive(writing.delete(self.context, identity, must_exist=False), self.engine)

    def put_many(
        self, entities: Sequence[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult:
        """Store many entities in batches, replacing what is there; nothing is dropped.

        What the table did not take before the deadline comes back as ``left``.
        """
        return drive(put_many(self.context, entities, deadline=deadline), self.engine)

    async def aput_many(
        self, entities: Sequence[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult:
        """`put_many`, awaited."""
        return await adrive(put_many(self.context, entities, deadline=deadline), self.engine)


def _check_tenant(table: Table, tenant: object) -> None:
    if table.tenants and (not isinstance(tenant, str) or not tenant):
        raise InputError(
            f"table {table.name!r} has tenants and the repository is bound to none; "
            'give tenant="..."',
            code="tenant.missing",
            field="tenant",
        )
    if not table.tenants and tenant is not None:
        raise InputError(
            f"table {table.name!r} has no tenants; leave tenant out, or declare the table with "
            "tenants=True",
            code="tenant.unknown",
            field="tenant",
        )


def _own_keys(engine: Engine | AsyncEngine) -> CursorKeys | None:
    """The key of an engine that lives and dies with its process, and needs no secret shared."""
    own: bytes | None = getattr(engine, "cursor_key", None)
    return None if own is None else CursorKeys.of(own)
