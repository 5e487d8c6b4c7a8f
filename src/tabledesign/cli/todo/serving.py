"""What `tabledesign serve` serves of the to-do design."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tabledesign import clock
from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.cli.todo.following import Followed
from tabledesign.cli.todo.progress import phases
from tabledesign.engine.protocol import Engine, name_of
from tabledesign.gateway.composing import Contents
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.gateway.explorer.pages import EXPLORER, explorer_pages
from tabledesign.gateway.start import Entry
from tabledesign.observing import trace
from tabledesign.todo.entities import table
from tabledesign.todo.http.document import todo_document
from tabledesign.todo.http.problem_types import TODO_PROBLEM_TYPES
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.importing import Importer
from tabledesign.todo.pages import todo_pages
from tabledesign.todo.repository import TodoRepository
from tabledesign.todo.samples import load_samples

__all__ = ["todo_contents"]

TENANT: Final = "acme"
"""The organisation of the sample users."""

SEED: Final = "demo"


def todo_contents(engine: Engine, data: Path | None, tenants: Sequence[str] = ()) -> Contents:
    """The routes and pages, over a table that is there; sample data is made, and a file loaded."""
    repository = TodoRepository(engine, tenant=TENANT)
    load_samples(repository)
    if data is not None:
        with phases() as progress:
            Importer(repository, data, seed=SEED, progress=progress).run()
    # What is loaded is not told: nobody did it.
    followed = TodoRepository(
        Followed(engine, tenant=TENANT),
        tenant=TENANT,
        cursor_keys=clock.random_bytes(32),
        trace=trace,
    )
    return Contents(
        title="To-do",
        lead="Lists of tasks that people share, over one DynamoDB table.",
        routes=todo_routes(followed.scoped),
        document=todo_document(),
        problems=TODO_PROBLEM_TYPES,
        users=SAMPLE_USERS.values(),
        pieces=[
            *todo_pages(),
            *explorer_pages(Explorer(table, engine, tenants=tenants or [TENANT])),
        ],
        entries=[
            Entry("/app", "Lists", "Tasks and the people one shares them with, as a small page."),
            EXPLORER,
        ],
        steps=[
            "Sign in as Ann, make a list and put a task on it.",
            "Share the list with bob, say what for, and let him edit it.",
            "Sign in as Bob in another tab: he finds the list, and finishes the task.",
            "Take the list away from him again: it is gone at once, and stays on record.",
        ],
        facts=[f"Engine: {name_of(engine)}."],
    )
