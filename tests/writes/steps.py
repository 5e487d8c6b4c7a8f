"""Seeded writes of every kind, by one repository, each checked by reading it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tabledesign import Change, ConditionFailed, InputError, Transaction, field
from tabledesign.engine.protocol import clock_of

from .design import Address, House, Lease, Person, Task

__all__ = ["History"]

IDS = ("a", "b", "c")
EMAILS = (None, "x@y", "z@y", "x@y#")
TEAMS = ("red", "blue")
NICKS = (None, "bo", "al")


class History:
    """One seeded sequence of writes by a repository."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.random = Random(seed)
        self.clock: Any = getattr(house.engine, "clock", None)
        self.accepted = 0

    def person(self) -> Person:
        draw = self.random.choice
        return Person(
            person_id=draw(IDS),
            email=draw(EMAILS),
            team=draw(TEAMS),
            nick=draw(NICKS),
            rank=self.random.randrange(3),
            left=draw((None, True)),
        )

    def lease(self) -> Lease:
        until = None
        if self.random.random() < 0.6:
            until = self.house_now().replace(microsecond=0) + timedelta(
                seconds=self.random.choice((-5, 30, 300))
            )
        draw = self.random.choice
        return Lease(desk=draw(IDS), number=draw((1, 2)), holder=draw(IDS), expires=until)

    def house_now(self) -> Any:
        return clock_of(self.house.engine).now()

    def task(self) -> Task:
        draw = self.random.choice
        return Task(
            task_id=draw(IDS), user_id=draw(IDS), due=draw((None, 1, 2)), done=draw((None, 5))
        )

    def change(self) -> Change:
        draw, change = self.random.choice, Change()
        options: tuple[Callable[[Change], Change], ...] = (
            lambda c: c.set(email=draw(EMAILS)),
            lambda c: c.set(team=draw(TEAMS)),
            lambda c: c.set_if_absent(nick=draw(NICKS)),
            lambda c: c.remove("left"),
            lambda c: c.set(left=draw((None, True, False))),
            lambda c: c.add(rank=draw((1, 2))),
            lambda c: c.remove("rank"),
            lambda c: c.add_to(tags={draw(IDS)}),
            lambda c: c.discard_from(tags={draw(IDS)}),
            lambda c: c.append(log=[draw(IDS)]),
            lambda c: c.set(address=draw((None, Address(city="Oslo", lines=["1"])))),
            lambda c: c.remove("nick"),
        )
        for _ in range(self.random.randint(1, 3)):
            try:
                change = self.random.choice(options)(change)
            except InputError:
                continue  # the same field twice
        return change

    def task_change(self) -> Change:
        draw = self.random.choice
        return draw(
            (
                Change().set(due=draw((None, 1, 2, 3))),
                Change().set(done=draw((None, 5, 6))),
                Change().set(user_id=draw(IDS)),
                Change().remove("due"),
                Change().set(done=4, due=2).add(visits=1),
                Change().set_if_absent(due=9),
                Change().add(due=1),
            )
        )

    def step(self) -> None:
        """One verb; what it refuses changes nothing."""
        verb = self.random.choice(
            [name for name in dir(self) if name.startswith("do_")]  # in the order of names
        )
        try:
            getattr(self, verb)()
            self.accepted += 1
        except (ConditionFailed, InputError):
            pass

    def any_entity(self) -> Any:
        return self.random.choice((self.person, self.person, self.lease, self.task))()

    def do_create(self) -> None:
        made = self.house.create(self.any_entity())
        assert self.stored(made) == made

    def do_put(self) -> None:
        entity = self.any_entity()
        held = self.stored(entity)
        if isinstance(entity, Person) and held is not None and self.random.random() < 0.8:
            entity = entity.model_copy(update={"version": held.version})
        made = self.house.put(entity)
        assert self.stored(made) == made

    def do_upsert(self) -> None:
        made = self.house.upsert(self.any_entity())
        assert self.stored(made) == made

    def do_update(self) -> None:
        made = self.house.update(Person.by_id(person_id=self.random.choice(IDS)), self.change())
        assert self.stored(made) == made

    def do_update_task(self) -> None:
        target = Task.by_id(task_id=self.random.choice(IDS))
        made = self.house.update(target, self.task_change())
        assert self.stored(made) == made

    def do_update_lease(self) -> None:
        lease = self.lease()
        change = Change().set(expires=lease.expires)
        if self.random.random() < 0.5:
            change = Change().set(holder=lease.holder)
        self.house.update(Lease.by_id(desk=lease.desk, number=lease.number), change)

    def do_delete(self) -> None:
        entity = self.any_entity()
        self.house.delete(self.identity(entity))
        assert self.house.get(self.identity(entity), consistent=True) is None

    def do_delete_if_exists(self) -> None:
        entity = self.any_entity()
        self.house.delete_if_exists(self.identity(entity))
        assert self.house.get(self.identity(entity), consistent=True) is None

    def do_move(self) -> None:
        old, new = self.random.choice(IDS), self.random.choice(IDS)
        made = self.house.move(
            Person.by_id(person_id=old), person_id=new, team=self.random.choice(TEAMS)
        )
        assert self.stored(made) == made

    def do_move_lease(self) -> None:
        lease = self.lease()
        self.house.move(self.identity(lease), number=3 - lease.number)

    def do_transaction(self) -> None:
        transaction = Transaction()
        for number in range(self.random.randint(1, 4)):
            name, entity = f"step {number}", self.any_entity()
            verb = self.random.choice(("create", "delete", "update", "require", "put"))
            if verb == "create":
                transaction = transaction.create(name, entity)
            elif verb == "put":
                transaction = transaction.put(name, entity)
            elif verb == "delete":
                transaction = transaction.delete(name, self.identity(entity))
            elif verb == "require":
                transaction = transaction.require(name, self.identity(entity))
            else:
                target = Person.by_id(person_id=self.random.choice(IDS))
                transaction = transaction.update(name, target, self.change())
        results = self.house.commit(transaction)
        for result in results.values():
            assert result is None or self.stored(result) == result

    def do_swap(self) -> None:
        a, b = self.random.sample(IDS, 2)
        one, other = (self.house.get(Person.by_id(person_id=each)) for each in (a, b))
        if one is None or other is None:
            return
        self.house.commit(
            Transaction()
            .update("one", one, Change().set(email=other.email))
            .update("other", other, Change().set(email=one.email))
        )

    def do_bounded(self) -> None:
        target = Person.by_id(person_id=self.random.choice(IDS))
        made = self.house.update(target, Change().increment("rank", at_most=2))
        assert made.rank <= 2

    def do_conditional(self) -> None:
        target = Person.by_id(person_id=self.random.choice(IDS))
        condition = field("team").equals(self.random.choice(TEAMS))
        self.house.update(target, self.change(), condition=condition)

    def do_given(self) -> None:
        target = Task.by_id(task_id=self.random.choice(IDS))
        given = {"user_id": self.random.choice(IDS), "done": self.random.choice((None, 5))}
        self.house.update(target, Change().set(due=3), policy="require", given=given)

    def do_once(self) -> None:
        entity, key = self.any_entity(), str(self.random.randrange(40))
        self.house.once(key, Transaction().put("put", entity), content=repr(entity))

    def do_wait(self) -> None:
        if self.clock is not None:
            self.clock.sleep(self.random.choice((1, 60)))

    def identity(self, entity: Any) -> Any:
        if isinstance(entity, Person):
            return Person.by_id(person_id=entity.person_id)
        if isinstance(entity, Lease):
            return Lease.by_id(desk=entity.desk, number=entity.number)
        return Task.by_id(task_id=entity.task_id)

    def stored(self, entity: Any) -> Any:
        found = self.house.get(self.identity(entity), consistent=True)
        if found is None and isinstance(entity, Lease) and entity.expires is not None:
            # It was stored with an expiry that had passed: that is as good as nothing.
            return entity if entity.expires <= self.house_now() else None
        return found
