"""Bugs in what a declaration is held against."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from .plant import Function, Plant

__all__ = ["DESIGN_PLANTS"]


def _nothing(right: Function) -> Function:
    return lambda *args, **kwargs: iter(())


def _none(right: Function) -> Function:
    return lambda *args, **kwargs: None


def _without_codes(*codes: str) -> Any:
    """The compiler forgets to refuse these."""

    def wrong(right: Function) -> Function:
        def refuse(draft: Any, code: str, fault: str, remedy: str) -> None:
            if code not in codes:
                right(draft, code, fault, remedy)

        return refuse

    return wrong


def _float_as_decimal(right: Function) -> Function:
    def kind(maker: Any, refusal: Any) -> Any:
        from tabledesign.codec.scalars import FLOAT

        return FLOAT if refusal.code == "codec.float" else right(maker, refusal)

    return kind


REFUSE = "patterns.compile:Draft.refuse"
DESIGN_PLANTS = (
    Plant("consistent GSI read accepted", "A global index is asked to be read consistently.",
          "stale read taken for fresh", REFUSE, _without_codes("pattern.consistent_on_global"),
          "designs.refused"),
    Plant("skipped part accepted", "A range on a part whose leader is not given.",
          "wrong range", REFUSE, _without_codes("pattern.skipped_part"), "designs.refused"),
    Plant("half a key for one item", "GetItem with a part of the primary key.",
          "wrong request", REFUSE, _without_codes("pattern.partial_key"), "designs.refused"),
    Plant("branching pattern accepted", "Of a question with two sides one is compiled.",
          "wrong request", "patterns.body:branching", _none, "designs.refused"),
    Plant("float passthrough in an item", "A float field is stored without a word.",
          "a number is not exact", "codec.kinds:KindMaker._refuse", _float_as_decimal,
          "designs.refused"),
    Plant("index over all tenants accepted", "A swapped index puts every tenant in one partition.",
          "tenants see each other", "schema.table:_inversion_refusals", _nothing,
          "designs.refused"),
    Plant("overlapping keys accepted", "Two entities may make one key, and nobody says so.",
          "two values make one key", "keys.overlap:overlap", _none, "designs.refused"),
    Plant("field under a key's name accepted", "A field is stored where the key stands.",
          "two values make one key", "repository.proof:_attribute_refusals", _nothing,
          "designs.refused"),
    Plant("expiry as text accepted", "DynamoDB never expires an item whose TTL is a text.",
          "expired rows", "repository.proof:_expiry_refusals", _nothing, "designs.refused"),
)  # fmt: skip
