"""The same writes under the same faults on the engines themselves, judged by the raw table."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.engine.protocol import Engine, name_of

from ..engine.lanes.engines import directly
from ..evidence import FAULTS, Evidence
from .scenarios import DOMAINS
from .sweep import Bench

SAMPLED = 40
"""Cases of each domain and engine in the short lane."""


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        pytest.param("dynoxide", marks=[pytest.mark.dynoxide, pytest.mark.engines]),
        pytest.param("direct", marks=[pytest.mark.dynoxide, pytest.mark.engines, pytest.mark.full]),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "embedded":
        with embedded() as made:
            yield made
    elif request.param == "dynoxide":
        with Dynoxide() as server:
            yield server.engine()
    else:
        with Dynoxide() as server, directly(server) as direct:
            yield direct


@pytest.fixture(scope="module", params=DOMAINS)
def bench(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Bench]:
    made = Bench(DOMAINS[request.param], engine)
    yield made
    made.close()


def test_faults_at_some_requests_leave_all_of_a_write_or_nothing(
    bench: Bench, evidence: Evidence
) -> None:
    cases = list(bench.cases())
    for case in Random("some faults").sample(cases, SAMPLED):
        bench.check(case)
    evidence(f"faults at some requests of the same scenarios, on {name_of(bench.engine)}", SAMPLED)


@pytest.mark.full
@pytest.mark.timeout(1_800)
def test_a_fault_at_every_request_leaves_all_of_a_write_or_nothing(
    bench: Bench, evidence: Evidence
) -> None:
    cases = list(bench.cases())
    for case in cases:
        bench.check(case)
    evidence(f"{FAULTS}, on {name_of(bench.engine)}", len(cases))
