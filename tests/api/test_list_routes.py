"""Lists over HTTP: one's own and those shared with one, what stands on them, and their board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tabledesign.todo import AccessEvent, Member, Role

from .world import ANN, BOB, CY, EVE, World


def titles(world: World, who: Any = ANN) -> list[tuple[str, str]]:
    items = world.ask("GET", "/v1/lists", who=who).json["items"]
    return [(item["list"]["title"], item["grant"]["role"]) for item in items]


def test_ones_lists_are_told_with_ones_grants_on_them(world: World) -> None:
    before = len(world.engine.requests)

    assert [("Home", "owner"), ("Work", "viewer")] == titles(world)
    assert 2 == len(world.engine.requests) - before, "the grants, and all lists at once"
    assert [("Home", "owner")] == titles(world, EVE)
    assert [] == titles(world, CY)


def test_a_grant_that_has_expired_lists_nothing(world: World) -> None:
    expires = world.engine.clock.now() + timedelta(hours=1)
    world.base.share("home", "cy", Role.EDITOR, expires_at=expires)
    before = titles(world, CY)
    world.engine.clock.sleep(3600)

    assert [[("Home", "editor")], []] == [before, titles(world, CY)]


def test_a_new_list_is_its_creators_who_is_its_first_member(world: World) -> None:
    reply = world.ask("POST", "/v1/lists", who=CY, send={"title": "Garden"})
    found = world.ask("GET", f"/v1/{reply.headers['location']}", who=CY)
    members = world.ask("GET", f"/v1/{reply.headers['location']}/members", who=CY).json["items"]
    [record] = world.base.access_of_list(reply.json["list_id"])

    assert (201, reply.json) == (reply.status, found.json)
    assert ("Garden", "cy", found.headers["etag"]) == (
        reply.json["title"],
        reply.json["owner_id"],
        reply.headers["etag"],
    )
    assert [("cy", "owner", "cy")] == [(m["user_id"], m["role"], m["granted_by"]) for m in members]
    assert AccessEvent.LIST_CREATED is record.event


def test_a_list_is_created_once_under_a_key(world: World) -> None:
    sent: dict[str, Any] = {"send": {"title": "Garden"}, "idempotency_key": "k"}
    first, again = [world.ask("POST", "/v1/lists", **sent) for _ in range(2)]
    sent["send"] = {"title": "Cellar"}

    assert first.told == again.told
    assert 1 == len([title for title, _ in titles(world) if title == "Garden"])
    assert (422, "idempotency.mismatch") == (
        (refused := world.ask("POST", "/v1/lists", **sent)).status,
        refused.json["code"],
    )


def test_who_is_not_in_the_directory_is_told_so_before_a_list_is_made(world: World) -> None:
    from .shapes import claims

    reply = world.ask("POST", "/v1/lists", who=claims("dan"), send={"title": "Garden"})

    assert (409, "user.unregistered") == (reply.status, reply.json["code"])


def test_a_list_is_renamed_as_it_was_read(world: World) -> None:
    tag = world.ask("GET", "/v1/lists/home").headers["etag"]
    unread = world.ask("PUT", "/v1/lists/home", send={"title": "House"})
    renamed = world.ask("PUT", "/v1/lists/home", send={"title": "House"}, if_match=tag)
    again = world.ask("PUT", "/v1/lists/home", send={"title": "Hut"}, if_match=tag)

    assert [428, 200, 412] == [unread.status, renamed.status, again.status]
    assert ("House", "ann") == (renamed.json["title"], renamed.json["owner_id"])
    assert 304 == world.ask("GET", "/v1/lists/home", if_none_match=renamed.headers["etag"]).status


def test_the_tasks_of_a_list_are_asked_by_status_and_by_due_date(world: World) -> None:
    def ids(**query: str) -> list[str]:
        items = world.ask("GET", "/v1/lists/home/tasks", query=query).json["items"]
        return [item["task_id"] for item in items]

    world.ask("PATCH", "/v1/tasks/a2", send={"status": "doing"}, if_match="*")
    world.ask("POST", "/v1/tasks/a3/completion")

    assert ["a2", "a3", "a1"] == ids() == ids(order="asc")
    assert [["a1"], ["a2"], ["a3"]] == [ids(status=each) for each in ("todo", "doing", "done")]
    assert ["a2"] == ids(due_from="2026-01-06") == ids(due_from="2026-01-06", order="asc")
    assert ["a1"] == ids(due_to="2026-01-05")


def test_a_board_is_the_list_its_members_and_its_tasks(world: World) -> None:
    items = world.ask("GET", "/v1/lists/home/board").json["items"]
    told = [(item["kind"], (item[item["kind"]]).get(f"{item['kind']}_id")) for item in items]

    assert {("list", "home"), ("member", None), ("task", "a1"), ("task", "a2"), ("task", "a3")} == (
        set(told)
    )
    assert ["ann"] == [item["member"]["user_id"] for item in items if item["member"]]


@pytest.mark.parametrize("list_id", ["desk", "none", "evil"])
@pytest.mark.parametrize(
    ("method", "rest", "send"),
    [
        ("GET", "", None),
        ("PUT", "", {"title": "Mine"}),
        ("GET", "/tasks", None),
        ("GET", "/board", None),
        ("GET", "/members", None),
        ("POST", "/members", {"user_id": "ann", "role": "owner"}),
        ("PUT", "/members/bob", {"role": "viewer"}),
        ("DELETE", "/members/bob", None),
        ("DELETE", "/members/me", None),
        ("GET", "/access", None),
    ],
)
def test_anothers_list_is_as_absent_as_one_that_is_not(
    world: World, list_id: str, method: str, rest: str, send: Any
) -> None:
    absent = world.ask(method, f"/v1/lists/nothing{rest}", send=send, if_match="*")
    before = len(world.engine.requests)
    reply = world.ask(method, f"/v1/lists/{list_id}{rest}", send=send, if_match="*")

    assert (404, absent.told) == (reply.status, reply.told)
    assert 1 == len(world.engine.requests) - before == before, "after the same reads"


def test_a_viewer_sees_all_of_a_list_and_changes_nothing(world: World) -> None:
    seen = [
        world.ask("GET", f"/v1/lists/work{rest}").status
        for rest in ("", "/tasks", "/board", "/members")
    ]
    refused = [
        world.ask(method, f"/v1/lists/work{rest}", send=send, if_match="*").json["code"]
        for method, rest, send in (
            ("PUT", "", {"title": "Mine"}),
            ("POST", "/members", {"user_id": "cy", "role": "viewer"}),
            ("PUT", "/members/ann", {"role": "owner"}),
            ("DELETE", "/members/bob", None),
            ("GET", "/access", None),
        )
    ]

    assert [[200] * 4, ["access.denied"] * 5] == [seen, refused]


def test_the_owner_of_a_list_needs_no_grant_on_it(world: World) -> None:
    world.base.delete(Member.by_id(list_id="home", user_id="ann"))

    assert 200 == world.ask("GET", "/v1/lists/home").status
    assert 200 == world.ask("PATCH", "/v1/tasks/a1", send={"title": "x"}, if_match="*").status
    assert [("Work", "viewer")] == titles(world)


def test_a_granted_owner_does_all_that_an_owner_does(world: World) -> None:
    world.base.share("home", "bob", Role.OWNER)
    renamed = world.ask("PUT", "/v1/lists/home", who=BOB, send={"title": "Ours"}, if_match="*")

    assert (200, "ann") == (renamed.status, renamed.json["owner_id"])
