"""Answers that come as bytes: the same as botocore's, and botocore's own where somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign.codec.answer import Answer
from tabledesign.design.creation import create_table
from tabledesign.engine.client import ClientEngine
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import Key
from tabledesign.schema.table import Table
from tabledesign.wire import Request

shelf = Table("shelf")


class Book(Entity, table=shelf):
    shelf_id: str
    number: int
    by_number = Key(partition="shelf_id", sort="number")


QUERY = Request(
    "Query",
    {
        "TableName": "shelf",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "Book#a#"}},
        "ReturnConsumedCapacity": "TOTAL",
    },
)


@pytest.fixture
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as made:
        create_table(shelf, made)
        rows: list[dict[str, Any]] = [
            {"pk": {"S": "Book#a#"}, "sk": {"S": str(n)}, "n": {"N": "7"}} for n in range(3)
        ]
        rows[0] |= {"cover": {"B": b"\xfb\xff"}, "all": {"BS": [b"a", b"\xff"]}}
        rows[1] |= {"notes": {"M": {"B": {"S": "text"}, "BS": {"L": [{"B": b"x"}]}}}}
        for row in rows:
            made.send(Request("PutItem", {"TableName": "shelf", "Item": row}))
        yield made


def without_headers(response: Any) -> dict[str, Any]:
    return {name: part for name, part in dict(response).items() if name != "ResponseMetadata"}


def test_an_answer_with_rows_stays_bytes_and_reads_as_botocore_would_have_read_it(
    engine: EmbeddedEngine,
) -> None:
    answer = engine.send(QUERY)
    client: Any = engine.client

    assert isinstance(answer, Answer)
    assert without_headers(client.query(**QUERY.parameters)) == without_headers(answer)
    assert 200 == answer["ResponseMetadata"]["HTTPStatusCode"]


def test_what_an_answer_says_about_its_rows_is_read_without_them(engine: EmbeddedEngine) -> None:
    answer = engine.send(QUERY)

    assert 3 == answer["Count"]
    assert answer.get("LastEvaluatedKey") is None
    assert "Answer" in repr(answer)


def test_the_clients_other_callers_get_what_they_always_got(engine: EmbeddedEngine) -> None:
    client: Any = engine.client
    engine.send(QUERY)

    assert type(client.query(**QUERY.parameters)) is dict


@pytest.mark.parametrize("event", ["after-call", "before-parse", "needs-retry"])
def test_a_handler_that_looks_at_answers_sees_them_parsed(
    engine: EmbeddedEngine, event: str
) -> None:
    seen: list[Any] = []
    client: Any = engine.client

    def look(**given: Any) -> None:
        seen.append(given)

    client.meta.events.register(f"{event}.dynamodb.Query", look)

    response = engine.send(QUERY)

    assert not isinstance(response, Answer)
    assert 3 == len(response["Items"])
    assert 1 == len(seen)
    if event == "after-call":
        assert 3 == seen[0]["parsed"]["Count"]


def test_a_tracer_around_the_call_sees_the_answer_parsed(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = engine.client
    kind: Any = client.__class__
    original = kind._make_api_call
    seen: list[Any] = []

    def traced(self: Any, operation: str, parameters: Any) -> Any:
        answer = original(self, operation, parameters)
        seen.append(answer)
        return answer

    monkeypatch.setattr(kind, "_make_api_call", traced)

    assert 3 == len(engine.send(QUERY)["Items"])
    assert 3 == len(seen[0]["Items"])


def test_a_call_made_inside_ours_is_parsed_as_ever(engine: EmbeddedEngine) -> None:
    client: Any = engine.client
    inner: list[Any] = []

    def ask(**_: Any) -> None:
        if not inner:
            inner.append(None)
            inner.append(client.query(**QUERY.parameters))

    client.meta.events.register_first("before-call.dynamodb.Query", ask)

    answer = engine.send(QUERY)

    assert 3 == len(answer["Items"])
    assert 3 == len(inner[1]["Items"])


def test_a_client_of_another_make_is_taken_to_be_watched() -> None:
    class Odd:
        meta = None

        def query(self, **_: Any) -> dict[str, Any]:
            return {"Items": []}

    client: Any = Odd()

    assert {"Items": []} == ClientEngine(client).send(QUERY)
