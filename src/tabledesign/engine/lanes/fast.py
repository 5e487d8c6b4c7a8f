"""The fast lane: a call of a boto3 client, signed and sent by us from within botocore's own event.

``before-call`` may answer a call, and then botocore neither signs, sends nor parses. By then it has
resolved the endpoint and made the headers, which are used as they are, so that custom endpoints,
FIPS, dual stack and account endpoints stay right; credentials are asked for at each call, so that
they are refreshed as ever. ``before-send`` is emitted first where somebody stands on it: moto and
the embedded engine answer there.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tabledesign import clock
from tabledesign.codec.answer import Answer
from tabledesign.engine.lanes import http
from tabledesign.engine.lanes.connections import Connections
from tabledesign.engine.lanes.http import Answered, Endpoint
from tabledesign.engine.lanes.reading import checked, metadata_of
from tabledesign.engine.lanes.refusal import refusal
from tabledesign.engine.lanes.signer import Credentials, Signer
from tabledesign.engine.lanes.tls import context_of
from tabledesign.wire import Operation

__all__ = ["FastLane", "Reply", "frozen"]

SIGNATURE: Final = (None, "v4")


class Reply(NamedTuple):
    """What botocore is given for an answer: it looks at the status, others at the headers."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


class _Place(NamedTuple):
    """Where requests of one endpoint go, and who signs them."""

    endpoint: Endpoint
    connections: Connections
    signer: Signer


class FastLane:
    """The connections and signers of one client; threads may share it."""

    def __init__(self, client: object) -> None:
        # Not the client itself, which goes when its last user lets it go.
        meta: Any = getattr(client, "meta", None)
        endpoint: Any = getattr(client, "_endpoint", None)
        self._events: Any = getattr(meta, "events", None)
        self._config: Any = getattr(meta, "config", None)
        self._session: Any = getattr(endpoint, "http_session", None)
        self._places: dict[tuple[str, str, str], _Place] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close all idle connections; the next request opens its own."""
        for place in self._places.values():
            place.connections.close()

    def carry(
        self,
        operation: Operation,
        params: Mapping[str, Any],
        signer: Any,
        context: Mapping[str, Any],
        *,
        asks_before: bool,
    ) -> tuple[Reply, Mapping[str, Any]] | None:
        """The answer to a call, as ``before-call`` gives it; None leaves the call to botocore.

        Raises `NotSent`, `Lost` or `Untrusted`; an error that DynamoDB answered with is returned
        as botocore parses it, for botocore to raise.
        """
        credentials = signer._credentials  # noqa: SLF001 - has no other form
        if context.get("auth_type") not in SIGNATURE or credentials is None:
            return None
        signing: Mapping[str, str] = context.get("signing") or {}
        place = self._place(
            params["url"],
            signing.get("region") or signer.region_name,
            signing.get("signing_name") or signer.signing_name,
        )
        headers = {name: _text(value) for name, value in params["headers"].items()}
        body = _bytes(params["body"])
        headers.update(place.signer.sign(headers, body, frozen(credentials), clock.now()))
        answered = None
        if asks_before:
            answered = self._asked(operation, params["url"], headers, body)
        if answered is None:
            _, _, _, authority, path = place.endpoint
            answered = place.connections.exchange(http.render(path, authority, headers, body))
        return _reply(checked(answered))

    def _place(self, url: str, region: str, service: str) -> _Place:
        place = self._places.get((url, region, service))
        if place is None:
            with self._lock:
                place = self._places.setdefault(
                    (url, region, service), self._make_place(url, region, service)
                )
        return place

    def _make_place(self, url: str, region: str, service: str) -> _Place:
        config, endpoint = self._config, http.endpoint_of(url)
        connections = Connections(
            url,
            context=context_of(self._session) if endpoint.secure else None,
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            size=config.max_pool_connections,
        )
        signer = Signer(endpoint.authority, region, service, endpoint.path)
        return _Place(endpoint, connections, signer)

    def _asked(
        self, operation: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered | None:
        """The answer of a handler that answers instead of the service, as moto's does."""
        from botocore.awsrequest import AWSPreparedRequest, HeadersDict

        given: Any = HeadersDict(headers)
        prepared = AWSPreparedRequest("POST", url, given, body, False)
        answers = self._events.emit(f"before-send.dynamodb.{operation}", request=prepared)
        answer = next((each for _, each in answers if each is not None), None)
        if answer is None:
            return None
        found = {name.lower(): str(value) for name, value in answer.headers.items()}
        return Answered(answer.status_code, found, answer.content, True)


def frozen(credentials: Any) -> Credentials:
    """Botocore's credentials as they are now; it refreshes those that are due, and waits for it."""
    now = credentials.get_frozen_credentials()
    return Credentials(now.access_key, now.secret_key, now.token)


def _reply(answered: Answered) -> tuple[Reply, Mapping[str, Any]]:
    reply = Reply(answered.status, answered.headers, answered.body)
    metadata = metadata_of(answered)
    if answered.status == 200:
        return reply, Answer(answered.body, metadata)
    return reply, refusal(answered, metadata)


def _bytes(body: str | bytes) -> bytes:
    return body.encode("utf-8") if isinstance(body, str) else body


def _text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value
