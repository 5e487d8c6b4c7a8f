"""The conformance cases under pytest, on the engine that ``--tabledesign-engine`` names."""

from __future__ import annotations

import pytest

from tabledesign.engine.protocol import Engine
from tabledesign.testing.conformance import CASES, Case, run_case

__all__ = ["test_the_engine_conforms"]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_engine_conforms(tabledesign_engine: Engine, case: Case) -> None:
    """One fact of DynamoDB."""
    result = run_case(tabledesign_engine, case)
    if result.skipped:
        pytest.skip(f"the engine declares no {case.capability}")
    assert result.fault is None, result.fault
