"""What the engine needs of botocore and does not promise: a release that changes it is told here.

Nothing else breaks with it: a client that cannot be looked into is used as it is, with its own
retries and its own parser. So without these tests such a release would only be slow.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import botocore
import pytest
from botocore.awsrequest import AWSResponse

from tabledesign.engine.clients import make_client
from tabledesign.engine.once import Once, once, takes_no
from tabledesign.engine.watchers import Watch

RELEASE = f"botocore {botocore.__version__}"
OLD = tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 43)
"""Releases of 1.34 do not ask before they parse: their answers are read row by row."""

EVENTS = (
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
    "after-call",
)


class Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, **_: object) -> list[bytes]:
        return [self._data]


@pytest.fixture
def client() -> Any:
    return make_client(
        region="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        credentials=("local", "local"),
    )


def answer(**_: object) -> AWSResponse:
    raw: Any = Body(b'{"TableNames": []}')
    headers: Any = {}
    return AWSResponse("http://127.0.0.1:9", 200, headers, raw)


def test_a_call_emits_its_events_in_the_known_order(client: Any) -> None:
    seen: list[str] = []

    def note(event_name: str, **_: object) -> None:
        seen.append(event_name.split(".", maxsplit=1)[0])

    client.meta.events.register("*", note)
    client.meta.events.register("before-send.dynamodb", answer)
    client.list_tables()

    known = [event for event in seen if event in EVENTS]
    if "before-parse" not in known and OLD:
        known.insert(EVENTS.index("before-parse"), "before-parse")
    assert list(EVENTS) == known, f"{RELEASE} emits other events in a call, or in another order"


def test_who_answers_before_a_call_answers_it(client: Any) -> None:
    def by_us(**_: object) -> object:
        return answer(), {"TableNames": ["todo"]}

    client.meta.events.register("before-call.dynamodb", by_us)

    assert ["todo"] == client.list_tables()["TableNames"], (
        f"{RELEASE} does not take an answer from before-call; the fast lane cannot be used"
    )


def test_the_call_carries_one_context_through_all_its_events(client: Any) -> None:
    found: list[object] = []

    def mark(context: dict[str, object], **_: object) -> None:
        context["mark"] = "ours"

    def look(request: Any, **_: object) -> None:
        found.append(request.context.get("mark"))

    client.meta.events.register("provide-client-params.dynamodb", mark)
    client.meta.events.register("request-created.dynamodb", look)
    client.meta.events.register("before-send.dynamodb", answer)
    client.list_tables()

    assert ["ours"] == found, f"{RELEASE}: a mark in the context of a call does not stay there"


def test_a_client_can_be_looked_into(client: Any) -> None:
    emitter: Any = client.meta.events._emitter
    kind: type[object] = client.__class__
    call: object = getattr(kind, "_make_api_call", None)
    look = (once(client), Watch(client).look("Query"))[1]

    assert hasattr(emitter, "_lookup_cache"), f"{RELEASE}: handlers are cached otherwise"
    assert callable(emitter._handlers.prefix_search), f"{RELEASE}: handlers are found otherwise"
    assert isinstance(call, FunctionType), f"{RELEASE}: calls go through another method"
    assert "botocore.client" == call.__module__, f"{RELEASE}: calls go through another module"
    assert look.aside is None, f"{RELEASE}: every call steps aside, since {look.aside}"
    assert not look.wants_parsed, f"{RELEASE}: every answer is parsed by botocore"


def test_our_handler_is_asked_first_whether_to_send_again(client: Any) -> None:
    found: Once = once(client)

    assert found.effective, f"{RELEASE}: what is sent once may be sent again by botocore's retries"
    assert takes_no() or found.no is None, f"{RELEASE}: a no of ours is taken for a yes"
