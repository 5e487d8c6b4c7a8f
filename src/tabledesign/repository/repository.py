"""Where access patterns are executed: a table, an engine, and optionally a tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar, cast

from tabledesign.dataclass import replace
from tabledesign.engine.allowance import within
from tabledesign.engine.client import engine_of
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.protocol import AsyncEngine, Engine
from tabledesign.errors import InputError, Refusal
from tabledesign.expressions import Condition
from tabledesign.patterns.budget import budget_refusals
from tabledesign.patterns.change import Change
from tabledesign.patterns.explain_writes import explain_write
from tabledesign.patterns.pattern import AccessPattern
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.step import Policy, Step, step_of
from tabledesign.patterns.transaction import Transaction
from tabledesign.repository.bulk import Bulk
from tabledesign.repository.connected import Connected
from tabledesign.repository.context import Context
from tabledesign.repository.cursor import CursorKeys
from tabledesign.repository.once import once
from tabledesign.repository.proof import table_refusals
from tabledesign.repository.runner import PlanRunner
from tabledesign.repository.trace import TraceHook, aask, ask, traced
from tabledesign.repository.writing import commit_all, counted, get, get_together, upsert, write
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity, Question
from tabledesign.schema.refusals import report
from tabledesign.schema.table import Table

__all__ = ["Repository"]

E = TypeVar("E", bound=Entity)


class Repository(Bulk, Connected):
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
        for entity in cls.__table__.entities.values():
            refusals.extend(budget_refusals(entity))
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
        table: Table | None = getattr(self, "__table__", None)
        if table is None:
            raise InputError(
                f"{type(self).__name__} belongs to no table; declare it with table=...",
                code="repository.no_table",
            )
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

    def within(self, deadline: Deadline) -> Self:
        """The same repository for one caller: nothing is sent, and no pause ends, after this.

        In a Lambda function: ``tasks.within(Deadline.from_lambda(context))``.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.engine = within(self.engine, deadline)
        return other

    def get(self, identity: Identity[E], *, consistent: bool = False) -> E | None:
        """The item with this primary key, or None: ``tasks.get(Task.by_id(task_id="1"))``.

        Raises `UnreadableItem` if what is stored cannot be read.
        """
        name = _named(getattr(identity, "entity", None), "get")
        return ask(name, get(self.context, identity, consistent=consistent), self.engine)

    async def aget(self, identity: Identity[E], *, consistent: bool = False) -> E | None:
        """`get`, awaited."""
        name = _named(getattr(identity, "entity", None), "get")
        return await aask(name, get(self.context, identity, consistent=consistent), self.engine)

    def create(self, entity: E) -> E:
        """Store an entity that must not exist yet; raises `AlreadyExists` and `UniqueTaken`."""
        return cast("E", self._write(step_of("create", entity)))

    async def acreate(self, entity: E) -> E:
        """`create`, awaited."""
        return cast("E", await self._awrite(step_of("create", entity)))

    def put(self, entity: E, *, condition: Condition | None = None) -> E:
        """Store an entity, replacing what has its primary key, if that meets the condition.

        An entity with a version replaces only what it was read as; raises `StaleVersion`.
        """
        return cast("E", self._write(step_of("put", entity, condition=condition)))

    async def aput(self, entity: E, *, condition: Condition | None = None) -> E:
        """`put`, awaited."""
        return cast("E", await self._awrite(step_of("put", entity, condition=condition)))

    def update(
        self,
        target: Identity[E] | E,
        change: Change,
        *,
        condition: Condition | None = None,
        policy: Policy = "rebuild",
        given: Mapping[str, object] | None = None,
    ) -> E:
        """Change an item that must exist, with every index kept true; gives the new entity.

        An entity as target brings its version, if it has one; raises `StaleVersion`. Where a key,
        a rule or a validator looks at a field that changes and at others the change does not
        hold, the item is read, its state after the change validated, and the write guarded by
        what was read. ``policy="refuse"`` raises `InputError` ``update.index_parts`` instead;
        ``policy="require"`` takes the old values as ``given={...}``, makes them conditions and
        reads nothing. Raises `InputError` ``update.invalid`` for what its validators refuse,
        `ItemMissing`, `ConditionFailed`, `UniqueTaken`, `Contended`.
        """
        options: dict[str, Any] = {"condition": condition, "policy": policy, "given": given}
        step = step_of("update", target, change=change, **options)
        return cast("E", self._write(step))

    async def aupdate(
        self,
        target: Identity[E] | E,
        change: Change,
        *,
        condition: Condition | None = None,
        policy: Policy = "rebuild",
        given: Mapping[str, object] | None = None,
    ) -> E:
        """`update`, awaited."""
        options: dict[str, Any] = {"condition": condition, "policy": policy, "given": given}
        step = step_of("update", target, change=change, **options)
        return cast("E", await self._awrite(step))

    def explain_update(
        self,
        target: Identity[Any] | Entity,
        change: Change,
        *,
        policy: Policy = "rebuild",
        given: Mapping[str, object] | None = None,
    ) -> str:
        """What `update` would read first, and write; a `Transaction` explains itself.

        What is read is a request of its own in ``trace`` too, with its capacity.
        """
        step = step_of("update", target, change=change, policy=policy, given=given)
        return str(explain_write(step))

    def move(self, target: Identity[E] | E, /, **values: object) -> E:
        """Give an item another primary key, in one transaction, guarded; gives the new entity.

        ``values`` are the fields that change. Raises `ItemMissing`, and `AlreadyExists` where
        the new key is taken.
        """
        return cast("E", self._write(step_of("move", target, moved=values)))

    async def amove(self, target: Identity[E] | E, /, **values: object) -> E:
        """`move`, awaited."""
        return cast("E", await self._awrite(step_of("move", target, moved=values)))

    def delete(self, target: Identity[Any] | Entity, *, condition: Condition | None = None) -> None:
        """Delete an item that must exist; raises `ItemMissing`."""
        self._write(step_of("delete", target, condition=condition))

    async def adelete(
        self, target: Identity[Any] | Entity, *, condition: Condition | None = None
    ) -> None:
        """`delete`, awaited."""
        await self._awrite(step_of("delete", target, condition=condition))

    def delete_if_exists(
        self, target: Identity[Any] | Entity, *, condition: Condition | None = None
    ) -> None:
        """Delete an item if it is there; one that is there must meet the condition."""
        self._write(step_of("delete", target, must_exist=False, condition=condition))

    async def adelete_if_exists(
        self, target: Identity[Any] | Entity, *, condition: Condition | None = None
    ) -> None:
        """`delete_if_exists`, awaited."""
        await self._awrite(step_of("delete", target, must_exist=False, condition=condition))

    def counted(self, group: Counted) -> int:
        """What a counter holds: ``repository.counted(Task.open_in_list(list_id="l1"))``."""
        return ask("counted", counted(self.context, group), self.engine)

    async def acounted(self, group: Counted) -> int:
        """`counted`, awaited."""
        return await aask("counted", counted(self.context, group), self.engine)

    def upsert(self, entity: E) -> E:
        """Create the entity, or assign the fields that were given to the one that is there.

        Of an item that is there, fields that were left to their defaults keep their values.
        """
        name = _named(type(entity), "upsert")
        return cast("E", ask(name, upsert(self.context, entity), self.engine))

    async def aupsert(self, entity: E) -> E:
        """`upsert`, awaited."""
        name = _named(type(entity), "upsert")
        return cast("E", await aask(name, upsert(self.context, entity), self.engine))

    def commit(
        self, transaction: Transaction, *, token: str | None = None
    ) -> dict[str, Entity | None]:
        """Carry out all steps of a transaction or none; gives by name what each of them leaves.

        Raises the error of the step that failed; ``details["step"]`` names it, and
        ``details["steps"]`` tells every reason by step. What is left is None for a deletion, and
        for an update whose item could not be read back. With a ``token`` (up to 36 characters)
        DynamoDB applies the same transaction once within ten minutes; as content it counts what
        is read and the time too, so prefer `once`.
        """
        return ask("commit", commit_all(self.context, transaction, token), self.engine)

    async def acommit(
        self, transaction: Transaction, *, token: str | None = None
    ) -> dict[str, Entity | None]:
        """`commit`, awaited."""
        return await aask("commit", commit_all(self.context, transaction, token), self.engine)

    def once(
        self,
        key: str,
        transaction: Transaction,
        *,
        content: bytes | str,
        lifetime: timedelta = timedelta(days=1),
    ) -> dict[str, Entity | None]:
        """`commit` once for a request key; asked again, gives what the first time left.

        ``content`` is the body of the request, of which a digest is kept; ``lifetime`` is how
        long the key is known. What the steps leave is stored with the key, in one item: 400 KB
        at most. Raises `ConditionFailed` ``idempotency.mismatch`` for a known key with other
        content or other steps, and `Contended` ``idempotency.in_flight``.
        """
        operation = once(self.context, key, transaction, content=content, lifetime=lifetime)
        return ask("once", operation, self.engine)

    async def aonce(
        self,
        key: str,
        transaction: Transaction,
        *,
        content: bytes | str,
        lifetime: timedelta = timedelta(days=1),
    ) -> dict[str, Entity | None]:
        """`once`, awaited."""
        operation = once(self.context, key, transaction, content=content, lifetime=lifetime)
        return await aask("once", operation, self.engine)

    def get_together(self, *identities: Identity[Any]) -> list[Any]:
        """Several items as they were at one moment, None where one is not there."""
        return ask("get_together", get_together(self.context, identities), self.engine)

    async def aget_together(self, *identities: Identity[Any]) -> list[Any]:
        """`get_together`, awaited."""
        return await aask("get_together", get_together(self.context, identities), self.engine)

    def _write(self, step: Step) -> object:
        return ask(_named(step.entity, step.verb), write(self.context, step), self.engine)

    async def _awrite(self, step: Step) -> object:
        return await aask(_named(step.entity, step.verb), write(self.context, step), self.engine)


def _named(entity: object, verb: str) -> str:
    """A verb about one entity, for traces."""
    return f"{getattr(entity, '__name__', '')}.{verb}"


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
