from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.creates import resolve_create, same_value
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import Fault, Lost, ScriptedDriver
from tabledesign.errors import (
    AlreadyExists,
    ConditionFailed,
    OutcomeUnknown,
    RequestError,
    ServiceFailed,
    Throttled,
)
from tabledesign.wire import AttributeValue, Item, Request

KEY = {"pk": {"S": "a"}, "sk": {"S": "Task#"}}
ITEM: Item = {**KEY, "n": {"N": "1.10"}, "tags": {"SS": ["b", "a"]}, "token": {"S": "t1"}}
OTHER: Item = {**ITEM, "token": {"S": "t2"}}
LOST = OutcomeUnknown("lost; read the item", code="outcome.unknown")
FAILED = ServiceFailed("failed; read the item", code="service.failed")
BUSY = Throttled("too much; slow down", code="request.throttled")


def put(item: Item = ITEM, condition: str = "attribute_not_exists(pk)", **more: Any) -> Request:
    parameters = {"TableName": "todo", "Item": item, "ConditionExpression": condition}
    return Request("PutItem", parameters | more)


class Table:
    """The embedded engine with one table, behind a script of faults."""

    def __init__(self, engine: EmbeddedEngine, create: Request) -> None:
        engine.send(create)
        self.engine = engine

    def create(
        self, fault: Fault, request: Request | None = None, marks: tuple[str, ...] = ()
    ) -> list[str]:
        """What was sent, in order."""
        driver = ScriptedDriver(self.engine, fault=fault)
        self.requests = driver.requests
        driver.drive(resolve_create(request or put(), key=("pk", "sk"), marks=marks))
        return [request.operation for request in driver.requests]

    def store(self, item: Item) -> None:
        self.engine.send(Request("PutItem", {"TableName": "todo", "Item": item}))

    def stored(self) -> Item | None:
        read = Request("GetItem", {"TableName": "todo", "Key": KEY, "ConsistentRead": True})
        return self.engine.send(read).get("Item")


@pytest.fixture
def table(local: EmbeddedEngine, create: Request) -> Table:
    return Table(local, create)


def once(error: Exception | Lost) -> Fault:
    return lambda request, n: error if n == 1 else None


@pytest.mark.parametrize("error", [LOST, FAILED])
def test_a_create_whose_answer_is_lost_finds_its_own_item(
    table: Table, error: RequestError
) -> None:
    assert table.create(once(Lost(error))) == ["PutItem", "GetItem"]
    assert table.stored() is not None
    assert table.requests[1].parameters["ConsistentRead"] is True


@pytest.mark.parametrize("error", [LOST, FAILED])
def test_a_create_that_was_not_applied_is_sent_again(table: Table, error: RequestError) -> None:
    assert table.create(once(error)) == ["PutItem", "GetItem", "PutItem"]
    assert table.stored() is not None


def test_a_create_in_doubt_that_meets_another_item_is_refused(table: Table) -> None:
    table.store(OTHER)
    with pytest.raises(AlreadyExists) as caught:
        table.create(once(LOST))
    item: Any = caught.value.details["item"]
    assert (item["token"], len(table.requests)) == ({"S": "t2"}, 2)
    assert (table.stored() or {})["token"] == {"S": "t2"}


def test_a_create_that_meets_another_item_at_once_is_refused_without_a_read(table: Table) -> None:
    table.store(OTHER)
    with pytest.raises(ConditionFailed):
        table.create(lambda request, n: None)
    assert len(table.requests) == 1


def test_a_create_without_faults_is_one_request(table: Table) -> None:
    assert table.create(lambda request, n: None) == ["PutItem"]


def test_a_lost_create_that_arrives_after_the_read_is_recognised(table: Table) -> None:
    def late(request: Request, n: int) -> Exception | None:
        if n == 3:  # the second put: the first one has arrived meanwhile
            table.store(ITEM)
        return LOST if n == 1 else None

    assert table.create(late) == ["PutItem", "GetItem", "PutItem", "GetItem"]


def test_another_item_that_arrives_after_the_read_is_not_ours(table: Table) -> None:
    def late(request: Request, n: int) -> Exception | None:
        if n == 3:
            table.store(OTHER)
        return LOST if n == 1 else None

    with pytest.raises(AlreadyExists):
        table.create(late)
    assert (table.stored() or {})["token"] == {"S": "t2"}


def test_an_item_that_arrives_after_the_read_and_cannot_be_read_leaves_it_unknown(
    table: Table,
) -> None:
    def late(request: Request, n: int) -> Exception | None:
        if n == 3:
            table.store(ITEM)
        return LOST if n == 1 else BUSY if n > 3 else None

    with pytest.raises(OutcomeUnknown, match="could not be read") as caught:
        table.create(late)
    assert ("outcome.unknown", Throttled) == (caught.value.code, type(caught.value.__cause__))


def test_marks_tell_our_item_although_it_was_changed_since(table: Table) -> None:
    def changed(request: Request, n: int) -> Exception | Lost | None:
        if n == 2:
            table.store({**ITEM, "n": {"N": "2"}})
        return Lost(LOST) if n == 1 else None

    assert table.create(changed, marks=("token",)) == ["PutItem", "GetItem"]


def test_an_expired_item_in_the_way_leaves_the_decision_to_the_condition(table: Table) -> None:
    table.store({**OTHER, "ttl": {"N": "1"}})
    names = {"#ttl": "ttl"}
    request = put(
        condition="attribute_not_exists(pk) OR #ttl <= :now",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":now": {"N": "2"}},
    )
    assert table.create(once(LOST), request) == ["PutItem", "GetItem", "PutItem"]
    assert (table.stored() or {})["token"] == {"S": "t1"}


def test_a_create_that_can_neither_be_sent_nor_read_stays_unknown(table: Table) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        table.create(lambda request, n: LOST if n == 1 else BUSY)
    assert caught.value is LOST
    assert isinstance(caught.value.__cause__, Throttled)
    assert table.stored() is None


def test_a_create_throttled_after_a_lost_answer_stays_unknown(table: Table) -> None:
    def fault(request: Request, n: int) -> Exception | None:
        return None if request.operation == "GetItem" else LOST if n == 1 else BUSY

    with pytest.raises(OutcomeUnknown, match="may have been applied"):
        table.create(fault)


def test_a_create_that_is_never_answered_ends_within_its_budget(table: Table) -> None:
    def fault(request: Request, n: int) -> Exception | None:
        return LOST if request.operation == "PutItem" else None

    with pytest.raises(OutcomeUnknown):
        table.create(fault)
    assert len(table.requests) == 2 * (1 + 10)


@pytest.mark.parametrize("place", range(1, 7))
@pytest.mark.parametrize("error", [LOST, FAILED, Lost(LOST), Lost(FAILED), BUSY])
@pytest.mark.parametrize("lasting", [True, False])
def test_a_create_is_never_told_that_its_own_item_is_in_the_way(
    table: Table, place: int, error: Exception | Lost, lasting: bool
) -> None:
    def fault(request: Request, n: int) -> Exception | Lost | None:
        if n == 1 and place > 1:
            return LOST
        return error if n == place or (lasting and n > place) else None

    failure: RequestError | None = None
    try:
        table.create(fault)
    except RequestError as error_:
        failure = error_
    assert not isinstance(failure, ConditionFailed)
    assert failure is not None or table.stored() is not None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"N": "1"}, {"N": "1.0"}, True),
        ({"N": "1"}, {"N": "2"}, False),
        ({"NS": ["1", "2.0"]}, {"NS": ["2", "1"]}, True),
        ({"BS": [b"a", b"b"]}, {"BS": [b"b", b"a"]}, True),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, False),
        ({"M": {"a": {"N": "1.0"}}}, {"M": {"a": {"N": "1"}}}, True),
        ({"M": {"a": {"N": "1"}}}, {"M": {}}, False),
        ({"NULL": True}, {"BOOL": True}, False),
        ({"S": "1"}, {"S": "1.0"}, False),
        ({"B": b"a"}, {"B": b"a"}, True),
    ],
)
def test_values_are_compared_as_dynamodb_keeps_them(
    one: AttributeValue, other: AttributeValue, expected: bool
) -> None:
    assert expected == same_value(one, other)
