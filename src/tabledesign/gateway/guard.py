"""What stands before every page and route: who may speak to this server, and what browsers may do.

The server signs in anybody as anybody and shows a whole table, so nothing but a page of its own
may ask it. A foreign page reaches a loopback address under a name of its own (DNS rebinding), or
posts to it blindly: the Host and the Origin tell both apart.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

__all__ = ["POLICY", "App", "Guard", "policy_text"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What pages may load and do: files of this server, and nothing written into the page."""

_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)

_WRONG_HOST: Final = b"This server answers under its own address on this machine only.\n"
_WRONG_ORIGIN: Final = b"This server answers its own pages only.\n"


def policy_text(more: Mapping[str, str] | None = None) -> str:
    """The Content-Security-Policy, with sources added to some directives."""
    added = more or {}
    directives = {**POLICY, **{name: POLICY.get(name, "") for name in added}}
    return "; ".join(
        f"{name} {value} {added.get(name, '')}".rstrip() for name, value in directives.items()
    )


class Guard:
    """Lets only requests to this server's own names through, and adds what all answers say."""

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        names = [f"{name}:{port}" for name in ("127.0.0.1", "localhost")]
        # A browser leaves the usual port out.
        names += ["127.0.0.1", "localhost"] if port == 80 else []
        self._hosts = frozenset(name.encode() for name in names)
        self._origins = frozenset(b"http://" + name for name in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        hosts = [value for name, value in headers if name == b"host"]
        origins = [value for name, value in headers if name == b"origin"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            await _refuse(send, 421, _WRONG_HOST)
        elif any(origin not in self._origins for origin in origins):
            await _refuse(send, 403, _WRONG_ORIGIN)
        else:
            await self._app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own: list[tuple[bytes, bytes]] = list(message["headers"])
            names = {name.lower() for name, _ in own}
            shared = (*_HEADERS, (b"content-security-policy", policy_text().encode()))
            message["headers"] = [*own, *(each for each in shared if each[0] not in names)]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    start = {"type": "http.response.start", "status": status, "headers": headers}
    await _with_headers(send)(start)
    await send({"type": "http.response.body", "body": text})
