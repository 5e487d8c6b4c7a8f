"""How long a request waits before it is sent again, alone and beside others."""

from __future__ import annotations

from tabledesign.engine.creates import resolve_create
from tabledesign.engine.retry import send, send_many
from tabledesign.engine.scripted import ScriptedDriver
from tabledesign.errors import OutcomeUnknown, Throttled
from tabledesign.wire import Request, Response

BUSY = Throttled("too much; slow down", code="request.throttled")
LOST = OutcomeUnknown("lost; read the item", code="outcome.unknown")
READ = Request("Query", {})


def test_each_pause_of_a_request_may_be_twice_the_one_before() -> None:
    driver = ScriptedDriver(fault=lambda request, n: BUSY if n <= 4 else {})
    driver.clock.drawn = 0.5

    driver.drive(send(READ))

    assert [0.025, 0.05, 0.1, 0.2] == driver.clock.slept


def test_the_pauses_of_a_create_in_doubt_double_too() -> None:
    def fault(request: Request, n: int) -> Response | Exception:
        return {} if n > 8 or request.operation == "GetItem" else LOST

    driver = ScriptedDriver(fault=fault)
    driver.clock.drawn = 0.5
    parameters = {
        "TableName": "todo",
        "Item": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    driver.drive(resolve_create(Request("PutItem", parameters), key=("pk",)))

    assert [0.025, 0.05, 0.1, 0.2] == driver.clock.slept


def test_many_requests_wait_once_and_as_long_as_the_one_that_failed_most_often() -> None:
    failures = {"often": 3, "once": 1}
    rounds: dict[str, int] = {}

    def script(request: Request, n: int) -> Response | Exception:
        name = request.parameters["n"]
        rounds[name] = rounds.get(name, 0) + 1
        return BUSY if rounds[name] <= failures[name] else {}

    driver = ScriptedDriver(fault=script)
    driver.clock.drawn = 0.5
    driver.drive(send_many([Request("Query", {"n": name}) for name in failures], limit=2))

    assert [0.025, 0.05, 0.1] == driver.clock.slept
    assert {"often": 4, "once": 2} == rounds
