"""An export holds everything of its tenant, appears when it is whole, and can be read back."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.errors import InputError, ServiceFailed
from tabledesign.patterns.writes import item_of
from tabledesign.todo import Member, Role, Status, Task, TaskList, TodoRepository, User, UserRole
from tabledesign.todo.exporting import Exporter, scan_request
from tabledesign.todo.importing import Importer
from tabledesign.wire import Request, Response

from .conftest import WriteRows, scan

DATA = Path(__file__).parents[2] / "examples" / "data"
CREATED = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)
FULL = Task(
    task_id="t#1",
    list_id="home",
    user_id="nobody's",
    title='Feed "the" cat\nand 🐈',
    notes="",
    tags=frozenset({"b", "a"}),
    status=Status.DONE,
    due=date(2026, 12, 1),
    created_at=CREATED,
    completed_at=CREATED,
    completed_by="ann",
    kind="TODO",
    source="cat.md",
)


def todo(engine: object, tenant: str = "demo") -> TodoRepository:
    return TodoRepository(engine, tenant=tenant)


def filled(engine: EmbeddedEngine) -> TodoRepository:
    """One of everything, a task of a user and a list that are nowhere among them."""
    repository = todo(engine)
    repository.put(
        User(user_id="ann", name="Ann", email="a@b.c", role=UserRole.ADMIN, created_at=CREATED)
    )
    repository.put(TaskList(list_id="work", title="Work", owner_id="ann", created_at=CREATED))
    repository.put(Member(list_id="work", user_id="ann", role=Role.OWNER, since=CREATED))
    repository.put(FULL)
    return repository


def exported(engine: object) -> list[str]:
    stream = io.StringIO()
    Exporter(todo(engine)).to_stream(stream)
    return stream.getvalue().splitlines()


def test_an_import_of_an_export_restores_the_table_item_for_item(
    engine: EmbeddedEngine, other: EmbeddedEngine, tmp_path: Path
) -> None:
    filled(engine)
    report = Exporter(todo(engine)).to_file(tmp_path / "all.ndjson")
    Importer(todo(other), tmp_path / "all.ndjson").run()
    assert (report.users, report.lists, report.members, report.tasks) == (1, 1, 1, 1)
    assert scan(engine) == [item for item in scan(other) if item["entity"]["S"] != "Import"]


def test_grants_their_records_and_what_is_hidden_come_back_too(
    engine: EmbeddedEngine, other: EmbeddedEngine, tmp_path: Path
) -> None:
    repository = filled(engine)
    repository.create(User(user_id="bob", name="Bob", email="b@b.c"))
    repository.share("work", "bob", Role.VIEWER, CREATED, by="ann", purpose="ticket 7")
    repository.delete_list("work", CREATED, by="ann")
    repository.delete_user("bob", CREATED)
    report = Exporter(todo(engine)).to_file(tmp_path / "all.ndjson")
    Importer(todo(other), tmp_path / "all.ndjson").run()
    assert (report.records, report.members) == (2, 2)
    assert scan(engine) == [item for item in scan(other) if item["entity"]["S"] != "Import"]


def test_enriched_real_tasks_come_back_item_for_item(
    engine: EmbeddedEngine, other: EmbeddedEngine, tmp_path: Path
) -> None:
    comments = gzip.decompress((DATA / "todo-comments.ndjson.gz").read_bytes()).splitlines(True)
    path, export = tmp_path / "part.ndjson", tmp_path / "all.ndjson.gz"
    path.write_bytes(b"".join(comments[:1_500]))
    Importer(todo(engine), path, seed="demo").run()
    Exporter(todo(engine)).to_file(export)
    Importer(todo(other), export).run()
    kept = ("User", "List", "Member", "Task")
    assert all(scan(engine, entity=name) for name in kept)
    assert all(scan(engine, entity=name) == scan(other, entity=name) for name in kept)


def test_a_task_of_a_user_who_is_in_no_directory_is_exported(engine: EmbeddedEngine) -> None:
    filled(engine)
    [line] = [line for line in exported(engine) if '"id":' in line]
    assert json.loads(line)["user"] == "nobody's"


def test_an_export_begins_and_ends_with_lines_that_say_what_it_is(
    engine: EmbeddedEngine,
) -> None:
    filled(engine)
    lines = exported(engine)
    assert (lines[0], lines[-1], len(lines)) == (
        '{"entity":"Export","format":1}',
        '{"entity":"End","lines":4}',
        6,
    )


def test_another_tenant_is_not_exported_even_where_its_name_starts_alike(
    engine: EmbeddedEngine,
) -> None:
    filled(engine)
    for tenant in ("demo2", "dem", "demo#", "demo%"):
        todo(engine, tenant).put(User(user_id="eve", name="Eve"))
    assert [line for line in exported(engine) if "eve" in line] == []


def test_the_file_appears_when_it_is_complete_and_not_before(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    filled(engine)
    path = tmp_path / "all.ndjson"
    path.write_text("what was there", encoding="utf-8")
    broken = ScriptedEngine(fault=lambda request, number: ServiceFailed("failed", code="x"))
    with pytest.raises(ServiceFailed):
        Exporter(todo(broken)).to_file(path)
    assert [path] == list(tmp_path.iterdir())
    assert path.read_text(encoding="utf-8") == "what was there"
    Exporter(todo(engine)).to_file(path)
    assert [path] == list(tmp_path.iterdir())
    assert len(path.read_text(encoding="utf-8").splitlines()) == 6


def test_a_file_that_ends_in_gz_is_gzipped(engine: EmbeddedEngine, tmp_path: Path) -> None:
    filled(engine)
    Exporter(todo(engine)).to_file(tmp_path / "all.ndjson.gz")
    with gzip.open(tmp_path / "all.ndjson.gz", "rt", encoding="utf-8") as file:
        assert sorted(file.read().splitlines()) == sorted(exported(engine))


def test_a_folder_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    unasked = ScriptedEngine()
    with pytest.raises(InputError) as caught:
        Exporter(todo(unasked)).to_file(tmp_path / "none" / "all.ndjson")
    assert (caught.value.code, unasked.requests) == ("export.no_folder", [])


def test_items_that_cannot_be_read_are_listed_and_the_others_exported(
    engine: EmbeddedEngine,
) -> None:
    repository = filled(engine)
    item = item_of(FULL, "demo") | {"status": {"S": "lost"}, "pk": {"S": "demo#Task#t2#"}}
    engine.send(Request("PutItem", {"TableName": "todo", "Item": item}))
    exporter = Exporter(repository)
    report = exporter.to_stream(io.StringIO())
    assert (report.lines, [u.key["pk"] for u in report.unreadable]) == (4, ["demo#Task#t2#"])


def test_the_scan_is_filtered_by_the_tenant_and_reads_what_was_last_written() -> None:
    repository = todo(ScriptedEngine(), "a#b")
    assert scan_request(repository.context).parameters == {
        "TableName": "todo",
        "ConsistentRead": True,
        "FilterExpression": "begins_with(#pk, :tenant)",
        "ExpressionAttributeNames": {"#pk": "pk"},
        "ExpressionAttributeValues": {":tenant": {"S": "a%23b#"}},
        "ReturnConsumedCapacity": "TOTAL",
    }


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, -2), slice(2, None)], ids=str)
def test_an_export_with_lines_missing_is_refused_whole(
    engine: EmbeddedEngine, other: EmbeddedEngine, tmp_path: Path, cut: slice
) -> None:
    filled(engine)
    path = tmp_path / "cut.ndjson"
    path.write_text("\n".join(exported(engine)[cut]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Importer(todo(other), path).run()
    assert (caught.value.code, scan(other)) == ("rows.truncated", [])


def test_two_exports_one_after_the_other_are_one_import(
    engine: EmbeddedEngine, other: EmbeddedEngine, tmp_path: Path
) -> None:
    filled(engine)
    path = tmp_path / "two.ndjson"
    path.write_text("\n".join([*exported(engine), *exported(engine)]), encoding="utf-8")
    assert Importer(todo(other), path).run().tasks == 2
    assert len(scan(other, entity="Task")) == 1


def test_enriching_an_export_is_refused(engine: EmbeddedEngine, tmp_path: Path) -> None:
    filled(engine)
    Exporter(todo(engine)).to_file(tmp_path / "all.ndjson")
    with pytest.raises(InputError) as caught:
        Importer(todo(engine), tmp_path / "all.ndjson", seed="demo").run()
    assert caught.value.code == "import.complete"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"entity": "Robot"}, "row.entity_unknown"),
        ({"entity": 5}, "row.entity_unknown"),
        ({"entity": "User", "user_id": "ann"}, "row.entity_invalid"),
        ({"entity": "User", "user_id": "", "name": "Ann"}, "row.field_empty"),
        ({"entity": "User", "user_id": "ann", "name": "\ud800"}, "row.not_utf8"),
        ({"entity": "Member", "list_id": "l", "user_id": "u", "role": "god"}, "row.entity_invalid"),
        ({"entity": "Export", "format": 2}, "row.export_format"),
        ({"entity": "End"}, "row.wrong_kind"),
        ({"entity": "User", "user_id": "x" * 3_000, "name": "Ann"}, "key.too_long"),
    ],
)
def test_a_line_that_states_no_entity_is_a_bad_row(
    engine: EmbeddedEngine, rows: WriteRows, line: dict[str, Any], code: str
) -> None:
    importer = Importer(todo(engine), rows({}, line), on_bad="skip")
    report = importer.run()
    assert [(bad.line, bad.code) for bad in report.bad_rows] == [(2, code)]


def test_memory_does_not_grow_with_what_is_exported(tmp_path: Path) -> None:
    def pages(count: int) -> int:
        page: list[Any] = [item_of(FULL, "demo")] * 1_000

        def answer(request: Request, number: int) -> Response:
            more = {"LastEvaluatedKey": {"pk": {"S": "x"}}} if number < count else {}
            return {"Items": page, **more}

        tracemalloc.start()
        Exporter(todo(ScriptedEngine(fault=answer))).to_file(tmp_path / "all.ndjson")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    pages(6)  # what is compiled, imported and cached once
    assert pages(9) < pages(3) + 100_000
