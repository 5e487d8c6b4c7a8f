"""The in-process store behind the embedded engine: ministack, called without a server.

ministack keeps every client's tables in one store of the process and is not thread-safe,
so there is one lock around all of it, and each engine owns an account of its own there.
"""

from __future__ import annotations

import importlib
import itertools
import json
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast
from unittest import mock

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.wire import Item

__all__ = ["REGION", "Account", "StoredTable"]

REGION = "us-east-1"
TARGET = "DynamoDB_20120810."
REAPER = "dynamodb-ttl-reaper"

StoredTable = dict[str, Any]
Answer = tuple[int, Mapping[str, str], bytes]


class Scoped(Protocol):
    """A store of ministack: values by account, region and name."""

    def all_items(self) -> list[tuple[tuple[str, str, str], StoredTable]]: ...
    def get_scoped(self, account_id: str, region: str, key: str) -> StoredTable | None: ...
    def pop_scoped(self, account_id: str, region: str, key: str, default: None) -> object: ...


@dataclass(frozen=True, slots=True)
class Ministack:
    """All that is used of ministack, most of it private there: hence its exact pin."""

    handle: Callable[[str, str, Mapping[str, str], bytes, Mapping[str, str]], Awaitable[Answer]]
    scope: Callable[[str, str], AbstractContextManager[None]]
    tables: Scoped
    stores: tuple[Scoped, ...]
    key_of: Callable[[StoredTable, Item, bool], tuple[str, str, object]]
    set_item: Callable[[StoredTable, str, str, Item], object]


# Re-entrant, so that a whole save or load holds it while it sends requests of its own.
_lock = threading.RLock()
_accounts = itertools.count(900_000_000_000)


class Account:
    """One account in the store: what one embedded engine sees, and nothing else does."""

    def __init__(self) -> None:
        self.lock = _lock
        with _lock:
            self._ministack = _ministack()
            self.id = str(next(_accounts))

    def answer(self, target: str, body: bytes) -> Answer:
        """Carry out one request in DynamoDB's JSON protocol: status, headers and body.

        A defect of the emulator is an InternalServerError, as it would be over the wire.
        """
        headers = {"x-amz-target": target}
        with _lock, self._ministack.scope(self.id, REGION):
            try:
                return _result_of(self._ministack.handle("POST", "/", headers, body, {}))
            except Exception as error:  # noqa: BLE001 - a server answers 500 to it
                reason = f"the emulator failed with {type(error).__name__}: {error}"
                fault = {"__type": "InternalServerError", "message": reason}
                return 500, {"content-type": "application/x-amz-json-1.0"}, _json(fault)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one request, wire form in and out; raises `ValueError` when refused."""
        status, _, body = self.answer(TARGET + operation, _json(parameters))
        result: dict[str, Any] = json.loads(body)
        if status != 200:
            raise ValueError(str(result.get("message", result)))
        return result

    def tables(self) -> list[str]:
        """Names of the account's tables, sorted."""
        stored = self._ministack.tables.all_items()
        return sorted(name for (account, _, name), _ in stored if account == self.id)

    def items(self, table: str) -> Iterator[Item]:
        """Every item of a table in wire form, by the store's own order; hold the lock."""
        for partition in self._stored(table)["items"].values():
            yield from partition.values()

    def put(self, table: str, item: Item) -> None:
        """Store an item that was stored before, without checking it anew; hold the lock."""
        stored = self._stored(table)
        pk, sk, fault = self._ministack.key_of(stored, item, True)
        if fault:
            raise ValueError("an item lacks the key of its table")
        self._ministack.set_item(stored, pk, sk, item)

    def erase(self) -> None:
        """Forget everything the account holds."""
        with _lock:
            for store in self._ministack.stores:
                for (account, region, key), _ in store.all_items():
                    if account == self.id:
                        store.pop_scoped(account, region, key, None)

    def _stored(self, table: str) -> StoredTable:
        stored = self._ministack.tables.get_scoped(self.id, REGION, table)
        if stored is None:
            raise ValueError(f"no table {table!r}")
        return stored


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _result_of(handling: Awaitable[Answer]) -> Answer:
    """Run a coroutine that never suspends."""
    steps = cast("Generator[object, None, Answer]", handling.__await__())
    try:
        next(steps)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise RuntimeError("the request waits for something outside")


def _ministack() -> Ministack:
    """Import ministack with its TTL thread left unstarted: it would delete items unlocked."""
    start = threading.Thread.start

    def start_others(thread: threading.Thread) -> None:
        if thread.name != REAPER:
            start(thread)

    try:
        with mock.patch.object(threading.Thread, "start", start_others):
            dynamodb = vars(importlib.import_module("ministack.services.dynamodb"))
        responses = vars(importlib.import_module("ministack.core.responses"))
        kind = cast("type[object]", type(dynamodb["_tables"]))
        stores = [cast(Scoped, value) for value in dynamodb.values() if isinstance(value, kind)]
        return Ministack(
            handle=dynamodb["handle_request"],
            scope=responses["request_scope"],
            tables=dynamodb["_tables"],
            stores=tuple(stores),
            key_of=dynamodb["_resolve_table_key_values"],
            set_item=dynamodb["_set_item"],
        )
    except (ModuleNotFoundError, KeyError) as error:
        found = "it is not installed" if isinstance(error, ModuleNotFoundError) else "not this one"
        raise InputError(
            f"the embedded engine needs ministack 1.5.33, and {found}; "
            "install it with `pip install tabledesign[local]`",
            code="engine.not_installed",
        ) from error
