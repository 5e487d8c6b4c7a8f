"""What each verb demands, tells and leaves, where the item is not as the caller thought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import pytest
from pydantic import Field

from tabledesign import (
    AlreadyExists,
    Change,
    ConditionFailed,
    Deadline,
    Entity,
    InputError,
    ItemMissing,
    Key,
    Repository,
    StaleVersion,
    Table,
    Trace,
    Transaction,
    UniqueTaken,
    field,
)
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.errors import (
    DeadlinePassed,
    EngineUnreachable,
    Throttled,
    TransactionConflict,
    UnreadableItem,
)
from tabledesign.wire import Request

from .design import TENANT_NAME, House, Lease, Person, Task, check_truth
from .memory import Memory

A, TASK = Person.by_id(person_id="a"), Task.by_id(task_id="t")
notes = Table("notes")


class Note(Entity, table=notes, created="created_at", updated="updated_at"):
    note_id: str
    text: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    by_id = Key(partition="note_id")


class Notes(Repository, table=notes):
    pass


def test_deleting_what_was_read_and_is_gone_already_is_done(house: House, memory: Memory) -> None:
    person = house.create(Person(person_id="a", email="a@y"))
    house.delete(A)
    house.delete_if_exists(person)
    house.commit(Transaction().delete_if_exists("a", person))

    check_truth(list(memory.items.values()), memory.clock.now())


def test_deleting_what_was_written_since_it_was_read_is_stale(house: House) -> None:
    person = house.create(Person(person_id="a", email="a@y"))
    house.update(A, Change().set(rank=8))
    with pytest.raises(StaleVersion):
        house.delete_if_exists(person)


def test_a_condition_of_a_deletion_is_asked_of_an_item_that_is_there(house: House) -> None:
    unwritten = field("notes").not_exists()
    house.delete_if_exists(TASK, condition=field("user_id").equals("ann"))
    house.create(Task(task_id="t", user_id="ann", notes="keep"))
    with pytest.raises(ConditionFailed):
        house.delete_if_exists(TASK, condition=unwritten)
    with pytest.raises(ConditionFailed):
        house.commit(Transaction().delete_if_exists("t", TASK, condition=unwritten))

    assert house.get(TASK) is not None


def test_a_put_replaces_only_what_meets_its_condition(house: House) -> None:
    task = Task(task_id="t", user_id="ann")
    anns = field("user_id").equals("ann")
    with pytest.raises(ConditionFailed) as missing:
        house.put(task, condition=anns)
    assert not isinstance(missing.value, ItemMissing)
    house.put(task)
    house.put(Task(task_id="t", user_id="bob"), condition=anns)
    with pytest.raises(ConditionFailed):
        house.commit(Transaction().put("t", task, condition=anns))

    found = house.get(TASK)
    assert found is not None
    assert "bob" == found.user_id


def test_what_refused_a_write_is_told_as_an_entity(house: House) -> None:
    stored = house.create(Person(person_id="a", email="a@y"))
    poor = field("rank").equals(0)
    with pytest.raises(ConditionFailed) as condition:
        house.update(A, Change().append(log=["x"]), condition=poor)
    with pytest.raises(ConditionFailed) as step:
        house.commit(Transaction().require("rank", A, condition=poor))
    with pytest.raises(AlreadyExists) as exists:
        house.create(Person(person_id="a"))
    newer = house.update(A, Change().set(left=True))
    with pytest.raises(StaleVersion) as blind:
        house.update(stored, Change().append(log=["x"]))
    with pytest.raises(StaleVersion) as read:
        house.update(stored, Change().set(team="blue"))

    assert [stored] * 3 == [error.value.stored for error in (condition, step, exists)]
    assert [newer] * 2 == [error.value.stored for error in (blind, read)]


def test_what_has_expired_or_keeps_a_rule_is_told_as_no_entity(
    house: House, memory: Memory
) -> None:
    soon = memory.clock.now() + timedelta(seconds=5)
    house.create(Lease(desk="d", number=1, holder="ann", expires=soon))
    with pytest.raises(UniqueTaken) as taken:
        house.create(Lease(desk="d", number=2, holder="ann"))
    memory.clock.sleep(9)
    with pytest.raises(ItemMissing) as missing:
        house.update(Lease.by_id(desk="d", number=1), Change().set(holder="bob"))

    assert [None, None] == [taken.value.stored, missing.value.stored]


def test_one_item_asked_for_twice_is_read_once_and_answered_twice(memory: Memory) -> None:
    engine = ScriptedEngine(memory, clock=memory.clock)
    house = House(engine, tenant=TENANT_NAME)
    task = house.create(Task(task_id="t", user_id="ann"))
    nobody = Task.by_id(task_id="nobody")

    assert [task, None, task, None] == house.get_together(TASK, nobody, TASK, nobody)
    assert 2 == len(engine.requests[-1].parameters["TransactItems"])


def test_batches_keep_timestamps_as_puts_do(memory: Memory) -> None:
    kept, started = Notes(memory), memory.clock.now()
    early = started - timedelta(days=1)
    assert 2 == kept.put_many([Note(note_id="a"), Note(note_id="b", created_at=early)]).done

    found = kept.get_together(Note.by_id(note_id="a"), Note.by_id(note_id="b"))
    assert [(started, started), (early, started)] == [(n.created_at, n.updated_at) for n in found]


def test_a_deadline_of_the_caller_holds_for_a_repository(memory: Memory) -> None:
    house = House(memory, tenant=TENANT_NAME)
    hurried = house.within(Deadline.after(2, clock=memory.clock))
    hurried.create(Task(task_id="t", user_id="ann"))
    memory.clock.sleep(2)
    with pytest.raises(DeadlinePassed):
        hurried.get(TASK)

    assert house.get(TASK) is not None
    assert TENANT_NAME == hurried.scoped(TENANT_NAME).context.tenant


def test_a_batch_ends_with_the_deadline_of_its_caller(memory: Memory) -> None:
    busy = Throttled("too much; slow down", code="request.throttled")
    engine = ScriptedEngine(memory, fault=lambda request, n: busy, clock=memory.clock)
    house = House(engine, tenant=TENANT_NAME).within(Deadline.after(2, clock=memory.clock))
    started = memory.clock.now()
    people = [Person(person_id="a")]
    for result in (house.put_many([Task(task_id="t", user_id="u")]), house.put_all(people)):
        assert (0, 1) == (result.done, len(result.left))
    assert memory.clock.now() - started <= timedelta(seconds=2)


def test_a_batch_does_not_wait_for_an_engine_that_is_closed(memory: Memory) -> None:
    gone = EngineUnreachable("closed; open it", code="engine.closed")
    engine = ScriptedEngine(memory, fault=lambda request, n: gone, clock=memory.clock)
    result = House(engine, tenant=TENANT_NAME).put_many([Task(task_id="t", user_id="u")])

    assert (gone, 1) == (result.error, result.requests)
    assert [] == memory.clock.slept


def test_storing_all_waits_for_conflicts_until_its_deadline(memory: Memory) -> None:
    conflict = TransactionConflict("busy; send it again", code="transaction.conflict")
    free = memory.clock.now() + timedelta(seconds=30)

    def fault(request: Request, _: int) -> Exception | None:
        writes = request.operation == "TransactWriteItems"
        return conflict if writes and memory.clock.now() < free else None

    house = House(ScriptedEngine(memory, fault=fault, clock=memory.clock), tenant=TENANT_NAME)
    people = [Person(person_id=f"{n}", email=f"{n}@y") for n in range(30)]
    short = house.put_all(people, deadline=timedelta(seconds=10))
    assert (0, 30, conflict.code) == (short.done, len(short.left), getattr(short.error, "code", ""))
    assert memory.clock.now() < free

    assert (30, ()) == (house.put_all(people).done, house.put_all([]).left)
    check_truth(list(memory.items.values()), memory.clock.now())


def test_storing_all_groups_by_size_too(house: House, memory: Memory) -> None:
    people = [Person(person_id=f"{n}", log=["x" * 390_000]) for n in range(14)]
    result = house.put_all(people)

    assert (14, None, 2) == (result.done, result.error, result.requests)
    check_truth(list(memory.items.values()), memory.clock.now())


def test_storing_all_ends_at_two_entities_with_one_value_and_says_what_is_left(
    house: House,
) -> None:
    first = [Person(person_id=f"{n}", email=f"{n}@y") for n in range(20)]
    twins = [Person(person_id="x", email="same@y"), Person(person_id="y", email="same@y")]
    result = house.put_all([*first, *twins])

    assert isinstance(result.error, InputError)
    assert "transaction.same_value" == result.error.code
    stored = house.counted(Person.all_of_them())
    assert (stored, 22 - stored) == (result.done, len(result.left))


class Crowd(Entity, table=notes):
    crowd_id: str
    members: Annotated[list[str], Field(max_length=3)] = []  # noqa: RUF012 - pydantic copies it
    by_id = Key(partition="crowd_id")


def test_an_update_tells_what_it_reads_and_writes_and_the_trace_shows_it(memory: Memory) -> None:
    seen: list[Trace] = []
    house = House(memory, tenant=TENANT_NAME, trace=seen.append)
    house.create(Person(person_id="a"))
    seen.clear()
    for change in (Change().append(log=["x"]), Change().set(team="blue")):
        told = house.explain_update(A, change)
        house.update(A, change)
        operations = [trace.operation for trace in seen if trace.step == "complete"]
        assert ("GetItem" in operations) == ("reads first" in told)
        seen.clear()

    told = house.explain_update(A, Change().set(team="blue"))
    assert "needs        left, nick, team for one_nick" in told
    assert "at most 5 items" in told
    assert "rule         counter in_team (team)" in told
    with pytest.raises(InputError, match="one_nick"):
        house.explain_update(A, Change().set(team="blue"), policy="refuse")


def test_an_update_tells_the_keys_it_writes_and_its_condition(memory: Memory) -> None:
    told = House(memory, tenant=TENANT_NAME).explain_update(
        TASK, Change().set(user_id="bob", due=1, done=None)
    )
    assert "index keys   gsi1pk, gsi1sk, gsi2pk, gsi2sk" in told
    assert "condition    attribute_exists(pk)" in told
    assert "1 write unit per KB" in told


def test_a_transaction_tells_its_budget_by_step() -> None:
    transaction = (
        Transaction()
        .create("new", Person(person_id="b"))
        .move("away", A, person_id="c")
        .require("there", TASK)
        .delete("gone", A)
    )
    told = transaction.explain()
    assert "together: at most 21 of the 100 items" in told
    assert "away: move of Person (person_id)" in told


def test_a_step_is_told_at_twice_the_price_beside_another() -> None:
    alone = Transaction().create("new", Task(task_id="x", user_id="u", due=1))
    beside = alone.require("there", A)

    assert "1 write unit per KB, the same again" in alone.explain()
    assert "2 write units per KB of each item, 1 per KB for each index" in beside.explain()
    assert "checks       1 item, and writes nothing" in beside.explain()


def test_what_only_constraints_need_is_told_as_read(memory: Memory) -> None:
    told = Notes(memory).explain_update(Crowd.by_id(crowd_id="a"), Change().append(members=["x"]))
    assert "needs        members for the type of members" in told


def test_a_request_key_answers_the_steps_it_was_used_with_only(
    house: House, memory: Memory
) -> None:
    house.create(Task(task_id="t", user_id="ann"))
    gone = Transaction().delete("task", TASK)
    assert (
        {"task": None} == house.once("k", gone, content="c") == house.once("k", gone, content="c")
    )
    for other in (
        Transaction().delete("other", TASK),
        Transaction().delete("task", A),
        Transaction().require("task", TASK),
    ):
        with pytest.raises(ConditionFailed) as caught:
            house.once("k", other, content="c")
        assert "idempotency.mismatch" == caught.value.code


def test_a_first_result_that_cannot_be_read_is_told_so(house: House, memory: Memory) -> None:
    created = Transaction().create("task", Task(task_id="t", user_id="ann"))
    house.once("k", created, content="c")
    record = next(i for i in memory.items.values() if i["entity"]["S"] == "idempotency")
    del record["results"]["L"][0]["M"]["user_id"]
    with pytest.raises(UnreadableItem, match="user_id is missing"):
        house.once("k", created, content="c")


def test_a_result_too_large_to_be_kept_is_refused_before_anything_is_written(
    house: House, memory: Memory
) -> None:
    large = [Person(person_id=name, log=["x" * 300_000]) for name in "ab"]
    transaction = Transaction().create("a", large[0]).create("b", large[1])
    with pytest.raises(InputError, match="the record of the request key"):
        house.once("k", transaction, content="c")
    assert {} == memory.items
