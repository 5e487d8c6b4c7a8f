"""Who runs on which core: a server's work must not push a contender's out of its caches.

DynamoDB never shares a cache with its client. On one machine the kernel likes to wake a server on
the core of the process that asks it, and then the client pays, as CPU time of its own, for what
the server has displaced; the less a client does, the larger the share of it.
"""

from __future__ import annotations

import os
from collections.abc import Set

__all__ = ["give_back", "set_apart"]


def set_apart(server: int) -> Set[int]:
    """Give the server's process the last of this process's cores, and keep the others.

    The cores that were this process's, for `give_back`. What it starts from now on inherits those
    it keeps. Nothing is done where there is but one core, or no way to choose.
    """
    if not hasattr(os, "sched_setaffinity"):
        return frozenset()
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(server, {max(cores)})
        os.sched_setaffinity(0, cores - {max(cores)})
    return cores


def give_back(cores: Set[int]) -> None:
    """Let this process run on all of these cores again."""
    if cores:
        os.sched_setaffinity(0, cores)
