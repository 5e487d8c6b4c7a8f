"""The routes of tasks with FastAPI and Mangum, on the same repository: the peer of
`benchmarks/api.py`.

Written the usual way, and asked the same: the same reads, the same decision of the policies, an
ETag. It has no request keys, no problem documents, no bounds, and no line for each request.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request, Response
from mangum import Mangum
from pydantic import BaseModel

from tabledesign.api.conditions import etag
from tabledesign.api.principal import Claims, Principal
from tabledesign.todo.entities import Member, Task, TaskList
from tabledesign.todo.http.models import NewTask, ShownTask
from tabledesign.todo.http.resources import of_list, of_task, of_user
from tabledesign.todo.policies import Action, Resource, decide
from tabledesign.todo.repository import TodoRepository

__all__ = ["handler_of"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Page(BaseModel):
    items: list[ShownTask]
    next_cursor: str | None


def caller(request: Request) -> Principal:
    return Claims().from_rest(request.scope["aws.event"])


Who = Annotated[Principal, Depends(caller)]


def handler_of(base: TodoRepository) -> Any:
    """A Lambda handler behind a REST API."""
    app = FastAPI()

    def check(who: Principal, action: Action, resource: Resource) -> None:
        if not decide(who, action, resource, now=NOW, purpose=None).allowed:
            raise HTTPException(403)

    def granted(who: Principal, list_id: str) -> tuple[TaskList | None, Member | None]:
        found, member = base.get_together(
            TaskList.by_id(list_id=list_id), Member.by_id(list_id=list_id, user_id=who.subject)
        )
        return found, member

    @app.get("/v1/tasks/{task_id}")
    def read(task_id: str, who: Who, response: Response) -> ShownTask:
        task = base.task(task_id).first()
        if task is None:
            raise HTTPException(404)
        resource = of_task(who.tenant, who.subject, task, *granted(who, task.list_id))
        check(who, Action.READ_TASK, resource)
        response.headers["ETag"] = etag(task)
        return told(task)

    @app.get("/v1/tasks")
    def listed(
        who: Who, limit: Annotated[int, Query(ge=1, le=100)] = 25, cursor: str | None = None
    ) -> Page:
        check(who, Action.LIST_TASKS, of_user(who.tenant, who.subject))
        page = base.tasks_of_user(who.subject).page(limit=limit, cursor=cursor)
        base.lists_by_id(sorted({task.list_id for task in page.items})).all()
        return Page(items=[told(task) for task in page.items], next_cursor=page.cursor)

    @app.post("/v1/tasks", status_code=201)
    def create(sent: Annotated[NewTask, Body()], who: Who, response: Response) -> ShownTask:
        check(who, Action.CREATE_TASK, of_list(who.tenant, *granted(who, sent.list_id)))
        task = Task(task_id="new", user_id=who.subject, created_at=NOW, **dict(sent))
        response.headers["ETag"] = etag(base.create(task))
        return told(task)

    return Mangum(app, lifespan="off")


def told(task: Task) -> ShownTask:
    return ShownTask(**{**task.model_dump(), "tags": sorted(task.tags)})
