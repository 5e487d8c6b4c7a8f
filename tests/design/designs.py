"""A design with one of everything that a document or a comparison has to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Annotated

from tabledesign import (
    Entity,
    Index,
    Key,
    Lookups,
    Query,
    Range,
    Repository,
    StartsWith,
    Table,
    Template,
    View,
    access_pattern,
    field,
)
from tabledesign.codec import Stored

table = Table(
    "shop",
    global_indexes=(Index("by_state"), Index("short", projection=("title", "price"))),
    local_indexes=(Index("recent", projection="keys"),),
    ttl="expires",
)


class State(Enum):
    OPEN = "open"
    SENT = "sent"


class Order(Entity, table=table):
    shop: str
    order_id: str
    title: Annotated[str, Stored("t")]
    price: int
    state: State = State.OPEN
    day: date
    expires: int | None = None

    by_id = Key(partition="shop", sort="order_id")
    by_state = Key("by_state", partition="state", sort=("day", "order_id"))
    short = Key("short", partition="shop", sort="title")
    recent = Key("recent", sort="day")


class Legacy(Entity, table=table):
    legacy_id: str

    by_id = Key(partition=Template("LEGACY!{legacy_id}"), sort=Template("LEGACY"))


class Title(View, of=Order):
    title: str
    price: int


class Orders(Repository, table=table):
    @access_pattern
    def in_state(self, state: State, days: Range[date], least: int) -> Query[Order]:
        """Orders in a state within some days, the dear ones."""
        return Order.by_state.query(state=state, day=days).where(field("price").at_least(least))

    @access_pattern
    def titled(self, shop: str, beginning: StartsWith) -> Query[Title]:
        """Titles of a shop's orders that begin so."""
        return Order.short.query(shop=shop, title=beginning).as_view(Title)

    @access_pattern
    def between(self, shop: str, first: str, last: str) -> Query[Order]:
        """A shop's orders from one number to before another."""
        return Order.by_id.query(shop=shop, order_id=Range(first, last, include_end=False))

    @access_pattern
    def several(self, shop: str, ids: Sequence[str]) -> Lookups[Order]:
        """Some orders of a shop."""
        return Order.by_id.get_many(varied="order_id", shop=shop, order_id=ids)

    @access_pattern
    def sent(self) -> Query[Order]:
        """Sent orders, latest first."""
        return Order.by_state.query(state=State.SENT).latest_first()
