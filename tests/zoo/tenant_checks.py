"""What must hold of tenants: each sees its own writes, and nothing of another's."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tabledesign import Change, Transaction
from tabledesign.errors import ConditionFailed

from ..writes.design import House, Person
from ..writes.memory import Memory
from .check import Check
from .write_checks import histories

__all__ = ["TENANT_CHECKS"]

TENANTS, IDS, EMAILS = ("acme", "other"), ("a", "b"), (None, "x@y")


@dataclass(slots=True)
class Apart:
    """One repository that is bound anew for each call, as in a process that serves everybody."""

    memory: Memory = field(default_factory=Memory)
    people: dict[tuple[str, str], str | None] = field(default_factory=dict[tuple[str, str], Any])
    requests: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    shared: House = field(init=False)

    def __post_init__(self) -> None:
        self.shared = House(self.memory, tenant="acme")

    def step(self, number: int) -> str:
        """One write of one tenant, then a look at both."""
        random = Random(number)
        tenant, name = random.choice(TENANTS), random.choice(IDS)
        house = self.shared.scoped(tenant) if random.random() < 0.7 else None
        if house is None:
            house = self.shared if tenant == "acme" else House(self.memory, tenant=tenant)
        verb = random.choice((self._create, self._create, self._delete, self._once))
        said = f"{tenant}: {verb(random, house, tenant, name)}"
        self._look()
        return said

    def _create(self, random: Random, house: House, tenant: str, name: str) -> str:
        email = random.choice(EMAILS)
        taken = email is not None and email in [
            held for (owner, _), held in self.people.items() if owner == tenant
        ]
        refused = (tenant, name) in self.people or taken
        said = f"create {name} with {email}"
        if _accepted(lambda: house.create(Person(person_id=name, email=email))) is refused:
            raise AssertionError(f"{said} must be {'refused' if refused else 'accepted'}")
        if not refused:
            self.people[tenant, name] = email
        return said

    def _delete(self, random: Random, house: House, tenant: str, name: str) -> str:
        there = (tenant, name) in self.people
        accepted = _accepted(lambda: house.delete(Person.by_id(person_id=name)))
        assert accepted is there, f"delete {name} is not judged by the tenant's own items"
        self.people.pop((tenant, name), None)
        return f"delete {name}"

    def _once(self, random: Random, house: House, tenant: str, name: str) -> str:
        work = Transaction().update("add", Person.by_id(person_id=name), Change().add(rank=1))
        known = self.requests.get((tenant, "key"))
        accepted = _accepted(lambda: house.once("key", work, content=f"{tenant} {name}"))
        wanted = (tenant, name) in self.people if known is None else known == name
        assert accepted is wanted, f"the request of {tenant} for {name} is another tenant's"
        if known is None and accepted:
            self.requests[tenant, "key"] = name
        return f"once for {name}"

    def _look(self) -> None:
        for tenant in TENANTS:
            house = House(self.memory, tenant=tenant)
            for name in IDS:
                found = house.get(Person.by_id(person_id=name), consistent=True)
                held = (tenant, name) in self.people
                assert (found is not None) is held, f"{tenant} sees {found!r}"
                assert found is None or found.email == self.people[tenant, name], found
            number = sum(owner == tenant for owner, _ in self.people)
            assert house.counted(Person.all_of_them()) == number, f"{tenant} counts others'"


def _accepted(call: Any) -> bool:
    try:
        call()
    except ConditionFailed:
        return False
    return True


TENANT_CHECKS = (
    Check(
        "tenants.apart", "a tenant's writes do not touch another's", histories(Apart, "apart"), 200
    ),
)
