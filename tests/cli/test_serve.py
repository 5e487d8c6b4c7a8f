"""`tabledesign serve`: what it is told, what it says, and what it serves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.gateway.browsing import visit

from tabledesign.cli import serving
from tabledesign.gateway.guard import App
from tabledesign.gateway.serving import listening

DESIGN = """
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern

notes = Table("notes")


class Note(Entity, table=notes):
    author: str
    note_id: str
    by_id = Key(partition="author", sort="note_id")


class Notes(Repository, table=notes):
    @access_pattern
    def of_author(self, author: str) -> Query[Note]:
        '''What an author noted.'''
        return Note.by_id.query(author=author)
"""

Look = Callable[[App, str], None]


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Look], None]:
    """Has the served application looked at, instead of waiting for a browser."""

    def look_with(look: Look) -> None:
        def answer(app: App, listener: socket.socket) -> None:
            look(app, f"127.0.0.1:{listener.getsockname()[1]}")

        monkeypatch.setattr(serving, "serve", answer)

    return look_with


def test_a_design_is_served_with_a_route_for_each_pattern(
    run: Run, looking: Callable[[Look], None]
) -> None:
    Path("design.py").write_text(DESIGN)
    seen: list[object] = []

    def look(app: App, host: str) -> None:
        send = {"user": "ann"}
        token = visit(app, "/sign-in/token", method="POST", host=host, send=send).json["token"]
        bearer = f"Bearer {token}"
        path = "/v1/Notes/of_author?author=ann"
        seen.append(visit(app, path, host=host, authorization=bearer).json["items"])
        for page in ("/", "/explorer", "/reference", "/openapi.json", "/sign-in", "/app"):
            seen.append(visit(app, page, host=host, accept="text/html").status)

    looking(look)

    done = run("serve", "design.py:notes", "--port", "0")

    assert (0, "") == (done.exit_code, done.err)
    # The page of lists is the to-do design's own.
    assert [[], 200, 200, 200, 200, 200, 404] == seen
    assert "notes on http://127.0.0.1:" in done.out
    assert "/reference" in done.out


def test_the_todo_design_is_served_with_its_sample_data_and_again_from_its_file(
    run: Run, looking: Callable[[Look], None]
) -> None:
    seen: list[object] = []

    def look(app: App, host: str) -> None:
        send = {"user": "cy"}
        token = visit(app, "/sign-in/token", method="POST", host=host, send=send).json["token"]
        mine = visit(app, "/v1/lists", host=host, authorization=f"Bearer {token}").json["items"]
        seen.append([each["list"]["title"] for each in mine])
        seen.append(visit(app, "/app", host=host, accept="text/html").status)

    looking(look)

    for _ in range(2):
        done = run("serve", "--port", "0", "--state", "todo.state")
        assert (0, "") == (done.exit_code, done.err)
    assert [["Summer party"], 200] * 2 == seen


def test_a_file_of_tasks_is_loaded_first(run: Run, looking: Callable[[Look], None]) -> None:
    Path("tasks.ndjson").write_text(
        '{"id": "t1", "list": "l1", "user": "zoe", "title": "Sweep", '
        '"created_at": "2026-01-01T00:00:00Z"}\n'
    )
    seen: list[int] = []
    looking(lambda app, host: seen.append(visit(app, "/", host=host).status))

    done = run("serve", "--port", "0", "--data", "tasks.ndjson")

    assert (0, [200]) == (done.exit_code, seen)


BAD: list[tuple[list[str], int, str]] = [
    (["no_such_module"], 2, "no module"),
    (["tabledesign.todo:Task"], 2, "not a Table"),
    (["design.py:notes", "--data", "tasks.ndjson"], 2, "--data is for the to-do design"),
    (["--port", "65536"], 2, "--port"),
    (["--port", "http"], 2, "--port"),
    (["--engine", "aws"], 2, "--engine"),
    (["--engine", "embedded", "--database", "d"], 2, "database is for the engine 'dynoxide'"),
    (["--state", "no/folder/state", "--port", "0"], 1, "folder"),
    (["--data", "no.ndjson", "--port", "0"], 1, "no.ndjson"),
    (["--host", "0.0.0.0"], 2, "--host"),
]


@pytest.mark.parametrize(("words", "exit_code", "said"), BAD, ids=lambda value: str(value)[:60])
def test_wrong_words_are_refused_in_one_sentence(
    run: Run, looking: Callable[[Look], None], words: list[str], exit_code: int, said: str
) -> None:
    Path("design.py").write_text(DESIGN)
    looking(lambda app, host: pytest.fail("it was served"))

    done = run("serve", *words)

    assert (exit_code, True) == (done.exit_code, said in done.err)
    assert "Traceback" not in done.err
    assert "http" not in done.out


def test_what_is_missing_is_named_and_nothing_else_needs_it(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "for name in ('aws_lambda_powertools', 'cedarpy', 'jwt', 'uvicorn'):\n"
        "    sys.modules[name] = None\n"
        "from tabledesign.cli import main\n"
        "main()"
    )
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", script, "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert "serving needs " in done.stderr
    assert "run `pip install tabledesign[serve]`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_before_anything_is_made(run: Run) -> None:
    with listening(0) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), "--state", "todo.state")

    assert (1, "") == (done.exit_code, done.out)
    assert f"port {port} is taken; end what holds it, or choose another with --port" in done.err
    assert not Path("todo.state").exists()


def test_a_table_that_is_not_the_designs_is_left_alone(run: Run) -> None:
    Path("design.py").write_text(DESIGN)
    Path("other.py").write_text(
        DESIGN.replace('Table("notes")', 'Table("notes", global_indexes=("gsi1",))').replace(
            '    by_id = Key(partition="author", sort="note_id")',
            '    by_id = Key(partition="author", sort="note_id")\n'
            '    by_note = Key("gsi1", partition="note_id")',
        )
    )
    assert 0 == run("table", "create", "design.py:notes", "--state", "s").exit_code

    done = run("serve", "other.py:notes", "--port", "0", "--state", "s")

    assert (1, "") == (done.exit_code, done.out)
    assert "is not the design's; see `tabledesign table diff`" in done.err
