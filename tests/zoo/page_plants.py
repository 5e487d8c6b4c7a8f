"""Bugs in reading pages and in batches."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from tabledesign.engine.effects import Send, SendMany
from tabledesign.repository.reading import Limits, gather
from tabledesign.repository.rows import EXPIRED
from tabledesign.schema.page import Unreadable
from tabledesign.wire import Request

from .plant import Function, Plant, altered, seeing

__all__ = ["PAGE_PLANTS"]

PAGES, BATCH = "rows lost or given twice", "unprocessed items"


def _ends_where_empty(effect: Any, answer: Any) -> Any:
    if isinstance(effect, Send) and answer.get("Items") == []:
        return {name: value for name, value in answer.items() if name != "LastEvaluatedKey"}
    return answer


def _everything_taken(effect: Any, answer: Any) -> Any:
    if not isinstance(effect, SendMany):
        return answer
    gone = ("UnprocessedItems", "UnprocessedKeys")
    return tuple(
        each
        if isinstance(each, Exception)
        else {name: value for name, value in each.items() if name not in gone}
        for each in answer
    )


def _swallowed(found: Any) -> Any:
    return EXPIRED if isinstance(found, Unreadable) else found


def _evaluated(right: Function) -> Function:
    def count(bound: Any, context: Any) -> Any:
        gathered = yield from gather(bound, context, Limits(), None)
        return gathered.evaluated

    return count


def _after_all_rows(right: Function) -> Function:
    def take(gathered: Any, rows: Any, *rest: Any) -> Any:
        left, handed = right(gathered, rows, *rest)
        return left, len(rows.rows) - 1 if rows.rows else handed

    return take


def _never_started(right: Function) -> Function:
    def request(*args: Any, start: object = None, **options: Any) -> Any:
        del start
        return right(*args, **options)

    return request


def _without(name: str) -> Any:
    def change(request: Request) -> Request:
        kept = {key: value for key, value in request.parameters.items() if key != name}
        return Request(request.operation, kept)

    return altered(change)


def _first_counts(right: Function) -> Function:
    return lambda context, entities, **options: right(context, list(reversed(entities)), **options)


def _each_asked(right: Function) -> Function:
    def requests(table_name: str, keys: Any, *, consistent: bool) -> Any:
        yield from right(table_name, keys, consistent=consistent)
        if len(keys) > 1:
            both = {"Keys": [*keys]}
            yield Request("BatchGetItem", {"RequestItems": {table_name: both}})

    return requests


def _only_found(right: Function) -> Function:
    def fetch_many(bound: Any, context: Any) -> Any:
        found = yield from right(bound, context)
        return [each for each in found if each is not None]

    return fetch_many


def _room_for_ever(right: Function) -> Function:
    def room_left(started: Any, deadline: Any) -> Any:
        yield from right(started, deadline)
        return deadline.total_seconds()

    return room_left


def _never(*args: Any) -> bool:
    return False


QUERY = "patterns.reads:query_request"
PAGE_PLANTS = (
    Plant("stops at the first empty page", "A page without rows is taken for the end.",
          PAGES, "repository.reading:gather", seeing(_ends_where_empty), "pages.walks"),
    Plant("continues after rows not handed out", "The cursor stands at the last row that was read.",
          PAGES, "repository.reading:_take", _after_all_rows, "pages.walks"),
    Plant("starts again at every page", "The position of a cursor is not sent.",
          PAGES, QUERY, _never_started, "pages.walks"),
    Plant("backwards is forwards", "The direction of a question is not sent.",
          "wrong order", QUERY, _without("ScanIndexForward"), "pages.walks"),
    Plant("poison row swallowed", "A row that cannot be read is left out in silence.",
          "poison rows", "repository.rows:RowReader.read", altered(_swallowed), "pages.walks"),
    Plant("expired row shown", "What has expired and is not deleted yet is handed out.",
          "expired rows", "repository.rows:RowReader._is_expired", lambda right: _never,
          "pages.walks"),
    Plant("expired rows counted", "A count counts what DynamoDB has looked at.",
          "expired rows", "repository.reading:count", _evaluated, "pages.walks"),
    Plant("UnprocessedItems ignored", "What a batch left is taken for written.",
          BATCH, "repository.batch:_round", seeing(_everything_taken),
          "histories.notes.faults"),
    Plant("first of equal keys counts", "Of two items with one key a batch stores the first.",
          BATCH, "repository.batch:put_many", _first_counts, "batches.writes"),
    Plant("batch without a deadline", "A batch that is never taken is sent again for ever.",
          "deadlines", "repository.batch:room_left", _room_for_ever, "batches.writes"),
    Plant("UnprocessedKeys ignored", "Keys that a batch left unread are taken for absent.",
          BATCH, "repository.reading:fetch_many", seeing(_everything_taken), "batches.reads"),
    Plant("equal keys asked twice", "A batch get names one key several times.",
          BATCH, "patterns.reads:batch_requests", _each_asked, "batches.reads"),
    Plant("absent items left out", "The answers of a batch get do not stand at their keys' places.",
          "answers out of place", "repository.reading:fetch_many", _only_found, "batches.reads"),
)  # fmt: skip
