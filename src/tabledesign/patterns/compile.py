"""From a question with slots to a plan, or to the list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast, get_args, get_origin

from tabledesign.dataclass import dataclass, field, replace
from tabledesign.errors import InputError, Refusal
from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.keys.composite import Composite, Part
from tabledesign.keys.scalars import Scalar, scalar_of
from tabledesign.patterns.collections import collection_refusals
from tabledesign.patterns.filters import CompiledFilter, FilterDraft
from tabledesign.patterns.plan import Parameter, Plan
from tabledesign.patterns.slots import as_range
from tabledesign.patterns.views import view_refusals
from tabledesign.schema.binding import nearest, required_type
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.query import Lookups, Query, Question, ReadOperation
from tabledesign.schema.table import Table

__all__ = ["Draft"]


@dataclass(slots=True)
class Draft:
    """A pattern being compiled; ``refusals`` fills as faults are found."""

    where: str
    name: str
    question: str
    table: Table
    parameters: tuple[Parameter, ...]
    asked: Question
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    filter_slots: set[str] = field(default_factory=set[str])

    def refuse(self, code: str, fault: str, remedy: str) -> None:
        self.refusals.append(Refusal(code, self.where, fault, remedy))

    @property
    def key(self) -> BoundKey[Any]:
        return self.asked.keys[0]

    def plan(self) -> Plan:
        """The plan; it may be used only if nothing was refused."""
        asked, operation = self.asked, self.asked.operation
        varied = cast("Lookups[Any]", asked).varied if operation == "BatchGetItem" else None
        self._check_table()
        equal, operator_field, operator = self._split(varied)
        self._check_parts(equal, operator_field, operation)
        self._check_types(equal, operator_field, operator, varied)
        query = cast("Query[Any]", asked) if operation == "Query" else None
        condition = None
        if query is not None:
            self._check_query(query)
            condition = self._filter(query)
        self._check_arguments_used()
        return Plan(
            name=self.name,
            question=self.question,
            table=self.table,
            operation=operation,
            parameters=self.parameters,
            keys=asked.keys,
            equal=equal,
            operator_field=operator_field,
            operator=operator,
            varied=varied,
            descending=query.descending if query else False,
            consistent=bool(getattr(asked, "consistently", False)),
            condition=condition,
            view=query.view if query else None,
            asked=replace(asked, pattern=self.name),
        )

    def _filter(self, query: Query[Any]) -> CompiledFilter | None:
        draft = FilterDraft(self.where, query)
        compiled, refusals = draft.compile()
        self.filter_slots = draft.slots
        self.refusals.extend(refusals)
        for key in query.keys:
            # A filter sees what the index holds: of any other field it would drop every row.
            held = key.place.projection
            if held == "all":
                continue
            known = draft.fields & set(key.entity.model_fields)
            missing = sorted(known - set(() if held == "keys" else held))
            if missing:
                self.refuse(
                    "pattern.filter_not_projected",
                    f"index {key.place} does not hold {', '.join(missing)}, which the filter reads",
                    "Project the fields into the index, or filter on others",
                )
        return compiled

    def _check_table(self) -> None:
        for key in self.asked.keys:
            if key.entity.__table__ is not self.table:
                self.refuse(
                    "pattern.other_table",
                    f"{key} is a key of table {key.entity.__table__.name!r}",
                    f"Ask a key of table {self.table.name!r}, or declare the repository with "
                    "that table",
                )

    def _split(self, varied: str | None) -> tuple[dict[str, object], str | None, object]:
        """Parts given by equality, and the one given by an operator."""
        equal: dict[str, object] = {}
        operators: list[tuple[str, object]] = []
        known = self.key.fields
        for name, value in self.asked.given.items():
            if name not in known:
                self.refuse(
                    "pattern.unknown_part", f"{self.key} has no part {name!r}", nearest(name, known)
                )
            elif self._is_operator(value) and name != varied:
                operators.append((name, value))
            else:
                equal[name] = value
        if len(operators) > 1:
            names = " and ".join(name for name, _ in operators)
            self.refuse(
                "pattern.several_ranges",
                f"{names} are both given as a range, and DynamoDB takes one condition on the "
                "sort key",
                "Give all but the last part by one value",
            )
        if not operators:
            return equal, None, None
        return equal, *operators[0]

    def _is_operator(self, value: object) -> bool:
        if isinstance(value, Slot):
            annotation = value.annotation
            return annotation is StartsWith or Range in (annotation, get_origin(annotation))
        return isinstance(value, Range | StartsWith)

    def _check_parts(
        self, equal: Mapping[str, object], operator: str | None, operation: ReadOperation
    ) -> None:
        partition = self.key.partition_fields
        missing = [name for name in partition if name not in equal and name != operator]
        if missing:
            self.refuse(
                "pattern.missing_partition",
                f"{self.key} needs {' and '.join(missing)} to find its partition",
                f"Give {missing[0]}=...; DynamoDB reads one partition at a time",
            )
        if operator in partition:
            self.refuse(
                "pattern.range_on_partition",
                f"{operator!r} is part of the partition key, which takes one value only",
                "Move the field to the sort key of another key",
            )
            return
        self._check_sort_parts(equal, operator)
        given = set(equal)
        if operator is not None:
            given.add(operator)
        if operation != "Query":
            self._check_whole_key(given, operation)

    def _check_sort_parts(self, equal: Mapping[str, object], operator: str | None) -> None:
        sort = self.key.sort_fields
        given = [name for name in sort if name in equal or name == operator]
        leading = list(sort[: len(given)])
        if given != leading:
            skipped = [name for name in sort[: sort.index(given[-1])] if name not in given]
            self.refuse(
                "pattern.skipped_part",
                f"{given[-1]!r} is given without {' and '.join(map(repr, skipped))}, which "
                f"stands before it in {self.key}",
                f"Give {skipped[0]}=..., or declare a key in which {given[-1]!r} comes first",
            )
        elif operator is not None and given and given[-1] != operator:
            self.refuse(
                "pattern.range_not_last",
                f"the range is on {operator!r}, and {given[-1]!r} after it is given too",
                f"Leave {given[-1]!r} out, or give {operator!r} by one value",
            )

    def _check_whole_key(self, given: set[str], operation: ReadOperation) -> None:
        verb = "get" if operation == "GetItem" else "get_many"
        if self.key.place.kind != "primary":
            self.refuse(
                "pattern.get_on_index",
                f"{self.key} is a key of index {self.key.place}, and {operation} reads the "
                "primary key only",
                "Use .query(...), with .one() or .first() at the call",
            )
        missing = [name for name in self.key.fields if name not in given]
        if missing:
            self.refuse(
                "pattern.partial_key",
                f".{verb}() names one item by its whole primary key, and "
                f"{' and '.join(missing)} is missing",
                f"Give {missing[0]}=..., or use .query(...)",
            )

    def _check_types(
        self,
        equal: Mapping[str, object],
        operator_field: str | None,
        operator: object,
        varied: str | None,
    ) -> None:
        parts = self._parts()
        for name, value in equal.items():
            if name in parts:
                wanted = value
                if name == varied and isinstance(value, Slot):
                    wanted = Slot(value.name, _element(value.annotation))
                self._check_value(name, wanted, parts[name])
        if operator_field is not None and operator_field in parts:
            self._check_operator(operator_field, operator, parts[operator_field])

    def _parts(self) -> dict[str, Scalar]:
        parts: dict[str, Scalar] = {}
        for half in (self.key.partition, self.key.sort):
            if isinstance(half, Composite):
                for component in half.components:
                    if isinstance(component, Part) and component.field != TENANT:
                        parts[component.field] = component.scalar
        return parts

    def _check_operator(self, name: str, operator: object, scalar: Scalar) -> None:
        slot = operator if isinstance(operator, Slot) else None
        starts = slot is not None and slot.annotation is StartsWith
        if (starts or isinstance(operator, StartsWith)) and not scalar.text_prefixable:
            self.refuse(
                "pattern.prefix_of_non_text",
                f"{name!r} ({scalar.kind}) is not text, and only text begins with something",
                "Use a Range",
            )
        elif slot is not None:
            element = str if starts else next(iter(get_args(slot.annotation)), None)
            self._check_value(name, Slot(slot.name, element), scalar)
        bounds = as_range(operator)
        if bounds is not None:
            for end in (bounds.start, bounds.end):
                if end is not None:
                    self._check_value(name, end, scalar)

    def _check_value(self, name: str, value: object, scalar: Scalar) -> None:
        if isinstance(value, Slot):
            if scalar_of(required_type(value.annotation)) != scalar:
                shown = getattr(value.annotation, "__name__", str(value.annotation))
                given = "no type" if value.annotation is None else f"type {shown}"
                self.refuse(
                    "pattern.argument_type",
                    f"what is given as {value.name!r} has {given}, and {name!r} in {self.key} is "
                    f"of kind {scalar.kind}",
                    f"Annotate {value.name!r} with the type of the field",
                )
        elif value is not None:
            try:
                scalar.encode(value, field=name)
            except InputError as error:
                self.refuse("pattern.constant", str(error), "Give a value of the field's type")

    def _check_arguments_used(self) -> None:
        used = set(_slots(self.asked.given.values()))
        used |= self.filter_slots
        for parameter in self.parameters:
            if parameter.name not in used:
                self.refuse(
                    "pattern.unused_argument",
                    f"argument {parameter.name!r} is not used in the question",
                    "Use it, or take it out",
                )

    def _check_query(self, query: Query[Any]) -> None:
        if query.consistently and self.key.place.kind in ("global", "inverted"):
            self.refuse(
                "pattern.consistent_on_global",
                f"{self.key} is on global index {self.key.place}, which is read eventually "
                "consistently only",
                "Ask the primary key, or drop .consistent()",
            )
        self.refusals.extend(view_refusals(self.where, query))
        self.refusals.extend(collection_refusals(self.where, self.table, query))


def _element(annotation: object) -> object:
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return next(iter(get_args(annotation)), None)
    return None


def _slots(values: Iterable[object]) -> Sequence[str]:
    names: list[str] = []
    for value in values:
        if isinstance(value, Slot):
            names.append(value.name)
        bounds = as_range(value)
        if bounds is not None:
            names.extend(_slots((bounds.start, bounds.end)))
        elif isinstance(value, StartsWith):
            names.extend(_slots((value.text,)))
    return names
