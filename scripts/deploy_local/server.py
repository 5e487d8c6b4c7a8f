"""The AWS emulator as a server on loopback: started, waited for, and surely stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["NotStarted", "running"]

START_SECONDS: Final = 60
STOP_SECONDS: Final = 10


class NotStarted(Exception):
    """The server does not answer, or ended."""


@contextmanager
def running(folder: Path) -> Generator[str]:
    """The address of a server of one's own, while the block lasts; its files go into ``folder``."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("wb") as log:
        # A session of its own: the functions' processes are ended with the server.
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=_environment(port, folder),
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, address)
            yield address
        finally:
            _stop(process)


def _environment(port: int, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept.pop("PYTHONPATH", None)  # a function has its bundle, and nothing of this checkout
    return {
        **kept,
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "STATE_DIR": str(folder / "state"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotStarted(f"the emulator ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=1):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise NotStarted(f"the emulator did not answer within {START_SECONDS} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then make it; its own children too."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
