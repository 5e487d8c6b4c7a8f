"""Two key spaces are disjoint, or there is a key that both really make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations, product
from random import Random
from time import process_time
from typing import Literal
from uuid import UUID

import pytest

from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.overlap import KeySpace, Witness, overlap
from tabledesign.keys.scalars import Scalar, scalar_of
from tabledesign.keys.template import Template

LETTERS = "ab#"
LONGEST = 7
TEXTS = ["".join(letters) for n in range(LONGEST + 1) for letters in product(LETTERS, repeat=n)]


def space(partition: Composite | Template, sort: Composite | Template | None = None) -> KeySpace:
    return KeySpace("owner", partition, sort)


def codec(annotation: object) -> Scalar:
    scalar = scalar_of(annotation)
    assert scalar is not None
    return scalar


def rendered(side: KeySpace, values: Mapping[str, object]) -> tuple[str | None, str | None]:
    sort = None if side.sort is None else side.sort.render(values)
    return side.partition.render(values), "" if side.sort is None else sort


def assert_real(witness: Witness, a: KeySpace, b: KeySpace) -> None:
    assert (witness.partition, witness.sort) == rendered(a, witness.values_a)
    assert (witness.partition, witness.sort) == rendered(b, witness.values_b)


def random_template(random: Random) -> tuple[str, str]:
    """A template, and the regular expression of its texts."""
    template, pattern, plain = "", "", 0
    for index in range(random.randint(1, 5)):
        if random.random() < 0.5 and plain < 3:
            literal = "".join(random.choices(LETTERS, k=random.randint(1, 3 - plain)))
            plain += len(literal)
            template, pattern = template + literal, pattern + re.escape(literal)
        else:
            template, pattern = template + f"{{f{index}}}", pattern + ".+"
    return template, pattern


def test_templates_overlap_exactly_when_brute_force_finds_a_common_text() -> None:
    random = Random(14)
    made: dict[str, frozenset[str]] = {}
    meetings = 0
    for _ in range(6_000):
        (text_a, pattern_a), (text_b, pattern_b) = random_template(random), random_template(random)
        for text, pattern in ((text_a, pattern_a), (text_b, pattern_b)):
            if text not in made:
                made[text] = frozenset(filter(re.compile(pattern).fullmatch, TEXTS))
        a, b = space(Template(text_a)), space(Template(text_b))
        witness, common = overlap(a, b), made[text_a] & made[text_b]
        if witness is None:
            assert not common, (text_a, text_b)
            continue
        meetings += 1
        assert witness.exact
        assert_real(witness, a, b)
        shortest = min(map(len, common), default=LONGEST + 1)
        assert min(len(witness.partition), LONGEST + 1) == shortest
    assert 1_000 < meetings < 5_000


def test_templates_with_a_field_that_stands_twice_are_never_called_disjoint_wrongly() -> None:
    random = Random(15)
    exact = 0
    words = ["".join(letters) for n in (1, 2) for letters in product("ab", repeat=n)]
    shapes = ("{x}{x}", "a{x}b{x}", "{x}a{y}", "{x}ab{x}", "b{x}{y}", "ab{x}", "{x}bb", "{x}b{x}")
    for text_a, text_b in random.sample(list(product(shapes, shapes)), 40):
        for sort_a, sort_b in (("{x}", "a{x}"), ("{x}b", "{x}"), ("s", "s")):
            a = space(Template(text_a), Template(sort_a))
            b = space(Template(text_b), Template(sort_b))
            keys_a = {rendered(a, {"x": x, "y": y}) for x in words for y in words}
            keys_b = {rendered(b, {"x": x, "y": y}) for x in words for y in words}
            witness = overlap(a, b)
            if witness is None:
                assert not keys_a & keys_b
            elif witness.exact:
                exact += 1
                assert_real(witness, a, b)
            if keys_a & keys_b:
                assert witness is not None
                assert witness.exact, (text_a, sort_a, text_b, sort_b)
    assert exact > 10


VALUES: dict[object, tuple[object, ...]] = {
    str: (
        "x",
        "~",
        "!",
        "a",
        "true",
        "2000-01-01",
        "0" * 19,
        "00",
        "=",
        str(UUID(int=0)),
        "0" * 18 + "1",
    ),
    int: (0, 1),
    bool: (True, False),
    date: (date(2000, 1, 1),),
    bytes: (b"\x00", b"ab"),
    Decimal: (Decimal(0), Decimal(1)),
    UUID: (UUID(int=0),),
    Literal["a", "true"]: ("a", "true"),
    Literal[1]: (1,),
}


def random_composite(random: Random, types: dict[str, object], names: str, count: int) -> Composite:
    components: list[Part | Label] = []
    free = random.sample(names, len(names))
    for _ in range(count):
        if random.random() < 0.3 or not free:
            components.append(Label(random.choice(("a", "a", "~", "!", "true"))))
            continue
        name = free.pop()
        scalar = codec(types[name])
        choices: tuple[Literal["first", "last"] | None, ...] = (None, None, "first", "last")
        absent = random.choice(choices if scalar.below_tilde else choices[:3])
        components.append(Part(name, scalar, absent))
    return Composite(tuple(components))


def every_key(side: KeySpace, types: dict[str, object]) -> set[tuple[str | None, str | None]]:
    choices = [(*VALUES[types[name]], None) for name in "xy"]
    keys = {rendered(side, dict(zip("xy", chosen, strict=True))) for chosen in product(*choices)}
    return {key for key in keys if None not in key}


def test_composite_keys_overlap_exactly_when_brute_force_finds_a_common_key() -> None:
    random = Random(16)
    verdicts = {True: 0, False: 0}
    for _ in range(4_000):
        sides: list[KeySpace] = []
        keys: list[set[tuple[str | None, str | None]]] = []
        usual = (random.randint(1, 2), random.randint(0, 2))
        for _ in range(2):
            counts = usual if random.random() < 0.8 else (usual[1], usual[0])
            types = {name: random.choice((*VALUES, str)) for name in "xy"}
            partition = random_composite(random, types, "xy", counts[0])
            sort = random_composite(random, types, "xy", counts[1])
            sides.append(space(partition, sort))
            keys.append(every_key(sides[-1], types))
        witness = overlap(*sides)
        assert (witness is not None) == bool(keys[0] & keys[1]), sides
        verdicts[witness is not None] += 1
        if witness is not None:
            assert witness.exact
            assert_real(witness, sides[0], sides[1])
    assert min(verdicts.values()) > 400


def test_no_two_kinds_but_text_and_lists_write_one_text(
    drawn_scalars: list[tuple[Scalar, object]],
) -> None:
    endless = [scalar for scalar, _ in drawn_scalars if scalar.texts is None]
    for a, b in combinations([s for s in endless if s.kind != "text"], 2):
        keys = [space(Composite((Part("x", scalar),))) for scalar in (a, b)]
        templates = [space(Template("{x}#")), space(Composite((Part("x", a),)))]
        assert overlap(*keys) is None
        assert overlap(*templates) is not None


def test_a_template_and_a_text_key_overlap_when_brute_force_finds_a_common_text() -> None:
    random = Random(17)
    words = ["".join(letters) for n in (1, 2, 3) for letters in product("ab#", repeat=n)]
    key = Composite((Label("a"), Part("x", codec(str), "first")))
    texts = [key.render({"x": word}) or "" for word in (*words, None)]
    meetings = 0
    for _ in range(1_000):
        template, pattern = random_template(random)
        a, b = space(Template(template)), space(key)
        witness = overlap(a, b)
        if any(re.fullmatch(pattern, text) for text in texts):
            meetings += 1
            assert witness is not None, template
        if witness is not None:
            assert witness.exact
            assert_real(witness, a, b)
    assert meetings > 50


def test_a_text_of_a_template_inside_a_component_is_found_however_long_it_is() -> None:
    a = space(Template("T#a long text in the middle, with spaces and 100 % {x}#"))
    b = space(Composite((Label("T"), Part("name", codec(str)))))
    assert overlap(a, b) is None
    c = space(Template("T#a-long-text-in-the-middle{x}#"))
    witness = overlap(c, b)
    assert witness is not None
    assert_real(witness, c, b)


@pytest.mark.parametrize(
    ("template", "annotation"),
    [
        ("{n:04}-02-{d:02}#", date),
        ("{x}-31#", date),
        ("{x}T{h:02}:{m:02}:00.000000Z#", datetime),
        ("-{n:019}#", int),
        (">{e:03}.{n:05}#", Decimal),
        ("<{e:03}.{n:05}~#", Decimal),
        ("{x}ff{y}#", bytes),
        ("{n:08}-{x}#", UUID),
        ("%{n:02}#", str),
    ],
)
def test_a_template_that_writes_like_a_type_is_shown_with_a_value_of_the_type(
    template: str, annotation: object
) -> None:
    a = space(Template(template))
    b = space(Composite((Part("value", codec(annotation)),)))
    witness = overlap(a, b)
    assert witness is not None
    assert witness.exact
    assert_real(witness, a, b)


def test_every_text_that_a_type_writes_is_known_to_the_search(
    drawn_scalars: list[tuple[Scalar, Callable[[Random], object]]],
) -> None:
    random = Random(18)
    for scalar, draw in drawn_scalars:
        key = space(Composite((Part("value", scalar),)))
        for _ in range(60):
            text = scalar.encode(draw(random), field="value") + "#"
            same = space(Template(text.replace("{", "{{").replace("}", "}}")))
            witness = overlap(same, key)
            assert witness is not None, (scalar.kind, text)
            assert (text, True) == (witness.partition, witness.exact)


@pytest.mark.parametrize(
    ("template", "meets"),
    [("T#{d}", True), ("{x}", True), ("T#{y}-{z}", True), ("U#{d}", False), ("T#{d}!", False)],
)
def test_a_template_beside_a_composite_key_is_judged_by_the_texts_of_its_types(
    template: str, meets: bool
) -> None:
    a = space(Template(template))
    b = space(Composite((Label("T"), Part("due", codec(date)))))
    for first, second in ((a, b), (b, a)):
        witness = overlap(first, second)
        assert meets == (witness is not None)
        if witness is not None:
            assert witness.exact
            assert_real(witness, first, second)


def test_a_template_that_can_only_write_other_types_is_disjoint() -> None:
    b = space(Composite((Label("T"), Part("due", codec(date)))))
    assert overlap(space(Template("T#{n:03}#")), b) is None
    assert overlap(space(Template("T#x{n}#")), b) is None


@pytest.mark.parametrize("text", ["%2X#", "%2x#", "%1a#", "%26#", "%#", "%2#"])
def test_a_template_that_writes_no_escape_of_a_text_is_disjoint(text: str) -> None:
    b = space(Composite((Part("name", codec(str)),)))
    assert overlap(space(Template(text)), b) is None


def test_an_undecided_pair_is_reported_as_such() -> None:
    a = space(Template("U#{x}"), Template("{x}"))
    b = space(Template("{y}#T"), Template("z{y}"))
    witness = overlap(a, b)
    assert witness is not None
    assert witness.exact is False
    # What was found for each half by itself is shown.
    assert (witness.partition, witness.sort[:1]) == ("U#T", "z")


def test_entities_with_their_own_names_are_proved_apart_by_the_name() -> None:
    task, user = (
        space(
            Composite((Label("org"), Part("id", codec(str)))),
            Composite((Label(name), Part("id", codec(str)))),
        )
        for name in ("Task", "User")
    )
    assert overlap(task, user) is None


def test_forty_entities_are_proved_apart_in_milliseconds() -> None:
    """They take 2 ms; the limit leaves room for a machine that is busy."""
    spaces = [
        space(
            Composite((Part("@tenant", codec(str)), Label(f"E{i // 2}"), Part("u", codec(str)))),
            Composite((Label(f"E{i}"), Part("d", codec(date)), Part("id", codec(UUID)))),
        )
        for i in range(40)
    ]
    start = process_time()
    assert all(overlap(a, b) is None for a, b in combinations(spaces, 2))
    assert process_time() - start < 0.05
