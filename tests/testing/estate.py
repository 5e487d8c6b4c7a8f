"""A design with everything that the library keeps: each rule, a version, timestamps and TTL."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tabledesign import (
    Counter,
    Entity,
    EpochSeconds,
    Key,
    Lookup,
    Query,
    Range,
    Repository,
    Table,
    Unique,
    absent,
    access_pattern,
)

table = Table("estate", global_indexes=("gsi1", "gsi2"), tenants=True, ttl="expires")


class Tenant(Entity, table=table, versioned="version", created="created_at", updated="updated_at"):
    """A person with a version and timestamps, unique values of every form, and two counters."""

    person_id: str
    email: str | None = None
    team: str = "p1"
    nick: str | None = None
    rank: int = 0
    left: bool | None = None
    tags: frozenset[str] = frozenset()
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    by_id = Key(partition="person_id")
    of_team = Key("gsi1", label="team", partition="team", sort=("rank", "person_id"))
    here = Key(
        "gsi2",
        label="here",
        partition="team",
        sort="person_id",
        when=absent("left"),
    )
    one_email = Unique("email")
    one_nick = Unique("team", "nick", when=absent("left"))
    in_team = Counter("team", when=absent("left"))
    all_of_them = Counter()


class Lease(Entity, table=table):
    """A lease that expires, and lets its holder hold no other."""

    flat: str
    number: int
    holder: str
    expires: Annotated[datetime | None, EpochSeconds()] = None

    by_id = Key(partition="flat", sort="number")
    of_holder = Key("gsi1", label="holder", partition="holder", sort=("flat", "number"))
    one_holder = Unique("holder")


class Visit(Entity, table=table, updated="seen_at"):
    """A visit without any rule, in the order of its last change."""

    flat: str
    visit_id: str
    guest: str | None = None
    paid: int = 0
    seen_at: datetime | None = None

    by_id = Key(partition="flat", sort="visit_id")
    latest = Key("gsi2", label="latest", partition="flat", sort=("seen_at", "visit_id"))


class Estate(Repository, table=table):
    @access_pattern
    def person(self, person_id: str) -> Lookup[Tenant]:
        """One person."""
        return Tenant.by_id.get(person_id=person_id)

    @access_pattern
    def team(self, team: str) -> Query[Tenant]:
        """The people of a team, by rank."""
        return Tenant.of_team.query(team=team)

    @access_pattern
    def here(self, team: str) -> Query[Tenant]:
        """The people of a team who have not left."""
        return Tenant.here.query(team=team)

    @access_pattern
    def leases(self, flat: str) -> Query[Lease]:
        """The leases of a flat."""
        return Lease.by_id.query(flat=flat)

    @access_pattern
    def held_by(self, holder: str) -> Query[Lease]:
        """What somebody holds."""
        return Lease.of_holder.query(holder=holder)

    @access_pattern
    def visits(self, flat: str, seen_at: Range[datetime]) -> Query[Visit]:
        """A flat's visits by their last change, latest first."""
        return Visit.latest.query(flat=flat, seen_at=seen_at).latest_first()
