"""Bugs in what a write does to an item, its index keys and its guard."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tabledesign.expressions.comparisons import NotExists
from tabledesign.expressions.updates import Remove
from tabledesign.patterns.raw import RawPath

from .plant import Function, Plant, altered

__all__ = ["INDEX_PLANTS"]

TRUE, GHOST, RACE = "an index key is untrue", "a ghost item", "lost update"
ALWAYS = NotExists(RawPath(("nowhere",)))


def _no_removes(clauses: list[Any]) -> list[Any]:
    return [clause for clause in clauses if not isinstance(clause, Remove)]


def _sets_dropped(clauses: list[Any]) -> list[Any]:
    return [clause for clause in clauses if isinstance(clause, Remove)]


def _always_stays(right: Function) -> Function:
    return lambda *args: True


def _nothing_depends(right: Function) -> Function:
    return lambda key: frozenset(key.fields)


def _not_demanded(right: Function) -> Function:
    return lambda table, now: [ALWAYS]


def _no_guards(right: Function) -> Function:
    return lambda *args, **kwargs: []


def _unguarded_pieces(lowered: Any) -> Any:
    pieces = tuple(
        replace(piece, parameters=_plain(piece.parameters)) if piece.action == "Put" else piece
        for piece in lowered.pieces
    )
    return replace(lowered, pieces=pieces)


def _plain(parameters: Any) -> dict[str, Any]:
    gone = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
    return {name: value for name, value in parameters.items() if name not in gone}


def _kept_at_its_place(lowered: Any) -> Any:
    return replace(lowered, pieces=lowered.pieces[1:])


def _whole(right: Function) -> Function:
    def upsert(context: Any, entity: Any) -> Any:
        return right(context, entity.model_copy(update=dict(entity.__dict__)))

    return upsert


def _sparse_forgotten(right: Function) -> Function:
    return lambda when, known: True if right(when, known) is False else right(when, known)


def _stale_parts(right: Function) -> Function:
    def applied(codec: Any, clauses: Any, row: Any) -> Any:
        kept = [clause for clause in clauses if not isinstance(clause, Remove)]
        return right(codec, kept, row)

    return applied


def _free_always(right: Function) -> Function:
    return lambda lowering: ALWAYS


def _there(right: Function) -> Function:
    return lambda table, now: right(table, None)


NOTES, TODO = "histories.notes.calm", "histories.todo.calm"
INDEX_PLANTS = (
    Plant("forgets REMOVE on a sparse key", "A finished note stays in the index of open ones.",
          TRUE, "patterns.update:_key_clauses", altered(_no_removes), NOTES),
    Plant("forgets SET of an index key", "A change leaves the old key in the index.",
          TRUE, "patterns.update:_key_clauses", altered(_sets_dropped), NOTES),
    Plant("condition of a key forgotten", "A field that a key depends on is not seen to.",
          TRUE, "patterns.index_updates:_depends", _nothing_depends, NOTES),
    Plant("index left as it is", "Every change is taken to leave the index alone.",
          TRUE, "patterns.index_updates:_stays_without", _always_stays, TODO),
    Plant("sparse rule forgotten", "An item is put into an index that its condition bars.",
          TRUE, "schema.when:When.decide", _sparse_forgotten, NOTES),
    Plant("removed field still in the key", "What an update takes away is taken to be there.",
          TRUE, "patterns.applied:applied", _stale_parts, "writes.truth"),
    Plant("missing existence guard", "An update of what is not there makes a ghost.",
          GHOST, "patterns.expiring:alive", _not_demanded, NOTES),
    Plant("guard of a rebuilt index dropped", "An index is rebuilt from what another has changed.",
          RACE, "patterns.update:_guards", _no_guards, "writes.interleaved"),
    Plant("create replaces", "A create does not demand that nothing is there.",
          RACE, "patterns.lowering:_Lowering._free", _free_always, NOTES),
    Plant("move without a guard", "A move overwrites what has the new key.",
          RACE, "patterns.lowering:_Lowering.move", altered(_unguarded_pieces),
          "writes.model"),
    Plant("move leaves the old item", "An item is there twice after a move.",
          GHOST, "patterns.lowering:_Lowering.move", altered(_kept_at_its_place),
          "histories.notes.lag"),
    Plant("upsert resets fields", "Fields that were not given go back to their defaults.",
          RACE, "repository.writing:upsert", _whole, NOTES),
    Plant("expired item changed", "An update does not ask whether its item has expired.",
          "expired rows", "patterns.expiring:alive", _there, "histories.shelf.calm"),
)  # fmt: skip
