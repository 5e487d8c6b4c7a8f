"""Pages: rows gathered from a cursor on, and the cursor that continues them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tabledesign.engine.effects import Operation, now
from tabledesign.errors import InputError
from tabledesign.patterns.plan import BoundPlan
from tabledesign.patterns.reads import query_request
from tabledesign.repository.context import Context
from tabledesign.repository.cursor import Binding, CursorKeys, read, seal, sign
from tabledesign.repository.reading import Gathered, Limits, gather
from tabledesign.schema.page import Page
from tabledesign.wire import Item

__all__ = ["page"]


def page(
    bound: BoundPlan,
    context: Context,
    limits: Limits,
    cursor: str | None,
    *,
    sealed: bool = False,
) -> Operation[Page[Any]]:
    """One page; a cursor that is not this question's is refused before anything is sent."""
    start: Item | None = None
    if cursor is not None:
        start = yield from _start(bound, context, cursor)
    gathered = yield from gather(bound, context, limits, start)
    token: str | None = None
    refused: InputError | None = None
    if gathered.last is not None:
        try:
            token = yield from _token(bound, context, gathered, sealed)
        except InputError as error:
            # The rows are read and paid for: they are handed out, and asking for the cursor
            # is what fails.
            refused = error
    return Page(
        items=tuple(gathered.items),
        more=gathered.last is not None,
        token=token,
        refused=refused,
        unreadable=tuple(gathered.unreadable),
        expired=gathered.expired,
        evaluated=gathered.evaluated,
        requests=gathered.requests,
        capacity=gathered.capacity,
    )


def _keys(context: Context) -> CursorKeys:
    if context.cursor_keys is None:
        raise InputError(
            "cursors are signed and this repository holds no key; give it "
            "cursor_keys=[at least 32 secret bytes]",
            code="cursor.no_keys",
        )
    return context.cursor_keys


def _start(bound: BoundPlan, context: Context, cursor: str) -> Operation[Item]:
    keys = _keys(context)
    instant = yield from now()
    position = read(cursor, binding=_binding(bound, context), keys=keys, now=instant)
    return {name: {"S": text} for name, text in position.items()}


def _token(bound: BoundPlan, context: Context, gathered: Gathered, sealed: bool) -> Operation[str]:
    keys = _keys(context)
    expires_at = None
    if context.cursor_lifetime is not None:
        expires_at = (yield from now()) + context.cursor_lifetime
    last = gathered.last or {}
    position = {name: str(value["S"]) for name, value in last.items()}
    shown = gathered.last_was_handed and _shows_its_key(bound) and not sealed
    make = sign if shown else seal
    return make(position, binding=_binding(bound, context), keys=keys, expires_at=expires_at)


def _shows_its_key(bound: BoundPlan) -> bool:
    """Whether the caller holds every field that stands in a row's keys."""
    view = bound.plan.view
    if view is None:
        return True
    fields = {name for key in bound.plan.entities[0].__keys__.values() for name in key.fields}
    return fields <= set(view.model_fields)


def _binding(bound: BoundPlan, context: Context) -> Binding:
    """What a cursor is bound to: the request it continues, text by text, and the tenant."""
    plan = bound.plan
    if bound.interval is None:
        request: dict[str, Any] = {}
    else:
        request = dict(query_request(bound, context.table_name).parameters)
    values = request.pop("ExpressionAttributeValues", {})
    entities = [f"{e.__entity_name__}/{e.__entity_version__}" for e in plan.entities]
    view = "" if plan.view is None else plan.view.__qualname__
    shape = json.dumps([request, entities, view, plan.operation], sort_keys=True)
    return Binding(
        context.table_name,
        plan.name,
        shape,
        (json.dumps(values, sort_keys=True, default=_binary),),
        tenant=context.tenant,
        direction="descending" if plan.descending else "ascending",
    )


def _binary(value: object) -> str:
    assert isinstance(value, bytes), "a wire value is text, bytes, or a list or dict of them"
    return b64encode(value).decode()
