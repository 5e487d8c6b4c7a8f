from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tabledesign.engine import Engine, require
from tabledesign.engine import dynoxide as launcher
from tabledesign.engine.dynoxide import Dynoxide, find_binary
from tabledesign.errors import CapabilityMissing, EngineUnreachable, InputError, OutcomeUnknown
from tabledesign.wire import Item, Request

pytestmark = [pytest.mark.dynoxide, pytest.mark.engines]

Put = Callable[[Engine, str], None]
Get = Callable[[Engine, str], Item | None]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def put_until_refused(engine: Engine, put: Put) -> None:
    for n in range(10_000):  # the kernel may take a moment to end it
        with contextlib.suppress(OutcomeUnknown):
            put(engine, f"after {n}")


def connect_until_refused(port: int) -> None:
    for _ in range(10_000):  # it may take a moment to shut down
        with contextlib.suppress(ConnectionResetError):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_it_starts_and_answers(server: Dynoxide, create: Request, put: Put, get: Get) -> None:
    engine = server.engine()
    engine.send(create)
    put(engine, "a")
    item = get(engine, "a")
    assert item is not None
    assert (item["raw"], item["count"]) == ({"B": b"\x00\xff"}, {"N": "1.5"})


def test_what_was_acknowledged_survives_a_kill(
    tmp_path: Path, create: Request, put: Put, get: Get
) -> None:
    database = tmp_path / "todo.db"
    with Dynoxide(database) as server:
        engine = server.engine()
        engine.send(create)
        for n in range(20):
            put(engine, f"task {n}")
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(EngineUnreachable):
            put_until_refused(engine, put)
    with Dynoxide(database) as server:
        engine = server.engine()
        assert all(get(engine, f"task {n}") for n in range(20))


def test_stopping_leaves_no_process() -> None:
    server = Dynoxide().start()
    pid = server.pid
    server.stop()
    server.stop()
    assert not is_running(pid)


def test_starting_twice_is_one_process(server: Dynoxide) -> None:
    pid = server.pid
    assert pid == server.start().pid


def test_a_server_that_is_dropped_is_stopped() -> None:
    server = Dynoxide().start()
    pid = server.pid
    del server
    assert not is_running(pid)


def test_the_process_ends_with_one_that_is_killed() -> None:
    program = (
        "import os, signal; from tabledesign.engine.dynoxide import Dynoxide\n"
        "server = Dynoxide().start(); print(server.port, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    with pytest.raises(ConnectionRefusedError):
        connect_until_refused(int(run.stdout))


def test_a_port_taken_in_between_is_left_for_another(
    monkeypatch: pytest.MonkeyPatch, server: Dynoxide
) -> None:
    free = launcher._free_port
    ports = [server.port, server.port]
    monkeypatch.setattr(launcher, "_free_port", lambda: ports.pop() if ports else free())
    with Dynoxide() as second:
        assert (ports, second.port == server.port) == ([], False)


def test_a_start_that_fails_shows_what_the_program_said(tmp_path: Path) -> None:
    database = tmp_path / "broken.db"
    database.write_bytes(b"no database " * 400)
    with pytest.raises(EngineUnreachable, match="not a valid SQLite database") as caught:
        Dynoxide(database).start()
    assert caught.value.code == "engine.not_started"


def test_a_client_before_the_start_names_the_remedy() -> None:
    with pytest.raises(EngineUnreachable, match="with statement"):
        Dynoxide().client()


def test_a_missing_program_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(launcher, "INSTALLED", Path("nowhere"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="npm install --prefix") as caught:
        Dynoxide()
    assert caught.value.code == "engine.not_installed"


def test_a_program_that_is_named_is_not_replaced_by_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TABLEDESIGN_DYNOXIDE", str(tmp_path / "none"))
    with pytest.raises(InputError, match="is no program"):
        find_binary()


def test_the_program_is_found_from_a_folder_below_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / launcher.INSTALLED
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_binary() == program


def test_its_missing_capabilities_are_declared(server: Dynoxide) -> None:
    engine = server.engine()
    require(engine, "transactions")
    with pytest.raises(CapabilityMissing, match="'dynoxide' has no ttl"):
        require(engine, "ttl")
