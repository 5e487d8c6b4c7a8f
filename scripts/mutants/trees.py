"""Copies of the tree in which mutants run, so that the checkout is never changed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.mutants.mutant import Change, Mutant
from scripts.mutants.subjects import Subject

__all__ = ["Run", "Tree"]

OPTIONS = (
    *("-x", "-q", "--no-header", "--tb=no", "-rfE", "-m", "not full", "--hypothesis-seed=1"),
    *("-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider"),
    *("-p", "scripts.mutants.no_shrinking"),
)
FIRST_FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Run:
    """How one run of tests ended; ``code`` is None where time ran out."""

    code: int | None
    seconds: float
    by: str = ""


class Warm:
    """The process in which runs of tests are forked, and how one of them is ended."""

    def __init__(self, root: Path) -> None:
        # A variable that forbids bytecode may be set; the first run of a stage is to write it.
        environment = os.environ | {
            "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.mutants.warm"],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # nothing may be read ahead of what `select` is asked about
        )

    def close(self) -> None:
        """End the process; it ends when nothing more can be asked of it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def run(self, order: Mapping[str, object], seconds: float) -> int | None:
        """The exit code of the run; None where it took longer and was ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answers = self._process.stdout
        child = int(answers.readline())
        with contextlib.suppress(ProcessLookupError):
            # A mutant that fills the memory ends itself, not the machine.
            resource.prlimit(child, resource.RLIMIT_AS, (MEMORY, MEMORY))
        ended, _, _ = select.select([answers], [], [], seconds)
        if not ended:
            os.killpg(child, signal.SIGKILL)
        code = int(answers.readline())
        return code if ended else None


@dataclass(slots=True)
class Tree:
    """One copy, and how long each stage of tests takes in it while nothing is mutated."""

    root: Path
    warm: Warm
    clean: dict[tuple[str, ...], float] = field(default_factory=dict[tuple[str, ...], float])

    @classmethod
    def copied(cls, source: Path, target: Path) -> Tree:
        """A copy of every file that git knows or would add."""
        shutil.rmtree(target, ignore_errors=True)
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=source, check=True, capture_output=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            if (source / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / name, target / name)
        return cls(target, Warm(target))

    def judged(
        self, mutant: Mutant, subject: Subject, *, stages: int | None = None
    ) -> tuple[str, int, Run]:
        """Killed, timeout or survived; the stage, counted from 1; the run that decided."""
        spent = 0.0
        number = 0
        for number, stage in enumerate(subject.stages[:stages], start=1):
            seconds = 5 * self._clean_time(stage) + 10
            run = self._mutated(mutant.change, stage, seconds)
            spent += run.seconds
            if run.code != 0:
                outcome = "timeout" if run.code is None else "killed"
                return outcome, number, Run(run.code, spent, run.by)
        return "survived", number, Run(0, spent)

    def _clean_time(self, stage: tuple[str, ...]) -> float:
        """How long a stage takes here; measured when a mutant first comes to it."""
        if stage not in self.clean:
            run = self._tests(stage, 600, keep_bytecode=True)
            if run.code != 0:
                raise SystemExit(f"mutants: {run.by or stage} fails although nothing is mutated")
            self.clean[stage] = run.seconds
        return self.clean[stage]

    def _mutated(self, change: Change, stage: tuple[str, ...], seconds: float) -> Run:
        """The tests of a stage, with the change made while they run.

        The file gets its time of change back, so that its bytecode is good again.
        """
        path = self.root / change.path
        original, stat = path.read_bytes(), path.stat()
        path.write_text(change.applied(original.decode()), encoding="utf-8")
        try:
            return self._tests(stage, seconds)
        finally:
            path.write_bytes(original)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def _tests(self, tests: Sequence[str], seconds: float, *, keep_bytecode: bool = False) -> Run:
        """Run the tests of a stage in this copy, in a process group that can be ended whole."""
        output = self.root / "output.txt"
        order = {
            "arguments": [*OPTIONS, *tests],
            "output": str(output),
            "keep_bytecode": keep_bytecode,
        }
        began = time.monotonic()
        code = self.warm.run(order, seconds)
        if code is None:
            return Run(None, time.monotonic() - began)
        text = output.read_text(encoding="utf-8", errors="replace")
        failure = FIRST_FAILURE.search(text)
        by = failure[1] if failure else text[-200:].strip().split("\n")[-1]
        return Run(code, time.monotonic() - began, by if code else "")
