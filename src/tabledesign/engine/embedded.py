"""The embedded engine: a DynamoDB in this process, with no server, account or port.

A boto3 client is made whose requests are answered before they are sent, so that the code
path is the one of DynamoDB itself.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self, cast

from tabledesign import clock
from tabledesign.engine import state as state_file
from tabledesign.engine.client import Client, ClientEngine
from tabledesign.engine.clients import answer_first, make_client
from tabledesign.engine.protocol import Capabilities
from tabledesign.engine.store import REGION, Account
from tabledesign.errors import EngineUnreachable, InputError
from tabledesign.wire import Item, Request, Response

__all__ = ["EmbeddedEngine", "embedded"]

# Never contacted: each request is answered before it is sent. The name resolves nowhere.
ENDPOINT = "http://embedded.localhost"


class EmbeddedEngine:
    """ministack behind a boto3 client; several threads may send, one is served at a time.

    Without TTL deletion, streams and true capacity. A query costs time in proportion to
    its partition. What is written is in memory until `save`, or `close`, puts it in a file.
    """

    name: ClassVar[str] = "embedded"
    thread_safe: ClassVar[bool] = True
    capabilities: ClassVar[Capabilities] = frozenset(
        {"backups", "multi_attribute_keys", "tags", "transactions"}
    )

    def __init__(self, state: Path | None = None) -> None:
        self.state = state
        self._account = Account()
        # An engine that is dropped unclosed must not keep its items in the store for ever.
        self._erase = weakref.finalize(self, self._account.erase)
        if state is not None:
            self._load(state)
        self.client: Client = _client(self._account)
        # Signs cursors: it may die with the engine, as what they point into does.
        self.cursor_key = clock.random_bytes(32)
        self._engine = ClientEngine(self.client, name=self.name, capabilities=self.capabilities)

    def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        if not self._erase.alive:
            raise EngineUnreachable(
                "the embedded engine is closed; make another with embedded()",
                code="engine.closed",
            )
        return self._engine.send(request)

    def stored(self, table_name: str) -> list[Item]:
        """Every item of a table as it is stored, without a request: how tests look at it.

        The items are the store's own: look at them before anything more is written.
        """
        with self._account.lock:
            return list(self._account.items(table_name))

    def save(self, path: Path | None = None) -> None:
        """Write everything to the path, or to the state file; whole or not at all."""
        target = path or self.state
        if target is None:
            raise InputError(
                "the embedded engine has no state file; give save() a path, "
                "or make the engine with embedded(path)",
                code="state.no_path",
                field="path",
            )
        state_file.save(self._account, target)

    def close(self) -> None:
        """Save, when there is a state file, and forget everything."""
        if self._erase.alive:
            if self.state is not None:
                self.save()
            self._erase()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _load(self, path: Path) -> None:
        if path.exists():
            state_file.load(self._account, path)
        elif not path.parent.is_dir():
            raise InputError(
                f"the folder of the state file {str(path)!r} does not exist; make it first",
                code="state.no_folder",
                field="state",
            )


def embedded(state: Path | None = None) -> EmbeddedEngine:
    """A fresh embedded engine; loaded from the state file when it exists, saved on `close`.

    Needs ``pip install tabledesign[local]``; raises `InputError` when that is missing or
    when the state file cannot be loaded.

    >>> with embedded() as engine:
    ...     dict(engine.send(Request("ListTables", {})))["TableNames"]
    []
    """
    return EmbeddedEngine(state)


class _Body:
    """The raw body of an answer, as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._body


def _client(account: Account) -> Client:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    # Proxies and retries are set here, so that those of the environment do not matter.
    client = make_client(
        endpoint_url=ENDPOINT,
        region=REGION,
        credentials=("embedded", "embedded"),
        options={"retries": {"total_max_attempts": 1}, "proxies": {}},
    )

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        name = target.decode() if isinstance(target, bytes) else target
        body = request.body.encode() if isinstance(request.body, str) else request.body
        status, headers, raw = account.answer(name, cast(bytes, body))
        return AWSResponse(request.url, status, cast(Any, dict(headers)), cast(Any, _Body(raw)))

    # First, so that moto's hook, which answers everything under mock_aws, comes after it.
    answer_first(client, "before-send.dynamodb", answer)
    return client
