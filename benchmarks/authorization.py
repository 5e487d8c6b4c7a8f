"""``python -m benchmarks.authorization``: what the policies cost a function, in time and memory.

CPU time of fresh processes, each figure the median and the least of several; memory is what the
process's resident size grew by.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

__all__ = ["main"]

PROCESSES = 9

IMPORT = """
import time
started = time.process_time()
import {module}
print((time.process_time() - started) * 1e3)
"""

ENGINE = """
import time
from datetime import UTC, datetime
from pathlib import Path

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

def median_of(call, times):
    taken = []
    for _ in range(times):
        started = time.process_time()
        call()
        taken.append((time.process_time() - started) * 1e6)
    return sorted(taken)[times // 2]

bare = resident()
import cedarpy
imported = resident()
from importlib.resources import files
from tabledesign.todo import Role
from tabledesign.todo.policies import Action, Kind, Principal, Resource, decide, prepare
from tabledesign.todo.policies.decision import judged
from tabledesign.todo.policies.engine import PolicyEngine

loaded = resident()
started = time.process_time()
prepare()
prepared = (time.process_time() - started) * 1e3
parsed = resident()
now = datetime(2026, 1, 1, tzinfo=UTC)
ann = Principal("ann", "acme", frozenset({"member"}))
task = Resource(
    Kind.TASK,
    "acme",
    owner="bob",
    list_role=Role.EDITOR,
    grant_expires=datetime(2027, 1, 1, tzinfo=UTC),
    assignee="cy",
)
decided = median_of(lambda: decide(ann, Action.UPDATE_TASK, task, now=now), 1000)
grown = resident()
folder = files("tabledesign.todo.policies")
texts = [folder.joinpath(name).read_text() for name in ("todo.cedar", "todo.cedarschema")]
anew = median_of(
    lambda: judged(PolicyEngine(*texts), ann, Action.UPDATE_TASK, task, now=now, purpose=None), 50
)
print(prepared, decided, anew, imported - bare, parsed - loaded, grown - parsed)
"""
FIGURES = (
    ("policies and schema parsed, once, ms", 1),
    ("a decision, us", 0),
    ("a decision with everything parsed anew, us", 0),
    ("resident after importing cedarpy, MB", 1),
    ("resident after parsing, MB", 1),
    ("resident after 1,000 decisions more, MB", 2),
)


def main() -> None:
    """Print every figure."""
    print(
        f"{'median and least of ' + str(PROCESSES) + ' processes':<46}{'median':>10}{'least':>10}"
    )
    for module in ("cedarpy", "jwt", "tabledesign.todo"):
        ((median, least),) = _measured(IMPORT.format(module=module))
        print(f"{'import ' + module + ', ms':<46}{median:>10.0f}{least:>10.0f}")
    for (title, digits), (median, least) in zip(FIGURES, _measured(ENGINE), strict=True):
        print(f"{title:<46}{median:>10,.{digits}f}{least:>10,.{digits}f}")


def _measured(code: str) -> list[tuple[float, float]]:
    lines = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(PROCESSES)
    ]
    columns = zip(*([float(word) for word in line.split()] for line in lines), strict=True)
    return [(statistics.median(column), min(column)) for column in columns]


if __name__ == "__main__":
    main()
