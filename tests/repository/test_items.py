"""One item by its primary key: get, create, put, update, delete, on the embedded engine."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from tabledesign import (
    AlreadyExists,
    Change,
    InputError,
    ItemMissing,
    NotFound,
    NotUnique,
    Repository,
)
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.errors import UnreadableItem
from tabledesign.patterns.writes import item_of
from tabledesign.wire import Item, Request

from .conftest import Book, Genre, Note, Plate, Secret, Shelf, book

EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
FIRST = Book.by_id(shelf="a", number=1)


def stored(engine: EmbeddedEngine, key: Item) -> Item:
    response = engine.send(Request("GetItem", {"TableName": "shelf", "Key": key}))
    item: Item = response.get("Item", {})
    return item


def key_of(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk")}


def test_what_was_created_is_got(shelf: Shelf) -> None:
    assert shelf.create(book()) == shelf.get(FIRST)
    assert book() == shelf.get(FIRST, consistent=True)


def test_nothing_is_got_where_nothing_is(shelf: Shelf) -> None:
    assert shelf.get(FIRST) is None


def test_creating_twice_is_refused_and_the_first_stays(shelf: Shelf) -> None:
    shelf.create(book(title="first"))
    with pytest.raises(AlreadyExists, match=r"a Book with this primary key exists; .* put\(\)"):
        shelf.create(book(title="second"))

    assert book(title="first") == shelf.get(FIRST)


def test_put_replaces_what_is_there(shelf: Shelf) -> None:
    shelf.put(book(title="first", price=7))
    shelf.put(book(title="second"))

    assert book(title="second") == shelf.get(FIRST)


def test_put_takes_the_old_index_keys_away(shelf: Shelf) -> None:
    shelf.put(book(title="first"))
    shelf.put(book(title="second"))

    assert ["second"] == [found.title for found in shelf.by_title("a")]


def test_update_changes_the_item_and_gives_the_new_one(shelf: Shelf) -> None:
    shelf.put(book(price=7))

    assert book(price=8) == shelf.update(FIRST, Change().set(price=8))
    assert book(price=8) == shelf.get(FIRST)


def test_update_keeps_the_index_true(shelf: Shelf) -> None:
    shelf.put(book(title="first"))
    shelf.update(FIRST, Change().set(title="second"))

    assert ["second"] == [found.title for found in shelf.by_title("a")]
    assert [] == list(shelf.titled("a", "first"))


def test_updating_what_is_missing_is_refused_and_makes_nothing(shelf: Shelf) -> None:
    with pytest.raises(ItemMissing, match="no Book has this primary key"):
        shelf.update(FIRST, Change().set(price=8))

    assert shelf.get(FIRST) is None


def test_an_empty_change_is_refused(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError, match="the change is empty"):
        Shelf(silent).update(FIRST, Change())
    assert [] == silent.requests


CHANGES = {
    "an unknown field": (Change().set(titel="x"), "update.unknown_field", "Perhaps 'title'"),
    "the primary key": (Change().set(number=2), "update.primary_key", "primary key"),
    "a required field": (Change().remove("title"), "update.required", "set it instead"),
    "a wrong value": (Change().set(price="dear"), "update.value", "give a value"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_cannot_be_is_refused_before_any_request(
    name: str, silent: ScriptedEngine
) -> None:
    change, code, words = CHANGES[name]
    with pytest.raises(InputError, match=words) as caught:
        Shelf(silent).update(FIRST, change)

    assert code == caught.value.code
    assert [] == silent.requests


def test_a_value_that_the_message_could_leak_is_not_in_it(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError) as caught:
        Shelf(silent).update(FIRST, Change().set(price="hunter2"))

    assert "hunter2" not in str(caught.value)


def test_delete_takes_the_item_away(shelf: Shelf) -> None:
    shelf.put(book())
    shelf.delete(FIRST)

    assert shelf.get(FIRST) is None


def test_deleting_what_is_missing_is_refused_unless_it_may_be(shelf: Shelf) -> None:
    with pytest.raises(ItemMissing):
        shelf.delete(FIRST)

    shelf.delete_if_exists(FIRST)


def test_an_entity_of_another_table_is_refused(silent: ScriptedEngine) -> None:
    secret = Secret(name="x", group="g")
    with pytest.raises(InputError, match="Secret does not live in table 'shelf'"):
        Shelf(silent).put(secret)
    with pytest.raises(InputError, match="Secret does not live in table 'shelf'"):
        Shelf(silent).get(Secret.by_id(name="x"))
    assert [] == silent.requests


def test_an_unreadable_item_is_an_error_when_it_is_got(
    shelf: Shelf, engine: EmbeddedEngine
) -> None:
    item = {**item_of(book(), None), "price": {"S": "dear"}}
    engine.send(Request("PutItem", {"TableName": "shelf", "Item": item}))
    with pytest.raises(UnreadableItem) as caught:
        shelf.get(FIRST)

    assert {name: value["S"] for name, value in key_of(item).items()} == caught.value.details["key"]


def test_an_attribute_that_is_no_field_survives_an_update(
    shelf: Shelf, engine: EmbeddedEngine
) -> None:
    item = {**item_of(book(), None), "strange": {"S": "kept"}}
    engine.send(Request("PutItem", {"TableName": "shelf", "Item": item}))
    shelf.update(FIRST, Change().set(price=9))

    assert {"S": "kept"} == stored(engine, key_of(item))["strange"]


def test_an_expired_item_is_not_there(shelf: Shelf) -> None:
    shelf.put(book(expires=EXPIRED))

    assert shelf.get(FIRST) is None
    assert shelf.book("a", 1).first() is None
    with pytest.raises(NotFound):
        shelf.book("a", 1).one()


def test_an_item_that_expires_this_very_second_is_not_there(watched: ScriptedEngine) -> None:
    shelf, instant = Shelf(watched), watched.clock.now()
    shelf.put(book(1, expires=instant))
    shelf.put(book(2, expires=instant + timedelta(seconds=1)))

    assert [2] == [found.number for found in shelf.books("a")]


def test_an_expired_item_may_be_created_anew(shelf: Shelf) -> None:
    shelf.put(book(expires=EXPIRED, title="gone"))
    shelf.create(book(title="new"))

    assert book(title="new") == shelf.get(FIRST)


def test_an_item_that_will_expire_is_in_the_way_of_another(shelf: Shelf) -> None:
    shelf.put(book(expires=FUTURE))
    with pytest.raises(AlreadyExists):
        shelf.create(book())


def test_first_is_the_first_item_or_none(shelf: Shelf) -> None:
    assert shelf.books("a").first() is None
    for number in (3, 1, 2):
        shelf.put(book(number))

    assert book(1) == shelf.books("a").first()
    assert book(3) == shelf.books_backwards("a").first()


def test_one_is_the_only_item(shelf: Shelf) -> None:
    with pytest.raises(NotFound, match=r"books found no item; ask \.first\(\)"):
        shelf.books("a").one()
    shelf.put(book(1))
    assert book(1) == shelf.books("a").one()
    shelf.put(book(2))
    with pytest.raises(NotUnique, match=r"books found several items; ask \.first\(\)"):
        shelf.books("a").one()


def test_a_lookup_finds_its_item(shelf: Shelf) -> None:
    shelf.put(book(1))

    assert book(1) == shelf.book("a", 1).one() == shelf.book("a", 1).first()
    with pytest.raises(NotFound):
        shelf.book("a", 2).one()


def test_after_any_writes_every_index_answers_as_the_stored_fields_do(shelf: Shelf) -> None:
    """Index truth, end to end: random writes, then each index against plain Python."""
    source = random.Random("end to end")
    titles = ("x", "x#y", "x%", "z")
    model: dict[int, Book] = {}
    for _ in range(120):
        number = source.randrange(6)
        title, year = source.choice(titles), source.randrange(2000, 2004)
        identity = Book.by_id(shelf="a", number=number)
        kind = source.choice(("put", "update", "delete"))
        if kind == "put":
            model[number] = shelf.put(book(number, title=title, year=year))
        elif kind == "delete":
            shelf.delete_if_exists(identity)
            model.pop(number, None)
        elif number in model:
            change = source.choice((Change().set(title=title), Change().set(year=year)))
            model[number] = shelf.update(identity, change.set(genre=Genre.ESSAY))

    by_title = sorted(model.values(), key=lambda each: (each.title, each.number))
    by_year = sorted(model.values(), key=lambda each: (each.year, each.number))
    assert by_title == list(shelf.by_title("a"))
    assert [(each.year, each.number) for each in by_year] == [
        (each.year, each.number) for each in shelf.years("a")
    ]
    assert [(each.number, each.price) for each in by_year] == [
        (each.number, each.price) for each in shelf.prices("a")
    ]


def test_entities_of_one_table_do_not_see_each_other(shelf: Shelf) -> None:
    shelf.put(Note(note_id="1"))
    shelf.put(Plate(shelf="a", text="Novels"))
    shelf.put(book(1))

    assert [book(1)] == list(shelf.books("a"))
    assert Note(note_id="1") == shelf.get(Note.by_id(note_id="1"))


def test_anything_but_an_identity_is_refused_with_how_to_write_one(shelf: Shelf) -> None:
    with pytest.raises(InputError, match="names no item") as caught:
        shelf.get(cast("Any", "t1"))

    assert caught.value.code == "repository.identity"


def test_a_repository_without_a_table_says_how_to_declare_one() -> None:
    with pytest.raises(InputError, match="declare it with table") as caught:
        Repository(ScriptedEngine())

    assert caught.value.code == "repository.no_table"
