"""Lambda's deliveries, acted out: whatever fails, each record is handled, parked or still there."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tabledesign.engine.scripted import FakeClock
from tabledesign.streams import On, Poison, StreamRecord, Streams

from ..evidence import Evidence
from .worlds import Context, Room, World, house

SHARDS = 200
_NUMBER = 10**20


def test_every_record_takes_effect_once_or_is_parked_whatever_fails_and_comes_again(
    world: World, evidence: Evidence
) -> None:
    evidence("stream shards with failures, redelivery and poison", played(world, SHARDS))


@pytest.mark.full
def test_and_so_in_ten_thousand_shards(world: World, evidence: Evidence) -> None:
    evidence("stream shards with failures, redelivery and poison", played(world, 10_000))


def played(world: World, count: int) -> int:
    world.base.create(Room(room_id="r", floor=1))
    pattern = world.recorder.event()["Records"][0]
    for seed in range(count):
        play(random.Random(seed), pattern, world.clock)
    return count


def play(chance: random.Random, pattern: dict[str, Any], clock: FakeClock) -> None:
    """One shard, read to its end."""
    shard = [record(pattern, number, chance) for number in range(chance.randint(1, 8))]
    numbers = [each["dynamodb"]["SequenceNumber"] for each in shard]
    broken = {number_of(each) for each in shard if "S" in image(each)["floor"]}
    stuck = {number for number in numbers if number not in broken and chance.random() < 0.1}
    effects: dict[str, str] = {}
    seen: list[str] = []
    parked: list[str] = []

    def handle(told: StreamRecord[Room]) -> None:
        if told.sequence_number in stuck or chance.random() < 0.2:
            raise ValueError(told.latest.room_id)
        seen.append(told.sequence_number)
        effects.setdefault(told.event_id, told.sequence_number)  # a consumer told twice acts once
        if chance.random() < 0.05:
            clock.sleep(4)

    def park(poison: Poison) -> None:
        if chance.random() < 0.2:
            raise OSError
        parked.append(poison.sequence_number)

    streams = Streams(house, [On(Room, handle)], attempts=4, poison=park, clock=clock)
    position = 0
    for _ in range(400):
        if position == len(shard):
            break
        batch = shard[position : position + chance.randint(1, 5)]
        failures = streams({"Records": batch}, Context(clock, 6.0))["batchItemFailures"]
        if chance.random() < 0.1:
            continue  # the answer was lost: all of it comes again
        position += next_of(batch, failures)
    assert len(shard) == position
    done = set(effects.values())
    assert set(numbers) == done | set(parked)
    assert broken <= set(parked)
    assert stuck <= set(parked)
    # What was parked and then came again, as its answer was lost, may be handled late.
    firsts = [number for number in dict.fromkeys(seen) if number not in parked]
    assert sorted(firsts, key=int) == firsts


def next_of(batch: list[dict[str, Any]], failures: list[dict[str, str]]) -> int:
    """How far Lambda goes on: to the lowest number that is reported, which must be the batch's."""
    if not failures:
        return len(batch)
    (failure,) = failures
    numbers = [number_of(each) for each in batch]
    assert failure["itemIdentifier"] in numbers
    return numbers.index(failure["itemIdentifier"])


def record(pattern: dict[str, Any], number: int, chance: random.Random) -> dict[str, Any]:
    floor = {"S": "one"} if chance.random() < 0.1 else {"N": str(number)}
    told = pattern["dynamodb"]
    new = {**told["NewImage"], "floor": floor}
    # Numbers grow, and grow longer: as texts they would not be in order.
    sequence = str(_NUMBER - 4 + number)
    return {
        **pattern,
        "eventID": f"e{number}",
        "dynamodb": {**told, "NewImage": new, "SequenceNumber": sequence},
    }


def number_of(record: dict[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def image(record: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = record["dynamodb"]["NewImage"]
    return new
