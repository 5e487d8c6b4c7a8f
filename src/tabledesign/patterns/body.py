"""The rule for a pattern's body: one returned expression that treats all arguments alike.

The body runs once, with slots in place of arguments, so a branch on an argument would compile
one of its sides only. Slots refuse to be compared, but ``x is None``, ``match``, a look-up in
a dict and a function that does one of these pass them through in silence; therefore the syntax
is checked too, and an argument may be handed to this library's own functions only.
"""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType

from tabledesign.patterns.source import definition_of

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
    {
        "BINARY_SUBSCR",
        "COMPARE_OP",
        "CONTAINS_OP",
        "FOR_ITER",
        "IS_OP",
        "MAKE_FUNCTION",
        "PUSH_EXC_INFO",
    }
)
_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"})
_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
_UNKNOWN = object()


def branching(function: Callable[..., object]) -> str | None:
    """What in the body is not a plain expression, or None if it is one.

    Where the source is not at hand (a stripped deployment), the compiled code is looked at:
    it may hold no jump, comparison, look-up, variable or function of its own, and name no
    function of others.

    >>> def plain(self, user_id): return user_id
    >>> branching(plain) is None
    True
    """
    try:
        definition = definition_of(function)
    except (OSError, TypeError, SyntaxError):
        return _branching_code(function)
    if not isinstance(definition, ast.FunctionDef):
        return "the body is not that of a plain function"
    return next(_faults(definition, _names(function)), None)


def _names(function: Callable[..., object]) -> Mapping[str, object]:
    """What the names in the body stand for, as far as that is known before it runs."""
    cells: dict[str, object] = {}
    for name, cell in zip(
        function.__code__.co_freevars, getattr(function, "__closure__", None) or (), strict=True
    ):
        try:
            cells[name] = cell.cell_contents
        except ValueError:  # a name that its function has not assigned yet
            cells[name] = _UNKNOWN
    return {**vars(builtins), **function.__globals__, **cells}


def _faults(definition: ast.FunctionDef, names: Mapping[str, object]) -> Iterator[str]:
    body = definition.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        yield "the body is more than one returned expression"
        return
    for node in ast.walk(body[0].value):
        if not isinstance(node, _ALLOWED):
            yield f"the body uses {_NAMES.get(type(node), f'the operator {type(node).__name__}')}"
    own = {argument.arg for argument in (*definition.args.args, *definition.args.kwonlyargs)}
    for node in ast.walk(body[0].value):
        if isinstance(node, ast.Call) and _takes(node, own) and not _is_ours(node.func, names):
            name = ast.unparse(node.func)
            yield f"the body hands an argument to {name}(), which may branch on it"
        if _reads(node, own - {"self"}):
            yield f"the body reads {ast.unparse(node)}, and an argument is known at the call only"


def _reads(node: ast.AST, own: set[str]) -> bool:
    """Whether an attribute of an argument is read: of a slot it would be the slot's own."""
    holder = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(holder, ast.Name) and holder.id in own


def _takes(call: ast.Call, own: set[str]) -> bool:
    """Whether an argument of the pattern stands among the arguments of the call."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(
        isinstance(node, ast.Name) and node.id in own for value in given for node in ast.walk(value)
    )


def _is_ours(function: ast.expr, names: Mapping[str, object]) -> bool:
    """Whether a call reaches this library, or ends in an error that says what is wrong."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
        return _is_ours(function.value.func, names)  # a method of what our own function gave
    value = _value(function, names)
    if value is _UNKNOWN:
        return True  # the name is not there: running the body raises
    return str(getattr(value, "__module__", "")).startswith("tabledesign.")


def _value(node: ast.expr, names: Mapping[str, object]) -> object:
    if isinstance(node, ast.Name):
        return names.get(node.id, _UNKNOWN)
    if isinstance(node, ast.Attribute):
        holder = _value(node.value, names)
        return _UNKNOWN if holder is _UNKNOWN else getattr(holder, node.attr, _UNKNOWN)
    return None


_NAMES: dict[type[ast.AST], str] = {
    ast.IfExp: "a conditional expression",
    ast.Compare: "a comparison",
    ast.BoolOp: "and/or",
    ast.Subscript: "a look-up by [ ]",
    ast.Dict: "a dict",
    ast.Set: "a set",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.Lambda: "a function of its own",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "an assignment",
    ast.Await: "await",
    ast.Not: "not",
}


def _branching_code(function: Callable[..., object]) -> str | None:
    code = function.__code__
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return "the body is not that of a plain function"
    for instruction in dis.get_instructions(function):
        jumps = instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs
        stores = instruction.opname.startswith("STORE_FAST")  # joined with others since 3.13
        if jumps or stores or instruction.opname in _BRANCHING_INSTRUCTIONS:
            return f"the compiled body branches or compares ({instruction.opname})"
    name = next(_foreign(function), None)
    if name is None:
        return None
    return f"the compiled body calls {name}, which may branch on an argument"


def _foreign(function: Callable[..., object]) -> Iterator[str]:
    """The functions and built-in types that compiled code reaches outside this library."""
    names = _names(function)
    value: object = _UNKNOWN
    for instruction in dis.get_instructions(function):
        if instruction.opname in _LOADS:
            value = names.get(instruction.argval, _UNKNOWN)
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            value = getattr(value, instruction.argval, _UNKNOWN)
        elif instruction.opname not in ("PUSH_NULL", "CACHE"):
            value = _UNKNOWN
        ours = str(getattr(value, "__module__", "")).startswith("tabledesign.")
        built_in = isinstance(value, type) and value.__module__ == "builtins"
        if not ours and (built_in or isinstance(value, _FUNCTIONS)):
            yield f"{instruction.argval}()"
