"""Runs a seeded sample of mutants, resumes where it stopped, writes the report.

    python -m scripts.mutants --maker .venvs/mutants/bin/python

Everything it makes is under build/mutants; `--report` copies the results to docs/evidence.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory

from scripts.mutants.mutant import Mutant
from scripts.mutants.plan import Plan, found_again
from scripts.mutants.report import explained, write_report
from scripts.mutants.results import Result, add, latest
from scripts.mutants.subjects import SUBJECTS
from scripts.mutants.trees import Tree

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"
RESULTS = BUILD / "results.ndjson"
EVIDENCE = ROOT / "docs" / "evidence"


def main() -> int:
    """Run what has no result yet; 0 when every sampled mutant has one."""
    options = _options()
    BUILD.mkdir(parents=True, exist_ok=True)
    plan = Plan(ROOT, BUILD, options.maker)
    commit = _commit()
    drawn = plan.drawn(size=options.size, seed=options.seed, commit=commit)
    names = drawn.names
    found = found_again(names, plan.mutants())
    if options.module:
        found = [mutant for mutant in found if mutant.module in options.module]
    done = _results()
    known = explained(EVIDENCE)
    waiting = [one for one in found if _is_due(one.id, done.get(one.id), options, known)]
    waiting.sort(key=lambda one: one.id in known)  # those say nothing new, and take longest
    print(
        f"mutants: {len(names)} sampled, {len(found)} in this source, {len(waiting)} to run",
        flush=True,
    )
    if waiting:
        _run(waiting, options.workers, options.stages, commit)
    done = _results()
    results = [done[name] for name in names if name in done]
    print("mutants:", dict(Counter(one.outcome for one in results)))
    if options.report:
        write_report(EVIDENCE, results, drawn)
    return 0 if len(results) == len(names) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--maker", required=True, help="a Python that has mutmut")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--size", type=int, default=60, help="mutants of each module")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--module", action="append", help="only this one; may be repeated")
    parser.add_argument("--stages", type=int, help="only so many stages of tests: a first look")
    parser.add_argument("--only", action="append", help="one mutant, by name; may be repeated")
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="run again what survived and is not explained, and nothing else",
    )
    parser.add_argument("--afresh", action="store_true", help="run all again, on today's source")
    parser.add_argument("--report", action="store_true", help="write docs/evidence/mutants.*")
    return parser.parse_args()


def _results() -> dict[str, Result]:
    if not RESULTS.exists():
        return {}
    with RESULTS.open(encoding="utf-8") as file:
        return latest(file)


def _is_due(
    name: str, result: Result | None, options: argparse.Namespace, known: Container[str]
) -> bool:
    if options.only:
        return name in options.only
    if options.afresh:
        return True
    if options.survivors:
        return result is not None and result.outcome == "survived" and name not in known
    return result is None


def _run(waiting: list[Mutant], workers: int, stages: int | None, commit: str) -> None:
    queue: SimpleQueue[Mutant] = SimpleQueue()
    for mutant in waiting:
        queue.put(mutant)
    writing = threading.Lock()
    stop = threading.Event()

    def work(number: int) -> None:
        tree = Tree.copied(ROOT, trees / str(number))
        try:
            while not stop.is_set() and not queue.empty():
                result = _judged(tree, queue.get_nowait(), commit, stages)
                with writing:
                    add(RESULTS, result)
                    print(f"{result.outcome:9}{result.stage} {result.seconds:5.1f}", end=" ")
                    print(f"{result.module} {result.path}:{result.line} {result.by}", flush=True)
        except Empty:
            return
        finally:
            tree.warm.close()
            stop.set()  # there is nothing left, or something is wrong that the others would meet

    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(workers) as pool:
        trees = Path(folder)
        try:
            for future in [pool.submit(work, number) for number in range(workers)]:
                future.result()
        finally:
            stop.set()


def _judged(tree: Tree, mutant: Mutant, commit: str, stages: int | None) -> Result:
    subject = next(one for one in SUBJECTS if one.name == mutant.module)
    outcome, stage, run = tree.judged(mutant, subject, stages=stages)
    return Result(
        id=mutant.id,
        module=mutant.module,
        outcome=outcome,
        stage=stage,
        by=run.by,
        seconds=round(run.seconds, 1),
        commit=commit,
        path=mutant.change.path,
        line=mutant.line,
        where=mutant.change.where,
        before=mutant.before,
        after=mutant.after,
    )


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
