"""Conditions of keys: what they decide from part of the fields, and which exclude each other."""

from __future__ import annotations

import random
from itertools import product

from tabledesign import absent, equals, one_of, present
from tabledesign.schema.when import Clause, When, always_one, exclusive

FIELDS: tuple[str, ...] = ("a", "b", "c")
VALUES: tuple[object, ...] = (1, 2, 3, None)
DOMAINS: dict[str, tuple[object, ...]] = dict.fromkeys(FIELDS, VALUES)


def random_when(source: random.Random) -> When:
    clauses: list[Clause] = []
    for name in source.sample(FIELDS, source.randint(0, 3)):
        values = tuple(source.sample(VALUES, source.randint(1, 3)))
        clauses.append(Clause(name, values, negated=source.random() < 0.5))
    return When(tuple(clauses))


def states() -> list[dict[str, object]]:
    return [dict(zip(FIELDS, values, strict=True)) for values in product(VALUES, repeat=3)]


def test_a_verdict_from_part_of_the_fields_holds_for_all_that_they_may_become() -> None:
    source = random.Random("decide")
    for _ in range(2_000):
        when = random_when(source)
        state = source.choice(states())
        known = {name: state[name] for name in source.sample(FIELDS, source.randint(0, 3))}
        verdict = when.decide(known)
        if verdict is not None:
            assert all(
                when.decide(whole) is verdict
                for whole in states()
                if known.items() <= whole.items()
            ), (when, known)


def test_exclusion_and_completeness_are_what_every_state_says() -> None:
    source = random.Random("exclusive")
    for _ in range(1_000):
        a, b = random_when(source), random_when(source)
        both = any(a.decide(state) and b.decide(state) for state in states())
        either = all(a.decide(state) or b.decide(state) for state in states())
        assert exclusive(a, b, DOMAINS) is not both, (a, b)
        assert always_one((a, b), DOMAINS) is either, (a, b)


def test_values_that_no_condition_mentions_count_too() -> None:
    assert not always_one((equals("a", 1), equals("a", 2)), {})
    assert exclusive(equals("a", 1), equals("a", 2), {})
    assert not exclusive(present("a"), equals("a", 2), {})


def test_absence_and_presence_are_all_there_is() -> None:
    assert always_one((absent("a"), present("a")), {})
    assert exclusive(absent("a"), present("a"), {})


def test_a_condition_is_told_in_words() -> None:
    assert "a is absent and b is 1, 2" == str(absent("a") & one_of("b", 1, 2))
    assert "always" == str(When())
