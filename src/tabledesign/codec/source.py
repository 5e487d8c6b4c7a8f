"""Functions that are written at run time: their lines, and the objects that the lines name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Local", "Odd", "Source", "opened", "text_of"]


class Odd(Exception):
    """A value that the plain path must look at, to write it or to refuse it."""


class Local(NamedTuple):
    """A local name, or any expression without quotes, that stands between texts."""

    code: str


class Source:
    """Lines of code, and what they speak of by names of its own.

    >>> source = Source({})
    >>> seven = source.name(7)
    >>> source.add("def more(x):", f"    return x + {seven}")
    >>> source.compiled()["more"](1)
    8
    """

    def __init__(self, known: Mapping[str, object]) -> None:
        self._names: dict[str, object] = dict(known)
        self._lines: list[str] = []

    def name(self, value: object) -> str:
        """A name for an object, the same for the same object."""
        for name, known in self._names.items():
            if known is value:
                return name
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name

    def add(self, *lines: str) -> None:
        """Add lines to what is written so far."""
        self._lines += lines

    def compiled(self) -> Mapping[str, Any]:
        """Everything the lines define; texts of a design stand in them as literals only."""
        exec(compile("\n".join(self._lines), "<tabledesign>", "exec"), self._names)  # noqa: S102
        return self._names


def text_of(parts: Sequence[str | Local]) -> str:
    """One expression for the parts in a row: texts as they are, and locals, which hold texts.

    >>> eval(text_of(["{it's ", Local("x"), "}"]), {"x": "so"})
    "{it's so}"
    """
    return "f'" + "".join(_part(part) for part in parts) + "'"


def opened(parts: Sequence[str | Local]) -> str:
    """One expression for a JSON object of members that each begin with a comma.

    >>> eval(opened([',"a":1', Local("more")]), {"more": ""})
    '{"a":1'
    >>> eval(opened([Local("more"), ',"a":1']), {"more": ',"b":2'})
    '{"b":2,"a":1'
    """
    first, *rest = parts
    if isinstance(first, str):
        return text_of([f"{{{first[1:]}", *rest])
    return f"'{{' + {text_of(parts)}[1:]"  # which one is the first is known at run time


def _part(part: str | Local) -> str:
    if isinstance(part, Local):
        return "{" + part.code + "}"
    # `repr` with a quote of each kind in it always takes the single one, and escapes that.
    return repr(part + "'\"")[1:-4].replace("{", "{{").replace("}", "}}")
