"""Any design over HTTP: each of its access patterns, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from tabledesign import Entity, Key, Lookup, Query, Repository, Table, access_pattern, collection
from tabledesign.api.adapters import local
from tabledesign.api.exchange import Call
from tabledesign.api.openapi import openapi_document
from tabledesign.api.principal import Principal
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.gateway.guard import App
from tabledesign.gateway.pattern_routes import pattern_routes

from .browsing import visit

shop = Table("shop", tenants=True)


class Order(Entity, table=shop):
    customer: str
    order_id: str
    seal: bytes = b""
    by_id = Key(label="customer", partition="customer", sort="order_id")


class Note(Entity, table=shop):
    customer: str
    note_id: str
    by_id = Key(label="customer", partition="customer", sort="note_id")


class Shop(Repository, table=shop):
    @access_pattern
    def orders(self, customer: str) -> Query[Order]:
        """A customer's orders."""
        return Order.by_id.query(customer=customer)

    @access_pattern
    def order(self, customer: str, order_id: str) -> Lookup[Order]:
        """One order."""
        return Order.by_id.get(customer=customer, order_id=order_id)

    @access_pattern
    def everything(self, customer: str) -> Query[Order | Note]:
        """All of a customer."""
        return collection(Order.by_id, Note.by_id).query(customer=customer)

    @access_pattern
    def of_limit(self, limit: str) -> Query[Order]:
        """The orders of somebody whose name is given as a limit."""
        return Order.by_id.query(customer=limit)


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with embedded() as engine:
        create_table(shop, engine)
        acme = Shop(engine, tenant="acme")
        acme.put(Order(customer="x", order_id="1", seal=b"\xff\x00"))
        acme.put(Order(customer="x", order_id="2"))
        acme.put(Note(customer="x", note_id="n"))
        acme.scoped("evil").put(Order(customer="x", order_id="3"))

        def opened(cls: type[Repository], call: Call) -> Repository:
            return cls(engine, tenant=call.principal.tenant)

        yield local(pattern_routes([Shop], opened), lambda event: Principal("ann", "acme"))


def test_a_query_is_answered_in_pages_for_the_callers_tenant(app: App) -> None:
    first = visit(app, "/v1/Shop/orders?customer=x&limit=1").json
    second = visit(app, f"/v1/Shop/orders?customer=x&limit=1&cursor={first['next_cursor']}").json

    found = [*first["items"], *second["items"]]
    assert ["1", "2"] == [order["order_id"] for order in found]
    assert ["_wA=", ""] == [order["seal"] for order in found]


def test_one_item_is_answered_as_itself_and_none_as_a_404(app: App) -> None:
    assert "2" == visit(app, "/v1/Shop/order?customer=x&order_id=2").json["order_id"]
    assert 404 == visit(app, "/v1/Shop/order?customer=x&order_id=3").status


def test_several_kinds_come_in_one_answer(app: App) -> None:
    assert 3 == len(visit(app, "/v1/Shop/everything?customer=x").json["items"])


def test_an_argument_that_is_called_as_a_part_of_paging_gets_another_name(app: App) -> None:
    assert 2 == len(visit(app, "/v1/Shop/of_limit?limit_=x").json["items"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/Shop/orders", 400),
        ("/v1/Shop/orders?customer=", 400),
        ("/v1/Shop/orders?customer=x&more=1", 400),
        ("/v1/Shop/nothing", 404),
    ],
)
def test_what_is_no_question_is_refused(app: App, path: str, status: int) -> None:
    assert status == visit(app, path).status


def test_nothing_can_be_written(app: App) -> None:
    assert 405 == visit(app, "/v1/Shop/orders?customer=x", method="POST", send={}).status


def test_the_contract_names_every_pattern_with_its_question() -> None:
    def opened(cls: type[Repository], call: Call) -> Repository:
        raise AssertionError("a document asks no table")

    document = openapi_document(pattern_routes([Shop], opened), title="shop", version="0")
    paths = cast("dict[str, Any]", document["paths"])

    assert [f"/v1/Shop/{plan.name}" for plan in Shop.plans()] == list(paths)
    assert "A customer's orders." == paths["/v1/Shop/orders"]["get"]["summary"]
