"""What must hold of cursors: they continue their own question, unchanged, and show nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

from tabledesign.design.definition import table_definition
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.errors import CursorInvalid, InputError
from tabledesign.repository.cursor import Binding, CursorKeys, read, seal, sign
from tabledesign.wire import Request

from ..repository.conftest import Genre, Secret, Shelf, Vault, book, guarded
from ..repository.test_cursor import ALPHABET
from ..repository.test_cursor import _tampered as tampered
from .check import Check, source_of
from .page_checks import KEY, shelf_engine

__all__ = ["CURSOR_CHECKS"]

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = CursorKeys.of(KEY)


def _binding(random: Random) -> Binding:
    draw = random.choice
    texts = ("", "a", "ab", "b", "ann")
    arguments = tuple(draw(texts) for _ in range(random.randint(0, 2)))
    tenant = draw((None, "", "acme", "Acme"))
    return Binding(
        draw(("t", "ta")), draw(("due", "a")), draw(("", "due")), arguments, tenant=tenant,
        direction=draw(("ascending", "descending")),
    )  # fmt: skip


def _accepted(token: str, binding: Binding, now: datetime) -> dict[str, str] | None:
    try:
        return read(token, binding=binding, keys=KEYS, now=now)
    except CursorInvalid:
        return None


def _tampering(seed: int) -> Iterator[None]:
    """A cursor that is changed anywhere is refused; an unchanged one gives its position."""
    number = 0
    while True:
        random = source_of("tampering", seed, number)
        number += 1
        binding, make = _binding(random), random.choice((sign, seal))
        position = {"pk": f"User#{number}#", "sk": "Task#" + "1" * random.randrange(9)}
        token = make(position, binding=binding, keys=KEYS)
        other = make({"pk": "User#x#"}, binding=binding, keys=KEYS)
        assert _accepted(token, binding, NOW) == position, "a cursor is not given back"
        changed = tampered(random, token, other)
        for each in (changed, *_spelled(random, token)):
            if each not in (token, other):
                assert _accepted(each, binding, NOW) is None, f"{each!r} is accepted for {token}"
        yield


def _spelled(random: Random, token: str) -> Iterator[str]:
    """Other texts that a decoder may read as the same bytes."""
    for sign_added in ("=", "\n", "!", " "):
        at = random.randrange(len(token) + 1)
        yield token[:at] + sign_added + token[at:]
    yield from (token[:-1] + letter for letter in ALPHABET)


def _other(random: Random, binding: Binding) -> Binding:
    """Another binding, which differs in one thing only, or in nothing."""
    fresh = _binding(random)
    name = random.choice(("table", "pattern", "plan", "arguments", "tenant", "direction"))
    return replace(binding, **{name: getattr(fresh, name)})


def _bindings(seed: int) -> Iterator[None]:
    """A cursor is good for the question it was made for, until it expires."""
    number = 0
    while True:
        random = source_of("bindings", seed, number)
        number += 1
        mine = _binding(random)
        other = _other(random, mine)
        expires = NOW + timedelta(seconds=random.choice((-1, 0, 1, 60)))
        make = random.choice((sign, seal))
        unlimited = make({"pk": "User#x#"}, binding=mine, keys=KEYS)
        limited = make({"pk": "User#x#"}, binding=mine, keys=KEYS, expires_at=expires)
        assert (_accepted(unlimited, other, NOW) is not None) is (mine == other), (mine, other)
        assert (_accepted(limited, mine, NOW) is not None) is (NOW < expires), expires
        yield


def _questions(seed: int) -> Iterator[None]:
    """A page's cursor is refused by every other question and tenant, before any request."""
    with embedded() as engine:
        engine.send(Request("CreateTable", table_definition(guarded)))
        asked: dict[tuple[str, str, str], Any] = {}
        for tenant in ("acme", "other"):
            vault = Vault(engine, tenant=tenant, cursor_keys=KEY)
            vault.put_many([Secret(name=n, group=g) for n, g in product("abc", "g")])
            vault.put_many([Secret(name=n, group=g) for n, g in product("xyz", "h")])
            for pattern, group in product(("of_group", "names"), "gh"):
                asked[tenant, pattern, group] = getattr(vault, pattern)(group).page(1).cursor
        pairs = list(product(asked, asked))
        source_of("questions", seed).shuffle(pairs)
        for made_by, used_by in pairs:
            silent = ScriptedEngine() if made_by != used_by else engine
            vault = Vault(silent, tenant=used_by[0], cursor_keys=KEY)
            try:
                getattr(vault, used_by[1])(used_by[2]).page(1, asked[made_by])
                accepted = True
            except CursorInvalid:
                accepted = False
            except AssertionError as error:
                raise AssertionError(f"{used_by} sends a request for {made_by}") from error
            assert accepted is (made_by == used_by), f"{used_by} takes the cursor of {made_by}"
            yield


def _secrets(seed: int) -> Iterator[None]:
    """A cursor shows no key of a row, or field of a key, that its holder was not handed."""
    with shelf_engine() as engine:
        number = 0
        while True:
            random, name = source_of("secrets", seed, number), f"canary{number}"
            number += 1
            shelf = Shelf(engine, cursor_keys=KEY)
            hidden = random.randint(700_000, 799_999)
            shelf.put(book(1, shelf=name, genre=Genre.ESSAY))
            shelf.put(book(hidden, shelf=name))
            shelf.put(book(800_000, shelf=name, genre=Genre.ESSAY))
            filtered = shelf.of_genre(name, Genre.ESSAY).page(2, evaluate=2, requests=1)
            viewed = shelf.prices(name).page(1)
            for page, canary in ((filtered, str(hidden)), (viewed, name)):
                try:
                    token = page.cursor
                except InputError:
                    token = None  # refused rather than shown
                shown = b"" if token is None else urlsafe_b64decode(token + "==")
                assert canary.encode() not in shown, f"the cursor shows {canary}"
            yield


CURSOR_CHECKS = (
    Check("cursors.tampering", "a changed cursor is refused", _tampering, 1_000),
    Check("cursors.bindings", "a cursor is good for its question and its time", _bindings, 1_000),
    Check("cursors.questions", "no other question or tenant takes a cursor", _questions, 200),
    Check("cursors.secrets", "a cursor shows nothing that was not handed out", _secrets, 30),
)
