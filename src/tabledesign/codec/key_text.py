"""The code that writes an entity's key attributes: parts and halves are shared between keys.

It writes what `BoundKey.render` would, or raises: what cannot stand in a key, a key that is too
long, and any value of another class than usual are looked at by the plain path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import count
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final

from tabledesign.codec.source import Local, Odd, Source, text_of
from tabledesign.keys.choices import EnumMember
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.numbers import Integer
from tabledesign.keys.scalar import Scalar
from tabledesign.keys.template import Template
from tabledesign.keys.text import Text
from tabledesign.limits import PARTITION_KEY_BYTES, SORT_KEY_BYTES
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.when import When

__all__ = ["KeyWriter"]

SHARED: Final = frozenset({"boolean", "date", "datetime", "uuid"})
"""Kinds of parts whose text is that of the field, too."""


def _fits(text: str, limit: int) -> None:
    if len(text.encode()) > limit:
        raise Odd(text)


class KeyWriter:
    """Adds to ``lines`` what computes key texts from local names.

    ``fields`` maps a field to the name its value stands under, ``shared`` to the name of the text
    that its key part equals; ``nullable`` are the fields that may be None.
    """

    def __init__(
        self,
        source: Source,
        fields: Mapping[str, str],
        *,
        shared: Mapping[str, str] | None = None,
        nullable: Iterable[str] = (),
    ) -> None:
        self.lines: list[str] = []
        self._source = source
        self._fields = {**fields, TENANT: "tenant"}
        self._shared = shared or {}
        self._nullable = frozenset(nullable)
        self._parts: list[tuple[Part, str]] = []
        self._known: list[tuple[Composite | Template, int, str]] = []
        self._names = count()

    def primary(self, key: BoundKey[Any]) -> tuple[list[str], list[str | Local]]:
        """The names of the primary key's texts, and the members of an item that they are."""
        self.lines += [f"if not {decided}: odd(None)" for decided in self._decided(key.when)]
        names: list[str] = []
        members: list[str | Local] = []
        for attribute, half, limit in _halves(key):
            needed, code = self._half(half)
            self.lines += [f"if {name} is None: odd(None)" for name in needed]
            names.append(self._checked(half, limit, code))
            members += _member(attribute, names[-1])
        return names, members

    def other(self, key: BoundKey[Any], present: Mapping[str, object]) -> list[str | Local]:
        """The members that a further key adds to an item; none by the sparse rule.

        ``present`` are the attributes that are written already, by the half that makes them.
        """
        before, parts, known = self.lines, list(self._parts), list(self._known)
        self.lines = []
        needed, found = self._missing(key, present)
        computed, self.lines = self.lines, []
        members = [part for each in found for part in _member(each[0], self._checked(*each[1:]))]
        decided = self._decided(key.when)
        if not needed and not decided:
            self.lines = [*before, *computed, *self.lines]
            return members
        name = f"s{next(self._names)}"
        self.lines.append(f"{name} = {text_of(members)}")
        # What is computed under a condition is not there for other keys.
        block, self._known = _under(needed, self.lines), known
        if decided:
            self._parts = parts
        self.lines = [*before, f"{name} = ''", *_under(decided, [*computed, *block])]
        return [Local(name)]

    def _missing(
        self, key: BoundKey[Any], present: Mapping[str, object]
    ) -> tuple[list[str], list[tuple[str, Composite | Template, int, str]]]:
        """What must hold for a key, and its halves that are not written yet, with their code."""
        needed: list[str] = []
        found: list[tuple[str, Composite | Template, int, str]] = []
        for attribute, half, limit in _halves(key):
            if attribute not in present:
                names, code = self._half(half)
                needed += [f"{name} is not None" for name in names]
                found.append((attribute, half, limit, code))
            elif present[attribute] != half:
                raise Odd(f"two of its keys write {attribute!r}")
        return needed, found

    def _half(self, half: Composite | Template) -> tuple[list[str], str]:
        """The names that must not be None for this half of a key, and the code of its text."""
        if isinstance(half, Template):
            name = f"h{next(self._names)}"
            values = f"{{**v, {TENANT!r}: tenant}}"
            self.lines.append(f"{name} = {self._source.name(half.render)}({values})")
            return [name], name
        needed: list[str] = []
        parts: list[str | Local] = []
        for component in half.components:
            if isinstance(component, Label):
                parts.append(component.written + "#")
                continue
            name = self._part(component)
            may_be_none = component.field in self._nullable
            if may_be_none and component.mark is None:
                needed.append(name)
            parts += [Local(name), "#"]
        return needed, text_of(parts)

    def _part(self, part: Part) -> str:
        """The name of a part's text; None under it where the field is, unless that has a mark."""
        for known, name in self._parts:
            if known == part:
                return name
        at = self._fields[part.field]
        nullable = part.field in self._nullable
        if part.field in self._shared and part.scalar.kind in SHARED:
            code = self._shared[part.field]
        else:
            code = self._scalar(part.scalar, at)
            code = f"None if {at} is None else {code}" if nullable else code
        if part.mark is not None:
            code = f"{part.mark!r} if {at} is None else {code}"
        name = f"k{next(self._names)}"
        self.lines.append(f"{name} = {code}")
        self._parts.append((part, name))
        return name

    def _scalar(self, scalar: Scalar, at: str) -> str:
        plainly = f"{self._source.name(partial(scalar.encode, field=''))}({at})"
        if type(scalar) is Text:
            # Letters, digits and the hyphen are above the percent sign, and no half of a character.
            usual = f"{at}.isalnum() or {at}.replace('-', '').isalnum()"
            return f"{at} if {at}.__class__ is str and ({usual}) else {plainly}"
        if type(scalar) is Integer:
            usual = f"{at}.__class__ is int and 0 <= {at} < {2**63}"
            return f"f'{{{at}:019}}' if {usual} else {plainly}"
        if type(scalar) is EnumMember:
            members = self._source.name(scalar.python_type)
            written = self._source.name(scalar.written)
            return f"{written}[{at}._name_] if {at}.__class__ is {members} else {plainly}"
        return plainly

    def _checked(self, half: Composite | Template, limit: int, code: str) -> str:
        """The name of the text of a half, which is not too long."""
        for known, most, name in self._known:
            if most == limit and known == half:
                return name
        name = f"p{next(self._names)}"
        self.lines += [
            f"{name} = {code}",
            f"if len({name}) > {limit // 4}: {self._source.name(_fits)}({name}, {limit})",
            f"q{name} = quoted({name})",
        ]
        self._known.append((half, limit, name))
        return name

    def _decided(self, when: When) -> list[str]:
        conditions: list[str] = []
        for clause in when.clauses:
            at, no = self._fields[clause.field], "not " if clause.negated else ""
            if clause.values == (None,):
                conditions.append(f"{at} is {no}None")
            else:
                conditions.append(f"{at} {no}in {self._source.name(clause.values)}")
        return conditions


def _halves(key: BoundKey[Any]) -> list[tuple[str, Composite | Template, int]]:
    """The attributes of a key's place, what each is made of, and how long it may be."""
    place = key.place
    limits = {place.partition_attribute: PARTITION_KEY_BYTES}
    if place.sort_attribute is not None:
        limits[place.sort_attribute] = SORT_KEY_BYTES
    return [(name, key.half(name), limit) for name, limit in limits.items()]


def _member(attribute: str, name: str) -> list[str | Local]:
    return [f',{quoted(attribute)}:{{"S":', Local(f"q{name}"), "}"]


def _under(conditions: list[str], lines: list[str]) -> list[str]:
    if not conditions:
        return lines
    demanded = " and ".join(dict.fromkeys(conditions))
    return [f"if {demanded}:", *(f"    {line}" for line in lines)]
