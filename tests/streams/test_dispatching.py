"""Each record reaches the handler of its entity, typed, in order, and never is one dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tabledesign import Change, InputError
from tabledesign.errors import Throttled
from tabledesign.streams import BatchReport, On, Poison, Streams
from tabledesign.streams.event import records_of

from .worlds import Heard, Plain, Room, Waiting, World, house

ROOM = Room(
    room_id="hall",
    floor=1,
    seal=b"\x00\xff",
    seals=frozenset({b"\x01", b"\xfe"}),
    doors=frozenset({"north", "south"}),
    chairs=({"leg": b"\x02"},),
    label="Hall",
)


def test_a_handler_is_told_the_entity_before_and_after_and_what_changed(world: World) -> None:
    heard = Heard()
    world.base.create(ROOM)
    moved = world.base.update(ROOM, Change().set(floor=2, label=None))
    world.base.delete(moved)

    Streams(house, [On(Room, heard)])(world.recorder.event(), world.context())

    told = [(record.old, record.new) for record in heard.records]
    changed = [sorted(record.changed) for record in heard.records]
    assert [(None, ROOM), (ROOM, moved), (moved, None)] == told
    assert [sorted(Room.model_fields), ["floor", "label"], sorted(Room.model_fields)] == changed


def test_a_record_tells_when_it_was_written_in_which_tenant_and_its_two_numbers(
    world: World,
) -> None:
    heard = Heard()
    world.of("a#b").create(ROOM)
    event = world.recorder.event()

    Streams(house, [On(Room, heard)])(event, world.context())

    record, raw = heard.records[0], event["Records"][0]
    assert "a#b" == record.tenant
    assert datetime(2026, 1, 1, tzinfo=UTC) == record.at
    assert [raw["eventID"], raw["dynamodb"]["SequenceNumber"]] == [
        record.event_id,
        record.sequence_number,
    ]


def test_what_expired_is_told_apart_from_what_somebody_deleted(world: World) -> None:
    heard = Heard()
    until = world.clock.now() + timedelta(seconds=60)
    world.base.create(ROOM)
    world.base.create(ROOM.model_copy(update={"room_id": "attic", "until": until}))
    world.base.delete(ROOM)
    world.clock.sleep(61)
    world.recorder.expire()

    Streams(house, [On(Room, heard)])(world.recorder.event(), world.context())

    removed = [(r.latest.room_id, r.expired) for r in heard.records if r.new is None]
    assert [("hall", False), ("attic", True)] == removed


def test_an_image_of_an_older_version_is_brought_up_to_date(world: World) -> None:
    heard = Heard()
    world.base.create(ROOM)
    event = world.recorder.event()
    image = event["Records"][0]["dynamodb"]["NewImage"]
    del image["floor"], image["entity_version"]

    Streams(house, [On(Room, heard)])(event, world.context())

    assert [0] == [record.latest.floor for record in heard.records]


def test_an_item_without_an_entity_name_is_known_by_its_key(world: World) -> None:
    heard = Heard()
    world.base.create(ROOM)
    event = world.recorder.event()
    del event["Records"][0]["dynamodb"]["NewImage"]["entity"]

    Streams(house, [On(Room, heard)])(event, world.context())

    assert [ROOM] == [record.new for record in heard.records]


def test_entities_without_a_handler_and_what_keeps_their_rules_are_ignored(world: World) -> None:
    told: list[BatchReport] = []
    world.base.create(Plain(plain_id="p", code="c"))

    answer = Streams(house, [On(Room, Heard())], told=told.append)(
        world.recorder.event(), world.context()
    )

    assert {"batchItemFailures": []} == answer
    assert [BatchReport(ignored=3)] == told


def test_a_name_that_is_no_entity_is_told_and_passed(world: World) -> None:
    told: list[BatchReport] = []
    world.base.create(ROOM)
    world.base.create(ROOM.model_copy(update={"room_id": "attic"}))
    event = world.recorder.event()
    event["Records"][0]["dynamodb"]["NewImage"]["entity"] = {"S": "Cellar"}
    event["Records"][1]["dynamodb"]["NewImage"]["entity"] = {"S": "secret words of a guest"}

    answer = Streams(house, [On(Room, Heard())], told=told.append)(event, world.context())

    assert {"batchItemFailures": []} == answer
    assert [BatchReport(unknown=2, names=("Cellar",))] == told


def test_at_the_first_failure_the_rest_is_left_for_the_next_time(world: World) -> None:
    heard, told = Heard(), list[BatchReport]()
    for number in range(4):
        world.base.create(ROOM.model_copy(update={"room_id": str(number)}))
    event = world.recorder.event()
    third = event["Records"][2]["dynamodb"]["SequenceNumber"]
    heard.failing[third] = KeyError("the guest's name")
    streams = Streams(house, [On(Room, heard)], told=told.append)

    answer = streams(event, world.context())

    assert {"batchItemFailures": [{"itemIdentifier": third}]} == answer
    assert ["0", "1"] == [record.latest.room_id for record in heard.records]
    assert [BatchReport(handled=2, left=2, failed=third, fault="KeyError")] == told


def test_records_are_handled_in_the_order_of_their_numbers(world: World) -> None:
    heard = Heard()
    for number in range(3):
        world.base.create(ROOM.model_copy(update={"room_id": str(number)}))
    event = world.recorder.event()
    event["Records"].reverse()
    heard.failing[event["Records"][0]["dynamodb"]["SequenceNumber"]] = ValueError()

    answer = Streams(house, [On(Room, heard)])(event, world.context())

    assert ["0", "1"] == [record.latest.room_id for record in heard.records]
    last = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert {"batchItemFailures": [{"itemIdentifier": last}]} == answer


def test_no_record_is_begun_once_the_time_is_up(world: World) -> None:
    told: list[BatchReport] = []
    for number in range(3):
        world.base.create(ROOM.model_copy(update={"room_id": str(number)}))
    event = world.recorder.event()
    second = event["Records"][1]["dynamodb"]["SequenceNumber"]

    streams = Streams(
        house,
        [On(Room, lambda record: world.clock.sleep(3))],
        told=told.append,
        clock=world.clock,
    )
    answer = streams(event, world.context(seconds=3.2))

    assert {"batchItemFailures": [{"itemIdentifier": second}]} == answer
    assert [BatchReport(handled=1, left=2, failed=second, fault="deadline")] == told


def test_a_handler_that_fails_again_and_again_is_given_up_after_so_many_attempts(
    world: World,
) -> None:
    heard, parked = Heard(), list[Poison]()
    world.base.create(ROOM)
    world.base.create(ROOM.model_copy(update={"room_id": "attic"}))
    event = world.recorder.event()
    first = event["Records"][0]["dynamodb"]["SequenceNumber"]
    heard.failing[first] = KeyError("x")
    streams = Streams(house, [On(Room, heard)], attempts=3, poison=parked.append)

    answers = [streams(event, world.context()) for _ in range(3)]

    failed = {"batchItemFailures": [{"itemIdentifier": first}]}
    assert [failed, failed, {"batchItemFailures": []}] == answers
    assert [("handler", "KeyError", 3, "acme", "Room")] == [
        (p.reason, p.fault, p.attempts, p.tenant, p.entity) for p in parked
    ]
    assert ["attic"] == [record.latest.room_id for record in heard.records]


def test_what_passes_is_never_poison(world: World) -> None:
    heard, parked = Heard(), list[Poison]()
    world.base.create(ROOM)
    event = world.recorder.event()
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    heard.failing[number] = Throttled("wait", code="request.throttled")
    streams = Streams(house, [On(Room, heard)], attempts=1, poison=parked.append)

    answers = [streams(event, world.context()) for _ in range(5)]

    assert [[{"itemIdentifier": number}]] * 5 == [a["batchItemFailures"] for a in answers]
    assert [] == parked


def test_a_success_forgets_the_failures_before_it(world: World) -> None:
    heard, parked = Heard(), list[Poison]()
    world.base.create(ROOM)
    event = world.recorder.event()
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    streams = Streams(house, [On(Room, heard)], attempts=2, poison=parked.append)

    for _ in range(3):
        heard.failing = {number: ValueError()}
        streams(event, world.context())
        heard.failing = {}
        streams(event, world.context())

    assert [] == parked


BROKEN: list[dict[str, object]] = [
    {"floor": {"S": "one"}},
    {"floor": {"N": "much"}},
    {"seal": {"B": "not base64!"}},
    {"seal": {"B": 7}},
    {"seal": "untagged"},
    {"chairs": {"L": [{"M": {"leg": {"B": "!"}}}]}},
    {"room_id": {"NULL": True}},
    {"until": {"N": "9" * 400}},
    {"floor": {}},
]


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_an_image_that_cannot_be_read_is_poison_at_once(
    world: World, broken: dict[str, object]
) -> None:
    heard, parked = Heard(), list[Poison]()
    world.base.create(ROOM)
    event = world.recorder.event()
    event["Records"][0]["dynamodb"]["NewImage"].update(broken)

    answer = Streams(house, [On(Room, heard)], poison=parked.append)(event, world.context())

    assert {"batchItemFailures": []} == answer
    assert [("unreadable", 0)] == [(poison.reason, poison.attempts) for poison in parked]
    assert [] == heard.records


def test_poison_without_a_place_to_go_is_never_dropped(world: World) -> None:
    world.base.create(ROOM)
    event = world.recorder.event()
    event["Records"][0]["dynamodb"]["NewImage"]["floor"] = {"S": "one"}
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]

    def full(_: Poison) -> None:
        raise OSError("no space")

    for streams in (
        Streams(house, [On(Room, Heard())]),
        Streams(house, [On(Room, Heard())], poison=full),
    ):
        answers = [streams(event, world.context()) for _ in range(5)]
        assert [[{"itemIdentifier": number}]] * 5 == [a["batchItemFailures"] for a in answers]


def test_poison_is_parked_in_its_tenant_and_can_be_told_again(world: World) -> None:
    heard = Heard()
    world.of("b").create(ROOM)
    event = world.recorder.event()
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    heard.failing[number] = ValueError("Hall")
    seen = world.clock.now()
    streams = Streams(
        house,
        [On(Room, heard)],
        attempts=1,
        poison=lambda poison: world.of(poison.tenant).put(Waiting.of(poison, seen_at=seen)),
    )

    streams(event, world.context())
    streams(event, world.context())  # delivered again: parked once

    parked = list(world.of("b").waiting())
    assert [("Room", "handler", "ValueError", 1, seen)] == [
        (p.entity_name, p.reason, p.fault, p.attempts, p.seen_at) for p in parked
    ]
    heard.failing.clear()
    streams({"Records": [json.loads(parked[0].record)]}, world.context())
    assert [ROOM] == [record.new for record in heard.records]


NO_EVENTS: list[object] = [
    {},
    [],
    {"Records": "x"},
    {"Records": [{}]},
    {"Records": [{"dynamodb": {"SequenceNumber": ""}}]},
    {"Records": [{"dynamodb": {"SequenceNumber": None}}]},
    {"Records": [{"dynamodb": {"SequenceNumber": "1"}}]},
    {"Records": [{"dynamodb": {"SequenceNumber": "1", "ApproximateCreationDateTime": 1e99}}]},
    {"Records": [{"Sns": {}}]},
]


@pytest.mark.parametrize("event", NO_EVENTS, ids=str)
def test_what_is_no_event_of_a_stream_is_refused_as_a_whole(world: World, event: object) -> None:
    with pytest.raises(InputError) as caught:
        Streams(house, [On(Room, Heard())])(event, world.context())

    assert "streams.event" == caught.value.code


@pytest.mark.parametrize("view", ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"])
def test_a_stream_without_both_images_is_refused_while_it_runs_too(world: World, view: str) -> None:
    world.base.create(ROOM)
    event = world.recorder.event()
    event["Records"][0]["dynamodb"]["StreamViewType"] = view

    with pytest.raises(InputError) as caught:
        Streams(house, [On(Room, Heard())])(event, world.context())

    assert "streams.view" == caught.value.code


def test_nothing_of_an_item_shows_where_a_record_is_printed(world: World) -> None:
    heard, parked = Heard(), list[Poison]()
    world.base.create(ROOM)
    event = world.recorder.event()
    broken = json.loads(json.dumps(event))
    broken["Records"][0]["dynamodb"]["NewImage"]["floor"] = {"S": "one"}
    streams = Streams(house, [On(Room, heard)], poison=parked.append)

    streams(event, world.context())
    streams(broken, world.context())

    printed = [repr(each) for each in (*records_of(event), *heard.records, *parked)]
    assert [False] * 3 == ["Hall" in text or "hall" in text for text in printed]


def test_each_event_leaves_one_line_with_its_numbers_and_no_value(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = Heard()
    world.base.create(ROOM)
    world.base.create(ROOM.model_copy(update={"room_id": "attic"}))
    event = world.recorder.event()
    event["Records"][0]["dynamodb"]["NewImage"]["entity"] = {"S": "Cellar"}
    heard.failing[event["Records"][1]["dynamodb"]["SequenceNumber"]] = KeyError("Hall")

    Streams(house, [On(Room, heard)])(event, world.context())

    written = capsys.readouterr().out
    (line,) = map(json.loads, written.splitlines())
    assert ("ERROR", "stream house", "KeyError", ["Cellar"]) == (
        line["level"],
        line["route"],
        line["error"],
        line["unknown_names"],
    )
    assert (0, 1, 1) == (line["handled"], line["unknown"], line["left"])
    metrics = [m["Name"] for m in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert {"poisoned", "left", "latency"} <= set(metrics)
    assert [False, False] == [word in written for word in ("Hall", "attic")]
