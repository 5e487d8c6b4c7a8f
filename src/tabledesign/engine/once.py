"""One call of a boto3 client sends once, whatever retries the client is configured with.

The client may be shared: other callers keep its retries, and handlers stay as they are. What
is ours is marked in the context that botocore carries along with each call:

* ``provide-client-params``, the first event of a call, puts the mark of an armed thread there;
* ``needs-retry``, asked before botocore's own handlers, raises what they would retry, so that
  they neither retry nor charge the failure to the quota the client's other callers share, and
  says no to all else;
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
from typing import Any, Protocol, cast

from tabledesign.codec.answer import Answer, is_answer
from tabledesign.engine import failures
from tabledesign.engine.watchers import is_watched
from tabledesign.wire import Request, Response

__all__ = ["Once", "once"]

MARK = "tabledesign.once"
SERVICE = "dynamodb"
ROWS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan"})


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

    def __init__(self) -> None:
        self.effective = False
        self._armed = threading.local()

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
        probe = _Probe()
        try:
            events.emit(
                f"needs-retry.{SERVICE}.ListTables",
                response=None,
                endpoint=None,
                operation=operation,
                attempts=1,
                caught_exception=probe,
                request_dict={"context": {MARK: _Call(), "retries": {}}},
            )
        except _Probe as answer:
            self.effective = answer is probe

    def call(self, method: Callable[..., dict[str, Any]], request: Request) -> Response:
        """Call the client's method so that it sends once; calls made inside it are not meant."""
        if not self.effective:
            return method(**request.parameters)
        self._armed.call = call = _Call(request.operation, method)
        try:
            answer = method(**request.parameters)
        finally:
            self._armed.call = None
        # A call that ran to its end unmarked was not held to one sending.
        if not call.marked:
            self.effective = False
        if call.body is not None:
            return Answer(call.body, answer.get("ResponseMetadata"))
        return answer

    def _mark(self, context: MutableMapping[str, object], **_: object) -> None:
        call: _Call | None = getattr(self._armed, "call", None)
        if call is not None and not call.marked:
            call.marked = True
            context[MARK] = call

    def _created(self, request: Any, **_: object) -> None:
        call = request.context.get(MARK)
        armed: _Call | None = getattr(self._armed, "call", None)
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
        call: _Call | None = getattr(self._armed, "call", None)
        if call is None or not call.is_ours or call.operation != operation_model.name:
            return
        if call.operation not in ROWS or response_dict["status_code"] != 200:
            return
        body = response_dict["body"]
        # Without a checksum it may be anything, a page of a captive portal for one.
        sound = "x-amz-crc32" in response_dict["headers"] or is_answer(body)
        if sound and not is_watched(call.method, call.operation):
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
        return False


class _Call:
    """One armed call: whether botocore has taken it up, whether it was sent, what came back."""

    __slots__ = ("body", "is_ours", "marked", "method", "operation", "sent")

    def __init__(self, operation: str = "", method: object = None) -> None:
        self.operation = operation
        self.method = method
        self.marked = self.sent = self.is_ours = False
        self.body: bytes | None = None


class _Probe(Exception):
    """Raised back by the handler when it is asked first."""


def _check(response: tuple[Any, dict[str, Any]], operation: Any) -> None:
    """Raise what a handler of botocore's would retry: a damaged answer, 5xx and throttling."""
    from botocore.exceptions import ChecksumError, ClientError

    http, parsed = response
    status = int(http.status_code)
    if status < 300:
        expected = http.headers.get("x-amz-crc32")
        if expected is None:
            return
        actual = str(zlib.crc32(http.content))
        if expected != actual:
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
    made = Once()
    with _lock:
        try:
            found = _known.setdefault(client, made)
            if found is made:
                meta: Any = getattr(client, "meta", None)
                made.register(meta.events, meta.service_model.operation_model("ListTables"))
        except Exception:  # noqa: BLE001 - a client of another make, or a later botocore
            return made
        return found
