"""Pages over HTTP: a limit, an order, a cursor in the body, and the same continuation as a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.problems import FieldError, Problem
from tabledesign.observing.seen import current
from tabledesign.schema.query import Query

__all__ = ["LIMITS", "ORDERS", "PAGING", "page_of"]

PAGING: Final = frozenset({"limit", "cursor", "order"})
"""The parameters that say which part of an answer is wanted, not what is asked."""

LIMITS: Final = (1, 25, 100)
"""The least, the usual and the most items of a page."""

ORDERS: Final = ("asc", "desc")
"""Rising or falling; without either, a question is answered in the order that it declares."""

T = TypeVar("T")

# A signed cursor shows the key of a row, and with it the tenant and how the table is laid out.
_SEALS: Final = find_spec("cryptography") is not None


def page_of(
    question: Query[T],
    call: Call,
    present: Callable[[T], Any],
    *,
    gather: Callable[[Sequence[T]], Sequence[Any]] | None = None,
) -> Answer:
    """One page of the question's answer, from the call's cursor on.

    ``gather`` makes of the page's items what is presented: it may leave out what is not there for
    the caller, and a page may so be shorter than its limit without being the last. How much there
    is in all is not told: it would have to be counted, row by row. Its cursor is encrypted where
    tabledesign[encryption] is installed, else signed.
    """
    given = dict(call.received.query)
    question = _ordered(question, given.get("order"))
    limit = _limit(given.get("limit"))
    page = question.page(limit=limit, cursor=given.get("cursor"), sealed=_SEALS)
    if page.unreadable:
        _saw_unreadable(len(page.unreadable))
    headers: dict[str, str] = {}
    if page.cursor is not None:
        rest = [(name, value) for name, value in call.received.query if name != "cursor"]
        # A reference of a query only is right under any stage or mapping of the path.
        headers["Link"] = f'<?{urlencode([*rest, ("cursor", page.cursor)])}>; rel="next"'
    found: Sequence[Any] = page.items if gather is None else gather(page.items)
    items = [present(item) for item in found]
    return Answer(200, {"items": items, "next_cursor": page.cursor}, headers)


def _saw_unreadable(count: int) -> None:
    """Rows that are there and could not be read are left out; the line of the request says so."""
    seen = current()
    if seen is not None:
        seen.unreadable += count


def _limit(text: str | None) -> int:
    least, usual, most = LIMITS
    if text is None:
        return usual
    if text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most:
        return int(text)
    detail = f"limit is a whole number from {least} to {most}; write limit={usual}"
    fault = FieldError("argument.value", detail, parameter="limit")
    raise Problem(400, "argument.value", detail, faults=[fault])


def _ordered(question: Query[T], order: str | None) -> Query[T]:
    """The question, or the same from its other end."""
    if order is None:
        return question
    if order in ORDERS:
        return question if question.descending == (order == "desc") else question.reversed()
    detail = "order is asc or desc; leave it out for the order that the question has"
    fault = FieldError("argument.value", detail, parameter="order")
    raise Problem(400, "argument.value", detail, faults=[fault])
