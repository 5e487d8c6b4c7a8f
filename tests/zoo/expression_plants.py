"""Bugs in the text of expressions."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from .plant import Function, Plant

__all__ = ["EXPRESSION_PLANTS"]

CLASH, MEANING = "placeholder clash", "the expression says something else"


def _one_digit(right: Function) -> Function:
    def value(into: Any, at: Any) -> str:
        placeholder = f":v{len(into.values) % 10}"
        into.values[placeholder] = at
        return placeholder

    return value


def _folded(right: Function) -> Function:
    def name(into: Any, text: str) -> str:
        known = {each.lower(): found for each, found in into._by_name.items()}
        return str(known.get(text.lower()) or right(into, text))

    return name


def _no_parentheses(right: Function) -> Function:
    # What the parentheses of an OR inside an AND are there for.
    from tabledesign.expressions.render import _condition

    return _condition


def _stand_in_forgotten(right: Function) -> Function:
    return lambda path, when_absent, into: into.path(path)


def _dots_split(right: Function) -> Function:
    return lambda into, path: (
        ".".join(into.name(part) for part in str(path.segments[0]).split("."))
        + "".join(
            f"[{each}]" if isinstance(each, int) else f".{into.name(each)}"
            for each in path.segments[1:]
        )
    )


EXPRESSION_PLANTS = (
    Plant(":v1 and :v10 are one", "The eleventh value takes the placeholder of the first.",
          CLASH, "expressions.placeholders:Placeholders.value", _one_digit,
          "expressions.conditions"),
    Plant("names that differ in case are one", "and and AND share a placeholder.",
          CLASH, "expressions.placeholders:Placeholders.name", _folded,
          "expressions.conditions"),
    Plant("dots in names split", "The attribute x.y becomes the path x, y.",
          MEANING, "expressions.placeholders:Placeholders.path", _dots_split,
          "expressions.conditions"),
    Plant("OR inside AND without parentheses", "a AND (b OR c) is sent as a AND b OR c.",
          MEANING, "expressions.render:_conjunct", _no_parentheses, "expressions.conditions"),
    Plant("no value for an absent number", "An increment that starts at 0 fails where nothing is.",
          MEANING, "expressions.render:_present", _stand_in_forgotten, "expressions.updates"),
)  # fmt: skip
