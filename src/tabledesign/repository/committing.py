"""Committing steps: read what must be known, write under its guard, and try again if it changed.

One step that touches one item is one request. Anything else is one TransactWriteItems under a
token, so that it happens once, as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.effects import Operation, now
from tabledesign.engine.retry import send, send_many
from tabledesign.errors import ConditionFailed, Contended, RequestError, UnreadableItem
from tabledesign.patterns.expiring import is_expired
from tabledesign.patterns.held import Held
from tabledesign.patterns.keeping import kept_pieces
from tabledesign.patterns.lowering import Lowered, lower
from tabledesign.patterns.pieces import Piece
from tabledesign.patterns.reads import get_request, key_item, primary_key
from tabledesign.patterns.step import Step
from tabledesign.patterns.update import with_tenant
from tabledesign.patterns.writes import missing_parts
from tabledesign.repository.answers import read_item
from tabledesign.repository.backoff import rest
from tabledesign.repository.context import Context
from tabledesign.repository.refusing import (
    Failure,
    failure_of,
    has_failed,
    missing,
    refusal,
    with_steps,
)
from tabledesign.repository.rows import RowReader
from tabledesign.repository.sending import check_token, write_pieces
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request, Response

__all__ = ["ATTEMPTS", "Record", "commit"]

ATTEMPTS = 8
"""How often a guarded write is planned anew before it gives up."""

READ_CONCURRENCY = 8


class Record:
    """A further item of a transaction, made of what its steps leave; see `.once`."""

    def piece(self, results: Sequence[Entity | None], now: datetime) -> Piece:
        """The piece that stores it."""
        raise NotImplementedError

    def failed(self) -> RequestError:
        """The error to raise where its condition failed."""
        raise NotImplementedError


@dataclass(slots=True)
class _Try:
    """The steps as planned once: what was read for them, and what is written."""

    instant: datetime
    held: list[Held | None]
    lowered: list[Lowered] = field(default_factory=list[Lowered])
    pieces: list[Piece] = field(default_factory=list[Piece])


def commit(
    context: Context,
    steps: Sequence[Step],
    *,
    token: str | None = None,
    record: Record | None = None,
) -> Operation[tuple[Entity | None, ...]]:
    """Carry out the steps as a whole; gives the entity each of them leaves, None for a deletion.

    Raises the error of the step that failed, with its name in ``details["step"]``, and
    `Contended` where other writers were faster again and again. A caller's token belongs to one
    content: a transaction under it is never planned anew.
    """
    check_token(token)
    need = [step.reads_first() or (record is not None and _is_blind(step)) for step in steps]
    last: _Try | None = None
    for attempt in range(ATTEMPTS):
        this = yield from _plan(context, steps, need, record)
        try:
            response = yield from write_pieces(context, this.pieces, token)
        except ConditionFailed as error:
            with_steps(this.pieces, error)
            if record is not None and has_failed(this.pieces[-1], error):
                raise record.failed() from error
            failure = failure_of(this.pieces, error)
            refused = yield from _judge(context, steps, need, failure, (this, last))
            if refused is not None:
                raise refused from error
            if token is not None or not (yield from rest(attempt)):
                break
            last = this
            continue
        except RequestError as error:
            with_steps(this.pieces, error)
            raise
        return (yield from _results(context, this.lowered, response))
    raise Contended(
        "other writers changed the item between read and write; try again, or change fewer "
        "fields that stand in keys",
        code="item.contended",
    )


def _is_blind(step: Step) -> bool:
    return step.verb == "update"


def _plan(
    context: Context, steps: Sequence[Step], need: list[bool], record: Record | None
) -> Operation[_Try]:
    """Read what is needed and lower the steps; ``need`` notes those whose item must be read."""
    instant = yield from now()
    this = _Try(instant, [None] * len(steps))
    if any(need):
        yield from _read(context, steps, [n for n, needed in enumerate(need) if needed], this)
    this.lowered = [_lower(context, steps[n], this, n, record) for n in range(len(steps))]
    unknown = [n for n, lowered in enumerate(this.lowered) if lowered.unknown]
    for place in unknown:
        step, lowered = steps[place], this.lowered[place]
        if step.policy != "rebuild":
            raise missing_parts(step.entity, lowered.unknown, given=step.policy == "require")
        need[place] = True
    if unknown:
        yield from _read(context, steps, unknown, this)
    for place in unknown:
        this.lowered[place] = _lower(context, steps[place], this, place, record)
    this.pieces = [piece for lowered in this.lowered for piece in lowered.pieces]
    effects = [effect for lowered in this.lowered for effect in lowered.keepings]
    if effects:
        this.pieces += kept_pieces(effects, context.table_name, context.table, instant)
    if record is not None:
        this.pieces.append(record.piece([each.result for each in this.lowered], instant))
    return this


def _lower(context: Context, step: Step, this: _Try, place: int, record: Record | None) -> Lowered:
    return lower(
        step,
        context.table_name,
        context.tenant,
        this.instant,
        this.held[place],
        exact=record is not None,
    )


def _read(
    context: Context, steps: Sequence[Step], places: Sequence[int], this: _Try
) -> Operation[None]:
    requests = [_get(context, steps[place]) for place in places]
    outcomes = yield from send_many(requests, limit=READ_CONCURRENCY)
    for place, outcome in zip(places, outcomes, strict=True):
        if isinstance(outcome, RequestError):
            raise outcome
        step, row = steps[place], outcome.get("Item")
        if row is not None and not is_expired(context.table, row, this.instant):
            form = codec_of(step.entity).current_form
            this.held[place] = Held(_entity(context, step, row), row, form(row))
        elif step.must_exist and step.verb != "put":
            raise missing(step)


def _get(context: Context, step: Step) -> Request:
    key = key_item(primary_key(step.entity), with_tenant(step.identity, context.tenant))
    return get_request(context.table_name, key, consistent=True)


def _entity(context: Context, step: Step, row: Item) -> Entity:
    entity: Entity = _reader(context, step).read(row, None)
    return entity


def _updated(context: Context, step: Step, response: Response) -> Entity | None:
    """The entity that an update left, where its answer tells; it is written even if unreadable."""
    try:
        entity: Entity | None = read_item(_reader(context, step), response, None, "Attributes")
    except UnreadableItem as error:
        error.details = {**error.details, "written": True}
        raise
    return entity


def _reader(context: Context, step: Step) -> RowReader:
    return RowReader(context.table, (primary_key(step.entity),), None, True)


def _judge(
    context: Context,
    steps: Sequence[Step],
    need: list[bool],
    failure: Failure,
    tries: tuple[_Try, _Try | None],
) -> Operation[RequestError | None]:
    """The error to raise, or None where the steps are to be planned anew."""
    this, last = tries
    place = next(n for n, step in enumerate(steps) if step.name == failure.piece.step)
    step, read = steps[place], need[place]
    if failure.item is None and failure.piece.purpose == "item" and step.demands and not read:
        # DynamoDB gives the item that refused, and none where none is; not every engine does.
        # One that is found now may have come since: only a plan made from it can tell.
        response = yield from send(_get(context, step))
        if response.get("Item"):
            need[place] = True
            return None
    refused = refusal(
        step,
        failure,
        this.instant,
        read=read,
        held=this.held[place],
        before=None if last is None else last.held[place],
        first=last is None,
    )
    need[place] = read or refused is None
    if isinstance(refused, ConditionFailed) and failure.piece.purpose == "item":
        held = this.held[place]
        stood = failure.item or (None if held is None else held.row)
        refused.stored = _stood(context, step, stood, this.instant)
    return refused


def _stood(context: Context, step: Step, row: Item | None, instant: datetime) -> Entity | None:
    """The entity that refused the write, if it is known, has not expired and can be read."""
    if row is None or is_expired(context.table, row, instant):
        return None
    with suppress(UnreadableItem):
        return _entity(context, step, row)
    return None


def _results(
    context: Context, lowered: Sequence[Lowered], response: Response
) -> Operation[tuple[Entity | None, ...]]:
    results = [each.result for each in lowered]
    if lowered[0].step.verb == "update":
        entity = _updated(context, lowered[0].step, response)
        if entity is not None:
            return (entity,)
    # A transaction answers with no item: those that were not known whole are read back, perhaps
    # newer than our write. The write has happened: what cannot be read back is no failure of it.
    places = [n for n, each in enumerate(lowered) if each.step.verb == "update" and not _told(each)]
    if not places:
        return tuple(results)
    requests = [_get(context, lowered[place].step) for place in places]
    outcomes = yield from send_many(requests, limit=READ_CONCURRENCY)
    for place, outcome in zip(places, outcomes, strict=True):
        if isinstance(outcome, RequestError) or not outcome.get("Item"):
            continue
        with suppress(UnreadableItem):
            results[place] = _entity(context, lowered[place].step, outcome["Item"])
    return tuple(results)


def _told(lowered: Lowered) -> bool:
    return lowered.exact and lowered.result is not None
