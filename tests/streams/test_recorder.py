"""The recorder tells what the engine's own stream tells, and the dispatcher reads both."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, cast

import pytest

from tabledesign import Change, Transaction
from tabledesign.design.definition import table_definition
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.scripted import FakeClock, ScriptedEngine
from tabledesign.engine.store import REGION
from tabledesign.streams import On, Streams
from tabledesign.testing.recorder import Recorder

from .worlds import Context, Heard, House, Plain, Room, house

Handle = Callable[..., Coroutine[None, None, tuple[int, object, bytes]]]


def asked(engine: EmbeddedEngine, action: str, **parameters: Any) -> dict[str, Any]:
    """An answer of the engine's stream, which boto3 would ask at another endpoint."""
    # Only now, since the engine has seen to it that nothing is deleted behind our back.
    from ministack.services import dynamodb_streams

    account = engine._account
    with account.lock, account._ministack.scope(account.id, REGION):
        headers = {"x-amz-target": f"DynamoDBStreams_20120810.{action}"}
        body = json.dumps(parameters).encode()
        handle = cast("Handle", vars(dynamodb_streams)["handle_request"])
        coroutine = handle("POST", "/", headers, body, {})
        with pytest.raises(StopIteration) as done:
            coroutine.send(None)
    status, _, content = done.value.value
    assert status == 200, content
    return cast("dict[str, Any]", json.loads(content))


def stream_of(engine: EmbeddedEngine) -> list[dict[str, Any]]:
    """Every record of the table's stream, as Lambda would hand them on."""
    arn = asked(engine, "ListStreams", TableName=house.name)["Streams"][0]["StreamArn"]
    shards = asked(engine, "DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = asked(
        engine,
        "GetShardIterator",
        StreamArn=arn,
        ShardId=shards[0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    found: list[dict[str, Any]] = asked(engine, "GetRecords", ShardIterator=iterator)["Records"]
    return found


def written(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What of a record is not a number or a time."""
    told = record["dynamodb"]
    return record["eventName"], {
        name: told.get(name) for name in ("Keys", "OldImage", "NewImage", "StreamViewType")
    }


@pytest.mark.engines
def test_both_tell_the_same_of_every_verb_and_it_reaches_the_handlers() -> None:
    with embedded() as engine:
        specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        client: Any = engine.client
        client.create_table(**table_definition(house), StreamSpecification=specification)
        recorder = Recorder(ScriptedEngine(engine), house)
        write(House(recorder, tenant="acme"))

        own, heard = stream_of(engine), Heard()
        Streams(house, [On(Room, heard), On(Plain, heard)])({"Records": own}, context())

        # A transaction has no order within, so its records may stand in any.
        assert sorted(map(repr, map(written, recorder.records))) == sorted(
            map(repr, map(written, own))
        )
        assert {"r1", "r2", "r3", "p1"} == {
            getattr(record.latest, "room_id", None) or record.latest.plain_id
            for record in heard.records
        }


def write(rooms: House) -> None:
    """Every verb that writes, and writes that change nothing or are refused."""
    first = rooms.create(Room(room_id="r1", floor=1, seal=b"\xff", doors=frozenset({"n"})))
    rooms.put(first)
    rooms.update(first, Change().set(floor=2).add_to(doors={"s"}))
    rooms.put_many([Room(room_id="r2", floor=1), Room(room_id="r3", floor=1)])
    rooms.commit(
        Transaction()
        .create("plain", Plain(plain_id="p1", code="c"))
        .update("room", Room.by_id(room_id="r2"), Change().set(label="Two"))
        .delete("other", Room.by_id(room_id="r3"))
    )
    rooms.delete_many([Room.by_id(room_id="r2"), Room.by_id(room_id="none")])
    rooms.delete_if_exists(Room.by_id(room_id="r1"))


def context() -> Context:
    return Context(FakeClock())
