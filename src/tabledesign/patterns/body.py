"""The rule for a pattern's body: one returned expression that treats all arguments alike.

The body runs once, with slots in place of arguments, so a branch on an argument would compile
one of its sides only. Slots refuse to be compared, but ``x is None``, ``match`` and a look-up in
a dict pass them through in silence; therefore the syntax is checked too.
"""

from __future__ import annotations

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator

__all__ = ["branching"]

_ALLOWED = (
    ast.Call,
    ast.keyword,
    ast.Attribute,
    ast.Name,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Starred,
    ast.UnaryOp,
    ast.USub,
    ast.Invert,
    ast.BinOp,
    ast.BitAnd,
    ast.BitOr,
    ast.expr_context,
)
_BRANCHING_INSTRUCTIONS = frozenset(
    {"IS_OP", "CONTAINS_OP", "COMPARE_OP", "BINARY_SUBSCR", "MAKE_FUNCTION", "FOR_ITER"}
)


def branching(function: Callable[..., object]) -> str | None:
    """What in the body is not a plain expression, or None if it is one.

    Where the source is not at hand (a stripped deployment), the compiled code is looked at:
    it may hold no jump, comparison, look-up or function of its own.

    >>> def plain(self, user_id): return user_id
    >>> branching(plain) is None
    True
    """
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, IndentationError):
        return _branching_code(function)
    definition = next((n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)), None)
    if definition is None:
        return "it is not a plain function"
    return next(_faults(definition), None)


def _faults(definition: ast.FunctionDef) -> Iterator[str]:
    body = definition.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        yield "its body is more than one returned expression"
        return
    for node in ast.walk(body[0].value):
        if not isinstance(node, _ALLOWED):
            yield f"it uses {_NAMES.get(type(node), type(node).__name__)}"


_NAMES: dict[type[ast.AST], str] = {
    ast.IfExp: "a conditional expression",
    ast.Compare: "a comparison",
    ast.BoolOp: "and/or",
    ast.Subscript: "a look-up by [ ]",
    ast.Dict: "a dict",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.Lambda: "a function of its own",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "an assignment",
    ast.Not: "not",
}


def _branching_code(function: Callable[..., object]) -> str | None:
    for instruction in dis.get_instructions(function):
        jumps = instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs
        if jumps or instruction.opname in _BRANCHING_INSTRUCTIONS:
            return f"its compiled body branches or compares ({instruction.opname})"
    return None
