"""Benchmarks: each a ratio against a peer in the same run, never an absolute time."""

from __future__ import annotations

__all__: list[str] = []
