"""DynamoDB's numbers: 38 significant digits, one text for equal numbers."""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Final

from tabledesign.codec.faults import Misfit, Misread
from tabledesign.limits import NUMBER_DIGITS, NUMBER_MAGNITUDE

__all__ = ["decimal_text", "float_text", "read_decimal", "read_float", "read_whole", "whole_text"]

_LOWEST: Final = NUMBER_MAGNITUDE[0]
_HIGHEST: Final = NUMBER_MAGNITUDE[1]
_PLAIN_LIMIT: Final = 10**NUMBER_DIGITS
_WHOLE_LIMIT: Final = 10 ** (_HIGHEST + 1)

# Rounded is not trapped: dropping trailing zeros loses nothing.
_EXACT: Final = Context(
    prec=NUMBER_DIGITS,
    Emin=_LOWEST,
    Emax=_HIGHEST,
    clamp=0,
    traps=[Inexact, InvalidOperation, Overflow, Subnormal],
)


def whole_text(value: int) -> str:
    """The text of a whole number, the same as that of an equal decimal one; raises `Misfit`.

    >>> whole_text(-12), whole_text(10**40)
    ('-12', '1E+40')
    """
    if -_PLAIN_LIMIT < value < _PLAIN_LIMIT:
        return str(value)
    if not -_WHOLE_LIMIT < value < _WHOLE_LIMIT:
        raise _out_of_range()
    return decimal_text(Decimal(value))


def decimal_text(value: Decimal) -> str:
    """The one text of a decimal number; raises `Misfit`.

    It has an exponent where more than 38 digits would stand before the point only: readers that
    count digits, boto3's among them, stumble over the zeros.

    >>> [decimal_text(Decimal(n)) for n in ("1.10", "-0", "1E+3", "1E-3")]
    ['1.1', '0', '1000', '0.001']
    """
    try:
        least = value.normalize(_EXACT)
    except (Inexact, InvalidOperation, Overflow, Subnormal):
        raise _decimal_misfit(value) from None
    if not least:
        return "0"
    if not least.is_finite():
        raise _not_finite()
    text = str(least)
    if "E" not in text or least.adjusted() >= NUMBER_DIGITS:
        return text
    return format(least, "f")


def float_text(value: float) -> str:
    """The shortest text that reads back as the same float; raises `Misfit`.

    >>> float_text(0.1), float_text(1e22), float_text(-0.0)
    ('0.1', '10000000000000000000000', '0')
    """
    if not math.isfinite(value):
        raise _not_finite()
    return decimal_text(Decimal(float.__repr__(value)))


def read_whole(text: str) -> int:
    """The whole number that a stored text means; raises `Misread`.

    >>> read_whole("5"), read_whole("5.0"), read_whole("1E+2")
    (5, 5, 100)
    """
    try:
        return int(text)
    except (TypeError, ValueError):
        number = read_decimal(text)
    if number != number.to_integral_value():
        raise Misread("is a number with a fraction, not a whole number")
    return int(number)


def read_decimal(text: str) -> Decimal:
    """The decimal number that a stored text means; raises `Misread`."""
    try:
        number = Decimal(text)
    except (TypeError, ValueError, InvalidOperation):
        raise Misread("is not the text of a number") from None
    # A number in DynamoDB is never that long; `int` of 1E+999999999 would fill the memory.
    if not number.is_finite() or abs(number.adjusted()) > 2 * _HIGHEST:
        raise Misread("is not a number that DynamoDB holds")
    return number


def read_float(text: str) -> float:
    """The float nearest to a stored number; raises `Misread`."""
    return float(read_decimal(text))


def _decimal_misfit(value: Decimal) -> Misfit:
    if not value.is_finite():
        return _not_finite()
    digits = len("".join(map(str, value.as_tuple().digits)).strip("0"))
    return _too_many_digits(digits) if digits > NUMBER_DIGITS else _out_of_range()


def _not_finite() -> Misfit:
    return Misfit(
        "value.not_finite",
        "is NaN or infinity, which DynamoDB cannot store",
        "pass a finite number, or None where the field allows it",
    )


def _too_many_digits(digits: int) -> Misfit:
    return Misfit(
        "value.too_many_digits",
        f"has {digits} significant digits and DynamoDB keeps {NUMBER_DIGITS}",
        "round it, or store it as text",
    )


def _out_of_range() -> Misfit:
    return Misfit(
        "value.out_of_range",
        f"is outside DynamoDB's numbers, whose leading digit stands between 10^{_LOWEST} "
        f"and 10^{_HIGHEST}",
        "scale it, or store it as text",
    )
