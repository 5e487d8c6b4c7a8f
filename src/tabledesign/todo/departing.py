"""What becomes of a list when a user's account is closed: they leave it, or it goes with them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tabledesign.engine.protocol import clock_of
from tabledesign.errors import ConditionFailed
from tabledesign.todo import grants
from tabledesign.todo.entities import AccessEvent, AccessRecord, Member, Role, TaskList, User
from tabledesign.todo.repository import TodoRepository

__all__ = ["Parting", "leave"]

Parting = Literal["left", "hidden", "none"]
"""What became of a membership: it was left, its list was hidden, or neither here and now."""


def leave(todo: TodoRepository, member: Member, now: datetime) -> Parting:
    """Take the user out of the list, and record it.

    A list that is theirs goes to the owner beside them who has been one the longest, and is hidden
    where there is none. A hidden list is left to its own drain, which takes all its members.
    """
    listed = todo.get(TaskList.by_id(list_id=member.list_id), consistent=True)
    user_id = member.user_id
    record = AccessRecord(
        list_id=member.list_id,
        at=now,
        record_id=clock_of(todo.engine).new_id(),
        event=AccessEvent.LEFT,
        user_id=user_id,
        by=user_id,
    )
    try:
        if listed is None:
            todo.commit(grants.departure(record, user_id))
        elif listed.deleted_at is not None:
            return "none"
        elif not _owns(member, listed):
            todo.unshare(listed.list_id, user_id, now, by=user_id)
        elif heir := _heir(todo, member, now):
            todo.commit(grants.succession(record, user_id, heir))
        else:
            todo.delete_list(listed.list_id, now, by=user_id)
            return "hidden"
    except ConditionFailed:
        return "none"  # it is no more as it was read: the next run looks again
    return "left"


def _owns(member: Member, listed: TaskList) -> bool:
    if listed.owner_id is None:
        return member.role is Role.OWNER
    return listed.owner_id == member.user_id


def _heir(todo: TodoRepository, member: Member, now: datetime) -> str | None:
    others = [
        each
        for each in todo.members_of_list(member.list_id)
        if each.role is Role.OWNER and each.user_id != member.user_id and each.expires_at is None
    ]
    for each in sorted(others, key=lambda other: (other.since or now, other.user_id)):
        user = todo.get(User.by_id(user_id=each.user_id), consistent=True)
        if user is not None and user.deleted_at is None:
            return each.user_id
    return None
