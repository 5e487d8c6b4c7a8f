"""A table whose entities use every rule, and what must hold of its raw items at all times."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel

from tabledesign import (
    Counter,
    Entity,
    EpochSeconds,
    Key,
    Query,
    Repository,
    Table,
    Unique,
    absent,
    access_pattern,
    present,
)
from tabledesign.codec import codec_of
from tabledesign.schema.key import TENANT
from tabledesign.wire import Item

__all__ = ["Address", "Desk", "House", "Lease", "Person", "Task", "check_truth", "table"]

table = Table("house", global_indexes=("gsi1", "gsi2"), tenants=True, ttl="expires")
TENANT_NAME = "acme"


class Address(BaseModel):
    city: str
    lines: list[str]


class Person(Entity, table=table, versioned="version", created="created_at", updated="updated_at"):
    person_id: str
    email: str | None = None
    team: str = "red"
    nick: str | None = None
    rank: int = 7
    left: bool | None = None
    tags: frozenset[str] = frozenset()
    log: list[str] = []  # noqa: RUF012 - pydantic copies it
    address: Address | None = None
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    by_id = Key(partition="person_id")
    of_team = Key("gsi1", label="team", partition="team", sort=("rank", "person_id"))
    one_email = Unique("email")
    one_nick = Unique("team", "nick", when=absent("left"))
    in_team = Counter("team", when=absent("left"))
    all_of_them = Counter()


class Lease(Entity, table=table):
    desk: str
    number: int
    holder: str
    expires: Annotated[datetime | None, EpochSeconds()] = None

    by_id = Key(partition="desk", sort="number")
    of_holder = Key("gsi1", label="holder", partition="holder", sort=("desk", "number"))
    one_holder = Unique("holder")


class Task(Entity, table=table):
    task_id: str
    user_id: str
    due: int | None = None
    done: int | None = None
    visits: int = 0
    notes: str | None = None

    by_id = Key(partition="task_id")
    open = Key("gsi1", label="open", partition="user_id", sort=("due",), when=absent("done"))
    closed = Key("gsi1", label="done", partition="user_id", sort="done", when=present("done"))
    by_due = Key("gsi2", partition="user_id", sort=("due", "task_id"))


class House(Repository, table=table):
    @access_pattern
    def team(self, team: str) -> Query[Person]:
        """The people of a team, by rank."""
        return Person.of_team.query(team=team)


desks = Table("desks", sort_key=None)


class Desk(Entity, table=desks):
    desk_id: str
    owner: str | None = None

    by_id = Key(partition="desk_id")
    one_owner = Unique("owner")


class Desks(Repository, table=desks):
    pass


def check_truth(items: list[Item], now: datetime, *, where: Table = table) -> None:
    """Every key, claim and count follows from the entities, and nothing else is stored."""
    claims: dict[str, str] = {}
    counts: Tally[str] = Tally()
    tenant = {TENANT: TENANT_NAME} if where.tenants else {}
    for item in items:
        entity = where.entities.get(item["entity"]["S"])
        if entity is None or _is_over(item, now):
            continue
        read: Any = codec_of(entity).decode(item)
        values = {**read.__dict__, **tenant}
        keys: dict[str, str] = {}
        for key in entity.__keys__.values():
            keys.update(key.render(values))
        stored = {n: v["S"] for n, v in item.items() if n in where.key_attributes}
        assert keys == stored, read
        owner = "".join(
            keys[name] for name in (where.partition_key, where.sort_key) if name is not None
        )
        for rule in entity.__rules__.values():
            texts = rule.render(values)
            if texts is not None and rule.kind == "counter":
                counts[texts[0]] += 1
            elif texts is not None:
                assert texts[0] not in claims, f"two items hold {texts[0]}"
                claims[texts[0]] = owner
    for item in items:
        kind, at = item["entity"]["S"], item[where.partition_key]["S"]
        if kind == "unique" and not _is_over(item, now):
            assert claims.pop(at, None) == item["owner"]["S"], f"{at} is kept for nobody"
        elif kind == "counter":
            assert counts.pop(at, 0) == int(item["count"]["N"]), f"{at} is miscounted"
    assert not claims, "values without a claim"
    assert not counts, "groups without a count"


def _is_over(item: Item, now: datetime) -> bool:
    until = item.get("expires", {}).get("N")
    return until is not None and float(until) <= now.timestamp()
