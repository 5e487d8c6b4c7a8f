"""Sharing over HTTP: by whom, what for, until when, and the record that it leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tabledesign import Change
from tabledesign.api.conditions import etag
from tabledesign.todo import Member, Role
from tabledesign.wire import Request

from .world import ADA, ANN, BOB, CY, World

MEMBERS = "/v1/lists/home/members"
ACCESS = "/v1/lists/home/access"


def share(world: World, user_id: str = "bob", role: str = "editor", **more: Any) -> Any:
    sent = {"user_id": user_id, "role": role, **more}
    return world.ask("POST", MEMBERS, send=sent)


def record(world: World) -> list[tuple[str, str, str | None, str | None]]:
    items = world.ask("GET", ACCESS, query={"show": "record"}).json["items"]
    return [(item["event"], item["user_id"], item["role"], item["by"]) for item in items]


def test_a_grant_says_who_gave_it_what_for_and_until_when(world: World) -> None:
    until = (world.engine.clock.now() + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    made = share(world, purpose="while I am away", expires_at=until)
    [ann, bob] = world.ask("GET", ACCESS).json["items"]

    assert (201, made.json) == (made.status, bob)
    assert ("bob", "editor", "ann", "while I am away", until, "2026-01-01T00:00:00Z") == (
        bob["user_id"],
        bob["role"],
        bob["granted_by"],
        bob["purpose"],
        bob["expires_at"],
        bob["since"],
    )
    assert ("ann", "owner") == (ann["user_id"], ann["role"])
    assert f'"{bob["etag"].strip(chr(34))}"' == made.headers["etag"]


def test_what_is_shared_can_be_worked_on_at_once_and_no_more_once_it_is_taken_away(
    world: World,
) -> None:
    def statuses() -> list[int]:
        return [
            world.ask("GET", "/v1/lists/home", who=BOB).status,
            world.ask("PATCH", "/v1/tasks/a1", who=BOB, send={"notes": "x"}, if_match="*").status,
        ]

    before, made = statuses(), share(world)
    during = statuses()
    taken = world.ask("DELETE", f"{MEMBERS}/bob", if_match=made.json["etag"])

    assert [[404, 404], [200, 200], 204, [404, 404]] == [before, during, taken.status, statuses()]


def test_each_change_of_access_leaves_a_record_of_who_made_it(world: World) -> None:
    made = share(world)
    tag = made.json["etag"]
    world.ask("PUT", f"{MEMBERS}/bob", send={"role": "viewer"}, if_match=tag)
    world.ask("DELETE", f"{MEMBERS}/me", who=BOB)
    share(world)
    world.ask("DELETE", f"{MEMBERS}/bob", who=ADA, if_match="*")

    assert [
        ("granted", "bob", "editor", "ann"),
        ("changed", "bob", "viewer", "ann"),
        ("left", "bob", None, "bob"),
        ("granted", "bob", "editor", "ann"),
        ("revoked", "bob", None, "ada"),
    ] == record(world)


def test_administrators_see_who_has_access_and_nothing_else_of_a_list(world: World) -> None:
    assert [200, 200, 404, 404, 404] == [
        world.ask("GET", ACCESS, who=ADA).status,
        world.ask("GET", ACCESS, who=ADA, query={"show": "record"}).status,
        world.ask("GET", MEMBERS, who=ADA).status,
        world.ask("GET", "/v1/lists/home", who=ADA).status,
        world.ask("GET", "/v1/tasks/a1", who=ADA).status,
    ]


def test_a_grant_gives_nothing_from_the_instant_at_which_it_expires(world: World) -> None:
    share(world, expires_at="2026-01-01T01:00:00+00:00")
    world.engine.clock.sleep(3599)
    last = world.ask("GET", "/v1/tasks/a1", who=BOB).status
    world.engine.clock.sleep(1)

    assert [200, 404] == [last, world.ask("GET", "/v1/tasks/a1", who=BOB).status]
    assert 404 == world.ask("DELETE", f"{MEMBERS}/me", who=BOB).status


@pytest.mark.parametrize("until", ["2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z"])
def test_a_grant_that_would_have_expired_already_is_pointed_at(world: World, until: str) -> None:
    made = share(world, expires_at=until)
    share(world)
    changed = world.ask(
        "PUT", f"{MEMBERS}/bob", send={"role": "viewer", "expires_at": until}, if_match="*"
    )

    for reply in (made, changed):
        assert (422, "/expires_at") == (reply.status, reply.json["errors"][0]["pointer"])


@pytest.mark.parametrize("until", ["2026-02-01", "2026-02-01T00:00:00", 1_800_000_000, "never"])
def test_only_a_time_with_its_zone_is_taken_for_one(world: World, until: object) -> None:
    reply = share(world, expires_at=until)

    assert (422, "/expires_at") == (reply.status, reply.json["errors"][0]["pointer"])


def test_somebody_unknown_cannot_be_shared_with_nor_a_member_again(world: World) -> None:
    unknown, mine = share(world, "nobody"), share(world, "ann")

    assert (422, "user.unknown", "/user_id") == (
        unknown.status,
        unknown.json["code"],
        unknown.json["errors"][0]["pointer"],
    )
    assert (409, "member.exists") == (mine.status, mine.json["code"])


def test_sharing_under_a_key_happens_once(world: World) -> None:
    sent: dict[str, Any] = {"send": {"user_id": "bob", "role": "editor"}, "idempotency_key": "k"}
    replies = [world.ask("POST", MEMBERS, **sent) for _ in range(2)]

    assert replies[0].told == replies[1].told
    assert [("granted", "bob", "editor", "ann")] == record(world)


def test_a_list_is_not_left_without_its_owner(world: World) -> None:
    share(world, role="owner")
    replies = [
        world.ask("PUT", f"{MEMBERS}/ann", who=BOB, send={"role": "viewer"}, if_match="*"),
        world.ask("DELETE", f"{MEMBERS}/ann", who=BOB, if_match="*"),
    ]

    assert [(409, "list.owner_stays")] * 2 == [(r.status, r.json["code"]) for r in replies]
    assert 403 == world.ask("DELETE", f"{MEMBERS}/me").status, "an owner does not walk away"


def test_a_grant_is_changed_as_it_was_read_or_not_at_all(world: World) -> None:
    tag = share(world).json["etag"]
    put: dict[str, Any] = {"send": {"role": "viewer"}}
    without = world.ask("PUT", f"{MEMBERS}/bob", **put)
    changed = world.ask("PUT", f"{MEMBERS}/bob", **put, if_match=tag)
    stale = world.ask("DELETE", f"{MEMBERS}/bob", if_match=tag)

    assert [428, 200, 412] == [without.status, changed.status, stale.status]
    assert "viewer" == changed.json["role"]
    assert 404 == world.ask("PUT", f"{MEMBERS}/cy", **put, if_match="*").status


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_grant_that_changes_between_our_read_and_our_write_is_kept(
    world: World, method: str
) -> None:
    share(world)
    done: list[Request] = []

    def interfere(request: Request, number: int) -> None:
        if request.operation == "TransactWriteItems" and not done:
            done.append(request)
            theirs = Change().set(purpose="theirs")
            world.base.update(Member.by_id(list_id="home", user_id="bob"), theirs)

    slow = world.failing(interfere)
    send = {"role": "viewer"} if method == "PUT" else None
    reply = slow.ask(method, f"{MEMBERS}/bob", send=send, if_match="*")
    kept = world.base.get(Member.by_id(list_id="home", user_id="bob"))

    assert (412, Role.EDITOR, "theirs") == (
        reply.status,
        getattr(kept, "role", None),
        getattr(kept, "purpose", None),
    )


def test_the_tag_of_a_member_is_that_of_what_is_stored(world: World) -> None:
    [item] = world.ask("GET", MEMBERS).json["items"]
    stored = world.base.get(Member.by_id(list_id="home", user_id="ann"))

    assert stored is not None
    assert etag(stored) == item["etag"]


def test_an_editor_and_a_viewer_leave_and_are_gone(world: World) -> None:
    share(world, "cy", "viewer")
    left = world.ask("DELETE", f"{MEMBERS}/me", who=CY)

    assert (204, 404) == (left.status, world.ask("GET", "/v1/lists/home", who=CY).status)
    assert ["ann"] == [item["user_id"] for item in world.ask("GET", MEMBERS, who=ANN).json["items"]]
