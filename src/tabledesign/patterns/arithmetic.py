"""Sums as DynamoDB makes them: exact, where Python's decimals round to 28 digits."""

from __future__ import annotations

from decimal import Context, Decimal

__all__ = ["negative", "total"]

# The sum of the largest and the smallest number that DynamoDB stores has fewer digits.
_EXACT = Context(prec=400)


def total(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """The exact sum; of whole numbers a whole number.

    >>> total(Decimal("12345678901234567890123456789"), Decimal("0.1"))
    Decimal('12345678901234567890123456789.1')
    """
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return _EXACT.add(Decimal(one), Decimal(other))


def negative(number: int | Decimal) -> int | Decimal:
    """The number below zero by as much, to the last digit."""
    return number.copy_negate() if isinstance(number, Decimal) else -number
