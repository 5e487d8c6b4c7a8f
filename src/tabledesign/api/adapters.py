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
from tabledesign.api.answering import Carrier
from tabledesign.api.bodies import BODY_BYTES
from tabledesign.api.events import from_balancer, from_http, from_rest
from tabledesign.api.exchange import Answer
from tabledesign.api.principal import Authenticate
from tabledesign.api.routing import Route, unrouted
from tabledesign.engine.protocol import Clock

__all__ = ["function_url", "http_api", "load_balancer", "local", "rest_api"]

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Powertools keeps the current event on a class that all resolvers of a process share. A Lambda
# process serves one event at a time anyway; whoever serves several must not mix them up.
_ONE_AT_A_TIME: Final = threading.Lock()

_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))


def rest_api(
    routes: Sequence[Route], authenticate: Authenticate, *, clock: Clock = real
) -> LambdaHandler:
    """A Lambda handler behind a REST API."""
    return _handler(APIGatewayRestResolver(), routes, Carrier(from_rest, authenticate, clock))


def http_api(
    routes: Sequence[Route], authenticate: Authenticate, *, clock: Clock = real
) -> LambdaHandler:
    """A Lambda handler behind an HTTP API."""
    return _handler(APIGatewayHttpResolver(), routes, Carrier(from_http, authenticate, clock))


def function_url(
    routes: Sequence[Route], authenticate: Authenticate, *, clock: Clock = real
) -> LambdaHandler:
    """A Lambda handler behind a function URL."""
    return _handler(LambdaFunctionUrlResolver(), routes, Carrier(from_http, authenticate, clock))


def load_balancer(
    routes: Sequence[Route], authenticate: Authenticate, *, clock: Clock = real
) -> LambdaHandler:
    """A Lambda handler behind an application load balancer."""
    return _handler(ALBResolver(), routes, Carrier(from_balancer, authenticate, clock))


def local(
    routes: Sequence[Route], authenticate: Authenticate, *, clock: Clock = real
) -> HttpResolverLocal:
    """An ASGI application for a server on this machine."""
    app = _Local()
    _mount(app, routes, Carrier(from_rest, authenticate, clock))
    return app


def _handler(app: ApiGatewayResolver, routes: Sequence[Route], carrier: Carrier) -> LambdaHandler:
    _mount(app, routes, carrier)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with _ONE_AT_A_TIME:
            return app.resolve(event, context)

    return handle


def _mount(app: ApiGatewayResolver, routes: Sequence[Route], carrier: Carrier) -> None:
    for route in routes:
        rule = route.path.replace("{", "<").replace("}", ">")
        app.route(rule, method=route.method)(_endpoint(app, route, carrier))

    # Powertools answers 404 for a path it knows and a method it does not.
    def nowhere(_: NotFoundError) -> Response[str]:
        event = app.current_event
        problem = unrouted(routes, event.path)
        return _response(carrier.refuse(problem, event.raw_event, app.lambda_context))

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

        await resolver.asgi_handler(_in_utf8(scope), received, send)

    def _to_proxy_event(self, event: dict[str, Any]) -> HttpProxyEvent:
        event = {**event, "isBase64Encoded": True}
        event["requestContext"] = {**event["requestContext"], "requestId": real.new_id()}
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
