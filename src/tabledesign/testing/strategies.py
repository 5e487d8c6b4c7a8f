"""Hypothesis strategies from any design: values, entities, changes, arguments, whole designs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from tabledesign.patterns.change import Change
from tabledesign.patterns.pattern import AccessPattern
from tabledesign.patterns.plan import Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.testing.designs import draw_design
from tabledesign.testing.drawing import Values, draw_arguments, draw_change, draw_entity
from tabledesign.testing.source import Source
from tabledesign.testing.values import draw_value

__all__ = ["Drawn", "arguments_of", "changes_of", "designs", "entities_of", "from_source", "values"]

T = TypeVar("T")
E = TypeVar("E", bound=Entity)


class Drawn:
    """Choices that hypothesis makes, remembers and shrinks."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


def from_source(generate: Callable[[Source], T]) -> st.SearchStrategy[T]:
    """A strategy of whatever a function makes of a source of choices."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return generate(Drawn(draw))

    return drawn()


def values(annotation: object, *, identifies: bool = False) -> st.SearchStrategy[Any]:
    """Values of a type that is stored, biased to delimiters, look-alikes and limits.

    ``identifies`` draws them as values of a key, four of five from a small pool.
    """
    return from_source(lambda source: draw_value(source, annotation, identifies=identifies))


def entities_of(entity: type[E], given: Values | None = None) -> st.SearchStrategy[E]:
    """Whole entities that their own model accepts; ``given`` draws fields that need it."""

    def generate(source: Source) -> E:
        drawn = draw_entity(source, entity, given)
        assert isinstance(drawn, entity), "an entity is drawn of its own class"
        return drawn

    return from_source(generate)


def changes_of(entity: type[Entity], given: Values | None = None) -> st.SearchStrategy[Change]:
    """Changes of one to three fields, in half of the cases with all parts of a key."""
    return from_source(lambda source: draw_change(source, entity, given))


def arguments_of(
    pattern: AccessPattern[Any, ..., Any] | Plan,
    known: Sequence[Entity] = (),
    given: Values | None = None,
) -> st.SearchStrategy[dict[str, object]]:
    """Arguments of a pattern, most of them met in the known entities, and edges of ranges."""
    plan = pattern if isinstance(pattern, Plan) else pattern.plan
    return from_source(lambda source: draw_arguments(source, plan, known, given))


def designs() -> st.SearchStrategy[type[Repository]]:
    """Whole random designs: entities, keys, indexes, and a pattern for each key."""
    return from_source(draw_design)
