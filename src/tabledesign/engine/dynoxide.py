"""A dynoxide server of our own: one process on a free loopback port, ended by its id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tabledesign import clock
from tabledesign.engine.client import Client, ClientEngine
from tabledesign.engine.clients import make_client
from tabledesign.engine.protocol import Capabilities
from tabledesign.errors import EngineUnreachable, InputError

__all__ = ["CAPABILITIES", "Dynoxide"]

CAPABILITIES: Capabilities = frozenset({"capacity", "tags", "transactions"})
"""What dynoxide 1.2.1 offers; its streams cannot be read through boto3's checks."""

INSTALLED = Path(".engines/node_modules/@dynoxide/linux-x64/dynoxide")
VARIABLE = "TABLEDESIGN_DYNOXIDE"
START_POLLS = 2_000
POLL_SECONDS = 0.005
STOP_SECONDS = 5.0
ATTEMPTS = 5


class Dynoxide:
    """A context manager that serves a database file, or memory, while it is open.

    Each answered write is in the file, and stays there whatever kills the process. Raises
    `InputError` when there is no binary, `EngineUnreachable` when it does not start.
    On Linux the process also ends with this one, when started from the main thread.
    """

    name: ClassVar[str] = "dynoxide"

    def __init__(self, database: Path | None = None, *, binary: Path | None = None) -> None:
        self.database = database
        self.binary = find_binary(binary)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._stop: Callable[[], object] | None = None

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id; raises `EngineUnreachable` when it is not started."""
        if self._process is None:
            raise EngineUnreachable(
                "dynoxide is not started; use it in a with statement, or call start()",
                code="engine.not_started",
            )
        return self._process.pid

    def start(self) -> Self:
        """Start the process and return once it answers; does nothing when it is started."""
        fault = ""
        for _ in range(0 if self._process else ATTEMPTS):
            fault = self._launch()
            if "already in use" not in fault:
                break
        if fault:
            raise EngineUnreachable(
                f"dynoxide did not start ({fault}); correct that, "
                "or give another database path or binary",
                code="engine.not_started",
                details={"binary": str(self.binary), "database": str(self.database)},
            )
        return self

    def stop(self) -> None:
        """End the process and wait until it is gone; does nothing when it is not started."""
        if self._stop is not None:
            self._stop()
        self._process = self._stop = None

    def client(self) -> Client:
        """A boto3 client for it, without repetitions: nothing is lost on loopback."""
        assert self.pid
        return make_client(
            endpoint_url=self.endpoint,
            region="us-east-1",
            credentials=("dynoxide", "dynoxide"),
            # A large scan or a first write after a kill may take longer than DynamoDB's.
            options={"retries": {"total_max_attempts": 1}, "read_timeout": 60, "proxies": {}},
        )

    def engine(self) -> ClientEngine:
        """An engine over a client of its own."""
        return ClientEngine(self.client(), name=self.name, capabilities=CAPABILITIES)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _launch(self) -> str:
        """Start on a free port; gives what went wrong, or ''."""
        self.port = _free_port()
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(  # noqa: S603 - the program the caller chose
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            stop = weakref.finalize(self, _end, process, os.getpid())
            fault = _wait_for(process, log.fileno())
        if fault:
            stop()
        else:
            self._process, self._stop = process, stop
        return fault

    def _command(self) -> list[str]:
        command = [str(self.binary), "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        if self.database is not None:
            command += ["--db-path", str(self.database)]
        # The kernel ends the child when the *thread* that made it ends, so only the main
        # thread may ask for it; setpriv asks after the fork, where Python code is unsafe.
        setpriv = shutil.which("setpriv")
        if setpriv and threading.current_thread() is threading.main_thread():
            return [setpriv, "--pdeathsig", "TERM", "--", *command]
        return command


def find_binary(binary: Path | None = None) -> Path:
    """The dynoxide binary: the one given, or of TABLEDESIGN_DYNOXIDE, or installed.

    Installed means under ``.engines`` of the working directory, of this package's
    checkout or of a folder above them, or on the PATH. Raises `InputError`.
    """
    given = binary or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if given is not None:
        candidates = [given]
    else:
        folders = [origin / "_" for origin in (Path.cwd(), Path(__file__).resolve())]
        candidates = [parent / INSTALLED for folder in folders for parent in folder.parents]
        on_path = shutil.which("dynoxide")
        candidates += [Path(on_path)] if on_path else []
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    missing = f"{str(given)!r} is no program" if given else "the dynoxide program was not found"
    raise InputError(
        f"{missing}; install it with "
        "`npm install --prefix .engines @dynoxide/linux-x64@1.2.1`, "
        f"or name it in {VARIABLE}",
        code="engine.not_installed",
        field="binary",
    )


def _free_port() -> int:
    """A port that is free now; another may take it, so the start is tried again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], log: int) -> str:
    """Wait until the process says that it listens; gives what it said instead, or ''."""
    for _ in range(START_POLLS):
        ended = process.poll() is not None
        said = os.pread(log, 4096, 0).decode(errors="replace")
        # Its own word, since a stranger could answer on the port that it failed to get.
        if "listening on" in said and not ended:
            return ""
        if ended:
            return " ".join(said.split()) or f"it ended with status {process.returncode}"
        clock.sleep(POLL_SECONDS)
    return f"it did not answer within {START_POLLS * POLL_SECONDS:g} s"


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() != owner:  # a fork of the owner is ending, not the owner
        return
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
