"""The stub of the benchmarks answers as DynamoDB would, and holds the item of every contender."""

from __future__ import annotations

import json
import os
import zlib
from http.client import HTTPConnection

from benchmarks.canned import FIRST, answer, page
from benchmarks.design import Task
from benchmarks.item import row, values
from benchmarks.stub import Stub

from tabledesign.patterns.writes import item_of


def test_the_item_has_twelve_attributes_and_470_bytes() -> None:
    item = row(FIRST)
    assert (len(item), len(json.dumps(item, separators=(",", ":")))) == (12, 470)


def test_the_item_is_what_our_entity_is_stored_as() -> None:
    assert item_of(Task.model_validate(values(FIRST)), None) == row(FIRST)


def test_an_answer_carries_the_checksum_and_length_of_its_body() -> None:
    head, _, body = answer("Query", "rows-100").partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert (headers["x-amz-crc32"], headers["Content-Length"]) == (
        str(zlib.crc32(body)),
        str(len(body)),
    )


def test_a_page_of_three_types_holds_as_many_of_each_in_the_order_of_the_key() -> None:
    rows = page("mixed-99")
    assert [item["sk"]["S"] for item in rows] == sorted(item["sk"]["S"] for item in rows)
    assert [item["entity"]["S"] for item in rows[::33]] == ["Note", "Step", "Task"]


def test_the_stub_keeps_a_connection_and_counts_what_it_is_asked() -> None:
    with Stub() as stub:
        connection = HTTPConnection("127.0.0.1", stub.port)
        for _ in range(2):
            connection.request("POST", "/", b'{"TableName":"rows-100"}', QUERY)
            assert json.loads(connection.getresponse().read())["Count"] == 100
        connection.close()
        counts = stub.counts()
    assert (counts.connections, counts.requests) == (2, 3)


def test_the_stub_has_a_core_of_its_own_while_it_lasts() -> None:
    before = os.sched_getaffinity(0)
    with Stub() as stub:
        its, ours = os.sched_getaffinity(stub.pid), os.sched_getaffinity(0)
    assert (its & ours == set(), its | ours) == (len(before) > 1, before)
    assert os.sched_getaffinity(0) == before


QUERY = {"X-Amz-Target": "DynamoDB_20120810.Query"}
