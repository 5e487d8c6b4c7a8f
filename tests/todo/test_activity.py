"""A list's feed: made from the stream, the same however often and in which turns it is told."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tabledesign import Change, Identity
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import FakeClock, ScriptedEngine
from tabledesign.testing.recorder import Recorder
from tabledesign.todo import Role, Status, Task, TaskList, User, table
from tabledesign.todo.activity import Activity
from tabledesign.todo.activity_stream import activity_stream
from tabledesign.todo.repository import TodoRepository

from ..evidence import Evidence

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Context:
    clock: FakeClock

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@dataclass
class World:
    """A table whose stream is read by the function that keeps the feeds."""

    recorder: Recorder
    clock: FakeClock

    def __post_init__(self) -> None:
        self.todo = TodoRepository(self.recorder, tenant="acme", cursor_keys=b"k" * 32)
        self.handler = activity_stream(TodoRepository(self.recorder, tenant="acme").scoped)

    def read(self, event: dict[str, Any] | None = None) -> Any:
        return self.handler(event or self.recorder.event(), Context(self.clock))

    def feed(self, list_id: str) -> list[tuple[str, str | None, str | None]]:
        """Oldest first: what happened, to what, by whom."""
        found = list(self.todo.activity_of_list(list_id))
        return [(a.kind.value, a.task_id or a.user_id, a.by) for a in reversed(found)]


@contextmanager
def opened() -> Generator[World]:
    with embedded() as engine:
        create_table(table, engine)
        scripted = ScriptedEngine(engine)
        yield World(Recorder(scripted, table), scripted.clock)


@pytest.fixture
def world() -> Iterator[World]:
    with opened() as made:
        for name in ("ann", "bob"):
            made.todo.put(User(user_id=name, name=name.title()))
        yield made


def task(task_id: str, list_id: str, **more: Any) -> Task:
    fields: dict[str, Any] = {"title": f"Task {task_id}", "user_id": "ann", "created_at": NOW}
    return Task(task_id=task_id, list_id=list_id, **{**fields, **more})


def story(world: World) -> tuple[TaskList, TaskList]:
    """Two lists, a member, and a task that is created, changed, done, reopened, moved, deleted."""
    todo, clock = world.todo, world.clock
    home = todo.create_list("Home", "ann", clock.now())
    work = todo.create_list("Work", "ann", clock.now())
    steps: Sequence[Callable[[], object]] = (
        lambda: todo.share(home.list_id, "bob", Role.EDITOR, clock.now(), by="ann"),
        lambda: todo.create(task("t1", home.list_id)),
        lambda: todo.update(Task.by_id(task_id="t1"), Change().set(title="Paint", notes="Blue")),
        lambda: todo.complete("t1", clock.now(), by="bob"),
        lambda: todo.reopen("t1"),
        lambda: todo.move_to_list("t1", work.list_id),
        lambda: todo.update(TaskList.by_id(list_id=home.list_id), Change().set(title="House")),
        lambda: todo.unshare(home.list_id, "bob", clock.now(), by="ann"),
        lambda: todo.delete(Task.by_id(task_id="t1")),
    )
    for step in steps:
        clock.sleep(1)
        step()
    return home, work


HOME = [
    ("list_created", "ann", "ann"),
    ("member_added", "bob", "ann"),
    ("task_created", "t1", "ann"),
    ("task_changed", "t1", None),
    ("task_completed", "t1", "bob"),
    ("task_reopened", "t1", None),
    ("task_moved_out", "t1", None),
    ("list_renamed", None, None),
    ("member_removed", "bob", "ann"),
]
WORK = [
    ("list_created", "ann", "ann"),
    ("task_moved_in", "t1", None),
    ("task_deleted", "t1", None),
]


def test_a_list_tells_who_did_what_to_which_task_and_member(world: World) -> None:
    home, work = story(world)

    answer = world.read()

    assert {"batchItemFailures": []} == answer
    assert (HOME, WORK) == (world.feed(home.list_id), world.feed(work.list_id))


def test_the_latest_comes_first_and_says_what_changed(world: World) -> None:
    home, _ = story(world)
    world.read()

    found = list(world.todo.activity_of_list(home.list_id))

    assert sorted((a.at for a in found), reverse=True) == [a.at for a in found]
    changed = next(a for a in found if a.changed)
    assert (("notes", "title"), "Paint") == (changed.changed, changed.title)


def test_a_record_that_comes_again_writes_nothing_twice(world: World) -> None:
    home, _ = story(world)
    event = world.recorder.event()
    world.read(event)
    before = list(world.todo.activity_of_list(home.list_id))
    world.clock.sleep(3_600)

    world.recorder.event()
    world.read(event)

    assert before == list(world.todo.activity_of_list(home.list_id))
    assert {"Records": []} == world.recorder.event()


@pytest.mark.parametrize("orders", [10, pytest.param(300, marks=pytest.mark.full)])
def test_any_turns_that_keep_each_items_order_leave_the_same_feed(
    world: World, evidence: Evidence, orders: int
) -> None:
    home, work = story(world)
    records = world.recorder.event()["Records"]
    # What the function itself writes need not be recorded here.
    feed = TodoRepository(world.recorder.engine, tenant="acme")
    handler = activity_stream(feed.scoped)
    for seed in range(orders):
        for batch in deliveries(records, random.Random(seed)):
            answer = handler({"Records": batch}, Context(world.clock))
            assert {"batchItemFailures": []} == answer
        assert (HOME, WORK) == (world.feed(home.list_id), world.feed(work.list_id)), seed
        told = [world.todo.activity_of_list(each.list_id) for each in (home, work)]
        feed.delete_many([of(activity) for each in told for activity in each])
    evidence("orders of delivery that leave a list's feed the same", orders)


def of(activity: Activity) -> Identity[Activity]:
    return Activity.by_list(
        list_id=activity.list_id,
        at=activity.at,
        sequence=activity.sequence,
        kind=activity.kind,
    )


def deliveries(
    records: Sequence[dict[str, Any]], chance: random.Random
) -> Iterator[list[dict[str, Any]]]:
    """As several shards deliver: an item's records in order, others in any, some of them again."""
    waiting: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        waiting.setdefault(str(record["dynamodb"]["Keys"]), []).append(record)
    while waiting:
        key = chance.choice(list(waiting))
        count = chance.randint(1, len(waiting[key]))
        yield waiting[key][:count]
        if chance.random() < 0.3:
            continue  # the answer was lost: they come again
        waiting[key] = waiting[key][count:]
        if not waiting[key]:
            del waiting[key]


def test_a_feed_forgets_after_ninety_days(world: World) -> None:
    home, _ = story(world)
    world.read()
    world.clock.sleep(timedelta(days=90).total_seconds() + 10)

    assert [] == world.feed(home.list_id)
    world.recorder.expire()
    assert {"batchItemFailures": []} == world.read()


def test_the_tasks_that_go_with_a_list_are_not_told(world: World) -> None:
    home = world.todo.create_list("Home", "ann", world.clock.now())
    world.todo.create(task("t1", home.list_id))
    world.read()
    world.todo.delete_list(home.list_id, world.clock.now(), by="ann")
    world.todo.delete(Task.by_id(task_id="t1"))

    world.read()

    assert ["list_created", "task_created"] == [kind for kind, _, _ in world.feed(home.list_id)]


def test_a_task_that_is_done_and_renamed_at_once_is_told_twice(world: World) -> None:
    home = world.todo.create_list("Home", "ann", world.clock.now())
    made = world.todo.create(task("t1", home.list_id))
    done = {"status": Status.DONE, "completed_at": world.clock.now(), "title": "Over"}
    world.todo.put(made.model_copy(update=done))

    world.read()

    kinds = [kind for kind, _, _ in world.feed(home.list_id)]
    assert ["task_changed", "task_completed"] == sorted(kinds[-2:])


def test_a_task_without_a_readable_image_is_parked_in_its_organisation(world: World) -> None:
    world.todo.put(task("t1", "home"))
    event = world.recorder.event()
    event["Records"][-1]["dynamodb"]["NewImage"]["status"] = {"S": "never"}

    assert {"batchItemFailures": []} == world.read(event)

    assert [("Task", "unreadable")] == [
        (parked.entity_name, parked.reason) for parked in world.todo.parked_records()
    ]
    assert [] == world.feed("home")


def test_a_feed_is_written_in_the_records_own_organisation(world: World) -> None:
    world.todo.scoped("other").put(task("t1", "home"))

    world.read()

    assert [] == world.feed("home")
    assert [Activity] == [type(a) for a in world.todo.scoped("other").activity_of_list("home")]
