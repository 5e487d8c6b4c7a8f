"""A client to be killed: it imports a file and writes a history at once, and tells each answer.

``python -m tests.writes.killed_client ENDPOINT FILE SEED``. Each line of its output is JSON: a
word, and what it is about. ``sends`` stands before a request, ``stored`` and ``step`` after the
answer; each line is written at once, so what was told is told whatever ends the process.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar

from tabledesign.engine.client import ClientEngine
from tabledesign.engine.clients import make_client
from tabledesign.engine.dynoxide import CAPABILITIES
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import EngineUnreachable, RequestError
from tabledesign.todo import TodoRepository
from tabledesign.todo.importing import Importer
from tabledesign.wire import Request, Response

from .design import TENANT_NAME, House
from .steps import History

__all__ = ["IMPORT_SEED", "TENANT", "Telling", "puts_of"]

TENANT = "demo"
IMPORT_SEED = "demo"
LONGEST_WAIT = timedelta(minutes=5)


class Telling:
    """The engine behind it; tells what it sends, and what is stored once that is acknowledged."""

    thread_safe: ClassVar[bool] = True
    capabilities = CAPABILITIES

    def __init__(self, engine: Engine, *, ids: int, tells_items: bool) -> None:
        self.engine = engine
        self.tells_items = tells_items
        self.clock = FakeClock(ids=ids)

    def send(self, request: Request) -> Response:
        """Carry the request between two lines."""
        tell("sends", request.operation)
        try:
            response = self.engine.send(request)
        except EngineUnreachable:
            # The server is gone: let every deadline pass that would be waited for.
            self.clock.instant += LONGEST_WAIT
            raise
        if self.tells_items and (puts := puts_of(request)):
            assert not response.get("UnprocessedItems"), "dynoxide takes every batch whole"
            tell("stored", [item["pk"]["S"] for item in puts])
        return response


def puts_of(request: Request) -> list[Any]:
    """The items that a batch or a transaction puts."""
    parameters = request.parameters
    writes = [each for part in parameters.get("RequestItems", {}).values() for each in part]
    puts = [each["PutRequest"] for each in writes if "PutRequest" in each]
    puts += [each["Put"] for each in parameters.get("TransactItems", ()) if "Put" in each]
    return [put["Item"] for put in puts]


def tell(word: str, about: object) -> None:
    """One line, written as a whole and at once."""
    os.write(sys.stdout.fileno(), json.dumps([word, about]).encode() + b"\n")


def _engine(endpoint: str) -> Engine:
    client = make_client(
        endpoint_url=endpoint,
        region="us-east-1",
        credentials=("dynoxide", "dynoxide"),
        options={"retries": {"total_max_attempts": 1}, "proxies": {}},
    )
    return ClientEngine(client, name="dynoxide", capabilities=CAPABILITIES)


def _write(engine: Engine, seed: int, imported: Event) -> None:
    history = History(House(engine, tenant=TENANT_NAME), seed)
    number = 0
    try:
        while not imported.is_set():
            history.step()
            number += 1
            tell("step", number)
    except RequestError as error:
        tell("failed", ["history", error.code])


def _main(endpoint: str, path: str, seed: str) -> None:
    imported, engine = Event(), _engine(endpoint)
    writing = Telling(engine, ids=1 << 32, tells_items=False)
    writer = Thread(target=_write, args=(writing, int(seed), imported))
    writer.start()
    todo = TodoRepository(Telling(engine, ids=2 << 32, tells_items=True), tenant=TENANT)
    try:
        Importer(todo, Path(path), seed=IMPORT_SEED).run()
        tell("imported", path)
    except RequestError as error:
        tell("failed", ["import", error.code])
    imported.set()
    writer.join()


if __name__ == "__main__":
    _main(*sys.argv[1:])
