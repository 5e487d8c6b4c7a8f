"""What a status is called: as RFC 9110 says, whatever a release of Python calls it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

__all__ = ["phrase_of"]

# Python took over the names of RFC 9110 with its release 3.13.
_RENAMED: Final = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}


def phrase_of(status: int) -> str:
    """The reason phrase of a status.

    >>> phrase_of(404), phrase_of(422)
    ('Not Found', 'Unprocessable Content')
    """
    return _RENAMED.get(status) or HTTPStatus(status).phrase
