"""Numbers in keys, written so that the order of their texts is the order of the numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.keys.scalar import Kind, Scalar, refuse, wrong_kind
from tabledesign.limits import NUMBER_DIGITS, NUMBER_MAGNITUDE

__all__ = ["DecimalNumber", "Integer", "read_integer", "write_integer"]

_WIDTH: Final = 19
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_NINES: Final = str.maketrans("0123456789", "9876543210")
_LOWEST_EXPONENT: Final = NUMBER_MAGNITUDE[0]
_HIGHEST_EXPONENT: Final = NUMBER_MAGNITUDE[1]

_INTEGER = re.compile("-?[0-9]{19}")
_DECIMAL = re.compile("=|>([0-9]{3})[.]([0-9]+)|<([0-9]{3})[.]([0-9]+)~")


def write_integer(number: int) -> str:
    """Nineteen digits; a negative number is ``-`` and the nines' complement of its digits."""
    if number >= 0:
        return f"{number:0{_WIDTH}}"
    return "-" + f"{-number:0{_WIDTH}}".translate(_NINES)


def read_integer(text: str) -> int:
    """The number that `write_integer` wrote; raises `ValueError`."""
    if _INTEGER.fullmatch(text) is None:
        raise ValueError("not the key text of an integer")
    return -int(text[1:].translate(_NINES)) if text[0] == "-" else int(text)


@dataclass(frozen=True, slots=True)
class Integer(Scalar):
    """A whole number of 64 bits with sign, in a fixed width.

    >>> Integer().encode(42, field="n"), Integer().encode(-42, field="n")
    ('0000000000000000042', '-9999999999999999957')
    """

    kind: Kind = "integer"
    sample: str = "0" * _WIDTH

    python_type: type[int] = int

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_kind(field, value, "a whole number", "pass an int")
        if not _LEAST <= value <= _MOST:
            raise refuse(
                "key.out_of_range",
                field,
                "holds a whole number that does not fit in 64 bits; declare the field as Decimal",
            )
        return write_integer(value)

    def _read(self, text: str) -> int:
        value = read_integer(text)
        return value if self.python_type is int else self.python_type(value)


@dataclass(frozen=True, slots=True)
class DecimalNumber(Scalar):
    """A decimal number of up to 38 digits, in the range DynamoDB gives its own numbers.

    Zero is ``=``; a positive number is ``>``, the exponent of its leading digit plus 130 in
    three digits, a point and its digits; a negative one is ``<``, the nines' complements of
    both, and a closing ``~`` that puts the shorter of two numbers with equal leading digits
    last. Equal numbers have one text: ``1.10`` is ``1.1`` and ``-0`` is ``0``.

    >>> [DecimalNumber().encode(Decimal(n), field="n") for n in ("12.50", "0", "-12.5")]
    ['>131.125', '=', '<868.874~']
    """

    kind: Kind = "decimal"
    python_type: type[Decimal] = Decimal
    sample: str = "="

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, Decimal):
            raise wrong_kind(field, value, "a decimal number", "pass a decimal.Decimal")
        sign, digits, exponent = value.as_tuple()
        if isinstance(exponent, str):
            raise refuse(
                "key.not_finite", field, "holds NaN or infinity; pass a finite Decimal, or None"
            )
        text = "".join(map(str, digits))
        leading = len(text) - 1 + exponent - (len(text) - len(text.lstrip("0")))
        text = text.strip("0")
        if not text:
            return "="
        _check_decimal(field, digits=len(text), leading=leading)
        power = f"{leading - _LOWEST_EXPONENT:03}"
        if sign:
            return f"<{power.translate(_NINES)}.{text.translate(_NINES)}~"
        return f">{power}.{text}"

    def _read(self, text: str) -> Decimal:
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise ValueError("not the key text of a decimal number")
        if text == "=":
            return Decimal(0)
        sign = int(match[1] is None)
        power, digits = match[1] or match[3], match[2] or match[4]
        if sign:
            power, digits = power.translate(_NINES), digits.translate(_NINES)
        exponent = int(power) + _LOWEST_EXPONENT - (len(digits) - 1)
        return Decimal((sign, tuple(map(int, digits)), exponent))


def _check_decimal(field: str, *, digits: int, leading: int) -> None:
    if digits > NUMBER_DIGITS:
        raise refuse(
            "key.out_of_range",
            field,
            f"holds a number of {digits} significant digits, and DynamoDB keeps {NUMBER_DIGITS}; "
            "round it",
        )
    if not _LOWEST_EXPONENT <= leading <= _HIGHEST_EXPONENT:
        raise refuse(
            "key.out_of_range",
            field,
            f"holds a number whose leading digit stands at 10^{leading}, outside DynamoDB's "
            f"{_LOWEST_EXPONENT}..{_HIGHEST_EXPONENT}; scale it",
        )
