"""Who besides botocore and us stands on a client's events, and what that asks of a call.

Stubber, tracers and handlers of a user's were promised botocore's events: where one of them stands
on an event that a lane would pass over, the call takes the way that emits it. The whole look is
kept until a handler comes or goes: botocore then makes its cache of handlers anew.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any, Final

from tabledesign.dataclass import dataclass

__all__ = ["Look", "Watch"]

PARSED: Final = ("before-parse", "response-received", "needs-retry", "after-call")
"""Events at which an answer is seen as botocore parsed it."""

BUILT: Final = (
    "provide-client-params",
    "before-parameter-build",
    "before-endpoint-resolution",
    "request-created",
    "choose-signer",
    "before-sign",
)
"""Events at which the parameters or the request are seen as botocore builds them."""

_OWN: Final = ("botocore.", "boto3.", "tabledesign.")
# Of botocore's own, these do what must not be left out: a test's script, the search for an
# endpoint, and the monitoring of clients.
_NOT_OWN: Final = (
    "botocore.stub.",
    "botocore.discovery.EndpointDiscoveryHandler.",
    "botocore.monitoring.",
)
# Says in the user agent that Powertools is in use, and nothing else.
_MARKS: Final = ("aws_lambda_powertools.shared.user_agent.",)
_OURS: Final = "tabledesign."


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at one operation of a client.

    ``aside`` is why the fast lane steps aside, None where it need not. ``wants_parameters`` and
    ``wants_parsed`` say that somebody sees the parameters of the call, and its parsed answer.
    ``asks_before`` says that somebody may answer instead of the service (``before-send``).
    """

    aside: str | None
    wants_parameters: bool
    wants_parsed: bool
    asks_before: bool


_UNKNOWN: Final = Look("this client could not be looked into", True, True, True)


class Watch:
    """Looks at the handlers of one client."""

    def __init__(self, client: object) -> None:
        # Not the client itself, which goes when its last user lets it go.
        events: Any = getattr(getattr(client, "meta", None), "events", None)
        self._emitter: Any = getattr(events, "_emitter", events)
        self._kind: Any = type(client)
        self._seen: object = None
        self._looks: dict[tuple[str, bool], Look] = {}

    def look(self, operation: str) -> Look:
        """Who stands at the operation now; what cannot be found out is taken to be watched."""
        try:
            seen: object = self._emitter._lookup_cache  # noqa: SLF001 - changes with the handlers
            if seen is not self._seen:
                self._looks, self._seen = {}, seen
            wrapped = self._is_wrapped()
            found = self._looks.get((operation, wrapped))
            if found is None:
                found = self._looks[operation, wrapped] = _find(self._emitter, operation, wrapped)
        except Exception:  # noqa: BLE001 - a client of another make, or a later botocore
            return _UNKNOWN
        return found

    def _is_wrapped(self) -> bool:
        """Whether a tracer has wrapped the method that every call goes through."""
        call: object = self._kind._make_api_call  # noqa: SLF001 - what every tracer wraps
        return type(call) is not FunctionType or call.__module__ != "botocore.client"


def _find(emitter: Any, operation: str, wrapped: bool) -> Look:
    def standing(event: str) -> list[object]:
        search = emitter._handlers.prefix_search  # noqa: SLF001 - has no other form
        return list(search(f"{event}.dynamodb.{operation}"))

    def foreign(*events: str) -> list[str]:
        return [
            f"{_name(handler)} stands on {event}"
            for event in events
            for handler in standing(event)
            if _is_foreign(handler)
        ]

    calls = standing("before-call")
    built, parsed, called = foreign(*BUILT), foreign(*PARSED), foreign("before-call")
    passed_over = built + parsed
    if not calls or not _name(calls[-1]).startswith(_OURS):
        passed_over.append("a handler stands on before-call after ours")
    return Look(
        aside=passed_over[0] if passed_over else None,
        wants_parameters=bool(passed_over or called or wrapped),
        wants_parsed=bool(parsed or wrapped),
        asks_before=bool(standing("before-send")),
    )


def _is_foreign(handler: object) -> bool:
    name = _name(handler)
    return not name.startswith(_OWN + _MARKS) or name.startswith(_NOT_OWN)


def _name(handler: object) -> str:
    name = getattr(handler, "__qualname__", type(handler).__qualname__)
    return f"{getattr(handler, '__module__', '')}.{name}"
