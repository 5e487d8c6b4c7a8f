"""Requests that were written as JSON at once: what they say, and when anybody has to read them."""

from __future__ import annotations

import json
import pickle
import sys
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tabledesign import (
    Entity,
    Key,
    Query,
    Range,
    Repository,
    Table,
    Transaction,
    Unique,
    access_pattern,
    field,
)
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.wire import Rendered, Request, Response

notes = Table("notes", global_indexes=("gsi1",), tenants=True)


class Note(Entity, table=notes):
    user_id: str
    note_id: str
    due: datetime | None = None
    photo: bytes = b"\xff"

    by_id = Key(partition="user_id", sort="note_id")
    by_due = Key("gsi1", partition="user_id", sort=("due", "note_id"))


class Named(Entity, table=notes):
    name: str
    number: int

    by_id = Key(partition="number")
    one_name = Unique("name")


class Notes(Repository, table=notes):
    @access_pattern
    def of(self, user_id: str) -> Query[Note]:
        """All notes of a user."""
        return Note.by_id.query(user_id=user_id)

    @access_pattern
    def due(self, user_id: str, due: Range[datetime]) -> Query[Note]:
        """Those that are due."""
        return Note.by_due.query(user_id=user_id, due=due).latest_first()

    @access_pattern
    def pictured(self, user_id: str, photo: bytes) -> Query[Note]:
        """Those with this picture."""
        return Note.by_id.query(user_id=user_id).where(field("photo").equals(photo))


NO_PHOTO = field("photo").equals(b"")
DUE = datetime(2026, 1, 31, tzinfo=UTC)
NOTE = Note(user_id='ann "ß"', note_id="a#1", due=DUE)
PLAIN = Note(user_id="ann", note_id="a1", due=DUE)


def nothing(request: Request, number: int) -> Response:
    """An answer in which nothing is found."""
    found: dict[str, Any] = {"Items": [], "Count": 0, "ScannedCount": 0}
    return found if request.operation == "Query" else {}


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(fault=nothing)


VERBS: dict[str, Callable[[Notes], object]] = {
    "put": lambda tasks: tasks.put(NOTE),
    "put under a condition": lambda tasks: tasks.put(
        NOTE, condition=field("photo").equals(b"\x00")
    ),
    "create": lambda tasks: tasks.create(NOTE),
    "create with a claim": lambda tasks: tasks.create(Named(name="é", number=1)),
    "delete": lambda tasks: tasks.delete_if_exists(NOTE),
    "get": lambda tasks: tasks.get(Note.by_id(user_id='ann "ß"', note_id="1")),
    "consistent get": lambda tasks: tasks.get(
        Note.by_id(user_id="ann", note_id="1"), consistent=True
    ),
    "query": lambda tasks: tasks.of('ann "ß"').page(),
    "limited query": lambda tasks: tasks.of("ann").page(limit=3),
    "range": lambda tasks: tasks.due("ann", Range.before(DUE)).page(),
    "filter": lambda tasks: tasks.pictured("ann", b"\x01").page(),
    "count": lambda tasks: tasks.of("ann").count(),
    "batch": lambda tasks: tasks.put_many([NOTE, NOTE.model_copy(update={"note_id": "2"})]),
    "batch of deletions": lambda tasks: tasks.delete_many([Note.by_id(user_id="ann", note_id="1")]),
    "transaction": lambda tasks: tasks.commit(
        Transaction()
        .put("put", NOTE)
        .delete_if_exists("delete", Note.by_id(user_id="ann", note_id="2"))
        .require("require", Note.by_id(user_id="ann", note_id="3"), condition=NO_PHOTO),
        token="once",
    ),
}


@pytest.fixture(params=list(VERBS))
def requests(request: pytest.FixtureRequest, engine: ScriptedEngine) -> list[Request]:
    VERBS[request.param](Notes(engine, tenant="acme"))
    assert engine.requests
    return engine.requests


def plainly(parameters: object) -> bytes:
    def encoded(value: bytes) -> str:
        return b64encode(value).decode()

    return json.dumps(parameters, default=encoded, separators=(",", ":")).encode()


def test_a_body_is_the_json_of_its_parameters(requests: list[Request]) -> None:
    for request in requests:
        assert plainly(dict(request.parameters)) == request.body


def test_a_request_is_the_one_with_plain_parameters(requests: list[Request]) -> None:
    for request in requests:
        plain = Request(request.operation, dict(request.parameters))
        assert plain == request
        assert request == plain
        assert plain.body == request.body
        assert plain != replace(request, last_writer_wins=True)
        assert plain != Request(request.operation, {**request.parameters, "TableName": "other"})


def test_a_request_survives_pickling_and_copying(requests: list[Request]) -> None:
    for request in requests:
        for copied in (pickle.loads(pickle.dumps(request)), deepcopy(request), replace(request)):
            assert request == copied
            assert request.body == copied.body


def asked(request: Request) -> list[object]:
    """What retries, traces and lanes want to know."""
    names = ("TableName", "IndexName", "ClientRequestToken")
    declared = replace(request, last_writer_wins=True)
    known = [request.parameters.get(name) for name in names]
    return [request.repeat, declared.repeat, request.body, *known]


def test_what_retries_and_traces_ask_reads_no_body(
    requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Rendered, "_read", None)
        told = [asked(request) for request in requests]
    assert [
        asked(Request(request.operation, dict(request.parameters))) for request in requests
    ] == told


def test_a_put_is_sent_again_as_its_parameters_say(engine: ScriptedEngine) -> None:
    tasks = Notes(engine, tenant="acme")
    tasks.put(NOTE)
    tasks.create(NOTE)
    put, create = (replace(sent, last_writer_wins=True) for sent in engine.requests)
    assert ("overwrite", "never") == (put.repeat, create.repeat)


def test_binary_data_comes_back_as_bytes(engine: ScriptedEngine) -> None:
    Notes(engine, tenant="acme").put(NOTE)
    assert {"B": b"\xff"} == engine.requests[0].parameters["Item"]["photo"]


def test_a_parameter_that_is_not_there_is_a_key_error() -> None:
    parameters = Rendered('{"TableName":"todo"}', {"TableName": "todo"})
    with pytest.raises(KeyError):
        parameters["Item"]


def steps(run: Callable[[], object]) -> int:
    """How many Python functions a call enters, those of generators once for each time."""
    entered = 0

    def count(frame: Any, event: str, argument: object) -> None:
        nonlocal entered
        entered += event == "call"

    run()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return entered


class Silent:
    """Answers nothing, and costs nothing."""

    def send(self, request: Request) -> Response:
        return {}


@pytest.fixture
def quiet() -> Notes:
    tasks = Notes(Silent(), tenant="acme")
    tasks.engine = Silent()  # without the guards that every test has
    return tasks


def test_a_put_enters_few_python_functions(quiet: Notes) -> None:
    assert steps(lambda: quiet.put(PLAIN)) <= 100


def test_a_create_enters_few_python_functions(quiet: Notes) -> None:
    assert steps(lambda: quiet.create(PLAIN)) <= 100


def test_a_get_enters_few_python_functions(quiet: Notes) -> None:
    identity = Note.by_id(user_id="ann", note_id="1")
    assert steps(lambda: quiet.get(identity)) <= 45


def test_an_item_of_a_batch_enters_seven_python_functions(quiet: Notes) -> None:
    many = [PLAIN.model_copy(update={"note_id": f"n{number}"}) for number in range(100)]
    few = many[:50]
    more = steps(lambda: quiet.put_many(many)) - steps(lambda: quiet.put_many(few))
    assert more <= 50 * 7
