"""Which attributes of its object a function reads, told from its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable

from tabledesign.patterns.source import definition_of

__all__ = ["attributes_read"]


def attributes_read(
    function: Callable[..., object], owner: type, fields: frozenset[str]
) -> frozenset[str] | None:
    """The fields that a method reads of ``self``, or None where it may read any.

    What it reads through properties and other methods of the owner counts too. A method that
    hands ``self`` on, assigns to it, or whose source is not at hand, may read anything.

    >>> class Span:
    ...     def ordered(self):
    ...         return self.start <= self.end
    >>> attributes_read(Span.ordered, Span, frozenset({"start", "end", "title"}))  # doctest: +SKIP
    frozenset({'start', 'end'})
    """
    return _read(function, owner, fields, frozenset())


def _read(
    function: Callable[..., object], owner: type, fields: frozenset[str], seen: frozenset[object]
) -> frozenset[str] | None:
    found = _self_attributes(function)
    if found is None:
        return None
    read = found & fields
    for name in found - fields:
        inner = _method(owner, name)
        if inner is None:
            return None
        if inner in seen:
            continue
        further = _read(inner, owner, fields, seen | {function})
        if further is None:
            return None
        read |= further
    return read


def _method(owner: type, name: str) -> Callable[..., object] | None:
    """The function behind a method or a property written in Python."""
    held = inspect.getattr_static(owner, name, None)
    if isinstance(held, property):
        held = held.fget
    return held if inspect.isfunction(held) else None


def _self_attributes(function: Callable[..., object]) -> frozenset[str] | None:
    """The names read of the first argument; None where it is used in any other way."""
    try:
        definition = definition_of(function)
    except (OSError, TypeError, SyntaxError):
        return None
    if not isinstance(definition, ast.FunctionDef) or not definition.args.args:
        return None
    me = definition.args.args[0].arg
    names: set[str] = set()
    allowed: set[int] = set()
    for node in ast.walk(definition):
        if isinstance(node, ast.Attribute) and _is(node.value, me):
            if not isinstance(node.ctx, ast.Load):
                return None
            names.add(node.attr)
            allowed.add(id(node.value))
        elif isinstance(node, ast.Return) and node.value is not None and _is(node.value, me):
            allowed.add(id(node.value))
    uses = {id(node) for node in ast.walk(definition) if _is(node, me)}
    return frozenset(names) if uses <= allowed else None


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
