"""What became of the records of one event, in numbers and names, without any value."""

from __future__ import annotations

from tabledesign.dataclass import dataclass

__all__ = ["BatchReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """``handled + ignored + unknown + poisoned + left`` are the records that came.

    ``ignored`` have no handler, or are kept by the library; ``unknown`` say a name that is no
    entity of the table, each of which is in ``names``. ``left`` come again, from the one with the
    sequence number ``failed`` on, because of ``fault``: the class and code of an error, or
    ``deadline``.
    """

    handled: int = 0
    ignored: int = 0
    unknown: int = 0
    poisoned: int = 0
    left: int = 0
    names: tuple[str, ...] = ()
    failed: str | None = None
    fault: str | None = None
