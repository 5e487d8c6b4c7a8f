"""Access patterns: typed questions, declared as methods, compiled when their class is made."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FrameType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from tabledesign.errors import InputError, Refusal
from tabledesign.keys.bounds import BranchOnSlot, Slot
from tabledesign.patterns.body import branching
from tabledesign.patterns.compile import Draft
from tabledesign.patterns.plan import Parameter, Plan
from tabledesign.schema.binding import declared_keys, nearest
from tabledesign.schema.query import Question
from tabledesign.schema.table import Table

__all__ = ["AccessPattern", "access_pattern"]

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R", bound=Question)


class AccessPattern(Generic[S, P, R]):
    """A declared access pattern; called on a repository it gives the question with its runner.

    On the class it is this object, whose ``plan`` is what the pattern compiled to.
    """

    def __init__(
        self, function: Callable[Concatenate[S, P], R], around: dict[str, object] | None = None
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.question = inspect.cleandoc(function.__doc__ or "")
        self.__doc__ = self.question
        self._signature = inspect.signature(function)
        self._by_position = _by_position(self._signature)
        self._annotations = {
            name: _evaluate(parameter.annotation, function.__globals__, around or {})
            for name, parameter in self._signature.parameters.items()
        }
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan:
        """The compiled plan; there once the repository class is made."""
        if self._plan is None:
            raise InputError(
                f"access pattern {self.name!r} is compiled when its Repository class is made; "
                "declare it in a Repository with table=...",
                code="pattern.not_compiled",
            )
        return self._plan

    @overload
    def __get__(self, instance: None, owner: type) -> AccessPattern[S, P, R]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Callable[P, R]: ...
    def __get__(
        self, instance: object | None, owner: type | None = None
    ) -> AccessPattern[S, P, R] | Callable[P, R]:
        if instance is None:
            return self
        asker: Any = instance
        plan = self._plan or self.plan

        def ask(*args: P.args, **kwargs: P.kwargs) -> R:
            # The usual call, of which nothing is odd, without a third of what asking takes.
            names = self._by_position
            if not kwargs and names is not None and len(args) == len(names):
                given = dict(zip(names, args))
            else:
                bound = self._signature.bind(instance, *args, **kwargs).arguments
                given = {p.name: bound[p.name] for p in plan.parameters}
            question: R = asker.ask(plan, given)
            return question

        ask.__name__ = self.name
        ask.__doc__ = self.__doc__
        return ask

    def compile(self, owner: str, table: Table) -> list[Refusal]:
        """Run the body once with slots and keep the plan; lists what is wrong instead."""
        where = f"{owner}.{self.name}"
        parameters, refusals = self._parameters(where)
        fault = branching(self.function)
        if fault is not None:
            refusals.append(
                Refusal(
                    "pattern.branches",
                    where,
                    f"{fault}; a pattern is one returned expression, the same for every value",
                    "Write two questions as two patterns, and compute values before the call",
                )
            )
        if not self.question:
            refusals.append(
                Refusal(
                    "pattern.no_question",
                    where,
                    "the pattern has no docstring",
                    "Say in its first line the question it answers",
                )
            )
        if refusals:
            return refusals
        question = self._run_body(where, parameters, refusals)
        if question is not None:
            draft = Draft(where, self.name, self.question, table, parameters, question)
            self._plan = draft.plan()
            refusals.extend(draft.refusals)
        return refusals

    def _parameters(self, where: str) -> tuple[tuple[Parameter, ...], list[Refusal]]:
        refusals: list[Refusal] = []
        parameters: list[Parameter] = []
        for parameter in list(self._signature.parameters.values())[1:]:
            place = f"{where}({parameter.name})"
            if parameter.default is not parameter.empty:
                fault = ("pattern.optional_argument", "the argument has a default")
                remedy = "Two questions are two patterns: declare one without the argument"
                refusals.append(Refusal(fault[0], place, fault[1], remedy))
            elif parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                refusals.append(
                    Refusal(
                        "pattern.star_argument",
                        place,
                        "* and ** hide what is asked",
                        "Name every argument",
                    )
                )
            annotation = self._annotations[parameter.name]
            if parameter.annotation is parameter.empty or annotation is None:
                refusals.append(
                    Refusal(
                        "pattern.annotation",
                        place,
                        "the argument has no known type",
                        "Annotate it with the type of the key part it stands for",
                    )
                )
            parameters.append(Parameter(parameter.name, annotation))
        return tuple(parameters), refusals

    def _run_body(
        self, where: str, parameters: tuple[Parameter, ...], refusals: list[Refusal]
    ) -> Question | None:
        slots: dict[str, Any] = {p.name: Slot(p.name, p.annotation) for p in parameters}
        try:
            body = cast("Callable[..., object]", self.function)
            question = body(_NoSelf(), **slots)
        except _BODY_ERRORS as error:
            if not _is_refused_key(error):
                refusals.append(_body_refusal(where, error))
            return None
        if isinstance(question, Question):
            return question
        refusals.append(
            Refusal(
                "pattern.no_query",
                where,
                f"the body returns a {type(question).__name__}",
                "Return Entity.key.query(...), .get(...) or .get_many(...)",
            )
        )
        return None


def _by_position(signature: inspect.Signature) -> tuple[str, ...] | None:
    """The names of the arguments after self in their order; None if one may not be given so."""
    parameters = list(signature.parameters.values())[1:]
    plain = all(each.kind is each.POSITIONAL_OR_KEYWORD for each in parameters)
    return tuple(each.name for each in parameters) if plain else None


_BODY_ERRORS = (
    ArithmeticError,
    AttributeError,
    InputError,
    LookupError,
    NameError,
    TypeError,  # BranchOnSlot is one
    ValueError,
)


def _is_refused_key(error: Exception) -> bool:
    """Whether the body names a key that is declared and was refused: that says it all."""
    if not isinstance(error, AttributeError) or not isinstance(error.obj, type):
        return False
    return error.name in declared_keys(error.obj)


def _body_refusal(where: str, error: Exception) -> Refusal:
    """What an error that the body raised says of the design."""
    if isinstance(error, BranchOnSlot):
        remedy = "Two questions are two patterns; compute values before the call"
        return Refusal("pattern.branches", where, str(error), remedy)
    if isinstance(error, AttributeError):
        names = list(getattr(error.obj, "__keys__", {}))
        owner = getattr(error.obj, "__name__", type(error.obj).__name__)
        fault, remedy = f"{owner} has no {error.name!r}", "Correct the name"
        if names:
            fault = f"{owner} has no key {error.name!r}"
            remedy = nearest(str(error.name), names)
        return Refusal("pattern.unknown_key", where, fault, remedy)
    if isinstance(error, InputError):
        own = error.code == "pattern.self"
        remedy = "Make it an argument, or a constant" if own else "Correct the value"
        return Refusal(error.code if own else "pattern.body", where, str(error), remedy)
    fault = f"running the body raises {type(error).__name__}: {error}"
    return Refusal("pattern.body", where, fault, "Correct the returned expression")


def access_pattern(function: Callable[Concatenate[S, P], R]) -> AccessPattern[S, P, R]:
    """Declare a method of a `Repository` as an access pattern.

    Its body is one returned expression, ``Entity.key.query(...)``; its first docstring line is
    the question in words. It is compiled, and refused if it is wrong, when the class is made.
    """
    caller = inspect.currentframe()
    return AccessPattern(function, _names_around(caller.f_back if caller else None))


class _NoSelf:
    """Stands for ``self`` in a body: a plan may depend on its arguments only."""

    def __getattr__(self, name: str) -> object:
        raise InputError(
            f"the body reads self.{name}; a plan depends on its arguments only",
            code="pattern.self",
        )


def _names_around(frame: FrameType | None) -> dict[str, object]:
    """The names of enclosing functions, so that postponed annotations may use them."""
    names: dict[str, object] = {}
    while frame is not None and frame.f_code.co_name != "<module>":
        names = {**frame.f_locals, **names}
        frame = frame.f_back
    return names


def _evaluate(annotation: object, module: dict[str, object], around: dict[str, object]) -> object:
    if not isinstance(annotation, str):
        return annotation
    try:
        # The developer's own annotation, which Python postponed.
        return cast("object", eval(annotation, module, around))  # noqa: S307
    except Exception:  # noqa: BLE001 - whatever it raises, the argument has no known type
        return None
