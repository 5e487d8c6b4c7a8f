"""The contract of the to-do API."""

from __future__ import annotations

from typing import Final, NoReturn

from tabledesign.api.openapi import openapi_document
from tabledesign.api.operation import AskedHeader
from tabledesign.todo.http.guard import PURPOSE_LENGTH
from tabledesign.todo.http.problem_types import TODO_PROBLEM_TYPES
from tabledesign.todo.http.routes import todo_routes

__all__ = ["VERSION", "todo_document"]

VERSION: Final = "1.0.0"
"""Of the contract: the first number is that of the paths, the second counts what was added."""

_DESCRIPTION: Final = """\
Tasks on lists that are shared with others.

Every question is one that the table answers in one read: the parameters of a query choose among
access patterns, and a combination that none of them serves is a 400 that lists those that are.
A change names the state it changes (`If-Match`), a page has no total, and every failure is a
problem document (RFC 9457) whose `type` is a page about it."""


_TAGS: Final = {
    "tasks": "Something to do, on one list, perhaps assigned to another.",
    "lists": "Lists of tasks, each owned by one user and perhaps shared.",
    "members": "Who may do what with a list, since when, granted by whom and for which purpose.",
    "users": "The people of an organisation.",
}

_PURPOSE: Final = AskedHeader(
    "Purpose",
    "What you are working on, in one line. Support reads nothing without it, and it stands in the "
    "record of who was given access.",
    PURPOSE_LENGTH,
)


def todo_document() -> dict[str, object]:
    """The OpenAPI document of the to-do API; nothing is sent for it."""
    return openapi_document(
        todo_routes(_no_table),
        title="To-do",
        version=VERSION,
        description=_DESCRIPTION,
        license_id="MIT",
        tags=_TAGS,
        problem_types=TODO_PROBLEM_TYPES,
        headers=(_PURPOSE,),
        problems=(400, 403),
    )


def _no_table(_tenant: str) -> NoReturn:
    raise AssertionError("a document asks no table")
