"""Users over HTTP: the directory, and everybody's own record."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.todo import User, UserRole

from .world import ADA, ANN, BOB, CY, EVE, SAM, World

ME = "/v1/users/me"


def names(world: World, query: dict[str, str] | None = None) -> list[str]:
    items = world.ask("GET", "/v1/users", who=ADA, query=query).json["items"]
    return [item["name"] for item in items]


def test_administrators_page_through_the_directory(world: World) -> None:
    first = world.ask("GET", "/v1/users", who=ADA, query={"limit": "2"})
    rest = names(world, query={"limit": "2", "cursor": first.json["next_cursor"]})

    assert (["Ann", "Bob"], ["Cy"]) == ([i["name"] for i in first.json["items"]], rest)
    assert ["Bob"] == names(world, query={"email": "bob@acme.example"})
    assert [] == names(world, query={"email": "ann@evil.example"})


@pytest.mark.parametrize("query", [{}, {"email": "bob@acme.example"}, {"email": "nobody@x"}])
def test_members_do_not(world: World, query: dict[str, str]) -> None:
    reply = world.ask("GET", "/v1/users", query=query)

    assert (403, "access.denied") == (reply.status, reply.json["code"])


def test_an_administrator_adds_users_with_any_role(world: World) -> None:
    sent = {"user_id": "dan", "name": "Dan", "email": "dan@acme.example", "role": "support"}
    made = world.ask("POST", "/v1/users", who=ADA, send=sent)
    stored = world.base.user("dan").one()

    assert (201, "users/dan") == (made.status, made.headers["location"])
    assert {**sent, "created_at": "2026-01-01T00:00:00Z"} == made.json
    assert (UserRole.SUPPORT, world.engine.clock.now()) == (stored.role, stored.created_at)
    assert made.json == world.ask("GET", f"/v1/{made.headers['location']}", who=ADA).json


def test_a_user_without_an_id_gets_one_and_under_a_key_one_only(world: World) -> None:
    sent: dict[str, Any] = {"who": ADA, "send": {"name": "Dan"}, "idempotency_key": "k"}
    replies = [world.ask("POST", "/v1/users", **sent) for _ in range(2)]

    assert replies[0].told == replies[1].told
    assert ["Ann", "Bob", "Cy", "Dan"] == names(world)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"user_id": "bob"}, (409, "user.exists", "/user_id")),
        ({"email": "bob@acme.example"}, (409, "user.email_taken", "/email")),
        ({"user_id": "me"}, (422, "body.invalid", "/user_id")),
        ({"user_id": "b/c"}, (422, "body.invalid", "/user_id")),
        ({"email": "nowhere"}, (422, "body.invalid", "/email")),
        ({"name": ""}, (422, "body.invalid", "/name")),
        ({"role": "root"}, (422, "body.invalid", "/role")),
        ({"tenant": "evil"}, (422, "body.invalid", "/tenant")),
    ],
)
def test_a_user_that_cannot_be_is_pointed_at(
    world: World, changes: dict[str, str], told: tuple[int, str, str]
) -> None:
    reply = world.ask("POST", "/v1/users", who=ADA, send={"name": "Dan", **changes})

    assert told == (reply.status, reply.json["code"], reply.json["errors"][0]["pointer"])


def test_everybody_reads_and_changes_their_own_record(world: World) -> None:
    me = world.ask("GET", ME)
    changed = world.ask(
        "PATCH", ME, send={"name": "Anna", "email": None}, if_match=me.headers["etag"]
    )
    again = world.ask("PATCH", ME, send={"name": "A"}, if_match=me.headers["etag"])

    assert ("ann", "Ann", 200, 412) == (
        me.json["user_id"],
        me.json["name"],
        changed.status,
        again.status,
    )
    assert {**me.json, "name": "Anna", "email": None} == changed.json
    assert 304 == world.ask("GET", ME, if_none_match=changed.headers["etag"]).status
    assert [] == names(world, query={"email": "ann@acme.example"})
    assert changed.told == world.ask("PATCH", ME, send={}, if_match="*").told


def test_an_address_of_another_cannot_be_taken(world: World) -> None:
    reply = world.ask("PATCH", ME, send={"email": "bob@acme.example"}, if_match="*")

    assert (409, "/email") == (reply.status, reply.json["errors"][0]["pointer"])


@pytest.mark.parametrize("name", ["user_id", "role", "tenant", "created_at", "deleted_at"])
def test_nobody_makes_themselves_somebody_else(world: World, name: str) -> None:
    reply = world.ask("PATCH", ME, send={name: "admin"}, if_match="*")

    assert (422, f"/{name}") == (reply.status, reply.json["errors"][0]["pointer"])


def test_one_is_oneself_in_ones_own_tenant(world: World) -> None:
    emails = [world.ask("GET", ME, who=who).json["email"] for who in (ANN, EVE)]

    assert ["ann@acme.example", "ann@evil.example"] == emails


@pytest.mark.parametrize("user_id", ["bob", "nobody", "ada"])
def test_another_is_as_absent_as_one_that_is_not(world: World, user_id: str) -> None:
    absent = world.ask("GET", "/v1/users/nothing")
    before = len(world.engine.requests)
    reply = world.ask("GET", f"/v1/users/{user_id}")

    assert (404, absent.told) == (reply.status, reply.told)
    assert 1 == len(world.engine.requests) - before == before


def test_others_are_read_by_administrators_and_by_support_for_a_purpose(world: World) -> None:
    bob = world.ask("GET", ME, who=BOB).json
    path = "/v1/users/bob"

    assert [bob, bob, bob] == [
        world.ask("GET", path, who=BOB).json,
        world.ask("GET", path, who=ADA).json,
        world.ask("GET", path, who=SAM, purpose="ticket 7").json,
    ]
    assert "access.purpose" == world.ask("GET", path, who=SAM).json["code"]


def test_who_is_not_in_the_directory_has_no_record(world: World) -> None:
    assert [404, 404] == [
        world.ask("GET", ME, who=ADA).status,
        world.ask("PATCH", ME, who=ADA, send={"name": "Ada"}, if_match="*").status,
    ]


def test_a_user_that_is_being_deleted_is_nowhere(world: World) -> None:
    now = world.engine.clock.now()
    world.base.put(User(user_id="cy", name="Cy", deleted_at=now))
    shared = {"user_id": "cy", "role": "viewer"}

    assert ["Ann", "Bob"] == names(world)
    assert [404, 404, 422, 409] == [
        world.ask("GET", ME, who=CY).status,
        world.ask("GET", "/v1/users/cy", who=ADA).status,
        world.ask("POST", "/v1/lists/home/members", send=shared).status,
        world.ask("POST", "/v1/lists", who=CY, send={"title": "x"}).status,
    ]
