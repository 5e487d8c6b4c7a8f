"""Counting reads rows out only where some of them may have expired."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from tabledesign import Entity, EpochSeconds, Key, Query, Repository, Table, access_pattern
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine

cellar = Table("cellar", ttl="until")


class Wine(Entity, table=cellar):
    rack: str
    bottle: str
    by_rack = Key(partition="rack", sort="bottle")


class Cheese(Entity, table=cellar):
    rack: str
    wheel: str
    until: Annotated[datetime, EpochSeconds()]
    by_rack = Key(partition="rack", sort="wheel")


class Cellar(Repository, table=cellar):
    @access_pattern
    def wines(self, rack: str) -> Query[Wine]:
        """The wines of a rack."""
        return Wine.by_rack.query(rack=rack)

    @access_pattern
    def cheeses(self, rack: str) -> Query[Cheese]:
        """The cheeses of a rack."""
        return Cheese.by_rack.query(rack=rack)


def test_what_cannot_expire_is_counted_by_the_table_and_the_rest_by_its_rows() -> None:
    with embedded() as engine:
        create_table(cellar, engine)
        scripted = ScriptedEngine(engine)
        found = Cellar(scripted)
        now = scripted.clock.now()
        found.put_many([Wine(rack="a", bottle=str(number)) for number in range(3)])
        for hours in (-1, 1):
            until = now + timedelta(hours=hours)
            found.put(Cheese(rack="a", wheel=str(hours), until=until))
        scripted.requests.clear()

        counted = (found.wines("a").count(), found.cheeses("a").count())

        assert (3, 1) == counted
        selected = [request.parameters.get("Select") for request in scripted.requests]
        assert ["COUNT", None] == selected
