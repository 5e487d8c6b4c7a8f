"""One request, sent as each kind of event, and the reply that came back, read as a client does."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from tabledesign.api import adapters
from tabledesign.api.origins import NO_ORIGINS, Origins
from tabledesign.api.principal import Claims, Unauthenticated
from tabledesign.api.principal import Verifier as TokenVerifier
from tabledesign.api.routing import Route
from tabledesign.engine.scripted import FakeClock

__all__ = ["SHAPES", "Client", "Reply", "Sent", "claims", "client"]

Event = dict[str, Any]


def claims(subject: str, tenant: str = "acme", **more: str) -> dict[str, str]:
    """What an authorizer would say of a caller, who is a member where nothing else is said."""
    return {
        "sub": subject,
        "custom:tenant": tenant,
        "token_use": "id",
        "cognito:groups": "member",
        **more,
    }


@dataclass(frozen=True)
class Sent:
    """A request as a client means it; ``raw_query`` goes out as it is written."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    who: Mapping[str, Any] | None = None

    @property
    def raw_query(self) -> str:
        return urlencode(self.query)

    def several(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.query:
            found.setdefault(name, []).append(value)
        return found

    def bearer(self) -> dict[str, str]:
        """The headers, with the caller's token, which is its claims in plain."""
        if self.who is None:
            return dict(self.headers)
        token = base64.urlsafe_b64encode(json.dumps(self.who).encode()).decode()
        return {**self.headers, "Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Reply:
    """Status, headers by lower-case name, and the body."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def told(self) -> tuple[int, Mapping[str, str], Any]:
        """All but what differs from request to request: its id, and how a cursor is sealed."""
        told = ("x-request-id", "content-length")
        rest = {name: value for name, value in self.headers.items() if name not in told}
        if not self.text:
            return self.status, rest, None
        body = self.json
        body.pop("request_id", None)
        if body.get("next_cursor"):
            rest["link"] = rest["link"].replace(body["next_cursor"], "...")
            body["next_cursor"] = "..."
        return self.status, rest, body


@dataclass
class Context:
    """The context of a Lambda call with so many milliseconds left."""

    left: int = 10_000
    aws_request_id: str = "of-lambda"

    def get_remaining_time_in_millis(self) -> int:
        return self.left


class Verifier:
    """Takes a token for its claims, and what is no JSON for a forgery."""

    def verify(self, token: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(token))
        except ValueError:
            raise Unauthenticated("token.signature") from None
        return found


def rest_event(sent: Sent) -> Event:
    """As a REST API with a Cognito authorizer sends it, body in base64."""
    authorizer = {} if sent.who is None else {"authorizer": {"claims": dict(sent.who)}}
    several = sent.several()
    return {
        "resource": "/{proxy+}",
        "path": sent.path,
        "httpMethod": sent.method,
        "headers": dict(sent.headers),
        "multiValueHeaders": {name: [value] for name, value in sent.headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in several.items()} or None,
        "multiValueQueryStringParameters": several or None,
        "requestContext": {
            "path": f"/prod{sent.path}",
            "stage": "prod",
            "requestId": "r1",
            **authorizer,
        },
        "body": None if sent.body is None else base64.b64encode(sent.body).decode(),
        "isBase64Encoded": sent.body is not None,
    }


def http_event(sent: Sent, stage: str = "prod") -> Event:
    """As an HTTP API on a named stage sends it, the stage in the path; a text body as it is."""
    authorizer = {} if sent.who is None else {"authorizer": {"jwt": {"claims": dict(sent.who)}}}
    prefix = "" if stage == "$default" else f"/{stage}"
    event: Event = {
        "version": "2.0",
        "rawPath": f"{prefix}{sent.path}",
        "rawQueryString": sent.raw_query,
        "headers": {name.lower(): value for name, value in sent.headers.items()},
        "queryStringParameters": {name: ",".join(v) for name, v in sent.several().items()},
        "requestContext": {
            "stage": stage,
            "requestId": "h1",
            "http": {"method": sent.method, "path": f"{prefix}{sent.path}"},
            **authorizer,
        },
        "isBase64Encoded": False,
    }
    if sent.body is not None:
        try:
            event["body"] = sent.body.decode()
        except UnicodeDecodeError:
            event |= {"body": base64.b64encode(sent.body).decode(), "isBase64Encoded": True}
    return event


def url_event(sent: Sent) -> Event:
    """As a function URL sends it: the token stands in a header, nobody has verified it."""
    return http_event(replace(sent, headers=sent.bearer(), who=None), "$default")


def balancer_event(sent: Sent) -> Event:
    """As a load balancer sends it: parameters undecoded, one of each name."""
    body = None if sent.body is None else base64.b64encode(sent.body).decode()
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
        "path": sent.path,
        "httpMethod": sent.method,
        "multiValueHeaders": {name.lower(): [value] for name, value in sent.bearer().items()},
        "multiValueQueryStringParameters": {
            quote(name): [quote(value) for value in values]
            for name, values in sent.several().items()
        },
        "body": "" if body is None else body,
        "isBase64Encoded": body is not None,
    }


def reply_of(answer: Mapping[str, Any]) -> Reply:
    """What a client is shown of a Lambda function's result."""
    headers = {name.lower(): str(value) for name, value in answer.get("headers", {}).items()}
    for name, values in answer.get("multiValueHeaders", {}).items():
        headers[name.lower()] = ", ".join(values)
    assert not answer.get("isBase64Encoded")
    return Reply(answer["statusCode"], headers, answer["body"])


Client = Callable[[Sent], Reply]


def client(
    shape: str,
    routes: Sequence[Route],
    *,
    clock: FakeClock,
    context: Context | None = None,
    verifier: TokenVerifier | None = None,
    origins: Origins = NO_ORIGINS,
) -> Client:
    """Sends requests as one kind of event to an adapter that carries the routes."""
    of: dict[str, Any] = {"clock": clock, "origins": origins}
    bearer = Claims().from_bearer(verifier or Verifier())
    if shape == "local":
        application = adapters.local(routes, bearer, **of)
        return lambda sent: asyncio.run(_over_asgi(application, sent))
    handlers = {
        "rest": (adapters.rest_api(routes, Claims().from_rest, **of), rest_event),
        "http": (adapters.http_api(routes, Claims().from_http, **of), http_event),
        "url": (adapters.function_url(routes, bearer, **of), url_event),
        "balancer": (adapters.load_balancer(routes, bearer, **of), balancer_event),
    }
    handle, event_of = handlers[shape]
    return lambda sent: reply_of(handle(event_of(sent), context or Context()))


SHAPES = ("rest", "http", "url", "balancer", "local")


async def _over_asgi(application: Any, sent: Sent, *, chunk: int = 65_536) -> Reply:
    """As a server passes it on, the body in pieces."""
    body = sent.body or b""
    chunks = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
    messages: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "method": sent.method,
        "path": sent.path,
        "query_string": sent.raw_query.encode(),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in sent.bearer().items()
        ],
    }

    async def receive() -> Mapping[str, Any]:
        piece = chunks.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(chunks)}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    await application(scope, receive, send)
    start, content = messages
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], headers, content["body"].decode())
