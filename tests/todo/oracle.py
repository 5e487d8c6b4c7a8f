"""What every question about tasks must answer, by filtering and sorting plain lists of rows.

It knows nothing of keys, indexes or requests, so that a mistake would have to be made twice to
stay hidden. Text sorts by code point, which is the order of its UTF-8 bytes. Rows come in with a
status (`as_given` or enriched); where a due date is absent, it sorts last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from tabledesign.todo.roster import Membership
from tabledesign.todo.row import Row, Status

__all__ = ["Oracle", "ids"]


def ids(rows: Iterable[Row]) -> list[str]:
    """The rows' ids in their order."""
    return [row.id for row in rows]


class Oracle:
    """All rows and members in memory, filed under the id a question names."""

    def __init__(self, rows: Iterable[Row], *, members: Iterable[Membership] = ()) -> None:
        self.by_id: dict[str, Row] = {}
        self._of_user: defaultdict[str, list[Row]] = defaultdict(list)
        self._of_list: defaultdict[str, list[Row]] = defaultdict(list)
        self._assigned: defaultdict[str, list[Row]] = defaultdict(list)
        self._members: defaultdict[str, list[Membership]] = defaultdict(list)
        self._lists: defaultdict[str, list[Membership]] = defaultdict(list)
        for row in rows:
            if row.status is None or row.id in self.by_id:
                raise ValueError(f"line {row.line}: a row needs a status and an id of its own")
            self.by_id[row.id] = row
            self._of_user[row.user].append(row)
            self._of_list[row.list].append(row)
            if row.assignee is not None:
                self._assigned[row.assignee].append(row)
        for member in members:
            self._members[member.list_id].append(member)
            self._lists[member.user_id].append(member)

    def users(self) -> list[str]:
        """All users with tasks, assignments or memberships."""
        return sorted({*self._of_user, *self._assigned, *self._lists})

    def lists(self) -> list[str]:
        """All lists with tasks or members."""
        return sorted({*self._of_list, *self._members})

    def tasks_by_user(self, user: str) -> list[Row]:
        """By due date, absent last, then id."""
        return sorted(self._of_user.get(user, ()), key=_due_or_last)

    def open_tasks_by_user(self, user: str) -> list[Row]:
        """Not completed, by due date, absent last, then id."""
        return [row for row in self.tasks_by_user(user) if row.completed_at is None]

    def completed_tasks_by_user(
        self, user: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Row]:
        """Completed within the period, both ends included, latest first, then by id backwards."""
        found = [
            (row.completed_at, row.id, row)
            for row in self._of_user.get(user, ())
            if row.completed_at is not None
            and (since is None or since <= row.completed_at)
            and (until is None or row.completed_at <= until)
        ]
        return [row for _, _, row in sorted(found, key=lambda each: each[:2], reverse=True)]

    def tasks_by_due_of_user(
        self, user: str, *, first: date | None = None, last: date | None = None
    ) -> list[Row]:
        """In whatever state, due within the range, both ends included, by due date and id."""
        return _due_within(self._of_user.get(user, ()), first, last)

    def overdue(self, user: str, *, before: date) -> list[Row]:
        """Open and due before the day, by due date and id."""
        return [row for row in self.open_tasks_by_user(user) if row.due and row.due < before]

    def tasks_of_list(self, list_id: str) -> list[Row]:
        """By status (doing, done, todo: as text sorts), then id."""
        return sorted(self._of_list.get(list_id, ()), key=lambda row: (row.status or "", row.id))

    def tasks_of_list_by_status(self, list_id: str, status: Status) -> list[Row]:
        """Those in one status, by id."""
        return [row for row in self.tasks_of_list(list_id) if row.status == status]

    def tasks_of_list_by_due(
        self, list_id: str, *, first: date | None = None, last: date | None = None
    ) -> list[Row]:
        """In whatever state, due within the range, both ends included, by due date and id."""
        return _due_within(self._of_list.get(list_id, ()), first, last)

    def assigned_to(self, user: str) -> list[Row]:
        """In whatever state, by due date, absent last, then id."""
        return sorted(self._assigned.get(user, ()), key=_due_or_last)

    def members_of(self, list_id: str) -> list[Membership]:
        """By user id."""
        return sorted(self._members.get(list_id, ()), key=lambda member: member.user_id)

    def lists_of(self, user: str) -> list[Membership]:
        """Owned and shared, by list id."""
        return sorted(self._lists.get(user, ()), key=lambda member: member.list_id)


def _due_or_last(row: Row) -> tuple[bool, date, str]:
    return (row.due is None, row.due or date.max, row.id)


def _due_within(rows: Iterable[Row], first: date | None, last: date | None) -> list[Row]:
    found = [
        row
        for row in rows
        if row.due is not None
        and (first is None or first <= row.due)
        and (last is None or row.due <= last)
    ]
    return sorted(found, key=_due_or_last)
