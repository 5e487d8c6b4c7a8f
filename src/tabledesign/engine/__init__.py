"""Carrying one request to a DynamoDB: the engine protocol, the engines and the drivers.

The local engines stay in their modules, so that a function in production never imports
them: ``embedded`` (`tabledesign.engine.embedded`), ``Dynoxide`` (`.dynoxide`), ``connect``
(`.connect`), and the test driver (`.scripted`). None of these imports boto3 before it is used.
`DirectEngine` is imported when it is asked for.
"""

from typing import TYPE_CHECKING

from tabledesign.engine.allowance import Retries, within
from tabledesign.engine.asynchronous import AsyncClientEngine
from tabledesign.engine.client import ClientEngine, engine_of
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.drivers import adrive, drive
from tabledesign.engine.effects import (
    Effect,
    NewId,
    Now,
    Operation,
    Outcome,
    Send,
    SendMany,
    Sleep,
    new_id,
    now,
    send,
    send_many,
    sleep,
)
from tabledesign.engine.protocol import (
    AsyncEngine,
    Capabilities,
    Capability,
    Engine,
    Waits,
    capabilities_of,
    is_async,
    require,
)

if TYPE_CHECKING:
    from tabledesign.engine.lanes.direct import DirectEngine

__all__ = [
    "AsyncClientEngine",
    "AsyncEngine",
    "Capabilities",
    "Capability",
    "ClientEngine",
    "Deadline",
    "DirectEngine",
    "Effect",
    "Engine",
    "NewId",
    "Now",
    "Operation",
    "Outcome",
    "Retries",
    "Send",
    "SendMany",
    "Sleep",
    "Waits",
    "adrive",
    "capabilities_of",
    "drive",
    "engine_of",
    "is_async",
    "new_id",
    "now",
    "require",
    "send",
    "send_many",
    "sleep",
    "within",
]

if not TYPE_CHECKING:  # to a type checker it would stand for any name

    def __getattr__(name: str) -> object:
        if name == "DirectEngine":
            from tabledesign.engine.lanes.direct import DirectEngine

            return DirectEngine
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
