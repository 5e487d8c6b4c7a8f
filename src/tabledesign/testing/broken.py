"""The one error of the kit: something that must hold does not."""

from __future__ import annotations

__all__ = ["Broken"]


class Broken(AssertionError):
    """Something that must hold of a design does not."""
