"""``make bench``: everything beside every peer, in one run; ``--quick`` is ours and boto3 alone."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from benchmarks import apart, bulk, cold, crowds, ours, peers, sdk, server
from benchmarks.declaring import declaring
from benchmarks.decoding import collections, decoding
from benchmarks.environment import settle
from benchmarks.gates import verdicts
from benchmarks.harness import ROUNDS
from benchmarks.operations import measured
from benchmarks.report import bounds_text, page, table_text
from benchmarks.results import FOLDER, Measured, Results, about
from benchmarks.side import Endpoint, Side
from benchmarks.stub import Stub

__all__ = ["main"]

QUICK_ROUNDS = 7
WAIT = 0.003
"""Seconds that an answer may take over a network, which is enough for threads to be begun."""


def main() -> int:
    """Measure, print, and unless it was quick, write the results; 1 if a bound is not kept."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="ours and boto3; writes nothing")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="with fewer, writes nothing")
    chosen = options.parse_args()
    quick, rounds = bool(chosen.quick), QUICK_ROUNDS if chosen.quick else int(chosen.rounds)
    settle()
    run = Run(Results(about(rounds)), rounds)
    print(f"{run.results.about.machine}, Python {run.results.about.python}, {rounds} rounds")
    run.quick() if quick else run.whole()
    print(*bounds_text(run.results), sep="\n")
    if rounds >= ROUNDS:
        (FOLDER / "results.json").write_text(run.results.to_json(), encoding="utf-8")
        (FOLDER / "results.md").write_text(page(run.results), encoding="utf-8")
    return 0 if all(verdict.passed for verdict in verdicts(run.results)) else 1


class Run:
    """One run: what is measured in which order, and what it found so far."""

    def __init__(self, results: Results, rounds: int) -> None:
        self.results = results
        self.rounds = rounds

    def quick(self) -> None:
        """What has a bound, ours beside boto3's client."""
        with ExitStack() as stack:
            stub = stack.enter_context(Stub())
            sides = self._opened(stack, Endpoint(stub.url), boto3=1)
            self._add(measured(sides, stub, rounds=self.rounds, prefix="stub"))
        self._add([decoding(self.rounds), collections(self.rounds)])
        self._add([cold.measured(cold.OURS, rounds=self.rounds)])

    def whole(self) -> None:
        """Everything, beside everybody."""
        self._on_stubs()
        self._add([decoding(self.rounds), collections(self.rounds)])
        self._on_a_server()
        self._add([cold.measured(cold.OURS | cold.PEERS, rounds=self.rounds)])
        with Stub() as stub:
            self._add([cold.first(stub, rounds=self.rounds)])
        self._add([declaring(self.rounds)])
        before = len(self.results.tables)
        apart.tables_of(self.results, rounds=self.rounds)
        self._show(self.results.tables[before:])

    def _on_stubs(self) -> None:
        with ExitStack() as stack:
            stub = stack.enter_context(Stub())
            sides = self._opened(stack, Endpoint(stub.url), boto3=4, others=True)
            self._add(measured(sides, stub, rounds=self.rounds, prefix="stub"))
        with ExitStack() as stack:
            stub = stack.enter_context(Stub())
            endpoint = Endpoint(stub.url, connections=crowds.THREADS)
            sides = self._opened(stack, endpoint, boto3=4, others=True)
            self._add([crowds.threaded(sides, rounds=self.rounds)])
            self._add([crowds.gathered(sides[0], sides, rounds=self.rounds)])
        with ExitStack() as stack:
            stub = stack.enter_context(Stub(tls=True))
            sides = self._opened(stack, Endpoint(stub.url, stub.certificate), boto3=1)
            self._add(
                measured(
                    sides,
                    stub,
                    rounds=self.rounds,
                    prefix="tls",
                    where=", over TLS",
                    operations=("get", "put", "query"),
                )
            )
        with ExitStack() as stack:
            stub = stack.enter_context(Stub(delay=WAIT))
            sides = self._opened(stack, Endpoint(stub.url), boto3=1)
            self._add(
                measured(
                    sides,
                    stub,
                    rounds=self.rounds,
                    prefix="waited",
                    where=f", each answer after {WAIT * 1000:g} ms",
                    operations=("batch",),
                )
            )

    def _on_a_server(self) -> None:
        with ExitStack() as stack:
            endpoint = stack.enter_context(server.serving())
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            sides = self._opened(stack, endpoint, boto3=4, others=True)
            self._add(server.operations(sides, most=self.rounds))
            self._add([bulk.measured(endpoint, folder, rounds=max(3, self.rounds // 5))])

    def _opened(
        self, stack: ExitStack, endpoint: Endpoint, *, boto3: int, others: bool = False
    ) -> list[Side]:
        sides = sdk.sides(endpoint)[:boto3]
        for name in peers.NAMES if others else ():
            try:
                sides += import_module(f"benchmarks.peers.{name}_side").sides(endpoint)
            except ImportError as error:
                self.results.absent[name] = f"it is not installed ({error})"
        sides += [ours.side(name, endpoint) for name in ours.LANES]
        for side in sides:
            stack.callback(side.close)
        return sides

    def _add(self, tables: Iterable[Measured]) -> None:
        found = list(tables)
        self.results.tables += found
        self._show(found)

    def _show(self, tables: Iterable[Measured]) -> None:
        for table in tables:
            print(*table_text(table), sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
