"""A plan bound to the names of its arguments instead of values: ``{name}`` in every key text.

It is bound by the same code that binds values; only how a part of a key is written differs.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast, get_origin

from tabledesign.dataclass import dataclass, replace
from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.scalar import Scalar
from tabledesign.keys.template import Template
from tabledesign.patterns.plan import BoundPlan, Plan
from tabledesign.patterns.slots import as_range
from tabledesign.schema.key import BoundKey

__all__ = ["symbolic_binding", "unmarked"]

# Marks which end of a range a symbol is, so that low ends sort below high ones. No key text
# holds a control character: they are escaped.
_MARK: Final = "\x01"
_MARKED: Final = re.compile(f"[01]{_MARK}")


class _Symbol(str):
    """Stands for an argument in a key."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Writer(Scalar):
    """Writes symbols as they are and values as the field's own scalar does."""

    own: Scalar | None = None

    def encode(self, value: object, *, field: str) -> str:
        if isinstance(value, _Symbol):
            return str(value)
        assert self.own is not None
        return self.own.encode(value, field=field)

    def _read(self, text: str) -> object:
        raise ValueError(f"a symbolic key is never read back: {len(text)} characters")


def symbolic_binding(plan: Plan) -> BoundPlan:
    """The plan bound to ``{name}`` for each argument and ``{tenant}`` for the tenant.

    A range shows as two ends, both included; other ends change the last character of a bound.
    Texts still hold marks that keep low ends below high ones: `unmarked` takes them out.
    """
    keys = tuple(_symbolic_key(key) for key in plan.keys)
    drawn = replace(plan, keys=keys, condition=None)
    arguments = {p.name: _symbol(plan, p.name, p.annotation) for p in plan.parameters}
    return drawn.bind(arguments, _Symbol("{tenant}") if plan.table.tenants else None)


def _symbol(plan: Plan, name: str, annotation: object) -> object:
    if Range in (annotation, get_origin(annotation)):
        start = _Symbol(f"0{_MARK}{{{name}.start}}")
        return Range(start, _Symbol(f"1{_MARK}{{{name}.end}}"))
    if annotation is StartsWith:
        return StartsWith(_Symbol(f"{{{name}}}"))
    if plan.varied is not None and _names(plan.equal[plan.varied]) == name:
        return [_Symbol(f"{{{name}[{number}]}}") for number in (0, 1)]
    end = ""
    bounds = as_range(plan.operator)
    if bounds is not None:
        end = f"0{_MARK}" if _names(bounds.start) == name else ""
        end = f"1{_MARK}" if _names(bounds.end) == name else end
    return _Symbol(f"{end}{{{name}}}")


def _names(value: object) -> str | None:
    return value.name if isinstance(value, Slot) else None


def _symbolic_key(key: BoundKey[Any]) -> BoundKey[Any]:
    partition = _symbolic_half(key.partition)
    sort = None if key.sort is None else _symbolic_half(key.sort)
    return replace(key, partition=partition, sort=sort)


def _symbolic_half(half: Composite | Template) -> Composite | Template:
    if isinstance(half, Template):
        return Template(re.sub(r":0\d+\}", "}", half.text))  # a symbol has no digits to pad
    return Composite(
        tuple(
            component
            if isinstance(component, Label)
            else replace(component, scalar=_writer(component.scalar))
            for component in half.components
        )
    )


def _writer(own: Scalar) -> _Writer:
    return _Writer(
        kind=own.kind,
        python_type=own.python_type,
        sample=own.sample,
        text_prefixable=own.text_prefixable,
        below_tilde=own.below_tilde,
        own=own,
    )


def unmarked(value: object) -> object:
    """A text, or every text inside dicts and lists, without the marks of symbols."""
    if isinstance(value, str):
        return _MARKED.sub("", value)
    if isinstance(value, dict):
        return {k: unmarked(v) for k, v in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [unmarked(one) for one in cast("list[object]", value)]
    return value
