"""Composite keys: terminated components whose byte order is the order of the values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.bounds import TOP, Interval, Range, StartsWith
from tabledesign.keys.scalar import Scalar, refuse
from tabledesign.keys.text import checked, escape

__all__ = ["Composite", "Label", "Part", "too_long", "unknown_part"]

_FIRST = "!"
_LAST = "~"


@dataclass(frozen=True, slots=True)
class Part:
    """A field that stands in a key; ``absent`` says where its absence sorts.

    Without ``absent`` there is no key while the field is None. Raises `ValueError` for
    ``absent="last"`` on a scalar whose texts may start at or above the mark ``~``.
    """

    field: str
    scalar: Scalar
    absent: Literal["first", "last"] | None = None

    def __post_init__(self) -> None:
        if self.absent == "last" and not self.scalar.below_tilde:
            raise ValueError(
                f"{self.field!r} is {self.scalar.kind}, which may sort after every mark; "
                "declare its absence first, or leave it sparse"
            )

    @property
    def mark(self) -> str | None:
        """The component that stands for None, or None where there is no key then."""
        if self.absent is None:
            return None
        return _FIRST if self.absent == "first" else _LAST

    def write(self, value: object) -> str | None:
        """The component's text without its terminator, or None where there is no key."""
        return self.mark if value is None else self.scalar.encode(value, field=self.field)

    def read(self, text: str) -> object:
        """The value of a component's text; raises `ValueError`."""
        return None if text == self.mark else self.scalar.decode(text)


@dataclass(frozen=True, slots=True)
class Label:
    """A component that is the same in every key; not empty."""

    text: str
    written: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            written = escape(checked(self.text, field=self.text))
        except InputError as error:
            raise ValueError("a label needs at least one character, all of them UTF-8") from error
        object.__setattr__(self, "written", written)


@dataclass(frozen=True, slots=True)
class Composite:
    """Parts and labels, in the order they stand in the key; every component ends with ``#``.

    Raises `ValueError` where a field stands twice.

    >>> from tabledesign.keys.scalars import Integer, Text
    >>> key = Composite((Label("Task"), Part("owner", Text()), Part("rank", Integer())))
    >>> key.render({"owner": "a#b", "rank": 7})
    'Task#a%23b#0000000000000000007#'
    >>> key.interval({"owner": "ann"}, Range.before(7), "rank")
    Interval(low='Task#ann#"', high='Task#ann#0000000000000000007', prefix=None)
    """

    guaranteed: ClassVar[bool] = True

    components: tuple[Part | Label, ...]
    fields: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = tuple(part.field for part in self.components if isinstance(part, Part))
        if len(set(fields)) != len(fields):
            raise ValueError("a field stands twice in one key; name it once")
        object.__setattr__(self, "fields", fields)

    def render(self, values: Mapping[str, object]) -> str | None:
        """The key text, or None while a part without ``absent`` is None or missing.

        Raises `InputError` for a value that cannot stand in a key.
        """
        texts: list[str] = []
        for component in self.components:
            if isinstance(component, Label):
                texts.append(component.written)
                continue
            text = component.write(values.get(component.field))
            if text is None:
                return None
            texts.append(text)
        texts.append("")
        return "#".join(texts)

    def prefix(self, values: Mapping[str, object]) -> str:
        """What all keys with these leading parts begin with; it ends with a whole component.

        Raises `InputError` for a part given without the one before it (``key.skipped_part``),
        and for a name that is no part (``key.unknown_part``).
        """
        return self._leading(values)[0]

    def interval(
        self,
        values: Mapping[str, object],
        operator: Range[Any] | StartsWith | None = None,
        field: str | None = None,
    ) -> Interval | None:
        """The keys with these leading parts, and ``operator`` on ``field``, the part after them.

        None means that no key can be in it. All parts given make one point. A range leaves out
        the rows in which its part is absent.
        """
        prefix, following = self._leading(values)
        if operator is None:
            if following is None:
                return Interval(prefix, prefix)
            return Interval(prefix or _FIRST, _beyond(prefix), prefix or None)
        part = self._operand(values, following, field)
        if isinstance(operator, StartsWith):
            return _beginning(prefix, part, operator)
        return _between(prefix, part, operator)

    def parse(self, text: str) -> dict[str, object]:
        """The values of a key text that `render` wrote; raises `ValueError` for any other text."""
        *texts, rest = text.split("#")
        if rest or len(texts) != len(self.components):
            raise ValueError("not a key of this shape: the number of components differs")
        values: dict[str, object] = {}
        for component, written in zip(self.components, texts, strict=True):
            if isinstance(component, Part):
                values[component.field] = component.read(written)
            elif component.written != written:
                raise ValueError("not a key of this shape: a label differs")
        return values

    def check_length(
        self, text: str, *, limit: int, what: str, values: Mapping[str, object]
    ) -> None:
        """Raise `InputError` (``key.too_long``) for a key text of more than ``limit`` bytes.

        ``values`` is there for `Template`, whose texts do not tell where a field ends.
        """
        del values
        if len(text) * 4 <= limit:
            return
        size = len(text.encode())
        if size > limit:
            pairs = zip(self.components, text.split("#"), strict=False)
            sizes = {
                component.field: len(written.encode())
                for component, written in pairs
                if isinstance(component, Part)
            }
            raise too_long(what, size=size, limit=limit, sizes=sizes)

    def _leading(self, values: Mapping[str, object]) -> tuple[str, Part | None]:
        """The prefix of these parts and of the labels after them, and the part that follows."""
        texts: list[str] = []
        following: Part | None = None
        for component in self.components:
            if isinstance(component, Label):
                if following is None:
                    texts.append(component.written + "#")
            elif component.field not in values:
                following = following or component
            elif following is not None:
                raise refuse(
                    "key.skipped_part",
                    following.field,
                    f"is skipped: {component.field!r} comes after it and is given; "
                    f"give {following.field!r} too",
                )
            else:
                texts.append(_equal(component, values[component.field]))
        for name in values:
            if name not in self.fields:
                raise unknown_part(name, self.fields)
        return "".join(texts), following

    def _operand(
        self, values: Mapping[str, object], following: Part | None, name: str | None
    ) -> Part:
        if name is not None and name not in self.fields:
            raise unknown_part(name, self.fields)
        if name is not None and name in values:
            raise refuse(
                "key.part_twice", name, "is given as a value and in a range; give one of them"
            )
        if following is None:
            raise InputError(
                "all parts of the key are given, and none is left for the range; leave one out",
                code="key.part_twice",
            )
        if name is not None and name != following.field:
            raise refuse(
                "key.skipped_part",
                following.field,
                f"is skipped: the range is on {name!r}, after it; give {following.field!r} too",
            )
        return following


def _equal(part: Part, value: object) -> str:
    text = part.write(value)
    if text is None:
        raise refuse(
            "key.absent_part",
            part.field,
            "is None, and rows without it have no such key; pass a value",
        )
    return text + "#"


def _between(prefix: str, part: Part, bounds: Range[Any]) -> Interval | None:
    """DynamoDB's BETWEEN includes both ends, and ``x``, ``x#`` and ``x$`` make all four ends.

    ``x`` and ``x$`` are never keys themselves, as every key ends with ``#``.
    """
    if bounds.is_empty:
        return None
    low = prefix + '"'
    if bounds.start is not None:
        end = "#" if bounds.include_start else "$"
        low = prefix + part.scalar.encode(bounds.start, field=part.field) + end
    high = prefix + _LAST if part.absent == "last" else _beyond(prefix)
    if bounds.end is not None:
        end = "$" if bounds.include_end else ""
        high = prefix + part.scalar.encode(bounds.end, field=part.field) + end
    if low >= high:
        return None
    everything = bounds.start is None and bounds.end is None and part.absent is None
    return Interval(low, high, prefix if everything and prefix else None)


def _beginning(prefix: str, part: Part, operator: StartsWith) -> Interval:
    if not part.scalar.text_prefixable:
        raise refuse(
            "key.wrong_operator",
            part.field,
            f"is {part.scalar.kind}, of which no beginning can be asked; use a Range",
        )
    low = prefix + part.scalar.encode(operator.text, field=part.field)
    return Interval(low, _successor(low), low)


def _beyond(prefix: str) -> str:
    """Above every key that begins with the prefix and below every greater key."""
    return prefix[:-1] + "$" if prefix else TOP


def _successor(text: str) -> str:
    """The least text above all texts that begin with this one; never a key, as none ends so."""
    kept = text.rstrip("\U0010ffff")
    if not kept:
        return TOP
    above = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if above == 0xD800 else above)


def unknown_part(name: str, fields: tuple[str, ...]) -> InputError:
    """The error for a name that is no part of the key."""
    known = ", ".join(fields) or "none"
    return refuse("key.unknown_part", name, f"is no part of this key; its parts are: {known}")


def too_long(what: str, *, size: int, limit: int, sizes: Mapping[str, int]) -> InputError:
    """The error for a key text above its limit; ``sizes`` are the bytes of each field."""
    longest = max(sizes, key=lambda name: sizes[name], default=None)
    share = "" if longest is None else f", {sizes[longest]} of them in {longest!r}"
    return InputError(
        f"{what} takes {size} bytes{share}, and DynamoDB allows {limit}; shorten the value",
        code="key.too_long",
        field=longest,
    )
