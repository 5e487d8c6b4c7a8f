"""Warnings say what a sound design may still cost."""

from __future__ import annotations

from tests.design.designs import Orders, table

from tabledesign import Entity, Key, Query, Repository, Table, access_pattern
from tabledesign.design.lint import lint, writes_of
from tabledesign.design.matrix import matrix, named_plans
from tabledesign.design.proof import prove
from tabledesign.todo import Task, TodoRepository
from tabledesign.todo import table as todo

NAMED = named_plans({"Orders": Orders.plans()})


def codes() -> set[tuple[str, str]]:
    return {(one.code, one.where) for one in lint(table, NAMED)}


def test_every_doubtful_part_of_a_design_is_named_once() -> None:
    expected = {
        ("lint.filter", "in_state"),
        ("lint.local_index", "index recent"),
        ("lint.unread_entity", "Legacy"),
        ("lint.unused_key", "Order.recent"),
        ("lint.template", "Legacy.by_id"),
        ("lint.few_partitions", "Order.by_state"),
        ("lint.expiry_not_projected", "index recent"),
    }
    assert expected == codes()


def test_one_partition_for_all_rows_is_named_with_its_ceiling() -> None:
    named = named_plans({"TodoRepository": TodoRepository.plans()})

    found = [one for one in lint(todo, named) if one.code == "lint.single_partition"]

    assert {"deletions", "parked_records", "users"} == {one.where for one in found}
    assert all("1,000 write units" in one.fact for one in found)


def test_an_index_that_nobody_uses_and_many_writes_are_named() -> None:
    names = [f"g{number}" for number in range(8)]
    wide = Table("wide", global_indexes=names)

    class Wide(Entity, table=wide):
        a: str
        by_id = Key(partition="a")
        k0 = Key("g0", partition="a")
        k1 = Key("g1", partition="a")
        k2 = Key("g2", partition="a")
        k3 = Key("g3", partition="a")
        k4 = Key("g4", partition="a")
        k5 = Key("g5", partition="a")
        k6 = Key("g6", partition="a")

    found = {(one.code, one.where) for one in lint(wide, [])}

    assert ("lint.empty_index", "index g7") in found
    assert ("lint.write_amplification", "Wide") in found
    assert 8 == writes_of(Wide)


def test_names_that_weigh_more_than_half_a_write_unit_are_named() -> None:
    heavy = Table("heavy")
    fields = {f"a_very_long_name_of_a_field_number_{n}": str for n in range(16)}

    class Base(Entity):
        a: str

    Heavy = type(
        "Heavy",
        (Base,),
        {"__annotations__": fields, "by_id": Key(partition="a"), "__module__": __name__},
        table=heavy,
    )

    assert ("lint.attribute_names", Heavy.__name__) in {
        (one.code, one.where) for one in lint(heavy, [])
    }


def test_the_proof_counts_what_it_disproved() -> None:
    proof = prove(todo, named_plans({"TodoRepository": TodoRepository.plans()}))

    keys = [key for entity in todo.entities.values() for key in entity.__keys__.values()]
    assert len(keys) == proof.keys
    assert len(TodoRepository.plans()) == proof.patterns
    assert 6 == proof.writes[Task.__entity_name__]
    assert proof.pairs > 0


def test_the_matrix_tells_how_each_pattern_reads() -> None:
    rows = {row.pattern: (row.place, row.operator, row.direction) for row in matrix(NAMED)}

    assert {
        "in_state": ("by_state", "day in range", "ascending"),
        "titled": ("short", "title begins with", "ascending"),
        "between": ("primary", "order_id in range", "ascending"),
        "several": ("primary", "whole keys", "ascending"),
        "sent": ("by_state", "all of the entity", "descending"),
    } == rows


def test_several_repositories_stand_before_their_patterns() -> None:
    shared = Table("shared")

    class Thing(Entity, table=shared):
        a: str
        by_id = Key(partition="a")

    class First(Repository, table=shared):
        @access_pattern
        def things(self, a: str) -> Query[Thing]:
            """Things."""
            return Thing.by_id.query(a=a)

    class Second(First, table=shared):
        pass

    named = named_plans({"First": First.plans(), "Second": Second.plans()})

    assert ["First.things", "Second.things"] == [one.name for one in named]
