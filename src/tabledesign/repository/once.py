"""Doing something once for a request key: the effect and its first result in one transaction.

The record of a key stands in the table beside the items, written in the same transaction as
they are. Nothing is therefore ever done without its record, and a client that crashes leaves
either both or neither: there is no lock that could be left behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tabledesign.codec import Unreadable, check_size, codec_of
from tabledesign.dataclass import dataclass
from tabledesign.engine.effects import Operation, now
from tabledesign.engine.retry import send
from tabledesign.errors import (
    ConditionFailed,
    Contended,
    InputError,
    RequestError,
    TabledesignError,
    TransactionConflict,
    UnreadableItem,
)
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import scalar_of
from tabledesign.limits import PARTITION_KEY_BYTES
from tabledesign.patterns.expiring import is_expired
from tabledesign.patterns.keeping import kept_key
from tabledesign.patterns.pieces import Piece, texts_of
from tabledesign.patterns.reads import get_request
from tabledesign.patterns.step import Step
from tabledesign.patterns.transaction import Transaction
from tabledesign.patterns.update import with_tenant
from tabledesign.patterns.writes import item_of
from tabledesign.repository.committing import Record, commit
from tabledesign.repository.context import Context
from tabledesign.repository.writing import own
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Table
from tabledesign.wire import Item

__all__ = ["once"]

IDEMPOTENCY = "idempotency"
RESULTS, CONTENT, UNTIL = "results", "content", "until"


class _Met(ConditionFailed):
    """Another request under the same key was first; its record is in the table."""


def once(
    context: Context,
    key: str,
    transaction: Transaction,
    *,
    content: bytes | str,
    lifetime: timedelta,
) -> Operation[dict[str, Entity | None]]:
    """Carry out the transaction, or give what it left when it was carried out under this key.

    Raises `ConditionFailed` ``idempotency.mismatch`` where the key was used with other content,
    and `Contended` ``idempotency.in_flight`` where another request under it is being carried out.
    """
    _check(key, transaction, lifetime)
    for step in transaction.steps:
        own(context, step.entity)
    kept = _Kept(
        context,
        _texts(context, key),
        _digest(content, transaction.steps),
        transaction.steps,
        lifetime,
    )
    instant = yield from now()
    found = yield from kept.found(instant)
    if found is not None:
        return kept.told(found)
    names = [step.name for step in transaction.steps]
    try:
        results = yield from commit(context, transaction.steps, record=kept)
    except TabledesignError as error:
        # Whatever it met, it may have been the same request, which was faster.
        found = yield from _found_after(kept)
        if found is not None:
            return kept.told(found)
        steps: Any = error.details.get("steps") or ()
        if isinstance(error, _Met) or (
            isinstance(error, TransactionConflict) and IDEMPOTENCY in steps
        ):
            raise _in_flight() from error
        raise
    return dict(zip(names, results, strict=True))


def _found_after(kept: _Kept) -> Operation[Item | None]:
    """The record, or None where it cannot be read: then the write's own error stands.

    That nothing was sent, or applied, would be true of this read and not of the write before it.
    """
    try:
        return (yield from kept.found((yield from now())))
    except RequestError:
        return None


@dataclass(frozen=True, slots=True)
class _Kept(Record):
    """The record of one key, to be written with the steps."""

    context: Context
    texts: tuple[str, str]
    digest: str
    steps: Sequence[Step]
    lifetime: timedelta

    @property
    def table(self) -> Table:
        return self.context.table

    def piece(self, results: Sequence[Entity | None], now: datetime) -> Piece:
        """Stored where no such record is, or an expired one."""
        until = {"N": str(int((now + self.lifetime).timestamp()) + 1)}
        item: Item = {
            **kept_key(self.table, self.texts),
            self.table.entity_attribute: {"S": IDEMPOTENCY},
            CONTENT: {"S": self.digest},
            UNTIL: until,
            RESULTS: {"L": [self._stored(result) for result in results]},
        }
        if self.table.ttl is not None:
            item[self.table.ttl] = until
        check_size(item, "the record of the request key")
        parameters = {
            "TableName": self.context.table_name,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(#pk) OR #until <= :now",
            "ExpressionAttributeNames": {"#pk": self.table.partition_key, "#until": UNTIL},
            "ExpressionAttributeValues": {":now": {"N": str(int(now.timestamp()))}},
        }
        at = texts_of(kept_key(self.table, self.texts))
        return Piece(IDEMPOTENCY, IDEMPOTENCY, "Put", parameters, at=at)

    def failed(self) -> ConditionFailed:
        """Whoever was first tells the result."""
        return _Met("another request was first", code="idempotency.met")

    def found(self, instant: datetime) -> Operation[Item | None]:
        """The record, unless there is none or it has expired."""
        key = kept_key(self.table, self.texts)
        response = yield from send(get_request(self.context.table_name, key, consistent=True))
        item: Item | None = response.get("Item")
        if item is None or is_expired(self.table, item, instant):
            return None
        return item if float(item[UNTIL]["N"]) > instant.timestamp() else None

    def told(self, item: Item) -> dict[str, Entity | None]:
        """The first result; raises `ConditionFailed` for other content."""
        if item[CONTENT] != {"S": self.digest}:
            raise ConditionFailed(
                "the request key was used with other content; give each request a key of its own",
                code="idempotency.mismatch",
            )
        return {
            step.name: None if "NULL" in stored else self._read(step, stored["M"])
            for step, stored in zip(self.steps, item[RESULTS]["L"], strict=True)
        }

    def _read(self, step: Step, stored: Item) -> Entity:
        try:
            return codec_of(step.entity).decode(stored)
        except Unreadable as error:
            raise UnreadableItem(
                f"the first result under this request key cannot be read: {error}; give the "
                f"{step.entity.__name__} an upcaster, or ask for the item itself",
                code="item.unreadable",
                details={"key": dict(zip(self.table.key_attributes, self.texts, strict=False))},
            ) from None

    def _stored(self, result: Entity | None) -> Any:
        return {"NULL": True} if result is None else {"M": item_of(result, self.context.tenant)}


def _texts(context: Context, key: str) -> tuple[str, str]:
    text = scalar_of(str)
    assert text is not None, "texts stand in keys"
    tenant = (Part(TENANT, text),) if context.table.tenants else ()
    partition = Composite((*tenant, Label(IDEMPOTENCY), Part("key", text)))
    values = with_tenant({"key": key}, context.tenant)
    rendered = partition.render(values) or ""
    partition.check_length(
        rendered, limit=PARTITION_KEY_BYTES, what="the request key", values=values
    )
    return rendered, Composite((Label(IDEMPOTENCY),)).render({}) or ""


def _check(key: object, transaction: Transaction, lifetime: timedelta) -> None:
    if not isinstance(key, str) or not key:
        raise InputError(
            f"the request key is a {type(key).__name__}; give a text that is not empty",
            code="idempotency.key",
        )
    if not transaction.steps or lifetime <= timedelta(0):
        raise InputError(
            "nothing would be done once; give a transaction with a step, and a lifetime above 0",
            code="idempotency.empty",
        )
    if any(step.name == IDEMPOTENCY for step in transaction.steps):
        raise InputError(
            f"a step is called {IDEMPOTENCY!r}, as the record of the request key is; rename it",
            code="transaction.step_name",
        )


def _digest(content: bytes | str, steps: Sequence[Step]) -> str:
    """Of the request, and of which steps answer it: a result of others is no answer to these."""
    digest = hashlib.sha256(content.encode() if isinstance(content, str) else content)
    for step in steps:
        digest.update(f"\0{step.name}\0{step.verb}\0{step.entity.__entity_name__}".encode())
    return digest.hexdigest()


def _in_flight() -> Contended:
    return Contended(
        "another request under this key is being carried out; ask again in a moment",
        code="idempotency.in_flight",
    )
