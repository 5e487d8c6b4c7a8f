"""What a route promises, in the words of its contract: the source of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from tabledesign.api.bodies import JSON

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
    ``headers`` names what its good answers carry, ``ETag`` or ``Location``.

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
