"""On this machine too a list tells what happened on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tabledesign.cli.todo.following import Followed
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.todo import Member, Role, User, table
from tabledesign.todo.repository import TodoRepository

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_is_written_stands_in_the_feed_once_it_is_answered() -> None:
    with embedded() as engine:
        create_table(table, engine)
        todo = TodoRepository(Followed(engine, tenant="acme"), tenant="acme")
        for name in ("ann", "bob", "cy"):
            todo.put(User(user_id=name, name=name))
        made = todo.create_list("Home", "ann", NOW)

        def share(name: str) -> Member:
            return todo.share(made.list_id, name, Role.EDITOR, NOW)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(share, ("bob", "cy")))

        told = [activity.kind.value for activity in todo.activity_of_list(made.list_id)]
        assert ["member_added", "member_added", "list_created"] == told
        assert [] == list(todo.scoped("other").activity_of_list(made.list_id))
