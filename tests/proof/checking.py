"""Asking a question and holding the answer, and the way it was read, against what is right."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tabledesign import Lookup, Lookups, Query
from tabledesign.repository.repository import Repository

from .guard import Answer, Guard
from .questions import Question

__all__ = ["ask", "check", "counts_of"]

FULL = 300
"""Rows of any kind here that surely fit in one page of 1 MB."""


@dataclass(slots=True)
class Counts:
    """How often each pattern was asked, and how often something answered."""

    asked: Counter[str] = field(default_factory=Counter[str])
    answered: Counter[str] = field(default_factory=Counter[str])
    rows: Counter[str] = field(default_factory=Counter[str])

    def note(self, question: Question) -> None:
        found = [each for each in question.expected if each is not None]
        self.asked[question.pattern] += 1
        self.answered[question.pattern] += bool(found)
        self.rows[question.pattern] += len(found)

    def report(self) -> None:
        """Print one line a pattern, which pytest shows with `-rP`."""
        lines = (
            f"{name:24} {count:7,} asked {self.answered[name]:7,} answered "
            f"{self.rows[name]:9,} rows"
            for name, count in sorted(self.asked.items())
        )
        sys.stdout.write("\n".join(lines) + "\n")


def ask(repository: Repository, question: Question) -> Any:
    """The question of the repository's pattern, not sent yet."""
    pattern: Callable[..., Any] = getattr(repository, question.pattern)
    return pattern(**question.arguments)


def check(repository: Repository, guard: Guard, question: Question, *, extra: int = 0) -> None:
    """Ask and compare: ids, order and every field; and each request read only what it returned.

    ``extra`` rows may be counted as scanned where a page was full (see `quirks`).
    """
    asked = ask(repository, question)
    guard.forget()
    where = f"{question.pattern}({question.arguments})"
    if isinstance(asked, Lookup):
        assert ([asked.first()], guard.requests) == ([*question.expected] or [None], 1), where
    elif isinstance(asked, Lookups):
        assert asked.all() == question.expected, where
        distinct = len({*_values(question)})
        assert guard.requests == -(-distinct // 100), where
    else:
        _check_query(asked, guard, question, where, extra)


def _check_query(
    asked: Query[Any], guard: Guard, question: Question, where: str, extra: int
) -> None:
    if len(question.expected) < FULL:
        page = asked.page(FULL)
        assert list(page.items) == list(question.expected), where
        assert (page.more, page.unreadable, page.expired) == (False, (), 0), where
        assert page.requests == guard.requests <= 1, where
        assert guard.requests == 1 or asked.request() == {}, where
    else:
        assert list(asked) == list(question.expected), where
    # One request a page: each goes on where the one before said that there is more.
    for answer in guard.answers:
        assert answer.rows == answer.count, where
        assert answer.scanned in _right(answer, extra), where
    assert [each.continued for each in guard.answers] == [
        *[True] * (guard.requests - 1),
        *[False] * (guard.requests > 0),
    ], where


def _right(answer: Answer, extra: int) -> set[int | None]:
    count = answer.count or 0
    return {count, count + extra} if answer.continued else {count}


def _values(question: Question) -> list[str]:
    values: list[str] = []
    for argument in question.arguments.values():
        assert isinstance(argument, list)
        values += argument
    return values


def counts_of(questions: Iterable[Question], each: Callable[[Question], None]) -> Counts:
    """Do it for each question, and count."""
    counts = Counts()
    for question in questions:
        each(question)
        counts.note(question)
    return counts
