"""Which question the parameters of a query ask, and with what arguments."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tabledesign import InputError, Range
from tabledesign.api.inputs import Served, check_choice, choose
from tabledesign.api.problems import Problem, problem_of
from tabledesign.todo import Status, TodoRepository
from tabledesign.todo.http.tasks import SERVED

from .world import BOB, EVE, World

OF_LIST = Served(TodoRepository.tasks_of_list_by_status.plan)


def asked(**query: str) -> tuple[str, dict[str, object]]:
    served, arguments = choose(SERVED, tuple(query.items()))
    return served.plan.name, arguments


def refused(*query: tuple[str, str]) -> Problem:
    with pytest.raises((Problem, InputError)) as caught:
        choose(SERVED, query)
    return problem_of(caught.value)


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SINCE_NOON = Range(NOON, None)
DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("query", "pattern", "arguments"),
    [
        ({}, "tasks_of_user", {}),
        ({"limit": "3", "cursor": "x"}, "tasks_of_user", {}),
        ({"status": "open"}, "open_tasks", {}),
        ({"status": "done"}, "completed_tasks", {}),
        (
            {"status": "done", "completed_since": "2026-01-01T13:00:00+01:00"},
            "completed_within",
            {"period": Range(NOON, None)},
        ),
        (
            {"status": "done", "completed_until": "2026-01-01T12:00:00Z"},
            "completed_within",
            {"period": Range(None, NOON)},
        ),
        ({"status": "open", "due_before": "2026-01-05"}, "overdue_tasks", {"today": DAY}),
        ({"due_from": "2026-01-05"}, "tasks_due", {"due": Range(DAY, None)}),
        ({"due_to": "2026-01-05"}, "tasks_due", {"due": Range(None, DAY)}),
        ({"due_from": "2026-01-05", "due_to": "2026-01-05"}, "tasks_due", {"due": Range(DAY, DAY)}),
        ({"assignee": "bob"}, "assigned_tasks", {"assignee": "bob"}),
        ({"completed_since": "2026-01-01T12:00:00Z"}, "completed_within", {"period": SINCE_NOON}),
        ({"due_before": "2026-01-05"}, "overdue_tasks", {"today": DAY}),
        ({"order": "desc"}, "tasks_of_user", {}),
        ({"due_before": "2026-01-05", "status": "open"}, "overdue_tasks", {"today": DAY}),
        ({"ids": "b2,a1"}, "tasks_by_id", {"task_ids": ["b2", "a1"]}),
    ],
)
def test_the_parameters_choose_the_question(
    query: dict[str, str], pattern: str, arguments: dict[str, Any]
) -> None:
    assert (pattern, arguments) == asked(**query)


def test_an_enum_is_told_by_its_value() -> None:
    _, arguments = choose([OF_LIST], (("list_id", "home"), ("status", "doing")))

    assert {"list_id": "home", "status": Status.DOING} == arguments


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due_from", "0"),
        ("due_from", ""),
        ("due_from", "2026-1-5"),
        ("due_from", "2026-02-30"),
        ("due_from", "2026-01-05T00:00:00Z"),
        ("due_from", "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0665"),
        ("due_from", "null"),
    ],
)
def test_only_a_date_is_taken_for_a_date(name: str, value: str) -> None:
    problem = refused((name, value))

    assert (400, "argument.value", [name]) == (
        problem.status,
        problem.code,
        [fault.parameter for fault in problem.faults],
    )


@pytest.mark.parametrize("value", ["2026-01-01T12:00:00", "2026-01-01", "1", "noon"])
def test_a_time_without_a_zone_is_refused(value: str) -> None:
    problem = refused(("status", "done"), ("completed_since", value))

    assert ["completed_since"] == [fault.parameter for fault in problem.faults]
    assert "zone" in problem.detail


def test_unknown_parameters_are_refused_naming_those_that_are_served() -> None:
    problem = refused(("user_id", "eve"), ("sort", "asc"))

    assert ["user_id", "sort"] == [fault.parameter for fault in problem.faults]
    assert "assignee, completed_since, completed_until, cursor" in problem.faults[0].detail


def test_a_parameter_given_twice_is_refused() -> None:
    assert "argument.twice" == refused(("status", "open"), ("status", "done")).code


@pytest.mark.parametrize(
    "query",
    [
        {"status": "doing"},
        {"status": "open", "due_from": "2026-01-05"},
        {"status": "open", "completed_since": "2026-01-01T12:00:00Z"},
        {"assignee": "ann", "status": "open"},
        {"due_before": "2026-01-05", "due_to": "2026-01-05"},
    ],
)
def test_a_combination_that_no_pattern_serves_names_those_that_are(query: dict[str, str]) -> None:
    problem = refused(*query.items())

    assert (400, "argument.combination") == (problem.status, problem.code)
    assert "no parameters; status=open; status=done; completed_since=<" in problem.detail


def test_two_patterns_that_one_query_would_ask_are_refused_when_routes_are_made() -> None:
    with pytest.raises(InputError, match="asked by the same query") as caught:
        check_choice([Served(TodoRepository.tasks_due.plan), Served(TodoRepository.tasks_due.plan)])

    assert "routes.ambiguous" == caught.value.code


def test_a_literal_that_may_be_given_tells_patterns_apart_like_one_that_must() -> None:
    due = TodoRepository.tasks_due.plan
    rising, falling = (Served(due, also={"way": way}) for way in ("up", "down"))

    with pytest.raises(InputError, match="asked by the same query"):
        check_choice([Served(due, when={"way": "up"}), rising])
    with pytest.raises(InputError, match="asked by the same query"):
        check_choice([Served(due), falling])
    check_choice([Served(due, when={"way": "up"}), falling])


def test_a_pattern_cannot_take_what_pages_are_asked_by() -> None:
    with pytest.raises(InputError, match="order") as caught:
        check_choice([Served(TodoRepository.tasks_due.plan, when={"order": "up"})])

    assert "routes.reserved" == caught.value.code


def test_a_pattern_without_pages_cannot_be_listed() -> None:
    with pytest.raises(InputError, match="GetItem") as caught:
        check_choice([Served(TodoRepository.task.plan)])

    assert "routes.no_listing" == caught.value.code


def test_a_reversed_range_is_the_callers_fault(world: World) -> None:
    reply = world.ask("GET", "/v1/tasks", query={"due_from": "2026-02-01", "due_to": "2026-01-01"})

    assert (400, "range.reversed") == (reply.status, reply.json["code"])


def test_a_value_that_no_key_can_hold_is_the_callers_fault(world: World) -> None:
    for value in ("", "x" * 3_000):
        reply = world.ask("GET", "/v1/tasks", query={"assignee": value})

        assert (400, "argument.value") == (reply.status, reply.json["code"])


def test_a_parameter_has_1024_characters_at_most(world: World) -> None:
    longest = world.ask("GET", "/v1/tasks", query={"assignee": "x" * 1024})

    assert 403 == longest.status, "it is not the caller, so it is not asked at all"
    assert 400 == world.ask("GET", "/v1/tasks", query={"assignee": "x" * 1025}).status


def test_an_order_is_that_of_the_question_or_the_other(world: World) -> None:
    def ids(path: str, **query: str) -> list[str]:
        items = world.ask("GET", path, query=query).json["items"]
        return [item["task_id"] for item in items]

    for task_id in ("a1", "a2", "a3"):
        world.engine.clock.sleep(1)
        world.ask("POST", f"/v1/tasks/{task_id}/completion")
    done: dict[str, str] = {"status": "done"}

    assert ["a1", "a2", "a3"] == ids("/v1/tasks") == ids("/v1/tasks", order="asc")
    assert ["a3", "a2", "a1"] == ids("/v1/tasks", order="desc")
    assert ["a3", "a2", "a1"] == ids("/v1/tasks", **done) == ids("/v1/tasks", **done, order="desc")
    assert ["a1", "a2", "a3"] == ids("/v1/tasks", **done, order="asc")
    assert ["a2"] == ids("/v1/lists/home/tasks", due_from="2026-01-01", order="desc", limit="1")


def test_pages_in_the_other_order_are_the_whole_answer_too(world: World) -> None:
    first = world.ask("GET", "/v1/tasks", query={"order": "desc", "limit": "2"})
    cursor = {"cursor": first.json["next_cursor"]}
    rest = world.ask("GET", "/v1/tasks", query={"order": "desc", "limit": "2", **cursor})
    forward = world.ask("GET", "/v1/tasks", query={"limit": "2", **cursor})

    assert [["a3", "a2"], ["a1"]] == [
        [item["task_id"] for item in page.json["items"]] for page in (first, rest)
    ]
    assert (400, "cursor.invalid") == (forward.status, forward.json["code"])


@pytest.mark.parametrize("order", ["", "ASC", "due", "desc,asc"])
def test_any_other_order_is_a_400(world: World, order: str) -> None:
    reply = world.ask("GET", "/v1/tasks", query={"order": order})

    assert (400, "order") == (reply.status, reply.json["errors"][0]["parameter"])


def test_what_is_asked_for_by_ids_has_no_pages(world: World) -> None:
    reply = world.ask("GET", "/v1/tasks", query={"ids": "a1", "limit": "1", "order": "asc"})
    faults = [fault["parameter"] for fault in reply.json["errors"]]

    assert (400, ["limit", "order"]) == (reply.status, faults)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "", "ten", "1000", "²", "٣"])
def test_a_limit_is_a_number_from_1_to_100(world: World, limit: str) -> None:
    reply = world.ask("GET", "/v1/tasks", query={"limit": limit})

    assert (400, "limit") == (reply.status, reply.json["errors"][0]["parameter"])


def test_pages_together_are_the_whole_answer_and_the_link_is_the_cursor(world: World) -> None:
    ids: list[str] = []
    query = {"limit": "1"}
    while True:
        page = world.ask("GET", "/v1/tasks", query=query)
        ids += [item["task_id"] for item in page.json["items"]]
        if page.json["next_cursor"] is None:
            break
        query = {"limit": "1", "cursor": page.json["next_cursor"]}
        link = f'<?limit=1&cursor={query["cursor"]}>; rel="next"'
        assert link == page.headers["link"]

    assert ["a1", "a2", "a3"] == ids
    assert "link" not in page.headers


def test_a_cursor_shows_neither_a_key_nor_the_tenant(world: World) -> None:
    cursor = world.ask("GET", "/v1/tasks", query={"limit": "1"}).json["next_cursor"]
    raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

    assert [] == [word for word in (b"acme", b"ann", b"pk", b"gsi", b"a1") if word in raw]


def test_a_cursor_of_another_question_caller_or_tenant_is_refused_before_any_request(
    world: World,
) -> None:
    page = world.ask("GET", "/v1/tasks", query={"limit": "1"})
    cursor = page.json["next_cursor"]
    world.engine.requests.clear()
    tampered = ("A" if cursor[20] != "A" else "B").join([cursor[:20], cursor[21:]])
    replies = [
        world.ask("GET", "/v1/tasks", query={"status": "open", "cursor": cursor}),
        world.ask("GET", "/v1/tasks", query={"cursor": cursor}, who=BOB),
        world.ask("GET", "/v1/tasks", query={"cursor": cursor}, who=EVE),
        world.ask("GET", "/v1/tasks", query={"cursor": tampered}),
        world.ask("GET", "/v1/tasks", query={"cursor": ""}),
        world.ask("GET", "/v1/tasks", query={"cursor": "ü" * 20_000}),
    ]

    assert [(400, "cursor.invalid")] * 6 == [(r.status, r.json["code"]) for r in replies]
    assert [] == world.engine.requests
