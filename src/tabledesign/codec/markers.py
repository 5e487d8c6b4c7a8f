"""Markers for ``Annotated`` that say how a field is stored."""

from __future__ import annotations

from tabledesign.dataclass import dataclass

__all__ = ["AsNumber", "EpochSeconds", "Stored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """The field is stored under this attribute name; a short name makes every item smaller.

    >>> from typing import Annotated
    >>> Title = Annotated[str, Stored("t")]
    """

    attribute: str


@dataclass(frozen=True, slots=True)
class AsNumber:
    """The float is stored as a number, by its shortest exact text, and reads back the same.

    DynamoDB's numbers end at 1E+126 and at 1E-130, so not every float can be stored; ``-0.0``
    is stored as ``0``, NaN and infinity are refused.

    >>> from typing import Annotated
    >>> Weight = Annotated[float, AsNumber()]
    """


@dataclass(frozen=True, slots=True)
class EpochSeconds:
    """The aware datetime is stored as whole seconds since 1970: what DynamoDB's TTL reads.

    A fraction of a second is rounded up, so that nothing expires early; what is read back is
    then the later whole second, in UTC.

    >>> from typing import Annotated
    >>> from datetime import datetime
    >>> Expiry = Annotated[datetime, EpochSeconds()]
    """
