"""From the pieces of a write to the one request that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tabledesign.codec import item_size
from tabledesign.engine.creates import resolve_create
from tabledesign.engine.effects import Operation, new_id
from tabledesign.engine.retry import send
from tabledesign.errors import InputError
from tabledesign.limits import TOKEN_CHARACTERS, TRANSACTION_BYTES, TRANSACTION_ITEMS
from tabledesign.patterns.pieces import Piece
from tabledesign.repository.context import Context
from tabledesign.wire import CAPACITY, Item, Rendered, Request, Response, json_text

__all__ = ["check_token", "transaction_request", "write_pieces"]

OLD_ITEM: Final = Rendered.of({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
NEW_ITEM: Final = Rendered.of({"ReturnValues": "ALL_NEW"})
_OPERATIONS: Final[dict[str, Any]] = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
}


def write_pieces(
    context: Context, pieces: Sequence[Piece], token: str | None
) -> Operation[Response]:
    """Write them in one request: one item by itself, unless there is a token; else a transaction.

    A transaction without a token of the caller's gets a fresh one, so that it happens once even
    where its answer is lost.
    """
    if token is None and len(pieces) == 1 and pieces[0].action != "ConditionCheck":
        request = _alone(pieces[0])
        if pieces[0].creates:
            names = (context.table.partition_key, context.table.sort_key)
            key = [name for name in names if name is not None]
            return (yield from resolve_create(request, key=key))
        return (yield from send(request))
    _check(pieces)
    return (yield from send(transaction_request(pieces, token or (yield from new_id()))))


def transaction_request(pieces: Sequence[Piece], token: str) -> Request:
    """All the pieces in one TransactWriteItems; a failed condition answers with the old item."""
    items = [f'{{"{piece.action}":{json_text(piece.parameters | OLD_ITEM)}}}' for piece in pieces]
    rest = Rendered.of({"ClientRequestToken": token}) | CAPACITY
    text = f'{{"TransactItems":[{",".join(items)}]}}'
    return Request("TransactWriteItems", Rendered(text, {"TransactItems": None}) | rest)


def check_token(token: str | None) -> None:
    """Refuse what DynamoDB does not take as a ClientRequestToken."""
    if token is not None and not 1 <= len(token) <= TOKEN_CHARACTERS:
        raise InputError(
            f"the token has {len(token)} characters and DynamoDB takes 1 to {TOKEN_CHARACTERS}; "
            "give a shorter one, or use once() with a key of any length",
            code="transaction.token",
        )


def _alone(piece: Piece) -> Request:
    parameters = piece.parameters
    if piece.action == "Update":
        parameters |= NEW_ITEM
    if "ConditionExpression" in parameters:
        parameters |= OLD_ITEM
    return Request(_OPERATIONS[piece.action], parameters | CAPACITY)


def _check(pieces: Sequence[Piece]) -> None:
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
    # Nothing is larger than its text: only long ones are measured.
    if sum(map(_longest, pieces)) <= TRANSACTION_BYTES:
        return
    size = sum(map(_size, pieces))
    if size > TRANSACTION_BYTES:
        raise InputError(
            f"the transaction writes {size:,} bytes and DynamoDB takes {TRANSACTION_BYTES:,}; "
            "split it",
            code="transaction.too_large",
        )


def _longest(piece: Piece) -> int:
    written = piece.parameters
    return len(written.text) if isinstance(written, Rendered) else _size(piece)


def _size(piece: Piece) -> int:
    """Bytes it writes at least; what an update leaves as it is is known to DynamoDB only."""
    written: Item = piece.parameters.get("Item") or {
        **piece.parameters["Key"],
        **piece.parameters.get("ExpressionAttributeValues", {}),
    }
    return item_size(written)
