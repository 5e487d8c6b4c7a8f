"""From a step, and the item as it was read, to the items its write touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tabledesign.codec import codec_of
from tabledesign.errors import ItemMissing, StaleVersion
from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import Compare, NotExists
from tabledesign.expressions.conditions import any_of
from tabledesign.patterns.pieces import Piece, delete_piece, put_piece, rule_pieces
from tabledesign.patterns.raw import Raw, RawPath
from tabledesign.patterns.reads import primary_key
from tabledesign.patterns.step import Step
from tabledesign.patterns.update import (
    Held,
    PlannedUpdate,
    alive,
    plan_update,
    unchanged,
    with_tenant,
)
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table

__all__ = ["Lowered", "lower"]


@dataclass(slots=True)
class Lowered:
    """The pieces of one step, and the entity as it will be, where that is known.

    ``unknown`` names what must be read before the step can be written.
    """

    step: Step
    pieces: list[Piece]
    result: Entity | None = None
    unknown: Mapping[str, tuple[str, ...]] | None = None
    planned: PlannedUpdate | None = None


def lower(
    step: Step, table_name: str, tenant: str | None, now: datetime, held: Held | None
) -> Lowered:
    """The pieces of a step; ``held`` is the stored item, where it was read and is there."""
    lowering = _Lowering(step, table_name, tenant, now, held)
    return {
        "create": lowering.create,
        "put": lowering.put,
        "update": lowering.update,
        "delete": lowering.delete,
        "move": lowering.move,
        "require": lowering.require,
    }[step.verb]()


@dataclass(frozen=True, slots=True)
class _Lowering:
    step: Step
    table_name: str
    tenant: str | None
    now: datetime
    held: Held | None

    @property
    def table(self) -> Table:
        return self.step.entity.__table__

    def create(self) -> Lowered:
        new = self._stamped(self._new(), 1, keep_created=False)
        conditions = [self._free(), *self.step.conditions]
        piece = put_piece(
            self.step.name, self.table_name, new, self.tenant, conditions, creates=True
        )
        return Lowered(self.step, [piece, *self._rules(None, new.__dict__)], new)

    def put(self) -> Lowered:
        settings = self.step.entity.__settings__
        new, conditions = self._new(), list(self.step.conditions)
        if settings.version is not None:
            version = int(getattr(new, settings.version) or 0)
            path = RawPath((codec_of(self.step.entity).fields[settings.version].stored_name,))
            seen = Compare(path, "=", Raw({"N": str(version)}))
            conditions.append(seen if version else any_of(self._free(), seen))
            new = self._stamped(new, version + 1, keep_created=True)
        else:
            new = self._stamped(new, None, keep_created=True)
        if self.step.entity.__rules__:
            conditions += self._as_read()
        piece = put_piece(self.step.name, self.table_name, new, self.tenant, conditions)
        old = None if self.held is None else self.held.entity.__dict__
        return Lowered(self.step, [piece, *self._rules(old, new.__dict__)], new)

    def update(self) -> Lowered:
        change = self.step.change
        assert change is not None, "an update has a change"
        if self.held is not None:
            self._check_version(self.held)
        planned = plan_update(
            self.step.entity,
            self.step.identity,
            change,
            tenant=self.tenant,
            held=self.held,
            conditions=[*self._expected(), *self.step.conditions],
            now=self.now,
        )
        if planned.unknown:
            return Lowered(self.step, [], unknown=planned.unknown, planned=planned)
        piece = Piece(self.step.name, "item", "Update", planned.parameters(self.table_name))
        old = None if self.held is None else self.held.entity.__dict__
        rules = self._rules(old, planned.after) if old is not None else []
        return Lowered(self.step, [piece, *rules], planned=planned)

    def delete(self) -> Lowered:
        conditions = [*self._expected(), *self.step.conditions]
        if self.step.must_exist:
            conditions = [*alive(self.table, self.now), *conditions]
        old = None
        if self.held is not None:
            self._check_version(self.held)
            conditions += self._as_read()
            old = self.held.entity.__dict__
        piece = delete_piece(
            self.step.name,
            self.table_name,
            self.step.entity,
            self.step.identity,
            self.tenant,
            conditions,
        )
        return Lowered(self.step, [piece, *self._rules(old, None)])

    def move(self) -> Lowered:
        if self.held is None:
            raise ItemMissing(
                f"no {self.step.entity.__name__} has this primary key; there is nothing to move",
                code="item.missing",
            )
        self._check_version(self.held)
        old = self.held.entity
        values = {name: getattr(old, name) for name in old.model_fields_set} | dict(self.step.moved)
        settings = self.step.entity.__settings__
        version = None
        if settings.version is not None:
            version = int(getattr(old, settings.version) or 0) + 1
        new = self._stamped(self.step.entity(**values), version, keep_created=True)
        everything = codec_of(self.step.entity).fields
        gone = delete_piece(
            self.step.name,
            self.table_name,
            self.step.entity,
            self.step.identity,
            self.tenant,
            [
                *alive(self.table, self.now),
                *unchanged(self.step.entity, everything, self.held.row),
                *self.step.conditions,
            ],
        )
        put = put_piece(self.step.name, self.table_name, new, self.tenant, [self._free()])
        known = set(put.parameters["Item"]) | {f.stored_name for f in everything.values()}
        # What other versions of the code stored with the item moves with it.
        strangers = {n: v for n, v in self.held.row.items() if n not in known}
        keys = set(self.table.key_attributes)
        put.parameters["Item"].update({n: v for n, v in strangers.items() if n not in keys})
        rules = self._rules(old.__dict__, new.__dict__)
        return Lowered(self.step, [gone, put, *rules], new)

    def require(self) -> Lowered:
        piece = delete_piece(
            self.step.name,
            self.table_name,
            self.step.entity,
            self.step.identity,
            self.tenant,
            [*alive(self.table, self.now), *self._expected(), *self.step.conditions],
        )
        return Lowered(
            self.step, [Piece(piece.step, piece.purpose, "ConditionCheck", piece.parameters)]
        )

    def _new(self) -> Entity:
        assert self.step.new is not None, "the step stores an entity"
        return self.step.new

    def _free(self) -> Condition:
        """Nothing is stored there, or what is there is past its TTL."""
        free: Condition = NotExists(RawPath((self.table.partition_key,)))
        if self.table.ttl is not None:
            instant = Raw({"N": str(int(self.now.timestamp()))})
            return any_of(free, Compare(RawPath((self.table.ttl,)), "<=", instant))
        return free

    def _as_read(self) -> list[Condition]:
        """What the rules were told of the old item is still so; or there still is none."""
        if self.held is None:
            return [self._free()]
        reads = frozenset[str]().union(*(r.reads for r in self.step.entity.__rules__.values()))
        fields = reads - frozenset(primary_key(self.step.entity).fields)
        return [*alive(self.table, self.now), *unchanged(self.step.entity, fields, self.held.row)]

    def _expected(self) -> list[Condition]:
        name = self.step.entity.__settings__.version
        if self.step.expected is None or name is None:
            return []
        path = RawPath((codec_of(self.step.entity).fields[name].stored_name,))
        return [Compare(path, "=", Raw({"N": str(self.step.expected)}))]

    def _check_version(self, held: Held) -> None:
        name = self.step.entity.__settings__.version
        if name is None or self.step.expected is None:
            return
        if getattr(held.entity, name) != self.step.expected:
            raise StaleVersion(
                f"the {self.step.entity.__name__} has been written since it was read; read it "
                "again and repeat the change",
                code="item.stale",
                details={"expected": self.step.expected, "stored": getattr(held.entity, name)},
            )

    def _stamped(self, entity: Entity, version: int | None, *, keep_created: bool) -> Entity:
        settings, values = type(entity).__settings__, dict[str, object]()
        if settings.version is not None and version is not None:
            values[settings.version] = version
        if settings.created is not None and not (
            keep_created and getattr(entity, settings.created) is not None
        ):
            values[settings.created] = self.now
        if settings.updated is not None:
            values[settings.updated] = self.now
        return entity.model_copy(update=values) if values else entity

    def _rules(
        self, before: Mapping[str, object] | None, after: Mapping[str, object] | None
    ) -> list[Piece]:
        if not self.step.entity.__rules__:
            return []
        owner = (self._owner(before or after or {}), self._owner(after or before or {}))
        return list(
            rule_pieces(
                self.step.name,
                self.table_name,
                self.step.entity,
                self.tenant,
                before=before,
                after=after,
                owner=owner,
                now=self.now,
            )
        )

    def _owner(self, values: Mapping[str, object]) -> str:
        texts = primary_key(self.step.entity).render(with_tenant(values, self.tenant))
        return "".join(texts.values())
