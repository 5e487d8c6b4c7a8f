"""A small design that the kit's tests run on, quick to draw and with every kind of key."""

from __future__ import annotations

from datetime import date

from tabledesign import (
    Entity,
    Key,
    Last,
    Lookup,
    Query,
    Range,
    Repository,
    Table,
    absent,
    access_pattern,
)

table = Table("notes", global_indexes=("gsi1", "gsi2"), tenants=True)


class Note(Entity, table=table):
    owner: str
    note_id: str
    text: str = ""
    stars: int = 0
    due: date | None = None
    done: date | None = None
    tags: frozenset[str] = frozenset()

    by_id = Key(partition="owner", sort="note_id")
    open = Key("gsi1", partition="owner", sort=(Last("due"), "note_id"), when=absent("done"))
    finished = Key("gsi2", partition="owner", sort=("done", "note_id"))


class Notes(Repository, table=table):
    @access_pattern
    def note(self, owner: str, note_id: str) -> Lookup[Note]:
        """One note."""
        return Note.by_id.get(owner=owner, note_id=note_id)

    @access_pattern
    def of_owner(self, owner: str) -> Query[Note]:
        """All notes of an owner."""
        return Note.by_id.query(owner=owner)

    @access_pattern
    def open_notes(self, owner: str, due: Range[date]) -> Query[Note]:
        """Open notes due in a range."""
        return Note.open.query(owner=owner, due=due)

    @access_pattern
    def finished(self, owner: str) -> Query[Note]:
        """Finished notes, latest first."""
        return Note.finished.query(owner=owner).latest_first()
