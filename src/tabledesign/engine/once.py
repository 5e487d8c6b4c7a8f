"""One call of a boto3 client sends once, whatever retries the client is configured with.

The client may be shared: other callers keep its retries, and handlers stay as they are. What
is ours is marked in the context that botocore carries along with each call:

* ``provide-client-params``, the first event of a call, puts the mark of an armed thread there;
* ``needs-retry``, asked before botocore's own handlers, raises what they would retry, so that
  they neither retry nor charge the failure to the quota the client's other callers share, and
  says no to all else;
* ``before-call``, asked last, puts in the body that we have written, so that botocore need not, or
  answers the call by the fast lane (`tabledesign.engine.lanes.fast`);
* ``before-parse``, asked last, keeps the bytes of an answer with rows from botocore's parser, which
  takes ten times as long as reading them into entities does; a client on which somebody else looks
  at parsed answers keeps its parser;
* ``request-created``, before each sending, holds back a second one, should a handler of the
  user's or a later botocore ask for it all the same.
"""

from __future__ import annotations

import threading
import weakref
import zlib
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol, cast

from tabledesign.codec.answer import Answer, is_answer
from tabledesign.engine import failures
from tabledesign.engine.agent import render_once
from tabledesign.engine.endpoints import resolve_once
from tabledesign.engine.lanes.fast import FastLane
from tabledesign.engine.watchers import Look, Watch
from tabledesign.wire import Operation, Request, Response

__all__ = ["Once", "once", "takes_no"]

MARK = "tabledesign.once"
SERVICE = "dynamodb"
ROWS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan"})

STAND_INS: Mapping[Operation, Mapping[str, Any]] = {
    "BatchGetItem": {"RequestItems": {"table": {"Keys": [{}]}}},
    "BatchWriteItem": {"RequestItems": {"table": [{}]}},
    "DeleteItem": {"Key": {}},
    "GetItem": {"Key": {}},
    "PutItem": {"Item": {}},
    "Query": {},
    "Scan": {},
    "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "table", "Key": {}}}]},
    "TransactWriteItems": {"TransactItems": [{}]},
    "UpdateItem": {"Key": {}},
}
"""What botocore is given in place of the parameters of which we have written the body: as much as
it demands, and nothing that DynamoDB would carry out. The table it is told, as endpoints may hang
on it."""


class Events(Protocol):
    """The part of a botocore client's event emitter that is used."""

    def register_first(
        self, event_name: str, handler: Callable[..., object], unique_id: str
    ) -> None: ...
    def register_last(
        self, event_name: str, handler: Callable[..., object], unique_id: str
    ) -> None: ...
    def emit(self, event_name: str, **arguments: object) -> object: ...


class Once:
    """The handlers of one client, and whether botocore asks them as they need to be asked."""

    def __init__(self, client: object) -> None:
        self.effective = False
        self.no: bool | None = None
        """What keeps botocore from sending again, whatever other handlers say."""
        self.writes_bodies = False
        self.watch = Watch(client)
        self.fast = FastLane(client)
        self.armed = threading.local()

    def register(self, events: Events, operation: object) -> None:
        """Register the handlers, then ask as botocore would, and see who answers first."""
        handlers: tuple[tuple[str, Callable[..., object]], ...] = (
            ("provide-client-params", self._mark),
            ("request-created", self._created),
            ("needs-retry", self._needs_retry),
        )
        for event, handler in handlers:
            name = f"{event}.{SERVICE}"
            events.register_first(name, handler, unique_id=f"{MARK}.{event}")
        parse = f"before-parse.{SERVICE}"
        events.register_last(parse, self._keep, unique_id=f"{MARK}.before-parse")
        # Under the bare name, which comes after all that are more specific.
        events.register_last("before-call", self._call, unique_id=f"{MARK}.before-call")
        self.no = False if takes_no() else None
        probe = _Probe()
        try:
            events.emit(
                f"needs-retry.{SERVICE}.ListTables",
                response=None,
                endpoint=None,
                operation=operation,
                attempts=1,
                caught_exception=probe,
                request_dict={"context": {MARK: True, "retries": {}}},
            )
        except _Probe as answer:
            self.effective = answer is probe

    def call(
        self, method: Callable[..., dict[str, Any]], request: Request, *, fast: bool = False
    ) -> Response:
        """Call the client's method so that it sends once; calls made inside it are not meant.

        By the fast lane where that is asked for and nobody stands in its way.
        """
        if not self.effective:
            return method(**request.parameters)
        look = self.watch.look(request.operation)
        self.armed.call = call = _Call(request, look)
        call.is_fast = fast and look.aside is None and request.operation in STAND_INS
        parameters = self._parameters(request, look)
        call.stands_in = parameters is not request.parameters
        try:
            answer = method(**parameters)
        finally:
            self.armed.call = None
        # A call that ran to its end unmarked was not held to one sending.
        if not call.marked:
            self.effective = False
        self.writes_bodies = call.asked
        if call.body is not None:
            return Answer(call.body, answer.get("ResponseMetadata"))
        return answer

    def _parameters(self, request: Request, look: Look) -> Mapping[str, Any]:
        stand_in = STAND_INS.get(request.operation)
        # Only once botocore has been seen to ask for the body.
        if stand_in is None or look.wants_parameters or not self.writes_bodies:
            return request.parameters
        table = request.parameters.get("TableName")
        if table is not None:
            return {"TableName": table, **stand_in}
        # The account in a table's ARN may decide the endpoint.
        return request.parameters if b'"arn:' in request.body else stand_in

    def _call(
        self, params: MutableMapping[str, Any], request_signer: Any, context: Any, **_: object
    ) -> object:
        call: _Call | None = context.get(MARK)
        if call is None:
            return None
        call.asked = True
        request, look = call.request, call.look
        # Where somebody sees the parameters, he may have changed what came of them.
        if request.operation in STAND_INS and not look.wants_parameters:
            params["body"] = request.body
        if not call.is_fast:
            return None
        return self.fast.carry(
            request.operation, params, request_signer, context, asks_before=look.asks_before
        )

    def _mark(self, context: MutableMapping[str, object], **_: object) -> None:
        call: _Call | None = getattr(self.armed, "call", None)
        if call is not None and not call.marked:
            call.marked = True
            context[MARK] = call

    def _created(self, request: Any, **_: object) -> None:
        call = request.context.get(MARK)
        armed: _Call | None = getattr(self.armed, "call", None)
        if armed is not None:
            # A call that is made inside ours, by a handler, is parsed as ever.
            armed.is_ours = call is armed
        if call is None:
            return
        if call.sent:
            from botocore.exceptions import HTTPClientError

            raise HTTPClientError(error="a second sending was held back")
        call.sent = True

    def _keep(
        self, response_dict: MutableMapping[str, Any], operation_model: Any, **_: object
    ) -> None:
        call: _Call | None = getattr(self.armed, "call", None)
        operation = operation_model.name
        if call is None or not call.is_ours or call.request.operation != operation:
            return
        if operation not in ROWS or response_dict["status_code"] != 200:
            return
        body = response_dict["body"]
        sound = "x-amz-crc32" in response_dict["headers"] or is_answer(body)
        if sound and not call.look.wants_parsed:
            call.body = body
            response_dict["body"] = b"{}"

    def _needs_retry(
        self,
        request_dict: Mapping[str, Any],
        response: tuple[Any, dict[str, Any]] | None,
        caught_exception: Exception | None,
        operation: Any,
        **_: object,
    ) -> bool | None:
        if MARK not in request_dict["context"]:
            return None
        if caught_exception is not None:
            raise caught_exception
        if response is not None:
            _check(response, operation)
        return self.no


class _Call:
    """One armed call: what was asked for it, whether it was sent, what came back."""

    __slots__ = (
        "asked",
        "body",
        "is_fast",
        "is_ours",
        "look",
        "marked",
        "request",
        "sent",
        "stands_in",
    )

    def __init__(self, request: Request, look: Look) -> None:
        self.request = request
        self.look = look
        self.marked = self.asked = self.sent = self.is_ours = self.is_fast = False
        self.stands_in = False
        self.body: bytes | None = None


class _Probe(Exception):
    """Raised back by the handler when it is asked first."""


@cache
def takes_no() -> bool:
    """Whether False from a handler is a no to this botocore; to 1.34 any answer is a yes."""
    from botocore.endpoint import Endpoint

    def emit(*_: object, **__: object) -> list[tuple[object, bool]]:
        return [(None, False)]

    emitter = SimpleNamespace(emit=emit)
    service = SimpleNamespace(service_id=SimpleNamespace(hyphenize=lambda: SERVICE))
    operation = SimpleNamespace(name="ListTables", service_model=service)
    try:
        ask: Any = vars(Endpoint)["_needs_retry"]
        return not ask(SimpleNamespace(_event_emitter=emitter), 1, operation, {"context": {}})
    except Exception:  # noqa: BLE001 - a later botocore: silence leaves it to its own handlers
        return False


def _check(response: tuple[Any, dict[str, Any]], operation: Any) -> None:
    """Raise what a handler of botocore's would retry: a damaged answer, 5xx and throttling.

    And what botocore takes for an answer that says nothing: one that ends within its headers, or
    the page of a captive portal, which is a 200, too.
    """
    from botocore.exceptions import ChecksumError, ClientError, HTTPClientError

    http, parsed = response
    status = int(http.status_code)
    if status < 300:
        expected = http.headers.get("x-amz-crc32")
        actual = str(zlib.crc32(http.content))
        if expected is None and not is_answer(http.content):
            # Without a checksum it may be anything, a page of a captive portal for one.
            raise HTTPClientError(error="a 200 that is no answer of DynamoDB")
        if expected is not None and expected != actual:
            raise ChecksumError(
                checksum_type="crc32", expected_checksum=expected, actual_checksum=actual
            )
        return
    code = str(parsed.get("Error", {}).get("Code"))
    rule = failures.CODES.get(code) or failures.rule_for_status(status)
    if rule.error.retry != "never" or status >= 500:
        parsed.setdefault("ResponseMetadata", {}).setdefault("RetryAttempts", 0)
        raise ClientError(cast(Any, parsed), operation.name)


_known: weakref.WeakKeyDictionary[object, Once] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def once(client: object) -> Once:
    """The handlers of a client, registered when it is first seen.

    Where they cannot be, or are not asked first, ``effective`` is False and the client sends as
    often as its own configuration says.
    """
    made = Once(client)
    with _lock:
        try:
            found = _known.setdefault(client, made)
            if found is made:
                meta: Any = getattr(client, "meta", None)
                made.register(meta.events, meta.service_model.operation_model("ListTables"))
                render_once(client, made.armed)
                resolve_once(client, made.armed)
        except Exception:  # noqa: BLE001 - a client of another make, or a later botocore
            return made
        return found
