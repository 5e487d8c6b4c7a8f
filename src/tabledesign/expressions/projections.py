"""Projections: the attributes, or parts of them, that a read brings back."""

from __future__ import annotations

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions.paths import Path, attribute, require_apart

__all__ = ["Projection", "projection"]


@dataclass(frozen=True, slots=True)
class Projection:
    """Paths that lie apart from each other, at least one.

    Two that hold one another are `InputError` ``projection.overlap``, none at all is
    ``projection.empty``.
    """

    paths: tuple[Path, ...]

    def __post_init__(self) -> None:
        if not self.paths:
            raise InputError(
                "the projection asks for no attribute; name one, or leave the projection out",
                code="projection.empty",
            )
        require_apart(self.paths, code="projection.overlap", remedy="ask for each attribute once")


def projection(*paths: Path | str) -> Projection:
    """Ask for these attributes; a text is a whole attribute's name, dots and all.

    >>> [str(path) for path in projection("title", attribute("address")["city"]).paths]
    ['title', 'address.city']
    """
    return Projection(tuple(attribute(p) if isinstance(p, str) else p for p in paths))
