"""An engine that remembers what went through it: for the explorer, not for logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import Engine, clock_of
from tabledesign.wire import Item, Request, Response, consumed_units

__all__ = ["Recorder", "Sent"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, its answer, and how long it took."""

    request: Request
    response: Response
    milliseconds: float

    @property
    def items(self) -> Sequence[Item]:
        """Every item of the answer, in its order."""
        if "Item" in self.response:
            return (self.response["Item"],)
        tables = cast("Mapping[str, list[Item]]", self.response.get("Responses", {}))
        return self.response.get("Items") or [item for each in tables.values() for item in each]

    def as_dict(self) -> dict[str, Any]:
        """What was sent and what it took, ready for JSON."""
        return {
            "operation": self.request.operation,
            "parameters": dict(self.request.parameters),
            "count": len(self.items),
            "scanned": self.response.get("ScannedCount"),
            "units": consumed_units(self.response),
            "milliseconds": round(self.milliseconds, 1),
        }


class Recorder:
    """Hides nothing of the engine but its ``send``; one for each answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = clock_of(engine)
        self.sent: list[Sent] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def send(self, request: Request) -> Response:
        """Carry the request, and keep it with its answer."""
        began = self._clock.now()
        response = self._engine.send(request)
        passed = (self._clock.now() - began).total_seconds() * 1_000
        self.sent.append(Sent(request, response, passed))
        return response

    def items(self) -> list[Item]:
        """Every item of every answer, in their order."""
        return [item for sent in self.sent for item in sent.items]
