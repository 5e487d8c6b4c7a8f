"""The same routes behind every kind of event, on Powertools for AWS Lambda.

Powertools matches the path and speaks each event's dialect. Everything else is ours: its own
validation has answers of its own for bodies, media types and dates.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, Final, cast
from urllib.parse import quote_from_bytes

from aws_lambda_powertools.event_handler import (
    ALBResolver,
    APIGatewayHttpResolver,
    APIGatewayRestResolver,
    HttpResolverLocal,
    LambdaFunctionUrlResolver,
    Response,
)
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.http_resolver import HttpProxyEvent

from tabledesign import clock as real
from tabledesign.api.answering import Carrier, request_id_of
from tabledesign.api.bodies import BODY_BYTES
from tabledesign.api.events import from_balancer, from_http, from_rest
from tabledesign.api.exchange import Answer
from tabledesign.api.origins import NO_ORIGINS, Origins
from tabledesign.api.principal import Authenticate
from tabledesign.api.problems import internal
from tabledesign.api.routing import Route, methods_of, unrouted
from tabledesign.engine.protocol import Clock
from tabledesign.observing.observer import Observer
from tabledesign.observing.seen import current, fault_of

__all__ = ["function_url", "http_api", "load_balancer", "local", "rest_api"]

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Powertools keeps the current event on a class that all resolvers of a process share. A Lambda
# process serves one event at a time anyway; whoever serves several must not mix them up.
_ONE_AT_A_TIME: Final = threading.Lock()

_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))


# Methods are told by name where they have one, and a client may send any word for one.
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

WATCHED: Final = Observer()
LOCALLY: Final = Observer(namespace=None)


def rest_api(
    routes: Sequence[Route],
    authenticate: Authenticate,
    *,
    clock: Clock = real,
    observer: Observer = WATCHED,
    origins: Origins = NO_ORIGINS,
) -> LambdaHandler:
    """A Lambda handler behind a REST API."""
    carrier = Carrier(from_rest, authenticate, clock, observer, origins)
    return _handler(APIGatewayRestResolver(), routes, carrier)


def http_api(
    routes: Sequence[Route],
    authenticate: Authenticate,
    *,
    clock: Clock = real,
    observer: Observer = WATCHED,
    origins: Origins = NO_ORIGINS,
) -> LambdaHandler:
    """A Lambda handler behind an HTTP API."""
    carrier = Carrier(from_http, authenticate, clock, observer, origins)
    return _handler(APIGatewayHttpResolver(), routes, carrier)


def function_url(
    routes: Sequence[Route],
    authenticate: Authenticate,
    *,
    clock: Clock = real,
    observer: Observer = WATCHED,
    origins: Origins = NO_ORIGINS,
) -> LambdaHandler:
    """A Lambda handler behind a function URL."""
    carrier = Carrier(from_http, authenticate, clock, observer, origins)
    return _handler(LambdaFunctionUrlResolver(), routes, carrier)


def load_balancer(
    routes: Sequence[Route],
    authenticate: Authenticate,
    *,
    clock: Clock = real,
    observer: Observer = WATCHED,
    origins: Origins = NO_ORIGINS,
) -> LambdaHandler:
    """A Lambda handler behind an application load balancer."""
    carrier = Carrier(from_balancer, authenticate, clock, observer, origins)
    return _handler(ALBResolver(), routes, carrier)


def local(
    routes: Sequence[Route],
    authenticate: Authenticate,
    *,
    clock: Clock = real,
    observer: Observer = LOCALLY,
    origins: Origins = NO_ORIGINS,
) -> HttpResolverLocal:
    """An ASGI application for a server on this machine."""
    app = _Local()
    app.observer = observer
    _mount(app, routes, Carrier(from_rest, authenticate, clock, observer, origins))
    return app


def _handler(app: ApiGatewayResolver, routes: Sequence[Route], carrier: Carrier) -> LambdaHandler:
    _mount(app, routes, carrier)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with _ONE_AT_A_TIME, carrier.observer.watching(request_id_of(event, context)) as seen:
            try:
                response = app.resolve(event, context)
            except Exception as error:  # noqa: BLE001 - Lambda would log its message and traceback
                seen.error = fault_of(error)
                response = _unforeseen(carrier, event, context)
            seen.method = _method_of(event)
            seen.status = int(response["statusCode"])
        return response

    return handle


def _method_of(event: Mapping[str, Any]) -> str:
    context: Mapping[str, Any] = event.get("requestContext") or {}
    http: Mapping[str, Any] = context.get("http") or {}
    method = event.get("httpMethod") or http.get("method")
    return str(method) if method in _METHODS else ""


def _unforeseen(carrier: Carrier, event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What any kind of event takes for an answer, where Powertools gave none."""
    answer = carrier.refuse(internal(), event, context)
    headers = {**answer.headers, "Content-Type": answer.media_type}
    return {
        "statusCode": answer.status,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": json.dumps(answer.body),
        "isBase64Encoded": False,
    }


def _mount(app: ApiGatewayResolver, routes: Sequence[Route], carrier: Carrier) -> None:
    for route in routes:
        rule = route.path.replace("{", "<").replace("}", ">")
        app.route(rule, method=route.method)(_endpoint(app, route, carrier))

    # Powertools answers 404 for a path it knows and a method it does not.
    def nowhere(_: NotFoundError) -> Response[str]:
        event, context = app.current_event, app.lambda_context
        methods = methods_of(routes, event.path)
        if methods and event.http_method == "OPTIONS":
            return _response(carrier.options(methods, event.raw_event, context))
        problem = unrouted(routes, event.path)
        return _response(carrier.refuse(problem, event.raw_event, context))

    app.exception_handler(NotFoundError)(nowhere)


def _endpoint(
    app: ApiGatewayResolver, route: Route, carrier: Carrier
) -> Callable[..., Response[str]]:
    def endpoint(**parameters: str) -> Response[str]:
        event = app.current_event.raw_event
        return _response(carrier.answer(route, event, app.lambda_context, parameters))

    return endpoint


def _response(answer: Answer) -> Response[str]:
    headers: dict[str, str | list[str]] = dict(answer.headers)
    if answer.body is None:
        # Without a text the local server's writer fails, with null it would be one.
        return Response(answer.status, body="", headers=headers)
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return Response(answer.status, answer.media_type, text, headers)


class _Local(HttpResolverLocal):
    """Takes whatever bytes come: the resolver itself decodes them where nothing catches it."""

    observer: Observer = LOCALLY

    async def asgi_handler(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[..., Any],
        send: Callable[..., Any],
    ) -> None:
        resolver: Any = super()
        if scope["type"] != "http":
            await resolver.asgi_handler(scope, receive, send)
            return
        body = base64.b64encode(await _bounded(receive))

        async def received() -> Mapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        with self.observer.watching(real.new_id()) as seen:
            seen.method = scope["method"] if scope["method"] in _METHODS else ""

            async def sending(message: Mapping[str, Any]) -> None:
                seen.status = message.get("status", seen.status)
                await send(message)

            await resolver.asgi_handler(_in_utf8(scope), received, sending)

    def _to_proxy_event(self, event: dict[str, Any]) -> HttpProxyEvent:
        event = {**event, "isBase64Encoded": True}
        seen = current()
        request_id = real.new_id() if seen is None else seen.request_id
        event["requestContext"] = {**event["requestContext"], "requestId": request_id}
        made = super()._to_proxy_event(event)  # pyright: ignore[reportUnknownMemberType]
        return cast("HttpProxyEvent", made)


async def _bounded(receive: Callable[..., Any]) -> bytes:
    """The body, or one byte more of it than is taken, which says enough."""
    body = b""
    while len(body) <= BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body[: BODY_BYTES + 1]


def _in_utf8(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The scope with headers and query as the resolver decodes them."""
    headers = [(name, value.decode("latin-1").encode()) for name, value in scope["headers"]]
    query = quote_from_bytes(scope["query_string"], safe=_ASCII).encode()
    return {**scope, "headers": headers, "query_string": query}
