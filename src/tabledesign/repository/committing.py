"""Committing steps: read what must be known, write under its guard, and try again if it changed.

One step that touches one item is one request. Anything else is one TransactWriteItems under a
token, so that it happens once, as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from tabledesign.codec import codec_of
from tabledesign.engine.creates import resolve_create
from tabledesign.engine.effects import Operation, new_id, now
from tabledesign.engine.retry import send, send_many
from tabledesign.errors import (
    AlreadyExists,
    ConditionFailed,
    Contended,
    InputError,
    ItemMissing,
    RequestError,
    StaleVersion,
    UniqueTaken,
)
from tabledesign.limits import TRANSACTION_BYTES, TRANSACTION_ITEMS
from tabledesign.patterns.lowering import Lowered, lower
from tabledesign.patterns.pieces import Piece
from tabledesign.patterns.reads import get_request, key_item, primary_key
from tabledesign.patterns.step import Step
from tabledesign.patterns.update import Held, with_tenant
from tabledesign.patterns.writes import missing_parts
from tabledesign.repository.backoff import rest
from tabledesign.repository.context import Context
from tabledesign.repository.rows import EXPIRED, RowReader
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request, Response

__all__ = ["ATTEMPTS", "commit"]

ATTEMPTS = 8
"""How often a guarded write is planned anew before it gives up."""

READ_CONCURRENCY = 8


def commit(
    context: Context, steps: Sequence[Step], *, token: str | None = None
) -> Operation[tuple[Entity | None, ...]]:
    """Carry out the steps as a whole; gives the entity each of them leaves, None for a deletion.

    Raises the error of the step that failed, with its name in ``details["step"]``, and
    `Contended` where other writers were faster again and again.
    """
    need = [step.reads_first() for step in steps]
    token = token or (yield from new_id())
    seen: list[Held | None] | None = None
    for attempt in range(ATTEMPTS):
        instant = yield from now()
        held = yield from _read(context, steps, need, instant)
        lowered = [
            lower(step, context.table_name, context.tenant, instant, stored)
            for step, stored in zip(steps, held, strict=True)
        ]
        if _must_read(steps, lowered, need, held):
            continue
        pieces = [piece for each in lowered for piece in each.pieces]
        try:
            response = yield from _write(context, pieces, token if attempt == 0 else None)
        except ConditionFailed as error:
            failed = _failed_piece(pieces, error)
            _raise_unless_retried(steps, need, failed, error, seen, held)
            seen = held
            yield from rest(attempt)
            continue
        return (yield from _results(context, lowered, response, instant))
    raise Contended(
        "other writers changed the item between each read and write; try again, or change fewer "
        "fields that stand in keys",
        code="item.contended",
    )


def _must_read(
    steps: Sequence[Step], lowered: Sequence[Lowered], need: list[bool], held: Sequence[Held | None]
) -> bool:
    """Note the steps whose items must be read first; true if there are any that were not."""
    found = False
    for place, each in enumerate(lowered):
        if each.unknown is None or each.planned is None:
            continue
        step = steps[place]
        if need[place] and held[place] is None:
            raise _missing(step)
        if step.policy == "refuse":
            raise missing_parts(step.entity, each.planned)
        need[place] = found = True
    return found


def _read(
    context: Context, steps: Sequence[Step], need: Sequence[bool], instant: datetime
) -> Operation[list[Held | None]]:
    wanted = [place for place, needed in enumerate(need) if needed]
    requests = [
        get_request(context.table_name, _key(context, steps[place]), consistent=True)
        for place in wanted
    ]
    held: list[Held | None] = [None] * len(steps)
    outcomes = yield from send_many(requests, limit=READ_CONCURRENCY)
    for place, outcome in zip(wanted, outcomes, strict=True):
        if isinstance(outcome, RequestError):
            raise outcome
        held[place] = _held(context, steps[place], outcome, instant)
        if held[place] is None and steps[place].must_exist and steps[place].verb != "put":
            raise _missing(steps[place])
    return held


def _held(context: Context, step: Step, response: Response, instant: datetime) -> Held | None:
    row: Item | None = response.get("Item")
    if row is None:
        return None
    reader = RowReader(context.table, (primary_key(step.entity),), None, True)
    found = reader.read(row, instant)
    return None if found is EXPIRED else Held(found, row)


def _key(context: Context, step: Step) -> Item:
    return key_item(primary_key(step.entity), with_tenant(step.identity, context.tenant))


def _write(context: Context, pieces: Sequence[Piece], token: str | None) -> Operation[Response]:
    if len(pieces) == 1 and pieces[0].action != "ConditionCheck":
        request = _alone(pieces[0])
        if pieces[0].creates:
            names = (context.table.partition_key, context.table.sort_key)
            key = [name for name in names if name is not None]
            return (yield from resolve_create(request, key=key))
        return (yield from send(request))
    _check_transaction(pieces)
    items = [
        {piece.action: {**_shared(piece), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}
        for piece in pieces
    ]
    request = Request(
        "TransactWriteItems",
        {
            "TransactItems": items,
            "ClientRequestToken": token or (yield from new_id()),
            "ReturnConsumedCapacity": "TOTAL",
        },
    )
    return (yield from send(request))


def _shared(piece: Piece) -> dict[str, Any]:
    parameters = dict(piece.parameters)
    if piece.action == "Put":
        # A put names its key inside the item.
        parameters.pop("Key", None)
    return parameters


def _alone(piece: Piece) -> Request:
    parameters = _shared(piece)
    if piece.action == "Update":
        parameters["ReturnValues"] = "ALL_NEW"
    if "ConditionExpression" in parameters:
        parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    operations: dict[str, Any] = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
    return Request(operations[piece.action], parameters)


def _check_transaction(pieces: Sequence[Piece]) -> None:
    if len(pieces) > TRANSACTION_ITEMS:
        raise InputError(
            f"the transaction touches {len(pieces)} items, those that keep rules among them, and "
            f"DynamoDB takes {TRANSACTION_ITEMS}; split it",
            code="transaction.too_many_items",
        )
    seen: dict[tuple[str, ...], Piece] = {}
    for piece in pieces:
        other = seen.setdefault(piece.address, piece)
        if other is not piece:
            raise InputError(
                f"steps {other.step!r} ({other.purpose}) and {piece.step!r} ({piece.purpose}) "
                "touch the same item, and a transaction may touch an item once; make them one "
                "step, or two transactions",
                code="transaction.same_item",
                details={"steps": (other.step, piece.step)},
            )
    size = sum(len(str(piece.parameters)) for piece in pieces)
    if size > TRANSACTION_BYTES:
        raise InputError(
            f"the transaction takes about {size:,} bytes and DynamoDB allows "
            f"{TRANSACTION_BYTES:,}; split it",
            code="transaction.too_large",
        )


@dataclass(frozen=True, slots=True)
class _Failure:
    """The piece whose condition failed, and the item that stood in its way, if it is known."""

    piece: Piece
    item: Item | None


def _failed_piece(pieces: Sequence[Piece], error: ConditionFailed) -> _Failure:
    reasons = cast("Sequence[dict[str, Any]]", error.details.get("reasons") or ())
    for piece, reason in zip(pieces, reasons, strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            return _Failure(piece, reason.get("Item"))
    return _Failure(pieces[0], cast("Item | None", error.details.get("item")))


def _raise_unless_retried(
    steps: Sequence[Step],
    need: Sequence[bool],
    failure: _Failure,
    error: ConditionFailed,
    seen: Sequence[Held | None] | None,
    held: Sequence[Held | None],
) -> None:
    """Raise what the failure means, unless it means that another writer was faster."""
    piece = failure.piece
    place = next(n for n, step in enumerate(steps) if step.name == piece.step)
    step = steps[place]
    details: dict[str, object] = {**error.details, "step": step.name}
    if piece.purpose.startswith("unique "):
        if piece.action == "Put":
            raise _taken(step, piece, details) from error
        return
    if step.verb == "create":
        raise AlreadyExists(
            f"a {step.entity.__name__} with this primary key exists; choose another key, or put() "
            "to replace it",
            code="item.exists",
            details=details,
        ) from error
    if step.verb == "move" and piece.action == "Put":
        raise AlreadyExists(
            f"a {step.entity.__name__} has the new primary key already; choose another key",
            code="item.exists",
            details=details,
        ) from error
    if need[place] and (seen is None or not _is_same(seen[place], held[place])):
        return
    raise _refused(step, failure, details) from error


def _is_same(before: Held | None, again: Held | None) -> bool:
    """Whether an item was read twice alike: then it is not another writer who is in the way."""
    if before is None or again is None:
        return before is again
    return before.row == again.row


def _refused(step: Step, failure: _Failure, details: dict[str, object]) -> ConditionFailed:
    """The item was read as it is, or was not read: its own state refused the write."""
    version = step.entity.__settings__.version
    if failure.item is None and step.condition is None and step.expected is None:
        return _missing(step, details)
    if failure.item is not None and version is not None:
        stored = codec_of(step.entity).fields[version].stored_name
        wanted = step.expected
        if step.verb == "put" and step.new is not None:
            wanted = int(getattr(step.new, version) or 0)
        if wanted is not None and failure.item.get(stored) != {"N": str(wanted)}:
            return StaleVersion(
                f"the {step.entity.__name__} has been written since it was read; read it again "
                "and repeat the change",
                code="item.stale",
                details=details,
            )
    if failure.item is None:
        return _missing(step, details)
    return ConditionFailed(
        f"the {step.entity.__name__} does not meet the condition of step {step.name!r}; read it "
        "and decide anew",
        code="condition.failed",
        details=details,
    )


def _taken(step: Step, piece: Piece, details: dict[str, object]) -> UniqueTaken:
    rule = piece.purpose.removeprefix("unique ")
    fields = ", ".join(step.entity.__rules__[rule].fields)
    return UniqueTaken(
        f"another {step.entity.__name__} has this {fields}; choose another value",
        code="unique.taken",
        details={**details, "rule": rule},
    )


def _missing(step: Step, details: dict[str, object] | None = None) -> ItemMissing:
    return ItemMissing(
        f"no {step.entity.__name__} has this primary key; create() it first",
        code="item.missing",
        details={**(details or {}), "step": step.name},
    )


def _results(
    context: Context, lowered: Sequence[Lowered], response: Response, instant: datetime
) -> Operation[tuple[Entity | None, ...]]:
    results: list[Entity | None] = []
    for each in lowered:
        if each.step.verb != "update":
            results.append(each.result)
        elif "Attributes" in response:
            held = _held(context, each.step, {"Item": response["Attributes"]}, instant)
            results.append(None if held is None else held.entity)
        else:
            # A transaction answers with no item: it is read back, perhaps newer than our write.
            request = get_request(context.table_name, _key(context, each.step), consistent=True)
            held = _held(context, each.step, (yield from send(request)), instant)
            results.append(None if held is None else held.entity)
    return tuple(results)
