"""Pages as values: what is served besides the API, and what a browser is told with it.

A `Document` is a page for people, which is put into the frame that all of them share; a `Page` is
anything else under a path: a file, or what a function answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final

from tabledesign.api.problems import Problem
from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError

__all__ = [
    "Asked",
    "Document",
    "Page",
    "Piece",
    "Reply",
    "asset",
    "json_page",
    "json_reply",
    "text_of",
]

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a page: headers' names in lower case, ``rest`` is what a star stood for."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    rest: str = ""

    def json(self) -> Any:
        """The body as JSON; raises a `Problem` where it is none."""
        if self.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise Problem(415, "body.media_type", "send JSON, as application/json")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Problem(400, "body.json", "the body is no JSON; correct it") from None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; headers that all answers share are added to it."""

    body: bytes
    media_type: str = _TYPES[".html"]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handle = Callable[[Asked], Reply]


@dataclass(frozen=True, slots=True)
class Page:
    """``Page("/static/app.js", handle)``; a path that ends with ``/*`` takes whatever follows.

    ``handle`` runs in a thread of its own and may raise a `Problem`.
    """

    path: str
    handle: Handle
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page for people: its body as HTML, and the addresses of its scripts and styles.

    ``menu`` is its name in the menu, None where it has no place there. ``policy`` adds sources to
    directives of the Content-Security-Policy, where a kept library needs more than 'self'.
    """

    path: str
    title: str
    body: str
    menu: str | None = None
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    policy: Mapping[str, str] = field(default_factory=dict[str, str])


Piece = Page | Document


def json_reply(value: object, *, status: int = 200) -> Reply:
    """A value as JSON."""
    return Reply(json.dumps(value, ensure_ascii=False).encode(), _TYPES[".json"], status)


def json_page(path: str, value: object) -> Page:
    """A value that never changes, as JSON."""
    reply = json_reply(value)
    return Page(path, lambda asked: reply)


def text_of(package: str, name: str) -> str:
    """The text of a file that is shipped in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def asset(path: str, package: str, name: str) -> Page:
    """A file that is shipped in a package, read once.

    >>> page = asset("/static/style.css", "tabledesign.gateway", "assets/style.css")
    >>> page.handle(Asked(method="GET", path="/static/style.css")).media_type
    'text/css; charset=utf-8'
    """
    kind = _TYPES.get(PurePosixPath(name).suffix)
    if kind is None:
        raise InputError(
            f"{escape(name)} is no kind of file that is served; there are {', '.join(_TYPES)}",
            code="page.file",
        )
    reply = Reply(files(package).joinpath(name).read_bytes(), kind)
    return Page(path, lambda asked: reply)
