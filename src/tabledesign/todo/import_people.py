"""The users, lists and members that the rows of a file name, as entities to be written."""

from __future__ import annotations

from collections.abc import Iterator

from tabledesign.todo.enrichment import user_facts
from tabledesign.todo.entities import Member, Role, TaskList, User, UserRole
from tabledesign.todo.entity_lines import Stated
from tabledesign.todo.roster import Roster
from tabledesign.todo.row import Row, as_given

__all__ = ["People"]


class People:
    """Collects who and what the rows name; a seed gives lists members and users a name.

    Memory grows with users and lists, never with rows.

    >>> from datetime import UTC, datetime
    >>> people = People(None)
    >>> people.see(Row(line=1, id="t1", list="home", user="ann", title="",
    ...                created_at=datetime(2026, 11, 23, tzinfo=UTC)))
    >>> [type(entity).__name__ for entity in people.entities()], people.total
    (['User', 'TaskList'], 2)
    """

    def __init__(self, seed: str | None) -> None:
        self._seed = seed
        self._roster = Roster(seed or "")
        self._users: set[str] = set()
        self._lists: set[str] = set()

    @property
    def total(self) -> int:
        """How many entities there will be, members aside."""
        return len(self._users) + len(self._lists)

    def see(self, row: Row) -> None:
        """Take note of everyone a row names."""
        self._lists.add(row.list)
        self._users.update(u for u in (row.user, row.completed_by, row.assignee) if u)
        if self._seed is not None:
            self._roster.see(row)

    def completed(self, row: Row) -> Row:
        """The row with what it lacks, once every row has been seen."""
        return as_given(row) if self._seed is None else self._roster.enrich(row)

    def entities(self) -> Iterator[Stated]:
        """Users, then each list with its members, by id."""
        for user_id in sorted(self._users):
            yield self._user(user_id)
        for list_id in sorted(self._lists):
            if self._seed is None:
                yield TaskList(list_id=list_id, title=list_id)
                continue
            owner = self._roster.team(list_id)[0]
            yield TaskList(list_id=list_id, title=list_id, owner_id=owner)
            for member in self._roster.members(list_id):
                role = Role(member.role)
                yield Member(list_id=list_id, user_id=member.user_id, role=role)

    def _user(self, user_id: str) -> User:
        if self._seed is None:
            return User(user_id=user_id, name=user_id)
        facts = user_facts(user_id, self._seed)
        return User(user_id=user_id, name=facts.name, email=facts.email, role=UserRole(facts.role))
