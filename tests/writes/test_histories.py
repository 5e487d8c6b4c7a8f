"""Index truth: after every verb of every history, keys, claims and counts follow from the items."""

from __future__ import annotations

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.wire import Request

from .design import House, check_truth
from .memory import Memory
from .steps import History

STEPS = 30


def run(seed: int) -> int:
    memory = Memory(tells_items=seed % 4 != 0)
    history = History(House(memory, tenant="acme"), seed)
    for step in range(STEPS):
        history.step()
        try:
            check_truth(list(memory.items.values()), memory.clock.now())
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {step}: {error}") from error
    return history.accepted


def test_every_write_of_100_histories_leaves_keys_claims_and_counts_true() -> None:
    accepted = sum(run(seed) for seed in range(100))

    assert accepted > 100 * STEPS * 0.4  # most steps do something


@pytest.mark.full
@pytest.mark.parametrize("lane", range(3))
def test_every_write_of_750_more_histories_leaves_keys_claims_and_counts_true(lane: int) -> None:
    for seed in range(250):
        run(1000 * (lane + 1) + seed)


def test_histories_on_the_embedded_engine_leave_keys_claims_and_counts_true(
    store: EmbeddedEngine,
) -> None:
    for seed in range(12):
        history = History(House(store, tenant="acme"), seed)
        for _ in range(STEPS):
            history.step()
        rows = store.send(Request("Scan", {"TableName": "house", "ConsistentRead": True}))
        check_truth(rows["Items"], history.house_now())
