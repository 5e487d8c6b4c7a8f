"""A repository on an event loop: cancelled at any await, a thousand at once, tasks side by side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop

from tabledesign import Change, Deadline, Entity, Key, OutcomeUnknown, Query, Repository, Table
from tabledesign.engine import AsyncClientEngine
from tabledesign.errors import DeadlinePassed
from tabledesign.patterns.pattern import access_pattern

from .answering import Answering, Loop, Step, answer, run, settled
from .asking import loop
from .test_async_engine import client_of

table = Table("notes")


class Note(Entity, table=table):
    owner: str
    number: int
    stars: int = 0

    by_id = Key(partition="owner", sort="number")


class Notes(Repository, table=table):
    @access_pattern
    def of_owner(self, owner: str) -> Query[Note]:
        """All notes of an owner."""
        return Note.by_id.query(owner=owner)


FIRST = Note.by_id(owner="ann", number=1)
ROW: dict[str, Any] = {
    "pk": {"S": "Note#ann#"},
    "sk": {"S": "Note#0000000000000000001#"},
    "entity": {"S": "Note"},
    "owner": {"S": "ann"},
    "number": {"N": "1"},
    "stars": {"N": "3"},
}
NOTE = Note(owner="ann", number=1, stars=3)
PAGES = 3


def table_of_one(body: bytes, _number: int) -> list[Step]:
    """Answers every request as a table would that holds one note, in two parts."""
    asked = json.loads(body)
    said: dict[str, Any] = {}
    if "Key" in asked:
        said = {"Attributes" if "UpdateExpression" in asked else "Item": ROW}
    if "KeyConditionExpression" in asked:
        start = asked.get("ExclusiveStartKey", {"sk": {"S": "Note#0#"}})
        page = int(start["sk"]["S"].split("#")[1]) + 1
        said = {"Items": [ROW], "Count": 1, "ScannedCount": 1}
        if page < PAGES:
            said["LastEvaluatedKey"] = {"pk": ROW["pk"], "sk": {"S": f"Note#{page:019d}#"}}
    whole = answer(json.dumps(said).encode())
    return [whole[:50], whole[50:]]


Scenario = Callable[[Answering, Notes], Awaitable[Any]]


def served(
    scenario: Scenario,
    *,
    connections: int = 10,
    script: Callable[[bytes, int], list[Step]] = table_of_one,
    make: Callable[[], asyncio.AbstractEventLoop] = Loop,
) -> Any:
    from botocore.config import Config

    async def whole() -> object:
        server = await Answering.start(script)
        client = client_of(server.url, config=Config(max_pool_connections=connections))
        try:
            async with Notes(AsyncClientEngine(client)) as notes:
                assert "fast" == notes.transport.lane
                result = await scenario(server, notes)
            assert await server.has(0)
        finally:
            await server.stop()
        return result

    return run(whole(), make)


VERBS: dict[str, Callable[[Notes], Awaitable[Any]]] = {
    "aget": lambda notes: notes.aget(FIRST),
    "aput": lambda notes: notes.aput(NOTE),
    "aupdate": lambda notes: notes.aupdate(FIRST, Change().add(stars=1)),
    "apage": lambda notes: notes.of_owner("ann").apage(limit=2),
    "acount": lambda notes: notes.of_owner("ann").acount(),
    "aput_many": lambda notes: notes.aput_many([Note(owner="a", number=n) for n in range(60)]),
}


@pytest.mark.parametrize("make", [Loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_cancelled_at_any_await_leaves_nothing_that_the_next_could_read(
    verb: str, make: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def scenario(server: Answering, notes: Notes) -> tuple[int, int]:
        cancelled = turns = 0
        while turns < 60:
            task = asyncio.ensure_future(VERBS[verb](notes))
            await settled(turns)
            task.cancel()
            await asyncio.wait([task])
            assert len(asyncio.all_tasks()) == 1, turns
            assert NOTE == await notes.aget(FIRST), turns
            if not task.cancelled():
                break
            cancelled += 1
            turns += 1
        return cancelled, turns

    cancelled, turns = served(scenario, connections=1, make=make)
    assert 3 < cancelled == turns


def test_a_thousand_gets_at_once_open_as_many_connections_as_the_client_allows() -> None:
    async def scenario(server: Answering, notes: Notes) -> tuple[int, int, int]:
        found = await asyncio.gather(*(notes.aget(FIRST) for _ in range(1000)))
        return found.count(NOTE), len(server.requests), server.most

    assert (1000, 1000, 10) == served(scenario)


def test_two_tasks_walk_side_by_side_on_one_repository() -> None:
    async def walk(notes: Notes) -> list[Note]:
        return [note async for note in notes.of_owner("ann")]

    async def scenario(server: Answering, notes: Notes) -> list[list[Note]]:
        return list(await asyncio.gather(walk(notes), walk(notes)))

    assert [[NOTE] * PAGES] * 2 == served(scenario, connections=1)


def test_a_batch_is_sent_side_by_side_and_all_of_it_is_done() -> None:
    async def scenario(server: Answering, notes: Notes) -> tuple[int, int, int]:
        many = [Note(owner="ann", number=number) for number in range(240)]
        result = await notes.aput_many(many)
        return result.done, len(server.requests), server.most

    assert (240, 10, 4) == served(scenario)


def test_a_deadline_cuts_off_an_answer_that_does_not_come() -> None:
    async def scenario(server: Answering, notes: Notes) -> None:
        hurried = notes.within(Deadline.after(2))
        for verb, error in (("aget", DeadlinePassed), ("aput", OutcomeUnknown)):
            waiting = asyncio.ensure_future(VERBS[verb](hurried))
            await settled(20)
            loop().skip(2.5)
            with pytest.raises(error):
                await waiting
            assert await server.has(0)

    served(scenario, script=lambda body, number: [])


def test_the_time_out_of_a_caller_is_told_as_such_with_what_is_known_of_the_write() -> None:
    async def scenario(server: Answering, notes: Notes) -> list[str]:
        async def impatient() -> None:
            async with asyncio.timeout(1):
                await notes.aput(NOTE)

        waiting = asyncio.create_task(impatient())
        await settled(20)
        loop().skip(1)
        with pytest.raises(TimeoutError) as caught:
            await waiting
        cause = caught.value.__cause__
        return list(getattr(cause, "__notes__", ()))

    (note,) = served(scenario, script=lambda body, number: [])
    assert "may have been applied" in note
