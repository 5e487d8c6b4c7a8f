"""A tenant reaches its own items only, whatever it asks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tabledesign import Change, InputError, ItemMissing
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine

from .conftest import Name, Secret, Shelf, Vault

NAMES = ("a", "b", "a#b", "a%23b")
TENANTS = ("acme", "acme#", "acme#Secret", "a", "ac")


def test_a_repository_of_a_table_with_tenants_needs_one(silent: ScriptedEngine) -> None:
    for wrong in ({}, {"tenant": None}, {"tenant": ""}, {"tenant": 7}):
        options: dict[str, Any] = wrong
        with pytest.raises(InputError, match=r'give tenant="\.\.\."') as caught:
            Vault(silent, **options)
        assert "tenant" == caught.value.field

    with pytest.raises(InputError):
        Vault(silent, tenant="acme").scoped("")


def test_a_repository_of_a_table_without_tenants_takes_none(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError, match="leave tenant out"):
        Shelf(silent, tenant="acme")


def test_tenants_never_see_each_others_items(engine: EmbeddedEngine) -> None:
    vaults = [Vault(engine, tenant=tenant) for tenant in TENANTS]
    for rank, vault in enumerate(vaults):
        for name in NAMES:
            vault.create(Secret(name=name, group="g", rank=rank))

    for rank, vault in enumerate(vaults):
        assert {rank} == {each.rank for each in vault.of_group("g")}
        assert [rank] * len(NAMES) == [each.rank for each in vault.named(NAMES)]
        assert [rank] == [each.rank for each in [vault.secret("a").one()]]


def test_a_tenant_can_neither_change_nor_delete_what_is_anothers(engine: EmbeddedEngine) -> None:
    ours, theirs = Vault(engine, tenant="acme"), Vault(engine, tenant="other")
    ours.create(Secret(name="a", group="g"))
    identity = Secret.by_id(name="a")
    with pytest.raises(ItemMissing):
        theirs.update(identity, Change().set(group="h", rank=1))
    with pytest.raises(ItemMissing):
        theirs.delete(identity)
    theirs.delete_if_exists(identity)

    assert Secret(name="a", group="g") == ours.get(identity)


def key_texts(value: object, names: frozenset[str]) -> Iterator[str]:
    """Every text under one of the names, anywhere in the parameters of a request."""
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            if name in names:
                yield inner["S"]
            else:
                yield from key_texts(inner, names)
    elif isinstance(value, list | tuple):
        for inner in cast("list[object]", value):
            yield from key_texts(inner, names)


def test_every_key_that_is_sent_starts_with_the_tenant(engine: EmbeddedEngine) -> None:
    watched = ScriptedEngine(engine)
    vault = Vault(watched, tenant="acme", cursor_keys=b"k" * 32)
    source = random.Random("tenants")
    for _ in range(60):
        name = source.choice(NAMES)
        identity = Secret.by_id(name=name)
        match source.randrange(8):
            case 0:
                vault.put(Secret(name=name, group="g"))
            case 1:
                vault.get(identity)
            case 2:
                vault.delete_if_exists(identity)
            case 3:
                vault.named(NAMES).all()
            case 4:
                page = vault.of_group("g").page(1)
                if page.cursor:
                    vault.of_group("g").page(1, page.cursor)
            case 5:
                vault.put_many([Secret(name=each, group="h") for each in NAMES])
            case 6:
                vault.put(Secret(name=name, group="g"))
                vault.update(identity, Change().set(group="h", rank=2))
            case _:
                vault.secret(name).first()
    names = frozenset({"pk", "gsi1pk", ":pk"})
    sent = [dict(request.parameters) for request in watched.requests]
    texts = [text for parameters in sent for text in key_texts(parameters, names)]

    assert len(texts) >= len(watched.requests) > 60
    assert [] == [text for text in texts if not text.startswith("acme#")]


def test_another_scope_is_the_same_repository_over_the_same_engine(
    engine: EmbeddedEngine,
) -> None:
    watched = ScriptedEngine(engine)
    acme = Vault(watched, tenant="acme")
    other = acme.scoped("other")
    other.create(Secret(name="a", group="g"))

    assert acme.get(Secret.by_id(name="a")) is None
    assert ["PutItem", "GetItem"] == [request.operation for request in watched.requests]


def test_a_view_reads_its_fields_out_of_the_keys_of_an_index_that_holds_no_more(
    engine: EmbeddedEngine,
) -> None:
    vault = Vault(engine, tenant="a#b")
    for name in ("x#1", "x", "%"):
        vault.create(Secret(name=name, group="g%"))

    assert [Name(group="g%", name=n) for n in ("%", "x", "x#1")] == list(vault.names("g%"))
