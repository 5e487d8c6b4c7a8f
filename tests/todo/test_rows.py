"""Files of tasks are read row by row, and what is wrong in one is named by line."""

from __future__ import annotations

import gzip
import json
import os
import threading
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tabledesign.errors import InputError
from tabledesign.todo.row import BadRow, Row, as_given, dump_row
from tabledesign.todo.row_source import LINE_BYTES
from tabledesign.todo.rows import Reader, read_rows

DATA = Path(__file__).parents[2] / "examples" / "data"
GOOD: Mapping[str, object] = {
    "id": "t1",
    "list": "home",
    "user": "ann",
    "title": "Feed the cat",
    "created_at": "2026-11-23T09:30:00+01:00",
}
HEADER = "id,list,user,title,created_at\n"


def ndjson(*changes: Mapping[str, object]) -> bytes:
    """One good row for each of the changes made to it."""
    return b"".join(json.dumps({**GOOD, **change}).encode() + b"\n" for change in changes)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(content: bytes | str, *, name: str = "tasks.ndjson") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def bad_rows(path: Path) -> list[tuple[int, str]]:
    found = read_rows(path, on_bad="skip")
    return [(row.line, row.code) for row in found if isinstance(row, BadRow)]


def good_rows(path: Path, *, after_line: int = 0) -> list[Row]:
    reader = Reader(path, on_bad="skip", after_line=after_line)
    return [row for row in reader if isinstance(row, Row)]


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        list(read_rows(path))
    return caught.value


def test_every_row_of_the_todo_comments_is_read_with_an_id_of_its_own() -> None:
    rows = list(read_rows(DATA / "todo-comments.ndjson.gz"))
    good = [row for row in rows if isinstance(row, Row)]
    assert (len(rows), len(good), len({row.id for row in good})) == (6_367, 6_367, 6_367)
    assert {row.kind for row in good} == {"TODO", "FIXME", "XXX"}


def test_every_row_of_the_commits_is_read_with_the_id_it_has() -> None:
    lines = 0
    seen: set[str] = set()
    heavy: dict[str, int] = {}
    for row in read_rows(DATA / "commits.ndjson.gz"):
        assert isinstance(row, Row)
        lines += 1
        seen.add(row.id)
        heavy[row.user] = heavy.get(row.user, 0) + 1
    assert (lines, len(seen), len(heavy), max(heavy.values())) == (94_457, 94_457, 5_893, 11_761)


def test_reading_again_gives_the_same_ids() -> None:
    reader = Reader(DATA / "todo-comments.ndjson.gz")
    assert list(reader) == list(reader)


def test_derived_ids_never_change_between_releases() -> None:
    rows = good_rows(DATA / "todo-comments.ndjson.gz")
    assert [row.id for row in rows[:2]] == ["ed1d8a3db2d26be4", "5bb18bf4cb102dbd"]


def test_equal_rows_without_an_id_get_different_ids(written: Callable[..., Path]) -> None:
    rows = good_rows(written(ndjson({"id": None}, {"id": None}, {"id": None, "title": "else"})))
    assert len({row.id for row in rows}) == 3


def test_a_row_has_the_same_derived_id_in_ndjson_and_in_csv(written: Callable[..., Path]) -> None:
    table = "list,user,title,created_at\nhome,ann,Feed the cat,2026-11-23T08:30:00Z\n"
    [from_csv] = good_rows(written(table, name="t.csv"))
    [from_ndjson] = good_rows(written(ndjson({"id": None})))
    assert from_csv.id == from_ndjson.id


def test_resuming_after_a_line_gives_the_rows_that_were_left_with_their_ids() -> None:
    path = DATA / "todo-comments.ndjson.gz"
    assert good_rows(path, after_line=4_000) == good_rows(path)[4_000:]


def test_resuming_passes_over_bad_rows_that_were_reported(written: Callable[..., Path]) -> None:
    path = written(b"bad\n" + ndjson({}))
    assert [row.line for row in Reader(path, after_line=1)] == [2]


def test_progress_is_counted_in_the_bytes_of_the_file_as_stored() -> None:
    reader = Reader(DATA / "todo-comments.ndjson.gz")
    counts = [reader.bytes_read for _ in reader]
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[-1] == reader.bytes_total == reader.path.stat().st_size


def test_memory_does_not_grow_with_rows_that_have_ids(written: Callable[..., Path]) -> None:
    path = written(gzip.compress(ndjson(*({"id": f"t{n}"} for n in range(40_000)))))
    tracemalloc.start()
    count = sum(1 for _ in read_rows(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 40_000
    assert peak < 2_000_000


@pytest.mark.parametrize("name", ["t.csv", "t.ndjson", "t", "t.txt"])
def test_content_decides_what_a_file_is_whatever_its_name(
    written: Callable[..., Path], name: str
) -> None:
    assert [row.id for row in good_rows(written(ndjson({}), name=name))] == ["t1"]
    assert [row.id for row in good_rows(written(gzip.compress(ndjson({})), name=name))] == ["t1"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_with_the_separator_of_its_header(
    written: Callable[..., Path], separator: str
) -> None:
    table = HEADER + "t1,home,ann,,2026-11-23T09:30:00+01:00\n"
    [row] = good_rows(written(gzip.compress(table.replace(",", separator).encode()), name="t.gz"))
    assert (row.id, row.title, row.created_at) == (
        "t1",
        "",
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    )


def test_a_csv_row_is_named_by_the_line_it_starts_on(written: Callable[..., Path]) -> None:
    when = "2026-11-23T08:30Z"
    table = f'\ufeff\n{HEADER}t1,home,ann,"two\nlines, ""quoted""",{when}\r\n\nt2,home,ann,x,{when}'
    rows = good_rows(written(table, name="t.csv"))
    assert [(row.line, row.title) for row in rows] == [(3, 'two\nlines, "quoted"'), (6, "x")]


def test_all_columns_are_read_from_csv(written: Callable[..., Path]) -> None:
    table = (
        "list,user,title,created_at,notes,tags,status,priority,due,completed_at,assignee,colour\n"
        'home,ann,x,2026-11-23T08:30Z,n,"a, b,a",done,high,2026-12-01,2026-11-24T08:30Z,bob,red\n'
    )
    [row] = good_rows(written(table, name="t.csv"))
    assert (row.notes, row.tags, row.status, row.priority) == ("n", ("a", "b"), "done", "high")
    assert (row.due, row.assignee) == (date(2026, 12, 1), "bob")


def test_blank_lines_and_rows_of_empty_cells_are_passed_over(
    written: Callable[..., Path],
) -> None:
    table = "  \n" + HEADER + ",,,,\nt1,home,ann,x,2026-11-23T08:30Z\n  \n , ,,,\n"
    assert [row.line for row in read_rows(written(table, name="t.csv"))] == [4]
    assert [row.line for row in read_rows(written(b"\n \n" + ndjson({}) + b"\n"))] == [3]


def test_a_pipe_is_read_without_a_total(written: Callable[..., Path], tmp_path: Path) -> None:
    content = gzip.compress(ndjson({}))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    reader = Reader(pipe)
    assert ([row.line for row in reader], reader.bytes_total) == ([1], 0)
    writer.join()


def test_an_empty_file_has_no_rows(written: Callable[..., Path]) -> None:
    assert [good_rows(written(content)) for content in (b"", b"\n\n", gzip.compress(b""))] == [
        []
    ] * 3


def test_what_is_written_reads_back_the_same(written: Callable[..., Path]) -> None:
    rows = [as_given(row) for row in good_rows(DATA / "todo-comments.ndjson.gz")]
    path = written("\n".join(dump_row(row) for row in rows))
    assert good_rows(path) == rows


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": None}, "row.field_missing"),
        ({"user": ""}, "row.field_empty"),
        ({"id": 7}, "row.wrong_kind"),
        ({"title": True}, "row.wrong_kind"),
        ({"notes": {"a": 1}}, "row.wrong_kind"),
        ({"tags": "a"}, "row.wrong_kind"),
        ({"tags": ["a", 1]}, "row.wrong_kind"),
        ({"tags": [""]}, "row.wrong_kind"),
        ({"title": "\ud800"}, "row.not_utf8"),
        ({"created_at": "2026-11-23T09:30:00"}, "row.naive_instant"),
        ({"created_at": "2026-11-23"}, "row.naive_instant"),
        ({"created_at": 1_700_000_000}, "row.wrong_kind"),
        ({"completed_at": "yesterday"}, "row.not_an_instant"),
        ({"completed_at": "0001-01-01T00:00:00+14:00"}, "row.not_an_instant"),
        ({"due": "2026-11-31"}, "row.not_a_day"),
        ({"due": "2026-W01-1"}, "row.not_a_day"),
        ({"due": "2026-11-23T00:00:00Z"}, "row.not_a_day"),
        ({"status": "open"}, "row.not_a_choice"),
        ({"priority": "urgent"}, "row.not_a_choice"),
        ({"status": "done"}, "row.contradiction"),
        ({"notes": float("nan")}, "row.not_a_number"),
        ({"estimate": float("inf")}, "row.not_a_number"),
    ],
)
def test_a_row_with_a_wrong_value_is_named_and_the_others_are_read(
    written: Callable[..., Path], change: Mapping[str, object], code: str
) -> None:
    path = written(ndjson({}, change, {}))
    assert bad_rows(path) == [(2, code)]
    assert [row.line for row in good_rows(path)] == [1, 3]
    assert refusal(path).code == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"id": "t1"', "row.not_json"),
        (b"nonsense", "row.not_json"),
        (b'"text"', "row.not_an_object"),
        (b"[1]", "row.not_an_object"),
        (b'{"a": 1, "a": 2}', "row.name_repeated"),
        (b'{"a": ' + b"[" * 100_000, "row.not_json"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "row.not_json"),
        (b'{"title": "\xff"}', "row.not_utf8"),
        (b'{"title": "' + b"x" * LINE_BYTES + b'"}', "row.too_long"),
    ],
)
def test_a_line_that_is_no_object_is_named_and_the_others_are_read(
    written: Callable[..., Path], line: bytes, code: str
) -> None:
    path = written(ndjson({}) + line + b"\n" + ndjson({}))
    assert bad_rows(path) == [(2, code)]
    assert [row.line for row in good_rows(path)] == [1, 3]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("t2,home,ann,x", "row.cells_mismatch"),
        ("t2,home,ann,x,y,2026-11-23T08:30Z", "row.cells_mismatch"),
        (HEADER.strip(), "row.header_repeated"),
        ('t2,home,ann,"x"y,2026-11-23T08:30Z', "row.not_csv"),
        ("t2,,ann,x,2026-11-23T08:30Z", "row.field_missing"),
        ("t2,home,ann,x,2026-11-23T08:30", "row.naive_instant"),
        (b"t2,home,ann,\xff,2026-11-23T08:30Z".decode(errors="surrogateescape"), "row.not_utf8"),
        ("t2,home,ann," + "x" * LINE_BYTES, "row.too_long"),
    ],
)
def test_a_bad_csv_row_is_named_and_the_others_are_read(
    written: Callable[..., Path], line: str, code: str
) -> None:
    good = "t1,home,ann,x,2026-11-23T08:30Z\n"
    content = (HEADER + good + line + "\n" + good).encode(errors="surrogateescape")
    path = written(content, name="t.csv")
    assert bad_rows(path) == [(3, code)]
    assert [row.line for row in good_rows(path)] == [2, 4]


def test_a_quote_left_open_is_named_by_the_line_it_opens_on(written: Callable[..., Path]) -> None:
    path = written(HEADER + 't1,home,ann,"x,2026-11-23T08:30Z\nt2,home\n', name="t.csv")
    assert bad_rows(path) == [(2, "row.not_csv")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[\n" + ndjson({}) + b"]", "rows.not_a_table"),
        (b"PAR1\x15\x04", "rows.not_a_table"),
        (b"PK\x03\x04xlsx", "rows.not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "rows.not_a_table"),
        (HEADER.encode("utf-16"), "rows.not_a_table"),
        (gzip.compress(gzip.compress(ndjson({}))), "rows.not_a_table"),
        (b"a,b,c\n1,2,3\n", "rows.not_a_table"),
        (b"once upon a time", "rows.not_a_table"),
        (b"id,list,user,title,created_at,id\n", "rows.column_repeated"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(
    written: Callable[..., Path], content: bytes, code: str
) -> None:
    path = written(content, name="file")
    with pytest.raises(InputError) as caught:
        list(read_rows(path, on_bad="skip"))
    assert caught.value.code == code


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9999])
def test_a_truncated_gzip_hands_out_what_came_whole_and_says_how_far_it_came(
    written: Callable[..., Path], share: float
) -> None:
    whole = (DATA / "todo-comments.ndjson.gz").read_bytes()
    path = written(whole[: int(len(whole) * share)])
    lines: list[int] = []
    with pytest.raises(InputError) as caught:
        lines.extend(row.line for row in read_rows(path))
    assert caught.value.code == "rows.truncated"


def test_the_error_of_a_truncated_gzip_names_the_last_good_line(
    written: Callable[..., Path],
) -> None:
    path = written((DATA / "todo-comments.ndjson.gz").read_bytes()[:50_000])
    lines: list[int] = []
    with pytest.raises(InputError) as caught:
        lines.extend(row.line for row in read_rows(path))
    last = lines[-1]
    assert last > 500
    assert caught.value.details == {"line": last}
    assert f"after line {last}, the last whole one" in caught.value.message


def test_a_damaged_gzip_is_refused_where_it_breaks(written: Callable[..., Path]) -> None:
    content = bytearray(gzip.compress(ndjson(*({"id": os.urandom(8).hex()} for _ in range(500)))))
    content[-8] ^= 1
    assert refusal(written(bytes(content))).code == "rows.damaged"


def test_a_file_that_is_not_there_is_named_before_reading(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_rows(tmp_path / "nowhere.csv")
    assert caught.value.code == "rows.no_file"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_rows(tmp_path)
    assert caught.value.code == "rows.is_a_directory"


def test_no_message_repeats_a_value_of_the_row(written: Callable[..., Path]) -> None:
    secret = "hunter2"
    names = ("id", "user", "title", "due", "created_at", "completed_at", "status", "tags", "notes")
    path = written(ndjson(*({name: [secret]} for name in names), *({n: secret} for n in names[3:])))
    messages = [str(row) for row in read_rows(path, on_bad="skip") if isinstance(row, BadRow)]
    assert len(messages) == 13
    assert [message for message in messages if secret in message] == []


def test_the_refusal_names_file_line_column_and_remedy(written: Callable[..., Path]) -> None:
    path = written(ndjson({}, {"created_at": "2026-11-23T09:30:00"}))
    assert refusal(path).message == (
        "tasks.ndjson, line 2: created_at has no zone; end it with Z or an offset like +01:00"
    )
