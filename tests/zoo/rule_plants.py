"""Bugs in versions, expiry, unique values, counters, request keys and transactions."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tabledesign.expressions.comparisons import NotExists
from tabledesign.patterns.change import Change
from tabledesign.patterns.expiring import ttl_field
from tabledesign.patterns.pieces import Piece
from tabledesign.patterns.raw import RawPath

from .plant import Function, Plant, altered

__all__ = ["RULE_PLANTS"]

LOST, EXPIRED = "lost update", "expired rows"
UNIQUE, COUNTER, ONCE = "unique values", "counters", "request keys"
KEPT = "fields the library keeps"


def _not_bumped(right: Function) -> Function:
    def with_settings(entity: Any, change: Change, now: Any) -> Change:
        settings = entity.__settings__
        made: Change = right(entity, change, now)
        clauses = [c for c in made.clauses if c.path.name != settings.version]
        return Change(tuple(clauses), made.bounds)

    return with_settings


def _not_touched(right: Function) -> Function:
    def with_settings(entity: Any, change: Change, now: Any) -> Change:
        made: Change = right(entity, change, now)
        clauses = [c for c in made.clauses if c.path.name != entity.__settings__.updated]
        return Change(tuple(clauses), made.bounds)

    return with_settings


def _created_anew(right: Function) -> Function:
    return lambda entity, now, *, version, keep_created: right(
        entity, now, version=version, keep_created=False
    )


def _any_version(right: Function) -> Function:
    return lambda lowering, version: NotExists(RawPath(("nowhere",)))


def _effects(keep: Any) -> Any:
    """Of what a write does to kept items, only some of it."""

    def wrong(right: Function) -> Function:
        def keepings(*args: Any, before: Any, after: Any, **rest: Any) -> Any:
            for effect in right(*args, before=before, after=after, **rest):
                yield from keep(effect, before, after)

        return keepings

    return wrong


def _not_released(effect: Any, before: Any, after: Any) -> Any:
    if not (after is None and effect.rule.kind == "unique"):
        yield effect


def _old_kept(effect: Any, before: Any, after: Any) -> Any:
    gone = effect.taken_by is None and effect.given_up_by is not None
    if not (gone and before is not None and after is not None):
        yield effect


def _not_claimed(effect: Any, before: Any, after: Any) -> Any:
    if not (effect.rule.kind == "unique" and before is not None and effect.taken_by is not None):
        yield effect


def _never_down(effect: Any, before: Any, after: Any) -> Any:
    if effect.by >= 0:
        yield effect


def _twice_on_change(effect: Any, before: Any, after: Any) -> Any:
    moved = effect.by > 0 and before is not None
    yield replace(effect, by=2 * effect.by) if moved else effect


def _claim_expires_never(effect: Any, before: Any, after: Any) -> Any:
    yield replace(effect, expires=None)


def _unconditional(piece: Piece) -> Piece:
    gone = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
    kept = {name: value for name, value in piece.parameters.items() if name not in gone}
    return replace(piece, parameters=kept)


def _last_effect_counts(right: Function) -> Function:
    return lambda one, other: other if one.rule.kind == "counter" else right(one, other)


def _in_milliseconds(right: Function) -> Function:
    def is_expired(table: Any, row: Any, now: datetime) -> bool:
        stored = None if table.ttl is None else row.get(table.ttl, {}).get("N")
        return stored is not None and float(stored) <= now.timestamp() * 1_000

    return is_expired


def _past_in_milliseconds(right: Function) -> Function:
    from tabledesign.expressions.comparisons import Compare
    from tabledesign.patterns.raw import Raw

    return lambda ttl, now: Compare(
        RawPath((ttl,)), "<=", Raw({"N": str(int(now.timestamp() * 1_000))})
    )


def _only_absent(right: Function) -> Function:
    return lambda table, now: NotExists(RawPath((table.partition_key,)))


def _relied_upon_without_expiry(right: Function) -> Function:
    return lambda entity, rule: right(entity, rule) - {ttl_field(entity)}


def _any_content(right: Function) -> Function:
    def told(kept: Any, item: Any) -> Any:
        return right(replace(kept, digest=item["content"]["S"]), item)

    return told


def _known_for_ever(right: Function) -> Function:
    return lambda kept, instant: right(kept, datetime(2000, 1, 1, tzinfo=instant.tzinfo))


def _first_result_lost(right: Function) -> Function:
    return lambda kept, item: dict.fromkeys(right(kept, item))


KEEPINGS, LOWERING = "patterns.keeping:keepings", "patterns.lowering:_Lowering"
MODEL, TRUTH = "writes.model", "writes.truth"
RULE_PLANTS = (
    Plant("version not bumped", "An update leaves the version as it is.",
          LOST, "patterns.update:with_settings", _not_bumped, MODEL),
    Plant("version not checked", "A write takes place whatever the version of the item.",
          LOST, f"{LOWERING}._has_version", _any_version, MODEL),
    Plant("time of change not kept", "An update leaves updated_at as it is.",
          KEPT, "patterns.update:with_settings", _not_touched, MODEL),
    Plant("time of creation made anew", "A put overwrites created_at.",
          KEPT, "patterns.writes:stamped", _created_anew, MODEL),
    Plant("claim not released on delete", "A unique value stays taken when its item is gone.",
          UNIQUE, KEEPINGS, _effects(_not_released), TRUTH),
    Plant("old claim kept on update", "The value that an item gave up stays taken.",
          UNIQUE, KEEPINGS, _effects(_old_kept), TRUTH),
    Plant("claim not moved on update", "The new value of an item is not claimed.",
          UNIQUE, KEEPINGS, _effects(_not_claimed), TRUTH),
    Plant("claim without a condition", "Two items take one unique value.",
          UNIQUE, "patterns.keeping:_claim", altered(_unconditional), MODEL),
    Plant("claim outlives its owner", "The claim of an expired item never expires.",
          UNIQUE, KEEPINGS, _effects(_claim_expires_never), MODEL),
    Plant("expiry of a claim not updated", "An item that lives longer loses its unique value.",
          UNIQUE, "patterns.held:relied_upon", _relied_upon_without_expiry, MODEL),
    Plant("counter not decremented", "A group never gets smaller.",
          COUNTER, KEEPINGS, _effects(_never_down), TRUTH),
    Plant("counted twice on a change of group", "An item that joins a group counts for two.",
          COUNTER, KEEPINGS, _effects(_twice_on_change), TRUTH),
    Plant("only the last step counts", "Two steps on one counter are not added up.",
          COUNTER, "patterns.keeping:_merged", _last_effect_counts, MODEL),
    Plant("TTL read in milliseconds", "What was read is compared with milliseconds.",
          EXPIRED, "patterns.expiring:is_expired", _in_milliseconds, MODEL),
    Plant("TTL guarded in milliseconds", "Conditions compare the TTL with milliseconds.",
          EXPIRED, "patterns.expiring:_past", _past_in_milliseconds, MODEL),
    Plant("expired row counted as present", "create() finds what has expired in its way.",
          EXPIRED, "patterns.expiring:free", _only_absent, MODEL),
    Plant("request key with any content", "The second request is told the first one's result.",
          ONCE, "repository.once:_Kept.told", _any_content, MODEL),
    Plant("request key known for ever", "A key that has expired is still answered.",
          ONCE, "repository.once:_Kept.found", _known_for_ever, MODEL),
    Plant("first result lost", "A request that is repeated is not told what the first one left.",
          ONCE, "repository.once:_Kept.told", _first_result_lost, MODEL),
)  # fmt: skip
