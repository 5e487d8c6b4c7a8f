"""A shop with everything an explorer may meet: tenants, expiry, rules, views, a thin index."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from tabledesign import (
    Counter,
    Entity,
    Index,
    Key,
    Label,
    Last,
    Lookup,
    Lookups,
    Query,
    Range,
    Repository,
    StartsWith,
    Table,
    Unique,
    View,
    access_pattern,
    collection,
    field,
)
from tabledesign.codec import EpochSeconds
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.protocol import Engine
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.wire import Item, Request

table = Table(
    "shop",
    global_indexes=("gsi1", Index("titles", projection=("title",))),
    tenants=True,
    ttl="expires",
)
TENANTS = ("acme", "zeta")


class State(Enum):
    OPEN = "open"
    SENT = "sent"


class Customer(Entity, table=table):
    customer_id: str
    email: str | None = None
    by_id = Key(label="customer", partition="customer_id")
    one_email = Unique("email")
    all_of_them = Counter()


class Order(Entity, table=table):
    customer_id: str
    order_id: str
    title: str
    state: State = State.OPEN
    total: Decimal = Decimal(0)
    due: date | None = None
    expires: Annotated[datetime | None, EpochSeconds()] = None
    by_id = Key(label="customer", partition="customer_id", sort="order_id")
    by_due = Key("gsi1", partition="customer_id", sort=(Label("due"), Last("due"), "order_id"))
    by_title = Key("titles", partition=("customer_id", "state"), sort=("title", "order_id"))


class Title(View, of=Order):
    order_id: str
    title: str


class Shop(Repository, table=table):
    @access_pattern
    def customer(self, customer_id: str) -> Lookup[Customer]:
        """A customer, as last written."""
        return Customer.by_id.get(customer_id=customer_id).consistent()

    @access_pattern
    def orders(self, customer_id: str) -> Query[Order]:
        """A customer's orders."""
        return Order.by_id.query(customer_id=customer_id)

    @access_pattern
    def orders_by_id(self, customer_id: str, ids: Sequence[str]) -> Lookups[Order]:
        """A customer's orders by their ids."""
        return Order.by_id.get_many(varied="order_id", customer_id=customer_id, order_id=ids)

    @access_pattern
    def due(self, customer_id: str, days: Range[date]) -> Query[Order]:
        """A customer's orders due in a range, soonest first."""
        return Order.by_due.query(customer_id=customer_id, due=days)

    @access_pattern
    def due_last(self, customer_id: str, days: Range[date]) -> Query[Order]:
        """A customer's orders due in a range, latest first."""
        return Order.by_due.query(customer_id=customer_id, due=days).latest_first()

    @access_pattern
    def titled(self, customer_id: str, state: State, beginning: str) -> Query[Title]:
        """The titles of a customer's orders in a state, by their beginning."""
        return Order.by_title.query(
            customer_id=customer_id, state=state, title=StartsWith(beginning)
        ).as_view(Title)

    @access_pattern
    def large(self, customer_id: str, at_least: Decimal) -> Query[Order]:
        """A customer's orders of a total or more; the others are read and paid for."""
        return Order.by_id.query(customer_id=customer_id).where(field("total").at_least(at_least))

    @access_pattern
    def account(self, customer_id: str) -> Query[Customer | Order]:
        """A customer with all orders."""
        return collection(Customer.by_id, Order.by_id).query(customer_id=customer_id)


def order(number: int, **given: Any) -> Order:
    """Of ann, due on that day of May 2026; its total is its number."""
    fields: dict[str, Any] = {
        "customer_id": "ann",
        "order_id": f"o{number:02}",
        "title": f"Order {number}",
        "total": Decimal(number),
        "due": date(2026, 5, number),
    }
    return Order(**{**fields, **given})


@contextmanager
def stocked() -> Generator[EmbeddedEngine]:
    """An embedded engine with what `fill` puts there."""
    with embedded() as engine:
        fill(engine)
        yield engine


def fill(engine: Engine) -> None:
    """Twelve orders of ann (o01 to o12, the last without a day), bob's one, and a foreign one."""
    create_table(table, engine)
    shop = Shop(engine, tenant="acme")
    shop.create(Customer(customer_id="ann", email="ann@example.com"))
    for number in range(1, 12):
        shop.create(order(number))
    shop.create(order(12, due=None))
    shop.create(order(1, customer_id="bob", state=State.SENT))
    Shop(engine, tenant="zeta").create(order(1, title="A secret of zeta"))


def explorer_of(engine: object) -> Explorer:
    return Explorer(table, engine, tenants=TENANTS)


def store(engine: EmbeddedEngine, item: Item) -> None:
    """An item as no repository would write it."""
    engine.send(Request("PutItem", {"TableName": table.name, "Item": item}))


def stored(engine: EmbeddedEngine, order_id: str) -> Item:
    """An order of ann as it is stored."""
    key = {"pk": {"S": "acme#customer#ann#"}, "sk": {"S": f"Order#{order_id}#"}}
    return dict(engine.send(Request("GetItem", {"TableName": table.name, "Key": key}))["Item"])


def long_ago() -> dict[str, str]:
    return {"N": str(int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()))}
