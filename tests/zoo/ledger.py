"""A plain model of versions, timestamps, expiry, unique values, counters and request keys.

It holds entities in a dict, says of each write whether it must be refused and what is there
afterwards, and knows no keys, no claims and no conditions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from random import Random
from typing import Any

from tabledesign import Change, InputError, Transaction
from tabledesign.errors import ConditionFailed, Contended

from ..writes.design import TENANT_NAME, House, Lease, Person, Task, check_truth
from ..writes.memory import Memory

__all__ = ["Ledger"]

IDS, TEAMS = ("a", "b"), ("red", "blue")
EMAILS, NICKS = (None, "x@y", "z@y"), (None, "bo")
LIFETIME = timedelta(seconds=90)
REFUSED = object()
At = tuple[str, Any]


@dataclass(slots=True)
class Ledger:
    """One repository over a fresh table, and the dict that it must agree with."""

    memory: Memory = field(default_factory=Memory)
    rows: dict[At, Any] = field(default_factory=dict[At, Any])
    seen: dict[At, list[Any]] = field(default_factory=dict[At, list[Any]])
    records: dict[str, tuple[str, datetime, Any]] = field(default_factory=dict[str, Any])

    @property
    def house(self) -> House:
        """A fresh repository, which remembers nothing."""
        return House(self.memory, tenant=TENANT_NAME)

    @property
    def now(self) -> datetime:
        """The time of the table's clock."""
        return self.memory.clock.now()

    def step(self, number: int) -> str:
        """One write that follows from the number alone; says what it was."""
        random = Random(number)
        verb: Callable[[Random], str] = random.choice(
            (
                self.create, self.create, self.put, self.update, self.update, self.update,
                self.delete, self.upsert, self.move, self.once, self.once, self.swap, self.pair,
                self.wait, self.wait,
            )
        )  # fmt: skip
        said = verb(random)
        self.check()
        return said

    def check(self) -> None:
        """The table holds what the dict holds, and everything kept beside it is true."""
        house = self.house
        for kind, number in [("Person", each) for each in IDS] + [("Task", each) for each in IDS]:
            self._same(house, (kind, number))
        for place in product(IDS, (1, 2)):
            self._same(house, ("Lease", place))
        together = house.get_together(*(Person.by_id(person_id=each) for each in IDS))
        assert together == [self.alive(("Person", each)) for each in IDS], together
        people = [row for at, row in self.rows.items() if at[0] == "Person"]
        teams = Counter(each.team for each in people if each.left is None)
        for team in TEAMS:
            found = house.counted(Person.in_team(team=team))
            assert found == teams[team], f"{team} counts {found} and not {teams[team]}"
        check_truth(list(self.memory.items.values()), self.now)

    def _same(self, house: House, at: At) -> None:
        found, wanted = house.get(identity(at), consistent=True), self.alive(at)
        assert found == wanted, f"{at} is {found!r} and must be {wanted!r}"

    def alive(self, at: At) -> Any:
        """What is there and has not expired."""
        row = self.rows.get(at)
        until = getattr(row, "expires", None)
        return None if until is not None and until <= self.now else row

    def create(self, random: Random) -> str:
        entity = self._entity(random)
        at = at_of(entity)
        made = stamped(entity, 1, self.now, created=self.now)
        return self._write(
            f"create {entity!r}", {at: made}, lambda: self.house.create(entity),
            refused=self.alive(at) is not None, value=made,
        )  # fmt: skip

    def put(self, random: Random) -> str:
        entity = self._entity(random)
        at = at_of(entity)
        held, refused, version = self.alive(at), False, 0
        if isinstance(entity, Person):
            versions = [0, *(each.version for each in self.seen.get(at, ()))]
            version = random.choice((versions[-1], random.choice(versions)))
            refused = version != (0 if held is None else held.version)
            moment = self.now - timedelta(days=1) if random.random() < 0.3 else None
            entity = entity.model_copy(update={"version": version, "created_at": moment})
        created = getattr(entity, "created_at", None) or self.now
        made = stamped(entity, version + 1, self.now, created=created)
        return self._write(
            f"put {entity!r}", {at: made}, lambda: self.house.put(entity),
            refused=refused, value=made,
        )  # fmt: skip

    def update(self, random: Random) -> str:
        at = self._place(random)
        change, values = self._change(random, at)
        target, stale = self._target(random, at)
        held = self.alive(at)
        made = None
        if held is not None:
            after = {name: make(getattr(held, name)) for name, make in values.items()}
            version = getattr(held, "version", 0) + 1
            made = stamped(held.model_copy(update=after), version, self.now)
        return self._write(
            f"update {target!r} by {change!r}", {at: made},
            lambda: self.house.update(target, change),
            refused=held is None or stale, value=made,
        )  # fmt: skip

    def delete(self, random: Random) -> str:
        at = self._place(random)
        target, stale = self._target(random, at)
        held = self.alive(at)
        if random.random() < 0.2 and not stale:
            call: Callable[[], Any] = lambda: self.house.delete_if_exists(target)  # noqa: E731
            return self._write(f"delete {at} if there", {at: None}, call, refused=False)
        return self._write(
            f"delete {target!r}", {at: None}, lambda: self.house.delete(target),
            refused=held is None or stale,
        )  # fmt: skip

    def upsert(self, random: Random) -> str:
        entity = self._entity(random)
        at = at_of(entity)
        held = self.alive(at)
        made = stamped(entity, 1, self.now, created=self.now)
        if held is not None:
            given = {name: getattr(entity, name) for name in entity.model_fields_set}
            made = held
            if given.keys() - set(_PRIMARY[at[0]]):
                version = getattr(held, "version", 0) + 1
                made = stamped(held.model_copy(update=given), version, self.now)
        return self._write(
            f"upsert {entity!r} given {sorted(entity.model_fields_set)}", {at: made},
            lambda: self.house.upsert(entity), refused=False, value=made,
        )  # fmt: skip

    def move(self, random: Random) -> str:
        at = self._place(random, "Person", "Lease")
        held = self.alive(at)
        if at[0] == "Person":
            values: dict[str, Any] = {"person_id": "b" if at[1] == "a" else "a"}
            to: At = ("Person", values["person_id"])
        else:
            values = {"number": 3 - at[1][1]}
            to = ("Lease", (at[1][0], values["number"]))
        made = None
        if held is not None:
            version = getattr(held, "version", 0) + 1
            made = stamped(held.model_copy(update=values), version, self.now)
        return self._write(
            f"move {at} to {to}", {at: None, to: made},
            lambda: self.house.move(identity(at), **values),
            refused=held is None or self.alive(to) is not None, value=made,
        )  # fmt: skip

    def once(self, random: Random) -> str:
        key, content = "key", random.choice(("one", "one", "two"))
        at = self._place(random, "Person")
        work = Transaction().update("add", identity(at), Change().add(rank=1))
        call: Callable[[], Any] = lambda: self.house.once(  # noqa: E731
            key, work, content=f"{at} {content}", lifetime=LIFETIME
        )
        said, content = f"once {key} {at} {content}", f"{at} {content}"
        known = self.records.get(key)
        if known is not None and known[1] > self.now:
            given = self._attempt(said, call, refused=known[0] != content)
            assert given is REFUSED or given == known[2], f"{said} gave {given}"
            return said
        held = self.alive(at)
        made = None
        if held is not None:
            after = held.model_copy(update={"rank": held.rank + 1})
            made = stamped(after, held.version + 1, self.now)
        until = self.now + LIFETIME
        self._write(said, {at: made}, call, refused=held is None, value={"add": made})
        if made is not None:
            self.records[key] = (content, until, {"add": made})
        return said

    def swap(self, random: Random) -> str:
        held = [self.alive(("Person", each)) for each in IDS]
        emails = [random.choice(EMAILS) for _ in IDS]
        if None not in held and random.random() < 0.6:
            emails = [held[1].email, held[0].email]
        work, after = Transaction(), dict[At, Any]()
        for name, each, email in zip(IDS, held, emails, strict=True):
            work = work.update(name, Person.by_id(person_id=name), Change().set(email=email))
            if each is not None:
                changed = each.model_copy(update={"email": email})
                after["Person", name] = stamped(changed, each.version + 1, self.now)
        value = {name: after.get(("Person", name)) for name in IDS}
        return self._write(
            f"both emails to {emails}", after, lambda: self.house.commit(work),
            refused=None in held, value=value,
        )  # fmt: skip

    def pair(self, random: Random) -> str:
        """Both people created or deleted in one transaction."""
        work, after, refused, lines = Transaction(), dict[At, Any](), False, list[str]()
        for name in IDS:
            at: At = ("Person", name)
            held = self.alive(at)
            if held is not None or random.random() < 0.1:
                work, after[at] = work.delete(name, identity(at)), None
                refused = refused or held is None
                lines.append(f"delete {name}")
                continue
            entity = Person(person_id=name, team=random.choice(TEAMS))
            work = work.create(name, entity)
            after[at] = stamped(entity, 1, self.now, created=self.now)
            lines.append(f"create {entity!r}")
        value = {name: after["Person", name] for name in IDS}
        return self._write(
            " and ".join(lines), after, lambda: self.house.commit(work),
            refused=refused, value=value,
        )  # fmt: skip

    def wait(self, random: Random) -> str:
        seconds = random.choice((1, 60, 60, 300))
        self.memory.clock.sleep(seconds)
        return f"{seconds} seconds pass"

    def _write(
        self,
        said: str,
        changes: dict[At, Any],
        call: Callable[[], Any],
        *,
        refused: bool,
        value: object = None,
    ) -> str:
        after = {**self.rows, **changes}
        after = {at: row for at, row in after.items() if row is not None}
        refused = refused or self._clashes(after)
        given = self._attempt(said, call, refused=refused)
        if given is REFUSED:
            return f"{said}: refused"
        assert value is None or given == value, f"{said} gave {given!r} and not {value!r}"
        self.rows = after
        for at, row in changes.items():
            if row is not None:
                self.seen.setdefault(at, []).append(row)
        return said

    def _attempt(self, said: str, call: Callable[[], Any], *, refused: bool) -> Any:
        try:
            value = call()
        except (ConditionFailed, Contended, InputError) as error:
            if not refused:
                fault = f"{said} was refused: {type(error).__name__}, {error}"
                raise AssertionError(fault) from error
            return REFUSED
        assert not refused, f"{said} was accepted"
        return value

    def _clashes(self, rows: dict[At, Any]) -> bool:
        """Whether two rows that have not expired hold one unique value."""
        claims: Counter[tuple[object, ...]] = Counter()
        for row in rows.values():
            if isinstance(row, Person):
                if row.email is not None:
                    claims["email", row.email] += 1
                if row.nick is not None and row.left is None:
                    claims["nick", row.team, row.nick] += 1
            elif isinstance(row, Lease) and (row.expires is None or row.expires > self.now):
                claims["holder", row.holder] += 1
        return any(number > 1 for number in claims.values())

    def _entity(self, random: Random) -> Any:
        kind = random.choice(("person", "person", "lease", "lease", "task"))
        draw = random.choice
        values: dict[str, Any] = {}
        if kind == "task":
            values = {
                "due": draw((None, 1, 2)),
                "done": draw((None, 5)),
                "notes": draw((None, "n")),
            }
            kept = {name: value for name, value in values.items() if random.random() < 0.6}
            return Task(task_id=draw(IDS), user_id=draw(IDS), **kept)
        if kind == "lease":
            until = self._until(random)
            return Lease(desk=draw(IDS), number=draw((1, 2)), holder=draw(IDS), expires=until)
        values = {
            "email": draw(EMAILS), "team": draw(TEAMS), "nick": draw(NICKS),
            "rank": random.randrange(3), "left": draw((None, None, True)),
            "tags": frozenset(random.sample(IDS, random.randrange(3))),
        }  # fmt: skip
        kept = {name: value for name, value in values.items() if random.random() < 0.6}
        return Person(person_id=draw(IDS), **kept)

    def _until(self, random: Random) -> datetime | None:
        seconds = random.choice((None, 30, 30, 300))
        return (
            None
            if seconds is None
            else self.now.replace(microsecond=0) + timedelta(seconds=seconds)
        )

    def _place(self, random: Random, *names: str) -> At:
        """Where to write: in four of five cases where something is."""
        kinds = names or ("Person", "Lease", "Task")
        known = [at for at in self.rows if at[0] in kinds and self.alive(at) is not None]
        if known and random.random() < 0.8:
            return random.choice(sorted(known, key=repr))
        drawn: dict[str, At] = {
            "Person": ("Person", random.choice(IDS)),
            "Lease": ("Lease", (random.choice(IDS), random.choice((1, 2)))),
            "Task": ("Task", random.choice(IDS)),
        }
        return drawn[random.choice(kinds)]

    def _target(self, random: Random, at: At) -> tuple[Any, bool]:
        """An identity, or an entity as it once was, which brings its version."""
        seen, held = self.seen.get(at, ()), self.alive(at)
        if at[0] != "Person" or not seen or random.random() < 0.4:
            return identity(at), False
        target = random.choice((seen[-1], random.choice(seen)))
        return target, held is None or held.version != target.version

    def _change(self, random: Random, at: At) -> tuple[Change, dict[str, Callable[[Any], Any]]]:
        """A change, and what it makes of each field."""
        draw = random.choice
        if at[0] == "Lease":
            name, value = draw((("holder", draw(IDS)), ("expires", self._until(random))))
            return Change().set(**{name: value}), {name: lambda _: value}
        if at[0] == "Task":
            values: dict[str, Any] = {"due": draw((None, 1, 2)), "done": draw((None, 5))}
        else:
            values = {
                "email": draw(EMAILS), "team": draw(TEAMS), "nick": draw(NICKS),
                "left": draw((None, True)), "rank": random.randrange(3),
                "tags": frozenset(random.sample(IDS, 1)),
            }  # fmt: skip
        change, made = Change(), dict[str, Callable[[Any], Any]]()
        for name in random.sample(sorted(values), random.randint(1, 2)):
            value = values[name]
            if name == "rank" and random.random() < 0.5:
                change = change.add(rank=1)
                made[name] = lambda old: old + 1
            elif value is None and random.random() < 0.5:
                change = change.remove(name)
                made[name] = lambda _: None
            else:
                change = change.set(**{name: value})
                made[name] = lambda _, value=value: value  # type: ignore[misc]
        return change, made


_PRIMARY = {"Person": ("person_id",), "Lease": ("desk", "number"), "Task": ("task_id",)}


def at_of(entity: Any) -> At:
    """The name and the primary key of an entity."""
    name = type(entity).__name__
    values = tuple(getattr(entity, field) for field in _PRIMARY[name])
    return name, values if name == "Lease" else values[0]


def identity(at: At) -> Any:
    """The same as the library names it."""
    if at[0] == "Lease":
        return Lease.by_id(desk=at[1][0], number=at[1][1])
    return Person.by_id(person_id=at[1]) if at[0] == "Person" else Task.by_id(task_id=at[1])


def stamped(entity: Any, version: int, now: datetime, *, created: datetime | None = None) -> Any:
    """The entity with what the library keeps itself; only people have a version and times."""
    if not isinstance(entity, Person):
        return entity
    values: dict[str, Any] = {"version": version, "updated_at": now}
    return entity.model_copy(
        update=values if created is None else {**values, "created_at": created}
    )
