"""Making an engine from a few words, as the command line does."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tabledesign.engine.client import ClientEngine
from tabledesign.engine.clients import make_client
from tabledesign.engine.protocol import Engine
from tabledesign.engine.translate import LOOPBACK, error_from
from tabledesign.errors import InputError
from tabledesign.wire import Request

__all__ = ["EngineName", "connect"]

EngineName = Literal["aws", "embedded", "dynoxide"]


@contextmanager
def connect(
    *,
    engine: EngineName = "aws",
    endpoint_url: str | None = None,
    state: Path | None = None,
    database: Path | None = None,
) -> Generator[Engine]:
    """An engine while the ``with`` block lasts; what it started is stopped and saved after it.

    ``aws`` takes credentials and region from the environment, and an ``endpoint_url``;
    ``embedded`` a ``state`` file, ``dynoxide`` a ``database`` file. Raises `InputError`
    for an option of another engine, `RequestError` when no client can be made.

    >>> with connect(engine="embedded") as engine:
    ...     engine.send(Request("ListTables", {}))["TableNames"]
    []
    """
    options = {"endpoint_url": endpoint_url, "state": state, "database": database}
    _check(engine, {name for name, value in options.items() if value is not None}, endpoint_url)
    # Each brings much along that the others do not need.
    if engine == "embedded":
        from tabledesign.engine.embedded import embedded

        with embedded(state) as opened:
            yield opened
    elif engine == "dynoxide":
        from tabledesign.engine.dynoxide import Dynoxide

        with Dynoxide(database) as server:
            yield server.engine()
    else:
        yield _aws(endpoint_url)


TAKES: dict[EngineName, str] = {
    "aws": "endpoint_url",
    "embedded": "state",
    "dynoxide": "database",
}


def _check(engine: EngineName, given: set[str], endpoint_url: str | None) -> None:
    if engine not in TAKES:
        raise InputError(
            f"{engine!r} is no engine; choose one of {', '.join(TAKES)}",
            code="engine.unknown",
            field="engine",
        )
    parts = urlsplit(endpoint_url or "")
    if endpoint_url is not None and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise InputError(
            "endpoint_url is no URL; give one such as 'http://127.0.0.1:8000'",
            code="engine.endpoint",
            field="endpoint_url",
        )
    for name in sorted(given - {TAKES[engine]}):
        owner = next(other for other, option in TAKES.items() if option == name)
        raise InputError(
            f"{name} is for the engine {owner!r} and the engine is {engine!r}; "
            f"leave it out, or choose engine={owner!r}",
            code="engine.option",
            field=name,
        )


def _aws(endpoint_url: str | None) -> ClientEngine:
    try:
        if endpoint_url is not None and _needs_no_account(endpoint_url):
            # boto3 signs whatever it sends; a local engine wants letters and digits only.
            client = make_client(
                endpoint_url=endpoint_url, region=_region(), credentials=("local", "local")
            )
        else:
            client = make_client(endpoint_url=endpoint_url)
    except Exception as error:
        address = endpoint_url or "https://dynamodb.amazonaws.com"
        failure = error_from(error, request=Request("ListTables", {}), endpoint=address)
        if failure is not None:
            raise failure from error
        raise
    return ClientEngine(client, name=endpoint_url or "DynamoDB")


def _needs_no_account(endpoint_url: str) -> bool:
    chosen = os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE")
    return urlsplit(endpoint_url).hostname in LOOPBACK and not chosen


def _region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
