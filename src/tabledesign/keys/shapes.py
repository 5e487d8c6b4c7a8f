"""What the key texts of a kind look like, for the search of texts that two kinds share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tabledesign.keys.scalar import Kind

__all__ = ["SHAPES", "Group", "signs"]

Group = tuple[str, ...]

_DIGITS: Final = "0123456789"
_CLASSES: Final[Mapping[str, str]] = {
    "d": _DIGITS,
    "h": _DIGITS + "abcdef",
    "p": _DIGITS[1:],  # a digit that is not zero
    "n": _DIGITS[:-1],  # its complement
}
_SIGN: Final = re.compile(r"\[([0-9]+)\](\*?)|(.)(\*?)")


def signs(alternative: str) -> Iterator[tuple[frozenset[str], bool]]:
    """The letters of each place, and whether the place may repeat.

    >>> [("".join(sorted(letters)), repeats) for letters, repeats in signs("[01]d*T")]
    [('01', False), ('0123456789', True), ('T', False)]
    """
    for match in _SIGN.finditer(alternative):
        letters = match[1] or _CLASSES.get(match[3], match[3])
        yield frozenset(letters), bool(match[2] or match[4])


def _days() -> Iterator[str]:
    """Every month and day, the 29th of February in any year."""
    for months, last in (
        (("0[13578]", "1[02]"), ("0p", "[12]d", "3[01]")),
        (("0[469]", "11"), ("0p", "[12]d", "30")),
        (("02",), ("0p", "[12]d")),
    ):
        yield from (f"{month}-{day}" for month in months for day in last)


def _decimals() -> Iterator[str]:
    """Neither the first nor the last digit of a mantissa is a zero."""
    yield "="
    for power in ("[01]dd", "2[01234]d", "25[012345]"):
        yield from (f">{power}.{digits}" for digits in ("p", "pp", "pd*p"))
    for power in ("[89]dd", "7[56789]d", "74[456789]"):
        yield from (f"<{power}.{digits}~" for digits in ("n", "nn", "nd*n"))


_DATE: Final[tuple[Group, ...]] = (("dddd-",), tuple(_days()))

SHAPES: Final[Mapping[Kind, tuple[Group, ...]]] = {
    "integer": (("d", "-d"), ("d" * 18,)),
    "decimal": (tuple(_decimals()),),
    "date": _DATE,
    "datetime": (*_DATE, ("T",), ("[01]d", "2[0123]"), (":[012345]d:[012345]d.ddddddZ",)),
    "uuid": (("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh",),),
}
"""One alternative of each group after the other: every text of the kind, and a few that it
does not write (an integer beyond 64 bits, the year 0, a 29th of February)."""
