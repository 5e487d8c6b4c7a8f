"""The search for an order of calls that explains what was seen and what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import ConditionFailed, InputError
from tabledesign.testing.calls import Ask, Call
from tabledesign.testing.clients import Raised, Seen
from tabledesign.testing.model import Rows

__all__ = ["Search"]

_STATES = 256
"""How many states are looked at for every order there is: those of eight single writes."""


@dataclass(slots=True)
class Search:
    """Orders of these calls, those that come nearest to what is stored first.

    ``after`` gives every state that a call may leave of another. ``ends`` are the states that
    orders led to, none of them the one that is stored.
    """

    parts: Sequence[tuple[Call, Seen]]
    actual: Rows
    after: Callable[[Call, Seen, Rows], Iterable[Rows]]
    ends: list[Rows] = field(default_factory=list[Rows])
    _tried: dict[frozenset[int], list[Rows]] = field(
        default_factory=dict[frozenset[int], list[Rows]]
    )
    _known: dict[frozenset[int], list[tuple[Rows, bool]]] = field(
        default_factory=dict[frozenset[int], list[tuple[Rows, bool]]]
    )

    def path(self, rows: Rows) -> list[Rows] | None:
        """The states from this one to what is stored, or None where no order leads there."""
        return self._onwards(frozenset(range(len(self.parts))), (rows,))

    def passed(self, rows: Rows) -> list[Rows]:
        """Every state that some order passes on its way to what is stored.

        Calls that were made at once may have come in several orders that end alike; an index that
        lags may show an item as it was in between in any of them.
        """
        found: list[Rows] = []
        self._leads(frozenset(range(len(self.parts))), rows, found)
        return found

    @property
    def nearest(self) -> Rows | None:
        """The end that differs least from what is stored."""
        return min(self.ends, key=self._distance, default=None)

    def _onwards(self, left: frozenset[int], path: tuple[Rows, ...]) -> list[Rows] | None:
        rows = path[-1]
        if not left:
            if rows == self.actual:
                return list(path)
            self.ends.append(rows)
            return None
        tried = self._tried.setdefault(left, [])
        if rows in tried:
            return None
        tried.append(rows)
        steps: list[tuple[int, int, Rows]] = []
        for number in sorted(left):
            call, seen = self.parts[number]
            for after in self.after(call, seen, rows):
                if _writes_nothing(call, seen):
                    # Where it is explained now, waiting for another state can gain nothing.
                    return self._onwards(left - {number}, (*path, after))
                steps.append((self._distance(after), number, after))
        for _, number, after in sorted(steps, key=lambda step: step[:2]):
            found = self._onwards(left - {number}, (*path, after))
            if found is not None:
                return found
        return None

    def _leads(self, left: frozenset[int], rows: Rows, found: list[Rows]) -> bool:
        known = self._known.setdefault(left, [])
        for state, led in known:
            if state == rows:
                return led
        if sum(map(len, self._known.values())) >= _STATES:
            return False
        leads = not left and rows == self.actual
        place = len(known)
        known.append((rows, leads))
        for number in sorted(left):
            call, seen = self.parts[number]
            for after in self.after(call, seen, rows):
                leads = self._leads(left - {number}, after, found) or leads
            if leads and _writes_nothing(call, seen):
                break
        known[place] = (rows, leads)
        if leads:
            found.append(rows)
        return leads

    def _distance(self, rows: Rows) -> int:
        differing = sum(rows.get(at) != row for at, row in self.actual.items())
        return differing + sum(at not in self.actual for at in rows)


def _writes_nothing(call: Call, seen: Seen) -> bool:
    refused = isinstance(seen, Raised) and isinstance(seen.error, ConditionFailed | InputError)
    return isinstance(call, Ask) or refused
