"""Each engine's written differences are real, and there are no others of their kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from tabledesign.engine import Engine
from tabledesign.engine.protocol import name_of
from tabledesign.errors import RequestError
from tabledesign.wire import Request, Response

from .engines import create_table, opened
from .quirks import ENGINES, QUIRKS, Difference, has_quirk

PARTITION = {"S": "t1#user#ann#"}
NAMES = {"#pk": "gsi3pk", "#sk": "gsi3sk"}
VALUES = {":pk": PARTITION, ":low": {"S": "Task#"}, ":high": {"S": "Task$"}}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with opened(request.param) as engine:
        create_table(engine)
        for number in range(2):
            put(engine, f"small {number}", user="ann")
        for number in range(5):
            put(engine, f"large {number}", user="bob", size=300_000)
        yield engine


def key_of(name: str) -> dict[str, Any]:
    return {"pk": {"S": f"t1#Task#{name}#"}, "sk": {"S": "Task#"}}


def put(engine: Engine, name: str, *, user: str, size: int = 10) -> None:
    index = {"gsi3pk": {"S": f"t1#user#{user}#"}, "gsi3sk": {"S": f"Task#{name}#"}}
    item = key_of(name) | index | {"title": {"S": "x" * size}}
    engine.send(Request("PutItem", {"TableName": "todo", "Item": item}))


def query(engine: Engine, *, values: dict[str, Any] | None = None, **changed: Any) -> Response:
    parameters: dict[str, Any] = {
        "TableName": "todo",
        "IndexName": "gsi3",
        "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :low AND :high",
        "ExpressionAttributeNames": NAMES,
        "ExpressionAttributeValues": VALUES | (values or {}),
    }
    return engine.send(Request("Query", parameters | changed))


def takes(ask: Callable[[], object]) -> bool:
    """Whether a request that DynamoDB refuses is not refused."""
    try:
        ask()
    except RequestError:
        return False
    except TypeError:  # of the engine itself, which did not see it coming
        return True
    return True


def ends_early(engine: Engine) -> bool:
    return "LastEvaluatedKey" not in query(engine, Limit=2)


def counts_one_more(engine: Engine) -> bool:
    page = query(engine, values={":pk": {"S": "t1#user#bob#"}})
    assert "LastEvaluatedKey" in page or page["Count"] == 5
    return bool(page["ScannedCount"] != page["Count"])


def takes_unused_names(engine: Engine) -> bool:
    return takes(lambda: query(engine, ExpressionAttributeNames=NAMES | {"#unused": "title"}))


def takes_a_reversed_between(engine: Engine) -> bool:
    return takes(lambda: query(engine, values={":low": {"S": "b"}, ":high": {"S": "a"}}))


def takes_101_operands(engine: Engine) -> bool:
    operands = {f":v{number}": {"S": str(number)} for number in range(101)}
    return takes(
        lambda: query(
            engine,
            values=operands,
            ExpressionAttributeNames=NAMES | {"#title": "title"},
            FilterExpression=f"#title IN ({', '.join(operands)})",
        )
    )


def takes_a_start_without_table_keys(engine: Engine) -> bool:
    start = {"gsi3pk": PARTITION, "gsi3sk": {"S": "Task#small 0#"}}
    return takes(lambda: query(engine, ExclusiveStartKey=start))


def takes_a_start_elsewhere(engine: Engine) -> bool:
    index = {"gsi3pk": {"S": "t1#user#bob#"}, "gsi3sk": {"S": "Task#large 0#"}}
    return takes(lambda: query(engine, ExclusiveStartKey=key_of("large 0") | index))


def reports_other_units(engine: Engine) -> bool:
    answer = engine.send(
        Request(
            "GetItem",
            {
                "TableName": "todo",
                "Key": key_of("large 0"),
                "ConsistentRead": True,
                "ReturnConsumedCapacity": "TOTAL",
            },
        )
    )
    # One unit for each 4 KB of 300,000 bytes and the keys.
    return bool(answer.get("ConsumedCapacity", {}).get("CapacityUnits") != 74.0)


def takes_a_full_page_only(engine: Engine) -> bool:
    return "LastEvaluatedKey" not in query(engine, values={":pk": {"S": "t1#user#bob#"}})


SHOWS: dict[str, Callable[[Engine], bool]] = {
    "capacity": reports_other_units,
    "cursor keys": takes_a_start_without_table_keys,
    "cursor partition": takes_a_start_elsewhere,
    "disorder": takes_a_reversed_between,
    "end": ends_early,
    "in list": takes_101_operands,
    "no page end": takes_a_full_page_only,
    "peek": counts_one_more,
    "unused": takes_unused_names,
}


@pytest.mark.engines
@pytest.mark.parametrize("difference", get_args(Difference))
def test_an_engine_differs_where_it_is_written_and_nowhere_else(
    engine: Engine, difference: Difference
) -> None:
    assert has_quirk(name_of(engine), difference) == SHOWS[difference](engine)


def test_each_difference_is_written_once_with_its_reason() -> None:
    assert len({(each.engine, each.difference) for each in QUIRKS}) == len(QUIRKS)
    assert set(SHOWS) == set(get_args(Difference))
    for each in QUIRKS:
        assert each.engine in ENGINES
        assert all((each.what, each.why, each.reference))
