"""What type checkers see: each line is proved by mypy and pyright, and true when it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, assert_type

import pytest

from tabledesign import (
    Change,
    Entity,
    Identity,
    Index,
    InputError,
    Key,
    Lookup,
    Lookups,
    Page,
    Query,
    Range,
    Repository,
    Table,
    View,
    access_pattern,
    collection,
    field,
)
from tabledesign.design.definition import table_definition
from tabledesign.engine.asynchronous import AsyncClientEngine
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.schema.key import BoundKey
from tabledesign.wire import Request

table = Table("todo", global_indexes=("gsi1", "gsi2", Index("titles", projection=("title",))))


class Task(Entity, table=table):
    user_id: str
    task_id: str
    title: str
    due: date | None = None
    completed_at: datetime | None = None

    by_id = Key(label="user", partition="user_id", sort="task_id")
    completed = Key("gsi1", partition="user_id", sort=("completed_at", "task_id"))
    by_due = Key("gsi2", partition="user_id", sort=("due", "task_id"))
    by_title = Key("titles", partition="user_id", sort=("title", "task_id"))


class User(Entity, table=table):
    user_id: str
    name: str

    by_id = Key(label="user", partition="user_id")


class Title(View, of=Task):
    task_id: str
    title: str


class Tasks(Repository, table=table):
    @access_pattern
    def of_user(self, user_id: str) -> Query[Task]:
        """All tasks of a user."""
        return Task.by_id.query(user_id=user_id)

    @access_pattern
    def completed(self, user_id: str) -> Query[Task]:
        """A user's completed tasks, latest first."""
        return Task.completed.query(user_id=user_id).latest_first()

    @access_pattern
    def due(self, user_id: str, due: Range[date]) -> Query[Task]:
        """A user's tasks due in a range, soonest first."""
        return Task.by_due.query(user_id=user_id, due=due)

    @access_pattern
    def titled(self, user_id: str, title: str) -> Query[Task]:
        """A user's tasks with a title."""
        return Task.by_id.query(user_id=user_id).where(field("title").equals(title))

    @access_pattern
    def titles(self, user_id: str) -> Query[Title]:
        """The titles of a user's tasks."""
        return Task.by_title.query(user_id=user_id).as_view(Title)

    @access_pattern
    def task(self, user_id: str, task_id: str) -> Lookup[Task]:
        """One task."""
        return Task.by_id.get(user_id=user_id, task_id=task_id).consistent()

    @access_pattern
    def users(self, user_ids: Sequence[str]) -> Lookups[User]:
        """Users by their ids."""
        return User.by_id.get_many(user_id=user_ids)

    @access_pattern
    def home(self, user_id: str) -> Query[User | Task]:
        """A user with their tasks."""
        return collection(User.by_id, Task.by_id).query(user_id=user_id)


WEEK = Range(date(2026, 11, 23), date(2026, 11, 29))


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as made:
        made.send(Request("CreateTable", table_definition(table)))
        yield made


def test_a_pattern_gives_a_query_of_its_entity(engine: EmbeddedEngine) -> None:
    tasks = Tasks(engine)
    assert_type(tasks.due("ann", WEEK), Query[Task])
    assert_type(tasks.completed("ann").page(limit=25), Page[Task])
    assert_type(tasks.completed("ann").page().items, tuple[Task, ...])
    assert_type(tasks.completed("ann").page().cursor, "str | None")
    assert_type(tasks.of_user("ann").first(), "Task | None")
    assert_type(tasks.of_user("ann").count(), int)
    assert_type(tasks.of_user("ann").explain(), str)
    assert_type(Task.by_id.query(user_id="ann").latest_first().consistent(), Query[Task])
    for task in tasks.due("ann", WEEK):
        assert_type(task, Task)


def test_a_pattern_keeps_its_signature(engine: EmbeddedEngine) -> None:
    tasks = Tasks(engine)
    if TYPE_CHECKING:
        tasks.due("ann", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        tasks.due("ann")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        tasks.task(1, "x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(tasks.due(user_id="ann", due=WEEK), Query[Task])


def test_a_lookup_gives_one_entity(engine: EmbeddedEngine) -> None:
    lookup = Tasks(engine).task("ann", "1")
    assert_type(lookup, Lookup[Task])
    assert_type(lookup.first(), "Task | None")


def test_lookups_give_an_entity_or_none_for_each_id(engine: EmbeddedEngine) -> None:
    lookups = Tasks(engine).users(["ann"])
    assert_type(lookups.all(), "list[User | None]")
    for user in lookups:
        assert_type(user, User)


def test_a_view_is_not_its_entity(engine: EmbeddedEngine) -> None:
    titles = Tasks(engine).titles("ann")
    assert_type(titles, Query[Title])
    assert_type(titles.first(), "Title | None")


def test_a_collection_is_taken_apart_with_its_types(engine: EmbeddedEngine) -> None:
    home = Tasks(engine).home("ann")
    assert_type(home, "Query[User | Task]")
    page = home.page()
    assert_type(page.of(User), list[User])
    assert_type(page.of(Task), list[Task])


def test_keys_and_identities_know_their_entity() -> None:
    assert_type(Task.by_id, BoundKey[Task])
    assert_type(Task.by_due.query(user_id="ann"), Query[Task])
    assert_type(Task.by_id(user_id="ann", task_id="1"), Identity[Task])


def test_the_verbs_give_what_they_are_given(engine: EmbeddedEngine) -> None:
    tasks, ann = Tasks(engine), User(user_id="ann", name="Ann")
    identity = User.by_id(user_id="ann")
    assert_type(tasks.put(ann), User)
    assert_type(tasks.get(identity), "User | None")
    assert_type(tasks.update(identity, Change().set(name="Anna")), User)
    assert_type(tasks.delete(identity), None)
    assert_type(tasks.create(ann), User)


def test_awaited_verbs_have_the_same_types(engine: EmbeddedEngine) -> None:
    async def scenario() -> None:
        tasks = Tasks(AsyncClientEngine(engine))
        assert_type(await tasks.of_user("ann").apage(), Page[Task])
        assert_type(await tasks.of_user("ann").afirst(), "Task | None")
        assert_type(await tasks.of_user("ann").acount(), int)
        assert_type(await tasks.task("ann", "1").afirst(), "Task | None")
        assert_type(await tasks.users(["ann"]).aall(), "list[User | None]")
        assert_type(await tasks.aget(User.by_id(user_id="ann")), "User | None")
        assert_type(await tasks.aput(User(user_id="ann", name="Ann")), User)
        async for task in tasks.of_user("ann"):
            assert_type(task, Task)

    asyncio.run(scenario())


def test_another_scope_is_the_same_class() -> None:
    def rescoped(tasks: Tasks) -> None:
        assert_type(tasks.scoped("acme"), Tasks)

    with pytest.raises(InputError):
        rescoped(Tasks(ScriptedEngine()))


def test_a_request_is_plain_data() -> None:
    assert_type(Tasks(ScriptedEngine()).of_user("ann").request(), dict[str, Any])
