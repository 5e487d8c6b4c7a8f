"""Key templates of tables that already exist, taken over without their guarantees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Final
from uuid import UUID

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.bounds import TOP, Interval, Range, StartsWith
from tabledesign.keys.composite import too_long, unknown_part
from tabledesign.keys.scalar import refuse, wrong_kind
from tabledesign.keys.text import checked

__all__ = ["Template", "Variable"]

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]")
_WIDTH: Final = re.compile("0([1-9][0-9]?)")
_ABOVE: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Variable:
    """A field in a template; ``width`` is the number of digits of ``{n:06}``."""

    field: str
    width: int | None = None

    def write(self, value: object) -> str:
        """The value as text: not escaped, not empty."""
        if self.width is not None:
            return self._digits(value, self.width)
        return checked(_plain(value, self.field), field=self.field)

    def read(self, text: str) -> object:
        """The text as it is, or the number of a fixed width."""
        return text if self.width is None else int(text)

    def _digits(self, value: object, width: int) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_kind(self.field, value, "a whole number", "pass an int")
        text = f"{value:0{width}}"
        if value < 0 or len(text) > width:
            raise refuse(
                "key.out_of_range",
                self.field,
                f"takes numbers of up to {width} digits and none below zero; "
                "others would sort wrongly",
            )
        return text


@dataclass(frozen=True, slots=True)
class Template:
    """A key of an existing table, such as ``USER#{user_id}``; braces are doubled to stand plain.

    For adoption only, as three guarantees of `Composite` are lost. Values are not escaped, so
    two different items may make one key, and `parse` refuses a key it could read in two ways.
    The order of numbers and dates is that of their text, where 10 comes before 9; ``{n:06}``
    writes a whole number with a fixed number of digits and is in order. A range may read its
    neighbours: keys of other shapes that stand between its ends. Raises `ValueError` for a text
    that is no template.

    >>> key = Template("USER#{user_id}#{n:04}")
    >>> key.render({"user_id": "ann", "n": 7})
    'USER#ann#0007'
    >>> key.parse("USER#ann#0007")
    {'user_id': 'ann', 'n': 7}
    """

    guaranteed: ClassVar[bool] = False

    text: str
    pieces: tuple[str | Variable, ...] = field(init=False, repr=False, compare=False)
    fields: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pieces = _pieces(self.text)
        names = [piece.field for piece in pieces if isinstance(piece, Variable)]
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "fields", tuple(dict.fromkeys(names)))

    def render(self, values: Mapping[str, object]) -> str | None:
        """The key text, or None while a field is None or missing.

        Raises `InputError` for a value that has no text, or an empty one.
        """
        texts: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, str):
                texts.append(piece)
                continue
            value = values.get(piece.field)
            if value is None:
                return None
            texts.append(piece.write(value))
        return "".join(texts)

    def prefix(self, values: Mapping[str, object]) -> str:
        """What all keys with these leading fields begin with, up to the next field.

        Raises `InputError` for a field given without the one before it (``key.skipped_part``),
        and for a name that is no field (``key.unknown_part``).
        """
        return self._leading(values)[0]

    def interval(
        self,
        values: Mapping[str, object],
        operator: Range[Any] | StartsWith | None = None,
        field: str | None = None,
    ) -> Interval | None:
        """The keys with these leading fields, and ``operator`` on ``field``, the one after them.

        None means that no key can be in it. Keys of other shapes may be in it too. Raises
        `InputError` (``template.order``) for a range of numbers without a fixed width.
        """
        prefix, at = self._leading(values)
        if operator is None:
            if at is None:
                return Interval(prefix, prefix)
            return Interval(prefix or "\0", _last_with(prefix), prefix or None)
        variable, rest = self._operand(values, at, field)
        if isinstance(operator, StartsWith):
            if variable.width is not None:
                raise refuse(
                    "key.wrong_operator",
                    variable.field,
                    "is a number, of which no beginning can be asked; use a Range",
                )
            low = prefix + variable.write(operator.text)
            return Interval(low, _last_with(low), low)
        return None if operator.is_empty else _between(prefix, variable, rest, operator)

    def parse(self, text: str) -> dict[str, object]:
        """The texts of the fields (numbers where a width is fixed) of a key text.

        Raises `ValueError` where it does not match, or matches in more than one way.
        """
        spans = _match(self.pieces, text)
        values: dict[str, object] = {}
        for piece, span in zip(self.pieces, spans, strict=True):
            if isinstance(piece, Variable):
                value = piece.read(span)
                if values.setdefault(piece.field, value) != value:
                    raise ValueError("not a key of this template: a field has two values")
        return values

    def check_length(
        self, text: str, *, limit: int, what: str, values: Mapping[str, object]
    ) -> None:
        """Raise `InputError` (``key.too_long``) for a key text of more than ``limit`` bytes."""
        size = len(text.encode())
        if size <= limit:
            return
        sizes: dict[str, int] = {}
        for piece in self.pieces:
            value = values.get(piece.field) if isinstance(piece, Variable) else None
            if isinstance(piece, Variable) and value is not None:
                written = len(piece.write(value).encode())
                sizes[piece.field] = sizes.get(piece.field, 0) + written
        raise too_long(what, size=size, limit=limit, sizes=sizes)

    def _leading(self, values: Mapping[str, object]) -> tuple[str, int | None]:
        """The prefix of these fields, and the place of the first piece that is not given."""
        for name in values:
            if name not in self.fields:
                raise unknown_part(name, self.fields)
        texts: list[str] = []
        at: int | None = None
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, Variable) and piece.field not in values:
                at = place if at is None else at
            elif at is None:
                texts.append(piece if isinstance(piece, str) else _given(piece, values))
        known = {p.field for p in self.pieces[:at] if isinstance(p, Variable)}
        for name in values:
            if name not in known:
                raise self._skipped(name, at)
        return "".join(texts), at

    def _operand(
        self, values: Mapping[str, object], at: int | None, name: str | None
    ) -> tuple[Variable, str]:
        """The variable the operator is on, and the plain text after it."""
        if name is not None and name not in self.fields:
            raise unknown_part(name, self.fields)
        variable = None if at is None else self.pieces[at]
        if at is None or not isinstance(variable, Variable) or name in values:
            raise InputError(
                "the field of the range is given as a value too; give one of them",
                code="key.part_twice",
                field=name,
            )
        if name is not None and name != variable.field:
            raise self._skipped(name, at)
        following = self.pieces[at + 1] if at + 1 < len(self.pieces) else ""
        return variable, following if isinstance(following, str) else ""

    def _skipped(self, name: str, at: int | None) -> InputError:
        missing = self.pieces[at] if at is not None else name
        skipped = missing.field if isinstance(missing, Variable) else name
        return refuse(
            "key.skipped_part",
            skipped,
            f"is skipped: {name!r} comes after it and is given; give {skipped!r} too",
        )


def _given(variable: Variable, values: Mapping[str, object]) -> str:
    value = values[variable.field]
    if value is None:
        raise refuse(
            "key.absent_part",
            variable.field,
            "is None, and rows without it have no such key; pass a value",
        )
    return variable.write(value)


def _between(prefix: str, variable: Variable, rest: str, bounds: Range[Any]) -> Interval | None:
    """Both ends included; what follows the field in the key closes or opens an end.

    Where nothing follows, the texts next to the bound make an end exclusive.
    """
    texts = [None if end is None else _sorted_text(variable, end) for end in _ends(bounds)]
    low, high = prefix or "\0", _last_with(prefix)
    if texts[0] is not None:
        low = prefix + texts[0] + rest
        if not bounds.include_start:
            low = _last_with(low) if rest else low + "\0"
    if texts[1] is not None:
        high = prefix + texts[1]
        if bounds.include_end:
            high = _last_with(high + rest) if rest else high
        else:
            high = _just_below(high)
    return Interval(low, high) if low <= high else None


def _ends(bounds: Range[Any]) -> tuple[object, object]:
    return bounds.start, bounds.end


def _sorted_text(variable: Variable, value: object) -> str:
    if variable.width is None and isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise refuse(
            "template.order",
            variable.field,
            "is a number written without a fixed width, so that 10 sorts before 9; "
            f"write {{{variable.field}:06}} in the template, or declare a composite key",
        )
    return variable.write(value)


def _last_with(prefix: str) -> str:
    """At or above every key that begins with the prefix."""
    return prefix + _ABOVE if prefix else TOP


def _just_below(text: str) -> str:
    """Below the text, and at or above every usual text below it."""
    last = ord(text[-1])
    if last == 0:
        return text[:-1]
    return text[:-1] + chr(0xD7FF if last == 0xE000 else last - 1) + _ABOVE


def _plain(value: object, name: str) -> str:
    if isinstance(value, Enum):
        value = value.value
    match value:
        case str():
            return str.__str__(value)
        case bool():
            return "true" if value else "false"
        case int() | UUID():
            return str(value)
        case Decimal() if value.is_finite():
            return str(value)
        case date() | datetime():
            return value.isoformat()
        case _:
            needs = "text, a number, a date, a datetime, a UUID or an Enum"
            raise wrong_kind(name, value, needs, "pass one of them")


def _pieces(text: str) -> tuple[str | Variable, ...]:
    pieces: list[str | Variable] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match[1] is not None:
            pieces.append(_variable(match[1]))
            continue
        if token in ("{", "}"):
            raise ValueError(f"{text!r} has a brace without its partner; double it to keep it")
        plain = {"{{": "{", "}}": "}"}.get(token, token)
        if pieces and isinstance(pieces[-1], str):
            plain = str(pieces.pop()) + plain
        pieces.append(plain)
    if not pieces:
        raise ValueError("an empty template makes an empty key; write some text or a field")
    return tuple(pieces)


def _variable(text: str) -> Variable:
    name, colon, spec = text.partition(":")
    width = _WIDTH.fullmatch(spec)
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no field name; write it as in the entity")
    if colon and width is None:
        raise ValueError(f"{spec!r} is no width; write it as in {{{name}:06}}")
    return Variable(name, int(width[1]) if width else None)


def _match(pieces: tuple[str | Variable, ...], text: str) -> list[str]:
    """The text of every piece in the only way the pieces can cover the text.

    ``ways[i][j]`` counts the ways (two stands for more) in which the first i pieces cover the
    first j characters, so that the cost is pieces times characters.
    """
    ways = [[1] + [0] * len(text)]
    for piece in pieces:
        ways.append(_cover(piece, text, ways[-1]))
    if ways[-1][-1] == 0:
        raise ValueError("not a key of this template")
    if ways[-1][-1] > 1:
        raise ValueError("the key can be read in more than one way, as templates do not escape")
    spans: list[str] = []
    end = len(text)
    for place in range(len(pieces), 0, -1):
        piece = pieces[place - 1]
        start = next(
            j for j in range(end, -1, -1) if ways[place - 1][j] and _fits(piece, text[j:end])
        )
        spans.append(text[start:end])
        end = start
    return spans[::-1]


def _cover(piece: str | Variable, text: str, before: list[int]) -> list[int]:
    after = [0] * (len(text) + 1)
    if isinstance(piece, Variable) and piece.width is None:
        total = 0
        for j in range(1, len(text) + 1):
            total = min(2, total + before[j - 1])
            after[j] = total
        return after
    step = len(piece) if isinstance(piece, str) else piece.width or 0
    for j in range(len(text) - step + 1):
        if before[j] and _fits(piece, text[j : j + step]):
            after[j + step] = before[j]
    return after


def _fits(piece: str | Variable, span: str) -> bool:
    if isinstance(piece, str):
        return piece == span
    if piece.width is None:
        return bool(span)
    return len(span) == piece.width and span.isascii() and span.isdigit()
