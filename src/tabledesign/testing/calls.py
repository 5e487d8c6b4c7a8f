"""Calls of a repository as values: what is called, and which outcomes the model can explain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError, NotFound, NotUnique, RequestError
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.testing.clients import Crashed, Raised, Seen
from tabledesign.testing.expiry import alive
from tabledesign.testing.model import Answer, Identified, Row, Rows, answer, identify
from tabledesign.testing.outcomes import Errors
from tabledesign.testing.showing import shown

__all__ = ["Ask", "Call", "Expected", "How", "Moment", "ReadBack", "Write", "explain"]

How = Literal["all", "count", "first", "one", "page"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a call is judged by: the time, whether faults are about, whether indexes lag.

    ``together`` says that other calls ran at the same time. ``versions`` are all that an item
    ever was; a lagging index may still hold any of them.
    """

    now: datetime
    faults: bool = False
    lag: bool = False
    together: bool = False
    versions: dict[Identified, list[Entity]] = field(default_factory=dict[Identified, list[Entity]])


@dataclass(frozen=True, slots=True)
class Expected:
    """What a write must do to these rows: give a value or raise an error, and what is then there.

    ``value`` of None is not compared. Where ``errors`` are given, the error must be exactly one
    of them, and name the step, or the two steps, that it belongs to.
    """

    after: Rows
    value: object = None
    error: type[BaseException] | tuple[type[BaseException], ...] | None = None
    errors: Errors = field(default_factory=dict[tuple[str, ...], set[type[BaseException]]])

    @property
    def fails(self) -> bool:
        """Whether the write must not succeed."""
        return self.error is not None or bool(self.errors)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What an update leaves, where that is read after it: others may have written since."""

    entity: Entity | None


@dataclass(frozen=True, slots=True)
class Write:
    """One write: ``arguments`` are what the repository's method is called with."""

    client: int
    verb: str
    arguments: tuple[Any, ...]
    run: Callable[[Any], object] = field(repr=False, compare=False)
    expect: Callable[[Rows, str | None, datetime], Expected] = field(repr=False, compare=False)
    split: Callable[[Seen], list[tuple[Write, Seen]]] = field(repr=False, compare=False)

    def __str__(self) -> str:
        given = ", ".join(map(shown, self.arguments))
        return f"client {self.client}: {self.verb}({given})"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, by the pattern's name; ``walk`` numbers the walk that a page belongs to."""

    client: int
    pattern: str
    arguments: Mapping[str, Any]
    how: How = "all"
    limit: int | None = None
    walk: int | None = None
    cursor: str | None = field(default=None, repr=False)

    def run(self, repository: Repository) -> object:
        """Ask the repository; a list, a number, an entity or a page."""
        question: Any = getattr(repository, self.pattern)(**self.arguments)
        if self.how == "page":
            return question.page(limit=self.limit, cursor=self.cursor)
        if self.how == "all":
            return question.all() if hasattr(question, "all") else list(question)
        return getattr(question, self.how)()

    def __str__(self) -> str:
        given = ", ".join(f"{name}={shown(value)}" for name, value in self.arguments.items())
        limit = "" if self.limit is None else f"limit={self.limit}"
        walk = "" if self.walk is None else f"  # walk {self.walk}"
        return f"client {self.client}: {self.pattern}({given}).{self.how}({limit}){walk}"


Call = Write | Ask


def explain(
    call: Call,
    rows: Rows,
    seen: Seen,
    *,
    tenant: str | None,
    requests: int,
    moment: Moment,
    repository: type[Repository],
) -> Iterator[Rows]:
    """Every state the call may have left, if what was seen can be explained by these rows."""
    error = seen.error if isinstance(seen, Raised) else None
    if isinstance(error, InputError):
        # A value that cannot stand in a key, a change that an index forbids: nothing is done.
        if error.code != "transaction.same_item" or (
            isinstance(call, Write)
            and _names_a_failure(error, call.expect(rows, tenant, moment.now))
        ):
            yield rows
        return
    if moment.faults and error is not None and _is_fault(error):
        yield rows
        if isinstance(call, Write) and _may_be_applied(error):
            expected = call.expect(rows, tenant, moment.now)
            if not expected.fails:
                yield expected.after
        return
    if isinstance(call, Write):
        expected = call.expect(rows, tenant, moment.now)
        if _matches(seen, expected, moment):
            yield expected.after
    elif _answers(
        call,
        rows,
        seen,
        tenant=tenant,
        requests=requests,
        moment=moment,
        repository=repository,
    ):
        yield rows


def _is_fault(error: BaseException) -> bool:
    return isinstance(error, Crashed) or (
        isinstance(error, RequestError) and error.retry in ("safe", "unknown_outcome")
    )


def _may_be_applied(error: BaseException) -> bool:
    return isinstance(error, Crashed) or getattr(error, "retry", "") == "unknown_outcome"


def _matches(seen: Seen, expected: Expected, moment: Moment) -> bool:
    if isinstance(seen, Raised):
        if expected.errors:
            return _names_a_failure(seen.error, expected)
        return expected.error is not None and isinstance(seen.error, expected.error)
    if expected.fails:
        return False
    return expected.value is None or _is_left(seen.value, expected.value, moment)


def _names_a_failure(error: BaseException, expected: Expected) -> bool:
    """Whether a step fails so in the model, and the error names that step."""
    details: Mapping[str, Any] = getattr(error, "details", {})
    named: Iterable[str] = details.get("steps", ()) if isinstance(error, InputError) else ()
    names = tuple(named) or tuple(details[each] for each in ("step",) if each in details)
    return type(error) in expected.errors.get(names, ())


def _is_left(value: Any, expected: object, moment: Moment) -> bool:
    if isinstance(expected, Mapping):
        wanted = cast("Mapping[str, object]", expected)
        if not isinstance(value, Mapping):
            return False
        given = cast("Mapping[str, object]", value)
        return list(given) == list(wanted) and all(
            _is_left(given[name], each, moment) for name, each in wanted.items()
        )
    if isinstance(expected, ReadBack):
        if value is None:
            return moment.together or moment.faults
        return value == expected.entity or (
            moment.together
            and identify(None, value) == identify(None, cast("Any", expected.entity))
        )
    return bool(value == expected)


def _answers(
    call: Ask,
    rows: Rows,
    seen: Seen,
    *,
    tenant: str | None,
    requests: int,
    moment: Moment,
    repository: type[Repository],
) -> bool:
    plan = repository.__patterns__[call.pattern].plan
    if moment.lag and plan.place.kind in ("global", "inverted"):
        return _was_true_once(seen, rows, tenant, moment)
    own = [row for at, row in rows.items() if at.tenant == tenant and alive(row, moment.now)]
    answered = answer(own, plan.asked, call.arguments)
    items = [_as_asked(row, plan.view) for row in answered.rows]
    if isinstance(seen, Raised):
        wanted: type[BaseException] | None = None
        if call.how == "one":
            wanted = NotFound if not items else NotUnique if len(items) > 1 else None
        return wanted is not None and isinstance(seen.error, wanted)
    if call.how == "count":
        return requests > 1 or seen.value == len(items)
    if call.how in ("first", "one"):
        return _is_first(seen.value, items, answered, unique=call.how == "one")
    if call.how == "page":
        page = cast("Any", seen.value)
        return not page.unreadable and (requests > 1 or all(item in items for item in page.items))
    return requests > 1 or _same(cast("list[object]", seen.value), items, answered)


def _as_asked(row: Row | None, view: type[Any] | None) -> object:
    if row is None or view is None:
        return None if row is None else row.entity
    return view(**{name: getattr(row.entity, name) for name in view.model_fields})


def _is_first(value: object, items: list[object], answered: Answer, *, unique: bool) -> bool:
    if not items or items == [None]:
        return value is None and not unique
    if unique and len(items) > 1:
        return False
    first = answered.places[0]
    tied = [item for item, at in zip(items, answered.places) if at == first or not answered.ordered]
    return value in tied


def _same(given: list[object], items: list[object], answered: Answer) -> bool:
    """The same items; in the same order, but where several have one place."""
    if len(given) != len(items):
        return False
    if given == items:
        return True
    rest = list(zip(items, answered.places))
    for position, item in enumerate(given):
        wanted = answered.places[position]
        match = next(
            (
                pair
                for pair in rest
                if pair[0] == item and (not answered.ordered or pair[1] == wanted)
            ),
            None,
        )
        if match is None:
            return False
        rest.remove(match)
    return True


def _was_true_once(seen: Seen, rows: Rows, tenant: str | None, moment: Moment) -> bool:
    """A lagging index may show what was, never what never was, and no item twice."""
    if isinstance(seen, Raised):
        return isinstance(seen.error, NotFound | NotUnique)
    value: Any = seen.value
    items = getattr(value, "items", value)
    if not isinstance(items, list | tuple):
        items = [] if items is None or isinstance(items, int) else [items]
    ever = [
        each for at, versions in moment.versions.items() if at.tenant == tenant for each in versions
    ]
    ever += [row.entity for at, row in rows.items() if at.tenant == tenant]
    entities = [item for item in cast("list[Any]", items) if isinstance(item, Entity)]
    if len({identify(tenant, entity) for entity in entities}) < len(entities):
        return False
    return all(entity in ever for entity in entities)
