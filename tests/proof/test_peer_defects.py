"""Faults found in other libraries, each with the values that showed it, through a repository.

Four of the fourteen are not here, because nothing here can do them: a transaction of 101 items and
uniqueness sentinels need transactions, snapshots of former versions need a history of items, and
a template that collides is about keys alone (see tests of keys).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tabledesign import (
    Change,
    DesignError,
    Entity,
    InputError,
    Key,
    Query,
    Range,
    Repository,
    Table,
    access_pattern,
)
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import Task, TaskList, TodoRepository
from tabledesign.todo import table as todo_table
from tabledesign.wire import Item, Request, Response

from .engines import create_table
from .guard import Guard

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

shelf = Table("shelf", global_indexes=("gsi1",))


class Book(Entity, table=shelf):
    room: str
    place: str
    title: str
    number: int = 0
    price: Decimal | None = None
    owner: str | None = None

    by_place = Key(partition=("room", "place"))
    by_number = Key("gsi1", partition="owner", sort=("number", "title"))


class Box(Entity, table=shelf):
    box: str
    owner: str | None = None
    price: Decimal

    by_id = Key(partition="box")
    by_price = Key("gsi1", label="Book", partition="owner", sort=("price", "box"))


class Shelf(Repository, table=shelf):
    @access_pattern
    def by_number(self, owner: str, number: Range[int]) -> Query[Book]:
        """An owner's books with a number in a range."""
        return Book.by_number.query(owner=owner, number=number)

    @access_pattern
    def by_price(self, owner: str, price: Range[Decimal]) -> Query[Box]:
        """An owner's boxes with a price in a range."""
        return Box.by_price.query(owner=owner, price=price)


@pytest.fixture
def local() -> Iterator[EmbeddedEngine]:
    with embedded() as engine:
        create_table(engine, shelf)
        create_table(engine, todo_table)
        yield engine


@pytest.fixture
def books(local: EmbeddedEngine) -> Shelf:
    return Shelf(Guard(local, shelf, tenant=None), cursor_keys=b"k" * 32)


@pytest.fixture
def todo(local: EmbeddedEngine) -> TodoRepository:
    guard = Guard(local, todo_table, tenant="acme")
    return TodoRepository(guard, tenant="acme", cursor_keys=b"k" * 32)


def book(room: str = "r", place: str = "p", title: str = "t", **fields: Any) -> Book:
    return Book(room=room, place=place, title=title, **fields)


def task(task_id: str = "1", **fields: Any) -> Task:
    given: dict[str, Any] = {"list_id": "home", "user_id": "ann", "title": "x", "created_at": NOW}
    return Task(task_id=task_id, **(given | fields))


def stored(engine: EmbeddedEngine, table: str) -> list[Item]:
    items: list[Item] = engine.send(Request("Scan", {"TableName": table}))["Items"]
    return items


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("x#b_y", "z"), ("x", "b_y#z")),
        (("x#b#y", "z"), ("x", "y#b#z")),
        (("x#", "z"), ("x", "#z")),
        (("x", "y#b_z"), ("x#b_y", "z")),
    ],
)
def test_a_delimiter_in_a_value_makes_no_two_items_one(
    books: Shelf, one: tuple[str, str], other: tuple[str, str]
) -> None:
    for room, place in (one, other):
        books.create(book(room, place, title=f"{room} and {place}"))
    for room, place in (one, other):
        found = books.get(Book.by_place(room=room, place=place))
        assert found == book(room, place, title=f"{room} and {place}")


def test_ids_that_differ_in_case_are_two_items(todo: TodoRepository) -> None:
    for each in ("AbC", "abc"):
        todo.create(task(each, title=each))
    assert ["AbC", "abc"] == [
        getattr(todo.task(each).first(), "title", "") for each in ("AbC", "abc")
    ]


def test_numbers_come_in_their_order_below_zero_and_beyond_ten(books: Shelf) -> None:
    whole, prices = [-10, -6, -5, 0, 5, 9, 10, 100], ["-6", "-5", "-1.5", "0.1", "1.5", "9", "10"]
    for number in whole[::-1]:
        books.put(book(place=str(number), number=number, owner="ann"))
    for price in prices[::-1]:
        books.put(Box(box=price, price=Decimal(price), owner="bob"))
    assert whole == [each.number for each in books.by_number("ann", Range())]
    assert prices == [str(each.price) for each in books.by_price("bob", Range())]


def test_an_inclusive_bound_includes_the_rows_with_further_parts(books: Shelf) -> None:
    for number in (4, 5, 6):
        books.put(book(place=str(number), title="q", number=number, owner="ann"))

    def numbers(asked: Range[int]) -> list[int]:
        return [each.number for each in books.by_number("ann", asked)]

    assert numbers(Range.at_most(5)) == [4, 5]
    assert numbers(Range.before(5)) == [4]
    assert numbers(Range.at_least(5)) == [5, 6]
    assert numbers(Range.after(5)) == [6]


def test_an_open_range_reads_nothing_of_another_entity(books: Shelf) -> None:
    """Both entities share the partition: the guard counts what each question evaluates."""
    books.put(book(number=5, owner="ann"))
    for number in range(5):
        books.put(Box(box=str(number), price=Decimal(number), owner="ann"))
    for asked in (Range[int](), Range.after(0), Range.before(9)):
        page = books.by_number("ann", asked).page()
        assert ([each.number for each in page], page.evaluated) == ([5], 1)
    boxes = books.by_price("ann", Range.after(Decimal(3))).page()
    assert ([each.price for each in boxes], boxes.evaluated) == ([Decimal(4)], 1)


def test_a_skipped_part_is_refused_when_the_class_is_made() -> None:
    def titled(self: object, owner: str, title: str) -> Query[Book]:
        """An owner's books with a title."""
        return Book.by_number.query(owner=owner, title=title)

    with pytest.raises(DesignError, match="number"):
        type("Skipping", (Repository,), {"titled": access_pattern(titled)}, table=shelf)


def test_an_index_key_without_its_partition_is_not_written_at_all(
    books: Shelf, local: EmbeddedEngine
) -> None:
    books.put(book(number=5))
    (item,) = stored(local, "shelf")
    assert {"gsi1pk", "gsi1sk"} & set(item) == set()


def test_losing_the_partition_takes_an_item_out_of_the_index(
    books: Shelf, local: EmbeddedEngine
) -> None:
    books.put(book(number=5, owner="ann"))
    books.put(book(number=5))
    assert list(books.by_number("ann", Range())) == []
    assert {"gsi1pk", "gsi1sk"} & set(stored(local, "shelf")[0]) == set()


def test_an_update_of_one_sort_part_leaves_no_index_stale(todo: TodoRepository) -> None:
    """It is refused, or every index follows; what was found before is never found under both."""
    todo.put(task(due=date(2026, 11, 23), assignee="bob"))
    with contextlib.suppress(InputError):
        todo.update(Task.by_id(task_id="1"), Change().set(due=date(2026, 12, 1)))
    now = todo.task("1").one()
    assert now.due is not None
    exactly, everything = Range(now.due, now.due), Range[date]()
    assert list(todo.tasks_due("ann", exactly)) == list(todo.tasks_due("ann", everything)) == [now]
    assert list(todo.tasks_of_list_due("home", exactly)) == [now]
    assert list(todo.assigned_tasks("bob")) == list(todo.open_tasks("ann")) == [now]


def test_an_update_moves_the_item_in_every_index(todo: TodoRepository) -> None:
    todo.put(task(due=date(2026, 11, 23), assignee="bob"))
    done = todo.complete("1", NOW)
    assert list(todo.open_tasks("ann")) == []
    assert list(todo.completed_tasks("ann")) == [done]
    assert list(todo.tasks_of_user("ann")) == list(todo.assigned_tasks("bob")) == [done]
    assert (
        list(todo.tasks_of_list("home")) == list(todo.tasks_of_list_due("home", Range())) == [done]
    )


@pytest.mark.parametrize("value", ["${x}", "{x}", "{{x}}", "${user_id}", "{user_id}", "$${}", "%s"])
def test_template_syntax_in_data_is_only_text(todo: TodoRepository, value: str) -> None:
    kept = task(value, list_id=value, user_id=value, title=value, assignee=value)
    todo.create(kept)
    todo.put(TaskList(list_id=value, title=value))
    assert todo.task(value).one() == kept
    for found in (
        todo.tasks_of_user(value),
        todo.open_tasks(value),
        todo.tasks_of_list(value),
        todo.assigned_tasks(value),
    ):
        assert list(found) == [kept]
    assert [getattr(each, "title", "") for each in todo.board(value)] == [value, value]


def test_keys_that_a_batch_get_leaves_are_asked_for_again(local: EmbeddedEngine) -> None:
    """The service answers `UnprocessedKeys`, and an empty page is not the end."""
    ids = [str(number) for number in range(7)]
    TodoRepository(local, tenant="acme").put_many([task(each) for each in ids])

    def leave(request: Request, number: int) -> Response | None:
        """Answers two keys of those asked for, once none at all, and leaves the rest."""
        asked: list[Item] = request.parameters["RequestItems"]["todo"]["Keys"]
        if len(asked) <= 2:
            return None
        taken = [] if number == 2 else asked[:2]
        found = [
            local.send(Request("GetItem", {"TableName": "todo", "Key": k}))["Item"] for k in taken
        ]
        left = asked[len(taken) :]
        return {
            "Responses": {"todo": found},
            "UnprocessedKeys": {"todo": {"Keys": left}} if left else {},
        }

    engine = ScriptedEngine(local, fault=leave)
    todo = TodoRepository(Guard(engine, todo_table, tenant="acme"), tenant="acme")
    found = todo.tasks_by_id([*ids, "none"]).all()
    assert [each and each.task_id for each in found] == [*ids, None]
    assert len(engine.requests) == 5
    assert len(engine.clock.slept) == 4


def test_items_that_a_batch_write_leaves_are_written_again(local: EmbeddedEngine) -> None:
    def leave(request: Request, number: int) -> Response | None:
        """Takes one item of the first two requests and leaves the others."""
        if request.operation != "BatchWriteItem" or number > 2:
            return None
        taken, *left = request.parameters["RequestItems"]["todo"]
        local.send(Request("BatchWriteItem", {"RequestItems": {"todo": [taken]}}))
        return {"UnprocessedItems": {"todo": left}}

    engine = ScriptedEngine(local, fault=leave)
    todo = TodoRepository(Guard(engine, todo_table, tenant="acme"), tenant="acme")
    result = todo.put_many([task(str(number)) for number in range(9)])
    assert (result.done, result.left, result.requests) == (9, (), 3)
    assert len(stored(local, "todo")) == 9
