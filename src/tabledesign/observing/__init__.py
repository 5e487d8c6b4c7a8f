"""What a function did, told in one line of JSON: a log line and its metrics, without any value."""

from tabledesign.observing.observer import Observer
from tabledesign.observing.seen import Seen, current, trace

__all__ = ["Observer", "Seen", "current", "trace"]
