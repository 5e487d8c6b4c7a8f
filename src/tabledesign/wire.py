"""What goes to DynamoDB and comes back: plain requests, plain responses, AWS's own names.

Only this module, ``engine`` and the exporters speak AWS's vocabulary.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from tabledesign.dataclass import dataclass, field

__all__ = [
    "CAPACITY",
    "AttributeValue",
    "Item",
    "Operation",
    "Rendered",
    "Repeat",
    "Request",
    "Response",
    "consumed_units",
    "json_text",
    "with_bytes",
]

Operation = Literal[
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
    "UpdateTimeToLive",
]

AttributeValue = dict[str, Any]
"""One tagged value, ``{"S": "text"}``; binary is ``bytes``, a number is its decimal text."""

Item = dict[str, AttributeValue]
"""A stored item or a key: attribute names to tagged values."""

Response = Mapping[str, Any]
"""A complete answer of DynamoDB, as the service model names its parts."""


Repeat = Literal["read", "token", "overwrite", "never"]
"""Whether a request may be sent again when nobody knows whether it was applied.

``read``: always; nothing is written. ``token``: for ten minutes; DynamoDB knows a
TransactWriteItems by its ClientRequestToken and answers it again without applying it again.
``overwrite``: yes, since the caller declared that the last writer wins; without that, even a
plain put, SET or delete may undo what another client wrote, and was told it wrote, in between.
``never``: any other write; ADD, SET a = a + 1 and list_append would count twice.
"""

READS = frozenset(
    {
        "BatchGetItem",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
        "ListTables",
        "Query",
        "Scan",
        "TransactGetItems",
    }
)
ITEM_WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"})

# Applied twice, these differ from once: ADD and DELETE clauses, arithmetic, list_append, and
# positions in a list, which move when an element before them goes. Names and values stand as
# placeholders, which have none of these signs.
_COUNTS = re.compile(r"\b(?:ADD|DELETE)\b|list_append|[-+\[]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, complete: the operation and its parameters by AWS's names.

    ``last_writer_wins`` is the caller's declaration that a put, SET or delete may be sent
    again after a lost answer, although another client may have written in between.

    >>> Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "User#1#"}}}).operation
    'GetItem'
    """

    operation: Operation
    parameters: Mapping[str, Any]
    last_writer_wins: bool = field(default=False, kw_only=True)

    @property
    def repeat(self) -> Repeat:
        """Whether it may be sent again after an unknown outcome; no declaration widens the rule.

        >>> Request("UpdateItem", {"UpdateExpression": "SET #n = :v"}).repeat
        'never'
        >>> Request("UpdateItem", {"UpdateExpression": "ADD #n :v"}, last_writer_wins=True).repeat
        'never'
        """
        if self.operation in READS:
            return "read"
        if self.operation == "TransactWriteItems" and self.parameters.get("ClientRequestToken"):
            return "token"
        if not self.last_writer_wins or self.operation not in ITEM_WRITES:
            return "never"
        conditional = "ConditionExpression" in self.parameters
        counts = _COUNTS.search(str(self.parameters.get("UpdateExpression", "")))
        return "never" if conditional or counts else "overwrite"

    @property
    def body(self) -> bytes:
        """The request as DynamoDB reads it: JSON without spaces, binary in base64.

        >>> Request("GetItem", {"Key": {"pk": {"B": b"a"}}}).body
        b'{"Key":{"pk":{"B":"YQ=="}}}'
        """
        return json_text(self.parameters).encode("ascii")


class Rendered(Mapping[str, Any]):
    """Parameters that were written as JSON at once, and are read only where somebody looks.

    ``outline`` names every parameter in its order, with the values that are known without
    reading; None stands for one that only the text holds.

    >>> text = '{"TableName":"todo","Item":{"pk":{"S":"a"}}}'
    >>> put = Rendered(text, {"TableName": "todo", "Item": None})
    >>> put["TableName"], "ConditionExpression" in put
    ('todo', False)
    >>> put["Item"]
    {'pk': {'S': 'a'}}
    >>> put == {"TableName": "todo", "Item": {"pk": {"S": "a"}}}
    True
    >>> (put | Rendered.of({"ReturnValues": "ALL_OLD"})).text
    '{"TableName":"todo","Item":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"}'
    """

    __slots__ = ("_outline", "_whole", "text")

    def __init__(self, text: str, outline: Mapping[str, Any]) -> None:
        self.text = text
        self._outline = outline
        self._whole: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Rendered:
        """Parameters that are known already, with their text."""
        return cls(_encode(parameters), parameters)

    def __or__(self, more: Mapping[str, Any]) -> Rendered:
        """These and then those; none of those may be among these."""
        if type(more) is Rendered:
            outline = more._outline
        elif more:
            outline = more
        else:
            return self
        return Rendered(f"{self.text[:-1]},{json_text(more)[1:]}", {**self._outline, **outline})

    def __ror__(self, first: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**first, **self}

    def __getitem__(self, name: str) -> Any:
        known = self._outline[name]
        return self._read()[name] if known is None else known

    def __contains__(self, name: object) -> bool:
        return name in self._outline

    def __iter__(self) -> Iterator[str]:
        return iter(self._outline)

    def __len__(self) -> int:
        return len(self._outline)

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> Mapping[str, Any]:
        whole = self._whole
        if whole is None:
            binary = '"B"' in self.text or '"BS"' in self.text
            whole = self._whole = json.loads(self.text, object_hook=with_bytes if binary else None)
        return whole


def json_text(value: object) -> str:
    """A value of a request as DynamoDB reads it: JSON without spaces, binary in base64.

    >>> json_text({"L": [{"B": b"a"}, {"N": "1"}]})
    '{"L":[{"B":"YQ=="},{"N":"1"}]}'
    """
    return value.text if type(value) is Rendered else _encode(value)


def with_bytes(members: dict[str, Any]) -> dict[str, Any]:
    """An object of a request or an answer with bytes for base64, where its tag says binary."""
    # A map may have an entry named B, whose value is tagged in its turn.
    if isinstance(members.get("B"), str):
        return {**members, "B": b64decode(members["B"])}
    if isinstance(members.get("BS"), list):
        return {**members, "BS": [b64decode(each) for each in members["BS"]]}
    return members


def _plain(value: object) -> str | dict[str, Any]:
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode("ascii")
    if isinstance(value, Rendered):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no place in a request; give bytes or text")


_encode = json.JSONEncoder(default=_plain, separators=(",", ":")).encode

CAPACITY: Final = Rendered.of({"ReturnConsumedCapacity": "TOTAL"})
"""What every request asks for beside its answer."""


def consumed_units(response: Response) -> float | None:
    """The capacity units an answer reports, summed over tables; None if it reports none.

    >>> consumed_units({"ConsumedCapacity": [{"CapacityUnits": 0.5}, {"CapacityUnits": 1.0}]})
    1.5
    """
    reported: list[dict[str, Any]] | dict[str, Any] | None = response.get("ConsumedCapacity")
    if not reported:
        return None
    parts = reported if isinstance(reported, list) else [reported]
    units = [float(part["CapacityUnits"]) for part in parts if "CapacityUnits" in part]
    return sum(units) if units else None
