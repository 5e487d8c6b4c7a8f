"""Support looks at what belongs to others: for a purpose, changing nothing, and seen to do so."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.todo import Role

from .shapes import claims
from .world import ADA, ANN, SAM, World

WHY = "ticket 4711"


def looked(world: World, list_id: str = "home", who: Any = ANN) -> list[tuple[str, str, str]]:
    """Who looked at a list and why, as its owner is told."""
    query = {"show": "record"}
    items = world.ask("GET", f"/v1/lists/{list_id}/access", who=who, query=query).json["items"]
    return [(i["event"], i["by"], i["purpose"]) for i in items if i["event"] == "inspected"]


@pytest.mark.parametrize(
    "path",
    ["/lists/home", "/lists/home/tasks", "/lists/home/board", "/lists/home/members", "/tasks/a1"],
)
def test_what_support_looks_at_is_recorded_for_the_owner_to_see(world: World, path: str) -> None:
    reply = world.ask("GET", f"/v1{path}", who=SAM, purpose=WHY)

    assert (200, [("inspected", "sam", WHY)]) == (reply.status, looked(world))


def test_tasks_that_support_lists_are_recorded_on_each_of_their_lists(world: World) -> None:
    world.ask("PATCH", "/v1/tasks/a1", send={"assignee": "ann"}, if_match="*")
    listed = world.ask("GET", "/v1/tasks", who=SAM, query={"assignee": "ann"}, purpose=WHY)
    by_id = world.ask("GET", "/v1/tasks", who=SAM, query={"ids": "a1,a2,b2"}, purpose="again")

    assert [["b1", "a1"], ["a1", "a2", "b2"]] == [
        [item["task_id"] for item in reply.json["items"]] for reply in (listed, by_id)
    ]
    assert {("inspected", "sam", WHY), ("inspected", "sam", "again")} == set(looked(world))
    assert looked(world) == looked(world, "desk", claims("bob"))


def test_nothing_is_shown_where_it_cannot_be_recorded(world: World) -> None:
    from tabledesign.errors import Throttled

    def full(request: Any, number: int) -> Exception | None:
        if request.operation in ("PutItem", "TransactWriteItems"):
            return Throttled("full", code="request.throttled")
        return None

    reply = world.failing(full).ask("GET", "/v1/lists/home", who=SAM, purpose=WHY)

    assert (429, False) == (reply.status, "Home" in reply.text)


def test_what_is_ones_own_or_denied_is_not_recorded(world: World) -> None:
    both = claims("sam", **{"cognito:groups": "support,member"})
    world.base.share("home", "cy", Role.VIEWER)
    supporting = claims("cy", **{"cognito:groups": "support,member"})
    statuses = [
        world.ask("GET", "/v1/lists/home", purpose=WHY).status,
        world.ask("GET", "/v1/lists/home/access", who=ADA, purpose=WHY).status,
        world.ask("GET", "/v1/lists/home", who=supporting, purpose=WHY).status,
        world.ask("GET", "/v1/lists/home", who=both).status,
        world.ask("PUT", "/v1/lists/home", who=SAM, send={"title": "x"}, purpose=WHY).status,
        world.ask("GET", "/v1/lists/nothing", who=SAM, purpose=WHY).status,
    ]

    assert [200, 200, 200, 403, 403, 404] == statuses
    assert [] == looked(world)


@pytest.mark.parametrize("purpose", ["", "   "])
@pytest.mark.parametrize("path", ["/lists/home", "/lists/nothing", "/tasks/a1", "/users/bob"])
def test_without_a_purpose_support_learns_nothing_but_that_it_needs_one(
    world: World, path: str, purpose: str
) -> None:
    reply = world.ask("GET", f"/v1{path}", who=SAM, purpose=purpose)

    assert (403, "access.purpose") == (reply.status, reply.json["code"])


@pytest.mark.parametrize("purpose", ["x" * 201, "a\tb"])
def test_a_purpose_is_one_line_that_can_be_read(world: World, purpose: str) -> None:
    reply = world.ask("GET", "/v1/lists/home", who=SAM, purpose=purpose)

    assert (400, "Purpose") == (reply.status, reply.json["errors"][0]["header"])


def test_a_purpose_gives_nobody_else_a_right(world: World) -> None:
    for who in (ANN, ADA, claims("ann", **{"cognito:groups": ""})):
        told = world.ask("GET", "/v1/lists/desk", who=who)

        assert (404, told.told) == (
            told.status,
            world.ask("GET", "/v1/lists/desk", who=who, purpose=WHY).told,
        )
