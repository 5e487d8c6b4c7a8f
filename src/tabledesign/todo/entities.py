"""The to-do domain: users, lists shared with members, and tasks, in one table."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Self

from pydantic import AwareDatetime, model_validator

from tabledesign.keys.composite import Label
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counter, Unique
from tabledesign.schema.key import Key, Last
from tabledesign.schema.table import Table
from tabledesign.schema.when import absent

__all__ = [
    "AccessEvent",
    "AccessRecord",
    "Import",
    "Member",
    "Priority",
    "Role",
    "Status",
    "Task",
    "TaskList",
    "User",
    "UserRole",
    "table",
]

table = Table(
    "todo", global_indexes=("gsi1", "gsi2", "gsi3", "gsi4", "gsi5"), tenants=True, ttl="ttl"
)
"""One table for every organisation: the tenant stands first in each partition key."""


class UserRole(Enum):
    """What a user may do beyond their own lists."""

    MEMBER = "member"
    ADMIN = "admin"
    SUPPORT = "support"


class Role(Enum):
    """What a member may do with a list."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class AccessEvent(Enum):
    """What became of a user's access to a list."""

    LIST_CREATED = "list_created"
    GRANTED = "granted"
    CHANGED = "changed"
    REVOKED = "revoked"
    LEFT = "left"
    LIST_DELETED = "list_deleted"
    INSPECTED = "inspected"  # by support, for a purpose; it changes nobody's access


class Status(Enum):
    """Where a task stands; it is done exactly while it has a time of completion."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


class Priority(Enum):
    """How much a task matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class User(Entity, table=table):
    """A person of an organisation."""

    user_id: str
    name: str
    email: str | None = None
    role: UserRole = UserRole.MEMBER
    created_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None

    by_id = Key(partition="user_id")
    by_email = Key("gsi1", label="email", partition="email", when=absent("deleted_at"))
    # One partition holds the directory: users are few, read in pages and written seldom.
    directory = Key(
        "gsi2",
        label="directory",
        partition=(),
        sort=("name", "user_id"),
        when=absent("deleted_at"),
    )
    deletions = Key("gsi3", label="deletion", partition=(), sort=("deleted_at", "user_id"))
    one_email = Unique("email")


class TaskList(Entity, table=table, name="List"):
    """A list of tasks, owned by one user and shared with members.

    ``owner_id`` is the one owner whose grant can neither be taken nor lowered, so that no list is
    left without one; others may hold the role of an owner beside them.
    """

    list_id: str
    title: str
    owner_id: str | None = None
    created_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None

    by_id = Key(partition="list_id")
    on_board = Key("gsi2", label="list", partition="list_id")
    # Nothing stands here but what is being deleted: few items, for a short while.
    deletions = Key("gsi3", label="deletion", partition=(), sort=("deleted_at", "list_id"))


class Member(Entity, table=table):
    """A user's grant on a list: what they may do there, by whom and what for; the owner has one.

    A grant that has expired is still there, and counted, until it is taken away: whoever decides
    compares ``expires_at`` with the present.
    """

    list_id: str
    user_id: str
    role: Role
    since: AwareDatetime | None = None
    granted_by: str | None = None
    purpose: str | None = None
    expires_at: AwareDatetime | None = None

    by_id = Key(partition="list_id", sort="user_id")
    on_board = Key("gsi2", label="list", partition="list_id", sort="user_id")
    of_user = Key("gsi1", label="memberships", partition="user_id", sort="list_id")
    members = Counter("list_id")


class AccessRecord(Entity, table=table):
    """What became of a user's access to a list, written with it and never again.

    ``role`` is what the user may do from then on, None where that is nothing any more; ``by`` is
    who did it. A deletion of the list ends everybody's access, and names no user.
    """

    list_id: str
    at: AwareDatetime
    record_id: str
    event: AccessEvent
    user_id: str | None = None
    role: Role | None = None
    by: str | None = None
    purpose: str | None = None
    expires_at: AwareDatetime | None = None

    by_id = Key(partition="list_id", sort=("at", "record_id"))


class Import(Entity, table=table):
    """How far a file has been imported, so that a run that was killed goes on where it was.

    ``import_id`` names the content of the file and the options it is imported with.
    """

    import_id: str
    file_name: str
    done_line: int = 0
    finished: bool = False

    by_id = Key(partition="import_id")


class Task(Entity, table=table):
    """Something to do, in one list, of one user, perhaps assigned to another.

    A key's parts are chosen so that completing a task from its id alone is one UpdateItem: the
    half of each index that a completion changes needs nothing but the status, the time and the
    id. ``kind`` and ``source`` say what it was and where it stood before it was imported.
    """

    task_id: str
    list_id: str
    user_id: str
    title: str
    notes: str | None = None
    tags: frozenset[str] = frozenset()
    status: Status = Status.TODO
    priority: Priority = Priority.NORMAL
    due: date | None = None
    created_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    completed_by: str | None = None
    assignee: str | None = None
    kind: str | None = None
    source: str | None = None

    by_id = Key(partition="task_id")
    # A task is either open or done, so one index holds both, each under its label.
    open = Key(
        "gsi1",
        label="user",
        partition="user_id",
        sort=(Label("open"), Last("due"), "task_id"),
        when=absent("completed_at"),
    )
    done = Key(
        "gsi1",
        label="user",
        partition="user_id",
        sort=(Label("done"), "completed_at", "task_id"),
    )
    on_board = Key("gsi2", label="list", partition="list_id", sort=("status", "task_id"))
    by_due = Key("gsi3", label="user", partition="user_id", sort=(Last("due"), "task_id"))
    due_in_list = Key("gsi4", label="list", partition="list_id", sort=("due", "task_id"))
    assigned = Key("gsi5", label="assignee", partition="assignee", sort=(Last("due"), "task_id"))

    @model_validator(mode="after")
    def _done_is_completed(self) -> Self:
        if (self.status is Status.DONE) != (self.completed_at is not None):
            raise ValueError("a task is done exactly while completed_at is set; set both or none")
        return self
