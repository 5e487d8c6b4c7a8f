"""What a file of tasks lacks, derived from a seed: the rule behind ``--enrich SEED``.

Off unless asked for. Each derived value is a function of the seed and of ids only (BLAKE2b of
seed, purpose and ids, cut into independent draws), so neither the order of rows nor a resumed
import changes anything, and enriching twice for one team equals enriching once. What a row gives
is kept, with one exception: an eighth of the completed rows *without a status* are open again.

================ =================================================================================
status           completed: done; reopened (1 in 8 of them): doing 2 in 3, else todo, and both
                 ``completed_at`` and ``completed_by`` are dropped; open: doing 1 in 4, else todo
due              3 in 5 of the rows without: 1 to 60 days after ``created_at``; the others none
assignee         3 in 10 nobody, 3 in 10 the row's user, 4 in 10 one of the list's team (the row's
                 user where no team is given)
priority         low 1 in 5, high 1 in 5, else normal
tags             none 2 in 5, one 2 in 5, two 1 in 5, out of ten
user             a name, an email with that name and twelve hexadecimal digits of the id's hash,
                 admin 1 in 64
list             members are all users its rows name; ranked by hash the first is the owner, the
                 next twelve are editors (these thirteen are the team), of the others 1 in 3 are
                 viewers and the rest editors
================ =================================================================================

The team needs all users of a list, in any order: :class:`~tabledesign.todo.roster.Roster` collects
them in a pass of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal

from tabledesign.dataclass import dataclass, replace
from tabledesign.todo.draws import Draws
from tabledesign.todo.row import Row, Status

__all__ = ["UserFacts", "UserRole", "enrich_row", "user_facts"]

UserRole = Literal["member", "admin"]

_TAGS: Final = (
    "api", "backend", "bug", "cleanup", "docs", "perf", "question", "security", "tests", "ux",
)  # fmt: skip
_FIRST_NAMES: Final = (
    "Ada", "Aïsha", "Bruno", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hiroshi", "Inés",
    "Jakub", "Kwame", "Lucía", "Mei", "Nuño", "Ólafur", "Priya", "Quentin", "Renée", "Sofía",
    "Tomáš", "Uma", "Viktor", "Wen", "Ximena", "Yusuf", "Zoë", "Anton", "Beatriz", "Çelik",
    "Dagny", "Émile",
)  # fmt: skip
_LAST_NAMES: Final = (
    "Abara", "Åkesson", "Benítez", "Costa", "Dvořák", "Eriksen", "Fuentes", "García", "Haddad",
    "Ivanov", "Jansen", "Kaya", "Lindqvist", "Müller", "Nakamura", "Okafor", "Pérez", "Quispe",
    "Rossi", "Šimić", "Tanaka", "Ueda", "Vargas", "Weber", "Xu", "Yaşar", "Žukova", "Adeyemi",
    "Brandão", "Chen", "Diallo", "Economou",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What is derived about a user; the email is unique to the user's id."""

    name: str
    email: str
    role: UserRole


def enrich_row(row: Row, seed: str, *, team: Sequence[str] = ()) -> Row:
    """The row with what it lacks; ``team`` is the list's (``Roster.team``).

    >>> from datetime import UTC, datetime
    >>> row = Row(line=1, id="t1", list="home", user="ann", title="Feed the cat",
    ...           created_at=datetime(2026, 11, 23, 8, tzinfo=UTC))
    >>> enriched = enrich_row(row, "demo", team=["ann", "bob"])
    >>> enriched.status, enriched.priority, enriched.due, enriched.assignee, enriched.tags
    ('todo', 'normal', datetime.date(2026, 11, 29), 'bob', ('backend',))
    """
    draws = Draws(seed, "row", row.list, row.user, row.id)
    reopened = row.status is None and row.completed_at is not None and draws.chance(0, 1, 8)
    return replace(
        row,
        status=_status(row, draws, reopened=reopened),
        completed_at=None if reopened else row.completed_at,
        completed_by=None if reopened else row.completed_by,
        due=row.due or _due(row, draws),
        assignee=row.assignee or _assignee(row, draws, team),
        priority=row.priority or draws.pick(7, ("low", "normal", "normal", "normal", "high")),
        tags=row.tags or _tags(draws),
    )


def user_facts(user_id: str, seed: str) -> UserFacts:
    """A user's name, email and role.

    >>> user_facts("ann", "demo").email
    'olafur.muller.d34af488ffd0@example.com'
    """
    draws = Draws(seed, "user", user_id)
    first, last = draws.pick(0, _FIRST_NAMES), draws.pick(1, _LAST_NAMES)
    return UserFacts(
        name=f"{first} {last}",
        # example.com is kept free of real mailboxes (RFC 2606).
        email=f"{_ascii(first)}.{_ascii(last)}.{draws.hex(12)}@example.com",
        role="admin" if draws.chance(2, 1, 64) else "member",
    )


def _status(row: Row, draws: Draws, *, reopened: bool) -> Status:
    if row.status is not None:
        return row.status
    if reopened:
        return "doing" if draws.chance(1, 2, 3) else "todo"
    if row.completed_at is not None:
        return "done"
    return "doing" if draws.chance(1, 1, 4) else "todo"


def _due(row: Row, draws: Draws) -> date | None:
    if not draws.chance(2, 3, 5):
        return None
    try:
        return row.created_at.date() + timedelta(days=1 + draws.number(3, 60))
    except OverflowError:  # the calendar ends with the year 9999
        return None


def _assignee(row: Row, draws: Draws, team: Sequence[str]) -> str | None:
    share = draws.number(4, 10)
    if share < 3:
        return None
    return draws.pick(5, team) if share >= 6 and team else row.user


def _tags(draws: Draws) -> tuple[str, ...]:
    count = draws.pick(8, (0, 0, 1, 1, 2))
    first = draws.number(9, len(_TAGS))
    # The second is any but the first.
    second = (first + 1 + draws.number(10, len(_TAGS) - 1)) % len(_TAGS)
    return tuple(sorted(_TAGS[place] for place in (first, second)[:count]))


def _ascii(name: str) -> str:
    """The name in the letters every mail system takes."""
    plain = unicodedata.normalize("NFKD", name)
    return plain.encode("ascii", "ignore").decode().lower()
