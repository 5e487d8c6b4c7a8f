"""From a step, and the item as it was read, to the items its write touches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tabledesign.codec import Unreadable, check_size, codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.errors import ConditionFailed, InputError, ItemMissing, StaleVersion
from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import Compare, NotExists
from tabledesign.expressions.conditions import all_of, any_of
from tabledesign.patterns.applied import applied
from tabledesign.patterns.bounds import are_met
from tabledesign.patterns.change import Change
from tabledesign.patterns.expiring import alive, free
from tabledesign.patterns.field_values import checked, validated
from tabledesign.patterns.held import Held, relied_upon, strangers, unchanged
from tabledesign.patterns.keeping import Keeping, keepings
from tabledesign.patterns.pieces import Piece, absence, conditioned, delete_piece, put_piece
from tabledesign.patterns.raw import Raw, RawPath
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.step import Step
from tabledesign.patterns.update import plan_update, with_settings, with_tenant
from tabledesign.patterns.writes import item_of, key_texts_of, stamped
from tabledesign.patterns.written import address_of, written_item
from tabledesign.schema.binding import nearest
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table
from tabledesign.wire import Item, json_text

if TYPE_CHECKING:
    from tabledesign.codec.text import Address

__all__ = ["Lowered", "lower"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """The pieces of one step, its effects on rules, and the entity it leaves, where known.

    ``unknown`` names what must be read before the step can be written. A ``result`` that is not
    ``exact`` was computed from what was read, and other fields may be newer in the table.
    """

    step: Step
    pieces: tuple[Piece, ...]
    keepings: tuple[Keeping, ...] = ()
    result: Entity | None = None
    exact: bool = True
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def lower(
    step: Step,
    table_name: str,
    tenant: str | None,
    now: datetime,
    held: Held | None,
    *,
    exact: bool = False,
) -> Lowered:
    """The pieces of a step; ``held`` is the stored item, where it was read and is there.

    ``exact`` guards all of an item that was read, so that the result is what is stored.
    """
    lowering = _Lowering(step, table_name, tenant, now, held, exact)
    lowered: Lowered = getattr(lowering, step.verb)()  # each verb is a method below
    return lowered


@dataclass(frozen=True, slots=True)
class _Lowering:
    step: Step
    table_name: str
    tenant: str | None
    now: datetime
    held: Held | None
    exact: bool

    @property
    def entity(self) -> type[Entity]:
        return self.step.entity

    @property
    def table(self) -> Table:
        return self.step.entity.__table__

    def create(self) -> Lowered:
        new = stamped(self._new(), self.now, version=1, keep_created=False)
        if self.table.ttl is None and self.step.condition is None:
            demands: Mapping[str, Any] = absence(self.entity)
        else:
            demands = conditioned(self.entity, [self._free(), *self.step.conditions])
        written = written_item(new, self.tenant)
        piece = put_piece(self.step.name, self.table_name, written, demands, creates=True)
        return Lowered(self.step, (piece,), self._kept(None, new.__dict__), new)

    def put(self) -> Lowered:
        settings = self.entity.__settings__
        new, conditions = self._new(), list(self.step.conditions)
        version = None
        if settings.version is not None:
            stored = int(getattr(new, settings.version) or 0)
            version = stored + 1
            seen = self._has_version(stored)
            if stored:
                conditions += [*alive(self.table, self.now), seen]
            else:
                conditions.append(any_of(self._free(), seen))
        new = stamped(new, self.now, version=version, keep_created=True)
        if self.entity.__rules__:
            if self.held is not None and settings.version is not None:
                self._check_version(self.held, (version or 1) - 1)
            conditions += self._as_read()
        piece = self._put(written_item(new, self.tenant), conditions)
        old = None if self.held is None else self.held.entity.__dict__
        return Lowered(self.step, (piece,), self._kept(old, new.__dict__), new)

    def update(self) -> Lowered:
        change = self.step.change
        assert change is not None, "an update has a change"
        if self.held is not None:
            self._check_version(self.held, self.step.expected)
            self._check_bounds(self.held, checked(self.entity, change))
            if self.held.is_old:
                return self._rewritten(self.held)
        planned = plan_update(
            self.entity,
            self.step.identity,
            change,
            tenant=self.tenant,
            held=self.held,
            given=self.step.given,
            conditions=[*self._expected(), *self.step.conditions],
            now=self.now,
            exact=self.exact,
        )
        if planned.unknown:
            return Lowered(self.step, (), unknown=planned.unknown)
        piece = Piece(self.step.name, "item", "Update", planned.parameters(self.table_name))
        old = self._known_before()
        kept = () if old is None else self._kept(old, planned.after)
        return Lowered(self.step, (piece,), kept, planned.result, self.exact)

    def _known_before(self) -> Mapping[str, object] | None:
        """What the rules may be told of the item before an update."""
        if self.held is not None:
            return self.held.entity.__dict__
        given = self.step.given
        if given is None:
            return None
        known = {**given, **self.step.identity}
        rules = self.entity.__rules__.values()
        return known if all(relied_upon(self.entity, r) <= known.keys() for r in rules) else None

    def _rewritten(self, held: Held) -> Lowered:
        """An item of an older form is stored whole in the current one: no upcaster undoes it."""
        assert self.step.change is not None, "an update has a change"
        change = with_settings(self.entity, checked(self.entity, self.step.change), self.now)
        codec = codec_of(self.entity)
        form = applied(codec, change.clauses, held.form)
        new = self._decoded(form)
        keys = self.table.key_attributes
        item = {name: value for name, value in form.items() if name not in keys}
        item.update(key_texts_of(new, self.tenant))
        item[self.table.entity_attribute] = {"S": self.entity.__entity_name__}
        conditions = [
            *alive(self.table, self.now),
            *unchanged(self.entity, (), held, whole=True),
            *change.bounds,
            *self._expected(),
            *self.step.conditions,
        ]
        piece = self._put(self._whole(item), conditions)
        kept = self._kept(held.entity.__dict__, new.__dict__)
        return Lowered(self.step, (piece,), kept, new)

    def delete(self) -> Lowered:
        conditions = [*self._expected(), *self.step.conditions]
        if self.step.must_exist:
            conditions = [*alive(self.table, self.now), *conditions]
        elif conditions:
            # They are demanded of an item that is there; none is as good as a deleted one.
            conditions = [any_of(self._free(), all_of(*conditions))]
        old = None
        if self.entity.__rules__:
            conditions += self._as_read()
        if self.held is not None:
            self._check_version(self.held, self.step.expected)
            old = self.held.entity.__dict__
        piece = delete_piece(self.step.name, self.table_name, self.entity, self._key(), conditions)
        return Lowered(self.step, (piece,), self._kept(old, None))

    def move(self) -> Lowered:
        held = self.held
        if held is None:
            raise ItemMissing(
                f"no {self.entity.__name__} has this primary key; there is nothing to move",
                code="item.missing",
                details={"step": self.step.name},
            )
        self._check_version(held, self.step.expected)
        settings, version = self.entity.__settings__, None
        if settings.version is not None:
            version = int(getattr(held.entity, settings.version) or 0) + 1
        new = stamped(self._moved(held), self.now, version=version, keep_created=True)
        gone = delete_piece(
            self.step.name,
            self.table_name,
            self.entity,
            self._key(),
            [
                *alive(self.table, self.now),
                *unchanged(self.entity, (), held, whole=True),
                *self.step.conditions,
            ],
        )
        # What other versions of the code stored with the item moves with it.
        item = {**strangers(self.entity, held), **item_of(new, self.tenant)}
        put = self._put(self._whole(item), [self._free()])
        if put.address == gone.address:
            raise InputError(
                f"the {self.entity.__name__} is to move to the primary key it has; give a part of "
                "the key another value, or use update()",
                code="move.same_key",
            )
        kept = self._kept(held.entity.__dict__, new.__dict__)
        return Lowered(self.step, (gone, put), kept, new)

    def _moved(self, held: Held) -> Entity:
        """The entity with the moved fields, validated as a whole."""
        known = list(self.entity.model_fields)
        for name in self.step.moved:
            if name not in known:
                raise InputError(
                    f"{self.entity.__name__} has no field {name!r}. {nearest(name, known)}",
                    code="update.unknown_field",
                    field=name,
                )
        values = {n: validated(self.entity, n, v) for n, v in self.step.moved.items()}
        copy = held.entity.model_copy(update=values)
        return self._decoded(codec_of(self.entity).encode(copy))

    def _decoded(self, form: Item) -> Entity:
        try:
            return codec_of(self.entity).decode(form)
        except Unreadable as error:
            raise InputError(
                f"the {self.step.verb} would leave a {self.entity.__name__} that is not valid: "
                f"{error}; change what belongs together at once",
                code="update.invalid",
            ) from None

    def require(self) -> Lowered:
        piece = delete_piece(
            self.step.name,
            self.table_name,
            self.entity,
            self._key(),
            [*alive(self.table, self.now), *self._expected(), *self.step.conditions],
        )
        checked_only = Piece(piece.step, piece.purpose, "ConditionCheck", piece.parameters)
        return Lowered(self.step, (checked_only,))

    def _new(self) -> Entity:
        assert self.step.new is not None, "the step stores an entity"
        return self.step.new

    def _key(self) -> Item:
        return key_item(primary_key(self.entity), with_tenant(self.step.identity, self.tenant))

    def _put(self, written: tuple[Address, str], conditions: list[Condition]) -> Piece:
        demands = conditioned(self.entity, conditions)
        return put_piece(self.step.name, self.table_name, written, demands)

    def _whole(self, item: Item) -> tuple[Address, str]:
        """An item that holds more than its entity does, as it is written."""
        check_size(item, self.entity.__name__)
        return address_of(self.table, item), json_text(item)

    def _free(self) -> Condition:
        return free(self.table, self.now)

    def _as_read(self) -> list[Condition]:
        """What the rules were told of the old item is still so; or there still is none."""
        if self.held is None:
            return [self._free()]
        rules = self.entity.__rules__.values()
        fields = frozenset[str]().union(*(relied_upon(self.entity, rule) for rule in rules))
        return [*alive(self.table, self.now), *unchanged(self.entity, fields, self.held)]

    def _expected(self) -> list[Condition]:
        return [] if self.step.expected is None else [self._has_version(self.step.expected)]

    def _has_version(self, version: int) -> Condition:
        name = self.entity.__settings__.version
        assert name is not None, "the entity has a version"
        path = RawPath((codec_of(self.entity).fields[name].stored_name,))
        same: Condition = Compare(path, "=", Raw({"N": str(version)}))
        # Items from before the entity had versions read as the field's default.
        unversioned = version in (0, self.entity.model_fields[name].default)
        return any_of(same, NotExists(path)) if unversioned else same

    def _check_version(self, held: Held, expected: int | None) -> None:
        name = self.entity.__settings__.version
        if name is None or expected is None:
            return
        stored = getattr(held.entity, name)
        if (stored or 0) != expected:
            stale = StaleVersion(
                f"the {self.entity.__name__} has been written since it was read; read it "
                "again and repeat the change",
                code="item.stale",
                details={"expected": expected, "stored": stored, "step": self.step.name},
            )
            stale.stored = held.entity
            raise stale

    def _check_bounds(self, held: Held, change: Change) -> None:
        """What DynamoDB would refuse is refused before the state it would leave is computed."""
        if not are_met(codec_of(self.entity), change.bounds, held.form):
            error = ConditionFailed(
                f"the {self.entity.__name__} does not meet the bounds of step {self.step.name!r}; "
                "read it and decide anew",
                code="condition.failed",
                details={"step": self.step.name},
            )
            error.stored = held.entity
            raise error

    def _kept(
        self, before: Mapping[str, object] | None, after: Mapping[str, object] | None
    ) -> tuple[Keeping, ...]:
        if not self.entity.__rules__ or (before is None and after is None):
            return ()
        owner = (self._owner(before or after or {}), self._owner(after or before or {}))
        return tuple(
            keepings(
                self.step.name,
                self.entity,
                self.tenant,
                before=before,
                after=after,
                owner=owner,
            )
        )

    def _owner(self, values: Mapping[str, object]) -> str:
        texts = primary_key(self.entity).render(with_tenant(values, self.tenant))
        return "".join(texts.values())
