"""An engine carries one request to a DynamoDB and brings the response back.

An engine is anything with one method ``send``. What else it may say about itself has
defaults: ``capabilities`` (all that DynamoDB has), ``thread_safe`` (no), ``name`` (its class) and
``clock`` (the real one), ``retries`` (the standard rule, see `.allowance`) and ``waits`` (not
known).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol, get_args

from tabledesign import clock
from tabledesign.errors import CapabilityMissing
from tabledesign.wire import Request, Response

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = [
    "ALL_CAPABILITIES",
    "WORTH_A_THREAD",
    "AsyncEngine",
    "Capabilities",
    "Capability",
    "Clock",
    "Engine",
    "Waits",
    "capabilities_of",
    "clock_of",
    "is_async",
    "is_thread_safe",
    "name_of",
    "require",
    "waits_of",
]

Capability = Literal[
    "backups",  # continuous backups and point-in-time recovery
    "capacity",  # consumed capacity is reported truthfully
    "multi_attribute_keys",  # several attributes in one half of an index key
    "projection_checks",  # reading beyond an index's projection is refused
    "streams",
    "tags",
    "transactions",
    "ttl",  # expired items are deleted by the engine
]
"""What engines differ in."""

Capabilities = frozenset[Capability]
"""What one engine offers."""

ALL_CAPABILITIES: Capabilities = frozenset(get_args(Capability))
"""What DynamoDB offers, and what an engine that declares nothing is taken to offer."""


class Engine(Protocol):
    """Carries requests while the calling thread waits."""

    def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        ...


class Clock(Protocol):
    """Time, ids and chance; an engine may bring a ``clock`` of its own along, as a test does."""

    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None: ...
    async def asleep(self, seconds: float) -> None: ...
    def new_id(self) -> str: ...
    def fraction(self) -> float: ...


class AsyncEngine(Protocol):
    """Carries requests while the event loop goes on; ``is_async`` tells it apart."""

    is_async: ClassVar[bool]

    async def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        ...


WORTH_A_THREAD: Final = 0.001
"""Seconds; to have a thread wait for less costs more than the wait does."""


class Waits:
    """How long a thread-safe engine's answers are waited for: the driver notes it here.

    >>> waits = Waits()
    >>> waits.seconds, waits.worth_a_thread
    (None, True)
    """

    __slots__ = ("seconds",)

    def __init__(self) -> None:
        self.seconds: float | None = None
        """The shortest wait among the requests last sent together; None before the first."""

    @property
    def worth_a_thread(self) -> bool:
        """Whether several threads should wait; yes while it is not known."""
        return self.seconds is None or self.seconds > WORTH_A_THREAD


def is_async(engine: Engine | AsyncEngine) -> TypeIs[AsyncEngine]:
    """Whether the engine is driven by ``await``."""
    return bool(getattr(engine, "is_async", False))


def is_thread_safe(engine: Engine | AsyncEngine) -> bool:
    """Whether several threads may send at once; an engine that does not say is not."""
    return bool(getattr(engine, "thread_safe", False))


def waits_of(engine: Engine) -> Waits:
    """Where the engine's waits are noted; nowhere, if it brings nothing along for that."""
    own: Waits | None = getattr(engine, "waits", None)
    return Waits() if own is None else own


def clock_of(engine: Engine | AsyncEngine) -> Clock:
    """The clock the engine brings along, or the real one."""
    own: Clock = getattr(engine, "clock", clock)
    return own


def name_of(engine: Engine | AsyncEngine) -> str:
    """The engine's name for messages: what it declares, or its class."""
    return str(getattr(engine, "name", type(engine).__name__))


def capabilities_of(engine: Engine | AsyncEngine) -> Capabilities:
    """What the engine declares to offer; everything when it declares nothing.

    >>> class Recorder:
    ...     def send(self, request: Request) -> Response:
    ...         return {}
    >>> capabilities_of(Recorder()) == ALL_CAPABILITIES
    True
    """
    declared: Capabilities = getattr(engine, "capabilities", ALL_CAPABILITIES)
    return declared


def require(engine: Engine | AsyncEngine, capability: Capability) -> None:
    """Raise `CapabilityMissing` unless the engine offers the capability."""
    if capability in capabilities_of(engine):
        return
    name = name_of(engine)
    raise CapabilityMissing(
        f"the engine {name!r} has no {capability.replace('_', ' ')}; "
        "use an engine that has, such as DynamoDB itself",
        code="engine.capability_missing",
        details={"engine": name, "capability": capability},
    )
