"""Bugs in sending again, in deadlines, and in what a failure is told as."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from tabledesign.engine import failures
from tabledesign.wire import Request

from .plant import Function, Plant

__all__ = ["RETRY_PLANTS"]

TWICE, LATE, TOLD = "an effect twice", "deadlines", "a failure told wrongly"


def _overwrites(right: Function) -> Function:
    return lambda request: "overwrite" if right(request) == "never" else right(request)


def _last_writer(right: Function) -> Function:
    return lambda request: right(replace(request, last_writer_wins=True))


def _no_deadline(right: Function) -> Function:
    return lambda allowance: allowance.retries.seconds


def _unchecked(right: Function) -> Function:
    return lambda *args: None


def _no_budget(right: Function) -> Function:
    def backoff(attempt: Any, *, elapsed: float, allowance: Any) -> Any:
        rule = replace(allowance.retries, budget=10_000)
        return right(attempt, elapsed=elapsed, allowance=replace(allowance, retries=rule))

    return backoff


def _off_by_one(right: Function) -> Function:
    def with_steps(pieces: Any, error: Any) -> None:
        reasons = error.details.get("reasons")
        if reasons:
            error.details = {**error.details, "reasons": (*reasons[1:], reasons[0])}
        right(pieces, error)

    return with_steps


def _first_piece(right: Function) -> Function:
    def failure_of(pieces: Any, error: Any) -> Any:
        return replace(right(pieces, error), piece=pieces[0])

    return failure_of


def _conflict_first(right: Function) -> Function:
    def cancelled_by(reasons: Any) -> Any:
        codes = {reason.get("Code") for reason in reasons}
        return failures.CONFLICT if "TransactionConflict" in codes else right(reasons)

    return cancelled_by


def _token_renewed(right: Function) -> Function:
    numbers = count()

    def send(request: Request) -> Any:
        if request.operation == "TransactWriteItems":
            parameters = {**request.parameters, "ClientRequestToken": f"token {next(numbers)}"}
            request = Request(request.operation, parameters)
        return right(request)

    return send


def _another(right: Function) -> Function:
    return lambda stored, sent, marks: False


def _unless_refused(right: Function) -> Function:
    return lambda error, request, elapsed: error.retry != "never"


def _refusals_too(right: Function) -> Function:
    return lambda error, request, elapsed: True


RETRY_PLANTS = (
    Plant("ADD retried after a lost answer", "A request that counts is sent again.",
          TWICE, "wire:Request.repeat", _overwrites, "requests.counted"),
    Plant("unknown outcome taken for none", "What may have been applied is always sent again.",
          TWICE, "engine.retry:_may_repeat", _unless_refused, "requests.counted"),
    Plant("puts retried without asking", "Every caller is taken for one whose last write wins.",
          TWICE, "wire:Request.repeat", _last_writer, "requests.attempts"),
    Plant("token renewed on retry", "A transaction is sent again under another token.",
          TWICE, "engine.effects:send", _token_renewed, "requests.sweep"),
    Plant("refusals retried", "A definite refusal is sent again.",
          TWICE, "engine.retry:_may_repeat", _refusals_too, "requests.attempts"),
    Plant("deadline ignored by pauses", "A pause ends after the caller's deadline.",
          LATE, "engine.allowance:Allowance.seconds", _no_deadline, "requests.attempts"),
    Plant("sent after the deadline", "A request is sent although the deadline has passed.",
          LATE, "engine.allowance:Allowance.check", _unchecked, "requests.attempts"),
    Plant("budget ignored", "A request is sent again as often as time allows.",
          "hammering", "engine.retry:backoff", _no_budget, "requests.attempts"),
    Plant("reasons off by one", "Each step is told the reason of the next.",
          TOLD, "repository.refusing:with_steps", _off_by_one, "transactions.reasons"),
    Plant("first step blamed", "Whichever condition failed, the first step is named.",
          TOLD, "repository.refusing:failure_of", _first_piece, "transactions.reasons"),
    Plant("one conflict is enough", "A transaction with a failed condition is sent again.",
          TOLD, "engine.translate:_cancelled_by", _conflict_first, "transactions.reasons"),
    Plant("own item taken for another's", "A create whose answer was lost finds itself in the way.",
          TOLD, "engine.creates:_is_same", _another, "requests.sweep"),
)  # fmt: skip
