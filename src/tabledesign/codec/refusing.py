"""The refusals of fields that cannot be stored, each with its remedy."""

from __future__ import annotations

from typing import Final

from tabledesign.codec.annotations import shown
from tabledesign.errors import Refusal

__all__ = [
    "TAKEN",
    "clock_bound",
    "misplaced_marker",
    "optional_set",
    "plain_float",
    "too_deep",
    "transformed",
    "unsupported",
    "untagged_union",
]

TAKEN: Final = (
    "str, int, Decimal, bool, bytes, date, datetime, UUID, Enum, Literal, sets, lists, tuples, "
    "dict[str, ...], nested models or tagged unions of them"
)


def unsupported(where: str, fault: str, remedy: str = "") -> Refusal:
    """A type outside the closed list."""
    return Refusal("codec.unsupported_type", where, fault, remedy or f"Use {TAKEN}")


def plain_float(where: str) -> Refusal:
    """A float whose author has not said that a number is meant."""
    return Refusal(
        "codec.float",
        where,
        "a float is binary and DynamoDB's numbers are decimal",
        "Use Decimal, or say that its exact digits may be stored: Annotated[float, AsNumber()]",
    )


def untagged_union(where: str, members: tuple[object, ...]) -> Refusal:
    """A union whose stored values do not say which member they are."""
    return Refusal(
        "codec.untagged_union",
        where,
        f"a stored value does not say which of {' | '.join(map(shown, members))} it is",
        'Make them models with a Literal field each, and name it: Field(discriminator="kind")',
    )


def optional_set(where: str) -> Refusal:
    """A set that may be None."""
    return Refusal(
        "codec.optional_set",
        where,
        "DynamoDB has no empty set, so an empty set and None would both be stored as absence",
        "Drop the None and let the empty set stand for it, or use list[...] | None",
    )


def misplaced_marker(where: str, marker: object, wanted: str) -> Refusal:
    """A marker on a type it says nothing about."""
    name = type(marker).__name__
    return Refusal("codec.marker", where, f"{name} says nothing about this type", wanted)


def clock_bound(where: str, name: str) -> Refusal:
    """A type whose stored values turn invalid as time goes by."""
    return Refusal(
        "codec.clock_bound",
        where,
        f"a stored {name} stops being one as time goes by, and its item could not be read any more",
        "Use date or AwareDatetime, and check the future where the value comes in",
    )


def transformed(where: str, name: str) -> Refusal:
    """A type whose validation changes what is stored each time it is read."""
    return Refusal(
        "codec.transformed",
        where,
        f"{name} decodes its input, so a stored value would be decoded again on every read",
        "Use the decoded type here, and decode where the value comes in",
    )


def too_deep(where: str, levels: int, limit: int) -> Refusal:
    """A type that always nests deeper than DynamoDB takes."""
    return Refusal(
        "codec.too_deep",
        where,
        f"values nest {levels} levels deep and DynamoDB takes {limit}",
        "Store the inner part as an entity of its own",
    )
