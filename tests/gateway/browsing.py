"""An application asked without a server: one request, as a browser or a stranger sends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabledesign.gateway.guard import App, Message

__all__ = ["PORT", "Shown", "visit"]

PORT = 8123


@dataclass(frozen=True)
class Shown:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def visit(
    app: App,
    path: str,
    *,
    method: str = "GET",
    host: str | None = f"127.0.0.1:{PORT}",
    send: Any = None,
    raw: bytes = b"",
    **headers: str,
) -> Shown:
    """Ask the application; ``send`` is the body as JSON, ``accept=`` a header's value."""
    path, _, query = path.partition("?")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = raw
    if send is not None:
        body = json.dumps(send).encode()
        named.setdefault("content-type", "application/json")
    if host is not None:
        named["host"] = host
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        sent.append(message)

    async def asked() -> None:
        await app(scope, receive, keep)

    asyncio.run(asked())
    start, *rest = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return Shown(start["status"], told, b"".join(each["body"] for each in rest))
