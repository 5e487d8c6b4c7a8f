"""Draws that look like chance and are not: the same seed, purpose and ids give the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["Draws"]

_Option = TypeVar("_Option")


class Draws:
    """Sixteen independent draws of 32 bits, by place, for one purpose and one set of ids.

    >>> Draws("demo", "dinner", "ann").pick(0, ("soup", "rice")) in ("soup", "rice")
    True
    """

    __slots__ = ("digest",)

    def __init__(self, seed: str, purpose: str, *ids: str) -> None:
        parts = [part.encode("utf-8", "surrogatepass") for part in (seed, purpose, *ids)]
        # Each part is preceded by its length, so that ("a", "bc") and ("ab", "c") differ.
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        self.digest = blake2b(framed, digest_size=64).digest()

    def number(self, place: int, below: int) -> int:
        """A number from 0, below ``below``."""
        return int.from_bytes(self.digest[place * 4 : place * 4 + 4], "big") % below

    def chance(self, place: int, times: int, out_of: int) -> bool:
        """True so many times out of so many."""
        return self.number(place, out_of) < times

    def pick(self, place: int, options: Sequence[_Option]) -> _Option:
        """One of the options, all alike."""
        return options[self.number(place, len(options))]

    def hex(self, digits: int) -> str:
        """The last hexadecimal digits, out of the way of the draws in the first places."""
        return self.digest.hex()[-digits:]
