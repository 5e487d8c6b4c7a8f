"""The route of a list's activity, for whoever may read the list."""

from __future__ import annotations

from typing import Any, Final

from pydantic import AwareDatetime, BaseModel

from tabledesign.api.inputs import Served
from tabledesign.api.operation import Operation
from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass
from tabledesign.todo.activity import Activity, Happening
from tabledesign.todo.http.guard import Guard, Repositories
from tabledesign.todo.http.lists import as_found, of_path
from tabledesign.todo.http.models_fields import Name
from tabledesign.todo.repository import TodoRepository

__all__ = ["ActivityRoutes", "ShownActivity", "shown_activity"]

_ACTIVITY: Final = (Served(TodoRepository.activity_of_list.plan, frozenset({"list_id"})),)


class ShownActivity(BaseModel):
    """Something that happened on a list; ``by`` is null where what was written does not tell."""

    list_id: Name
    at: AwareDatetime
    kind: Happening
    by: Name | None
    task_id: Name | None
    user_id: Name | None
    title: str | None
    changed: tuple[str, ...]


READ: Final = Operation(
    "readActivity",
    "What happened on a list",
    "lists",
    {200: ShownActivity},
    problems=(403,),
    description="Of the last 90 days, latest first. It follows what happens by a moment.",
)


@dataclass(frozen=True, slots=True)
class ActivityRoutes:
    """What happened on lists, over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Repositories

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry."""
        listed = Guard(self.repositories).listing(
            "/lists/{list_id}/activity",
            _ACTIVITY,
            place=of_path,
            gather=as_found,
            present=shown_activity,
            operation=READ,
        )
        return (listed,)


def shown_activity(activity: Activity) -> dict[str, Any]:
    """An activity as it is answered: it says no more of the record it was made from."""
    return activity.model_dump(mode="json", exclude={"sequence", "until"})
