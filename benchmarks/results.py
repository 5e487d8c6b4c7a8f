"""What a run measured, on what, and what it could not measure: kept as JSON, read by the page."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.harness import Ratio

__all__ = ["FOLDER", "About", "Measured", "Results", "about"]

FOLDER = Path(__file__).resolve().parent
PACKAGES = (
    "boto3",
    "botocore",
    "urllib3",
    "pydantic",
    "pydantic-core",
    "pynamodb",
    "dyntastic",
    "dynantic",
    "pydynantic",
    "pydynox",
    "aiodynamo",
    "aiohttp",
    "dynamoxy",
    "uvloop",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One table: its contenders, the base first; ``unit`` is what a time is a time of."""

    key: str
    title: str
    unit: str
    rounds: int
    lines: Sequence[Ratio]


@dataclass(frozen=True, slots=True)
class About:
    """On what it was measured."""

    date: str
    machine: str
    python: str
    rounds: int
    load: str
    versions: dict[str, str]


@dataclass(slots=True)
class Results:
    """A run: its tables in their order, and who is missing with the reason."""

    about: About
    tables: list[Measured] = field(default_factory=list[Measured])
    absent: dict[str, str] = field(default_factory=dict[str, str])

    def to_json(self) -> str:
        """Text for `of_json`."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def of_json(cls, text: str) -> Results:
        """What `to_json` wrote."""
        found: dict[str, Any] = json.loads(text)
        tables = [
            Measured(
                table["key"],
                table["title"],
                table["unit"],
                table["rounds"],
                [Ratio(**line) for line in table["lines"]],
            )
            for table in found["tables"]
        ]
        return cls(About(**found["about"]), tables, found["absent"])


def about(rounds: int) -> About:
    """This machine, now, with the versions of what is installed."""
    return About(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}",
        python=platform.python_version(),
        rounds=rounds,
        load=f"{os.getloadavg()[0]:.1f}",
        versions={name: found for name in PACKAGES if (found := _version(name)) is not None},
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"
