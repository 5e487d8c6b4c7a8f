"""Seeded histories: drawn, played, and cut down to the shortest that still fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count as numbers_from
from typing import Any

from tabledesign.clock import new_id
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import FakeClock
from tabledesign.repository.repository import Repository
from tabledesign.testing.calls import Ask, Call, How
from tabledesign.testing.drawing import Values, draw_arguments
from tabledesign.testing.source import Seeded, Source, chance, choice, weighted
from tabledesign.testing.verbs import Verb, write_of
from tabledesign.testing.verbs_of_keys import ALL_VERBS
from tabledesign.testing.world import Round, World
from tabledesign.testing.write_drawing import Around

__all__ = ["Failure", "History", "Report", "Setting", "draw_round", "run_histories"]

SHRINK_TRIES = 400
_worlds = numbers_from(int(new_id()[:12], 16))
HOW: Sequence[tuple[How, int]] = (
    ("all", 40),
    ("page", 35),
    ("count", 10),
    ("first", 10),
    ("one", 5),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What histories are made of: the design, the verbs, the engine between, how many clients.

    ``wrap`` is called with a seed for each history and gives what stands between a client and
    the engine, or None.
    """

    repository: type[Repository]
    engine: Callable[[], Engine]
    verbs: Sequence[Verb] = ALL_VERBS
    values: Values = field(default_factory=dict[str, Any])
    clients: int = 3
    prepare: Callable[[World, int], None] | None = None
    table_prefix: str = "history"

    @property
    def usable(self) -> list[tuple[Verb, int]]:
        """The verbs that the repository has, with their weights."""
        return [(verb, verb.weight) for verb in self.verbs if verb.exists(self.repository)]

    def world(self, seed: int) -> World:
        """A fresh world for one history, not opened yet."""
        # Nothing of another history, or of another run on the same engine, may be in the way.
        unique = next(_worlds)
        name = f"{self.table_prefix}-{seed}-{unique:x}"
        clock = FakeClock(ids=unique << 32)
        made = World(self.repository, self.engine(), name, self.clients, clock=clock)
        if self.prepare is not None:
            self.prepare(made, seed)
        return made


@dataclass(frozen=True, slots=True)
class History:
    """The rounds of one history, and the seed of what was between clients and engine."""

    seed: int
    rounds: tuple[Round, ...]

    def __str__(self) -> str:
        return "\n".join(f"  {number}.\n{each}" for number, each in enumerate(self.rounds, start=1))


class Failure(AssertionError):
    """A history that broke a promise: its seed, and the shortest history that still does."""

    def __init__(self, history: History, reason: BaseException) -> None:
        self.history = history
        self.reason = reason
        length = len(history.rounds)
        super().__init__(
            f"seed {history.seed} breaks the design; shortest history found, of {length} rounds:\n"
            f"{history}\n\n{type(reason).__name__}: {reason}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """How much was run, and how often each verb and pattern was hit."""

    histories: int
    rounds: int
    hits: Mapping[str, int]

    def __str__(self) -> str:
        lines = [f"{self.histories} histories, {self.rounds} rounds, no violation"]
        lines += [f"  {count:7} {name}" for name, count in sorted(self.hits.items())]
        return "\n".join(lines)


def draw_round(source: Source, world: World, setting: Setting) -> Round:
    """One call, or in two of five cases calls of several clients at once."""
    together = 1 if chance(source, 60) else source.integer(2, world.clients)
    first = source.integer(0, world.clients - 1)
    clients = [(first + offset) % world.clients for offset in range(min(together, world.clients))]
    calls = [call for c in clients if (call := _draw_call(source, world, setting, c)) is not None]
    order = [source.integer(0, 7) for _ in range(3 * len(calls))] if len(calls) > 1 else []
    seconds = source.integer(1, 100_000) if chance(source, 3) else 0
    return Round(tuple(calls), tuple(order), seconds)


def _draw_call(source: Source, world: World, setting: Setting, client: int) -> Call | None:
    open_walks = [walk.ask for walk in world.walks.values() if walk.ask.client == client]
    if open_walks and chance(source, 40):
        return choice(source, open_walks)
    patterns = setting.repository.__patterns__
    if patterns and chance(source, 35):
        return _draw_question(source, world, setting, client)
    entities = list(setting.repository.__table__.entities.values())
    around = Around(entities, world.stored(client), setting.values, world.earlier)
    for _ in range(5):
        verb = weighted(source, setting.usable)
        drawn = verb.draw(source, around)
        if drawn is not None:
            return write_of(verb, client, drawn)
    return None


def _draw_question(source: Source, world: World, setting: Setting, client: int) -> Ask:
    name = choice(source, list(setting.repository.__patterns__))
    plan = setting.repository.__patterns__[name].plan
    arguments = draw_arguments(source, plan, world.stored(client), setting.values)
    if plan.operation == "GetItem":
        return Ask(client, name, arguments, choice(source, ("first", "one")))
    if plan.operation == "BatchGetItem":
        return Ask(client, name, arguments)
    how = weighted(source, HOW)
    if how != "page":
        return Ask(client, name, arguments, how)
    walk = world.hits["walks"]
    world.hits["walks"] += 1
    return Ask(client, name, arguments, "page", source.integer(1, 3), walk)


def run_histories(setting: Setting, *, count: int = 300, steps: int = 30, seed: int = 0) -> Report:
    """Run so many histories; raises `Failure` with the shortest history found for the first."""
    hits: Counter[str] = Counter()
    rounds = 0
    for number in range(seed, seed + count):
        played = _run_one(setting, number, steps)
        hits.update(played.hits)
        rounds += steps
    return Report(count, rounds, hits)


def _run_one(setting: Setting, seed: int, steps: int) -> World:
    source = Seeded(seed)
    world = setting.world(seed)
    world.open()
    rounds: list[Round] = []
    failed: Exception | None = None
    try:
        for _ in range(steps):
            rounds.append(draw_round(source, world, setting))
            world.play(rounds[-1])
        world.finish()
        _last_questions(source, world, setting)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported with its history
        failed = error
    finally:
        world.close()
    if failed is not None:
        history, reason = shortest(setting, History(seed, tuple(rounds)), failed)
        raise Failure(history, reason) from failed
    return world


def _last_questions(source: Source, world: World, setting: Setting) -> list[Round]:
    """Once all is quiet every index must have come to the truth."""
    if world.settle is None or not setting.repository.__patterns__:
        return []
    rounds = [
        Round((_draw_question(source, world, setting, client),))
        for client in range(world.clients)
        for _ in range(2)
    ]
    for each in rounds:
        world.play(each)
    return rounds


def replay(setting: Setting, history: History) -> BaseException | None:
    """Play the rounds again; what they break, or None."""
    world = setting.world(history.seed)
    world.open()
    try:
        for played in history.rounds:
            world.play(played)
        world.finish()
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return error
    finally:
        world.close()
    return None


def shortest(
    setting: Setting, history: History, reason: BaseException
) -> tuple[History, BaseException]:
    """Leave out rounds, then calls, as long as what is left still fails in the same way."""
    kind = type(reason)
    tries = SHRINK_TRIES
    size = max(1, len(history.rounds) // 2)
    while tries > 0:
        for shorter in _shorter(history, size):
            tries -= 1
            again = replay(setting, shorter)
            if type(again) is kind and again is not None:
                history, reason = shorter, again
                break
            if tries <= 0:
                break
        else:
            if size == 1:
                break
            size = max(1, size // 2)
    return history, reason


def _shorter(history: History, size: int) -> Iterator[History]:
    rounds = history.rounds
    for start in range(0, len(rounds), size):
        yield History(history.seed, rounds[:start] + rounds[start + size :])
    if size > 1:
        return
    for number, played in enumerate(rounds):
        for index in range(len(played.calls) if len(played.calls) > 1 else 0):
            calls = played.calls[:index] + played.calls[index + 1 :]
            fewer = Round(calls, played.order, played.seconds)
            yield History(history.seed, (*rounds[:number], fewer, *rounds[number + 1 :]))
