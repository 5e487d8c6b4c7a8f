"""Carrying one request to a DynamoDB: the engine protocol, the engines and the drivers."""

from tabledesign.engine.client import AsyncClientEngine, ClientEngine, engine_of
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
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.protocol import (
    AsyncEngine,
    Capabilities,
    Capability,
    Engine,
    capabilities_of,
    is_async,
    require,
)

__all__ = [
    "AsyncClientEngine",
    "AsyncEngine",
    "Capabilities",
    "Capability",
    "ClientEngine",
    "Effect",
    "EmbeddedEngine",
    "Engine",
    "NewId",
    "Now",
    "Operation",
    "Outcome",
    "Send",
    "SendMany",
    "Sleep",
    "adrive",
    "capabilities_of",
    "drive",
    "embedded",
    "engine_of",
    "is_async",
    "new_id",
    "now",
    "require",
    "send",
    "send_many",
    "sleep",
]
