"""The embedded engine conforms, and an engine that does not is told so."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.testing.conformance import CASES, Case, run_case, run_conformance
from tabledesign.wire import Request


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_embedded_engine_conforms(shared: EmbeddedEngine, case: Case) -> None:
    assert run_case(shared, case).fault is None


def test_an_engine_that_drops_conditions_fails_the_cases_on_conditions(
    shared: EmbeddedEngine,
) -> None:
    class Careless:
        def send(self, request: Request) -> Any:
            kept = dict(request.parameters)
            if request.operation == "PutItem":
                kept.pop("ConditionExpression", None)
            return shared.send(Request(request.operation, kept))

    faults = [result.name for result in run_conformance(Careless()) if result.fault]

    assert ["a put on condition fails where the item is"] == faults
