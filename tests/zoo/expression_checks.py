"""What must hold of expressions: an independent reader reads back what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from tabledesign.expressions import Update, render

from ..expressions.test_readback import Generator, Reader, clause_tree, condition_tree
from .check import Check

__all__ = ["EXPRESSION_CHECKS"]


def _conditions(seed: int) -> Iterator[None]:
    generator = Generator(seed)
    while True:
        condition = generator.condition()
        reader = Reader(render(condition))
        read, meant = reader.condition(), condition_tree(condition)
        assert read == meant, f"{reader.rendered.text} reads as {read}"
        reader.end()
        yield


def _updates(seed: int) -> Iterator[None]:
    generator = Generator(seed)
    while True:
        clauses = generator.clauses()
        reader = Reader(render(Update(clauses)))
        read = sorted(map(repr, reader.update()))
        assert read == sorted(map(repr, map(clause_tree, clauses))), reader.rendered.text
        reader.end()
        yield


EXPRESSION_CHECKS = (
    Check("expressions.conditions", "a condition reads back as it was meant", _conditions, 1_000),
    Check("expressions.updates", "an update reads back as it was meant", _updates, 1_000),
)
