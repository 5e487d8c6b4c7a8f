"""What a failed write means: whose step it was, and whether it is worth planning anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass
from tabledesign.errors import (
    AlreadyExists,
    ConditionFailed,
    ItemMissing,
    RequestError,
    StaleVersion,
    UniqueTaken,
)
from tabledesign.patterns.expiring import is_expired
from tabledesign.patterns.held import Held, is_old_form
from tabledesign.patterns.pieces import Piece
from tabledesign.patterns.step import Step
from tabledesign.wire import Item

__all__ = ["Failure", "failure_of", "has_failed", "missing", "refusal", "with_steps"]

_CONDITIONS = ("ConditionalCheckFailed", "DuplicateItem")


@dataclass(frozen=True, slots=True)
class Failure:
    """The piece whose condition failed, and the item that stood in its way, if it is known."""

    piece: Piece
    item: Item | None
    error: ConditionFailed


def failure_of(pieces: Sequence[Piece], error: ConditionFailed) -> Failure:
    """The first piece that failed; an item past its TTL does not count as standing there."""
    reasons = cast("Sequence[dict[str, Any]]", error.details.get("reasons") or ())
    for piece, reason in zip(pieces, reasons, strict=False):
        if reason.get("Code") in _CONDITIONS:
            return Failure(piece, reason.get("Item") or None, error)
    return Failure(pieces[0], cast("Item | None", error.details.get("item")), error)


def has_failed(piece: Piece, error: ConditionFailed) -> bool:
    """Whether the condition of this piece, by its step's name, is among those that failed."""
    steps = cast("dict[str, tuple[str, ...]]", error.details.get("steps") or {})
    return any(code in _CONDITIONS for code in steps.get(piece.step, ()))


def with_steps(pieces: Sequence[Piece], error: RequestError) -> None:
    """Tell the reasons of a cancelled transaction by step, in the error's ``details["steps"]``."""
    reasons = cast("Sequence[dict[str, Any]]", error.details.get("reasons") or ())
    steps: dict[str, list[str]] = {}
    for piece, reason in zip(pieces, reasons, strict=False):
        code = reason.get("Code")
        if code not in (None, "None"):
            steps.setdefault(piece.step, []).append(str(code))
    if steps:
        told = {name: tuple(codes) for name, codes in steps.items()}
        error.details = {"step": next(iter(told)), **error.details, "steps": told}


def refusal(
    step: Step,
    failure: Failure,
    now: datetime,
    *,
    read: bool,
    held: Held | None,
    before: Held | None,
    first: bool,
) -> RequestError | None:
    """The error to raise; None where another writer was faster and planning anew may do.

    ``read`` says whether the step was planned from what was read, ``held``; ``before`` is what
    was read for the last plan, unless this was the ``first``.
    """
    piece = failure.piece
    details: dict[str, object] = {**failure.error.details, "step": step.name}
    again = not first and (None if before is None else before.row) == (
        None if held is None else held.row
    )
    if piece.purpose.startswith("unique "):
        if piece.action == "Put":
            return _taken(step, piece, details)
        return _foreign(step, piece, details) if again else None
    if step.verb == "create" or (step.verb == "move" and piece.action == "Put"):
        return _exists(step, details)
    item = failure.item
    if item is not None and is_expired(step.entity.__table__, item, now):
        item = None
    if read:
        # Where the engine tells the item, it refused as it was read, or another was faster.
        settled = again if item is None else held is not None and held.row == item
        if item is None and held is not None:
            item = held.row
        return _refused(step, item, details) if settled else None
    if item is not None and is_old_form(step.entity, item) and step.verb == "update":
        return None
    return _refused(step, item, details)


def missing(step: Step, details: dict[str, object] | None = None) -> ItemMissing:
    """The item is not there, or is past its TTL."""
    return ItemMissing(
        f"no {step.entity.__name__} has this primary key; create() it first",
        code="item.missing",
        details={**(details or {}), "step": step.name},
    )


def _refused(step: Step, item: Item | None, details: dict[str, object]) -> ConditionFailed:
    """The item's own state refused the write."""
    name = step.entity.__settings__.version
    wanted = step.expected
    if name is not None and step.verb == "put" and step.new is not None:
        wanted = int(getattr(step.new, name) or 0)
    if item is None and (wanted or step.verb != "put"):
        return missing(step, details)
    if item is not None and name is not None and wanted is not None:
        stored = item.get(codec_of(step.entity).fields[name].stored_name, {})
        if int(stored.get("N", step.entity.model_fields[name].default or 0)) != wanted:
            return StaleVersion(
                f"the {step.entity.__name__} has been written since it was read; read it again "
                "and repeat the change",
                code="item.stale",
                details=details,
            )
    return ConditionFailed(
        f"the {step.entity.__name__} does not meet the condition of step {step.name!r}; read it "
        "and decide anew",
        code="condition.failed",
        details=details,
    )


def _exists(step: Step, details: dict[str, object]) -> AlreadyExists:
    fault = f"a {step.entity.__name__} has the new primary key already; choose another key"
    if step.verb == "create":
        fault = (
            f"a {step.entity.__name__} with this primary key exists; choose another key, or put() "
            "to replace it"
        )
    return AlreadyExists(fault, code="item.exists", details=details)


def _taken(step: Step, piece: Piece, details: dict[str, object]) -> UniqueTaken:
    rule = piece.purpose.removeprefix("unique ")
    fields = ", ".join(step.entity.__rules__[rule].fields)
    return UniqueTaken(
        f"another {step.entity.__name__} has this {fields}; choose another value",
        code="unique.taken",
        details={**details, "rule": rule},
    )


def _foreign(step: Step, piece: Piece, details: dict[str, object]) -> ConditionFailed:
    rule = piece.purpose.removeprefix("unique ")
    return ConditionFailed(
        f"the value that this {step.entity.__name__} holds under {rule} is kept for another item; "
        "find out which of the two was written around the repository, and correct it",
        code="unique.foreign",
        details={**details, "rule": rule},
    )
