"""Rendering: frozen conditions, updates and projections to the text DynamoDB reads.

The text holds no name and no value, so it is fixed when a design is declared; what changes
from call to call is `ValueAt.value` alone, which the caller fills and encodes.
"""

from __future__ import annotations

from collections.abc import Mapping

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions.comparisons import (
    STORED_TYPES,
    BeginsWith,
    Between,
    Compare,
    Contains,
    Exists,
    HasType,
    In,
    NotExists,
    Operand,
    Size,
)
from tabledesign.expressions.conditions import And, Condition, Not, Or
from tabledesign.expressions.paths import Path
from tabledesign.expressions.placeholders import (
    Encode,
    Placeholders,
    Role,
    ValueAt,
    encoded,
)
from tabledesign.expressions.projections import Projection
from tabledesign.expressions.updates import (
    ABSENT,
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Discard,
    Increment,
    Prepend,
    SetClause,
    Update,
)
from tabledesign.limits import EXPRESSION_BYTES
from tabledesign.wire import AttributeValue

__all__ = [
    "Expression",
    "Rendered",
    "render",
    "render_condition",
    "render_projection",
    "render_update",
]

Expression = Condition | Update | Projection


@dataclass(frozen=True, slots=True)
class Rendered:
    """One expression: its text, and what each of its placeholders stands for."""

    text: str
    names: Mapping[str, str]
    values: Mapping[str, ValueAt]

    def encoded(self, encode: Encode) -> dict[str, AttributeValue]:
        """The values as DynamoDB wants them."""
        return encoded(self.values, encode)


def render(expression: Expression) -> Rendered:
    """Render an expression that is alone in its request.

    >>> from tabledesign.expressions.fields import field
    >>> done = render(field("status").equals("done") & field("due").not_exists())
    >>> done.text, dict(done.names)
    ('#n0 = :v0 AND attribute_not_exists(#n1)', {'#n0': 'status', '#n1': 'due'})
    """
    into = Placeholders()
    if isinstance(expression, Condition):
        text = render_condition(expression, into)
    elif isinstance(expression, Update):
        text = render_update(expression, into)
    else:
        text = render_projection(expression, into)
    return Rendered(text, into.names, into.values)


def render_condition(condition: Condition, into: Placeholders) -> str:
    """The text of a condition, filter or key condition; over 4 KB is ``expression.too_long``.

    >>> from tabledesign.expressions.fields import field
    >>> a, b, c = (field(name).exists() for name in "abc")
    >>> render_condition((a | b) & ~c, Placeholders())[-54:]
    'attribute_exists(#n1)) AND NOT (attribute_exists(#n2))'
    """
    return _within_limit(_condition(condition, into), "condition")


def render_update(update: Update, into: Placeholders) -> str:
    """The text of an update; over 4 KB is ``expression.too_long``.

    >>> from tabledesign.expressions.fields import field
    >>> from tabledesign.expressions.updates import update
    >>> render_update(update(field("visits").increment(1), field("due").remove()), Placeholders())
    'SET #n0 = #n0 + :v0 REMOVE #n1'
    """
    sections = (
        ("SET", [_set(clause, into) for clause in update.sets()]),
        ("REMOVE", [into.path(clause.path) for clause in update.removes()]),
        ("ADD", [_add(c, into) for c in update.clauses if isinstance(c, Add)]),
        (
            "DELETE",
            [_discard(c, into) for c in update.clauses if isinstance(c, Discard)],
        ),
    )
    text = " ".join(f"{keyword} {', '.join(actions)}" for keyword, actions in sections if actions)
    return _within_limit(text, "update")


def render_projection(projection: Projection, into: Placeholders) -> str:
    """The text of a projection; over 4 KB is ``expression.too_long``.

    >>> from tabledesign.expressions.projections import projection
    >>> render_projection(projection("title", "due"), Placeholders())
    '#n0, #n1'
    """
    return _within_limit(", ".join(into.path(path) for path in projection.paths), "projection")


def _condition(condition: Condition, into: Placeholders) -> str:
    match condition:
        case And(parts=parts):
            return " AND ".join(_conjunct(part, into) for part in parts)
        case Or(parts=parts):
            return " OR ".join(_condition(part, into) for part in parts)
        case Not(part=part):
            # AND, OR and the comparisons need the parentheses here or there; one form for all.
            return f"NOT ({_condition(part, into)})"
        case Compare(left=left, operator=operator, right=right):
            return f"{_operand(left, into)} {operator} {_other(right, left, into)}"
        case Between(operand=operand, low=low, high=high):
            text = _operand(operand, into)
            low_text, high_text = (
                _other(low, operand, into),
                _other(high, operand, into),
            )
            return f"{text} BETWEEN {low_text} AND {high_text}"
        case In(operand=operand, values=values):
            text = _operand(operand, into)
            return f"{text} IN ({', '.join(_other(value, operand, into) for value in values)})"
        case _:
            return _function(condition, into)


def _function(condition: Condition, into: Placeholders) -> str:
    match condition:
        case Exists(path=path):
            return f"attribute_exists({into.path(path)})"
        case NotExists(path=path):
            return f"attribute_not_exists({into.path(path)})"
        case HasType(path=path, stored=stored):
            text = into.path(path)
            return f"attribute_type({text}, {_at(path, STORED_TYPES[stored], 'type', into)})"
        case BeginsWith(path=path, prefix=prefix):
            text = into.path(path)
            return f"begins_with({text}, {_at(path, prefix, 'prefix', into)})"
        case Contains(path=path, element=element):
            text = into.path(path)
            return f"contains({text}, {_at(path, element, 'element', into)})"
        case _:
            raise InputError(
                f"{type(condition).__name__} is no condition that can be rendered; "
                "make it of the conditions that fields offer",
                code="condition.kind",
            )


def _conjunct(part: Condition, into: Placeholders) -> str:
    # AND binds tighter than OR: only an OR inside an AND needs parentheses.
    text = _condition(part, into)
    return f"({text})" if isinstance(part, Or) else text


def _operand(operand: Operand, into: Placeholders) -> str:
    return f"size({into.path(operand.path)})" if isinstance(operand, Size) else into.path(operand)


def _other(value: object, left: Operand, into: Placeholders) -> str:
    if isinstance(left, Size):
        return _at(left.path, value, "size", into)
    return _at(left, value, "whole", into)


def _at(path: Path, value: object, role: Role, into: Placeholders) -> str:
    if isinstance(value, Path | Size):
        return _operand(value, into)
    return into.value(ValueAt(path, value, role))


def _set(clause: SetClause, into: Placeholders) -> str:
    path, text = clause.path, into.path(clause.path)
    match clause:
        case Assign(value=value):
            return f"{text} = {_at(path, value, 'whole', into)}"
        case AssignIfAbsent(value=value):
            return f"{text} = if_not_exists({text}, {_at(path, value, 'whole', into)})"
        case Increment(by=by, when_absent=when_absent):
            present = _present(path, when_absent, into)
            return f"{text} = {present} + {_at(path, by, 'number', into)}"
        case Append(values=values, when_absent=when_absent):
            present = _present(path, when_absent, into)
            return f"{text} = list_append({present}, {_at(path, values, 'items', into)})"
        case Prepend(values=values, when_absent=when_absent):
            added = _at(path, values, "items", into)
            return f"{text} = list_append({added}, {_present(path, when_absent, into)})"
        case _:
            raise InputError(
                f"{type(clause).__name__} is no clause that can be rendered; "
                "make it of the clauses that fields offer",
                code="update.kind",
            )


def _present(path: Path, when_absent: object, into: Placeholders) -> str:
    text = into.path(path)
    if when_absent is ABSENT:
        return text
    return f"if_not_exists({text}, {_at(path, when_absent, 'whole', into)})"


def _add(clause: Add, into: Placeholders) -> str:
    return f"{into.path(clause.path)} {_at(clause.path, clause.value, 'addend', into)}"


def _discard(clause: Discard, into: Placeholders) -> str:
    return f"{into.path(clause.path)} {_at(clause.path, clause.members, 'members', into)}"


def _within_limit(text: str, kind: str) -> str:
    # All text is ASCII here: a character is a byte.
    if len(text) > EXPRESSION_BYTES:
        raise InputError(
            f"the {kind} is {len(text)} bytes long and DynamoDB takes {EXPRESSION_BYTES}; "
            "split it, or test and change fewer attributes at a time",
            code="expression.too_long",
        )
    return text
