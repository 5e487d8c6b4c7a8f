"""What is mutated, and which tests must notice: the quick ones first, the long ones after."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SUBJECTS", "Subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Source files, the stages of tests that a mutant of theirs goes through, tests left out."""

    name: str
    sources: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


def _codec(*names: str) -> tuple[str, ...]:
    return _tests("codec", *(f"codec_{name}" for name in names))


_BUILT_ON_KEYS = (
    *_tests("schema", "keys", "when"),
    *_tests("patterns", "matrix", "refusals", "body"),
    *_tests("design", "lint", "definition", "symbolic", "catalogue"),
    *_tests("repository", "questions", "binding", "pages", "cursor"),
)
_BUILT_ON_WRITES = (
    *_tests("patterns", "index_truth"),
    *_tests("repository", "items", "tenants"),
    *_tests("writes", "rules", "verbs", "cancellations", "todo", "interleavings", "faults"),
    *_tests("writes", "histories"),
)

SUBJECTS = (
    Subject(
        "keys",
        ("src/tabledesign/keys/*.py",),
        (
            _tests("keys", "templates", "composites", "ranges", "scalars", "bounds")
            + _tests("keys", "peer_defects", "overlap"),
            _tests("keys", "limits", "order", "moments") + _BUILT_ON_KEYS,
            _BUILT_ON_WRITES[:5],
        ),
    ),
    Subject(
        "codec",
        ("src/tabledesign/codec/*.py",),
        (
            _codec("values", "refusals", "unreadable", "absence", "numbers", "paths")
            + _codec("size", "versions"),
            _codec("round_trips"),
            _BUILT_ON_KEYS + _BUILT_ON_WRITES[:5],
        ),
    ),
    Subject(
        "expressions",
        ("src/tabledesign/expressions/*.py",),
        (
            _tests("expressions", "expression_text", "expression_refusals"),
            _tests("expressions", "readback"),
            _BUILT_ON_KEYS + _BUILT_ON_WRITES[:5],
        ),
    ),
    Subject(
        "patterns",
        ("src/tabledesign/patterns/*.py",),
        (
            _tests(
                "patterns",
                "changes",
                "applied",
                "given",
                "budget",
                "steps",
                "body",
                "attribute_reads",
            )
            + _tests("patterns", "matrix", "refusals")
            + _tests("repository", "questions", "items")
            + _tests(
                "writes", "rules", "verbs", "moved_versions", "wide_items", "exactness", "sums"
            ),
            _tests("design", "symbolic", "catalogue", "lint", "definition", "arguments")
            + _tests("repository", "binding", "compiled_questions", "pages", "tenants", "async")
            + _tests("writes", "effects", "validators", "cancellations", "batches"),
            _tests("patterns", "index_truth")
            + _tests("writes", "todo", "interleavings", "faults", "histories")
            + _tests("repository", "cursor", "issued_cursors"),
        ),
    ),
    Subject(
        "cursor",
        ("src/tabledesign/repository/cursor.py",),
        (
            _tests("repository", "cursor", "issued_cursors"),
            _tests("repository", "pages", "questions", "tenants", "items", "binding"),
            _tests("proof", "foreign_cursors", "walks"),
        ),
    ),
    Subject(
        "retry",
        tuple(
            f"src/tabledesign/engine/{name}.py"
            for name in ("retry", "allowance", "once", "creates", "failures")
        ),
        (
            _tests("engine", "failure_table", "failures", "retry", "pauses", "creates", "once"),
            _tests("engine", "deadline", "client", "drivers", "scripted", "embedded")
            + _tests("writes", "cancellations", "faults"),
        ),
    ),
)
