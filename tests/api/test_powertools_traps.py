"""What Powertools does when it is left alone, and what a client sees instead.

Two of its traps are about the OpenAPI document it writes, which is not used.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tabledesign.api.bodies import read_body
from tabledesign.api.exchange import Answer, Call
from tabledesign.api.routing import Route
from tabledesign.engine.scripted import FakeClock
from tabledesign.todo.http.models import NewTask

from .shapes import SHAPES, Client, Reply, Sent, claims, client

JSON = {"content-type": "application/json"}


def who(call: Call) -> Answer:
    """The caller and what it asks for."""
    principal = call.principal
    return Answer(200, [principal.tenant, principal.subject, call.parameters["thing"]])


def take(call: Call) -> Answer:
    """What was sent, as far as it was a task."""
    return Answer(200, read_body(call, NewTask).model_dump(mode="json", include={"due"}))


ROUTES = (
    Route("GET", "/v1/things/{thing}", who),
    Route("PUT", "/v1/things/{thing}", take),
    Route("DELETE", "/v1/things/{thing}", lambda call: Answer(204)),
)


@pytest.fixture(params=SHAPES)
def things(request: pytest.FixtureRequest) -> Client:
    return client(request.param, ROUTES, clock=FakeClock())


def ask(through: Client, method: str, thing: str = "one", **options: Any) -> Reply:
    values: dict[str, Any] = {"who": claims("ann"), **options}
    return through(Sent(method, f"/v1/things/{thing}", **values))


def test_an_unknown_method_on_a_known_path_is_a_405_that_names_the_others(things: Client) -> None:
    reply = ask(things, "POST")

    assert (405, "DELETE, GET, OPTIONS, PUT") == (reply.status, reply.headers["allow"])


def test_a_name_in_a_path_counts_before_an_id_there() -> None:
    routes = (*ROUTES, Route("GET", "/v1/things/mine", who))
    through = client("rest", routes, clock=FakeClock())

    assert "GET, OPTIONS" == ask(through, "POST", "mine").headers["allow"]


def test_an_unknown_path_is_a_problem_document(things: Client) -> None:
    reply = things(Sent("GET", "/v1/other", who=claims("ann")))

    assert (404, "application/problem+json") == (reply.status, reply.headers["content-type"])
    assert "resource.absent" == reply.json["code"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "", "application/json; charset=latin-1"]
)
def test_a_body_of_another_media_type_is_a_problem_document(things: Client, kind: str) -> None:
    reply = ask(things, "PUT", headers={"content-type": kind}, body=b"{}")

    assert (415, "application/problem+json") == (reply.status, reply.headers["content-type"])
    assert "application/json" == reply.headers["accept"]


def test_multipart_without_a_boundary_is_a_415(things: Client) -> None:
    reply = ask(things, "PUT", headers={"content-type": "multipart/form-data"}, body=b"--x")

    assert 415 == reply.status


def test_a_body_that_is_not_utf8_is_a_400(things: Client) -> None:
    reply = ask(things, "PUT", headers=JSON, body=b'{"title": "\xff"}')

    assert (400, "body.encoding") == (reply.status, reply.json["code"])


def test_a_204_has_no_body_at_all(things: Client) -> None:
    reply = ask(things, "DELETE")

    assert (204, "") == (reply.status, reply.text)


@pytest.mark.parametrize("thing", ["USER#1", "a'b", "`", "%F0%9F%8F%B4", "a b", "x" * 65, "ü"])
def test_an_id_that_no_path_carries_is_absent_like_any_other(things: Client, thing: str) -> None:
    reply = ask(things, "GET", thing)

    assert (404, "resource.absent") == (reply.status, reply.json["code"])


@pytest.mark.parametrize("due", [0, 1.5, "0", "2026-1-7", "2026-01-07T00:00:00", "20260107", True])
def test_only_a_date_is_taken_for_a_date(things: Client, due: object) -> None:
    body = f'{{"title": "x", "list_id": "home", "due": {_json(due)}}}'.encode()
    reply = ask(things, "PUT", headers=JSON, body=body)

    assert (422, ["/due"]) == (reply.status, [e["pointer"] for e in reply.json["errors"]])


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads that take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_requests_served_at_once_in_one_process_do_not_mix() -> None:
    through = [client(shape, ROUTES, clock=FakeClock()) for shape in ("rest", "http", "balancer")]

    def one(number: int) -> tuple[list[str], list[str]]:
        wanted = [f"tenant{number % 2}", f"user{number % 5}", f"thing{number}"]
        caller = claims(wanted[1], wanted[0])
        return wanted, ask(through[number % 3], "GET", wanted[2], who=caller).json

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(400)))

    assert [wanted for wanted, _ in answers] == [given for _, given in answers]


def test_a_local_server_takes_the_token_for_the_caller_and_nothing_else() -> None:
    through = client("local", ROUTES, clock=FakeClock())
    named = {"x-tenant": "evil", "x-user": "eve", "cookie": "sub=eve"}

    assert 401 == ask(through, "GET", who=None, headers=named).status
    assert ["acme", "ann", "one"] == ask(through, "GET", headers=named).json


def test_a_stage_is_no_part_of_the_path() -> None:
    reply = ask(client("http", ROUTES, clock=FakeClock()), "GET")

    assert (200, ["acme", "ann", "one"]) == (reply.status, reply.json)


def test_headers_and_queries_in_any_bytes_do_no_harm_locally() -> None:
    from tabledesign.api import adapters
    from tabledesign.api.principal import Claims

    from .shapes import Verifier

    application = adapters.local(ROUTES, Claims().from_bearer(Verifier()))
    sent: list[dict[str, object]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/things/one",
        "query_string": b"a=\xff&b=%ff",
        "headers": [(b"authorization", b"Bearer \xff\xfe"), (b"x", b"\xe4")],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))

    assert 401 == sent[0]["status"]


def _json(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
