"""A hypothesis state machine over a repository and the reference model."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tabledesign.testing.histories import Setting, draw_round
from tabledesign.testing.strategies import Drawn
from tabledesign.testing.world import World

__all__ = ["machine_of"]

_numbers = count(10**9)


def machine_of(setting: Setting) -> type[RuleBasedStateMachine]:
    """The machine: each step is a round of calls by one client or by several at once.

    ``TestTasks = machine_of(setting(Tasks, lambda: engine)).TestCase`` is a test. The seeded
    `run_histories` plays the same rounds much faster; this one searches and shrinks better.
    """

    class DesignMachine(RuleBasedStateMachine):
        world: World

        def __init__(self) -> None:
            super().__init__()
            self.world = setting.world(next(_numbers))
            self.world.open()

        @rule(data=st.data())
        def play(self, data: Any) -> None:
            """One round, checked."""
            played = draw_round(Drawn(data.draw), self.world, setting)
            self.world.play(played)

        def teardown(self) -> None:
            try:
                self.world.finish()
            finally:
                self.world.close()

    return DesignMachine
