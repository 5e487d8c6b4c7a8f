"""What of a field's metadata may refuse a value that the plain type would take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic.fields import FieldInfo

__all__ = ["constraints"]


def constraints(metadata: Iterable[object]) -> Iterator[object]:
    """The constraints and validators: pydantic's, annotated_types', or whatever is of that kind.

    A `Field(...)` is none itself and stands for those it holds; a description refuses nothing.

    >>> from pydantic import Field
    >>> [type(each).__name__ for each in constraints([Field(ge=0, max_digits=2), "a remark"])]
    ['Ge', '_PydanticGeneralMetadata']
    """
    for part in metadata:
        if isinstance(part, FieldInfo):
            yield from constraints(part.metadata)
        elif _is_constraint(part):
            yield part


def _is_constraint(part: object) -> bool:
    package = type(part).__module__.partition(".")[0]
    return package in ("annotated_types", "pydantic") or hasattr(
        part, "__get_pydantic_core_schema__"
    )
