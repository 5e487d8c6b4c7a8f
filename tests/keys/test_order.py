"""Composite keys: no two values collide, and byte order is the order of the values."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import DecimalNumber, Integer, Scalar, Text

Draw = Callable[[Random], object]

PAIRS = 600_000


def absence(random: Random, scalar: Scalar) -> Literal["first", "last"] | None:
    choice = random.choice((None, "first", "last"))
    if choice == "last" and not scalar.below_tilde:
        return "first"
    return "first" if choice == "first" else "last" if choice == "last" else None


def shape(random: Random, drawn: list[tuple[Scalar, Draw]]) -> list[tuple[Part, Draw]]:
    chosen = random.choices(drawn, k=random.randint(1, 3))
    return [
        (Part(f"f{i}", scalar, absence(random, scalar)), draw)
        for i, (scalar, draw) in enumerate(chosen)
    ]


def values_of(random: Random, parts: list[tuple[Part, Draw]]) -> dict[str, object]:
    return {
        part.field: None if part.absent and random.random() < 0.2 else draw(random)
        for part, draw in parts
    }


def sibling(
    random: Random, parts: list[tuple[Part, Draw]], values: dict[str, object]
) -> dict[str, object]:
    """The same values but for one, which is often a continuation of the old one."""
    part, draw = random.choice(parts)
    old = values[part.field]
    new = draw(random)
    if isinstance(old, str) and isinstance(new, str) and part.scalar.kind == "text":
        new = random.choice((old + new, old[:-1] + new, new))
    return {**values, part.field: new}


def order(
    parts: list[tuple[Part, Draw]], values: dict[str, object], rank: Callable[[object], Any]
) -> tuple[tuple[int, Any], ...]:
    ranked: list[tuple[int, Any]] = []
    for part, _ in parts:
        value = values[part.field]
        absent = -1 if part.absent == "first" else 1
        ranked.append((absent, 0) if value is None else (0, rank(value)))
    return tuple(ranked)


def test_no_two_tuples_collide_and_none_are_out_of_order_in_byte_order(
    drawn_scalars: list[tuple[Scalar, Draw]], rank_of: Callable[[object], Any]
) -> None:
    random = Random(20261124)
    checked = 0
    while checked < PAIRS:
        parts = shape(random, drawn_scalars)
        key = Composite((Label("Task"), *(part for part, _ in parts)))
        rows = [values_of(random, parts) for _ in range(14)]
        rows += [sibling(random, parts, row) for row in rows]
        made: list[tuple[Any, bytes]] = []
        for row in rows:
            text = key.render(row)
            assert text is not None
            assert order(parts, key.parse(text), rank_of) == order(parts, row, rank_of)
            made.append((order(parts, row, rank_of), text.encode()))
        for i, (order_a, bytes_a) in enumerate(made):
            for order_b, bytes_b in made[:i]:
                assert (order_a < order_b) == (bytes_a < bytes_b)
                assert (order_a == order_b) == (bytes_a == bytes_b)
                checked += 1


def test_every_scalar_orders_its_values_and_reads_back_what_it_wrote(
    drawn_scalars: list[tuple[Scalar, Draw]], rank_of: Callable[[object], Any]
) -> None:
    random = Random(5)
    for scalar, draw in drawn_scalars:
        values = [draw(random) for _ in range(2_000)]
        texts = [scalar.encode(value, field="f") for value in values]
        assert [rank_of(scalar.decode(text)) for text in texts] == [rank_of(v) for v in values]
        by_text = sorted(zip(texts, values, strict=True), key=lambda pair: pair[0].encode())
        ranks = [rank_of(value) for _, value in by_text]
        assert ranks == sorted(ranks)


words = st.text(st.one_of(st.sampled_from('#%$!"~ \0'), st.characters(codec="utf-8")), min_size=1)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.tuples(words, words), st.tuples(words, words))
def test_pairs_of_texts_keep_their_order(a: tuple[str, str], b: tuple[str, str]) -> None:
    key = Composite((Part("x", Text()), Part("y", Text())))
    texts = [(key.render(dict(zip("xy", pair, strict=True))) or "").encode() for pair in (a, b)]
    assert (a < b) == (texts[0] < texts[1])
    assert (a == b) == (texts[0] == texts[1])


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6),
)
def test_decimals_keep_their_order(a: Any, b: Any) -> None:
    a, b = a.normalize(), b.normalize()
    if max(len(a.as_tuple().digits), len(b.as_tuple().digits)) > 38 or abs(a) > 10**100:
        return
    if min(a.adjusted(), b.adjusted()) < -130:
        return
    text_a, text_b = (DecimalNumber().encode(number, field="n") for number in (a, b))
    assert (a < b) == (text_a < text_b)
    assert DecimalNumber().decode(text_a) == a


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_integers_keep_their_order(a: int, b: int) -> None:
    text_a, text_b = (Integer().encode(number, field="n") for number in (a, b))
    assert (a < b) == (text_a < text_b)
    assert Integer().decode(text_a) == a


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.text(st.sampled_from('#%!"$~aA0124FG')))
def test_a_text_that_parses_is_the_text_that_is_rendered(text: str) -> None:
    key = Composite((Part("x", Text(), "first"), Part("y", Text(), "first")))
    try:
        values = key.parse(text)
    except ValueError:
        return
    assert text == key.render(values)
