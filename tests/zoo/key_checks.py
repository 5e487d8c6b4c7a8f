"""What must hold of key texts: one text for one tuple, in the tuples' order, and no neighbours."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Any
from uuid import UUID

from tabledesign.errors import InputError
from tabledesign.keys.bounds import StartsWith
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Text

from ..keys.conftest import kinds, rank
from ..keys.test_order import order, shape, sibling, values_of
from ..keys.test_ranges import OWNERS, a_range, absences, inside, rows_of, selected
from .check import Check, source_of

__all__ = ["KEY_CHECKS"]

WORDS = ("p1", "p1🗓", "p10", "p1#", "p1\x00", "p", "p1~", 'p1"', "P1", "p1 ", "p2")
STRANGERS: tuple[object, ...] = (
    "1", 1, 1.0, 2.5, True, None, b"1", Decimal(1), date(2026, 1, 1), datetime(2026, 1, 1),  # noqa: DTZ001
    UUID(int=1), (1,),
)  # fmt: skip


def _tuples(seed: int) -> Iterator[None]:
    """Two tuples of values have the order of their texts, and the texts read back."""
    drawn, number = kinds(), 0
    while True:
        random = source_of("tuples", seed, number)
        number += 1
        parts = shape(random, drawn)
        key = Composite((Label("Task"), *(part for part, _ in parts)))
        row = values_of(random, parts)
        rows = [row, sibling(random, parts, row), values_of(random, parts)]
        rows += _lookalikes(parts, row)
        made: list[tuple[Any, bytes]] = []
        for each in rows:
            text, place = key.render(each), order(parts, each, rank)
            assert text is not None, f"no key for {each}"
            assert order(parts, _parsed(key, text), rank) == place, f"{text!r} reads back otherwise"
            made.append((place, text.encode()))
        for (one, left), (other, right) in combinations(made, 2):
            assert (one < other, one == other) == (left < right, left == right), (left, right)
        yield


LOOKALIKES: tuple[Callable[[str], str], ...] = (
    str.swapcase,
    lambda text: text + "\u0301",
    lambda text: unicodedata.normalize("NFC", text + "\u0301"),
)


def _lookalikes(
    parts: Sequence[tuple[Part, object]], row: dict[str, object]
) -> Iterator[dict[str, object]]:
    """The same values with their texts in another case, and in two normal forms of one accent."""
    texts = {part.field for part, _ in parts if part.scalar.kind == "text"}
    for change in LOOKALIKES:
        yield {n: change(v) if n in texts and isinstance(v, str) else v for n, v in row.items()}


def _parsed(key: Composite, text: str) -> dict[str, object]:
    try:
        return key.parse(text)
    except ValueError as error:
        raise AssertionError(f"{text!r} does not read back: {error}") from error


def _ranges(seed: int) -> Iterator[None]:
    """A range selects the rows that plain Python selects."""
    drawn, number = kinds(), 0
    while True:
        random = source_of("ranges", seed, number)
        number += 1
        scalar, draw = random.choice(drawn)
        absent = random.choice(absences(scalar))
        tail = (Part("owner", Text()), Part("value", scalar, absent), Part("id", Text()))
        key = Composite((Label("Task"), *tail))
        rows = rows_of(random, key, Composite((Label("Taskx"), *tail)), draw)
        pool = [row["value"] for row, _ in rows if row and row["value"] is not None]
        bounds, owner = a_range(random, [*pool, draw(random)], rank), random.choice(OWNERS)
        expected = [
            text
            for row, text in rows
            if row and row["owner"] == owner and inside(row["value"], bounds, rank)
        ]
        found = selected(rows, key.interval({"owner": owner}, bounds, "value"))
        assert expected == found, (scalar.kind, bounds)
        yield


def _prefixes(seed: int) -> Iterator[None]:
    """Leading parts, and a beginning of the next, select exactly the rows that have them."""
    key = Composite((Label("T"), Part("a", Text()), Part("b", Text()), Part("c", Text())))
    number = 0
    while True:
        random = source_of("prefixes", seed, number)
        number += 1
        rows: list[tuple[dict[str, object], bytes]] = []
        for _ in range(60):
            row: dict[str, object] = {name: random.choice(WORDS) for name in "abc"}
            rows.append((row, (key.render(row) or "").encode()))
        given = {name: random.choice(WORDS) for name in "abc"[: random.randint(0, 2)]}
        expected = [k for row, k in rows if given.items() <= row.items()]
        prefix = key.prefix(given).encode()
        assert expected == [k for _, k in rows if k.startswith(prefix)], given
        assert expected == selected(rows, key.interval(given)), given
        field, begins = "abc"[len(given)], StartsWith(random.choice(("p", "p1", "p1#")))
        wanted = [
            k
            for row, k in rows
            if given.items() <= row.items() and str(row[field]).startswith(begins.text)
        ]
        assert wanted == selected(rows, key.interval(given, begins, field)), (given, begins)
        yield


def _strangers(seed: int) -> Iterator[None]:
    """A scalar takes a value only where it reads back as the same value of the same type."""
    del seed
    for scalar, _ in kinds():
        for value in STRANGERS:
            try:
                text = scalar.encode(value, field="f")
            except InputError:
                continue
            back = scalar.decode(text)
            assert (type(back), back) == (type(value), value), f"{scalar.kind} took {value!r}"
            yield


def _lengths(seed: int) -> Iterator[None]:
    """A key over its limit is refused before it is sent, and one at its limit is not."""
    key, limit, number = Composite((Label("T"), Part("a", Text()))), 1_024, 0
    while True:
        random = source_of("lengths", seed, number)
        number += 1
        unit = random.choice(("x", "é", "状", "🗓", "#"))
        size = len(unit.encode()) if unit != "#" else 3
        count = (limit - 3) // size + random.randint(-1, 1)
        value = {"a": unit * count + "x" * random.randint(0, 2)}
        text = key.render(value) or ""
        try:
            key.check_length(text, limit=limit, what="the key", values=value)
            refused = False
        except InputError:
            refused = True
        assert (len(text.encode()) > limit) is refused, (unit, count)
        yield


KEY_CHECKS = (
    Check("keys.tuples", "texts have the order of the tuples and read back", _tuples, 1_000),
    Check("keys.ranges", "a range selects what plain Python selects", _ranges, 600),
    Check("keys.prefixes", "leading parts select no sibling", _prefixes, 600),
    Check("keys.types", "a value of another type is refused", _strangers, 1_000),
    Check("keys.lengths", "a key over its limit is refused", _lengths, 500),
)
