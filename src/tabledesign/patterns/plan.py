"""A plan: what an access pattern compiles to, with slots where its arguments go."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Interval, Range, Slot, StartsWith
from tabledesign.keys.composite import Composite
from tabledesign.keys.template import Template
from tabledesign.limits import PARTITION_KEY_BYTES, SORT_KEY_BYTES
from tabledesign.patterns.filters import CompiledFilter
from tabledesign.patterns.slots import as_range, resolve
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.query import Question, ReadOperation
from tabledesign.schema.table import Place, Table

__all__ = ["BoundPlan", "Parameter", "Plan"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of an access pattern: its name and its evaluated annotation."""

    name: str
    annotation: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One access pattern, compiled: frozen, sends nothing, holds no argument.

    ``equal`` maps parts to slots or constants; ``operator`` stands on ``operator_field``, the
    last sort part given. ``varied`` names the part that a batch get is given many values of.
    ``key`` is the one that is asked, for a collection the first of them; ``place`` the primary key
    or the index that is read; ``entities`` are those that the rows are read as, several for a
    collection. ``asked`` is the question as the body wrote it, slots and all. ``made`` keeps what
    is the same in all its requests, once that has been made; it is no part of what the plan is.
    """

    name: str
    question: str
    table: Table
    operation: ReadOperation
    parameters: tuple[Parameter, ...]
    keys: tuple[BoundKey[Any], ...]
    equal: Mapping[str, object]
    operator_field: str | None
    operator: object
    varied: str | None
    descending: bool
    consistent: bool
    condition: CompiledFilter | None
    view: type[Any] | None
    asked: Question
    made: dict[Any, Any] = field(
        default_factory=dict[Any, Any], init=False, compare=False, repr=False
    )
    key: BoundKey[Any] = field(init=False, compare=False, repr=False)
    place: Place = field(init=False, compare=False, repr=False)
    entities: tuple[type[Entity], ...] = field(init=False, compare=False, repr=False)
    is_collection: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.keys[0])
        object.__setattr__(self, "place", self.keys[0].place)
        object.__setattr__(self, "entities", tuple(key.entity for key in self.keys))
        object.__setattr__(self, "is_collection", len(self.keys) > 1)

    def bind(self, arguments: Mapping[str, object], tenant: str | None) -> BoundPlan:
        """Put arguments into the slots: the partition's text and the closed interval.

        Raises `InputError` naming the argument, its kind and the remedy; sends nothing.
        """
        try:
            return self._bind(arguments, tenant)
        except InputError:
            with self.naming_arguments():
                raise

    @contextmanager
    def naming_arguments(self) -> Generator[None]:
        """Have errors about a part name the argument that is given for it."""
        try:
            yield
        except InputError as error:
            given = self.equal.get(error.field or "")
            if error.field == self.operator_field:
                given = self.operator
            if not isinstance(given, Slot) or given.name == error.field:
                raise
            raise InputError(
                f"{given.name!r}: {error.message}",
                code=error.code,
                field=given.name,
                details=error.details,
            ) from error

    def _bind(self, arguments: Mapping[str, object], tenant: str | None) -> BoundPlan:
        values = {name: resolve(value, arguments) for name, value in self.equal.items()}
        if tenant is not None:
            values[TENANT] = tenant
        if self.operation == "BatchGetItem":
            return BoundPlan(self, arguments, values, tenant, "", None)
        partition = self.key.partition.render(values)
        if partition is None:
            missing = [n for n in self.key.partition_fields if values.get(n) is None]
            raise InputError(
                f"{self.name}: {' and '.join(missing)} may not be None; give a value",
                code="pattern.none",
                field=missing[0] if missing else None,
            )
        self.key.partition.check_length(
            partition,
            limit=PARTITION_KEY_BYTES,
            what=f"the partition of {self.name}",
            values=values,
        )
        interval = self._interval(values, arguments)
        return BoundPlan(self, arguments, values, tenant, partition, interval)

    def _interval(
        self, values: Mapping[str, object], arguments: Mapping[str, object]
    ) -> Interval | None:
        interval: Interval | None
        if "interval" in self.made:
            interval = self.made["interval"]
            return interval
        sort = self.key.sort
        if self.is_collection:
            interval = self.made["interval"] = collection_interval(self.keys)
            return interval
        if sort is None:
            return Interval("", "", None)
        operator = self._operator(arguments)
        given = {name: values[name] for name in sort.fields if name in values}
        interval = sort.interval(given, operator, self.operator_field)
        if interval is not None:
            for text in (interval.low, interval.high):
                sort.check_length(
                    text, limit=SORT_KEY_BYTES, what=f"the sort key of {self.name}", values=given
                )
        if operator is None and not given and TENANT not in sort.fields:
            self.made["interval"] = interval
        return interval

    def _operator(self, arguments: Mapping[str, object]) -> Range[object] | StartsWith | None:
        if self.operator is None:
            return None
        operator = resolve(self.operator, arguments)
        slot = self.operator if isinstance(self.operator, Slot) else None
        begins = slot is not None and slot.annotation is StartsWith
        if isinstance(operator, StartsWith) and (slot is None or begins):
            return operator
        bounds = as_range(operator)
        if bounds is not None and not begins:
            return bounds
        # None as well: it would ask for every row where a part of them is meant.
        wanted = "a StartsWith" if begins else "a Range"
        name = slot.name if slot is not None else self.operator_field
        raise InputError(
            f"{self.name}: {name!r} is a {type(operator).__name__}; give {wanted}",
            code="pattern.not_a_range",
            field=name,
        )


@dataclass(frozen=True, slots=True)
class BoundPlan:
    """A plan with its arguments: the partition's text and the closed interval of sort keys.

    ``values`` are the parts given by equality, the tenant among them. ``interval`` is None where
    no key can be meant (an empty range): nothing needs to be asked. A batch get has neither.
    """

    plan: Plan
    arguments: Mapping[str, object]
    values: Mapping[str, object]
    tenant: str | None
    partition: str
    interval: Interval | None


def collection_interval(keys: tuple[BoundKey[Any], ...]) -> Interval:
    """From the first row of the lowest entity to the last row of the highest."""
    intervals = [
        key.sort.interval({}, None, None)
        for key in keys
        if isinstance(key.sort, Composite | Template)
    ]
    present = [interval for interval in intervals if interval is not None]
    low = min(interval.low for interval in present)
    high = max(interval.high for interval in present)
    return Interval(low, high, None)
