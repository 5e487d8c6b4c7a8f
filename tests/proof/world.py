"""A small data set made to go wrong: ids that hold what keys are made of, and three tenants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import get_args

from tabledesign.todo import AccessEvent, AccessRecord, TaskList, User
from tabledesign.todo.entities import Role, UserRole
from tabledesign.todo.roster import ListRole, Membership
from tabledesign.todo.row import Priority, Row, Status

from .dataset import Dataset

__all__ = ["TENANTS", "world"]

TENANTS = {
    # Each with the text that its partition keys start with: two share a beginning, and one
    # holds what ends a tenant in a key.
    "t1": "t1",
    "t10": "t10",
    "t1#user": "t1%23user",
}
USERS = ("p1", "p10", "p1#", "P1", "an%n", 'a$!"~', "Zoë", "Zoe\u0308", "\U0001f600", "\uffff")
LISTS = ("home", "home#", "home#open", "Home", "l~", "${list_id}", "{list_id}", "買い物")
TITLES = (
    "",
    "Feed #1 cat",
    "${task_id}",
    "{user_id} and {{title}}",
    "\U0001f525\u0000\n",
    "é" * 40,
)
DAY = date(2026, 11, 23)
HIDDEN = [datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, 0, 1, tzinfo=UTC)]


def world(tenant: str, *, tasks: int = 60) -> Dataset:
    """The tenant's own data; the ids are the same in each, the content differs."""
    random = Random(f"world of {tenant}")
    rows = [_row(number, random) for number in range(tasks)]
    users = {
        user: User(
            user_id=user,
            name=random.choice(("Ann", "Ann#", "ann", "Ännchen")),
            email=f"{number}+{tenant}@example.com" if number % 5 else None,
            role=UserRole.ADMIN if number == 3 else UserRole.MEMBER,
            deleted_at=HIDDEN[number % 2] if number in (1, 4, 7) else None,
        )
        for number, user in enumerate(USERS)
    }
    lists = {
        each: TaskList(
            list_id=each,
            title=f"{each} of {tenant}",
            deleted_at=HIDDEN[number % 2] if number in (2, 3, 6) else None,
        )
        for number, each in enumerate(LISTS)
    }
    roles: tuple[ListRole, ...] = get_args(ListRole)
    members = [
        Membership(list_id, user, random.choice(roles))
        for list_id, user in product(LISTS, USERS)
        if random.random() < 0.4
    ]
    records = [_record(number, random) for number in range(30)]
    return Dataset(f"world of {tenant}", rows, users, lists, members, records)


def _record(number: int, random: Random) -> AccessRecord:
    # Few moments, so that several records of a list share one.
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(microseconds=random.choice((0, 1, 500_000)))
    event = random.choice(list(AccessEvent))
    return AccessRecord(
        list_id=random.choice(LISTS),
        at=at,
        record_id=f"{random.choice('#~x')}{number}",
        event=event,
        user_id=random.choice(USERS),
        role=random.choice((None, *Role)),
        by=random.choice((None, *USERS)),
        purpose=random.choice((None, "", "${purpose}")),
        expires_at=random.choice((None, at)),
    )


def _row(number: int, random: Random) -> Row:
    statuses: tuple[Status, ...] = get_args(Status)
    priorities: tuple[Priority, ...] = get_args(Priority)
    status = random.choice(statuses)
    created = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number)
    # Few instants and days, with and without a fraction of a second, so that many are equal.
    done = created.replace(hour=8, microsecond=random.choice((0, 1, 500_000)))
    return Row(
        line=number + 1,
        id=random.choice(("", "#", "%", "~", "!", "\U0001f600")) + str(number),
        list=random.choice(LISTS),
        user=random.choice(USERS[:6] if number % 2 else USERS),
        title=random.choice(TITLES),
        notes=random.choice((None, "", "a note")),
        tags=random.choice(((), ("bug",), ("ä", "bug"))),
        status=status,
        priority=random.choice(priorities),
        due=DAY + timedelta(days=random.randrange(-3, 4)) if random.random() < 0.7 else None,
        created_at=created,
        completed_at=done if status == "done" else None,
        completed_by=random.choice(USERS) if status == "done" else None,
        assignee=random.choice((None, *USERS)),
    )
