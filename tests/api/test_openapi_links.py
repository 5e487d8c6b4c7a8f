"""What is made leads, in the document, to what may be done with it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.openapi import openapi_document
from tabledesign.api.operation import Operation
from tabledesign.api.routing import Route


class Made(BaseModel):
    """A page of a book."""

    book_id: str
    page_id: str


def answer(call: Call) -> Answer:
    raise AssertionError("a document asks nothing")


def route(method: str, path: str, name: str, **more: Any) -> Route:
    status = 201 if method == "POST" else 200
    operation = Operation(name, name, "books", {status: Made}, headers=("ETag",), **more)
    return Route(method, path, answer, operation)


def links(*routes: Route) -> Any:
    document: Any = openapi_document(routes, title="Books", version="1")
    return document["paths"][routes[0].path]["post"]["responses"]["201"].get("links", {})


def test_what_is_made_leads_to_it_by_its_id_and_its_tag() -> None:
    found = links(
        route("POST", "/books", "add", body=Made),
        route("GET", "/books/{book_id}", "read"),
        route("PUT", "/books/{book_id}", "replace", body=Made, match=True),
        route("GET", "/books/{book_id}/pages", "pages"),
        route("PUT", "/books/{book_id}/cover", "cover", match=True),
        route("GET", "/shelves/{book_id}", "shelf"),
    )
    by_id = {"path.book_id": "$response.body#/book_id"}

    assert ["cover", "pages", "read", "replace"] == sorted(found)
    assert by_id == found["read"]["parameters"]
    assert by_id == found["cover"]["parameters"], "the tag is that of another thing"
    assert {**by_id, "header.If-Match": "$response.header.ETag"} == found["replace"]["parameters"]


def test_a_link_knows_every_id_that_it_needs_or_is_none() -> None:
    found = links(
        route("POST", "/books/{book_id}/pages", "add", body=Made),
        route("GET", "/books/{book_id}/pages/{page_id}", "read"),
        route("GET", "/books/{book_id}/pages/{page_id}/notes/{note_id}", "note"),
        route("GET", "/books/{book_id}/pages/{number}/text", "text"),
    )

    assert ["read"] == list(found)
    assert {
        "path.book_id": "$request.path.book_id",
        "path.page_id": "$response.body#/page_id",
    } == found["read"]["parameters"]
