"""Facts about writing: conditions, updates, values, batches, transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tabledesign.clock import new_id
from tabledesign.errors import ConditionFailed, RequestError, RequestRefused
from tabledesign.testing.conformance_table import Bench, item, refused
from tabledesign.wire import Request

__all__ = ["WRITES"]


def what_is_put_is_read_back_as_it_was(bench: Bench) -> None:
    values: dict[str, Any] = {
        "text": {"S": ""},
        "number": {"N": "-12.5"},
        "binary": {"B": b"\x00\xff"},
        "flag": {"BOOL": False},
        "nothing": {"NULL": True},
        "list": {"L": [{"S": "a"}, {"M": {}}]},
        "map": {"M": {"a.b": {"N": "1"}, "#": {"L": []}}},
        "texts": {"SS": ["b"]},
    }
    bench.put("a", "1", **values)
    assert bench.get("a", "1") == item("a", "1", **values)


def a_number_keeps_38_digits(bench: Bench) -> None:
    digits = "1234567890123456789012345678901234567.8"
    bench.put("a", "1", n={"N": digits})
    assert bench.get("a", "1") == item("a", "1", n={"N": digits})


def a_number_of_39_digits_is_refused(bench: Bench) -> None:
    refused(RequestRefused, lambda: bench.put("a", "1", n={"N": "1" * 39}))


def an_empty_index_key_is_refused(bench: Bench) -> None:
    refused(RequestRefused, lambda: bench.put("a", "1", gpk={"S": ""}, gsk={"S": "x"}))


def an_empty_set_is_refused(bench: Bench) -> None:
    refused(RequestRefused, lambda: bench.put("a", "1", s={"SS": []}))


def a_key_of_1025_bytes_is_refused(bench: Bench) -> None:
    bench.put("a", "x" * 1_024)
    refused(RequestRefused, lambda: bench.put("a", "x" * 1_025))


def a_put_on_condition_fails_where_the_item_is(bench: Bench) -> None:
    bench.put("a", "1", v={"N": "1"})
    refused(
        ConditionFailed,
        lambda: bench.send(
            "PutItem", Item=item("a", "1"), ConditionExpression="attribute_not_exists(pk)"
        ),
    )
    assert bench.get("a", "1") == item("a", "1", v={"N": "1"})


def a_condition_tells_null_from_absent(bench: Bench) -> None:
    bench.put("a", "1", n={"NULL": True})
    bench.update("a", "1", "SET v = :v", ConditionExpression="attribute_exists(n)",
                 ExpressionAttributeValues={":v": {"N": "1"}})  # fmt: skip
    refused(
        ConditionFailed,
        lambda: bench.update("a", "1", "REMOVE v", ConditionExpression="attribute_not_exists(n)"),
    )


def equal_numbers_are_equal_however_they_are_spelled(bench: Bench) -> None:
    bench.put("a", "1", n={"N": "1.10"})
    bench.send(
        "DeleteItem",
        Key=item("a", "1"),
        ConditionExpression="n = :n",
        ExpressionAttributeValues={":n": {"N": "11E-1"}},
    )
    assert bench.get("a", "1") is None


def an_update_makes_an_item_that_is_not_there(bench: Bench) -> None:
    bench.update("a", "1", "SET v = :v", ExpressionAttributeValues={":v": {"N": "1"}})
    assert bench.get("a", "1") == item("a", "1", v={"N": "1"})


def an_update_answers_with_all_that_is_then_there(bench: Bench) -> None:
    bench.put("a", "1", kept={"S": "k"}, gone={"S": "g"})
    answer = bench.update(
        "a", "1", "SET v = :v REMOVE gone", ExpressionAttributeValues={":v": {"N": "1"}}
    )
    assert answer["Attributes"] == item("a", "1", kept={"S": "k"}, v={"N": "1"})


def an_update_reads_what_was_there_before_it(bench: Bench) -> None:
    bench.put("a", "1", x={"N": "1"}, y={"N": "2"})
    answer = bench.update("a", "1", "SET x = y, y = x")
    assert answer["Attributes"] == item("a", "1", x={"N": "2"}, y={"N": "1"})


def add_counts_from_nothing(bench: Bench) -> None:
    for _ in range(2):
        bench.update("a", "1", "ADD n :n", ExpressionAttributeValues={":n": {"N": "2"}})
    assert bench.get("a", "1") == item("a", "1", n={"N": "4"})


def taking_the_last_member_takes_the_set(bench: Bench) -> None:
    bench.put("a", "1", s={"SS": ["x"]})
    bench.update("a", "1", "DELETE s :s", ExpressionAttributeValues={":s": {"SS": ["x"]}})
    assert bench.get("a", "1") == item("a", "1")


def an_update_of_the_primary_key_is_refused(bench: Bench) -> None:
    bench.put("a", "1")
    refused(
        RequestRefused,
        lambda: bench.update("a", "1", "SET sk = :s", ExpressionAttributeValues={":s": {"S": "2"}}),
    )


def an_unused_value_is_refused(bench: Bench) -> None:
    bench.put("a", "1")
    values = {":v": {"N": "1"}, ":w": {"N": "2"}}
    refused(
        RequestRefused,
        lambda: bench.update("a", "1", "SET v = :v", ExpressionAttributeValues=values),
    )


def a_batch_write_of_26_is_refused(bench: Bench) -> None:
    puts = [{"PutRequest": {"Item": item("a", str(number))}} for number in range(26)]
    refused(
        RequestError,
        lambda: bench.engine.send(Request("BatchWriteItem", {"RequestItems": {bench.table: puts}})),
    )


def _transact(bench: Bench, steps: list[dict[str, Any]], **parameters: Any) -> None:
    bench.engine.send(Request("TransactWriteItems", {"TransactItems": steps, **parameters}))


def a_transaction_happens_whole_or_not_at_all(bench: Bench) -> None:
    bench.put("a", "2")
    steps = [
        {"Put": {"TableName": bench.table, "Item": item("a", "1")}},
        {
            "Put": {
                "TableName": bench.table,
                "Item": item("a", "2", v={"N": "1"}),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
    ]
    refused(RequestError, lambda: _transact(bench, steps))
    assert (bench.get("a", "1"), bench.get("a", "2")) == (None, item("a", "2"))


def a_transaction_repeated_with_its_token_happens_once(bench: Bench) -> None:
    add: dict[str, Any] = {
        "Update": {
            "TableName": bench.table,
            "Key": item("a", "1"),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        }
    }
    token = new_id()
    for _ in range(2):
        _transact(bench, [add], ClientRequestToken=token)
    assert bench.get("a", "1") == item("a", "1", n={"N": "1"})


def a_transaction_that_names_an_item_twice_is_refused(bench: Bench) -> None:
    put = {"Put": {"TableName": bench.table, "Item": item("a", "1")}}
    refused(RequestRefused, lambda: _transact(bench, [put, put]))


WRITES: Final[tuple[Callable[[Bench], None], ...]] = (
    what_is_put_is_read_back_as_it_was,
    a_number_keeps_38_digits,
    a_number_of_39_digits_is_refused,
    an_empty_index_key_is_refused,
    an_empty_set_is_refused,
    a_key_of_1025_bytes_is_refused,
    a_put_on_condition_fails_where_the_item_is,
    a_condition_tells_null_from_absent,
    equal_numbers_are_equal_however_they_are_spelled,
    an_update_makes_an_item_that_is_not_there,
    an_update_answers_with_all_that_is_then_there,
    an_update_reads_what_was_there_before_it,
    add_counts_from_nothing,
    taking_the_last_member_takes_the_set,
    an_update_of_the_primary_key_is_refused,
    an_unused_value_is_refused,
    a_batch_write_of_26_is_refused,
    a_transaction_happens_whole_or_not_at_all,
    a_transaction_repeated_with_its_token_happens_once,
    a_transaction_that_names_an_item_twice_is_refused,
)
