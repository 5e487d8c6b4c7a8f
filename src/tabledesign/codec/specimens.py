"""Instances made up from a record's kinds, by which a writer proves itself when it is built."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tabledesign.codec.depth import deepest
from tabledesign.codec.kind import Kind
from tabledesign.codec.record import Record
from tabledesign.codec.samples import values_of

__all__ = ["specimens"]


def specimens(record: Record, alone: Collection[str] = ()) -> Iterator[Any]:
    """Instances in which every field has each of its forms, null and an empty set among them.

    The first has the most usual ones. The fields ``alone`` change one at a time, as a key that
    refuses its part tells nothing of the others; the rest change together. No validator runs, and
    nothing of the class: an encoder looks at the fields alone.
    """
    forms = {name: list(_forms(field.kind)) for name, field in record.fields.items()}
    usual = {name: each[-1] for name, each in forms.items() if each}
    if usual.keys() != forms.keys():
        return
    together = {name: each for name, each in forms.items() if name not in alone}
    for turn in range(1, 1 + max(map(len, together.values()), default=1)):
        changed = {name: each[-turn % len(each)] for name, each in together.items()}
        yield _instance(record, {**usual, **changed})
    for name in alone:
        for value in forms[name][:-1]:
            yield _instance(record, {**usual, name: value})
    nulls = [name for name, field in record.fields.items() if field.kind.nullable]
    yield _instance(record, {**usual, **dict.fromkeys(nulls)}, given=False)


def _instance(record: Record, values: Mapping[str, object], *, given: bool = True) -> Any:
    instance = object.__new__(record.model)
    object.__setattr__(instance, "__dict__", dict(values))
    object.__setattr__(instance, "__pydantic_fields_set__", set(values) if given else set[str]())
    return instance


def _forms(kind: Kind) -> Iterator[Any]:
    """Values of a kind, as instances hold them; the most usual one comes last."""
    if kind.nullable:
        yield None
    if deepest(kind) == float("inf"):
        # A model that holds itself ends somewhere: in null, or in nothing.
        if not kind.nullable:
            yield kind.decode({"L": [], "M": {}})
    elif kind.records:
        for record in kind.records:
            yield from specimens(record)
    elif kind.elements:
        yield tuple(next(_forms(each)) for each in kind.elements)
    elif kind.tag == "L" and kind.element is not None:
        empty = kind.decode({"L": []})
        yield empty
        yield type(empty)(_forms(kind.element))
    elif kind.tag == "M" and kind.element is not None:
        yield {}
        yield {f'"ß{n}': each for n, each in enumerate(_forms(kind.element))}
    else:
        if kind.empty is not None:
            yield kind.empty()
        # The first of them is the plainest, such as a key takes.
        yield from reversed([kind.decode(stored) for stored in values_of(kind)])
