"""The kinds of histories that every design is put through: plain, with faults, with lag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from tabledesign.dataclass import replace
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.repository.repository import Repository
from tabledesign.testing.calls import Moment
from tabledesign.testing.drawing import Values
from tabledesign.testing.faults import chaos
from tabledesign.testing.histories import Setting
from tabledesign.testing.lag import IndexLag
from tabledesign.testing.partial import PartialBatches
from tabledesign.testing.scope import Scope
from tabledesign.testing.source import Seeded
from tabledesign.testing.strict import Strict
from tabledesign.testing.verbs import Verb
from tabledesign.testing.verbs_of_keys import ALL_VERBS
from tabledesign.testing.world import World

__all__ = ["Weather", "setting"]

Weather = Literal["calm", "faults", "lag"]
"""Whether requests fail, and whether global indexes lag."""

START = datetime(2026, 1, 1, tzinfo=UTC)


def setting(
    repository: type[Repository],
    engine: Callable[[], Engine],
    *,
    weather: Weather = "calm",
    values: Values | None = None,
    verbs: Sequence[Verb] = ALL_VERBS,
    clients: int = 3,
    awaited: bool = False,
) -> Setting:
    """How histories of the design run: behind the strict wrapper and the scope guard always.

    ``awaited`` lets the clients call the awaited verbs, each on an event loop.
    """

    def prepare(world: World, seed: int) -> None:
        table = repository.__table__
        source = Seeded(seed)
        if weather == "lag":
            lagging = IndexLag(world.engine, source)
            world.engine = lagging
            world.settle = lagging.settle
        world.awaited = awaited
        world.moment = Moment(START, faults=weather == "faults", lag=weather == "lag")

        def wrap(engine: Engine, tenant: str | None) -> Engine:
            guarded: Engine = Strict(engine, table)
            if tenant is not None:
                guarded = Scope(guarded, table, tenant)
            if weather != "faults":
                return guarded
            partial = PartialBatches(guarded, source)
            return ScriptedEngine(partial, fault=chaos(source), clock=world.clock)

        world.wrap = wrap

    made = Setting(repository, engine, verbs, values or {}, clients)
    return replace(made, prepare=prepare, table_prefix=f"{weather}-history")
