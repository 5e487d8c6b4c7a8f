"""DynamoDB's rules for the texts of expressions and their placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from tabledesign.limits import EXPRESSION_BYTES, IN_OPERANDS

__all__ = ["expression_breaches", "less"]

EXPRESSIONS: Final = (
    "KeyConditionExpression",
    "FilterExpression",
    "ConditionExpression",
    "UpdateExpression",
    "ProjectionExpression",
)
NAME, VALUE = re.compile(r"#[A-Za-z0-9_]+"), re.compile(r":[A-Za-z0-9_]+")
BETWEEN = re.compile(r"BETWEEN\s+(:\w+)\s+AND\s+(:\w+)")
IN_LIST = re.compile(r"\bIN\s*\(([^)]*)\)")
BEGINS = re.compile(r"begins_with\s*\(\s*[^,]+,\s*(:\w+)\s*\)")
SELF_COMPARED = re.compile(r"(#\w+(?:\.#\w+|\[\d+\])*)\s*(?:=|<>|<=?|>=?)\s*\1(?![\w.\[#])")
CLAUSE = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b")


def expression_breaches(parameters: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one request's expressions, names and values."""
    texts = {name: str(parameters[name]) for name in EXPRESSIONS if name in parameters}
    whole = " ".join(texts.values())
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    yield from _placeholders("ExpressionAttributeNames", NAME, whole, parameters)
    yield from _placeholders("ExpressionAttributeValues", VALUE, whole, parameters)
    for name, text in texts.items():
        if not text.strip():
            yield f"{name} is empty"
        if len(text.encode()) > EXPRESSION_BYTES:
            yield f"{name} has {len(text.encode())} bytes, and DynamoDB takes {EXPRESSION_BYTES}"
    for low, high in BETWEEN.findall(whole):
        yield from _between(low, high, values)
    for operands in IN_LIST.findall(whole):
        count = len(operands.split(","))
        if count > IN_OPERANDS:
            yield f"IN has {count} operands, and DynamoDB takes {IN_OPERANDS}"
    for placeholder in BEGINS.findall(whole):
        if not {"S", "B"} & set(values.get(placeholder, {})):
            yield f"begins_with is asked of {placeholder}, which is neither text nor binary"
    conditions = (text for name, text in texts.items() if name != "UpdateExpression")
    for text in conditions:
        for operand in SELF_COMPARED.findall(text):
            yield f"{operand} is compared with itself"
    if "UpdateExpression" in texts:
        yield from _overlaps(texts["UpdateExpression"], names)


def _placeholders(
    parameter: str, pattern: re.Pattern[str], whole: str, parameters: Mapping[str, Any]
) -> Iterator[str]:
    given: Mapping[str, Any] = parameters.get(parameter, {})
    used = set(pattern.findall(whole))
    if parameter in parameters and not given:
        yield f"{parameter} is empty"
    if used - set(given):
        yield f"{', '.join(sorted(used - set(given)))} is used and not in {parameter}"
    if set(given) - used:
        yield f"{', '.join(sorted(set(given) - used))} is in {parameter} and not used"
    if any(value == "" for value in given.values()):
        yield f"{parameter} holds an empty name"


def less(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool | None:
    """Whether one stored value is below another; None where they have no common type."""
    for tag in ("S", "N", "B"):
        if tag in left and tag in right:
            if tag == "N":
                return Decimal(left[tag]) < Decimal(right[tag])
            low, high = left[tag], right[tag]
            # DynamoDB compares texts by their UTF-8 bytes.
            return bool(low.encode() < high.encode()) if tag == "S" else bool(low < high)
    return None


def _between(low: str, high: str, values: Mapping[str, Any]) -> Iterator[str]:
    if low not in values or high not in values:
        return
    below = less(values[high], values[low])
    if below is None:
        yield f"{low} and {high} of BETWEEN are of different types"
    elif below:
        yield f"{low} and {high} of BETWEEN are in the wrong order"


def _overlaps(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """Two clauses on one path, or on one inside the other; one kind of clause twice."""
    parts = CLAUSE.split(text)
    verbs = parts[1::2]
    if len(set(verbs)) < len(verbs):
        yield "an update has one kind of clause twice"
    paths: list[str] = []
    for verb, clauses in zip(verbs, parts[2::2]):
        for clause in _split(clauses):
            path = clause.split("=")[0] if verb == "SET" else clause.strip().split(" ")[0]
            paths.append(NAME.sub(lambda match: names.get(match[0], match[0]), path.strip()))
    for first, second in combinations(sorted(paths), 2):
        if second == first or second.startswith((f"{first}.", f"{first}[")):
            yield f"an update changes {second} twice, or inside {first}"


def _split(clauses: str) -> list[str]:
    """At the commas that stand in no parentheses."""
    found, depth = [""], 0
    for sign in clauses:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [clause for clause in found if clause.strip()]
