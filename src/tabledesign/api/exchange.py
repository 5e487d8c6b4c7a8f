"""What a handler is given and gives back: a call and an answer, whatever carried them."""

from __future__ import annotations

from collections.abc import Mapping

from tabledesign.api.principal import Principal
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.deadline import Deadline

__all__ = ["Answer", "Call", "Received"]

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it arrived: names of headers in lower case, the body as yet undecoded."""

    headers: Mapping[str, str] = field(repr=False)
    query: Query = field(repr=False)
    body: str | None = field(repr=False)
    is_base64: bool
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose caller is known; ``parameters`` are those of the path."""

    received: Received
    principal: Principal
    parameters: Mapping[str, str]
    deadline: Deadline

    def header(self, name: str) -> str | None:
        """The header's value, of several the values joined by commas."""
        return self.received.headers.get(name.lower())


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body that JSON can say (None for no body) and headers."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str = "application/json"
