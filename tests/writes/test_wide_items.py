"""Items with more attributes than one condition holds are guarded whole by their version."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign import (
    Change,
    Entity,
    InputError,
    Key,
    Repository,
    StaleVersion,
    Table,
    Transaction,
)
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.wire import Request, Response

from .memory import Memory

table = Table("wide")
FIELDS = [f"field_number_{n}" for n in range(160)]


def entity_of(name: str, **settings: Any) -> Any:
    """An entity with 160 optional numbers."""
    kinds = {"item_id": str, "version": int, **dict.fromkeys(FIELDS, int | None)}
    defaults = {"version": 0, **dict.fromkeys(FIELDS)}
    body = {
        "__module__": __name__,
        "__qualname__": name,
        "__annotations__": kinds,
        "by_id": Key(partition="item_id"),
        **defaults,
    }
    metaclass: Any = type(Entity)
    return metaclass(name, (Entity,), body, table=table, **settings)


Versioned = entity_of("Versioned", versioned="version")
Plain = entity_of("Plain")


class Wide(Repository, table=table):
    pass


class Overtaken:
    """Another client changes the item just before the first transaction arrives."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.clock = self.memory.clock
        self.rival = Wide(self.memory)
        self.pending = True

    def send(self, request: Request) -> Response:
        if request.operation == "TransactWriteItems" and self.pending:
            self.pending = False
            self.rival.update(Versioned.by_id(item_id="1"), Change().set(field_number_7=7))
        return self.memory.send(request)


def test_a_wide_item_with_a_version_moves_and_answers_request_keys() -> None:
    wide = Wide(Memory())
    wide.create(Versioned(item_id="1", field_number_3=3))
    moved: Any = wide.move(Versioned.by_id(item_id="1"), item_id="2")
    work = Transaction().update("it", Versioned.by_id(item_id="2"), Change().add(field_number_3=1))
    left: Any = wide.once("key", work, content="c")["it"]

    assert ("2", 3, 2) == (moved.item_id, moved.field_number_3, moved.version)
    assert 4 == left.field_number_3


def test_what_another_client_wrote_meanwhile_moves_along() -> None:
    engine = Overtaken()
    engine.rival.create(Versioned(item_id="1"))
    moved: Any = Wide(engine).move(Versioned.by_id(item_id="1"), item_id="2")

    assert not engine.pending
    assert 7 == moved.field_number_7


def test_a_wide_item_that_was_read_too_early_is_stale() -> None:
    engine = Overtaken()
    read = engine.rival.create(Versioned(item_id="1"))
    with pytest.raises(StaleVersion):
        Wide(engine).move(read, item_id="2")


def test_a_wide_item_without_a_version_is_refused_with_the_remedy_and_stays() -> None:
    engine = ScriptedEngine(Memory())
    wide = Wide(engine)
    wide.create(Plain(item_id="1"))
    with pytest.raises(InputError, match="versioned="):
        wide.move(Plain.by_id(item_id="1"), item_id="2")

    assert wide.get(Plain.by_id(item_id="1")) is not None
