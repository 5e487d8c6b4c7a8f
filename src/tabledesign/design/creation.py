"""Creating a table from its design, for programs and tests."""

from __future__ import annotations

from tabledesign.design.provision import provision
from tabledesign.engine.client import engine_of
from tabledesign.engine.drivers import drive
from tabledesign.errors import InputError
from tabledesign.schema.table import Table

__all__ = ["create_table"]


def create_table(table: Table, engine: object, *, table_name: str | None = None) -> bool:
    """Create the table and wait until it is there; False if it already is, as designed.

    ``engine`` is a boto3 client or an engine. Raises `InputError` ``table.differs`` where a
    table of that name is there and differs, and `RequestError`.

    >>> from tabledesign import Entity, Key
    >>> from tabledesign.engine.embedded import embedded
    >>> notes = Table("notes")
    >>> class Note(Entity, table=notes):
    ...     note_id: str
    ...     by_id = Key(partition="note_id")
    >>> with embedded() as engine:
    ...     create_table(notes, engine), create_table(notes, engine)
    (True, False)
    """
    outcome = drive(provision(table, table_name=table_name), engine_of(engine))
    if outcome.outcome == "different":
        listed = "; ".join(str(difference) for difference in outcome.differences)
        raise InputError(
            f"table {table_name or table.name!r} is there and differs from the design ({listed}); "
            "change it, or give the design another table",
            code="table.differs",
        )
    return outcome.outcome == "created"
