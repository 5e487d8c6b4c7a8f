"""Each request leaves one line: its route, how long it took, what it cost, and no value."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from tabledesign.api import adapters
from tabledesign.api.principal import Claims
from tabledesign.engine.scripted import FakeClock, Fault
from tabledesign.errors import InputError, Throttled, TransactionConflict
from tabledesign.observing import Observer
from tabledesign.observing.observer import xray
from tabledesign.observing.seen import Seen
from tabledesign.repository.trace import Trace
from tabledesign.wire import Request

from .shapes import SHAPES, Context, Sent, rest_event
from .world import ANN, World

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    def written() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return written


@pytest.mark.parametrize("shape", SHAPES)
def test_a_request_of_any_shape_leaves_one_line_with_the_routes_template(
    world: World, shape: str, lines: Lines
) -> None:
    world.client(shape)(Sent("GET", "/v1/tasks/a1", who=ANN))

    (line,) = lines()
    assert ("GET /v1/tasks/{task_id}", "GET", 200, "INFO") == tuple(
        line[name] for name in ("route", "method", "status", "level")
    )
    assert 1 == line["patterns"]["task"]["requests"]
    # Its own id is drawn, and may hold any two signs.
    assert "a1" not in json.dumps({**line, "request_id": ""})


def test_the_lines_request_id_is_the_answers(world: World, lines: Lines) -> None:
    for shape in SHAPES:
        reply = world.client(shape)(Sent("GET", "/v1/tasks/a1", who=ANN))

        (line,) = lines()
        assert reply.headers["x-request-id"] == line["request_id"] != ""


@pytest.mark.parametrize("shape", SHAPES)
def test_what_has_no_route_is_told_without_its_path(world: World, shape: str, lines: Lines) -> None:
    for method, path, status, code in (
        ("GET", "/v1/secrets/of-ann", 404, "resource.absent"),
        ("DELETE", "/v1/tasks", 405, "method.not_allowed"),
    ):
        world.client(shape)(Sent(method, path, who=ANN))

        (line,) = lines()
        assert ("unrouted", method, status, code) == tuple(
            line[name] for name in ("route", "method", "status", "problem")
        )
        assert "secrets" not in json.dumps(line)


def test_a_word_that_is_no_method_is_not_told(world: World, lines: Lines) -> None:
    world.client("local")(Sent("SECRETS", "/v1/tasks", who=ANN))

    (line,) = lines()
    assert "SECRETS" not in json.dumps(line)


def test_a_problem_is_told_by_its_code_and_a_failure_by_its_class(
    world: World, lines: Lines
) -> None:
    world.ask("GET", "/v1/tasks/none")
    world.failing(lambda request, number: KeyError("ann")).ask("GET", "/v1/tasks/a1")

    absent, failed = lines()
    assert ("INFO", "resource.absent", None) == told(absent)
    assert ("ERROR", "internal", "KeyError") == told(failed)


def told(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["level"], line.get("problem"), line.get("error")


def failing_first(error: Exception) -> Fault:
    """Only the first of its kind fails, so that it is sent again."""
    failed: list[Request] = []

    def fault(request: Request, number: int) -> Exception | None:
        if request.operation in ("Query", "UpdateItem") and not failed:
            failed.append(request)
            return error
        return None

    return fault


def test_throttles_and_conflicts_count_for_the_pattern_that_met_them(
    world: World, lines: Lines
) -> None:
    throttled = Throttled("wait", code="request.throttled")
    met = TransactionConflict("wait", code="transaction.conflict")
    world.failing(failing_first(throttled)).ask("GET", "/v1/tasks", query={"status": "open"})
    world.failing(failing_first(met)).ask("POST", "/v1/tasks/a1/completion")

    asked, written = lines()
    assert (200, 1, 0, 1) == (
        asked["status"],
        asked["throttles"],
        asked["conflicts"],
        asked["open_tasks.throttles"],
    )
    assert (200, 0, 1, 1) == (
        written["status"],
        written["throttles"],
        written["conflicts"],
        written["Task.update.conflicts"],
    )


def test_rows_that_cannot_be_read_are_counted(world: World, lines: Lines) -> None:
    table = world.base.context.table_name
    key = {"pk": {"S": "acme#Task#a1#"}, "sk": {"S": "Task#"}}
    broken = world.engine.send(Request("GetItem", {"TableName": table, "Key": key}))["Item"]
    item = {**broken, "priority": {"S": "immense"}}
    world.engine.send(Request("PutItem", {"TableName": table, "Item": item}))

    world.ask("GET", "/v1/tasks")

    (line,) = lines()
    assert (200, 1) == (line["status"], line["unreadable"])


def test_the_line_is_a_document_of_the_embedded_metric_format(world: World, lines: Lines) -> None:
    world.ask("GET", "/v1/tasks", query={"status": "open"})

    (line,) = lines()
    metadata = line["_aws"]
    assert {"Timestamp", "CloudWatchMetrics"} == set(metadata)
    for directive in metadata["CloudWatchMetrics"]:
        assert {"Namespace", "Dimensions", "Metrics"} == set(directive)
        assert 0 < len(directive["Metrics"]) <= 100
        names = [metric["Name"] for metric in directive["Metrics"]]
        assert all(isinstance(line[name], int | float) for name in names)
        dimensions = [name for names in directive["Dimensions"] for name in names]
        assert all(isinstance(line[name], str) for name in dimensions)
    assert "open_tasks.capacity" in line


def test_the_server_on_this_machine_writes_no_metrics(world: World, lines: Lines) -> None:
    world.client("local")(Sent("GET", "/v1/tasks/a1", who=ANN))

    (line,) = lines()
    assert "_aws" not in line


def test_latency_is_what_the_clock_says(lines: Lines) -> None:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    observer = Observer(service="todo", clock=clock)

    with observer.watching("r1") as seen:
        clock.sleep(0.25)
        seen.status = 200

    (line,) = lines()
    assert ("todo", 250.0, "2026-01-01T00:00:00.250+00:00") == (
        line["service"],
        line["latency"],
        line["time"],
    )


def test_the_tenant_is_told_only_as_one_wants_it(world: World, lines: Lines) -> None:
    for observer in (Observer(), Observer(tenant=lambda name: name[:1])):
        handle = adapters.rest_api(world.routes, Claims().from_rest, observer=observer)
        handle(rest_event(Sent("GET", "/v1/tasks/a1", who=ANN)), Context())

    assert [None, "a"] == [line.get("tenant") for line in lines()]


def test_what_powertools_raises_is_a_problem_document_too(
    world: World, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    handle = adapters.rest_api(world.routes, Claims().from_rest)

    answer = handle({"requestContext": {"requestId": "r1"}}, Context())

    assert (500, "internal") == (answer["statusCode"], json.loads(answer["body"])["code"])
    (line,) = lines()
    assert ("r1", 500, "internal") == (line["request_id"], line["status"], line["problem"])


def test_what_is_raised_through_an_observer_is_told_by_its_class_and_raised(lines: Lines) -> None:
    with pytest.raises(KeyError), Observer().watching("r1"):
        raise KeyError("ann")

    (line,) = lines()
    assert (500, "KeyError") == (line["status"], line["error"])


@dataclass
class Segment:
    """A subsegment that keeps its annotations, and what was raised through it."""

    annotations: dict[str, Any] = field(default_factory=dict[str, Any])
    raised: list[BaseException] = field(default_factory=list[BaseException])

    def put_annotation(self, name: str, value: object) -> None:
        self.annotations[name] = value


@dataclass
class Recorded:
    """A recorder that samples everything."""

    segments: list[Segment] = field(default_factory=list[Segment])

    @contextmanager
    def in_subsegment(self, name: str) -> Generator[Segment]:
        segment = Segment()
        self.segments.append(segment)
        try:
            yield segment
        except BaseException as error:
            segment.raised.append(error)
            raise


def test_a_trace_names_the_route_and_the_patterns_and_takes_no_error_along(world: World) -> None:
    recorder = Recorded()
    handle = adapters.rest_api(world.routes, Claims().from_rest, observer=Observer(tracer=recorder))
    handle(rest_event(Sent("POST", "/v1/tasks/a1/completion", who=ANN)), Context())
    with pytest.raises(KeyError), Observer(tracer=recorder).watching("r2"):
        raise KeyError("ann")

    answered, failed = recorder.segments
    annotations = answered.annotations
    assert ("POST /v1/tasks/{task_id}/completion", 200) == (
        annotations["route"],
        annotations["status"],
    )
    assert {"task", "Task.update"} <= set(annotations["patterns"].split())
    assert ([], 500) == (failed.raised, failed.annotations["status"])


def test_the_sdk_of_x_ray_is_imported_where_it_is_asked_for_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith("aws_xray_sdk")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aws_xray_sdk", None)
    with pytest.raises(InputError) as caught:
        xray()
    core = ModuleType("aws_xray_sdk.core")
    vars(core)["xray_recorder"] = recorder = Recorded()
    monkeypatch.setitem(sys.modules, "aws_xray_sdk", ModuleType("aws_xray_sdk"))
    monkeypatch.setitem(sys.modules, "aws_xray_sdk.core", core)

    assert "observing.not_installed" == caught.value.code
    assert recorder is xray()


def test_a_line_has_no_more_metrics_than_a_directive_takes() -> None:
    seen = Seen()
    for number in range(300):
        seen.count(Trace("complete", "Query", None, 0.5, asked_by=f"pattern_{number}"))
    written: list[str] = []
    with Observer(write=written.append).watching("r1") as own:
        own.patterns = seen.patterns

    directives = json.loads(written[0])["_aws"]["CloudWatchMetrics"]
    assert max(len(directive["Metrics"]) for directive in directives) <= 100


def test_requests_outside_of_any_request_count_for_none(world: World, lines: Lines) -> None:
    list(world.base.open_tasks("ann"))

    assert [] == lines()


def test_a_request_within_another_counts_for_itself_alone(world: World, lines: Lines) -> None:
    inner = adapters.rest_api(world.routes, Claims().from_rest)
    event = rest_event(Sent("GET", "/v1/tasks/a1", who=ANN))

    with Observer().watching("outer") as outer:
        inner(event, Context())

    assert {} == outer.patterns
    assert ["r1", "outer"] == [line["request_id"] for line in lines()]
