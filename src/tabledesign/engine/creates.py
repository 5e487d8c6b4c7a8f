"""Creating an item once, although the answer may be lost: what is stored then decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tabledesign.engine.effects import Operation, allowed, now
from tabledesign.engine.retry import FIRST, Attempt, backoff, pause, seen, send
from tabledesign.errors import AlreadyExists, ConditionFailed, OutcomeUnknown, RequestError
from tabledesign.wire import AttributeValue, Item, Request, Response

__all__ = ["resolve_create", "same_value"]

_ABSENT_ONLY = re.compile(r"\s*attribute_not_exists\s*\([^()]*\)\s*", re.IGNORECASE)


def resolve_create(
    request: Request, *, key: Sequence[str], marks: Sequence[str] = ()
) -> Operation[Response]:
    """Send a conditional put; where its answer is lost, read the item and compare.

    ``key`` names the primary key's attributes. ``marks`` name those that tell this creation
    from any other, such as an id and a token; without them the whole item is compared. What is
    stored is what was sent: created, and the answer is ``{}``. Nothing is stored: it is sent
    again, harmlessly under its condition. Something else is: `AlreadyExists`. Raises
    `OutcomeUnknown` when time or budget end first.

    Two clients that create the very same item are both told it is created, unless a mark
    differs; one that was created and deleted again in between is created anew.
    """
    attempt = FIRST
    while True:
        failure: OutcomeUnknown | ConditionFailed
        try:
            return (yield from send(request))
        except ConditionFailed as error:
            if not attempt.doubtful:
                raise
            failure = error  # it may have met the item of the lost attempt
        except OutcomeUnknown as error:
            failure = error
        except RequestError as error:
            raise seen(error, request, attempt) from error
        # Only now, in doubt, are the parameters looked at: until then they may be text alone.
        sent: Item = request.parameters["Item"]
        stored = (yield from _found(_read(request, sent, key), failure)).get("Item")
        if stored is not None and _is_same(stored, sent, marks):
            return {}
        if isinstance(failure, ConditionFailed):
            raise _exists(failure.details)
        if stored is not None and _demands_absence(request):
            raise _exists({**failure.details, "item": stored})
        yield from _pause(attempt, failure)
        attempt = Attempt(attempt.number + 1, doubtful=True)


def same_value(one: AttributeValue, other: AttributeValue) -> bool:
    """Whether two tagged values are one to DynamoDB: ``1.10`` is ``1.1``, a set has no order.

    >>> same_value({"L": [{"N": "1.10"}]}, {"L": [{"N": "1.1"}]})
    True
    >>> same_value({"SS": ["a", "b"]}, {"SS": ["b", "a"]}), same_value({"S": "1"}, {"N": "1"})
    (True, False)
    """
    return _plain(one) == _plain(other)


def _plain(value: AttributeValue) -> object:
    ((kind, content),) = value.items()
    held: Any = content
    if kind == "N":
        held = Decimal(held)
    elif kind == "NS":
        held = frozenset(map(Decimal, held))
    elif kind in {"SS", "BS"}:
        held = frozenset(held)
    elif kind == "L":
        held = [_plain(part) for part in held]
    elif kind == "M":
        held = {name: _plain(part) for name, part in held.items()}
    return kind, held


def _is_same(stored: Item, sent: Item, marks: Sequence[str]) -> bool:
    names = marks or sorted(stored.keys() | sent.keys())
    return all(
        name in stored and name in sent and same_value(stored[name], sent[name]) for name in names
    )


def _read(request: Request, sent: Item, key: Sequence[str]) -> Request:
    parameters: Mapping[str, Any] = {
        "TableName": request.parameters["TableName"],
        "Key": {name: sent[name] for name in key},
        "ConsistentRead": True,
        "ReturnConsumedCapacity": "TOTAL",
    }
    return Request("GetItem", parameters)


def _found(read: Request, failure: RequestError) -> Operation[Response]:
    try:
        return (yield from send(read))
    except RequestError as error:
        raise _unknown(failure) from error


def _pause(attempt: Attempt, failure: RequestError) -> Operation[None]:
    allowance = yield from allowed()
    elapsed = allowance.elapsed((yield from now()))
    wait = backoff(attempt, elapsed=elapsed, allowance=allowance)
    if wait is None:
        raise failure
    yield from pause(wait)


def _demands_absence(request: Request) -> bool:
    return _ABSENT_ONLY.fullmatch(request.parameters["ConditionExpression"]) is not None


def _unknown(error: RequestError) -> OutcomeUnknown:
    if isinstance(error, OutcomeUnknown):
        return error
    return OutcomeUnknown(
        "an answer to PutItem was lost, and what is stored could not be read; read the item "
        "before sending again",
        code="outcome.unknown",
        details=error.details,
    )


def _exists(details: Mapping[str, object]) -> AlreadyExists:
    return AlreadyExists(
        "another item has this primary key; choose another key, or put() to replace it",
        code="item.exists",
        details=details,
    )
