"""The page of the to-do API: lists, their tasks and their people, over HTTP as anybody has it."""

from __future__ import annotations

from typing import Final

from tabledesign.gateway.pages import Document, Piece, asset, text_of

__all__ = ["todo_pages"]

_FILES: Final = (
    "app.css",
    "app.js",
    "drawing.js",
    "lists.js",
    "paging.js",
    "people.js",
    "tasks.js",
)


def todo_pages() -> tuple[Piece, ...]:
    """The page and its files."""
    return (
        Document(
            path="/app",
            title="Lists",
            menu="Lists",
            body=text_of(__name__, "app.html"),
            scripts=("/static/app/app.js",),
            styles=("/static/app/app.css",),
        ),
        *(asset(f"/static/app/{name}", __name__, name) for name in _FILES),
    )
