"""Peers, which need the environment of requirements/peers.txt; no checker of types has them."""

from __future__ import annotations

__all__ = ["NAMES"]

NAMES = ("pynamodb", "dyntastic", "dynantic", "pydynantic", "pydynox", "aiodynamo")
"""Those that one environment can hold; dynamoxy needs a newer Python."""
