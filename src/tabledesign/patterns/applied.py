"""What DynamoDB makes of a stored item under an update, told beforehand.

Once the item has been read, its state after the update is computed from the clauses themselves,
so that keys, rules and validators see exactly what will be stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from decimal import Decimal
from typing import Any, cast

from tabledesign.codec import Codec
from tabledesign.errors import InputError
from tabledesign.expressions import Path
from tabledesign.expressions.paths import Segment
from tabledesign.expressions.placeholders import Role
from tabledesign.expressions.updates import (
    ABSENT,
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Clause,
    Discard,
    Increment,
    Prepend,
    Update,
)
from tabledesign.patterns.arithmetic import total
from tabledesign.schema.entity import Entity
from tabledesign.wire import AttributeValue, Item

__all__ = ["applied"]


def applied(codec: Codec[Entity], clauses: Iterable[Clause], row: Item) -> Item:
    """The item after the clauses; every clause sees it as it was before.

    Raises `InputError` ``update.state`` where DynamoDB would refuse: arithmetic on what is no
    number, a path into what is not there.
    """
    update = Update(tuple(clauses))
    state = _State(codec, row)
    after: Item = deepcopy(row)
    values = [(c.path, state.value(c)) for c in update.clauses if isinstance(c, _WRITING)]
    removes = [remove.path for remove in update.removes()]
    for path, value in values:
        _place(after, codec.stored_path(path.segments), value)
    for path in removes:
        _place(after, codec.stored_path(path.segments), None)
    return after


_WRITING = (Assign, AssignIfAbsent, Increment, Append, Prepend, Add, Discard)


class _State:
    """The item before the update, asked by field paths."""

    def __init__(self, codec: Codec[Entity], row: Item) -> None:
        self._codec = codec
        self._row = row

    def value(self, clause: Clause) -> AttributeValue | None:
        """What the clause stores at its path; None where it takes the attribute away."""
        path = clause.path
        old = self._at(path)
        match clause:
            case Assign(value=value):
                return self._encoded(path, value, "whole")
            case AssignIfAbsent(value=value):
                return self._encoded(path, value, "whole") if old is None else old
            case Increment(by=by, when_absent=stand_in):
                start = self._present(path, old, stand_in)
                return _sum(path, start, self._encoded(path, by, "number"))
            case Append(values=values, when_absent=stand_in):
                start = self._present(path, old, stand_in)
                return _joined(path, start, self._encoded(path, values, "items"))
            case Prepend(values=values, when_absent=stand_in):
                start = self._present(path, old, stand_in)
                return _joined(path, self._encoded(path, values, "items"), start)
            case Add(value=value):
                added = self._encoded(path, value, "addend")
                if "N" in added:
                    return _sum(path, old or {"N": "0"}, added)
                return _members(path, old, added, kept=True)
            case Discard(members=members):
                gone = self._encoded(path, members, "members")
                return None if old is None else _members(path, old, gone, kept=False)
            case _:
                raise AssertionError(type(clause).__name__)

    def _present(self, path: Path, old: AttributeValue | None, stand_in: object) -> AttributeValue:
        if old is not None:
            return old
        if stand_in is ABSENT:
            raise _state(path, "is not there")
        return self._encoded(path, stand_in, "whole")

    def _encoded(self, path: Path, value: object, role: Role) -> AttributeValue:
        if isinstance(value, Path):
            found = self._at(value)
            if found is None:
                raise _state(value, "is not there")
            return found
        return self._codec.encode_at(path.segments, value, role)

    def _at(self, path: Path) -> AttributeValue | None:
        held: Any = {"M": self._row}
        for segment in self._codec.stored_path(path.segments):
            holder = _inside(held, segment)
            held = None if holder is None else _step(holder, segment)
            if held is None:
                return None
        return cast("AttributeValue", held)


def _place(item: Item, path: tuple[Segment, ...], value: AttributeValue | None) -> None:
    """Store a value at a place, or take away what stands there."""
    holder: Any = _inside({"M": item}, path[0])
    for at, segment in enumerate(path[:-1]):
        held: Any = _step(holder, segment)
        holder = None if held is None else _inside(held, path[at + 1])
        if holder is None:
            raise _state(Path(path), "lies inside what is not there")
    last = path[-1]
    if isinstance(last, int):
        _place_in_list(cast("list[Any]", holder), last, value)
        return
    entries = cast("dict[str, Any]", holder)
    if value is None:
        entries.pop(last, None)
    else:
        entries[last] = value


def _inside(held: AttributeValue, segment: Segment) -> Any:
    """The list or the map that the segment leads into; None where there is none."""
    return held.get("L" if isinstance(segment, int) else "M")


def _step(holder: Any, segment: Segment) -> Any:
    if isinstance(segment, int):
        return holder[segment] if segment < len(holder) else None
    return holder.get(segment)


def _place_in_list(elements: list[Any], at: int, value: AttributeValue | None) -> None:
    if value is None:
        del elements[at : at + 1]
    elif at < len(elements):
        elements[at] = value
    else:
        # DynamoDB puts an element beyond the end behind the last one.
        elements.append(value)


def _sum(path: Path, one: AttributeValue, other: AttributeValue) -> AttributeValue:
    if "N" not in one or "N" not in other:
        raise _state(path, "is no number")
    return {"N": f"{total(Decimal(one['N']), Decimal(other['N'])):f}"}


def _joined(path: Path, one: AttributeValue, other: AttributeValue) -> AttributeValue:
    if "L" not in one or "L" not in other:
        raise _state(path, "is no list")
    return {"L": [*one["L"], *other["L"]]}


def _members(
    path: Path, old: AttributeValue | None, change: AttributeValue, *, kept: bool
) -> AttributeValue | None:
    ((tag, members),) = change.items()
    held: Any = [] if old is None else old.get(tag, None)
    if held is None:
        raise _state(path, "is no such set")
    changed: Any = members
    left = [*held, *(m for m in changed if m not in held)]
    if not kept:
        left = [m for m in held if m not in changed]
    # DynamoDB has no empty set: the attribute goes with its last member.
    return cast("AttributeValue", {tag: left}) if left else None


def _state(path: Path, fault: str) -> InputError:
    return InputError(
        f"{str(path)!r} {fault} in the stored item, and the change needs it; set the whole field "
        "instead",
        code="update.state",
        field=path.name,
    )
