"""The rights that patterns and writes are granted: enough for whatever they do, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, cast

import pytest

from tabledesign import Entity
from tabledesign.deploy.permissions import Use, grants_of
from tabledesign.design.symbolic import symbolic_request
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.repository.repository import Repository
from tabledesign.testing.designs import draw_design
from tabledesign.testing.histories import Failure, run_histories
from tabledesign.testing.settings import Weather, setting
from tabledesign.testing.showing import Options
from tabledesign.testing.source import Seeded
from tabledesign.testing.verbs import Verb, call_with
from tabledesign.testing.verbs_of_keys import ALL_VERBS
from tabledesign.todo import TodoRepository

from ..design.designs import Orders
from ..testing.estate import Estate
from .permitted import Permitted, demanded


@pytest.fixture(scope="module")
def shared() -> Iterator[EmbeddedEngine]:
    with embedded() as engine:
        yield engine


def plans() -> Iterator[Any]:
    drawn = [draw_design(Seeded(seed)) for seed in range(12)]
    known: list[type[Repository]] = [TodoRepository, Orders, Estate, *drawn]
    for repository in known:
        yield from repository.plans()


def test_a_question_is_granted_exactly_what_its_request_demands() -> None:
    asked = list(plans())
    wrong = [
        plan.name
        for plan in asked
        if {(g.action, g.index) for g in grants_of(plan)} != set(demanded(symbolic_request(plan)))
    ]

    assert len(asked) > 60
    assert [] == wrong


def needs(verb: str, arguments: Sequence[Any]) -> Iterator[Use]:
    """What a call of the kit would be deployed with."""
    first = arguments[0] if arguments else None
    if verb in ("commit", "once"):
        for wish in cast("Mapping[str, Any]", arguments[1 if verb == "once" else 0]).values():
            yield Use(wish.verb.removesuffix("_if_exists"), kind(wish.target), True, verb == "once")
    elif verb in ("get", "get_together"):
        yield from (Use("get", each.entity) for each in arguments)
    elif verb == "counted":
        yield Use("counted", cast("Any", first).rule.entity)
    elif isinstance(first, list):
        for each in cast("Sequence[Any]", first):
            yield Use(cast("Any", verb), kind(each))
    else:
        plain = cast("Any", verb.removesuffix("_if_exists"))
        demands = isinstance(arguments[-1], Options) and bool(arguments[-1]) and verb != "move"
        versioned = isinstance(first, Entity) and type(first).__settings__.version is not None
        yield Use(plain, kind(first), demands or versioned)


def kind(target: Any) -> type[Entity]:
    found: type[Entity] = type(target) if isinstance(target, Entity) else target.entity
    return found


def granted(verb: Verb, less: str | None = None) -> Verb:
    """The verb, called by a role that has no more than this call's grants."""

    def run(repository: Any, *arguments: Any) -> object:
        grants = {g for g in grants_of(*needs(verb.name, arguments)) if g.action != less}
        scoped = copy(repository)
        scoped.engine = Permitted(repository.engine, grants)
        if verb.run is not None:
            return verb.run(scoped, *arguments)
        return call_with(getattr(scoped, verb.name), arguments)

    return replace(verb, run=run)


def play(
    repository: type[Repository],
    engine: EmbeddedEngine,
    count: int,
    *,
    weather: Weather = "calm",
    less: str | None = None,
    seed: int = 0,
) -> int:
    verbs = [granted(v, less) for v in ALL_VERBS if v.exists(repository)]
    made = setting(repository, lambda: engine, weather=weather, verbs=verbs)
    return run_histories(made, count=count, seed=seed).histories


@pytest.mark.parametrize("weather", ["calm", "faults"])
def test_no_write_of_a_design_with_every_rule_is_denied(
    shared: EmbeddedEngine, weather: Weather
) -> None:
    assert 2 == play(Estate, shared, 2, weather=weather)


def test_no_write_of_drawn_designs_is_denied(shared: EmbeddedEngine) -> None:
    assert 1 == play(draw_design(Seeded(0)), shared, 1)


@pytest.mark.full
@pytest.mark.parametrize("weather", ["calm", "faults", "lag"])
def test_no_write_of_a_design_is_denied_in_many_histories(
    shared: EmbeddedEngine, weather: Weather
) -> None:
    assert 60 == play(Estate, shared, 60, weather=weather, seed=500)
    drawn = [play(draw_design(Seeded(seed)), shared, 2, weather=weather) for seed in range(30)]
    assert [2] * 30 == drawn


@pytest.mark.parametrize(
    "less", ["ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"]
)
def test_a_role_that_lacks_one_action_is_found_out(shared: EmbeddedEngine, less: str) -> None:
    with pytest.raises(Failure, match=f"{less} on the table is not granted"):
        play(Estate, shared, 10, less=less)
