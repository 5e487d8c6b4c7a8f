"""Plants each bug in turn, runs the check that must find it, and tells what became of it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Literal

from .check import Check, Found
from .plant import CRASHES, Plant, Watch, planted

__all__ = ["MOST_STEPS", "SEED", "Control", "Outcome", "Verdict", "control", "try_plant"]

SEED = 20261127
MOST_STEPS = 6
Verdict = Literal["caught", "missed", "not reached", "crashed", "too long", "proves nothing"]
"""``crashed``: the plant itself broke. ``proves nothing``: the check fails without it too."""

_CRASH = re.compile(rf"\b(?:{'|'.join(each.__name__ for each in CRASHES)}): ")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plant; ``said`` is how the check put it."""

    plant: Plant
    verdict: Verdict
    examples: int
    steps: int | None
    seconds: float
    said: str = ""

    @property
    def is_caught(self) -> bool:
        """Only a violation that the check itself reports, short enough to be read, counts."""
        return self.verdict == "caught"


@dataclass(frozen=True, slots=True)
class Control:
    """One check without a plant: it must look at all its examples and find nothing."""

    check: Check
    examples: int
    seconds: float
    found: Found | None


def try_plant(
    plant: Plant, check: Check, *, seed: int = SEED, budget: int | None = None
) -> Outcome:
    """Run the check with the bug in the library."""
    began = time.perf_counter()
    with planted(plant) as watch:
        examples, found = check.run(seed, budget)
    seconds = time.perf_counter() - began
    said = "" if found is None else f"{type(found.error).__name__}: {found.error}"
    steps = None if found is None else found.steps
    return Outcome(plant, _verdict(watch, found, said), examples, steps, seconds, said)


def _verdict(watch: Watch, found: Found | None, said: str) -> Verdict:
    if not watch.calls:
        return "not reached"
    if found is None:
        return "missed"
    if watch.crash is not None or not found.is_fair or _CRASH.search(said):
        return "crashed"
    return "too long" if found.steps is not None and found.steps > MOST_STEPS else "caught"


def control(check: Check, *, seed: int = SEED, budget: int | None = None) -> Control:
    """Run the check on the library as it is."""
    began = time.perf_counter()
    examples, found = check.run(seed, budget)
    return Control(check, examples, time.perf_counter() - began, found)
