"""Placeholders: the names and values that the expressions of one request stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from tabledesign.dataclass import dataclass, field
from tabledesign.expressions.paths import Path
from tabledesign.wire import AttributeValue

__all__ = ["Encode", "Placeholders", "Role", "ValueAt", "encoded"]

Role = Literal["whole", "prefix", "element", "size", "type", "number", "items", "members", "addend"]
"""What a value is to the path it stands at.

``whole``    a value of the path: compared with it, or stored there
``prefix``   the beginning of a text or binary (begins_with)
``element``  a part of a text, a member of a set, an element of a list (contains)
``size``     a whole number, whatever the path holds
``type``     DynamoDB's letters of a stored type, a text
``number``   a number that is added to the path's number (SET a = a + :v)
``items``    a list of the path's elements (list_append)
``members``  a set of the path's members (DELETE)
``addend``   a number, or a set of the path's members (ADD)
"""


@dataclass(frozen=True, slots=True)
class ValueAt:
    """A value, or a slot for one, with the path whose type it has and its role there."""

    path: Path
    value: object = field(repr=False)
    role: Role = "whole"


Encode = Callable[[ValueAt], AttributeValue]
"""Turns a value into DynamoDB's tagged form; the codec, and whoever fills slots, supply it."""


def _as_it_is(path: Path) -> Path:
    return path


@dataclass(slots=True)
class Placeholders:
    """Collects names and values while the expressions of one request are rendered.

    Equal names share a placeholder. Values never do: which values are equal is known at the
    call only, and the text is fixed before. Numbers count up in the order of first use.
    ``locate`` says where a field's path is stored; without it, under its own name.

    >>> into = Placeholders()
    >>> from tabledesign.expressions.paths import attribute
    >>> into.path(attribute("size")["x"]), into.path(attribute("x")), into.names
    ('#n0.#n1', '#n1', {'#n0': 'size', '#n1': 'x'})
    """

    locate: Callable[[Path], Path] = _as_it_is
    values: dict[str, ValueAt] = field(default_factory=dict[str, ValueAt])
    _by_name: dict[str, str] = field(default_factory=dict[str, str], init=False)

    @property
    def names(self) -> dict[str, str]:
        """The placeholders of names, as ``ExpressionAttributeNames`` wants them."""
        return {placeholder: name for name, placeholder in self._by_name.items()}

    def name(self, name: str) -> str:
        """The placeholder of a name, the same for the same name."""
        return self._by_name.setdefault(name, f"#n{len(self._by_name)}")

    def path(self, path: Path) -> str:
        """The text of a path, each of its names a placeholder."""
        first, *rest = self.locate(path).segments
        text = self.name(str(first))
        for segment in rest:
            text += f"[{segment}]" if isinstance(segment, int) else f".{self.name(segment)}"
        return text

    def value(self, at: ValueAt) -> str:
        """A placeholder of its own for the value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = at
        return placeholder


def encoded(values: Mapping[str, ValueAt], encode: Encode) -> dict[str, AttributeValue]:
    """The values as ``ExpressionAttributeValues`` wants them, in the order of their numbers.

    >>> from tabledesign.expressions.paths import attribute
    >>> encoded({":v0": ValueAt(attribute("title"), "Rest")}, lambda at: {"S": str(at.value)})
    {':v0': {'S': 'Rest'}}
    """
    return {placeholder: encode(at) for placeholder, at in values.items()}
