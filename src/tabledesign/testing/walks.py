"""A walk: pages read one after the other while others write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.testing.broken import Broken
from tabledesign.testing.calls import Ask, Moment
from tabledesign.testing.clients import Raised, Seen
from tabledesign.testing.expiry import alive
from tabledesign.testing.model import Identified, Rows, answer, identify

__all__ = ["Walk"]


@dataclass(slots=True)
class Walk:
    """The pages of one question so far, and where each item stood in every state since."""

    ask: Ask
    tenant: str | None
    cursor: str | None = None
    ended: bool = False
    broken_off: bool = False
    given: list[Any] = field(default_factory=list[Any])
    states: list[dict[Identified, object]] = field(default_factory=list[dict[Identified, object]])

    def take(self, seen: Seen) -> None:
        """Add a page; a page that failed breaks the walk off."""
        if isinstance(seen, Raised):
            self.ended = self.broken_off = True
            return
        page: Any = seen.value
        self.given += page.items
        try:
            self.cursor = page.cursor
        except InputError:
            # A cursor that would show what the caller was not handed is refused.
            self.ended = self.broken_off = True
            return
        self.ended = self.cursor is None

    def see(self, path: Sequence[Rows], repository: type[Repository], moment: Moment) -> None:
        """Note where each item of the answer stands in these states."""
        question = repository.__patterns__[self.ask.pattern].plan.asked
        for state in path:
            own = [
                row
                for at, row in state.items()
                if at.tenant == self.tenant and alive(row, moment.now)
            ]
            answered = answer(own, question, self.ask.arguments)
            self.states.append(
                {
                    identify(self.tenant, row.entity): place
                    for row, place in zip(answered.rows, answered.places)
                }
            )

    def check(self, *, lag: bool) -> None:
        """Raise `Broken` unless each item that was there throughout was given exactly once."""
        if self.broken_off or any(not isinstance(item, Entity) for item in self.given):
            return
        counts = Counter(identify(self.tenant, item) for item in self.given)
        for at in {*counts, *(at for state in self.states for at in state)}:
            places = [state.get(at) for state in self.states]
            ever = [place for place in places if place is not None]
            if lag or any(place != ever[0] for place in ever):
                continue  # an item that moves may be met where it was, where it is, or twice
            least = 1 if len(ever) == len(places) else 0
            if not least <= counts[at] <= 1 or (counts[at] and not ever):
                raise Broken(
                    f"a walk in pages of {self.ask.limit} gave {at} {counts[at]} times; it was "
                    f"there in {len(ever)} of {len(places)} states:\n    {self.ask}"
                )
