"""``make bench``: everything beside every peer, in one run; ``--quick`` is ours and boto3 alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from benchmarks import ours, sdk
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


def main() -> int:
    """Measure, print, and unless it was quick, write the results; 1 if a bound is not kept."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="ours and boto3; writes nothing")
    quick: bool = options.parse_args().quick
    settle()
    rounds = QUICK_ROUNDS if quick else ROUNDS
    results = Results(about(rounds))
    print(f"{results.about.machine}, Python {results.about.python}, {rounds} rounds")
    with Stub() as stub:
        sides = _sides(Endpoint(stub.url), results)
        _add(results, measured(sides, stub, rounds=rounds, prefix="stub"))
    _add(results, [decoding(rounds), collections(rounds)])
    print(*bounds_text(results), sep="\n")
    if not quick:
        (FOLDER / "results.json").write_text(results.to_json(), encoding="utf-8")
        (FOLDER / "results.md").write_text(page(results), encoding="utf-8")
    return 0 if all(verdict.passed for verdict in verdicts(results)) else 1


def _sides(endpoint: Endpoint, results: Results) -> list[Side]:
    sides = [sdk.sides(endpoint)[0]]
    for name in ours.LANES:
        try:
            sides.append(ours.side(name, endpoint))
        except LookupError as error:
            results.absent[name] = str(error)
            print(error)
    return sides


def _add(results: Results, tables: Iterable[Measured]) -> None:
    for table in tables:
        results.tables.append(table)
        print(*table_text(table), sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
