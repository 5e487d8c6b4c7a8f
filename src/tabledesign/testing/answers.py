"""Every pattern against the model, on more generated data than a history holds."""

from __future__ import annotations

from tabledesign.dataclass import replace
from tabledesign.testing.broken import Broken
from tabledesign.testing.calls import Ask
from tabledesign.testing.drawing import draw_arguments, draw_entity
from tabledesign.testing.histories import Failure, History, Setting
from tabledesign.testing.source import Seeded, choice
from tabledesign.testing.world import Round

__all__ = ["check_answers"]


def check_answers(
    setting: Setting, *, entities: int = 100, questions: int = 10, seed: int = 0
) -> int:
    """Store so many entities and ask each pattern so often; gives how many rows were answered.

    Raises `Failure` with the question whose answer is not the model's.
    """
    source = Seeded(seed)
    kinds = list(setting.repository.__table__.entities.values())
    world = replace(setting, table_prefix="answers").world(seed)
    world.open()
    try:
        drawn = [
            (number % world.clients, draw_entity(source, choice(source, kinds), setting.values))
            for number in range(entities)
        ]
        world.fill(drawn)
        for name, pattern in setting.repository.__patterns__.items():
            for number in range(questions):
                client = number % world.clients
                stored = world.stored(client)
                arguments = draw_arguments(source, pattern.plan, stored, setting.values)
                is_get = pattern.plan.operation == "GetItem"
                played = Round((Ask(client, name, arguments, "first" if is_get else "all"),))
                try:
                    world.play(played)
                except Broken as error:
                    raise Failure(History(seed, (played,)), error) from error
        return world.hits["rows answered"]
    finally:
        world.close()
