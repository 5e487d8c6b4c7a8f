"""Help, exit codes and messages: no bad input ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Run

TODO = "tabledesign.todo:table"
COMMANDS = [
    [],
    ["check"],
    ["explain"],
    ["catalogue"],
    ["ask"],
    ["table"],
    ["table", "create"],
    ["table", "diff"],
    ["serve"],
    ["todo"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_shows_examples_and_exit_codes(run: Run, words: list[str]) -> None:
    done = run(*words, "--help")

    assert 0 == done.exit_code
    assert "Examples:\n    tabledesign " in done.out
    assert "Exit codes: 0 done, 1 the design or the data is refused, 2 wrong usage." in done.out
    assert "\x1b" not in done.out


BAD: list[tuple[list[str], int, str]] = [
    (["nope"], 2, "nope"),
    (["check"], 2, "TARGET"),
    (["check", "--nope"], 2, "--nope"),
    (["check", "no_such_module"], 2, "no module"),
    (["check", "no_such_file.py"], 2, "no file"),
    (["check", "tabledesign.todo:Task"], 2, "not a Table"),
    (["check", "broken.py"], 1, "ZeroDivisionError at broken.py:1"),
    (["explain", TODO, "nope"], 2, "no pattern"),
    (["explain", TODO, "task", "--repository", "Nope"], 2, "no repository"),
    (["ask", TODO, "task"], 2, "add task_id=<text>"),
    (["ask", TODO, "task", "task_id"], 2, "name=value"),
    (["ask", TODO, "task", "id=1"], 2, "task_id"),
    (["ask", TODO, "task", "task_id=1"], 2, "--tenant"),
    (["ask", TODO, "tasks_due", "user_id=a", "due=soon..", "--tenant", "a"], 2, "a date"),
    (["ask", TODO, "tasks_due", "user_id=a", "due=2026-01-01", "--tenant", "a"], 2, "FROM..TO"),
    (["ask", TODO, "task", "task_id=", "--tenant", "a"], 1, "task_id"),
    (["ask", TODO, "users", "--limit", "0", "--tenant", "a"], 2, "--limit"),
    (["ask", TODO, "users", "--engine", "nope", "--tenant", "a"], 2, "--engine"),
    (
        ["ask", TODO, "users", "--engine", "embedded", "--database", "d", "--tenant", "a"],
        2,
        "database is for the engine 'dynoxide'",
    ),
    (["ask", TODO, "users", "--endpoint-url", "nope", "--tenant", "a"], 2, "no URL"),
    (["ask", TODO, "users", "--cursor-key-file", "no", "--tenant", "a"], 2, "openssl"),
    (["ask", TODO, "task", "task_id=1", "--cursor", "x", "--tenant", "a", "--state", "s"], 2, "no"),
    (["ask", TODO, "users", "--tenant", "a"], 1, "aws configure"),
    (["ask", TODO, "users", "--profile", "nope", "--tenant", "a"], 1, "aws configure"),
    (["ask", TODO, "users", "--engine", "embedded", "--tenant", "a"], 1, "table create"),
    (["table", "create", TODO, "--state", "no/folder/state"], 1, "folder"),
    (["table", "create", TODO, "--state", "broken.py"], 1, "broken.py"),
    (["table", "diff", TODO, "--endpoint-url", "http://127.0.0.1:9"], 1, "127.0.0.1:9"),
]


@pytest.mark.parametrize(("words", "exit_code", "said"), BAD, ids=lambda value: str(value)[:60])
def test_bad_input_is_one_sentence_and_the_right_exit_code(
    run: Run, words: list[str], exit_code: int, said: str
) -> None:
    Path("broken.py").write_text("1 / 0\n")

    done = run(*words)

    assert (exit_code, "") == (done.exit_code, done.out)
    assert said in done.err
    assert "Traceback" not in done.err


def command(*words: str, folder: Path, **options: str) -> subprocess.Popen[str]:
    source = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source), **options}
    return subprocess.Popen(
        [sys.executable, "-c", "from tabledesign.cli import main; main()", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_console_script_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    out, err = command("--version", folder=tmp_path).communicate(timeout=60)

    assert ("tabledesign 0.1.0\n", "") == (out, err)


def test_a_refused_design_ends_a_process_with_1(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(
        "from tabledesign import Entity, Table\n"
        'table = Table("t")\n'
        "class A(Entity, table=table):\n"
        "    a: str\n"
    )
    process = command("check", "wrong", folder=tmp_path)
    _, err = process.communicate(timeout=60)

    assert 1 == process.returncode
    assert "schema.no_primary_key" in err
    assert "Traceback" not in err


def test_an_interrupt_ends_a_process_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        # A run in the background of a shell is born with interrupts ignored.
        "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
    )
    process = command("check", "interrupted.py", folder=tmp_path)
    _, err = process.communicate(timeout=60)

    assert (130, "tabledesign: interrupted\n") == (process.returncode, err)


def test_a_closed_pipe_ends_a_process_quietly(tmp_path: Path) -> None:
    process = command("explain", TODO, "--json", folder=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=60)
    process.stderr.close()

    assert (141, "") == (process.returncode, err)
