"""The engine over a boto3 client that the caller made, and how a value becomes an engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import CoroutineType, GeneratorType
from typing import Any, ClassVar, Protocol, TypeGuard

from tabledesign.engine.lanes.doubts import Doubts
from tabledesign.engine.lanes.lane import Transport, lane_of
from tabledesign.engine.lanes.lost import LaneFailure
from tabledesign.engine.protocol import (
    ALL_CAPABILITIES,
    AsyncEngine,
    Capabilities,
    Engine,
    Waits,
)
from tabledesign.engine.translate import error_from
from tabledesign.errors import InputError, RequestError
from tabledesign.wire import Operation, Request, Response

__all__ = ["Client", "ClientEngine", "engine_of"]

Method = Callable[..., dict[str, Any]]


class ClientMeta(Protocol):
    """The part of a botocore client's ``meta`` that is looked at."""

    @property
    def endpoint_url(self) -> str: ...
    @property
    def service_model(self) -> object: ...


class Client(Protocol):
    """A boto3 client; its methods are made at run time from the service model."""

    @property
    def meta(self) -> ClientMeta: ...


class ClientEngine:
    """Sends each request through the boto3 client's own method, signed by us where nobody looks.

    The client keeps its credentials, endpoint and events, and for its other callers its
    retries; a request of ours is sent once, since boto3 repeats what may not be repeated. Where
    a botocore does not let us, ``sends_once`` is False and the ``name`` says so. ``transport``
    tells the lane that requests take, and why. Raises `RequestError`.
    """

    thread_safe: ClassVar[bool] = True  # boto3's clients are, its sessions are not

    def __init__(
        self,
        client: Client,
        *,
        name: str = "DynamoDB",
        capabilities: Capabilities = ALL_CAPABILITIES,
    ) -> None:
        from tabledesign.engine.once import once  # with its lanes, ssl and sockets

        self.client = client
        self.capabilities = capabilities
        self._name = name
        self._once = once(client)
        self.waits = Waits()
        self._transport = lane_of(client)
        self._doubts = Doubts()
        self._methods: dict[Operation, Method] = {}

    @property
    def name(self) -> str:
        """The engine's name for messages."""
        return self._name if self.sends_once else f"{self._name}, repeated by boto3"

    @property
    def sends_once(self) -> bool:
        """Whether one request is one sending; otherwise the client's own retries apply."""
        return self._once.effective

    @property
    def transport(self) -> Transport:
        """The lane that a query takes now, and why; nothing is sent."""
        if self._transport.lane != "fast":
            return self._transport
        if not self.sends_once:
            return Transport("compatible", "this botocore does not ask our handlers first")
        aside = self._once.watch.look("Query").aside
        return self._transport if aside is None else Transport("compatible", aside)

    def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        fast = self._transport.lane == "fast" and request not in self._doubts
        return self._carry(request, fast=fast)

    def send_compatibly(self, request: Request) -> Response:
        """`send`, signed and sent by botocore."""
        return self._carry(request, fast=False)

    def _carry(self, request: Request, *, fast: bool) -> Response:
        method = self._methods.get(request.operation)
        if method is None:
            method = self._methods[request.operation] = self._method(request.operation)
        try:
            return self._once.call(method, request, fast=fast)
        except Exception as error:
            failure = self._failure(error, request)
            if failure is None:
                raise
            if fast:
                self._doubts.note(request, failure)
            raise failure from error

    def _failure(self, error: Exception, request: Request) -> RequestError | None:
        endpoint = self.client.meta.endpoint_url
        if isinstance(error, LaneFailure):
            return error.error(request, endpoint)
        failure = error_from(error, request=request, endpoint=endpoint)
        if failure is not None and not self.sends_once:
            failure.details = {**failure.details, "repeated_by": "boto3"}
        return failure

    def disconnect(self) -> None:
        """Close idle connections of the fast lane; the next request opens its own."""
        self._once.fast.close()

    def _method(self, operation: Operation) -> Method:
        method: Method = getattr(self.client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
        return method


def engine_of(engine_or_client: object) -> Engine | AsyncEngine:
    """The engine for what the caller handed in: an engine itself, or a boto3 client.

    Raises `InputError` with code ``engine.unknown`` for anything else.
    """
    if _is_engine(engine_or_client):
        return engine_or_client
    if _is_client(engine_or_client):
        return ClientEngine(engine_or_client)
    kind = type(engine_or_client)
    raise InputError(
        f"a {kind.__module__}.{kind.__qualname__} is no engine; {_remedy(engine_or_client)}",
        code="engine.unknown",
        field="engine",
    )


def _is_engine(value: object) -> TypeGuard[Engine | AsyncEngine]:
    if isinstance(value, type | GeneratorType | CoroutineType):  # these have a send of their own
        return False
    return callable(getattr(value, "send", None))


def _is_client(value: object) -> TypeGuard[Client]:
    return _service(value) == "dynamodb" and not _is_async_client(value)


def _service(value: object) -> str | None:
    model = getattr(getattr(value, "meta", None), "service_model", None)
    name = getattr(model, "service_name", None)
    return name if isinstance(name, str) else None


def _is_async_client(value: object) -> bool:
    import inspect

    return inspect.iscoroutinefunction(getattr(type(value), "_make_api_call", None))


def _remedy(value: object) -> str:
    service = _service(value)
    if isinstance(value, type):
        return "pass an instance of it, made with its arguments"
    if service == "dynamodb":
        return 'pass boto3.client("dynamodb"), wrapped in AsyncClientEngine for asyncio'
    if service is not None:
        return f'it is a client of {service!r}, so pass boto3.client("dynamodb")'
    if getattr(getattr(value, "meta", None), "client", None) is not None:
        return "it is a boto3 resource, so pass its client: resource.meta.client"
    return 'pass boto3.client("dynamodb"), embedded(), or an object with a send method'
