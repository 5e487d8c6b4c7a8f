"""How many items a write of an entity with rules touches: told at import."""

from __future__ import annotations

from tabledesign import Counter, Entity, Key, Table, Unique
from tabledesign.patterns.budget import budget_refusals, write_items

table = Table("budget")


class Plain(Entity, table=table):
    plain_id: str

    by_id = Key(partition="plain_id")


class Person(Entity, table=table):
    person_id: str
    email: str
    team: str

    by_id = Key(partition="person_id")
    one_email = Unique("email")
    in_team = Counter("team")


def test_each_verb_touches_the_item_and_what_keeps_its_rules_before_and_after() -> None:
    plain = {"create": 1, "put": 1, "update": 1, "upsert": 1, "delete": 1, "move": 2}
    ruled = {"create": 3, "put": 5, "update": 5, "upsert": 5, "delete": 3, "move": 6}

    assert [plain, ruled] == [write_items(Plain), write_items(Person)]
    assert [] == list(budget_refusals(Person))
