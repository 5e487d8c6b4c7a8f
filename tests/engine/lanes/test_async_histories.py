"""The histories of the writes, by the awaited verbs: the same model, the same faults."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from tabledesign.engine import AsyncClientEngine, AsyncEngine, Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.testing.histories import run_histories
from tabledesign.testing.settings import Weather, setting
from tabledesign.todo import TodoRepository
from tabledesign.wire import Request, Response

from ...evidence import HISTORIES, Evidence
from .asking import without_moto

WEATHERS: tuple[Weather, ...] = ("calm", "faults", "lag")


class OnLoop:
    """An asynchronous engine for whoever has no event loop: it runs on one in a thread."""

    is_async: ClassVar[bool] = False
    thread_safe: ClassVar[bool] = True

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine: Any = engine
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def send(self, request: Request) -> Response:
        sending = asyncio.run_coroutine_threadsafe(self.engine.send(request), self.loop)
        answer: Response = sending.result()
        return answer

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.engine.adisconnect(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        pytest.param("dynoxide", marks=[pytest.mark.dynoxide, pytest.mark.engines]),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each request is sent by the asynchronous engine: in a thread, or from its event loop."""
    if request.param == "embedded":
        with embedded() as made:
            engine = OnLoop(AsyncClientEngine(made))
            yield engine
            engine.close()
    else:
        with Dynoxide() as server:
            served = server.engine()
            without_moto(served.client)
            engine = OnLoop(AsyncClientEngine(served))
            assert "fast" == engine.transport.lane
            yield engine
            engine.close()


@pytest.mark.parametrize(
    ("weather", "count"),
    [("faults", 2), *(pytest.param(each, 50, marks=pytest.mark.full) for each in WEATHERS)],
)
def test_the_todo_design_holds_by_awaited_verbs_in_every_weather(
    engine: Engine, weather: Weather, count: int, evidence: Evidence
) -> None:
    made = setting(TodoRepository, lambda: engine, weather=weather, awaited=True)
    report = run_histories(made, count=count, steps=30)

    assert count * 30 == report.rounds
    assert [] == [hit for hit in report.hits if "engine.is_" in hit]  # a refused call does nothing
    assert 0 < report.hits["rows answered"]
    evidence(f"{HISTORIES}, by awaited verbs", report.histories)
