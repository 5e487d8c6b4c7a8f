"""Keys that need no comparing are told apart by their labels, and by nothing else."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from tabledesign import Entity, Key, Table
from tabledesign.keys import overlap as proof
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.overlap import KeySpace, overlap
from tabledesign.keys.scalars import scalar_of
from tabledesign.keys.spaces import Neighbours
from tabledesign.keys.template import Template

FIELDS = ("f", "g")
TEMPLATES = ("a#{f}", "{f}#a#", "a#", "{f}{g}", "b{f}")


def random_half(random: Random) -> Composite | Template:
    if random.random() < 0.15:
        return Template(random.choice(TEMPLATES))
    components: list[Label | Part] = []
    for field in random.sample(FIELDS, k=random.randint(0, 2)):
        scalar = scalar_of(random.choice((str, int)))
        assert scalar is not None
        components.append(Part(field, scalar))
    for _ in range(random.randint(1, 2)):
        components.insert(int(random.random() < 0.1), Label(random.choice(("a", "b"))))
    return Composite(tuple(components))


def random_space(random: Random, owner: str) -> KeySpace:
    sort = None if random.random() < 0.2 else random_half(random)
    return KeySpace(owner, random_half(random), sort)


def test_whoever_is_no_neighbour_makes_no_common_key() -> None:
    random = Random(6)
    apart = near = 0
    for _ in range(80):
        spaces = [random_space(random, str(n)) for n in range(8)]
        neighbours = Neighbours()
        for space in spaces:
            neighbours.replace(space.owner, [("gsi1", space)])
        for a, b in combinations(spaces, 2):
            found = any(other is b for other in neighbours.of(a.owner, "gsi1", a))
            assert found == any(other is a for other in neighbours.of(b.owner, "gsi1", b))
            near += found
            if not found:
                apart += 1
                assert overlap(a, b) is None, (a, b)
    assert (near > 500, apart > 500) == (True, True), (near, apart)


def test_keys_of_another_place_or_of_the_same_entity_are_no_neighbours() -> None:
    space = random_space(Random(1), "Task")
    neighbours = Neighbours()
    neighbours.replace("Task", [("gsi1", space)])
    assert [space] == list(neighbours.of("Other", "gsi1", space))
    assert [] == list(neighbours.of("Other", None, space))
    assert [] == list(neighbours.of("Task", "gsi1", space))


def test_an_entity_declared_anew_leaves_none_of_its_former_keys() -> None:
    first, second = (random_space(Random(seed), "Task") for seed in (1, 2))
    neighbours = Neighbours()
    neighbours.replace("Task", [("gsi1", first), (None, first)])
    neighbours.replace("Task", [("gsi1", second)])
    assert [] == list(neighbours.of("Other", None, first))
    assert [second] == list(neighbours.of("Other", "gsi1", second))


@pytest.mark.parametrize("count", [3, 12])
def test_entities_are_compared_with_those_only_that_could_share_a_key(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    compared: list[tuple[str, str]] = []

    def recorded(a: KeySpace, b: KeySpace) -> proof.Witness | None:
        compared.append((a.owner, b.owner))
        return overlap(a, b)

    monkeypatch.setattr(proof, "overlap", recorded)
    table = Table("many", global_indexes=("gsi1",))
    for n in range(count):

        class Kind(Entity, table=table, name=f"Kind{n}"):  # pyright: ignore[reportUnusedClass]
            owner: str
            title: str
            by_id = Key(partition="owner")
            titled = Key("gsi1", partition="owner", sort="title")

    assert [] == compared

    class Old(Entity, table=table):  # pyright: ignore[reportUnusedClass]
        owner: str
        by_id = Key(partition=Template("OLD#{owner}"), sort=Template("OLD#"))

    assert [("Old.by_id", "Kind.by_id")] * count == compared
