"""The requests of writes, interpreted in memory: fast enough for thousands of histories.

It knows what this library sends and no more. What DynamoDB answers is taken from its
documentation, independently of the code under test: the text of every expression is parsed.
"""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Context, Decimal
from typing import Any, ClassVar

from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import ConditionFailed, RequestRefused
from tabledesign.wire import Item, Request, Response

__all__ = ["Memory"]

_TOKEN = re.compile(r"#\w+|:\w+|\w+|<>|<=|>=|[=<>(),.\[\]+]")
_EXACT = Context(prec=400)  # Python rounds to 28 digits, DynamoDB keeps 38
Key = tuple[str, ...]


class Memory:
    """One table with a partition and a sort key, and a clock that stands still."""

    name: ClassVar[str] = "memory"
    thread_safe: ClassVar[bool] = False

    def __init__(self, *, tells_items: bool = True, sort_key: str | None = "sk") -> None:
        self.clock = FakeClock()
        self.items: dict[Key, Item] = {}
        self.tokens: dict[str, Any] = {}
        self.tells_items = tells_items
        self.names = ["pk"] if sort_key is None else ["pk", sort_key]

    def send(self, request: Request) -> Response:
        """Carry the request out, or raise what DynamoDB would answer."""
        parameters = deepcopy(dict(request.parameters))
        return getattr(self, f"_{request.operation}")(parameters)  # type: ignore[no-any-return]

    def _CreateTable(self, p: dict[str, Any]) -> Response:
        return {}

    def _DeleteTable(self, p: dict[str, Any]) -> Response:
        self.items.clear()
        return {}

    def _GetItem(self, p: dict[str, Any]) -> Response:
        found = self.items.get(self._key(p["Key"]))
        return {} if found is None else {"Item": deepcopy(found)}

    def _BatchGetItem(self, p: dict[str, Any]) -> Response:
        ((table, asked),) = p["RequestItems"].items()
        found = (self.items.get(self._key(key)) for key in asked["Keys"])
        return {"Responses": {table: [deepcopy(item) for item in found if item]}}

    def _TransactGetItems(self, p: dict[str, Any]) -> Response:
        return {"Responses": [self._GetItem(get["Get"]) for get in p["TransactItems"]]}

    def _Scan(self, p: dict[str, Any]) -> Response:
        return {"Items": deepcopy(list(self.items.values()))}

    def _PutItem(self, p: dict[str, Any]) -> Response:
        self._one("Put", p)
        return {}

    def _DeleteItem(self, p: dict[str, Any]) -> Response:
        self._one("Delete", p)
        return {}

    def _UpdateItem(self, p: dict[str, Any]) -> Response:
        self._one("Update", p)
        return {"Attributes": deepcopy(self.items[self._key(p["Key"])])}

    def _BatchWriteItem(self, p: dict[str, Any]) -> Response:
        ((_, writes),) = p["RequestItems"].items()
        for write in writes:
            if "PutRequest" in write:
                self._one("Put", write["PutRequest"])
            else:
                self._one("Delete", write["DeleteRequest"])
        return {}

    def _one(self, action: str, p: dict[str, Any]) -> None:
        key = self._key(p.get("Key") or p["Item"])
        old = self.items.get(key)
        if not _holds(p, old or {}):
            item = {"item": deepcopy(old)} if old is not None and self.tells_items else {}
            raise ConditionFailed("the condition failed", code="condition.failed", details=item)
        self._store(key, _after(action, p, old))

    def _TransactWriteItems(self, p: dict[str, Any]) -> Response:
        token, content = p["ClientRequestToken"], p["TransactItems"]
        if token in self.tokens:
            if self.tokens[token] != content:
                raise RequestRefused("token reused", code="transaction.token_reused")
            return {}
        writes = [next(iter(write.items())) for write in content]
        keys = [self._key(part.get("Key") or part["Item"]) for _, part in writes]
        assert len(set(keys)) == len(keys), "an item twice in one transaction"
        assert len(keys) <= 100
        reasons: list[dict[str, Any]] = []
        for key, (_, part) in zip(keys, writes, strict=True):
            old = self.items.get(key)
            if _holds(part, old or {}):
                reasons.append({"Code": "None"})
                continue
            told = {"Item": deepcopy(old)} if old is not None and self.tells_items else {}
            reasons.append({"Code": "ConditionalCheckFailed", **told})
        if any(reason["Code"] != "None" for reason in reasons):
            details = {"reasons": tuple(reasons)}
            raise ConditionFailed("cancelled", code="condition.failed", details=details)
        for key, (action, part) in zip(keys, writes, strict=True):
            if action != "ConditionCheck":
                self._store(key, _after(action, part, self.items.get(key)))
        self.tokens[token] = content
        return {}

    def _store(self, key: Key, item: Item | None) -> None:
        if item is None:
            self.items.pop(key, None)
            return
        assert all(name in item for name in self.names), "a whole primary key"
        assert not any(value in ({"S": ""}, {"SS": []}) for value in item.values() if "SS" in value)
        self.items[key] = item

    def _key(self, item: Item) -> Key:
        return tuple(str(item[name]["S"]) for name in self.names)


def _after(action: str, p: dict[str, Any], old: Item | None) -> Item | None:
    if action == "Put":
        item: Item = deepcopy(p["Item"])
        return item
    if action == "Delete":
        return None
    return _Expression(p["UpdateExpression"], p, old or {}).updated({**(old or {}), **p["Key"]})


def _holds(p: dict[str, Any], item: Item) -> bool:
    text = p.get("ConditionExpression")
    return text is None or _Expression(text, p, item).condition()


class _Expression:
    """Evaluates one expression against an item by recursive descent."""

    def __init__(self, text: str, p: dict[str, Any], item: Item) -> None:
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        self.names = p.get("ExpressionAttributeNames", {})
        self.values = p.get("ExpressionAttributeValues", {})
        self.item = item

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        assert not wanted or token == wanted, f"{token} instead of {wanted}"
        self.at += 1
        return token

    def condition(self) -> bool:
        holds = self.conjunction()
        while self.peek() == "OR":
            self.take()
            holds = self.conjunction() or holds
        return holds

    def conjunction(self) -> bool:
        holds = self.test()
        while self.peek() == "AND":
            self.take()
            holds = self.test() and holds
        return holds

    def test(self) -> bool:
        token = self.peek()
        if token == "NOT":
            self.take()
            return not self.test()
        if token == "(":
            self.take()
            holds = self.condition()
            self.take(")")
            return holds
        if token.startswith("attribute_"):
            self.take()
            self.take("(")
            found = self.operand()
            if token == "attribute_type":
                self.take(",")
                wanted = self.operand()["S"]
                self.take(")")
                return found is not None and wanted in found
            there = found is not None
            self.take(")")
            return there is (token == "attribute_exists")
        left = self.operand()
        operator = self.take()
        return _compared(left, operator, self.operand())

    def operand(self) -> Any:
        """The tagged value of a path or a placeholder; None where nothing is."""
        token = self.peek()
        if token.startswith(":"):
            return self.values[self.take()]
        held: Any = {"M": self.item}
        for segment in self.path():
            inside = held.get("L" if isinstance(segment, int) else "M") if held else None
            if isinstance(segment, int):
                held = inside[segment] if inside and segment < len(inside) else None
            else:
                held = inside.get(segment) if inside else None
        return held

    def path(self) -> list[Any]:
        segments: list[Any] = [self.names[self.take()]]
        while self.peek() in (".", "["):
            if self.take() == ".":
                segments.append(self.names[self.take()])
            else:
                segments.append(int(self.take()))
                self.take("]")
        return segments

    def updated(self, after: Item) -> Item:
        after = deepcopy(after)
        section = ""
        while self.peek():
            if self.peek() in ("SET", "REMOVE", "ADD", "DELETE"):
                section = self.take()
            elif self.peek() == ",":
                self.take()
            else:
                path = self.path()
                _put(after, path, self.clause(section, path))
        return after

    def clause(self, section: str, path: list[Any]) -> Any:
        if section == "REMOVE":
            return None
        if section == "SET":
            self.take("=")
            return self.stored()
        old, value = self.item.get(path[0]), self.operand()
        if "N" in value:
            return _number(old or {"N": "0"}, value)
        ((tag, members),) = value.items()
        held: list[Any] = list((old or {}).get(tag, ()))
        left = [m for m in held if m not in members]
        joined = left + members if section == "ADD" else left
        return {tag: joined} if joined else None

    def stored(self) -> Any:
        value = self.term()
        if self.peek() == "+":
            self.take()
            return _number(value, self.term())
        return value

    def term(self) -> Any:
        if self.peek() not in ("if_not_exists", "list_append"):
            return self.operand()
        function = self.take()
        self.take("(")
        one = self.term()
        self.take(",")
        other = self.term()
        self.take(")")
        if function == "if_not_exists":
            return other if one is None else one
        return {"L": [*one["L"], *other["L"]]}


def _put(item: Item, path: list[Any], value: Any) -> None:
    held: Any = item
    for segment in path[:-1]:
        held = held[segment]
        held = held.get("M", held.get("L"))
    if value is not None:
        held[path[-1]] = value
    elif isinstance(path[-1], int):
        del held[path[-1]]
    else:
        held.pop(path[-1], None)


def _number(one: Any, other: Any) -> Any:
    if one is None or "N" not in one:
        raise RequestRefused("no number", code="request.refused")
    return {"N": f"{_EXACT.add(Decimal(one['N']), Decimal(other['N'])):f}"}


def _compared(left: Any, operator: str, right: Any) -> bool:
    one: Any
    other: Any
    if left is None or right is None:
        return operator == "<>"
    ((tag, one),), ((kind, other),) = left.items(), right.items()
    if tag != kind:
        return operator == "<>"
    if tag == "N":
        one, other = Decimal(one), Decimal(other)
    elif tag in ("SS", "NS"):
        one, other = sorted(one), sorted(other)
    tests = {"=": one == other, "<>": one != other}
    if operator in tests:
        return bool(tests[operator])
    return bool(
        {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    )
