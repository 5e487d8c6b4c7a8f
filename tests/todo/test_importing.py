"""An import writes each row once, whatever happens in between, and says what it did."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.errors import InputError, ServiceFailed, Throttled
from tabledesign.todo import Task, TodoRepository, User
from tabledesign.todo.importing import Importer, ImportReport
from tabledesign.todo.row import Row, as_given
from tabledesign.todo.rows import OnBad, read_rows
from tabledesign.wire import Request, Response

from .conftest import WriteRows, scan
from .oracle import Oracle

DATA = Path(__file__).parents[2] / "examples" / "data"


def todo(engine: object) -> TodoRepository:
    return TodoRepository(engine, tenant="demo")


def run(engine: object, path: Path, *, on_bad: OnBad = "refuse", again: bool = False,
        seed: str | None = None) -> ImportReport:  # fmt: skip
    return Importer(todo(engine), path, on_bad=on_bad, again=again, seed=seed).run()


def refused(importer: Importer) -> InputError:
    with pytest.raises(InputError) as caught:
        importer.run()
    return caught.value


def writes(engine: ScriptedEngine) -> list[str]:
    return [r.operation for r in engine.requests if r.operation in {"BatchWriteItem", "PutItem"}]


def test_each_row_becomes_a_task_with_its_user_and_its_list(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    report = run(engine, rows({}, {"user": "bob", "list": "work"}))
    assert (report.tasks, report.users, report.lists, report.members) == (2, 2, 2, 0)
    assert [task.task_id for task in todo(engine).tasks_of_user("bob")] == ["t2"]
    assert [user.name for user in todo(engine).users()] == ["ann", "bob"]


# The larger file is loaded whole in `tests/proof/test_large_file.py`.
def test_a_file_of_examples_is_loaded_whole_and_answers_like_plain_python(
    engine: EmbeddedEngine,
) -> None:
    path = DATA / "todo-comments.ndjson.gz"
    report = run(engine, path)
    oracle = Oracle(as_given(row) for row in read_rows(path) if isinstance(row, Row))
    assert (6_367, 377, 40) == (report.tasks, report.users, report.lists)
    for user in oracle.users()[:: len(oracle.users()) // 10]:
        found = [task.task_id for task in todo(engine).tasks_of_user(user)]
        assert [row.id for row in oracle.tasks_by_user(user)] == found


def test_an_enriched_import_writes_members_and_emails(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    report = run(engine, rows({}, {"user": "bob"}), seed="demo")
    assert report.members == 2
    roles = [member.role.value for member in todo(engine).members_of_list("home")]
    assert max(roles) == "owner"
    assert all(user.email for user in todo(engine).users())


def test_importing_again_changes_nothing_and_keeps_what_was_changed_since(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    path = rows({}, {})
    run(engine, path)
    todo(engine).complete("t1", datetime(2026, 11, 24, tzinfo=UTC))
    before = scan(engine)
    report = run(engine, path)
    assert (report.already_done, report.tasks) == (True, 0)
    assert before == scan(engine)


def test_again_overwrites_what_was_changed_since(engine: EmbeddedEngine, rows: WriteRows) -> None:
    path = rows({}, {})
    run(engine, path)
    before = scan(engine)
    todo(engine).complete("t1", datetime(2026, 11, 24, tzinfo=UTC))
    report = run(engine, path, again=True)
    assert (report.tasks, report.finished) == (2, True)
    assert before == scan(engine)


def test_a_repetition_that_stops_is_no_longer_noted_as_finished(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    path = rows(*({} for _ in range(300)))
    run(engine, path)
    todo(engine).complete("t300", datetime(2026, 11, 24, tzinfo=UTC))
    broken = ScriptedEngine(engine, fault=fail_on_batch(9))
    with pytest.raises(ServiceFailed):
        run(broken, path, again=True)
    assert run(engine, path).tasks == 300
    assert todo(engine).task("t300").one().completed_at is None


def test_users_who_are_there_are_left_as_they_are(engine: EmbeddedEngine, rows: WriteRows) -> None:
    ann = todo(engine).put(User(user_id="ann", name="Ann", email="ann@example.com"))
    report = run(engine, rows({}, {"user": "bob"}))
    assert (report.users, report.kept) == (1, 1)
    assert ann == todo(engine).user("ann").one()


def test_one_bad_row_refuses_the_file_before_anything_is_written(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    path = rows({}, {"created_at": "yesterday"}, {}, {"title": None})
    watched = ScriptedEngine(engine)
    importer = Importer(todo(watched), path)
    error = refused(importer)
    assert error.code == "import.bad_rows"
    assert error.message.startswith("tasks.ndjson, line 2: created_at")
    assert "1 more" in error.message
    assert [bad.line for bad in importer.report.bad_rows] == [2, 4]
    assert writes(watched) == []
    assert importer.report.where_it_stopped() == "Nothing was written."


def test_bad_rows_are_skipped_by_choice_and_named_by_line(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    path = rows({}, {"created_at": "yesterday"}, {})
    report = run(engine, path, on_bad="skip")
    assert (report.tasks, report.bad) == (2, 1)
    assert [(bad.line, bad.code) for bad in report.bad_rows] == [(2, "row.not_an_instant")]
    assert [item["task_id"]["S"] for item in scan(engine, entity="Task")] == ["t1", "t3"]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x" * 1_100},
        {"user": "é" * 1_100},
        {"list": "x" * 1_020},
        {"assignee": "x" * 2_100},
        {"notes": "x" * 410_000},
    ],
    ids=["id", "user", "list", "assignee", "notes"],
)
def test_a_row_that_fits_no_item_is_a_bad_row(
    engine: EmbeddedEngine, rows: WriteRows, change: dict[str, object]
) -> None:
    report = run(engine, rows({}, change, {}), on_bad="skip")
    assert (report.tasks, [bad.line for bad in report.bad_rows]) == (2, [2])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b'{"id":"t1"}\n' * 20_000)[:-20], "rows.truncated"),
        (b"\x00\x01\x02binary", "rows.not_a_table"),
        (b"a,b,c\n1,2,3\n", "rows.not_a_table"),
        (b"[{}]", "rows.not_a_table"),
    ],
    ids=["truncated", "binary", "other-csv", "json-array"],
)
def test_a_file_that_is_no_table_of_tasks_is_refused_whole(
    engine: EmbeddedEngine, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "tasks"
    path.write_bytes(content)
    watched = ScriptedEngine(engine)
    for on_bad in ("refuse", "skip"):
        assert refused(Importer(todo(watched), path, on_bad=on_bad)).code == code
    assert writes(watched) == []


def test_a_missing_file_and_a_pipe_are_refused(engine: EmbeddedEngine, tmp_path: Path) -> None:
    assert refused(Importer(todo(engine), tmp_path / "none")).code == "rows.no_file"
    assert refused(Importer(todo(engine), Path("/dev/null"))).code == "rows.not_a_file"


def fail_on_batch(number: int) -> Fault:
    """The n-th BatchWriteItem and all after it fail."""
    seen: list[Request] = []

    def fault(request: Request, _: int) -> Response | Exception | None:
        if request.operation == "BatchWriteItem":
            seen.append(request)
        if len(seen) >= number:
            return ServiceFailed("DynamoDB failed; try again", code="service.failed")
        return None

    return fault


def test_an_engine_that_fails_in_the_middle_is_gone_on_from(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    path = rows(*({} for _ in range(1_300)))
    importer = Importer(todo(ScriptedEngine(engine, fault=fail_on_batch(47))), path)
    with pytest.raises(ServiceFailed):
        importer.run()
    # One batch holds the user and the list, and the 45 after it 25 tasks each.
    assert importer.report.tasks == 45 * 25 == len(scan(engine, entity="Task"))
    assert importer.report.where_it_stopped().startswith(
        "Written and acknowledged so far: 1,125 tasks, 1 users, 1 lists and 0 members. Run the "
    )
    report = run(engine, path)
    assert (report.resumed_after, report.tasks) == (1_000, 300)
    assert len(scan(engine, entity="Task")) == 1_300


def test_throttled_batches_are_sent_again_with_pauses(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    def fault(request: Request, number: int) -> Exception | None:
        if request.operation == "BatchWriteItem" and number % 2:
            return Throttled("too fast; wait", code="request.throttled")
        return None

    throttling = ScriptedEngine(engine, fault=fault)
    report = run(throttling, rows(*({} for _ in range(60))))
    assert report.tasks == len(scan(engine, entity="Task")) == 60
    assert 0 < throttling.clock.slept[0] <= 0.05


def test_a_table_that_takes_nothing_in_time_leaves_the_import_open(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    def fault(request: Request, _: int) -> Response | None:
        if request.operation != "BatchWriteItem":
            return None
        return {"UnprocessedItems": request.parameters["RequestItems"]}

    importer = Importer(todo(ScriptedEngine(engine, fault=fault)), rows({}))
    assert refused(importer).code == "import.incomplete"
    # Users are written by transactions, for their unique emails: they alone got through.
    assert scan(engine) == scan(engine, entity="User")
    assert importer.report.written == len(scan(engine, entity="User"))


def test_a_file_that_changes_meanwhile_is_noticed(engine: EmbeddedEngine, rows: WriteRows) -> None:
    path = rows({}, {})

    def grow(phase: str, done: int, total: int) -> None:
        if phase == "people":  # once, between the two passes
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": "late"}) + "\n")

    error = refused(Importer(todo(engine), path, progress=grow))
    assert error.code == "import.file_changed"


def test_progress_counts_bytes_of_the_file_and_ends_at_all_of_them(
    engine: EmbeddedEngine, rows: WriteRows
) -> None:
    told: list[tuple[str, int, int]] = []

    def tell(phase: str, done: int, total: int) -> None:
        told.append((phase, done, total))

    path = rows({}, {}, {})
    Importer(todo(engine), path, progress=tell).run()
    size = path.stat().st_size
    assert [phase for phase, _, _ in told[-1:]] == ["tasks"]
    assert told[-1][1:] == (size, size)
    assert {phase for phase, _, _ in told} == {"reading", "people", "tasks"}


def test_a_task_keeps_every_column_of_its_row(engine: EmbeddedEngine, rows: WriteRows) -> None:
    change = {
        "notes": "twice a day",
        "tags": ["pets", "daily"],
        "status": "doing",
        "priority": "high",
        "due": "2026-12-01",
        "assignee": "bob",
        "kind": "TODO",
        "file": "cat.md",
    }
    run(engine, rows(change))
    task: Task = todo(engine).task("t1").one()
    assert (task.notes, task.tags, task.status.value) == (
        "twice a day",
        frozenset({"pets", "daily"}),
        "doing",
    )
    assert (task.priority.value, str(task.due), task.assignee) == ("high", "2026-12-01", "bob")
    assert (task.kind, task.source) == ("TODO", "cat.md")
