"""Two engines that are asked the same, and must answer the same outside the table of quirks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, cast

from tabledesign.engine import Engine
from tabledesign.engine.protocol import Capabilities, capabilities_of, name_of
from tabledesign.errors import RequestError
from tabledesign.wire import Request, Response

from .quirks import has_quirk

__all__ = ["Twin"]

COMPARED = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""What a table is, an engine tells in its own words; what is in it, in the same ones."""
UNORDERED = frozenset({"BatchGetItem", "Scan"})


class Twin:
    """Sends each request to both engines and hands on the first one's answer.

    Raises `AssertionError` where the second one answers otherwise: other items or in another
    order, another end of a page, another error, another reason of a cancellation.
    """

    thread_safe: ClassVar[bool] = False

    def __init__(self, first: Engine, second: Engine) -> None:
        self.engines = (first, second)
        self.name = " and ".join(map(name_of, self.engines))
        self.compared: Counter[str] = Counter()

    @property
    def capabilities(self) -> Capabilities:
        """What both offer."""
        first, second = map(capabilities_of, self.engines)
        return first & second

    def send(self, request: Request) -> Response:
        """Carry the request twice."""
        first, second = (_outcome(engine, request) for engine in self.engines)
        if request.operation in COMPARED:
            self.compared[request.operation] += 1
            if isinstance(first, RequestError):
                self.compared[f"{request.operation}: {first.code}"] += 1
            if isinstance(first, RequestError) or first != second:
                one, other = (self._comparable(request, each) for each in (first, second))
                assert one == other, f"{self.name} differ over {request}:\n  {one}\n  {other}"
        if isinstance(first, RequestError):
            raise first
        return first

    def _comparable(self, request: Request, outcome: Response | RequestError) -> object:
        if isinstance(outcome, RequestError):
            told = {name: outcome.details.get(name) for name in ("item", "reasons")}
            return type(outcome).__name__, outcome.code, _plain(told)
        answer = dict(outcome)
        answer.pop("ResponseMetadata", None)
        if any(has_quirk(name_of(engine), "capacity") for engine in self.engines):
            answer.pop("ConsumedCapacity", None)
        if request.operation in UNORDERED:
            answer = _sorted(answer)
        return _plain({name: held for name, held in answer.items() if held})


def _outcome(engine: Engine, request: Request) -> Response | RequestError:
    try:
        return engine.send(request)
    except RequestError as error:
        return error


def _sorted(answer: dict[str, Any]) -> dict[str, Any]:
    """The items of an answer whose order DynamoDB leaves open."""
    if "Items" in answer:
        answer["Items"] = sorted(answer["Items"], key=_order)
    if "Responses" in answer:
        responses = cast("Mapping[str, list[Any]]", answer["Responses"])
        answer["Responses"] = {n: sorted(items, key=_order) for n, items in responses.items()}
    return answer


def _order(item: Any) -> str:
    return repr(_plain(item))


def _plain(value: Any) -> Any:
    """Equal for equal values: a set has no order, a number is a number however it is spelled."""
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return {name: _tagged(name, held[name]) for name in sorted(held)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[Any]", value)]
    return value


def _tagged(tag: str, held: Any) -> Any:
    if tag == "N" and isinstance(held, str):
        return Decimal(held)
    if tag == "NS":
        return sorted(map(Decimal, held))
    return sorted(held) if tag in ("SS", "BS") else _plain(held)
