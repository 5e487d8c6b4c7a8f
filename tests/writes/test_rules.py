"""What the rules of an entity refuse and keep, verb by verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tabledesign import (
    Change,
    ConditionFailed,
    Counter,
    DesignError,
    Entity,
    InputError,
    ItemMissing,
    Key,
    Repository,
    StaleVersion,
    Table,
    Transaction,
    Unique,
    UniqueTaken,
    field,
)
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.patterns.budget import write_items

from .design import (
    TENANT_NAME,
    Address,
    Desk,
    Desks,
    House,
    Lease,
    Person,
    Task,
    check_truth,
    desks,
)
from .memory import Memory

A, B = Person.by_id(person_id="a"), Person.by_id(person_id="b")
TASK = Task.by_id(task_id="a")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    return caught.value.code


def test_two_items_swap_a_unique_value_in_one_transaction(house: House, memory: Memory) -> None:
    house.create(Person(person_id="a", email="a@y"))
    house.create(Person(person_id="b", email="b@y"))
    house.commit(
        Transaction()
        .update("a", A, Change().set(email="b@y"))
        .update("b", B, Change().set(email="a@y"))
    )

    check_truth(list(memory.items.values()), memory.clock.now())
    found = house.get(A)
    assert found is not None
    assert found.email == "b@y"


def test_counts_of_a_transaction_are_summed(house: House) -> None:
    transaction = Transaction()
    for number in range(5):
        transaction = transaction.create(f"{number}", Person(person_id=f"{number}"))
    house.commit(transaction)

    assert 5 == house.counted(Person.in_team(team="red")) == house.counted(Person.all_of_them())


def test_two_steps_that_claim_one_value_are_refused_by_name(house: House) -> None:
    transaction = (
        Transaction()
        .create("one", Person(person_id="a", email="x@y"))
        .create("other", Person(person_id="b", email="x@y"))
    )

    with pytest.raises(InputError, match="'one' and 'other' both claim") as caught:
        house.commit(transaction)
    assert caught.value.code == "transaction.same_value"


def test_two_steps_on_one_item_are_refused_by_name(house: House) -> None:
    house.create(Person(person_id="a"))
    transaction = Transaction().update("one", A, Change().add(rank=1)).delete("other", A)

    with pytest.raises(InputError, match=r"'one' .* 'other'"):
        house.commit(transaction)


def test_a_transaction_over_100_items_with_those_of_rules_is_refused(house: House) -> None:
    transaction = Transaction()
    for number in range(50):
        person = Person(person_id=f"{number}", email=f"{number}@y")
        transaction = transaction.create(f"{number}", person)

    assert "transaction.too_many_items" == code_of(lambda: house.commit(transaction))


def test_a_transaction_over_4_mb_is_refused(house: House) -> None:
    transaction = Transaction()
    for number in range(14):
        task = Task(task_id=f"{number}", user_id="u", notes="x" * 320_000)
        transaction = transaction.create(f"{number}", task)

    assert "transaction.too_large" == code_of(lambda: house.commit(transaction))


def test_a_missing_number_counts_as_its_default_and_the_key_agrees(
    house: House, memory: Memory
) -> None:
    house.create(Person(person_id="a"))
    house.update(A, Change().remove("rank"))

    assert 12 == house.update(A, Change().add(rank=5)).rank
    check_truth(list(memory.items.values()), memory.clock.now())


def test_an_update_of_an_expired_item_is_item_missing(house: House, memory: Memory) -> None:
    until = memory.clock.now() + timedelta(seconds=5)
    house.create(Lease(desk="d", number=1, holder="h", expires=until))
    memory.clock.sleep(10)
    identity = Lease.by_id(desk="d", number=1)
    calls: tuple[Callable[[], object], ...] = (
        lambda: house.update(identity, Change().set(holder="k")),
        lambda: house.update(identity, Change().set(expires=None)),
        lambda: house.update(
            identity, Change().remove("expires"), condition=field("holder").equals("h")
        ),
        lambda: house.delete(identity),
        lambda: house.move(identity, number=2),
        lambda: house.commit(Transaction().require("r", identity)),
    )
    for call in calls:
        with pytest.raises(ItemMissing):
            call()

    house.create(Lease(desk="e", number=1, holder="h"))
    check_truth(list(memory.items.values()), memory.clock.now())


def test_a_longer_life_renews_the_claim(house: House, memory: Memory) -> None:
    until = memory.clock.now() + timedelta(seconds=5)
    house.create(Lease(desk="d", number=1, holder="h", expires=until))
    house.update(Lease.by_id(desk="d", number=1), Change().set(expires=None))
    memory.clock.sleep(10)

    with pytest.raises(UniqueTaken):
        house.create(Lease(desk="e", number=1, holder="h"))


def test_a_table_without_sort_key_keeps_rules_and_moves() -> None:
    memory = Memory(sort_key=None)
    repository = Desks(memory)
    repository.create(Desk(desk_id="1", owner="ann"))
    repository.move(Desk.by_id(desk_id="1"), desk_id="2")
    with pytest.raises(UniqueTaken):
        repository.create(Desk(desk_id="1", owner="ann"))

    check_truth(list(memory.items.values()), memory.clock.now(), where=desks)


def test_a_move_carries_what_other_code_stored(house: House, memory: Memory) -> None:
    house.create(Person(person_id="a"))
    memory.items["acme#Person#a#", "Person#"]["from_the_future"] = {"S": "kept"}
    house.move(A, person_id="b")

    assert {"S": "kept"} == memory.items["acme#Person#b#", "Person#"]["from_the_future"]


def test_a_move_to_the_same_key_or_an_unknown_field_is_refused(house: House) -> None:
    house.create(Person(person_id="a"))

    assert "move.same_key" == code_of(lambda: house.move(A, team="blue"))
    assert "update.unknown_field" == code_of(lambda: house.move(A, persn_id="b"))
    assert "update.value" == code_of(lambda: house.move(A, person_id=5))


@pytest.mark.parametrize("tells_items", [True, False])
def test_a_failure_is_told_apart_though_the_engine_tells_no_item(tells_items: bool) -> None:
    house = House(Memory(tells_items=tells_items), tenant=TENANT_NAME)
    read = house.create(Person(person_id="a"))
    house.update(A, Change().set(rank=1))

    with pytest.raises(StaleVersion):
        house.update(read, Change().append(log=["x"]))
    with pytest.raises(ConditionFailed) as caught:
        house.update(A, Change().append(log=["x"]), condition=field("team").equals("blue"))
    assert caught.value.code == "condition.failed"
    with pytest.raises(ItemMissing):
        house.update(B, Change().append(log=["x"]), condition=field("team").equals("blue"))


def test_given_parts_make_one_update_and_refuse_what_differs(memory: Memory) -> None:
    engine = ScriptedEngine(memory, clock=memory.clock)
    house = House(engine, tenant=TENANT_NAME)
    house.create(Task(task_id="a", user_id="u"))
    engine.requests.clear()
    given: dict[str, Any] = {"user_id": "u", "done": None}
    house.update(TASK, Change().set(due=3), policy="require", given=given)

    assert ["UpdateItem"] == [request.operation for request in engine.requests]
    check_truth(list(memory.items.values()), memory.clock.now())
    with pytest.raises(ConditionFailed):
        house.update(TASK, Change().set(due=4), policy="require", given={**given, "user_id": "v"})
    assert "update.index_parts" == code_of(
        lambda: house.update(TASK, Change().set(due=4), policy="require", given={"done": None})
    )
    assert "update.policy" == code_of(
        lambda: house.update(TASK, Change().set(due=4), policy="require")
    )


def test_refusing_to_read_is_told_before_any_request(memory: Memory) -> None:
    engine = ScriptedEngine()
    house = House(engine, tenant=TENANT_NAME)

    change = Change().set(due=3)
    assert "update.index_parts" == code_of(lambda: house.update(TASK, change, policy="refuse"))
    assert [] == engine.requests


def test_nested_places_are_changed_beside_rules(house: House, memory: Memory) -> None:
    house.create(Person(person_id="a", address=Address(city="Rome", lines=["1", "2"])))
    path = field("address")
    change = Change().set(email="n@y").set_at(path["city"], "Oslo").remove_at(path["lines"][0])

    assert Address(city="Oslo", lines=["2"]) == house.update(A, change).address
    check_truth(list(memory.items.values()), memory.clock.now())


def test_a_path_into_what_is_not_there_is_refused_beside_rules(house: House) -> None:
    house.create(Person(person_id="a"))
    change = Change().set(email="n@y").set_at(field("address")["city"], "Oslo")

    assert "update.state" == code_of(lambda: house.update(A, change))


def test_the_version_is_no_field_to_be_changed(house: House) -> None:
    assert "update.version" == code_of(lambda: house.update(A, Change().set(version=9)))


def test_a_token_over_36_characters_is_refused(house: House) -> None:
    transaction = Transaction().delete("a", A)

    assert "transaction.token" == code_of(lambda: house.commit(transaction, token="t" * 37))


def test_an_entity_whose_write_exceeds_a_transaction_is_refused_at_import() -> None:
    crowded = Table("crowded")
    rules = {f"rule{n}": Unique("name") for n in range(50)}
    namespace: dict[str, Any] = {
        "__module__": __name__,
        "__annotations__": {"thing_id": str, "name": str},
        "by_id": Key(partition="thing_id"),
        **rules,
    }
    made: Any = type(Entity)
    thing = made("Thing", (Entity,), namespace, table=crowded)

    assert 102 == write_items(thing)["move"]
    with pytest.raises(DesignError, match="touches 102 items"):
        type("Things", (Repository,), {}, table=crowded)


def test_an_item_of_an_older_form_is_stored_whole_in_the_new_one() -> None:
    table = Table("aged", global_indexes=("gsi1",))

    def split(values: dict[str, object]) -> dict[str, object]:
        first, _, last = str(values.pop("name")).partition(" ")
        return {**values, "first": first, "last": last}

    class Guest(Entity, table=table, version=2, upcasters={1: split}):
        guest_id: str
        first: str
        last: str
        stars: int = 0

        by_id = Key(partition="guest_id")
        by_name = Key("gsi1", partition="last", sort=("first", "guest_id"))

    class Guests(Repository, table=table):
        pass

    for tells in (True, False):
        memory = Memory(tells_items=tells)
        memory.items["Guest#g#", "Guest#"] = {
            "pk": {"S": "Guest#g#"},
            "sk": {"S": "Guest#"},
            "entity": {"S": "Guest"},
            "guest_id": {"S": "g"},
            "name": {"S": "Ada Byron"},
            "extra": {"S": "kept"},
        }
        left = Guests(memory).update(Guest.by_id(guest_id="g"), Change().set(first="Augusta"))

        assert Guest(guest_id="g", first="Augusta", last="Byron") == left
        assert left == Guests(memory).get(Guest.by_id(guest_id="g"))
        item = memory.items["Guest#g#", "Guest#"]
        assert {"S": "kept"} == item["extra"]
        assert "name" not in item
        check_truth([item], datetime(2026, 1, 1, tzinfo=UTC), where=table)


def test_a_counter_is_no_batch_matter_and_counts_what_is_there(house: House) -> None:
    assert isinstance(Person.in_team(team="red").rule.kind, str)
    assert 0 == house.counted(Person.in_team(team="nobody"))
    with pytest.raises(InputError):
        Person.in_team(squad="red")
    assert Counter("team").fields == ("team",)
