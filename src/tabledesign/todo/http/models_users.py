"""What a client may send of a user, and what it is shown."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel

from tabledesign.todo.entities import User, UserRole
from tabledesign.todo.http.models_fields import Email, Name, NewId, Sent

__all__ = ["NewUser", "ShownUser", "UserPatch", "shown_user"]


class NewUser(Sent):
    """A user as an administrator creates one.

    ``user_id`` is the subject under which the user signs in; without it one is made.
    """

    name: Name
    user_id: NewId | None = None
    email: Email | None = None
    role: UserRole = UserRole.MEMBER


class UserPatch(Sent):
    """What of one's own record is to change; null takes the address away."""

    name: Name = ""
    email: Email | None = None


class ShownUser(BaseModel):
    """A user as it is answered."""

    user_id: Name
    name: str
    email: str | None
    role: UserRole
    created_at: AwareDatetime | None


def shown_user(user: User) -> dict[str, Any]:
    """A user as it is answered: every field, null where there is nothing."""
    return user.model_dump(mode="json", exclude={"deleted_at"})
