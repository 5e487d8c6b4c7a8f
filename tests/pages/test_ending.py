"""How the server ends: what is stored is kept, what it started is stopped."""

from __future__ import annotations

import json
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from .conftest import serving

pytestmark = pytest.mark.pages


def lists_of_ann(address: str, new: str | None = None) -> list[str]:
    """Her lists, after another is made where one is named."""

    def asked(path: str, body: object = None, token: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address + path, data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    token = asked("/sign-in/token", {"user": "ann"})["token"]
    if new is not None:
        asked("/v1/lists", {"title": new}, token)
    return sorted(each["list"]["title"] for each in asked("/v1/lists", token=token)["items"])


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_what_was_made_is_there_at_the_next_start(tmp_path: Path, ending: signal.Signals) -> None:
    state = ("--state", str(tmp_path / "todo.state"))

    with serving(*state, ending=ending) as address:
        lists_of_ann(address, "Kept")
    with serving(*state) as address:
        assert ["Groceries", "Kept", "Summer party"] == lists_of_ann(address)


@pytest.mark.dynoxide
def test_the_engine_that_was_started_is_stopped_with_it(tmp_path: Path) -> None:
    database = tmp_path / "todo.db"

    with serving("--database", str(database)) as address:
        lists_of_ann(address, "Kept")
        assert _programs_at(database)

    assert not _programs_at(database)


def _programs_at(database: Path) -> list[str]:
    """Processes that were started with this file, but for the server itself."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(database).encode() in words and b"--db-path" in words:
                found.append(entry.name)
    return found
