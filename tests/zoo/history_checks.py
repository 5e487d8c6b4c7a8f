"""What must hold of whole designs: the kit's histories, in every weather."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tabledesign.engine.embedded import embedded
from tabledesign.repository.repository import Repository
from tabledesign.testing.histories import run_histories
from tabledesign.testing.settings import Weather, setting
from tabledesign.todo import TodoRepository

from ..repository.conftest import Shelf
from ..testing.notes import Notes
from .check import Check

__all__ = ["HISTORY_CHECKS"]

STEPS = 12


def _histories(repository: type[Repository], weather: Weather) -> Callable[[int], Iterator[None]]:
    def examples(seed: int) -> Iterator[None]:
        with embedded() as engine:
            made = setting(repository, lambda: engine, weather=weather)
            number = seed % 1_000_000
            while True:
                run_histories(made, count=1, steps=STEPS, seed=number)
                number += 1
                yield

    return examples


DESIGNS: tuple[tuple[str, type[Repository]], ...] = (
    ("notes", Notes),
    ("todo", TodoRepository),
    ("shelf", Shelf),
)
WEATHERS: tuple[Weather, ...] = ("calm", "faults", "lag")
HISTORY_CHECKS = tuple(
    Check(
        f"histories.{name}.{weather}",
        f"histories of the {name} design, weather: {weather}",
        _histories(repository, weather),
        60 if weather == "calm" else 40,
    )
    for name, repository in DESIGNS
    for weather in WEATHERS
)
