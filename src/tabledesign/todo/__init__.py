"""The to-do backend: entities, access patterns and repository, ready to be imported."""

from tabledesign.todo.entities import (
    AccessEvent,
    AccessRecord,
    Member,
    Priority,
    Role,
    Status,
    Task,
    TaskList,
    User,
    UserRole,
    table,
)
from tabledesign.todo.repository import TodoRepository

__all__ = [
    "AccessEvent",
    "AccessRecord",
    "Member",
    "Priority",
    "Role",
    "Status",
    "Task",
    "TaskList",
    "TodoRepository",
    "User",
    "UserRole",
    "table",
]
