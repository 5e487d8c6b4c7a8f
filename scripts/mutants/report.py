"""The evidence: what became of the mutants, and every survivor with what is said of it."""

from __future__ import annotations

import json
import platform
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from scripts.mutants.plan import Drawn
from scripts.mutants.results import Result

__all__ = ["explained", "report", "score", "write_report"]

ROOT = Path(__file__).resolve().parents[2]
HEAD = "| module | mutants | killed | timed out | survived | explained | score | without them |"
RULE = "|---|---|---|---|---|---|---|---|"


def score(results: Sequence[Result], said: Mapping[str, str]) -> tuple[float, float]:
    """The share of mutants noticed: of all, and of those that are not explained."""
    noticed = sum(one.outcome != "survived" for one in results)
    equivalent = sum(one.outcome == "survived" and one.id in said for one in results)
    rest = len(results) - equivalent
    return noticed / max(len(results), 1), noticed / max(rest, 1)


def report(
    results: Sequence[Result], said: Mapping[str, str], drawn: Drawn, *, date: str, tools: str
) -> str:
    """The report as Markdown."""
    modules = list(dict.fromkeys(one.module for one in results))
    commits = Counter(one.commit for one in results).most_common()
    ran = ", ".join(f"{count:,} on `{commit}`" for commit, count in commits)
    hours = sum(one.seconds for one in results) / 3_600
    lines = [
        "# Mutants",
        "",
        f"Seed {drawn.seed}, {drawn.size} mutants a module or all there are, drawn from the "
        f"{drawn.of:,} of the source at `{drawn.commit}`. Run on {date} by",
        "",
        f"    make mutants MUTANTS_ARGS='--seed {drawn.seed} --size {drawn.size} --report'",
        "",
        f"{ran}: {hours:.1f} hours of tests in all, with {tools}.",
        "",
        "This page is written by that command from `mutants.ndjson`, the raw results, and "
        "`mutants-explained.toml`, which holds what a reader found of each survivor. How it "
        "works, and what is not mutated, is said in `scripts/mutants/README.md`.",
        "",
        HEAD,
        RULE,
    ]
    for module in modules:
        lines.append(_row(module, [r for r in results if r.module == module], said))
    lines += [_row("all", results, said), ""]
    for title, wanted in (("Survivors, explained", True), ("Survivors, not explained", False)):
        rows = [r for r in results if r.outcome == "survived" and (r.id in said) == wanted]
        lines += [f"## {title}", ""] + (_survivors(rows, said) or ["None.", ""])
    lines += ["## Timed out", ""]
    lines += _survivors([r for r in results if r.outcome == "timeout"], {}) or ["None.", ""]
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result], said: Mapping[str, str]) -> str:
    count = Counter(one.outcome for one in results)
    known = sum(one.outcome == "survived" and one.id in said for one in results)
    of_all, of_rest = score(results, said)
    return (
        f"| {name} | {len(results)} | {count['killed']} | {count['timeout']} | "
        f"{count['survived']} | {known} | {of_all:.1%} | {of_rest:.1%} |"
    )


def _survivors(results: Sequence[Result], said: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for one in sorted(results, key=lambda one: (one.module, one.path, one.line)):
        lines += [
            f"**{one.id}** {one.path}:{one.line}, {one.where or 'module'}",
            "",
            "```diff",
            f"-{one.before}",
            f"+{one.after}",
            "```",
            "",
        ]
        if one.id in said:
            lines += [said[one.id], ""]
    return lines


def explained(folder: Path) -> dict[str, str]:
    """What was said of survivors, by the mutant's name."""
    path = folder / "mutants-explained.toml"
    said: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return said


def write_report(folder: Path, results: Sequence[Result], drawn: Drawn) -> None:
    """Write the page and the raw results next to what is said of the survivors."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in results)
    (folder / "mutants.ndjson").write_text(raw, encoding="utf-8")
    date = datetime.now(UTC).date().isoformat()
    page = report(results, explained(folder), drawn, date=date, tools=_tools())
    (folder / "mutants.md").write_text(page, encoding="utf-8")


def _tools() -> str:
    pinned = (ROOT / "requirements" / "mutants.txt").read_text(encoding="utf-8")
    maker = re.search(r"^mutmut==(\S+)", pinned, re.MULTILINE)
    versions = [f"{name} {metadata.version(name)}" for name in ("pytest", "hypothesis")]
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return ", ".join([python, f"mutmut {maker[1] if maker else 'unpinned'}", *versions])
