"""The contract that is written of any routes: what stands in it, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tabledesign import Entity, InputError, Key, Query, Range, Repository, Table, access_pattern
from tabledesign.api.bodies import MERGE_PATCH
from tabledesign.api.exchange import Answer, Call
from tabledesign.api.inputs import Served
from tabledesign.api.openapi import openapi_document
from tabledesign.api.operation import AskedHeader, Operation
from tabledesign.api.problem_types import PROBLEM_TYPES, ProblemType
from tabledesign.api.routing import Route, listing
from tabledesign.schema.query import Lookups

table = Table("library", global_indexes=("gsi1",))


class Shelf(Enum):
    FRONT = "front"
    BACK = "back"


class Number(Entity, table=table):
    number: int
    by_number = Key(partition="number")


class Book(Entity, table=table):
    shelf: Shelf
    title: str
    bought: date
    on_shelf = Key(partition="shelf", sort="title")
    by_day = Key("gsi1", partition="shelf", sort="bought")


class Books(Repository, table=table):
    @access_pattern
    def on_shelf(self, shelf: Shelf) -> Query[Book]:
        """The books of a shelf."""
        return Book.on_shelf.query(shelf=shelf)

    @access_pattern
    def titled(self, shelf: Shelf, title: Range[str]) -> Query[Book]:
        """The books of a shelf whose titles are in a range."""
        return Book.on_shelf.query(shelf=shelf, title=title)

    @access_pattern
    def bought(self, shelf: Shelf, bought: Range[date]) -> Query[Book]:
        """The books of a shelf that were bought within a range of days."""
        return Book.by_day.query(shelf=shelf, bought=bought)

    @access_pattern
    def numbered(self, numbers: Sequence[int]) -> Lookups[Number]:
        """Several numbers."""
        return Number.by_number.get_many(number=numbers)


class ShownBook(BaseModel):
    """A book."""

    book_id: str
    title: str
    bought: date


class ShownOdd(BaseModel):
    """A book whose default is no value of its type."""

    until: date = cast(Any, object())


class BookPatch(BaseModel):
    """What of a book is to change."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(max_length=80)] = ""
    bought: date | None = None


BOOKS = Operation("listBooks", "Books", "books", {200: ShownBook})
ADD = Operation(
    "addBook",
    "Add a book",
    "books",
    {201: ShownBook},
    body=ShownBook,
    keyed=True,
    headers=("ETag", "Location"),
)
READ = Operation("readBook", "One book", "books", {200: ShownBook}, headers=("ETag",))
CHANGE = Operation(
    "changeBook",
    "Change a book",
    "books",
    {200: ShownBook},
    body=BookPatch,
    body_types=MERGE_PATCH,
    problems=(403,),
    match=True,
)
REMOVE = Operation("removeBook", "Remove a book", "books", {204: None}, match=True)

PAGED = ("limit", "cursor", "order")


def answer(call: Call) -> Answer:
    raise AssertionError("a document asks nothing")


def unasked(call: Call) -> Books:
    raise AssertionError("a document asks nothing")


SERVED = (
    Served(Books.on_shelf.plan, when={"by": "title"}),
    Served(Books.titled.plan),
    Served(Books.bought.plan, names={"bought": ("since", "until")}),
)
ROUTES = (
    listing(
        "/books",
        SERVED,
        repository=unasked,
        bound=lambda call: {},
        permit=lambda call, arguments: None,
        present=lambda book: book,
        operation=BOOKS,
    ),
    Route("POST", "/books", answer, ADD),
    Route("GET", "/books/{book_id}", answer, READ),
    Route("PATCH", "/books/{book_id}", answer, CHANGE),
    Route("DELETE", "/books/{book_id}", answer, REMOVE),
)


def document(*routes: Route, **options: Any) -> Any:
    return openapi_document(routes or ROUTES, title="Books", version="2.1.0", **options)


def operation(method: str, path: str) -> Any:
    return document()["paths"][path][method]


def parameters(method: str, path: str) -> dict[str, Any]:
    return {one["name"]: one for one in operation(method, path)["parameters"]}


def test_the_parameters_of_a_listing_are_those_of_its_patterns() -> None:
    found = parameters("get", "/books")

    assert ["by", "shelf", "title_from", "title_to", "since", "until", *PAGED] == (list(found))
    assert {"type": "string", "enum": ["front", "back"]} == found["shelf"]["schema"]
    assert {"type": "string", "enum": ["title"]} == found["by"]["schema"]
    assert {"type": "string", "format": "date", "maxLength": 10} == found["since"]["schema"]
    assert 1024 == found["title_from"]["schema"]["maxLength"]


def test_a_parameter_that_every_question_needs_is_required() -> None:
    found = parameters("get", "/books")

    assert ["shelf"] == [name for name, one in found.items() if one.get("required")]


def test_the_combinations_that_are_served_stand_in_the_description() -> None:
    told = operation("get", "/books")["description"]

    assert "`by=title&shelf=<Shelf (front, back)>`: The books of a shelf." in told
    assert "since=<date> and/or until=<date>" in told


def test_a_listing_answers_pages_of_its_model() -> None:
    told = document()
    answered = told["paths"]["/books"]["get"]["responses"]["200"]
    page = told["components"]["schemas"]["ShownBookPage"]

    assert "Link" in answered["headers"]
    assert {"$ref": "#/components/schemas/ShownBookPage"} == (
        answered["content"]["application/json"]["schema"]
    )
    assert ["items", "next_cursor"] == page["required"]
    assert {"$ref": "#/components/schemas/ShownBook"} == page["properties"]["items"]["items"]


def test_an_id_in_a_path_has_the_pattern_that_routes_take() -> None:
    schema = parameters("get", "/books/{book_id}")["book_id"]["schema"]

    assert "^[A-Za-z0-9_-]{1,64}$" == schema["pattern"]


def test_a_change_wants_if_match_and_may_fail_by_it() -> None:
    assert parameters("patch", "/books/{book_id}")["If-Match"]["required"]
    assert {"412", "428"} <= operation("patch", "/books/{book_id}")["responses"].keys()
    assert "If-Match" not in parameters("get", "/books/{book_id}")


def test_what_has_a_tag_may_be_asked_for_only_if_it_is_another() -> None:
    assert "If-None-Match" in parameters("get", "/books/{book_id}")
    assert "content" not in operation("get", "/books/{book_id}")["responses"]["304"]


def test_a_keyed_post_takes_an_idempotency_key() -> None:
    key = parameters("post", "/books")["Idempotency-Key"]

    assert (False, 255) == (key.get("required", False), key["schema"]["maxLength"])


def test_a_merge_patch_has_no_defaults_and_takes_nothing_unknown() -> None:
    told = document()
    sent = told["paths"]["/books/{book_id}"]["patch"]["requestBody"]["content"]
    schema = told["components"]["schemas"]["BookPatch"]

    assert list(MERGE_PATCH) == list(sent)
    assert (False, {}) == (
        schema["additionalProperties"],
        {name: one for name, one in schema["properties"].items() if "default" in one},
    )


def test_a_default_that_json_cannot_say_is_left_out_without_a_warning() -> None:
    told = document(Route("GET", "/odd", answer, replace(READ, answers={200: ShownOdd})))

    assert "default" not in told["components"]["schemas"]["ShownOdd"]["properties"]["until"]


def test_a_204_has_no_content() -> None:
    assert "content" not in operation("delete", "/books/{book_id}")["responses"]["204"]


def test_what_is_created_says_where_it_is() -> None:
    assert {"X-Request-Id", "ETag", "Location"} == (
        operation("post", "/books")["responses"]["201"]["headers"].keys()
    )


def test_every_problem_is_the_same_document_with_an_example_of_each_code() -> None:
    told = document()
    refused = told["paths"]["/books"]["post"]["responses"]["422"]["content"]
    codes = refused["application/problem+json"]["examples"]

    assert {"$ref": "#/components/schemas/Problem"} == refused["application/problem+json"]["schema"]
    assert {"body.invalid", "idempotency.mismatch", "update.invalid", "item.too_large"} == set(
        codes
    )
    assert 422 == told["components"]["examples"]["body.invalid"]["value"]["status"]


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/books", "200 400 401 406 429 500 503"),
        ("get", "/books/{book_id}", "200 304 401 404 406 429 500 503"),
        ("post", "/books", "201 400 401 406 409 413 415 422 429 500 503"),
        (
            "patch",
            "/books/{book_id}",
            "200 400 401 403 404 406 409 412 413 415 422 428 429 500 503",
        ),
        ("delete", "/books/{book_id}", "204 401 404 406 409 412 428 429 500 503"),
    ],
)
def test_the_problems_follow_from_what_a_route_takes(method: str, path: str, statuses: str) -> None:
    assert statuses.split() == sorted(operation(method, path)["responses"])


def test_a_problem_of_ones_own_is_told_where_its_tag_is() -> None:
    own = ProblemType("book.lent", 409, "Lent", "It is lent.", "Wait.", tags=frozenset({"books"}))
    told = document(problem_types=(*PROBLEM_TYPES, own))

    assert "book.lent" in told["components"]["examples"]


def test_what_all_operations_share_stands_at_each() -> None:
    told = document(headers=(AskedHeader("Purpose", "Why.", 200),), problems=(403,))
    every = [way for ways in told["paths"].values() for way in ways.values()]

    assert all("403" in way["responses"] for way in every)
    assert {200} == {way["parameters"][-1]["schema"]["maxLength"] for way in every}


def test_several_values_are_one_parameter_parted_by_commas() -> None:
    served = (Served(Books.numbered.plan, names={"numbers": "ids"}),)
    route = Route("GET", "/books", answer, replace(BOOKS, paged=True), served)
    found = document(route)["paths"]["/books"]["get"]["parameters"][0]

    assert ("ids", False, "array", "integer") == (
        found["name"],
        found["explode"],
        found["schema"]["type"],
        found["schema"]["items"]["type"],
    )


def test_what_may_be_said_beside_a_question_is_a_choice() -> None:
    served = (
        Served(Books.titled.plan, also={"by": "asc"}),
        Served(Books.bought.plan, also={"by": "desc"}),
    )
    route = Route("GET", "/books", answer, replace(BOOKS, paged=True), served)
    found = {p["name"]: p for p in document(route)["paths"]["/books"]["get"]["parameters"]}

    assert {"type": "string", "enum": ["asc", "desc"]} == found["by"]["schema"]
    assert "required" not in found["by"]


def test_a_route_on_its_way_out_says_so() -> None:
    leaving = replace(
        READ,
        deprecated=datetime(2026, 1, 1, tzinfo=UTC),
        sunset=datetime(2027, 1, 1, tzinfo=UTC),
    )
    told = document(Route("GET", "/books/{book_id}", answer, leaving))
    read = told["paths"]["/books/{book_id}"]["get"]

    assert read["deprecated"]
    assert "Deprecated since 2026-01-01; it goes away on 2027-01-01." in read["description"]
    assert {"Deprecation", "Sunset"} <= read["responses"]["200"]["headers"].keys()
    assert {"Deprecation", "Sunset"} <= told["components"]["headers"].keys()


def test_a_route_without_an_operation_is_refused() -> None:
    with pytest.raises(InputError, match="GET /things has no operation") as refused:
        document(Route("GET", "/things", answer))

    assert "openapi.no_operation" == refused.value.code


@pytest.mark.parametrize(
    "second",
    [Route("GET", "/other", answer, READ), Route("GET", "/one", answer, replace(READ, id="x"))],
)
def test_two_routes_of_one_name_or_place_are_refused(second: Route) -> None:
    with pytest.raises(InputError, match="rename one") as refused:
        document(Route("GET", "/one", answer, READ), second)

    assert "openapi.twice" == refused.value.code


def test_every_reference_leads_somewhere_and_nothing_is_left_over() -> None:
    told = document()
    used = set(references(told))
    there = {
        f"#/components/{kind}/{name}"
        for kind, held in told["components"].items()
        if kind != "securitySchemes"
        for name in held
    }

    assert there == used


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if isinstance(members.get("$ref"), str):
            yield members["$ref"]
        value = list(members.values())
    if isinstance(value, list):
        for held in cast("list[object]", value):
            yield from references(held)
