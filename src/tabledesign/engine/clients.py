"""The boto3 clients the library makes for itself; a client handed in is used as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol, cast

from tabledesign.engine.client import Client
from tabledesign.engine.narrow_loader import narrow

__all__ = ["answer_first", "make_client"]


_making = threading.Lock()  # sessions are not thread-safe, unlike the clients they make


class _Events(Protocol):
    def register_first(self, event_name: str, handler: Callable[..., object]) -> None: ...


class _Session(Protocol):
    def create_client(self, service_name: str, **options: object) -> Client: ...


def make_client(
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
    credentials: tuple[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Client:
    """A client as boto3 makes it for DynamoDB; what is not given comes from the environment.

    It waits 1 s for a connection and 3 s for an answer unless ``options``, those of
    botocore's ``Config``, say otherwise: API Gateway gives up on its caller after 29 s,
    long before boto3's own 60 s and its repetitions do. Raises botocore's errors.
    """
    from botocore.config import Config

    timeouts: dict[str, object] = {"connect_timeout": 1, "read_timeout": 3}
    build = cast("Callable[..., Config]", Config)
    key, secret = credentials or (None, None)
    with _making:
        session = _offline_session() if credentials else _session()
        return session.create_client(
            "dynamodb",
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=build(**(timeouts | dict(options or {}))),
        )


def _session() -> _Session:
    """A session of botocore's: boto3's makes the same client, and imports S3's transfers."""
    from botocore.session import Session

    session = Session()
    narrow(session)
    return cast(_Session, session)


@cache
def _offline_session() -> _Session:
    """One session for the clients that take nothing from it: it reads the service model once."""
    return _session()


def answer_first(client: Client, event: str, handler: Callable[..., object]) -> None:
    """Have the handler asked before every other at the client's event."""
    events = cast(_Events, vars(client.meta)["events"])
    events.register_first(event, handler)
