"""Arguments for every access pattern, chosen from the data so that each has an answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range
from tabledesign.patterns.plan import Plan
from tabledesign.todo import Status
from tabledesign.todo.enrichment import user_facts
from tabledesign.todo.roster import Roster
from tabledesign.todo.row import Row

__all__ = ["Samples"]

_A_SCREENFUL = 30


class Samples:
    """One user, one list, a few tasks and a month that between them answer everything.

    The user is the one who comes closest to a screenful of tasks among those with open, overdue,
    completed and assigned ones; the list likewise. Plain Python over the rows: nothing is asked.
    """

    def __init__(self, rows: Iterable[Row], roster: Roster, *, seed: str) -> None:
        self.of_user: defaultdict[str, list[Row]] = defaultdict(list)
        self.of_list: defaultdict[str, list[Row]] = defaultdict(list)
        self.assigned: Counter[str] = Counter()
        self._roster = roster
        for row in rows:
            self.of_user[row.user].append(row)
            self.of_list[row.list].append(row)
            self.assigned[row.assignee or ""] += 1
        # The data ends somewhere in the past: its last day is the demo's today.
        last = max(row.created_at for each in self.of_list.values() for row in each)
        self.today = last.date()
        self.user = self._user()
        self.list = self._list()
        self.email = user_facts(self.user, seed).email
        # Whoever of the file is no member yet; the list's owner lets them in.
        strangers = sorted(self.of_user.keys() - roster.users(self.list))
        self.owner, self.guest = roster.team(self.list)[0], (strangers or [self.user])[0]

    def arguments(self, plan: Plan) -> dict[str, object]:
        """The arguments of one pattern; raises `InputError` for a name the samples do not know."""
        known = self._known(plan.name)
        missing = [p.name for p in plan.parameters if p.name not in known]
        if missing:
            raise InputError(
                f"the demo has no sample for {missing[0]!r} of {plan.name}; add one to its samples",
                code="demo.sample",
            )
        return {p.name: known[p.name] for p in plan.parameters}

    def _known(self, pattern: str) -> Mapping[str, object]:
        tasks = sorted(self.of_user[self.user], key=lambda row: row.id)
        of_list = pattern == "tasks_of_list_due"
        return {
            "user_id": self.user,
            "assignee": self.user,
            "email": self.email,
            "today": self.today,
            "task_id": self.open_task().id,
            "task_ids": [row.id for row in tasks[:3]],
            "list_id": self.list,
            "list_ids": sorted(self.of_list)[:3],
            "status": Status.DOING,
            "due": _busiest_month(self.of_list[self.list] if of_list else tasks),
            "period": _busiest_year(tasks),
        }

    def open_task(self) -> Row:
        """A task of the user that can be completed."""
        tasks = [row for row in self.of_user[self.user] if row.completed_at is None and row.due]
        return min(tasks, key=lambda row: (row.due, row.id))

    def _user(self) -> str:
        fitting = {
            user: len(rows)
            for user, rows in self.of_user.items()
            if self.assigned[user] > 1
            and any(row.completed_at for row in rows)
            and sum(self._overdue(row) for row in rows) > 1
        }
        return _nearest(fitting, "user")

    def _list(self) -> str:
        fitting = {
            name: len(rows)
            for name, rows in self.of_list.items()
            if {row.status for row in rows} == {"todo", "doing", "done"}
            and any(row.due for row in rows)
            and len(self._roster.users(name)) > 1
        }
        return _nearest(fitting, "list")

    def _overdue(self, row: Row) -> bool:
        return row.completed_at is None and row.due is not None and row.due < self.today


def _nearest(sizes: Mapping[str, int], what: str) -> str:
    if not sizes:
        raise InputError(
            f"no {what} of the file has tasks of every kind; give the demo a larger file",
            code="demo.file",
        )
    return min(sizes, key=lambda name: (abs(sizes[name] - _A_SCREENFUL), name))


def _busiest_month(rows: Iterable[Row]) -> Range[date]:
    months = Counter(row.due.replace(day=1) for row in rows if row.due)
    first = min(months, key=lambda month: (-months[month], month))
    following = (first + timedelta(days=31)).replace(day=1)
    return Range(first, following - timedelta(days=1))


def _busiest_year(rows: Iterable[Row]) -> Range[datetime]:
    years = Counter(row.completed_at.year for row in rows if row.completed_at)
    year = min(years, key=lambda year: (-years[year], year))
    return Range(
        datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC), include_end=False
    )
