"""After any planned update, stored index keys are those of the fields; no refusal is idle."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import product
from typing import Any

import pytest

from tabledesign import (
    Change,
    Entity,
    First,
    Index,
    InputError,
    Key,
    Label,
    Last,
    Table,
    absent,
    equals,
    one_of,
    todo,
)
from tabledesign.patterns.writes import item_of, update_request
from tabledesign.wire import Item

CASES = 4_000  # for each of the designs


class Status(Enum):
    TODO = "todo"
    DOING = "doing"
    DONE = "done"


DAYS = tuple(date(2026, 11, 23) + timedelta(days=number) for number in range(2))
NAMES = ("ann", "bob")

table = Table(
    "todo",
    tenants=True,
    global_indexes=("gsi1", "gsi2", "gsi3", "gsi4"),
    local_indexes=("lsi1",),
)


class Task(Entity, table=table):
    """Two keys on one index by completion, sparse and marked parts, an optional partition."""

    task_id: str
    user_id: str
    status: Status = Status.TODO
    due: date | None = None
    done: date | None = None
    assignee: str | None = None
    rank: int = 0

    by_id = Key(partition="task_id")
    open = Key(
        "gsi1",
        label="user",
        partition="user_id",
        sort=(Label("open"), Last("due"), "task_id"),
        when=absent("done"),
    )
    finished = Key(
        "gsi1", label="user", partition="user_id", sort=(Label("done"), "done", "task_id")
    )
    board = Key("gsi2", partition="user_id", sort=("status", First("due")))
    assigned = Key("gsi3", partition="assignee", sort=("due", "task_id"))
    ranked = Key("gsi4", partition="status", sort=("rank", "due"))
    local = Key("lsi1", sort=("assignee", "rank"))


class Ticket(Entity, table=table):
    """Three keys on one index by state, one of them sparse; and one that its own id decides."""

    ticket_id: str
    kind: Status
    status: Status = Status.TODO
    opened: date
    closed: date | None = None
    owner: str | None = None
    rank: int = 0

    by_id = Key(partition="ticket_id", sort="kind")
    todo = Key("gsi1", label="tickets", partition=(), sort=(Label("t"), "opened"),
               when=equals("status", Status.TODO))  # fmt: skip
    doing = Key("gsi1", label="tickets", partition=(), sort=(Label("d"), "owner", "rank"),
                when=equals("status", Status.DOING))  # fmt: skip
    closed_ones = Key("gsi1", label="closed", partition="owner", sort=(Label("c"), "closed"),
                      when=equals("status", Status.DONE))  # fmt: skip
    first_kind = Key("gsi2", label="x", partition=(), sort=(Label("x"), "rank", "opened"),
                     when=equals("kind", Status.TODO))  # fmt: skip
    other_kind = Key("gsi2", label="x", partition=(), sort=(Label("y"), "closed"),
                     when=one_of("kind", Status.DOING, Status.DONE))  # fmt: skip
    same_sort_a = Key("gsi3", label="a", partition=(), sort=("opened", "rank"),
                      when=equals("status", Status.DONE))  # fmt: skip
    same_sort_b = Key("gsi3", label="b", partition=(), sort=("opened", "rank"),
                      when=one_of("status", Status.TODO, Status.DOING))  # fmt: skip
    local = Key("lsi1", sort=(First("owner"), Last("closed")))


inverted = Table("shared", global_indexes=(Index("inverse", inverted=True), "gsi1"))


class Share(Entity, table=inverted):
    """An inverted index, which no update touches, beside a sparse one."""

    list_id: str
    user_id: str
    role: Status = Status.TODO
    since: date | None = None

    by_id = Key(partition="list_id", sort="user_id")
    of_user = Key("inverse")
    recent = Key("gsi1", partition="role", sort=("since", "user_id"))


class Flag(Entity, table=inverted):
    """An optional partition beside a condition on another field."""

    flag_id: str
    group: str | None = None
    hidden: bool = False
    rank: int = 1
    note: str = ""

    by_id = Key(partition="flag_id")
    shown = Key("gsi1", partition="group", sort="rank", when=equals("hidden", False))


class Plain(Entity, table=inverted):
    """Every part required: a key that is always there."""

    plain_id: str
    group: str
    rank: int
    size: int = 3

    by_id = Key(partition="plain_id")
    ranked = Key("gsi1", partition="group", sort=("rank", "size"))


DOMAINS: dict[str, tuple[object, ...]] = {
    "status": tuple(Status),
    "kind": tuple(Status),
    "role": tuple(Status),
    "due": (None, *DAYS),
    "done": (None, *DAYS),
    "closed": (None, *DAYS),
    "since": (None, *DAYS),
    "opened": DAYS,
    "assignee": (None, *NAMES),
    "owner": (None, *NAMES),
    "group": (None, *NAMES),
    "user_id": NAMES,
    "list_id": NAMES,
    "task_id": ("1",),
    "ticket_id": ("1",),
    "flag_id": ("1",),
    "plain_id": ("1",),
    "rank": (0, 1),
    "size": (0, 3),
    "hidden": (False, True),
    "note": ("",),
}


def domain(entity: type[Entity], name: str) -> tuple[object, ...]:
    required = entity is Plain and name == "group"
    return NAMES if required else DOMAINS[name]


def states(entity: type[Entity]) -> Iterator[dict[str, object]]:
    """Every state of the entity over its small domains."""
    names = list(entity.model_fields)
    for values in product(*(domain(entity, name) for name in names)):
        yield dict(zip(names, values, strict=True))


def tenant_of(entity: type[Entity]) -> str | None:
    return "acme" if entity.__table__.tenants else None


def identity_fields(entity: type[Entity]) -> tuple[str, ...]:
    return next(k for k in entity.__keys__.values() if k.place.kind == "primary").fields


def key_attributes(entity: type[Entity], item: Item) -> dict[str, str]:
    return {name: item[name]["S"] for name in entity.__table__.key_attributes if name in item}


@dataclass(frozen=True)
class Patch:
    """A change in plain Python, beside the library's own description of it."""

    sets: dict[str, Any]
    removes: tuple[str, ...]
    adds: dict[str, int]

    @property
    def change(self) -> Change:
        return Change().set(**self.sets).remove(*self.removes).add(**self.adds)

    def after(self, entity: type[Entity], state: Mapping[str, Any]) -> dict[str, Any]:
        """The fields after the change."""
        removed = {name: entity.model_fields[name].get_default() for name in self.removes}
        added = {name: state[name] + amount for name, amount in self.adds.items()}
        return {**state, **self.sets, **removed, **added}


def random_patch(source: random.Random, entity: type[Entity]) -> Patch:
    fixed = identity_fields(entity)
    free = [name for name in entity.model_fields if name not in fixed]
    patch = Patch({}, (), {})
    for name in source.sample(free, source.randint(1, min(4, len(free)))):
        kind = source.random()
        if kind < 0.2 and not entity.model_fields[name].is_required():
            patch = replace(patch, removes=(*patch.removes, name))
        elif kind < 0.3 and name in ("rank", "size"):
            patch = replace(patch, adds={**patch.adds, name: 1})
        else:
            patch = replace(patch, sets={**patch.sets, name: source.choice(domain(entity, name))})
    return patch


CLAUSES = re.compile(
    r"(#\w+) = (?:if_not_exists\(#\w+, :\w+\) \+ (:\w+)|(:\w+))|(#\w+) (:\w+)|(#\w+)"
)


def apply(item: Item, parameters: Mapping[str, Any]) -> Item:
    """What UpdateItem does with the clauses of these changes, in plain Python."""
    after = dict(item)
    names = parameters["ExpressionAttributeNames"]
    values = parameters.get("ExpressionAttributeValues", {})
    for clause in re.split(r"\b(?:SET|REMOVE|ADD)\b", parameters["UpdateExpression"]):
        for match in CLAUSES.finditer(clause):
            name = names[match[1] or match[4] or match[6]]
            amount = match[2] or match[5]
            if amount:
                old = int(after.get(name, {"N": "0"})["N"])
                after[name] = {"N": str(old + int(values[amount]["N"]))}
            elif match[3]:
                after[name] = values[match[3]]
            else:
                after.pop(name, None)
    return after


ENTITIES = (Task, Ticket, Share, Flag, Plain)


def is_planned(entity: type[Entity], identity: Mapping[str, object], patch: Patch) -> Item | None:
    """The parameters of the update, or None where it is refused for want of parts."""
    try:
        request = update_request("t", entity, identity, patch.change, tenant_of(entity))
    except InputError as error:
        if error.code != "update.index_parts":
            raise
        return None
    return dict(request.parameters)


def needs_its_state(entity: type[Entity], identity: Mapping[str, object], patch: Patch) -> bool:
    """Whether two states that may be the prior one want different treatment of a key attribute.

    An attribute can be written blindly if one treatment (leave it, remove it, set one text) is
    right for all of them.
    """
    tenant = tenant_of(entity)
    fixed: dict[str, set[object]] = {}
    kept: dict[str, bool] = {}
    for state in states(entity):
        if any(state[name] != value for name, value in identity.items()):
            continue
        before = key_attributes(entity, item_of(entity(**state), tenant))
        after = key_attributes(entity, item_of(entity(**patch.after(entity, state)), tenant))
        for name in entity.__table__.key_attributes:
            fixed.setdefault(name, set()).add(after.get(name))
            kept[name] = kept.get(name, True) and before.get(name) == after.get(name)
    return any(len(fixed[name]) > 1 and not kept[name] for name in fixed)


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_planned_update_leaves_every_index_key_true(entity: type[Entity]) -> None:
    source = random.Random(f"index truth {entity.__name__}")
    tenant = tenant_of(entity)
    every = list(states(entity))
    planned = 0
    for _ in range(CASES):
        state, patch = source.choice(every), random_patch(source, entity)
        parameters = is_planned(entity, {n: state[n] for n in identity_fields(entity)}, patch)
        if parameters is None:
            continue
        planned += 1
        stored = apply(item_of(entity(**state), tenant), parameters)
        fresh = item_of(entity(**patch.after(entity, state)), tenant)
        assert key_attributes(entity, fresh) == key_attributes(entity, stored), (state, patch)

    assert planned > 50


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_update_is_refused_only_where_the_prior_state_must_be_known(
    entity: type[Entity],
) -> None:
    source = random.Random(f"minimal {entity.__name__}")
    every = list(states(entity))
    needed: dict[str, bool] = {}
    for _ in range(CASES):
        state, patch = source.choice(every), random_patch(source, entity)
        identity = {name: state[name] for name in identity_fields(entity)}
        case = f"{sorted(identity.items(), key=str)} {patch}"
        if len(needed) < 50 and case not in needed and is_planned(entity, identity, patch) is None:
            needed[case] = needs_its_state(entity, identity, patch)

    assert [] == [case for case, is_needed in needed.items() if not is_needed]
    assert len(needed) > 10


def test_completing_a_task_from_its_id_alone_is_one_update() -> None:
    done = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    change = Change().set(status=todo.Status.DONE, completed_at=done)
    request = update_request("todo", todo.Task, {"task_id": "1"}, change, "acme")

    assert {"pk", "status", "completed_at", "gsi1sk", "gsi2sk"} == set(
        request.parameters["ExpressionAttributeNames"].values()
    )


def test_a_field_that_an_update_lacks_is_named_with_the_remedy() -> None:
    change = Change().set(status=Status.DONE, done=DAYS[0])
    with pytest.raises(InputError) as caught:
        update_request("t", Task, {"task_id": "1"}, change, "acme")

    assert (
        "the change touches a key on gsi2 that also needs due; put it in the change too, or put "
        "the whole Task"
    ) == caught.value.message
    assert "due" == caught.value.field


def test_reassigning_the_user_of_a_task_needs_no_state_of_it() -> None:
    request = update_request("t", Task, {"task_id": "1"}, Change().set(user_id="bob"), "acme")

    assert {"user_id", "gsi1pk", "gsi2pk", "pk"} == set(
        request.parameters["ExpressionAttributeNames"].values()
    )
