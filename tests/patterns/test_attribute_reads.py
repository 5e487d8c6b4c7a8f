"""Which fields a validator looks at, told from its source; in doubt it looks at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tabledesign.patterns.attribute_reads import attributes_read

FIELDS = frozenset({"start", "end", "title"})


def helper(of: object) -> bool:
    return bool(of)


class Span:
    start: int
    end: int
    title: str

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def endless(self) -> int:
        return self.endless + self.end

    def is_long(self, than: int) -> bool:
        return self.length > than

    def named(self) -> Any:
        if not self.title:
            raise ValueError("no title")
        return self

    def through_a_property(self) -> bool:
        return self.length > 0

    def through_a_method(self) -> bool:
        return self.is_long(3) and bool(self.title)

    def in_a_comprehension(self) -> bool:
        return all(each > self.start for each in (1, 2))

    def nothing(self) -> Any:
        return self

    def circular(self) -> int:
        return self.endless

    def handed_on(self) -> bool:
        return helper(self)

    def assigned(self) -> Any:
        self.start = 1
        return self

    def unknown(self) -> bool:
        return bool(vars(self))

    def by_name(self) -> bool:
        return bool(getattr(self, "end"))  # noqa: B009


CASES: list[tuple[Callable[..., object], set[str] | None]] = [
    (Span.named, {"title"}),
    (Span.through_a_property, {"start", "end"}),
    (Span.through_a_method, {"start", "end", "title"}),
    (Span.in_a_comprehension, {"start"}),
    (Span.circular, {"end"}),
    (Span.nothing, set()),
    (Span.handed_on, None),
    (Span.assigned, None),
    (Span.unknown, None),
    (Span.by_name, None),
    (eval("lambda self: self.start"), None),
    (print, None),
]


@pytest.mark.parametrize(("method", "expected"), CASES)
def test_what_a_method_reads_of_itself(
    method: Callable[..., object], expected: set[str] | None
) -> None:
    assert expected == attributes_read(method, Span, FIELDS)
