"""Every question that can be asked of a data set, each with its answer in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Generic, TypeVar

from tabledesign import Range
from tabledesign.schema.entity import Entity
from tabledesign.todo.entities import Status
from tabledesign.todo.row import Row

from .dataset import Dataset, members_in

__all__ = ["Question", "Span", "of_ids", "of_list", "of_user", "spans"]

Moment = TypeVar("Moment", date, datetime)


@dataclass(frozen=True, slots=True)
class Question:
    """A pattern, its arguments, and the entities that answer it, in their order."""

    pattern: str
    arguments: Mapping[str, object]
    expected: Sequence[Entity | None]


@dataclass(frozen=True, slots=True)
class Span(Generic[Moment]):
    """A range, and what it means spelled out: an end is open for None."""

    low: Moment | None
    high: Moment | None
    with_low: bool = True
    with_high: bool = True

    def asked(self) -> Range[Moment]:
        """The range as an argument."""
        return Range(self.low, self.high, include_start=self.with_low, include_end=self.with_high)

    def holds(self, value: Moment | None) -> bool:
        """Whether a row with the value answers."""
        if value is None:
            return False
        if self.low is not None and not (value > self.low or (self.with_low and value == self.low)):
            return False
        return self.high is None or value < self.high or (self.with_high and value == self.high)


def spans(values: Sequence[Moment], random: Random, *, most: int = 11) -> list[Span[Moment]]:
    """Each kind of end with its edge exactly on a value, and two ranges with no value at an end.

    ``values`` are those that are there, ``most`` of the kinds are drawn. A long partition gets
    fewer, and a very long one narrow ones, since the embedded engine looks at all of it for each
    request.
    """
    if not values:
        return []
    ordered = sorted(set(values))
    at = random.randrange(len(ordered))
    low, high = ordered[at], ordered[min(len(ordered) - 1, at + random.randrange(1, 20))]
    beside = timedelta(days=1)
    if len(values) > 500:
        near, far = ordered[min(30, len(ordered) - 1)], ordered[max(-30, -len(ordered))]
        inside = low < high
        chosen: list[Span[Moment]] = [
            Span(low, high, with_low=not inside),
            Span(far, None, with_low=False),
            Span(None, near, with_high=random.random() < 0.5),
        ]
        return chosen
    found: list[Span[Moment]] = [
        Span(low, high),
        Span(low, None),
        Span(low, None, with_low=False),
        Span(None, low),
        Span(None, low, with_high=False),
        Span(None, None),
        Span(low - beside, high + beside),
        Span(ordered[-1] + beside, None),
        Span(low, high, with_low=False),
        Span(low, high, with_high=False),
        Span(low, high, with_low=False, with_high=False),
    ]
    if len(values) > 5:
        most = min(most, 4 if len(values) <= 50 else 2)
    return found if most >= len(found) else random.sample(found, most)


def of_user(data: Dataset, user: str, random: Random, *, most: int = 11) -> Iterator[Question]:
    """All patterns that are asked with a user; of a range's kinds ``most``."""
    oracle = data.oracle

    def tasks(pattern: str, rows: list[Row], **arguments: object) -> Question:
        return Question(pattern, {"user_id": user, **arguments}, data.tasks_in(rows))

    yield Question("user", {"user_id": user}, [data.users[user]])
    email = data.users[user].email
    if email is not None:
        found = [] if data.users[user].deleted_at else [data.users[user]]
        yield Question("user_by_email", {"email": email}, found)
    own, done = oracle.tasks_by_user(user), oracle.completed_tasks_by_user(user)
    yield tasks("tasks_of_user", own)
    yield tasks("open_tasks", oracle.open_tasks_by_user(user))
    yield tasks("completed_tasks", done)
    for period in spans([row.completed_at for row in done if row.completed_at], random, most=most):
        rows = [row for row in done if period.holds(row.completed_at)]
        yield tasks("completed_within", rows, period=period.asked())
    days = [row.due for row in own if row.due]
    for span in spans(days, random, most=most):
        rows = [row for row in oracle.tasks_by_due_of_user(user) if span.holds(row.due)]
        yield tasks("tasks_due", rows, due=span.asked())
    waiting = [row.due for row in oracle.open_tasks_by_user(user) if row.due]
    for day in sorted({*days[len(days) // 2 :][:1], *waiting[-1:]}):
        for today in (day, day + timedelta(days=1)):
            yield tasks("overdue_tasks", oracle.overdue(user, before=today), today=today)
    memberships = members_in(oracle.lists_of(user))
    yield Question("lists_of_user", {"user_id": user}, memberships)
    assigned = data.tasks_in(oracle.assigned_to(user))
    yield Question("assigned_tasks", {"assignee": user}, assigned)


def of_list(data: Dataset, list_id: str, random: Random) -> Iterator[Question]:
    """All patterns that are asked with a list."""
    oracle = data.oracle
    whole = {"list_id": list_id}
    rows = oracle.tasks_of_list(list_id)
    members = members_in(oracle.members_of(list_id))
    yield Question("list_by_id", whole, [data.lists[list_id]])
    yield Question("members_of_list", whole, members)
    yield Question("access_of_list", whole, data.records_of(list_id))
    yield Question("tasks_of_list", whole, data.tasks_in(rows))
    yield Question("board", whole, [data.lists[list_id], *members, *data.tasks_in(rows)])
    for status in Status:
        found = data.tasks_in(oracle.tasks_of_list_by_status(list_id, status.value))
        yield Question("tasks_of_list_by_status", {**whole, "status": status}, found)
    for span in spans([row.due for row in rows if row.due], random):
        due = [row for row in oracle.tasks_of_list_by_due(list_id) if span.holds(row.due)]
        yield Question("tasks_of_list_due", {**whole, "due": span.asked()}, data.tasks_in(due))


def of_ids(data: Dataset, random: Random, *, count: int) -> Iterator[Question]:
    """All patterns that are asked with ids, some of them of nothing; and the directory."""
    ids = random.sample(sorted(data.tasks), min(count, len(data.tasks)))
    for task_id in ids[:20]:
        yield Question("task", {"task_id": task_id}, [data.tasks[task_id]])
        yield Question("task", {"task_id": f"{task_id}#"}, [])
    asked = [*ids, f"{ids[0]}0", ids[0]]
    found = [data.tasks.get(task_id) for task_id in asked]
    yield Question("tasks_by_id", {"task_ids": asked}, found)
    lists = [*data.lists, "no such list"]
    yield Question("lists_by_id", {"list_ids": lists}, [data.lists.get(each) for each in lists])
    users = [user for user in data.users.values() if user.deleted_at is None]
    directory = sorted(users, key=lambda user: (user.name, user.user_id))
    yield Question("users", {}, directory)
    yield Question("deletions", {}, data.deletions())
