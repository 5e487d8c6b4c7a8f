"""The definition of a function, read from its source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType

__all__ = ["definition_of"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def definition_of(function: Callable[..., object]) -> Definition | None:
    """The first definition in the source of a function, or None where its source holds none.

    Raises `OSError`, `TypeError` or `SyntaxError` where the source is not at hand.
    """
    tree = _parsed(_lines(function) or inspect.getsource(function))
    tree = tree or ast.parse(textwrap.dedent(inspect.getsource(function)))
    return next((node for node in ast.walk(tree) if isinstance(node, Definition)), None)


def _lines(function: Callable[..., object]) -> str | None:
    """The lines its code was compiled from, which `inspect` looks for token by token.

    None where more follows in the same block: what is never reached compiles to nothing.
    """
    function = inspect.unwrap(function)
    lines, first = inspect.findsource(function)
    code: CodeType = function.__code__
    last = max((end for _, end, _, _ in code.co_positions() if end is not None), default=0)
    following = (
        line for line in lines[last:] if line.strip() and not line.lstrip().startswith("#")
    )
    if _indentation(next(following, "")) > _indentation(lines[first]):
        return None
    return "".join(lines[first:last])


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parsed(source: str) -> ast.Module | None:
    """Its syntax; None where it breaks off, at a bracket that compiles to nothing."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except SyntaxError:
        return None
    return tree if tree.body else None
