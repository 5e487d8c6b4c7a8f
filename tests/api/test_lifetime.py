"""A route on its way out says so with each answer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tabledesign import InputError
from tabledesign.api.exchange import Answer
from tabledesign.api.operation import Operation
from tabledesign.api.problems import Problem
from tabledesign.api.routing import Route
from tabledesign.engine.scripted import FakeClock

from .shapes import SHAPES, Sent, claims, client

BERLIN = timezone(timedelta(hours=2))
SINCE = datetime(2026, 7, 1, 2, tzinfo=BERLIN)
UNTIL = datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))


def operation(**lifetime: Any) -> Operation:
    return Operation("readThing", "A thing", "things", {200: None}, **lifetime)


def refuse(_call: object) -> Answer:
    raise Problem(409, "condition.failed", "not now")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_answer_of_a_route_that_goes_says_since_and_until_when(shape: str) -> None:
    leaving = operation(deprecated=SINCE, sunset=UNTIL)
    routes = (
        Route("GET", "/things", lambda call: Answer(200, []), leaving),
        Route("POST", "/things", refuse, leaving),
    )
    through = client(shape, routes, clock=FakeClock())
    replies = [through(Sent(method, "/things", who=claims("ann"))) for method in ("GET", "POST")]

    assert [200, 409] == [reply.status for reply in replies]
    assert {("@1782864000", "Fri, 01 Jan 2027 00:00:00 GMT")} == {
        (reply.headers["deprecation"], reply.headers["sunset"]) for reply in replies
    }


def test_a_route_that_stays_says_nothing() -> None:
    routes = (
        Route("GET", "/things", lambda call: Answer(200, []), operation()),
        Route("GET", "/others", lambda call: Answer(200, [])),
    )
    through = client("rest", routes, clock=FakeClock())

    for path in ("/things", "/others"):
        headers = through(Sent("GET", path, who=claims("ann"))).headers
        assert set() == {"deprecation", "sunset"} & headers.keys()


def test_what_is_deprecated_without_an_end_has_no_sunset() -> None:
    routes = (Route("GET", "/things", lambda call: Answer(200, []), operation(deprecated=SINCE)),)
    headers = client("rest", routes, clock=FakeClock())(
        Sent("GET", "/things", who=claims("ann"))
    ).headers

    assert ("@1782864000", False) == (headers["deprecation"], "sunset" in headers)


@pytest.mark.parametrize(
    "lifetime",
    [
        {"sunset": UNTIL},
        {"deprecated": UNTIL, "sunset": SINCE},
        {"deprecated": SINCE.replace(tzinfo=None)},
        {"deprecated": SINCE, "sunset": UNTIL.replace(tzinfo=None)},
    ],
)
def test_a_lifetime_that_cannot_be_is_refused(lifetime: dict[str, datetime]) -> None:
    with pytest.raises(InputError, match="deprecated") as refused:
        operation(**lifetime)

    assert "operation.lifetime" == refused.value.code
