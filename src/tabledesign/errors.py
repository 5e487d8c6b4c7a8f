"""Every error the library raises, in one small tree.

    TabledesignError
    ├── DesignError             a design is wrong; raised at import with all its refusals
    ├── InputError              a value handed in is wrong; raised before any request
    │   └── CursorInvalid       a cursor is tampered with, foreign or expired
    ├── NotFound                exactly one item was asked for, none is there
    ├── NotUnique               exactly one item was asked for, several are there
    ├── UnreadableItem          a stored item cannot be read (strict mode only)
    └── RequestError            a request was sent, or could not be
        ├── ConditionFailed     the item was not in the state the write demanded
        │   ├── AlreadyExists   `create` found the item there
        │   ├── ItemMissing     `update` found no item
        │   ├── StaleVersion    the item has been written since it was read
        │   └── UniqueTaken     another item has the value that must be unique
        ├── Contended           other writers were faster, again and again
        ├── Throttled           too much for the table, an index or the account
        ├── TransactionConflict another transaction holds one of the items
        ├── TableMissing        the table or the index is not there
        ├── AccessDenied        credentials are absent, expired or too weak
        ├── EngineUnreachable   nothing answered; the request was not applied
        ├── DeadlinePassed      the time was used up before the request was sent
        ├── OutcomeUnknown      the answer was lost; the request may have been applied
        ├── ServiceFailed       DynamoDB answered with a failure of its own
        ├── RequestRefused      DynamoDB refused the request as malformed or too large
        └── CapabilityMissing   the engine lacks what the request needs

Every error has a stable dotted ``code`` to branch on, a ``retry`` class that says
whether sending again is allowed, a message that ends with the remedy, and
``details`` for logs that must not reach a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from tabledesign.dataclass import dataclass

__all__ = [
    "AccessDenied",
    "AlreadyExists",
    "CapabilityMissing",
    "ConditionFailed",
    "Contended",
    "CursorInvalid",
    "DeadlinePassed",
    "DesignError",
    "EngineUnreachable",
    "InputError",
    "ItemMissing",
    "NotFound",
    "NotUnique",
    "OutcomeUnknown",
    "Refusal",
    "RequestError",
    "RequestRefused",
    "Retry",
    "ServiceFailed",
    "StaleVersion",
    "TableMissing",
    "TabledesignError",
    "Throttled",
    "TransactionConflict",
    "UniqueTaken",
    "UnreadableItem",
]

Retry = Literal["never", "safe", "unknown_outcome"]


class TabledesignError(Exception):
    """The root: catch it to catch everything this library raises on purpose."""

    code: str
    retry: ClassVar[Retry] = "never"

    def __init__(
        self, message: str, *, code: str, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.details: Mapping[str, object] = dict(details or {})

    @property
    def message(self) -> str:
        """What went wrong and the remedy, fit to be shown to the caller."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong with a design: a stable code, the place, the fault and the remedy."""

    code: str
    where: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.fault}. {self.remedy}."


class DesignError(TabledesignError):
    """A design is refused; ``refusals`` lists everything that is wrong with it."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        if not self.refusals:
            raise ValueError("a DesignError needs at least one refusal")
        lines = "\n".join(f"  - {refusal}" for refusal in self.refusals)
        count = len(self.refusals)
        noun = "refusal" if count == 1 else "refusals"
        super().__init__(
            f"the design is refused ({count} {noun}):\n{lines}", code=self.refusals[0].code
        )


class InputError(TabledesignError):
    """A value is refused before any request; ``field`` names it where one is known."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, details=details)
        self.field = field


class CursorInvalid(InputError):
    """A cursor is refused; the message never says which check it failed."""


class NotFound(TabledesignError):
    """Exactly one item was asked for and none is there."""


class NotUnique(TabledesignError):
    """Exactly one item was asked for and several are there."""


class UnreadableItem(TabledesignError):
    """A stored item cannot be read as its entity; ``details`` carries its key and the reason."""


class RequestError(TabledesignError):
    """A request could not be carried out."""


class ConditionFailed(RequestError):
    """The stored item was not in the state the write demanded; nothing was written.

    ``stored`` is the entity as it stood there, where the engine tells it and it can be read.
    """

    stored: object | None = None


class AlreadyExists(ConditionFailed):
    """``create`` found an item under the same primary key; nothing was written."""


class ItemMissing(ConditionFailed):
    """``update`` found no item under the primary key; nothing was written."""


class StaleVersion(ConditionFailed):
    """The item's version is not the expected one; nothing was written."""


class UniqueTaken(ConditionFailed):
    """Another item holds a value that must be unique; nothing was written.

    ``details["rule"]`` names the constraint.
    """


class Contended(RequestError):
    """Other writers changed the item between each read and write of ours; nothing was written."""

    retry: ClassVar[Retry] = "safe"


class Throttled(RequestError):
    """The request exceeded what the table, an index or the account may take; not applied."""

    retry: ClassVar[Retry] = "safe"


class TransactionConflict(RequestError):
    """Another transaction was writing one of the items; not applied."""

    retry: ClassVar[Retry] = "safe"


class TableMissing(RequestError):
    """The table or the index is not there."""


class AccessDenied(RequestError):
    """Credentials are absent, expired or allow too little."""


class EngineUnreachable(RequestError):
    """No connection could be made; the request was not applied."""

    retry: ClassVar[Retry] = "safe"


class DeadlinePassed(RequestError):
    """The time the caller allowed was used up before the request was sent; not applied."""

    retry: ClassVar[Retry] = "safe"


class OutcomeUnknown(RequestError):
    """The answer was lost after sending; the request may or may not have been applied."""

    retry: ClassVar[Retry] = "unknown_outcome"


class ServiceFailed(RequestError):
    """DynamoDB failed on its side; a write may or may not have been applied."""

    retry: ClassVar[Retry] = "unknown_outcome"


class RequestRefused(RequestError):
    """DynamoDB refused the request as malformed, too large or out of place; not applied."""


class CapabilityMissing(RequestError):
    """The engine does not offer what the request needs."""
