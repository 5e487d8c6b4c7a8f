"""What a route promises, in the words of its contract: the source of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from tabledesign.api.bodies import JSON
from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["AskedHeader", "Operation"]


@dataclass(frozen=True, slots=True)
class AskedHeader:
    """A header that every operation of an API takes."""

    name: str
    description: str
    longest: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and answers.

    ``answers`` has the model of each good status, None where there is no body; where ``paged``,
    it is the model of one item. ``problems`` are the statuses of refusals of the route's own:
    those that every route has, or that follow from its path, its body, ``match`` (it wants
    ``If-Match``) and ``keyed`` (it takes ``Idempotency-Key``), are known without being said.
    ``headers`` names what its good answers carry, ``ETag`` or ``Location``. An operation on its
    way out is ``deprecated`` since a moment, and may go away at its ``sunset``.

    >>> Operation("readTask", "A task", "tasks", {200: None}).id
    'readTask'
    """

    id: str
    summary: str
    tag: str
    answers: Mapping[int, type[BaseModel] | None]
    body: type[BaseModel] | None = None
    body_types: tuple[str, ...] = JSON
    problems: tuple[int, ...] = ()
    match: bool = False
    keyed: bool = False
    description: str = ""
    deprecated: datetime | None = None
    sunset: datetime | None = None
    paged: bool = False
    headers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ends = [moment for moment in (self.deprecated, self.sunset) if moment is not None]
        if any(moment.tzinfo is None for moment in ends) or ends != sorted(ends):
            raise InputError(
                f"{self.id}: deprecated and sunset are aware datetimes, and nothing goes away "
                "before it is deprecated; correct them",
                code="operation.lifetime",
            )
        if self.sunset is not None and self.deprecated is None:
            raise InputError(
                f"{self.id}: what goes away is deprecated first; give deprecated as well",
                code="operation.lifetime",
            )
