"""The weather: each fault does what its name says, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tabledesign import Range
from tabledesign.design.provision import provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import FakeClock, Fault, ScriptedEngine
from tabledesign.errors import OutcomeUnknown, ServiceFailed, Throttled, TransactionConflict
from tabledesign.testing import faults
from tabledesign.testing.clients import Client, Crashed, Raised, Returned, interleave
from tabledesign.testing.lag import IndexLag
from tabledesign.testing.partial import PartialBatches
from tabledesign.testing.source import Seeded
from tabledesign.wire import Request

from .notes import Note, Notes, table

PUT = Request("PutItem", {"TableName": "notes", "Item": {}})


class Store:
    """Counts what reaches it."""

    def __init__(self) -> None:
        self.applied: list[Request] = []

    def send(self, request: Request) -> Any:
        self.applied.append(request)
        return {}


FAULTS: list[tuple[Fault, type[Exception], int]] = [
    (faults.dropped, OutcomeUnknown, 0),
    (faults.answer_lost, OutcomeUnknown, 1),
    (faults.throttled, Throttled, 0),
    (faults.conflicts, TransactionConflict, 0),
    (faults.server_error(applied=False), ServiceFailed, 0),
    (faults.server_error(applied=True), ServiceFailed, 1),
]


@pytest.mark.parametrize(("fault", "error", "applied"), FAULTS)
def test_a_fault_raises_its_error_before_or_after_the_request_is_applied(
    fault: Fault, error: type[Exception], applied: int
) -> None:
    store = Store()
    with pytest.raises(error):
        ScriptedEngine(store, fault=fault).send(PUT)

    assert applied == len(store.applied)


def test_a_late_answer_is_lost_and_the_clock_has_moved() -> None:
    store, clock = Store(), FakeClock()
    before = clock.now()
    engine = ScriptedEngine(store, fault=faults.delayed(clock, 5), clock=clock)
    with pytest.raises(OutcomeUnknown):
        engine.send(PUT)

    assert (1, 5.0) == (len(store.applied), (clock.now() - before).total_seconds())


def test_a_clock_jumps_back_and_the_request_goes_through() -> None:
    store, clock = Store(), FakeClock()
    before = clock.now()
    ScriptedEngine(store, fault=faults.clock_jumps(clock, -60), clock=clock).send(PUT)

    assert (1, -60.0) == (len(store.applied), (clock.now() - before).total_seconds())


def test_a_fault_strikes_at_one_request_or_from_one_on() -> None:
    once = ScriptedEngine(Store(), fault=faults.at_request(2, faults.throttled))
    from_then = ScriptedEngine(Store(), fault=faults.from_request(2, faults.throttled))

    assert [True, False, True] == [goes_through(once) for _ in range(3)]
    assert [True, False, False] == [goes_through(from_then) for _ in range(3)]


def goes_through(engine: ScriptedEngine) -> bool:
    try:
        engine.send(PUT)
    except Throttled:
        return False
    return True


def test_a_client_that_crashes_runs_no_code_any_more() -> None:
    caught: list[BaseException] = []
    client = Client(ScriptedEngine(Store(), fault=faults.crash))

    def call() -> None:
        try:
            client.send(PUT)
        except Exception as error:  # noqa: BLE001
            caught.append(error)

    (seen,) = interleave([(client, call)], ())
    client.close()

    assert isinstance(seen, Raised)
    assert isinstance(seen.error, Crashed)
    assert [] == caught


def test_clients_send_in_the_order_that_is_asked_for() -> None:
    store = Store()
    clients = [Client(store), Client(store)]

    def call(client: Client, name: str) -> Any:
        def twice() -> str:
            for number in range(2):
                client.send(Request("GetItem", {"name": f"{name}{number}"}))
            return name

        return twice

    calls = [(clients[0], call(clients[0], "a")), (clients[1], call(clients[1], "b"))]
    seen = interleave(calls, (1, 0, 0))
    for client in clients:
        client.close()

    assert [Returned("a"), Returned("b")] == seen
    assert ["b0", "a0", "a1", "b1"] == [sent.parameters["name"] for sent in store.applied]


def test_a_partial_batch_loses_nothing(shared: EmbeddedEngine) -> None:
    drive(provision(table, table_name="partial"), shared)
    engine = ScriptedEngine(PartialBatches(shared, Seeded(1), percent=40))
    notes = Notes(engine, tenant="t", table_name="partial")
    drawn = [Note(owner="ann", note_id=str(number)) for number in range(60)]
    result = notes.put_many(drawn)

    assert (60, ()) == (result.done, result.left)
    assert result.requests > 3
    assert 60 == len(list(notes.of_owner("ann")))
    shared.send(Request("DeleteTable", {"TableName": "partial"}))


def test_a_lagging_index_shows_the_past_until_it_settles(shared: EmbeddedEngine) -> None:
    lagging = IndexLag(shared, Seeded(1), percent=0)
    drive(provision(table, table_name="lagging"), lagging)
    notes = Notes(lagging, tenant="t", table_name="lagging", cursor_keys=b"k" * 32)
    note = notes.create(Note(owner="ann", note_id="1", due=date(2026, 1, 1)))
    everything: Range[Any] = Range()
    assert [] == list(notes.open_notes("ann", everything))
    assert note == notes.note("ann", "1").one()
    lagging.settle()
    assert [note] == list(notes.open_notes("ann", everything))
    lagging.send(Request("DeleteTable", {"TableName": "lagging"}))
