"""Every kind of problem that the web layer answers with: what it means, and what to do.

An API adds those of its own. Each has a page under its ``type``, and is an example in the
OpenAPI document wherever its status is declared and the operation can come into its situation.
"""

from __future__ import annotations

from typing import Final, Literal

from tabledesign.dataclass import dataclass

__all__ = ["PROBLEM_TYPES", "ProblemType", "Situation", "by_code"]

Situation = Literal["always", "query", "paged", "path", "body", "match", "keyed", "change"]
"""What an operation must have so that it can end so: a query, a body, ``If-Match``."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem, told to whoever meets it.

    ``tags`` are those of the operations that may end so; none means any. ``others`` are further
    statuses that it may have.
    """

    code: str
    status: int
    title: str
    meaning: str
    remedy: str
    situation: Situation = "always"
    tags: frozenset[str] = frozenset()
    others: tuple[int, ...] = ()

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status that it may have."""
        return (self.status, *self.others)

    def concerns(self, situations: frozenset[Situation], tag: str) -> bool:
        """Whether an operation of these situations and this tag may end so."""
        return self.situation in situations and (not self.tags or tag in self.tags)


def by_code(types: tuple[ProblemType, ...]) -> dict[str, ProblemType]:
    """The types by their codes; a code that is there twice is a mistake.

    >>> by_code(PROBLEM_TYPES)["body.json"].status
    400
    """
    found = {kind.code: kind for kind in types}
    assert len(found) == len(types), "two problem types have one code"
    return found


_REQUEST: Final = (
    ProblemType(
        "argument.unknown",
        400,
        "A query parameter that is not there",
        "The query has a parameter that this address does not know. Nothing is guessed, because "
        "a misspelled filter that is left out would answer more than was asked.",
        "Take away the parameters that `errors` names, or spell them as the detail says.",
        "query",
    ),
    ProblemType(
        "argument.twice",
        400,
        "A query parameter given twice",
        "A parameter stands in the query more than once, and only one of its values could count.",
        "Give each parameter once.",
        "query",
    ),
    ProblemType(
        "argument.value",
        400,
        "A value that cannot be read",
        "A parameter has a value of another form than its type: a date that is no date, a limit "
        "out of its range, a text too long to be looked up.",
        "Correct the parameter that `errors` names; its detail says what is wanted.",
        "query",
    ),
    ProblemType(
        "argument.combination",
        400,
        "Parameters that ask no question together",
        "Every question that can be asked is one that the table answers in one read. These "
        "parameters together are none of them.",
        "Choose one of the combinations that the detail lists.",
        "query",
    ),
    ProblemType(
        "range.reversed",
        400,
        "A range whose end comes before its beginning",
        "The first value of a range is greater than its last.",
        "Exchange the two.",
        "query",
    ),
    ProblemType(
        "cursor.invalid",
        400,
        "A cursor that does not continue this question",
        "A cursor belongs to one question, with the same parameters, of the same caller. This one "
        "is changed, has expired, or was given for another.",
        "Begin again without a cursor, and change nothing of the query but the cursor.",
        "paged",
    ),
    ProblemType(
        "body.encoding",
        400,
        "A body that cannot be decoded",
        "The body is not text in UTF-8.",
        "Send JSON, encoded in UTF-8.",
        "body",
    ),
    ProblemType(
        "body.json",
        400,
        "A body that is not JSON",
        "The body is not JSON, is nested too deeply, or gives a name twice in one object.",
        "Correct it as the detail says.",
        "body",
    ),
    ProblemType(
        "body.too_large",
        413,
        "A body that is too long",
        "The body is longer than 256 KiB. It was not read.",
        "Shorten it.",
        "body",
    ),
    ProblemType(
        "body.media_type",
        415,
        "A body of another media type",
        "`Content-Type` does not say what is taken here, or names another character set.",
        "Send one of the media types of the `Accept` header of this answer, in UTF-8.",
        "body",
    ),
    ProblemType(
        "body.invalid",
        422,
        "A body that is not what is wanted",
        "The body is JSON, but fields are missing, unknown, or of another form.",
        "Correct what `errors` points at; each pointer is a JSON pointer into the body.",
        "body",
    ),
    ProblemType(
        "accept.none",
        406,
        "No answer that is accepted",
        "`Accept` leaves out JSON, and there is nothing else to give.",
        "Accept `application/json`, or leave `Accept` out.",
    ),
    ProblemType(
        "method.not_allowed",
        405,
        "A method that the address does not take",
        "The address is there, but not for this method.",
        "Use one of the methods in the `Allow` header.",
    ),
)

_CALLER: Final = (
    ProblemType(
        "auth.required",
        401,
        "No identity",
        "The request carries no token, or one that is not accepted: expired, of another issuer, "
        "for another service. Which of these it is is not told.",
        "Sign in, and send the token as `Authorization: Bearer ...`.",
    ),
    ProblemType(
        "access.denied",
        403,
        "Not yours to do",
        "It is there for you, but you may not do this with it.",
        "Ask whoever it belongs to.",
    ),
    ProblemType(
        "request.refused",
        400,
        "A request that is refused before it is read",
        "What stands before the service does not pass the request on. More than that it does not "
        "tell.",
        "Compare the request with the reference.",
    ),
    ProblemType(
        "resource.absent",
        404,
        "Nothing under this address",
        "There is nothing under this id, or nothing for you: the two are never told apart.",
        "Check the id.",
        "path",
    ),
)

_STATE: Final = (
    ProblemType(
        "condition.required",
        428,
        "A change without If-Match",
        "A change must say which state it changes, so that nobody's change is lost.",
        "Read it, and send the `ETag` of that answer as `If-Match`.",
        "match",
    ),
    ProblemType(
        "condition.stale",
        412,
        "Changed since it was read",
        "`If-Match` names another state than it is in now. Nothing was changed.",
        "Read it again, and repeat the change on what is there now.",
        "match",
    ),
    ProblemType(
        "condition.failed",
        409,
        "Not in the state that is needed",
        "It is in another state than the request needs, or was changed at the same moment. "
        "Nothing was changed.",
        "Read it again, and decide anew.",
    ),
    ProblemType(
        "item.exists",
        409,
        "It exists already",
        "There is one under this id. Nothing was changed.",
        "Choose another id, or change the one that is there.",
    ),
    ProblemType(
        "unique.taken",
        409,
        "A value that is taken",
        "A value that must be unique belongs to another. Nothing was changed.",
        "Choose another value.",
    ),
    ProblemType(
        "item.contended",
        409,
        "Others are changing it",
        "Others changed the same thing between each try. Nothing was changed.",
        "Send the request again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "transaction.conflict",
        409,
        "Another change at the same moment",
        "Another request was changing the same thing. Nothing was changed.",
        "Send the request again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "update.invalid",
        422,
        "A change that leads to what is not allowed",
        "After the change it would be in a state that is not allowed. Nothing was changed.",
        "Read it, and send a change that fits what is there.",
        "body",
    ),
    ProblemType(
        "item.too_large",
        422,
        "Too much to be stored",
        "All its fields together are more than can be stored in one place (400 KB).",
        "Shorten it.",
        "body",
    ),
)

_KEYED: Final = (
    ProblemType(
        "idempotency.key",
        400,
        "An Idempotency-Key that cannot be used",
        "`Idempotency-Key` is 1 to 255 printable ASCII characters.",
        "Send a UUID, a new one for each thing to be done.",
        "keyed",
    ),
    ProblemType(
        "idempotency.in_flight",
        409,
        "The same request is being carried out",
        "A request under the same `Idempotency-Key` has not ended yet.",
        "Send it again after the seconds in `Retry-After`, with the same key.",
        "keyed",
    ),
    ProblemType(
        "idempotency.mismatch",
        422,
        "An Idempotency-Key used for something else",
        "The key was used for a request with another body.",
        "Give each request a key of its own.",
        "keyed",
    ),
)

_SERVICE: Final = (
    ProblemType(
        "request.throttled",
        429,
        "Too many requests",
        "There were too many requests at once. This one was not carried out.",
        "Wait for the seconds in `Retry-After`, and send it again.",
    ),
    ProblemType(
        "internal",
        500,
        "The service failed",
        "A fault of ours, of which nothing more is told here.",
        "Report the `request_id` if it goes on.",
    ),
    ProblemType(
        "service.unavailable",
        503,
        "The service cannot be reached",
        "What stands behind the service cannot be reached. Nothing was changed.",
        "Send the request again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "deadline.passed",
        503,
        "No time left",
        "There was no time left to carry it out, and it was not begun.",
        "Send the request again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "outcome.unknown",
        503,
        "Not known whether it was carried out",
        "The answer of what stands behind the service was lost: the change may have been made.",
        "Read what was to be changed before you send it again, or send it again under the same "
        "`Idempotency-Key`.",
    ),
)

PROBLEM_TYPES: Final = (*_REQUEST, *_CALLER, *_STATE, *_KEYED, *_SERVICE)
"""Those of every API."""
