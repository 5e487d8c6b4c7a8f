"""From query parameters to an access pattern and its arguments, by the pattern's signature.

The parameters that are given choose the pattern. A range is two parameters, ``due_from`` and
``due_to``, both days included, of which one may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Final

from tabledesign.api.exchange import Query
from tabledesign.api.paging import PAGING
from tabledesign.api.problems import FieldError, Problem
from tabledesign.dataclass import dataclass, field
from tabledesign.design.arguments import element_of, is_range, is_sequence, spelled
from tabledesign.design.spelling import read_value, type_name
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range
from tabledesign.patterns.plan import Plan

__all__ = ["VALUE_LENGTH", "Served", "choose", "read_query"]

VALUE_LENGTH: Final = 1024
"""The longest value of a parameter: a sort key has no more bytes. A cursor may be longer."""

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Served:
    """An access pattern that is answered where the query has exactly its parameters.

    ``bound`` are the arguments that do not come from the query, ``when`` the literal parameters
    that choose this pattern, ``also`` those that may be given with it though they choose nothing.
    ``names`` is what a parameter is called in the query: a name, or for a range its two ends.
    """

    plan: Plan
    bound: frozenset[str] = frozenset()
    when: Mapping[str, str] = field(default_factory=dict[str, str])
    names: Mapping[str, str | Ends] = field(default_factory=dict[str, str | Ends])
    also: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def parameters(self) -> frozenset[str]:
        """Every query parameter it may be given."""
        asked = {name for _, names in self.asked for name in names}
        return frozenset(self.when) | frozenset(self.also) | asked

    @property
    def asked(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """The pattern's parameters that come from the query, each with its names there."""
        asked: list[tuple[str, tuple[str, ...]]] = []
        for parameter in self.plan.parameters:
            if parameter.name in self.bound:
                continue
            usual: str | Ends = parameter.name
            if is_range(parameter.annotation):
                usual = (f"{parameter.name}_from", f"{parameter.name}_to")
            names = self.names.get(parameter.name, usual)
            asked.append((parameter.name, (names,) if isinstance(names, str) else names))
        return asked

    def spelling(self) -> str:
        """The query that asks it, in words.

        >>> from tabledesign.todo import TodoRepository
        >>> Served(TodoRepository.tasks_due.plan, bound=frozenset({"user_id"})).spelling()
        'due_from=<date> and/or due_to=<date>'
        """
        words = [f"{name}={value}" for name, value in self.when.items()]
        annotations = {p.name: p.annotation for p in self.plan.parameters}
        for parameter, names in self.asked:
            annotation = annotations[parameter]
            kind = type_name(element_of(annotation)) if len(names) > 1 else spelled(annotation)
            words.append(" and/or ".join(f"{name}=<{kind}>" for name in names))
        maybe = "".join(f"[&{name}={value}]" for name, value in self.also.items())
        return ("&".join(words) or "no parameters") + maybe

    def fits(self, given: Mapping[str, str]) -> bool:
        """Whether this is the pattern that the query asks."""
        if any(given.get(name) != value for name, value in self.when.items()):
            return False
        if any(given.get(name, value) != value for name, value in self.also.items()):
            return False
        return given.keys() <= self.parameters and all(
            any(name in given for name in names) for _, names in self.asked
        )

    def shapes(self) -> set[frozenset[str]]:
        """Every set of parameters that asks it."""
        ways = [
            [{names[0]}] if len(names) == 1 else [{names[0]}, {names[1]}, set(names)]
            for _, names in self.asked
        ]
        ways += [[set[str](), {name}] for name in self.also]
        return {frozenset(self.when).union(*way) for way in product(*ways)}

    def read(self, given: Mapping[str, str]) -> dict[str, object]:
        """The arguments of the query; raises `InputError` naming the parameter."""
        annotations = {p.name: p.annotation for p in self.plan.parameters}
        arguments: dict[str, object] = {}
        for parameter, names in self.asked:
            annotation = annotations[parameter]
            element = element_of(annotation)
            if is_sequence(annotation) and not is_range(annotation):
                # One parameter, its members parted by commas.
                texts = given[names[0]].split(",")
                arguments[parameter] = [read_value(element, each, name=names[0]) for each in texts]
                continue
            if not is_range(annotation):
                arguments[parameter] = read_value(annotation, given[names[0]], name=names[0])
                continue
            ends = [
                read_value(element, given[name], name=name) if name in given else None
                for name in names
            ]
            arguments[parameter] = Range[Any](*ends)
        return arguments


def check_choice(served: Sequence[Served]) -> None:
    """Raise `InputError` for a pattern that has no pages, and for two that one query asks."""
    for number, one in enumerate(served):
        reserved = one.parameters & PAGING
        if reserved:
            raise InputError(
                f"{one.plan.name} would take {' and '.join(sorted(reserved))} from the query, "
                "which every listing has for its pages; give it another name by names={...}",
                code="routes.reserved",
            )
        if one.plan.operation != "Query":
            raise InputError(
                f"{one.plan.name} is a {one.plan.operation}, which has no pages; list a pattern "
                "that gives a Query",
                code="routes.no_listing",
            )
        for other in served[:number]:
            literals = {**other.also, **other.when}
            own = {**one.also, **one.when}
            same = all(literals.get(name, value) == value for name, value in own.items())
            if same and one.shapes() & other.shapes():
                raise InputError(
                    f"{one.plan.name} and {other.plan.name} are asked by the same query; tell "
                    "them apart by a parameter of when={...}",
                    code="routes.ambiguous",
                )


def read_query(query: Query, known: Iterable[str]) -> dict[str, str]:
    """The parameters by name; raises a 400 for unknown and repeated ones."""
    names = sorted({*known, *PAGING})
    given: dict[str, str] = {}
    faults: list[FieldError] = []
    for name, value in query:
        if name not in names:
            words = f"there is no such parameter; there are {', '.join(names)}"
            faults.append(FieldError("argument.unknown", words, parameter=name))
        elif name in given:
            faults.append(FieldError("argument.twice", "give it once", parameter=name))
        elif name not in PAGING and not 1 <= len(value) <= VALUE_LENGTH:
            words = f"give 1 to {VALUE_LENGTH} characters"
            faults.append(FieldError("argument.value", words, parameter=name))
        given[name] = value
    if faults:
        raise Problem(
            400,
            faults[0].code,
            "the query has parameters that cannot be served; correct those named in errors",
            faults=faults,
        )
    return given


def choose(served: Sequence[Served], query: Query) -> tuple[Served, dict[str, object]]:
    """The pattern that the query asks, and its arguments; a 400 tells what is served instead."""
    given = read_query(query, {name for one in served for name in one.parameters})
    asked = {name: value for name, value in given.items() if name not in PAGING}
    for one in served:
        if one.fits(asked):
            return one, one.read(asked)
    spellings = "; ".join(one.spelling() for one in served)
    raise Problem(
        400,
        "argument.combination",
        f"no question is asked by these parameters together; served are: {spellings}",
        faults=[FieldError("argument.combination", "not so", parameter=name) for name in asked],
    )
