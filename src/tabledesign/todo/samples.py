"""Sample data for the sample users: a shared list and two of one's own, made once in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final, ParamSpec

from tabledesign.api.tokens.sample_users import SAMPLE_USERS, SampleUser
from tabledesign.engine.protocol import clock_of
from tabledesign.errors import AlreadyExists
from tabledesign.todo.entities import Import, Priority, Role, Status, Task, User, UserRole
from tabledesign.todo.repository import TodoRepository

__all__ = ["PARTY", "load_samples"]

P = ParamSpec("P")

PARTY: Final = "summer-party"
"""Ann's list, which Bob edits and Cy views."""

_Sketch = tuple[str, str, str, int | None, tuple[int, str] | None, dict[str, object]]
"""Its list, title and user, days until it is due, days since it was done and by whom, and more."""

_MARK: Final = "samples"
"""That they were made: what people did with them since is not undone at the next start."""

_LISTS: Final = (
    (PARTY, "Summer party", "ann"),
    ("groceries", "Groceries", "ann"),
    ("bike", "Bike", "bob"),
)

_TASKS: Final[tuple[_Sketch, ...]] = (
    (PARTY, "Book the boat house", "ann", -12, (14, "ann"), {}),
    (PARTY, "Send the invitations", "bob", -4, (5, "bob"), {"assignee": "bob"}),
    (PARTY, "Ask the neighbours about the noise", "ann", -2, None, {"priority": Priority.HIGH}),
    (PARTY, "Order drinks", "bob", 3, None, {"assignee": "bob", "tags": frozenset({"shopping"})}),
    (PARTY, "Borrow two long tables", "ann", 6, None, {"assignee": "bob"}),
    (
        PARTY,
        "Make a playlist",
        "ann",
        None,
        None,
        {"status": Status.DOING, "notes": "Everybody adds three songs."},
    ),
    ("groceries", "Oat milk", "ann", 0, None, {}),
    ("groceries", "Bread", "ann", None, (1, "ann"), {}),
    ("bike", "True the rear wheel", "bob", 9, None, {}),
)


def load_samples(repository: TodoRepository) -> bool:
    """Make them unless they were made in this table before; says whether it did.

    The mark is made last and each thing only where it is not there, so a run that was stopped
    is gone on with.
    """
    if repository.get(Import.by_id(import_id=_MARK), consistent=True) is not None:
        return False
    now = clock_of(repository.engine).now()
    for user in SAMPLE_USERS.values():
        _unless_there(repository.create, _user(user, now - timedelta(days=90)))
    for list_id, title, owner in _LISTS:
        at = now - timedelta(days=30)
        _unless_there(repository.create_list, title, owner, at, list_id=list_id)
    for task in _tasks(now):
        _unless_there(repository.create, task)
    _share(repository, now)
    repository.put(Import(import_id=_MARK, file_name=_MARK, finished=True))
    return True


def _unless_there(make: Callable[P, object], *args: P.args, **options: P.kwargs) -> None:
    with suppress(AlreadyExists):
        make(*args, **options)


def _share(repository: TodoRepository, now: datetime) -> None:
    _unless_there(
        repository.share,
        PARTY,
        "bob",
        Role.EDITOR,
        now - timedelta(days=28),
        by="ann",
        purpose="plans the party with me",
    )
    _unless_there(
        repository.share,
        PARTY,
        "cy",
        Role.VIEWER,
        now - timedelta(days=20),
        by="ann",
        purpose="keeps an eye on the costs",
        expires_at=now + timedelta(days=30),
    )


def _user(user: SampleUser, at: datetime) -> User:
    role = next(
        (role for role in (UserRole.SUPPORT, UserRole.ADMIN) if role.value in user.roles),
        UserRole.MEMBER,
    )
    return User(user_id=user.subject, name=user.name, email=user.email, role=role, created_at=at)


def _tasks(now: datetime) -> Iterator[Task]:
    for number, (list_id, title, user, due, done, more) in enumerate(_TASKS, start=1):
        fields: dict[str, object] = dict(more)
        if due is not None:
            fields["due"] = (now + timedelta(days=due)).date()
        if done is not None:
            days, by = done
            at = datetime.combine((now - timedelta(days=days)).date(), time(17), now.tzinfo)
            fields |= {"status": Status.DONE, "completed_at": at, "completed_by": by}
        yield Task.model_validate(
            {
                "task_id": f"sample-{number}",
                "list_id": list_id,
                "user_id": user,
                "title": title,
                "created_at": now - timedelta(days=29),
                **fields,
            }
        )
