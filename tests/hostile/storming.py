"""Many attacks on one table, each judged; of those that failed, the least that fails still."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from tabledesign.testing.source import Seeded, Source, chance, weighted

from ..api.shapes import Reply
from .attack import Attack
from .besieged import Besieged, besieged
from .carrying import SHAPES
from .honest import honest
from .judging import Fault, faults_of, told_apart
from .planted import KNOWN
from .spoiling import IN_BODIES, WAYS, spoiled

__all__ = ["Failure", "Storm", "drawn", "least", "storm"]

EPOCH: Final = 40
"""Attacks, before the table is as at first again."""

ABSENT: Final = "absent4d8c"
assert len(ABSENT) == len(KNOWN)


@dataclass(frozen=True)
class Sent:
    """One attack by one kind of event."""

    shape: str
    attack: Attack


@dataclass(frozen=True)
class Failure:
    """A fault, and the least that was sent to a new table to see it again."""

    kind: str
    detail: str
    sent: Sequence[Sent]
    repeats: bool

    def __str__(self) -> str:
        asked = "\n  ".join(f"[{each.shape}] {each.attack}" for each in self.sent)
        again = "" if self.repeats else " (not seen again on a new table)"
        return f"{self.kind}{again}: {self.detail}\n  {asked}"


@dataclass
class Storm:
    """What was sent, and what came back."""

    statuses: Counter[int]
    ways: Counter[str]
    routes: Counter[str]
    failure: Failure | None = None

    @property
    def count(self) -> int:
        return self.statuses.total()


def drawn(source: Source, world: Besieged, ways: Collection[str] = WAYS.keys()) -> Attack:
    """A request in good faith, spoiled in up to three ways."""
    weights = [(name, weight) for name, (_, weight) in WAYS.items() if name in ways]
    count = weighted(source, ((0, 1), (1, 6), (2, 3), (3, 2)))
    names = [weighted(source, weights) for _ in range(count)]
    # What is done to a body is seen only by whoever reads one.
    apt = [route for route in world.routes if route.operation and route.operation.body]
    routes = apt if not IN_BODIES.isdisjoint(names) and chance(source, 80) else world.routes
    start = honest(source, routes, world.cursor)
    return spoiled(source, start, (world.cursor, world.foreign_cursor), names)


def storm(count: int, *, seed: int = 0, ways: Collection[str] = WAYS.keys()) -> Storm:
    """So many attacks through all kinds of event in turn; ends at the first that fails."""
    storm = Storm(Counter(), Counter(), Counter())
    with besieged() as world:
        for first in range(0, count, EPOCH):
            world.reset()
            _epoch(world, storm, range(first, min(first + EPOCH, count)), seed, ways)
            if storm.failure is not None:
                break
    return storm


def _epoch(world: Besieged, storm: Storm, numbers: range, seed: int, ways: Collection[str]) -> None:
    sent: list[Sent] = []
    faults: list[Fault] = []
    for number in numbers:
        attack = drawn(Seeded(seed * 1_000_003 + number), world, ways)
        sent.append(Sent(SHAPES[number % len(SHAPES)], attack))
        reply, faults = judged(world, sent[-1])
        storm.ways.update(attack.ways)
        storm.routes[attack.route] += reply is not None and reply.status < 400
        storm.statuses[reply.status if reply else 599] += 1
        if faults:
            break
    faults = faults or _of_touched(world)
    if faults:
        storm.failure = least(world, faults[0], sent)


def judged(world: Besieged, sent: Sent) -> tuple[Reply | None, list[Fault]]:
    """Send one attack; where it names another's row, it is sent once more for an absent one."""
    carry, attack = world.through[sent.shape], sent.attack
    try:
        reply = carry(attack)
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be raised
        return None, [("5xx", f"raised {type(error).__name__}: {error:.300}")]
    faults = faults_of(world, attack, reply)
    twin = attack.put(KNOWN, ABSENT)
    keyed = any(name.lower() == "idempotency-key" for name, _ in attack.headers)
    # Who may see it is told that it is there, and what has been changed is another thing.
    sees = not {"admin", "support"}.isdisjoint(attack.caller.roles)
    changed = sees or keyed or (reply.status < 400 and attack.method != "GET")
    if not faults and twin != attack and not changed:
        faults += told_apart(attack, reply, carry(twin), (KNOWN, ABSENT))
        world.told()
    return reply, faults


def _of_touched(world: Besieged) -> list[Fault]:
    return [("foreign row changed", row) for row in world.touched()]


def least(world: Besieged, fault: Fault, sent: Sequence[Sent]) -> Failure:
    """The failure with as few and as short attacks as show it on the table as it was at first."""

    def fails(tried: Sequence[Sent]) -> bool:
        world.reset()
        for each in tried:
            if any(kind == fault[0] for kind, _ in judged(world, each)[1]):
                return True
        return any(kind == fault[0] for kind, _ in _of_touched(world))

    last = [sent[-1]]
    if fails(last):
        kept = last
    elif fails(sent):
        kept = _fewer(list(sent), fails)
    else:
        return Failure(*fault, last, repeats=False)
    for at in range(len(kept)):
        kept = _simpler(kept, at, fails)
    return Failure(*fault, kept, repeats=True)


def _fewer(sent: list[Sent], fails: Callable[[Sequence[Sent]], bool]) -> list[Sent]:
    """Halves, quarters and so on are left out while it fails without them."""
    size = len(sent) // 2
    while size:
        at = 0
        while at < len(sent):
            rest = sent[:at] + sent[at + size :]
            if rest and fails(rest):
                sent = rest
            else:
                at += size
        size //= 2
    return sent


def _simpler(sent: list[Sent], at: int, fails: Callable[[Sequence[Sent]], bool]) -> list[Sent]:
    simpler = True
    while simpler:
        simpler = False
        for attack in _simplifications(sent[at].attack):
            tried = [*sent[:at], replace(sent[at], attack=attack), *sent[at + 1 :]]
            if fails(tried):
                sent, simpler = tried, True
                break
    return sent


def _simplifications(attack: Attack) -> Iterator[Attack]:
    if attack.body is not None:
        yield replace(attack, body=None)
        yield from (replace(attack, body=body) for body in _shorter(attack.body))
    if attack.query:
        yield replace(attack, query="")
        pairs = attack.query.split("&")
        for at in range(len(pairs) if len(pairs) > 1 else 0):
            yield replace(attack, query="&".join(pairs[:at] + pairs[at + 1 :]))
    for at in range(len(attack.headers)):
        yield replace(attack, headers=attack.headers[:at] + attack.headers[at + 1 :])
    for at, (name, value) in enumerate(attack.headers):
        if len(value) > 8:
            short = (name, value[: len(value) // 2])
            yield replace(attack, headers=(*attack.headers[:at], short, *attack.headers[at + 1 :]))


def _shorter(body: bytes) -> Iterator[bytes]:
    try:
        members: object = json.loads(body)
    except (ValueError, RecursionError):
        members = None
    if isinstance(members, dict):
        whole = cast("dict[str, object]", members)
        for name in whole:
            rest = {other: value for other, value in whole.items() if other != name}
            yield json.dumps(rest, ensure_ascii=False).encode("utf-8", "surrogatepass")
    elif len(body) > 40:
        yield body[: len(body) // 2]
        yield body[len(body) // 2 :]
