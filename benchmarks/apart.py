"""A peer that needs a newer Python, measured there beside the same base: prints tables as JSON.

Run by `make bench` with the interpreter of `.venvs/peers-3.12`, where there is one.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

from benchmarks import cold, ours, sdk
from benchmarks.environment import settle
from benchmarks.operations import measured
from benchmarks.results import FOLDER, Results, about
from benchmarks.side import Endpoint
from benchmarks.stub import Stub

__all__ = ["main", "tables_of"]

PYTHON = Path(".venvs/peers-3.12/bin/python")
MISSING = "it needs Python 3.12, and none was found when the environment of peers was made"


def tables_of(results: Results, *, rounds: int) -> None:
    """Have the other interpreter measure, and add what it prints."""
    if not (FOLDER.parent / PYTHON).exists():
        results.absent["dynamoxy"] = MISSING
        return
    command = [str(FOLDER.parent / PYTHON), "-m", "benchmarks.apart", str(rounds)]
    done = subprocess.run(command, cwd=FOLDER.parent, check=True, stdout=subprocess.PIPE)
    found = Results.of_json(done.stdout.decode())
    results.tables += found.tables
    results.about.versions.update({"dynamoxy": found.about.versions["dynamoxy"]})


def main() -> None:
    """Measure what is asked for, and print it."""
    rounds = int(sys.argv[1])
    settle()
    results = Results(about(rounds))
    peer = import_module("benchmarks.peers.dynamoxy_side")
    with Stub() as stub:
        endpoint = Endpoint(stub.url)
        sides = [
            sdk.sides(endpoint)[0],
            *peer.sides(endpoint),
            *(ours.side(name, endpoint) for name in ours.LANES if "compatible" not in name),
        ]
        results.tables = measured(sides, stub, rounds=rounds, prefix="newer")
        for side in sides:
            side.close()
    results.tables.append(cold.measured(cold.PEERS | cold.OURS, rounds=rounds, prefix="newer."))
    version = platform.python_version()
    results.tables = [
        replace(table, title=f"{table.title}, on Python {version}") for table in results.tables
    ]
    print(json.dumps(asdict(results)))


if __name__ == "__main__":
    main()
