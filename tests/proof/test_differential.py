"""Differential: the same histories on two engines give the same answers, request by request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign.engine import Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.repository.repository import Repository
from tabledesign.testing import histories
from tabledesign.testing.designs import draw_design
from tabledesign.testing.histories import Failure, run_histories
from tabledesign.testing.settings import Weather, setting
from tabledesign.testing.source import Seeded
from tabledesign.todo import TodoRepository
from tabledesign.wire import Request, Response

from ..evidence import DIFFERENTIAL, Evidence
from ..testing.notes import Notes
from .twin import Twin

STEPS = 30
DESIGNS = ("todo", "notes", "drawn")
WEATHERS: tuple[Weather, ...] = ("calm", "faults", "lag")


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with embedded() as first, Dynoxide() as second:
        yield Twin(first, second.engine())


def design_of(name: str, seed: int) -> type[Repository]:
    if name == "drawn":
        return draw_design(Seeded(seed))
    return TodoRepository if name == "todo" else Notes


def run(twin: Twin, seed: int, *, steps: int = STEPS) -> None:
    """One history; of ten, one with lagging indexes, which takes several times as long."""
    weather: Weather = "lag" if seed % 10 == 9 else WEATHERS[seed % 2]
    design = design_of(DESIGNS[seed // 2 % 3], seed)
    made = setting(design, lambda: twin, weather=weather)
    run_histories(made, count=1, steps=steps, seed=seed)


@pytest.mark.engines
@pytest.mark.dynoxide
def test_the_embedded_engine_and_dynoxide_answer_alike(twin: Twin, evidence: Evidence) -> None:
    for seed in range(20):
        run(twin, seed, steps=15)
    assert {"Query", "TransactWriteItems", "UpdateItem", "BatchWriteItem"} <= set(twin.compared)
    evidence(DIFFERENTIAL, 20)


@pytest.mark.full
@pytest.mark.timeout(1_800)
@pytest.mark.engines
@pytest.mark.dynoxide
@pytest.mark.parametrize("part", range(3))
def test_the_embedded_engine_and_dynoxide_answer_alike_in_300_histories(
    twin: Twin, part: int, evidence: Evidence
) -> None:
    for seed in range(1_000 + 100 * part, 1_100 + 100 * part):
        run(twin, seed)
    evidence(DIFFERENTIAL, 100)


class Wrong:
    """The engine, but for one operation, whose answer is not quite right."""

    name = "wrong"

    def __init__(self, engine: Engine, operation: str) -> None:
        self.engine = engine
        self.operation = operation

    def send(self, request: Request) -> Response:
        if request.operation != self.operation:
            return self.engine.send(request)
        if request.operation == "DeleteItem":
            return {}
        if request.operation == "PutItem":
            # A condition that is not looked at.
            parameters = {k: v for k, v in request.parameters.items() if "Condition" not in k}
            for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
                parameters.pop(name, None)
            return self.engine.send(Request("PutItem", parameters))
        answer: dict[str, Any] = dict(self.engine.send(request))
        if answer["Count"] > 1 and "LastEvaluatedKey" not in answer:
            answer["Items"] = [*answer["Items"][1:], answer["Items"][0]]
        return answer


@pytest.mark.parametrize("operation", ["Query", "DeleteItem", "PutItem"])
def test_an_engine_that_answers_slightly_wrong_is_told_apart(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "SHRINK_TRIES", 0)
    with embedded() as first, embedded() as second:
        twin = Twin(first, Wrong(second, operation))
        made = setting(Notes, lambda: twin)
        with pytest.raises(Failure, match="embedded and wrong differ over"):
            run_histories(made, count=40, steps=10)
