"""A key text taken apart: what each of its components is called, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from tabledesign.dataclass import dataclass
from tabledesign.design.spelling import write_value
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.template import Template
from tabledesign.schema.key import TENANT

__all__ = ["Half", "KeyPart", "parts_of", "shape_of"]

Half = Composite | Template


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One component; a constant has no name, and ``absent`` marks a field that is None."""

    kind: Literal["tenant", "constant", "field", "absent"]
    text: str
    name: str | None = None


def parts_of(half: Half, text: str) -> tuple[KeyPart, ...]:
    """The components of a key text, in order; raises `ValueError` for a text of another shape.

    >>> from tabledesign.todo import Task
    >>> [(part.name, part.text) for part in parts_of(Task.by_due.sort, "Task#2026-01-31#7#")]
    [(None, 'Task'), ('due', '2026-01-31'), ('task_id', '7')]
    """
    values = half.parse(text)
    return tuple(_part(name, constant, values) for name, constant in _components(half))


def shape_of(half: Half) -> tuple[KeyPart, ...]:
    """The same for no key in particular: a field's text is empty."""
    return tuple(
        KeyPart("constant", constant)
        if name is None
        else KeyPart("tenant" if name == TENANT else "field", "", _called(name))
        for name, constant in _components(half)
    )


def _components(half: Half) -> Iterator[tuple[str | None, str]]:
    """The name of each field, or None with the text of a constant."""
    if isinstance(half, Template):
        for piece in half.pieces:
            yield (None, piece) if isinstance(piece, str) else (piece.field, "")
        return
    for component in half.components:
        yield (None, component.text) if isinstance(component, Label) else (component.field, "")


def _part(name: str | None, constant: str, values: dict[str, object]) -> KeyPart:
    if name is None:
        return KeyPart("constant", constant)
    value = values[name]
    if value is None:
        return KeyPart("absent", "", _called(name))
    kind: Literal["tenant", "field"] = "tenant" if name == TENANT else "field"
    return KeyPart(kind, write_value(value), _called(name))


def _called(name: str) -> str:
    return "tenant" if name == TENANT else name
