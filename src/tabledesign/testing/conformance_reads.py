"""Facts about reading: order, intervals, pages, indexes, batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from tabledesign.errors import RequestRefused
from tabledesign.testing.conformance_table import Bench, item, refused
from tabledesign.wire import Request

__all__ = ["READS"]

LOOK_ALIKES = ("p1#", "p10#", "p1#a#", "p2#", "p1$", "é#", "\U0001f600#", "\uffff#")


def _fill(bench: Bench, texts: Sequence[str] = LOOK_ALIKES) -> None:
    for text in texts:
        bench.put("a", text)


def a_query_answers_in_the_order_of_utf8_bytes(bench: Bench) -> None:
    _fill(bench)
    assert bench.query("pk = :p", {"p": "a"}) == sorted(LOOK_ALIKES, key=str.encode)


def a_query_backwards_answers_in_the_opposite_order(bench: Bench) -> None:
    _fill(bench)
    found = bench.query("pk = :p", {"p": "a"}, ScanIndexForward=False)
    assert found == sorted(LOOK_ALIKES, key=str.encode, reverse=True)


def a_query_reads_one_partition_only(bench: Bench) -> None:
    _fill(bench)
    bench.put("a#", "p1#")
    bench.put("A", "p1#")
    assert len(bench.query("pk = :p", {"p": "a"})) == len(LOOK_ALIKES)


def begins_with_finds_the_prefix_and_no_look_alike(bench: Bench) -> None:
    _fill(bench)
    found = bench.query("pk = :p AND begins_with(sk, :s)", {"p": "a", "s": "p1#"})
    assert found == ["p1#", "p1#a#"]


def between_includes_both_ends(bench: Bench) -> None:
    _fill(bench)
    values = {"p": "a", "l": "p1#", "h": "p10#"}
    found = bench.query("pk = :p AND sk BETWEEN :l AND :h", values)
    assert found == ["p1#", "p1#a#", "p1$", "p10#"]


def an_equal_sort_key_finds_one_item(bench: Bench) -> None:
    _fill(bench)
    assert bench.query("pk = :p AND sk = :s", {"p": "a", "s": "p1#"}) == ["p1#"]


def pages_joined_are_the_whole_answer(bench: Bench) -> None:
    _fill(bench)
    found: list[str] = []
    start: dict[str, Any] = {}
    while True:
        answer = bench.ask("pk = :p", {"p": "a"}, Limit=3, **start)
        found += [each["sk"]["S"] for each in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert found == sorted(LOOK_ALIKES, key=str.encode)


def a_page_goes_on_after_an_item_that_was_deleted(bench: Bench) -> None:
    _fill(bench)
    first = bench.ask("pk = :p", {"p": "a"}, Limit=2)
    bench.send("DeleteItem", Key=first["LastEvaluatedKey"])
    rest = bench.query("pk = :p", {"p": "a"}, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert rest == sorted(LOOK_ALIKES, key=str.encode)[2:]


def a_full_last_page_still_has_a_key_to_go_on(bench: Bench) -> None:
    _fill(bench)
    answer = bench.ask("pk = :p", {"p": "a"}, Limit=len(LOOK_ALIKES))
    assert "LastEvaluatedKey" in answer


def a_filter_counts_what_it_drops_as_scanned(bench: Bench) -> None:
    bench.put("a", "1", n={"N": "1"})
    bench.put("a", "2", n={"N": "2"})
    answer = bench.ask("pk = :p", {"p": "a"}, FilterExpression="n = :n", more={":n": {"N": "1.0"}})
    assert (answer["Count"], answer["ScannedCount"]) == (1, 2)


def an_index_holds_only_items_with_both_its_keys(bench: Bench) -> None:
    bench.put("a", "1", gpk={"S": "g"}, gsk={"S": "2"})
    bench.put("a", "2", gpk={"S": "g"})
    bench.put("a", "3")
    assert bench.query("gpk = :p", {"p": "g"}, IndexName="gsi") == ["1"]


def an_item_leaves_an_index_with_its_key(bench: Bench) -> None:
    bench.put("a", "1", gpk={"S": "g"}, gsk={"S": "2"})
    bench.update("a", "1", "REMOVE gpk, gsk")
    assert bench.query("gpk = :p", {"p": "g"}, IndexName="gsi") == []


def items_of_one_place_in_an_index_are_all_paged(bench: Bench) -> None:
    for sk in ("1", "2", "3"):
        bench.put("a", sk, gpk={"S": "g"}, gsk={"S": "same"})
    found: list[str] = []
    start: dict[str, Any] = {}
    for _ in range(4):
        answer = bench.ask("gpk = :p", {"p": "g"}, IndexName="gsi", Limit=1, **start)
        found += [each["sk"]["S"] for each in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert sorted(found) == ["1", "2", "3"]


def a_global_index_is_not_read_consistently(bench: Bench) -> None:
    refused(
        RequestRefused,
        lambda: bench.query("gpk = :p", {"p": "g"}, IndexName="gsi", ConsistentRead=True),
    )


def count_sends_no_items(bench: Bench) -> None:
    _fill(bench)
    answer = bench.ask("pk = :p", {"p": "a"}, Select="COUNT")
    assert (answer["Count"], answer.get("Items", [])) == (len(LOOK_ALIKES), [])


def a_batch_get_leaves_out_what_is_not_there(bench: Bench) -> None:
    bench.put("a", "1")
    keys = [item("a", "1"), item("a", "2")]
    asked = {bench.table: {"Keys": keys, "ConsistentRead": True}}
    answer = bench.engine.send(Request("BatchGetItem", {"RequestItems": asked}))
    assert answer["Responses"][bench.table] == [item("a", "1")]


def a_batch_get_refuses_one_key_twice(bench: Bench) -> None:
    asked = {bench.table: {"Keys": [item("a", "1"), item("a", "1")]}}
    refused(
        RequestRefused,
        lambda: bench.engine.send(Request("BatchGetItem", {"RequestItems": asked})),
    )


READS: Final[tuple[Callable[[Bench], None], ...]] = (
    a_query_answers_in_the_order_of_utf8_bytes,
    a_query_backwards_answers_in_the_opposite_order,
    a_query_reads_one_partition_only,
    begins_with_finds_the_prefix_and_no_look_alike,
    between_includes_both_ends,
    an_equal_sort_key_finds_one_item,
    pages_joined_are_the_whole_answer,
    a_page_goes_on_after_an_item_that_was_deleted,
    a_full_last_page_still_has_a_key_to_go_on,
    a_filter_counts_what_it_drops_as_scanned,
    an_index_holds_only_items_with_both_its_keys,
    an_item_leaves_an_index_with_its_key,
    items_of_one_place_in_an_index_are_all_paged,
    a_global_index_is_not_read_consistently,
    count_sends_no_items,
    a_batch_get_leaves_out_what_is_not_there,
    a_batch_get_refuses_one_key_twice,
)
