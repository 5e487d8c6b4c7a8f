"""Killing a client or its server at a chosen line, and what must then be in the tables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.protocol import Engine, clock_of
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.testing.truth import TableReader, scan
from tabledesign.todo import TodoRepository
from tabledesign.todo import table as todo_table
from tabledesign.todo.importing import Importer
from tabledesign.wire import Item

from .design import TENANT_NAME, House, check_truth
from .killed_client import IMPORT_SEED, TENANT, puts_of
from .memory import Memory
from .steps import History
from .sweep import state

__all__ = [
    "Moment",
    "Told",
    "Victim",
    "check_history",
    "check_import",
    "check_todo",
    "import_into",
    "killed",
    "reference",
]

Victim = Literal["client", "server"]
ROOT = Path(__file__).parents[2]


@dataclass
class Told:
    """What a client had told before everything ended."""

    stored: list[str] = field(default_factory=list[str])
    answers: int = 0
    steps: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    imported: bool = False

    def note(self, line: str) -> None:
        """Take one line in."""
        word, about = json.loads(line)
        if word == "stored":
            self.stored += about
            self.answers += 1
        elif word == "step":
            self.steps = about
        elif word == "failed":
            self.failed[about[0]] = about[1]
        elif word == "imported":
            self.imported = True


@dataclass(frozen=True)
class Moment:
    """After so many answered writes of the import, and then so many lines of any kind."""

    answers: int
    lines: int


def killed(victim: Victim, moment: Moment, server: Dynoxide, path: Path, seed: int) -> Told:
    """Run the client until the moment, kill the victim, and give what was told."""
    command = [sys.executable, "-m", f"{__package__}.killed_client", server.endpoint]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    told, lines = Told(), 0
    with subprocess.Popen(
        [*command, str(path), str(seed)], stdout=subprocess.PIPE, text=True, env=environment
    ) as client:
        assert client.stdout is not None
        for line in client.stdout:
            told.note(line)
            lines += told.answers >= moment.answers
            if lines > moment.lines:
                break
        assert not told.imported, "the moment is before the end"
        os.kill(client.pid if victim == "client" else server.pid, signal.SIGKILL)
        for line in client.stdout:
            told.note(line)
        assert client.wait(60) == (-signal.SIGKILL if victim == "client" else 0)
    return told


def check_history(items: Sequence[Item], told: Told, seed: int) -> None:
    """What is stored is every acknowledged step, and of the next one all or nothing."""
    found = _by_key(items)
    memory = Memory()
    history = History(House(memory, tenant=TENANT_NAME), seed)
    for _ in range(told.steps):
        history.step()
    expected = [_by_key(list(memory.items.values()))]
    history.step()
    expected.append(_by_key(list(memory.items.values())))
    check_truth(list(items), memory.clock.now())
    assert found in expected, f"after {told.steps} steps of history {seed}"


def check_import(items: Sequence[Item], told: Told, whole: Mapping[tuple[str, ...], Item]) -> None:
    """All that was acknowledged is stored, and nothing that the file does not say."""
    found = _by_key(items)
    missing = set(told.stored) - {at[0] for at in found}
    assert not missing, f"acknowledged, and lost: {sorted(missing)}"
    wrong = [
        at
        for at, item in found.items()
        if item["entity"]["S"] not in ("Import", "counter") and item != whole.get(at)
    ]
    assert not wrong, f"not as the file says: {wrong}"


def import_into(engine: Engine, path: Path) -> Importer:
    """Import the file, or go on with it."""
    importer = Importer(TodoRepository(engine, tenant=TENANT), path, seed=IMPORT_SEED)
    importer.run()
    return importer


def reference(path: Path) -> tuple[dict[tuple[str, ...], Item], int]:
    """What an undisturbed import leaves, and how many writes it takes."""
    memory = Memory()
    engine = ScriptedEngine(memory)
    import_into(engine, path)
    return _by_key(list(memory.items.values())), sum(bool(puts_of(r)) for r in engine.requests)


def check_todo(engine: Engine) -> dict[tuple[str, ...], Item]:
    """The table of the import; raises `Broken` for a key, a claim or a count that is untrue."""
    TableReader(todo_table, todo_table.name, (TENANT,)).read(engine, clock_of(engine).now())
    return _by_key(list(scan(engine, todo_table.name)))


def _by_key(items: Sequence[Item]) -> dict[tuple[str, ...], Item]:
    return state({(item["pk"]["S"], item["sk"]["S"]): item for item in items})
