"""One application out of pages and an API: a path is a page's, or the API answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

from tabledesign import clock
from tabledesign.api.bodies import BODY_BYTES
from tabledesign.api.problems import Problem, problem_of
from tabledesign.dataclass import replace
from tabledesign.errors import InputError
from tabledesign.gateway.frame import frame_assets, framed
from tabledesign.gateway.guard import App, Guard, Message, Receive, Scope, Send, policy_text
from tabledesign.gateway.pages import Asked, Document, Page, Piece, Reply, json_reply

__all__ = ["site"]

_log = logging.getLogger(__name__)

_NOWHERE: Final = Document(
    path="",
    title="Nothing here",
    body='<h1>Nothing here</h1><p>There is no page under this address. <a href="/">Start</a></p>',
)


def site(pieces: Sequence[Piece], api: App, *, title: str, port: int, prefix: str = "/v1/") -> App:
    """The pages with the API behind them, guarded; documents stand in the menu in this order.

    Raises `InputError` for two pieces of one path.
    """
    return Guard(_Site(pieces, api, title, prefix), port)


class _Site:
    def __init__(self, pieces: Sequence[Piece], api: App, title: str, prefix: str) -> None:
        documents = [piece for piece in pieces if isinstance(piece, Document)]
        menu = [document for document in documents if document.menu is not None]
        drawn = [_drawn(document, menu, title) for document in documents]
        pages = [piece for piece in pieces if isinstance(piece, Page)]
        self._pages = _by_path([*frame_assets(), *drawn, *pages])
        self._nowhere = replace(_drawn(_NOWHERE, menu, title).handle(_NO_ONE), status=404)
        self._api = api
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        methods, rest = self._found(path)
        if methods:
            await _answer(scope, receive, send, methods, rest)
        elif path.startswith(self._prefix) or b"text/html" not in _header(scope, b"accept"):
            await self._api(scope, receive, send)
        else:
            await _send(send, self._nowhere, scope["method"])

    def _found(self, path: str) -> tuple[dict[str, Page], str]:
        if path in self._pages:
            return self._pages[path], ""
        folder, _, rest = path.rpartition("/")
        return self._pages.get(f"{folder}/*", {}), rest


_NO_ONE: Final = Asked(method="GET", path="")


def _drawn(document: Document, menu: Sequence[Document], title: str) -> Page:
    policy = {"Content-Security-Policy": policy_text(document.policy)}
    reply = Reply(framed(document, menu, title).encode(), headers=policy)
    return Page(document.path, lambda asked: reply)


def _by_path(pages: Sequence[Page]) -> dict[str, dict[str, Page]]:
    found: dict[str, dict[str, Page]] = {}
    for page in pages:
        methods = found.setdefault(page.path, {})
        if page.method in methods:
            raise InputError(
                f"two pages answer {page.method} {page.path}; give one of them another path",
                code="page.twice",
            )
        methods[page.method] = page
    return found


async def _answer(
    scope: Scope, receive: Receive, send: Send, methods: dict[str, Page], rest: str
) -> None:
    method: str = scope["method"]
    page = methods.get("GET" if method == "HEAD" else method)
    try:
        if page is None:
            allowed = ", ".join(sorted(methods))
            raise Problem(
                405,
                "method.not_allowed",
                f"this address takes {allowed}; use one of them",
                headers={"Allow": allowed},
            )
        asked = await _asked(scope, receive, rest)
        reply = await asyncio.to_thread(page.handle, asked)
    except Exception as error:  # noqa: BLE001 - whatever it is, the page gets a document
        problem = problem_of(error)
        if problem.status >= 500:
            _log.exception("the page %s failed", scope["path"])
        body = json_reply(problem.document(clock.new_id()), status=problem.status)
        reply = replace(body, media_type="application/problem+json", headers=problem.headers)
    await _send(send, reply, method)


async def _asked(scope: Scope, receive: Receive, rest: str) -> Asked:
    from urllib.parse import parse_qsl

    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            raise Problem(413, "body.too_large", f"send at most {BODY_BYTES} bytes")
        if not message.get("more_body", False):
            break
    query: bytes = scope["query_string"]
    return Asked(
        method=scope["method"],
        path=scope["path"],
        query=tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True)),
        headers={
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        },
        body=body,
        rest=rest,
    )


async def _send(send: Send, reply: Reply, method: str) -> None:
    headers = {
        "Content-Type": reply.media_type,
        "Content-Length": str(len(reply.body)),
        **reply.headers,
    }
    start: Message = {
        "type": "http.response.start",
        "status": reply.status,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})


def _header(scope: Scope, wanted: bytes) -> bytes:
    headers: Any = scope["headers"]
    return b",".join(value for name, value in headers if name == wanted)
