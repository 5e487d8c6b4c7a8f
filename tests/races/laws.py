"""What must hold after two requests met: there is an order in which one after the other did it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

from tabledesign.api.conditions import etag
from tabledesign.todo.entities import Member, Task, TaskList, table

from ..api.shapes import Sent
from ..writes.design import check_truth
from .contests import Contest
from .duel import Arena, Outcome

__all__ = ["Ring"]

_IDS: Final = re.compile(r"[0-9a-f]{32}")
_TIMES: Final = re.compile(r"2026-01-01T[0-9:.]+Z")
_REFUSED: Final = frozenset({404, 409, 412})
_FAILED: Final = frozenset({0, 429, 503})


class Ring:
    """One contest on one table, and the states that its requests may leave."""

    def __init__(self, arena: Arena, contest: Contest) -> None:
        self.arena, self.contest = arena, contest
        arena.reset()
        match = {"If-Match": etag(self._read(contest.match))} if contest.match else {}
        self.sent: Sequence[Sent] = [
            replace(each, headers={**each.headers, **match})
            for each in (contest.one, contest.other)
        ]
        self.true: set[str] = set()
        self.requests = arena.count(self.sent[0])
        self.lawful = {order: self._after(order) for order in self._orders()}

    def check(self, outcomes: Sequence[Outcome], *, failing: bool) -> None:
        """Raises `AssertionError` for what must not be."""
        for outcome in outcomes:
            lawful = _REFUSED | (_FAILED if failing else frozenset[int]())
            assert outcome.done or outcome.status in lawful, outcome
        state = self._state()
        may = {
            after
            for order, after in self.lawful.items()
            if after is not None and _explains(order, outcomes)
        }
        assert state in may, (outcomes, state)
        if not failing:
            self._check_law(outcomes)
        if self.contest.law == "once":
            self._check_again(outcomes)

    def _check_law(self, outcomes: Sequence[Outcome]) -> None:
        done = [outcome for outcome in outcomes if outcome.done]
        if self.contest.law == "one wins":
            assert 1 == len(done), outcomes
        if self.contest.law == "repeatable":
            assert 2 == len(done), outcomes
            assert done[0].body == done[1].body
        if self.contest.law == "once":
            told = {outcome.code for outcome in outcomes if not outcome.done}
            assert done, outcomes
            assert told <= {"idempotency.in_flight"}, outcomes

    def _check_again(self, outcomes: Sequence[Outcome]) -> None:
        """Sent again under its key it has had one effect, and the first answer; or a 422."""
        again = self.arena.alone(self.sent[0])
        assert again.done, again
        told = [each.body for each in (*outcomes, again) if each.done]
        assert [again.body] * len(told) == told, told
        assert self.lawful[(0,)] == self._state()
        other = replace(self.sent[0], body=(self.sent[0].body or b"") + b" ")
        assert "idempotency.mismatch" == self.arena.alone(other).code

    def _orders(self) -> list[tuple[int, ...]]:
        return [order for size in range(3) for order in permutations((0, 1), size)]

    def _after(self, order: Sequence[int]) -> str | None:
        """The state after these requests one by one; None where one of them is refused."""
        self.arena.reset()
        for number in order:
            if not self.arena.alone(self.sent[number]).done:
                return None
        return self._state()

    def _state(self) -> str:
        """All that is stored, but for ids and times that are new, and records of keys."""
        items = self.arena.memory.items
        kept = [item for item in items.values() if item["entity"] != {"S": "idempotency"}]
        plain = sorted(json.dumps(item, sort_keys=True) for item in kept)
        state = "\n".join(_TIMES.sub("TIME", _IDS.sub("ID", text)) for text in plain)
        if state not in self.true:
            check_truth(kept, self.arena.memory.clock.now(), where=table)
            self.true.add(state)
        return state

    def _read(self, path: str) -> Task | TaskList | Member:
        base = self.arena.base
        found: Task | TaskList | Member | None
        match path.strip("/").split("/"):
            case ["tasks", task_id]:
                found = base.get(Task.by_id(task_id=task_id))
            case ["lists", list_id]:
                found = base.get(TaskList.by_id(list_id=list_id))
            case ["lists", list_id, "members", user_id]:
                found = base.get(Member.by_id(list_id=list_id, user_id=user_id))
            case _:
                raise AssertionError(path)
        assert found is not None
        return found


def _explains(order: Sequence[int], outcomes: Sequence[Outcome]) -> bool:
    """Whether all that was told as done is in the order, and nothing that was refused."""
    return all(
        number in order if outcome.done else (outcome.unknown or number not in order)
        for number, outcome in enumerate(outcomes)
    )
