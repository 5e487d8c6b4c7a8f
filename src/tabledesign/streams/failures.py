"""What a failed record is: worth trying again, or poison."""

from __future__ import annotations

from collections import OrderedDict

from tabledesign.errors import RequestError

__all__ = ["Attempts", "is_passing"]

# Of a shard one record fails at a time; what more than this many do is forgotten and counted anew.
_KEPT = 1_000


class Attempts:
    """How often this process has seen each record fail; the stream itself does not tell.

    Another process counts for itself, so a record is tried at least as often as was said.
    """

    def __init__(self) -> None:
        self._failed: OrderedDict[str, int] = OrderedDict()

    def failed(self, event_id: str) -> int:
        """Count one more failure; gives how many there were."""
        count = self._failed.pop(event_id, 0) + 1
        self._failed[event_id] = count
        while len(self._failed) > _KEPT:
            self._failed.popitem(last=False)
        return count

    def forget(self, event_id: str) -> None:
        """It has been handled, or is somebody else's now."""
        self._failed.pop(event_id, None)


def is_passing(error: Exception) -> bool:
    """Whether it lies in the moment and not in the record: throttling, no time, a lost answer."""
    return isinstance(error, RequestError) and error.retry != "never"
