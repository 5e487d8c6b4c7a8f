"""An attack as each of the five kinds of event, and what came of it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

from tabledesign.api import adapters
from tabledesign.api.principal import Claims
from tabledesign.api.routing import Route
from tabledesign.engine.scripted import FakeClock

from ..api.shapes import Context, Reply, reply_of
from .attack import Attack, Pairs
from .callers import plain, verifier_of_balancers, verifier_of_tokens

__all__ = ["SHAPES", "Carried", "carried_by"]

Event = dict[str, Any]

Carried = Callable[[Attack], Reply]
"""Sends an attack as one kind of event."""

SHAPES = ("rest", "http", "url", "balancer", "local")


def carried_by(routes: Sequence[Route], clock: FakeClock) -> Mapping[str, Carried]:
    """The routes behind each kind of event, callers verified as they are outside of tests."""
    bearer = Claims().from_bearer(verifier_of_tokens())
    balancer = Claims(token_use=None).from_balancer(verifier_of_balancers())
    handlers = {
        "rest": (adapters.rest_api(routes, Claims().from_rest, clock=clock), rest_event),
        "http": (adapters.http_api(routes, Claims().from_http, clock=clock), http_event),
        "url": (adapters.function_url(routes, bearer, clock=clock), url_event),
        "balancer": (adapters.load_balancer(routes, balancer, clock=clock), balancer_event),
    }
    application = adapters.local(routes, bearer, clock=clock)
    carried: dict[str, Carried] = {
        name: lambda attack, handle=handle, event_of=event_of: reply_of(  # type: ignore[misc]
            handle(event_of(attack), Context())
        )
        for name, (handle, event_of) in handlers.items()
    }
    return {**carried, "local": lambda attack: asyncio.run(_over_asgi(application, attack))}


def rest_event(attack: Attack) -> Event:
    """As a REST API sends it: headers and parameters decoded, the last and all of each name."""
    several = _several(parse_qsl(attack.query, keep_blank_values=True))
    headers = _several(attack.headers)
    path = attack.seen_path
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": attack.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in several.items()} or None,
        "multiValueQueryStringParameters": several or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "requestContext": {
            "path": f"/prod{path}",
            "stage": "prod",
            "requestId": "r1",
            "httpMethod": attack.method,
            **_authorizer(attack, "claims"),
        },
        **_body(attack, binary=True),
    }


def http_event(attack: Attack) -> Event:
    """As an HTTP API on a stage sends it: repeated headers joined, cookies apart."""
    event = _payload_two(attack, attack.headers, "prod")
    authorizer = _authorizer(attack, "claims")
    if authorizer:
        event["requestContext"]["authorizer"] = {"jwt": authorizer["authorizer"]}
    return event


def url_event(attack: Attack) -> Event:
    """As a function URL sends it: nobody has verified the token."""
    return _payload_two(attack, _with_token(attack), "$default")


def _payload_two(attack: Attack, headers: Pairs, stage: str) -> Event:
    prefix = "" if stage == "$default" else f"/{stage}"
    path = f"{prefix}{attack.seen_path}"
    joined = {name.lower(): ",".join(v) for name, v in _several(headers).items()}
    cookies = [value for name, value in headers if name.lower() == "cookie"]
    joined.pop("cookie", None)
    query = _several(parse_qsl(attack.query, keep_blank_values=True))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": attack.query,
        "cookies": cookies,
        "headers": joined,
        "queryStringParameters": {name: ",".join(v) for name, v in query.items()},
        "requestContext": {
            "stage": stage,
            "requestId": "h1",
            "http": {"method": attack.method, "path": path},
        },
        **_body(attack, binary=False),
    }


def balancer_event(attack: Attack) -> Event:
    """As a load balancer sends it: nothing decoded, names of headers in lower case."""
    pairs = [part.partition("=") for part in attack.query.split("&") if part]
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
        "path": attack.path,
        "httpMethod": attack.method,
        "multiValueHeaders": _several([(n.lower(), v) for n, v in _with_signature(attack)]),
        "multiValueQueryStringParameters": _several([(name, value) for name, _, value in pairs]),
        **_body(attack, binary=True),
    }


def _authorizer(attack: Attack, name: str) -> Event:
    said = attack.caller.said
    return {} if said is None else {"authorizer": {name: plain(said)}}


def _with_token(attack: Attack) -> Pairs:
    given = tuple(("Authorization", value) for value in attack.caller.authorization)
    return (*attack.headers, *given)


def _with_signature(attack: Attack) -> Pairs:
    """As a load balancer hands it on: its own header stands in the place of the client's."""
    return (*attack.headers, *(("X-Amzn-Oidc-Data", value) for value in attack.caller.signed))


def _several(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _body(attack: Attack, *, binary: bool) -> Event:
    if attack.body is None:
        return {"body": None, "isBase64Encoded": False}
    if not binary:
        try:
            return {"body": attack.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(attack.body).decode(), "isBase64Encoded": True}


async def _over_asgi(application: Any, attack: Attack) -> Reply:
    """As a server passes it on, the body in pieces."""
    body, size = attack.body or b"", attack.chunk
    chunks = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    messages: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "method": attack.method,
        "path": unquote(attack.path),
        "raw_path": attack.path.encode("utf-8", "surrogatepass"),
        "query_string": attack.query.encode("utf-8", "surrogatepass"),
        "headers": [
            (name.lower().encode("utf-8", "replace"), value.encode("utf-8", "surrogatepass"))
            for name, value in _with_token(attack)
        ],
    }

    async def receive() -> Mapping[str, Any]:
        if not chunks:
            return {"type": "http.disconnect"}
        piece = chunks.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(chunks)}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    await application(scope, receive, send)
    start, content = messages
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], headers, content["body"].decode())
