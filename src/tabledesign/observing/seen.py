"""What is seen of one request while it is answered: names, numbers and codes, never a value."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import TabledesignError
from tabledesign.repository.trace import Trace

__all__ = ["Seen", "Spent", "carried", "current", "fault_of", "trace"]

_THROTTLES = frozenset({"request.throttled", "request.limit_exceeded"})
_CONFLICTS = frozenset({"condition.failed", "transaction.conflict", "replica.conflict"})


@dataclass(slots=True)
class Spent:
    """What the requests of one access pattern, or one verb, took.

    ``conflicts`` are writes that DynamoDB refused because the item was not as they demand, or
    another transaction held it.
    """

    requests: int = 0
    capacity: float = 0.0
    rows: int = 0
    throttles: int = 0
    conflicts: int = 0

    def add(self, told: Trace) -> None:
        """Count one answer, or one failure."""
        self.requests += 1
        self.capacity += told.capacity or 0.0
        self.rows += told.rows or 0
        self.throttles += told.error in _THROTTLES
        self.conflicts += told.error in _CONFLICTS


@dataclass(slots=True)
class Seen:
    """One request, from its arrival to its answer.

    ``about`` is the route, or what else stands for this kind of request: one of few. ``error``
    is the class and the code of a failure of ours; ``figures`` are metrics of the request's kind,
    and ``more`` is told beside them.
    """

    request_id: str = ""
    about: str = "unrouted"
    method: str = ""
    status: int = 0
    problem: str | None = None
    error: str | None = None
    tenant: str | None = None
    unreadable: int = 0
    figures: dict[str, float] = field(default_factory=dict[str, float])
    more: dict[str, object] = field(default_factory=dict[str, object])
    patterns: dict[str, Spent] = field(default_factory=dict[str, Spent])
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, told: Trace) -> None:
        """Add one step of a request to its pattern; requests of a batch are sent by threads."""
        if told.step == "started":
            return
        name = told.asked_by or told.operation
        with self._lock:
            spent = self.patterns.get(name)
            if spent is None:
                spent = self.patterns[name] = Spent()
            spent.add(told)


carried: ContextVar[Seen | None] = ContextVar("seen", default=None)
"""Of the request being answered; a thread started for it has a copy of the reference."""


def fault_of(error: Exception) -> str:
    """The class of an error and the code of one of ours; a message may hold what is stored."""
    code = error.code if isinstance(error, TabledesignError) else ""
    return f"{type(error).__name__} {code}".strip()


def current() -> Seen | None:
    """The request being answered, or None outside of one."""
    return carried.get()


def trace(told: Trace) -> None:
    """Give it to a repository, ``trace=trace``: its requests then count for the current one."""
    seen = carried.get()
    if seen is not None:
        seen.count(told)
