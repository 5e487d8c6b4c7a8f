"""The arguments of a pattern as ``name=value`` words, read and written.

due=2026-01-01..2026-01-31     both days included         task_ids=a,b       a sequence
due=2026-01-01..<2026-01-31    the end excluded           task_ids=a task_ids=b
due=>2026-01-01..              after a day, no end        name=ann           StartsWith
due=..                         every value there is
"""

from __future__ import annotations

import collections.abc
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast, get_args, get_origin

from tabledesign.design.spelling import read_value, type_name, write_value
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range, StartsWith
from tabledesign.patterns.plan import Parameter, Plan
from tabledesign.schema.binding import nearest

__all__ = ["element_of", "is_range", "is_sequence", "read_arguments", "spelled", "write_argument"]


def read_arguments(plan: Plan, words: Iterable[str]) -> dict[str, object]:
    """The pattern's arguments from words ``name=value``.

    Raises `InputError` with a code that starts with ``argument.``, and ``range.reversed``.

    >>> from tabledesign.todo import TodoRepository
    >>> plan = TodoRepository.tasks_due.plan
    >>> read_arguments(plan, ["user_id=ann", "due=2026-01-01..<2026-02-01"])["due"].include_end
    False
    """
    known = {parameter.name: parameter for parameter in plan.parameters}
    texts: dict[str, list[str]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise InputError(
                f"{word!r} is no argument; write it as name=value"
                + (f", such as {next(iter(known))}=..." if known else f": {plan.name} takes none"),
                code="argument.form",
            )
        if name not in known:
            raise InputError(
                f"{plan.name} has no argument {name!r}. {nearest(name, list(known))}",
                code="argument.unknown",
                field=name,
            )
        texts.setdefault(name, []).append(text)
    missing = [parameter for parameter in plan.parameters if parameter.name not in texts]
    if missing:
        wanted = " ".join(f"{p.name}=<{spelled(p.annotation)}>" for p in missing)
        raise InputError(
            f"{plan.name} needs {' and '.join(p.name for p in missing)}; add {wanted}",
            code="argument.missing",
            field=missing[0].name,
        )
    return {name: _read(known[name], given) for name, given in texts.items()}


def write_argument(value: object) -> str:
    """The text after ``name=`` that `read_arguments` reads as this value."""
    if isinstance(value, Range):
        bounds = cast("Range[object]", value)
        start = "" if bounds.start is None else write_value(bounds.start)
        end = "" if bounds.end is None else write_value(bounds.end)
        after = "" if bounds.include_start else ">"
        return f"{after}{start}..{'' if bounds.include_end else '<'}{end}"
    if isinstance(value, StartsWith):
        return value.text
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ",".join(write_value(one) for one in cast("Sequence[object]", value))
    return write_value(value)


def spelled(annotation: object) -> str:
    """The type of an argument in words: ``range of date``, ``list of text``."""
    if is_range(annotation):
        return f"range of {type_name(element_of(annotation))}"
    if annotation is StartsWith:
        return "beginning of a text"
    if is_sequence(annotation):
        return f"list of {type_name(element_of(annotation))}"
    return type_name(annotation)


def is_range(annotation: object) -> bool:
    """Whether the argument is a `Range`."""
    return Range in (annotation, get_origin(annotation))


def element_of(annotation: object) -> object:
    """What a range or a sequence is of; text where it does not say."""
    return next(iter(get_args(annotation)), str)


def is_sequence(annotation: object) -> bool:
    """Whether the argument is several values."""
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, collections.abc.Iterable)


def _read(parameter: Parameter, texts: Sequence[str]) -> object:
    name, annotation = parameter.name, parameter.annotation
    if is_sequence(annotation) and not is_range(annotation):
        parts = texts if len(texts) > 1 else [part for part in texts[0].split(",") if part]
        return [read_value(element_of(annotation), part, name=name) for part in parts]
    if len(texts) > 1:
        raise InputError(
            f"argument {name!r} is given {len(texts)} times; give it once",
            code="argument.twice",
            field=name,
        )
    if is_range(annotation):
        return _read_range(name, element_of(annotation), texts[0])
    if annotation is StartsWith:
        return StartsWith(texts[0])
    return read_value(annotation, texts[0], name=name)


def _read_range(name: str, element: object, text: str) -> Range[Any]:
    first, dots, last = text.partition("..")
    if not dots or ".." in last:
        raise InputError(
            f"argument {name!r} is a range; write {name}=FROM..TO, either end left out where it "
            "is open, FROM.. after a > or ..<TO where an end is excluded",
            code="argument.range",
            field=name,
        )
    start, end = first.removeprefix(">"), last.removeprefix("<")
    return Range(
        read_value(element, start, name=name) if start else None,
        read_value(element, end, name=name) if end else None,
        include_start=not first.startswith(">"),
        include_end=not last.startswith("<"),
    )


def plain_arguments(arguments: Mapping[str, object]) -> dict[str, str]:
    """Every argument as the shell spells it."""
    return {name: write_argument(value) for name, value in arguments.items()}
