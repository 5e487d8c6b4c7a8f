"""The same declarations under asyncio; the wrong engine is an error that names the remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import pytest

from tabledesign import AlreadyExists, Change, InputError, ItemMissing, NotFound
from tabledesign.engine.asynchronous import AsyncClientEngine
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.repository.trace import Trace
from tabledesign.wire import Request, Response

from .conftest import Book, Genre, Note, Shelf, book

FIRST = Book.by_id(shelf="a", number=1)


def test_every_verb_has_an_awaited_twin(engine: EmbeddedEngine) -> None:
    async def scenario() -> None:
        shelf = Shelf(AsyncClientEngine(engine))
        assert book() == await shelf.acreate(book())
        assert book() == await shelf.aget(FIRST)
        assert book(price=3) == await shelf.aput(book(price=3))
        assert book(price=4) == await shelf.aupdate(FIRST, Change().set(price=4))
        assert book(price=4) == await shelf.book("a", 1).aone()
        assert book(price=4) == await shelf.book("a", 1).afirst()
        assert book(price=4) == await shelf.books("a").aone()
        assert book(price=4) == await shelf.books("a").afirst()
        assert 1 == await shelf.books("a").acount()
        assert 3 == (await shelf.aput_many([book(n) for n in (1, 2, 3)])).done
        assert [book(1), book(2), book(3)] == [each async for each in shelf.books("a")]
        assert [None] == await shelf.notes(["x"]).aall()
        await shelf.adelete(FIRST)
        await shelf.adelete_if_exists(FIRST)
        assert await shelf.aget(FIRST) is None

    asyncio.run(scenario())


def test_pages_continue_under_asyncio(engine: EmbeddedEngine) -> None:
    async def scenario() -> list[int]:
        shelf = Shelf(AsyncClientEngine(engine))
        await shelf.aput_many([book(number) for number in range(7)])
        found: list[int] = []
        cursor = None
        while True:
            page = await shelf.books("a").apage(3, cursor)
            found += [each.number for each in page]
            if not page.more:
                return found
            cursor = page.cursor

    assert list(range(7)) == asyncio.run(scenario())


def test_awaited_verbs_raise_the_same_errors(engine: EmbeddedEngine) -> None:
    async def scenario() -> None:
        shelf = Shelf(AsyncClientEngine(engine))
        await shelf.acreate(book())
        with pytest.raises(AlreadyExists):
            await shelf.acreate(book())
        with pytest.raises(ItemMissing):
            await shelf.adelete(Book.by_id(shelf="a", number=2))
        with pytest.raises(NotFound):
            await shelf.books("b").aone()

    asyncio.run(scenario())


def test_a_repository_closes_its_connections_at_the_end_of_async_with() -> None:
    class Engine:
        is_async: ClassVar[bool] = True
        closed = 0

        async def send(self, request: Request) -> Response:
            return {}

        async def adisconnect(self) -> None:
            self.closed += 1

    async def scenario() -> list[int]:
        engine = Engine()
        async with Shelf(engine) as shelf:
            assert await shelf.aget(FIRST) is None
            counts = [engine.closed]
        await shelf.aclose()
        return [*counts, engine.closed]

    assert [0, 2] == asyncio.run(scenario())


def test_questions_run_side_by_side(engine: EmbeddedEngine) -> None:
    async def scenario() -> list[int]:
        shelf = Shelf(AsyncClientEngine(engine))
        await shelf.aput_many([book(1, shelf=name) for name in "abc"])
        return list(await asyncio.gather(*(shelf.books(name).acount() for name in "abcd")))

    assert [1, 1, 1, 0] == asyncio.run(scenario())


def test_the_trace_sees_awaited_requests(engine: EmbeddedEngine) -> None:
    seen: list[Trace] = []
    shelf = Shelf(AsyncClientEngine(engine), trace=seen.append)
    asyncio.run(shelf.aget(FIRST))

    assert ["started", "complete"] == [each.step for each in seen]


async def exhaust(shelf: Shelf) -> None:
    async for _ in shelf.books("a"):
        pass


async def entered(shelf: Shelf) -> None:
    async with shelf:
        pass


AWAITED: dict[str, Callable[[Shelf], Coroutine[Any, Any, Any]]] = {
    "aget": lambda s: s.aget(FIRST),
    "acreate": lambda s: s.acreate(book()),
    "aput": lambda s: s.aput(book()),
    "aupdate": lambda s: s.aupdate(FIRST, Change().set(price=1)),
    "adelete": lambda s: s.adelete(FIRST),
    "apage": lambda s: s.books("a").apage(),
    "afirst": lambda s: s.books("a").afirst(),
    "aone": lambda s: s.book("a", 1).aone(),
    "acount": lambda s: s.books("a").acount(),
    "aall": lambda s: s.notes(["a"]).aall(),
    "async for": exhaust,
    "aclose": lambda s: s.aclose(),
    "async with": entered,
}


@pytest.mark.parametrize("name", AWAITED)
def test_an_awaited_verb_on_a_synchronous_engine_names_the_plain_one(
    name: str, silent: ScriptedEngine
) -> None:
    with pytest.raises(InputError, match="synchronous") as caught:
        asyncio.run(AWAITED[name](Shelf(silent)))

    assert "engine.is_sync" == caught.value.code
    assert [] == silent.requests


PLAIN: dict[str, Callable[[Shelf], object]] = {
    "get": lambda s: s.get(FIRST),
    "create": lambda s: s.create(book()),
    "put": lambda s: s.put(Note(note_id="1")),
    "update": lambda s: s.update(FIRST, Change().set(price=1)),
    "delete": lambda s: s.delete(FIRST),
    "page": lambda s: s.books("a").page(),
    "first": lambda s: s.of_genre("a", Genre.ESSAY).first(),
    "one": lambda s: s.book("a", 1).one(),
    "count": lambda s: s.books("a").count(),
    "all": lambda s: s.notes(["a"]).all(),
    "for": lambda s: list(s.books("a")),
    "close": lambda s: s.close(),
    "with": lambda s: s.__enter__(),
    "for a batch": lambda s: list(s.notes(["a"])),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_verb_on_an_asynchronous_engine_names_the_awaited_one(
    name: str, silent: ScriptedEngine
) -> None:
    with pytest.raises(InputError, match="asynchronous") as caught:
        PLAIN[name](Shelf(AsyncClientEngine(silent)))

    assert "engine.is_async" == caught.value.code
    assert any(word in caught.value.message for word in ("await", "async for"))
    assert [] == silent.requests
