"""Who belongs to which list, and as what: derived from a seed and the users a list's rows name.

The owner must be one, whatever the order of rows; so it is the user whose hash ranks first among
all users of the list, and these have to be collected before the first answer. Memory grows with
users and lists, never with rows. The rule stands in :mod:`tabledesign.todo.enrichment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Final, Literal

from tabledesign.dataclass import dataclass
from tabledesign.todo.draws import Draws
from tabledesign.todo.enrichment import enrich_row
from tabledesign.todo.row import Row

__all__ = ["TEAM_SIZE", "ListRole", "Membership", "Roster", "membership", "team_of"]

ListRole = Literal["owner", "editor", "viewer"]

TEAM_SIZE: Final = 13
"""The owner and the first twelve editors, from whom assignees are drawn."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One user's place in one list."""

    list_id: str
    user_id: str
    role: ListRole


def team_of(list_id: str, users: Iterable[str], seed: str) -> tuple[str, ...]:
    """A list's owner and its first editors: the users whose hash ranks first, in that order."""
    ranked = ((Draws(seed, "rank", list_id, user).digest, user) for user in users)
    return tuple(user for _, user in nsmallest(TEAM_SIZE, ranked))


def membership(list_id: str, user_id: str, seed: str, *, team: Sequence[str]) -> ListRole:
    """A member's role in a list; exactly the first of the team owns it.

    >>> team = team_of("home", ["ann", "bob"], "demo")
    >>> [membership("home", user, "demo", team=team) for user in team]
    ['owner', 'editor']
    """
    if user_id in team:
        return "owner" if user_id == team[0] else "editor"
    return Draws(seed, "member", list_id, user_id).pick(0, ("viewer", "editor", "editor"))


class Roster:
    """Who is named by the rows of each list, and from that each list's members and team.

    Memory grows with pairs of list and user (5,893 users on 45 lists: about 1 MB), not with rows.

    >>> from datetime import UTC, datetime
    >>> roster = Roster("demo")
    >>> roster.see(Row(line=1, id="t1", list="home", user="ann", title="", completed_by="bob",
    ...                created_at=datetime(2026, 11, 23, 8, tzinfo=UTC)))
    >>> sorted(roster.users("home"))
    ['ann', 'bob']
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._users: dict[str, set[str]] = {}
        self._teams: dict[str, tuple[str, ...]] = {}

    def see(self, row: Row) -> None:
        """Take note of the users a row names, as the file gives it (before enrichment)."""
        users = self._users.setdefault(row.list, set())
        named = {user for user in (row.user, row.completed_by, row.assignee) if user is not None}
        if not named <= users:
            users |= named
            self._teams.pop(row.list, None)

    def lists(self) -> list[str]:
        """The ids of all lists, in order."""
        return sorted(self._users)

    def users(self, list_id: str) -> frozenset[str]:
        """All members of a list."""
        return frozenset(self._users.get(list_id, ()))

    def team(self, list_id: str) -> tuple[str, ...]:
        """The owner and first editors of a list."""
        if list_id not in self._teams:
            self._teams[list_id] = team_of(list_id, self._users.get(list_id, ()), self._seed)
        return self._teams[list_id]

    def members(self, list_id: str) -> Iterator[Membership]:
        """All members of a list with their roles, by user id."""
        team = self.team(list_id)
        for user in sorted(self._users.get(list_id, ())):
            role = membership(list_id, user, self._seed, team=team)
            yield Membership(list_id, user, role)

    def enrich(self, row: Row) -> Row:
        """The row with what it lacks, once every row has been seen."""
        return enrich_row(row, self._seed, team=self.team(row.list))
