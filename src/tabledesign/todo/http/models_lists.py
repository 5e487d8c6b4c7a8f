"""What a client may send of lists and their members, and what it is shown."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, RootModel

from tabledesign.api.conditions import etag
from tabledesign.todo.entities import AccessEvent, AccessRecord, Member, Role, Task, TaskList
from tabledesign.todo.http.models import ShownTask, shown
from tabledesign.todo.http.models_fields import Id, Moment, Name, Purpose, Sent, Title

__all__ = [
    "Grant",
    "NewList",
    "NewMember",
    "ShownAccess",
    "ShownList",
    "ShownListOfMine",
    "ShownMember",
    "ShownOnBoard",
    "ShownRecord",
    "shown_access",
    "shown_list",
    "shown_member",
    "shown_mine",
    "shown_on_board",
]


class NewList(Sent):
    """A list as it is created, or as a PUT replaces it."""

    title: Title


class Grant(Sent):
    """What a member may do on a list, what for and until when; null is for good."""

    role: Role
    purpose: Purpose | None = None
    expires_at: Moment | None = None


class NewMember(Grant):
    """A grant to somebody who has none on the list."""

    user_id: Id


class ShownList(BaseModel):
    """A list as it is answered."""

    list_id: Name
    title: str
    owner_id: Name | None
    created_at: AwareDatetime | None


class ShownMember(BaseModel):
    """A grant as it is answered; ``etag`` is what a change of it gives as If-Match."""

    list_id: Name
    user_id: Name
    role: Role
    since: AwareDatetime | None
    granted_by: Name | None
    purpose: str | None
    expires_at: AwareDatetime | None
    etag: str


class ShownListOfMine(BaseModel):
    """A list with the caller's grant on it."""

    list: ShownList
    grant: ShownMember


class ShownRecord(BaseModel):
    """What became of a user's access at a moment; a record is never changed."""

    list_id: Name
    at: AwareDatetime
    record_id: Name
    event: AccessEvent
    user_id: Name
    role: Role | None
    by: Name | None
    purpose: str | None
    expires_at: AwareDatetime | None


class ShownAccess(RootModel[ShownMember | ShownRecord]):
    """A grant that there is, or a record of what became of grants."""


class ShownOnBoard(BaseModel):
    """One thing on a board: the list itself, a member or a task; the others are null."""

    kind: Literal["list", "member", "task"]
    list: ShownList | None
    member: ShownMember | None
    task: ShownTask | None


def shown_list(task_list: TaskList) -> dict[str, Any]:
    """A list as it is answered: every field, null where there is nothing."""
    return task_list.model_dump(mode="json", exclude={"deleted_at"})


def shown_member(member: Member) -> dict[str, Any]:
    """A grant as it is answered."""
    return {**member.model_dump(mode="json"), "etag": etag(member)}


def shown_mine(found: tuple[Member, TaskList]) -> dict[str, Any]:
    """A list with the caller's grant on it, as it is answered."""
    member, task_list = found
    return {"list": shown_list(task_list), "grant": shown_member(member)}


def shown_access(found: Member | AccessRecord) -> dict[str, Any]:
    """A grant, or a record of one."""
    return shown_member(found) if isinstance(found, Member) else found.model_dump(mode="json")


def shown_on_board(found: TaskList | Member | Task) -> dict[str, Any]:
    """One thing on a board."""
    things: dict[str, Any] = {"list": None, "member": None, "task": None}
    if isinstance(found, TaskList):
        return {"kind": "list", **things, "list": shown_list(found)}
    if isinstance(found, Member):
        return {"kind": "member", **things, "member": shown_member(found)}
    return {"kind": "task", **things, "task": shown(found)}
