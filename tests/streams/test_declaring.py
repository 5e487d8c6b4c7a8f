"""What is wrong with a dispatcher is raised where it is made, all of it at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tabledesign import DesignError, Entity, Key, Table
from tabledesign.streams import On, Streams, event_source_mapping
from tabledesign.streams.event import View

from .worlds import Heard, Plain, Room, house

other = Table("other")


class Stray(Entity, table=other):
    stray_id: str
    by_id = Key(partition="stray_id")


@pytest.mark.parametrize("view", ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"])
def test_a_view_that_lacks_an_image_is_refused_with_the_remedy(view: View) -> None:
    with pytest.raises(DesignError) as caught:
        Streams(house, [On(Room, Heard())], view=view)

    refusal = caught.value.refusals[0]
    assert "streams.view" == refusal.code
    assert [True, True] == [view in refusal.fault, "NEW_AND_OLD_IMAGES" in refusal.remedy]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    handlers: list[On[Any]] = [On(Room, Heard()), On(Room, Heard()), On(Stray, Heard())]

    with pytest.raises(DesignError) as caught:
        Streams(house, handlers, view="KEYS_ONLY", attempts=0)

    assert [
        "streams.view",
        "streams.attempts",
        "streams.two_handlers",
        "streams.foreign_entity",
    ] == [refusal.code for refusal in caught.value.refusals]


def test_lambda_is_told_to_halve_batches_and_to_bring_handled_entities_only() -> None:
    streams = Streams(house, [On(Room, Heard()), On(Plain, Heard())])

    mapping = event_source_mapping(streams, failed="arn:aws:sqs:eu-central-1:1:failed")

    patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
    entity = {"entity": {"S": ["Plain", "Room"]}}
    assert [{"dynamodb": {"NewImage": entity}}, {"dynamodb": {"OldImage": entity}}] == patterns
    assert [True, ["ReportBatchItemFailures"]] == [
        mapping["BisectBatchOnFunctionError"],
        mapping["FunctionResponseTypes"],
    ]
    assert {"OnFailure": {"Destination": "arn:aws:sqs:eu-central-1:1:failed"}} == mapping[
        "DestinationConfig"
    ]
