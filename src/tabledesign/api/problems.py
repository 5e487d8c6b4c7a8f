"""Problem documents (RFC 9457): what went wrong, for a stranger to read.

Every error of the library has a status here, and a text of its own where its message speaks to
the developer or of tables and keys. ``details``, causes and tracebacks never leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tabledesign import errors
from tabledesign.api.problem_types import PROBLEM_TYPES, by_code
from tabledesign.api.statuses import phrase_of
from tabledesign.api.tokens.unauthenticated import Unauthenticated
from tabledesign.dataclass import dataclass

__all__ = [
    "ANSWERED",
    "RULES",
    "FieldError",
    "Problem",
    "Rule",
    "internal",
    "not_found",
    "problem_of",
]

TYPES: Final = "/problems/"
"""Where the page of each problem type is, followed by its code."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault and its place: a JSON pointer into the body, a query parameter or a header."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None

    def document(self) -> dict[str, str]:
        """The fault without the places that do not apply."""
        told = {name: getattr(self, name) for name in ("pointer", "parameter", "header")}
        places = {name: place for name, place in told.items() if place is not None}
        return {**places, "code": self.code, "detail": self.detail}


class Problem(Exception):
    """Ends a request with a problem document: a status, a stable code, the remedy."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        faults: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers: Mapping[str, str] = dict(headers or {})

    def document(self, request_id: str) -> dict[str, object]:
        """The body of the answer."""
        document: dict[str, object] = {
            "type": TYPES + self.code,
            "title": phrase_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.faults:
            document["errors"] = [fault.document() for fault in self.faults]
        return document


@dataclass(frozen=True, slots=True)
class Rule:
    """The answer to one class of errors, under a code that has a page."""

    code: str
    detail: str
    retry_after: int | None = None

    @property
    def status(self) -> int:
        """The status of its kind."""
        return _TYPES[self.code].status


_TYPES: Final = by_code(PROBLEM_TYPES)
_INTERNAL: Final = Rule("internal", "the service failed; report the request id if it goes on")
_ABSENT: Final = Rule("resource.absent", "there is nothing under this address; check the id")
_BUSY: Final = "others are changing the same thing; send the request again in a moment"
_UNKNOWN: Final = (
    "whether the request was carried out is not known; read what it was to change before sending "
    "it again, or send it again under the same Idempotency-Key"
)
_KEYS_LATER: Final = "30"  # an issuer's keys are asked for no more often
_LATER: Final = "the service cannot be reached, nothing was changed; send the request again"

RULES: Final[Mapping[type[errors.TabledesignError], Rule]] = {
    errors.TabledesignError: _INTERNAL,
    errors.DesignError: _INTERNAL,
    errors.InputError: _INTERNAL,  # but for what a caller can cause, see below
    errors.CursorInvalid: Rule(
        "cursor.invalid", "the cursor is not one of this question's; begin without a cursor"
    ),
    errors.NotFound: _ABSENT,
    errors.NotUnique: _INTERNAL,
    errors.UnreadableItem: _INTERNAL,
    errors.RequestError: _INTERNAL,
    errors.ConditionFailed: Rule(
        "condition.failed", "it is not in the state the request needs; read it again"
    ),
    errors.AlreadyExists: Rule("item.exists", "it exists already; choose another id"),
    errors.ItemMissing: _ABSENT,
    errors.StaleVersion: Rule(
        "condition.stale", "it has been changed since it was read; read it again"
    ),
    errors.UniqueTaken: Rule(
        "unique.taken", "a value that must be unique is taken; choose another"
    ),
    errors.Contended: Rule("item.contended", _BUSY, 1),
    errors.Throttled: Rule(
        "request.throttled", "too many requests at once; wait and send it again", 1
    ),
    errors.TransactionConflict: Rule("transaction.conflict", _BUSY, 1),
    errors.TableMissing: _INTERNAL,
    errors.AccessDenied: _INTERNAL,  # the service's own credentials, not the caller's
    errors.EngineUnreachable: Rule("service.unavailable", _LATER, 1),
    errors.DeadlinePassed: Rule(
        "deadline.passed", "there was no time left to do it; send the request again", 1
    ),
    errors.OutcomeUnknown: Rule("outcome.unknown", _UNKNOWN),
    errors.ServiceFailed: Rule("outcome.unknown", _UNKNOWN),
    errors.RequestRefused: _INTERNAL,
    errors.CapabilityMissing: _INTERNAL,
}
"""The answer to every class of errors; a subclass without one has that of its nearest base."""

_TOO_LONG: Final = Rule(
    "argument.value", "a value is too long or empty where it is used; give another"
)
_CODES: Final[Mapping[str, Rule]] = {
    "idempotency.in_flight": Rule("idempotency.in_flight", _BUSY, 1),
    "idempotency.mismatch": Rule(
        "idempotency.mismatch",
        "the Idempotency-Key was used for another request; give each request its own",
    ),
    "key.too_long": _TOO_LONG,
    "key.empty_part": _TOO_LONG,
    "update.invalid": Rule(
        "update.invalid", "the change would leave it in a state that is not allowed"
    ),
    "item.too_large": Rule("item.too_large", "there is too much in it to be stored; shorten it"),
}
"""Codes that say more than their class does."""

_SHOWN: Final = ("argument.", "range.", "query.limit")
"""Codes of faults that only a caller's words can cause; their messages speak of nothing else."""


_PASSED: Final = frozenset({"argument.value", "range.reversed"})

ANSWERED: Final = frozenset({rule.code for rule in (*RULES.values(), *_CODES.values())} | _PASSED)
"""Every code that an error of the library is answered with; each has a page."""


def problem_of(error: Exception) -> Problem:
    """The problem to answer with, whatever was raised."""
    if isinstance(error, Problem):
        return error
    if not isinstance(error, errors.TabledesignError):
        return internal()
    if isinstance(error, Unauthenticated):
        return _nobody(error)
    if isinstance(error, errors.InputError) and error.code.startswith(_SHOWN):
        return _argument(error)
    rule = _CODES.get(error.code) or next(
        RULES[base] for base in type(error).__mro__ if base in RULES
    )
    later = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Problem(rule.status, rule.code, rule.detail, headers=later)


def internal() -> Problem:
    """A failure of ours, of which nothing is told."""
    return Problem(_INTERNAL.status, _INTERNAL.code, _INTERNAL.detail)


def not_found() -> Problem:
    """Nothing there, or nothing for this caller: the two are never told apart."""
    return Problem(_ABSENT.status, _ABSENT.code, _ABSENT.detail)


def _nobody(error: Unauthenticated) -> Problem:
    """It is never said which check failed, but for what fails on our side and passes."""
    if error.code == "token.keys_unavailable":
        later = {"Retry-After": _KEYS_LATER}
        return Problem(503, "service.unavailable", _LATER, headers=later)
    detail = "the request carries no identity that is accepted; sign in and send its token"
    return Problem(401, "auth.required", detail, headers={"WWW-Authenticate": "Bearer"})


def _argument(error: errors.InputError) -> Problem:
    code = error.code if error.code in _PASSED else "argument.value"
    faults = [FieldError(code, error.message, parameter=error.field)] if error.field else []
    return Problem(400, code, error.message, faults=faults)
