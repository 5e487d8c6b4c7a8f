"""Records of a table's stream, told to one typed handler for each entity.

DynamoDB delivers them at least once, those of one item in order. See `Streams`.
"""

from tabledesign.streams.dispatcher import On, Streams
from tabledesign.streams.mapping import event_source_mapping
from tabledesign.streams.parked import Parked
from tabledesign.streams.record import Poison, StreamRecord
from tabledesign.streams.report import BatchReport

__all__ = [
    "BatchReport",
    "On",
    "Parked",
    "Poison",
    "StreamRecord",
    "Streams",
    "event_source_mapping",
]
