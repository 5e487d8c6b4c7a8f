"""The dispatcher: each record to the handler of its entity, in order, until one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from tabledesign import clock as real
from tabledesign.codec import Unreadable
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.deadline import Deadline, LambdaContext
from tabledesign.engine.protocol import Clock
from tabledesign.errors import Refusal
from tabledesign.observing.observer import Observer
from tabledesign.observing.seen import Seen, fault_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.refusals import report
from tabledesign.schema.table import Table
from tabledesign.streams.event import BOTH_IMAGES, Delivered, View, records_of
from tabledesign.streams.failures import Attempts, is_passing
from tabledesign.streams.reading import Named, named, read, tenant_of
from tabledesign.streams.record import Poison, Reason, StreamRecord
from tabledesign.streams.report import BatchReport

__all__ = ["Handler", "On", "Streams"]

E = TypeVar("E", bound=Entity)

Handler = Callable[[StreamRecord[E]], None]

WATCHED: Final = Observer()

_FIGURES: Final = ("handled", "ignored", "unknown", "poisoned", "left")
_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class On(Generic[E]):
    """One entity and what is done about its records: ``On(Task, told)``."""

    entity: type[E]
    handler: Handler[E]


class Streams:
    """A Lambda function's handler for the stream of one table: ``Streams(table, [On(Task, f)])``.

    Records are handled in the order they were written. At the first that fails, or when the time
    is up, it stops and names that one: Lambda delivers it and all after it again, so a handler
    meets a record at least once and no record of an item before an earlier one.

    A record that cannot be read is handed to ``poison`` at once, one whose handler failed
    ``attempts`` times too, unless by what passes (throttling, no time); then the next is handled.
    Without ``poison``, or where it raises, the record stays failed and is Lambda's to deal with.
    ``told`` is given a `BatchReport` of each event, and ``observer`` writes a line about it. Raises
    `DesignError` for a ``view`` without both images, an entity of another table and two handlers
    of one entity.
    """

    def __init__(
        self,
        table: Table,
        handlers: Sequence[On[Any]],
        *,
        view: View = BOTH_IMAGES,
        attempts: int = 3,
        poison: Callable[[Poison], object] | None = None,
        told: Callable[[BatchReport], object] | None = None,
        clock: Clock = real,
        observer: Observer = WATCHED,
    ) -> None:
        report(list(_refusals(table, handlers, view, attempts)))
        self.table = table
        self.view = view
        self._handlers: Mapping[type[Entity], Handler[Any]] = {
            each.entity: each.handler for each in handlers
        }
        self._attempts = attempts
        self._poison = poison
        self._told = told
        self._clock = clock
        self._observer = observer
        self._failures = Attempts()

    @property
    def entities(self) -> tuple[type[Entity], ...]:
        """The entities that have a handler."""
        return tuple(self._handlers)

    def __call__(self, event: object, context: LambdaContext) -> dict[str, Any]:
        """Handle the event; gives ``batchItemFailures`` as Lambda takes it.

        Raises `InputError` for an event that is none of such a stream.
        """
        with self._observer.watching(str(getattr(context, "aws_request_id", ""))) as seen:
            seen.about = f"stream {self.table.name}"
            found = self._read(event, Deadline.from_lambda(context, clock=self._clock))
            _tell(seen, found)
            if self._told is not None:
                self._told(found)
        failed = [] if found.failed is None else [{"itemIdentifier": found.failed}]
        return {"batchItemFailures": failed}

    def _read(self, event: object, deadline: Deadline) -> BatchReport:
        records = records_of(event)
        counted = _Counted()
        for place, record in enumerate(records):
            fault = "deadline"
            if deadline.left(self._clock.now()):
                fault = self._handled(record, deadline, counted)
            if fault:
                counted.failed, counted.fault = record.sequence_number, fault
                counted.left = len(records) - place
                break
        return counted.report()

    def _handled(self, record: Delivered, deadline: Deadline, counted: _Counted) -> str:
        """Deal with one record; gives why it has to come again, or ''."""
        about = named(self.table, record)
        if about.entity is None and not about.kept:
            counted.saw_unknown(about.name)
            return ""
        handler = None if about.entity is None else self._handlers.get(about.entity)
        if about.entity is None or handler is None:
            counted.ignored += 1
            return ""
        try:
            read_record = read(about.entity, self.table, record, deadline)
        except (Unreadable, ValueError) as error:
            return self._poisoned(record, about, deadline, counted, ("unreadable", str(error), 0))
        try:
            handler(read_record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the record has not been handled
            fault = fault_of(error)
            tries = 0 if is_passing(error) else self._failures.failed(record.event_id)
            if tries < self._attempts:
                return fault
            return self._poisoned(record, about, deadline, counted, ("handler", fault, tries))
        self._failures.forget(record.event_id)
        counted.handled += 1
        return ""

    def _poisoned(
        self,
        record: Delivered,
        about: Named,
        deadline: Deadline,
        counted: _Counted,
        why: tuple[Reason, str, int],
    ) -> str:
        reason, fault, attempts = why
        if self._poison is None:
            return reason
        told = Poison(
            reason=reason,
            fault=fault,
            attempts=attempts,
            entity=about.name,
            tenant=tenant_of(self.table, record),
            event_id=record.event_id,
            sequence_number=record.sequence_number,
            at=record.at,
            deadline=deadline,
            record=record.whole,
        )
        try:
            self._poison(told)
        except Exception as error:  # noqa: BLE001 - not parked, so it must not be passed
            return fault_of(error)
        self._failures.forget(record.event_id)
        counted.poisoned += 1
        return ""


def _tell(seen: Seen, found: BatchReport) -> None:
    seen.figures.update({name: getattr(found, name) for name in _FIGURES})
    seen.status = 200 if found.fault is None else 503 if found.fault == "deadline" else 500
    seen.error = found.fault
    if found.names:
        seen.more["unknown_names"] = list(found.names)


@dataclass(slots=True)
class _Counted:
    handled: int = 0
    ignored: int = 0
    unknown: int = 0
    poisoned: int = 0
    left: int = 0
    names: set[str] = field(default_factory=set[str])
    failed: str | None = None
    fault: str | None = None

    def saw_unknown(self, name: str | None) -> None:
        """Count it; a name is told where it is one, and not a text somebody stored there."""
        self.unknown += 1
        if name is not None and name.isidentifier() and len(name) <= _NAME:
            self.names.add(name)

    def report(self) -> BatchReport:
        return BatchReport(
            handled=self.handled,
            ignored=self.ignored,
            unknown=self.unknown,
            poisoned=self.poisoned,
            left=self.left,
            names=tuple(sorted(self.names)),
            failed=self.failed,
            fault=self.fault,
        )


def _refusals(
    table: Table, handlers: Sequence[On[Any]], view: str, attempts: int
) -> Iterator[Refusal]:
    where = f"the stream of table {table.name!r}"
    if view != BOTH_IMAGES:
        yield Refusal(
            "streams.view",
            where,
            f"a view of {view} lacks an image, and a handler is told the entity before and after",
            f"Set the table's StreamViewType to {BOTH_IMAGES}",
        )
    if attempts < 1:
        yield Refusal(
            "streams.attempts", where, "no attempt is left for a handler", "Give 1 or more"
        )
    seen = [each.entity for each in handlers]
    for entity in dict.fromkeys(seen):
        if getattr(entity, "__table__", None) is not table:
            yield Refusal(
                "streams.foreign_entity",
                where,
                f"{entity.__name__} does not live in it",
                "Give the Streams of its own table the handler",
            )
        if seen.count(entity) > 1:
            yield Refusal(
                "streams.two_handlers",
                where,
                f"{entity.__name__} has {seen.count(entity)} handlers, of which one may fail "
                "after another has been carried out",
                "Give it one that calls both",
            )
