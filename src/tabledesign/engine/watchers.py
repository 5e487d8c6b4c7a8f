"""Whether somebody besides botocore and us looks at the parsed answers of a client.

Tracers wrap ``_make_api_call`` and read what it gives back; handlers may stand on the events after
an answer. They were promised botocore's parsed answer, so for them it is made.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any, Final

__all__ = ["is_watched"]

_EVENTS: Final = ("before-parse", "response-received", "needs-retry", "after-call")
_OWN: Final = ("botocore", "tabledesign", "boto3")


def is_watched(method: Any, operation: str) -> bool:
    """Whether the answer of a client's method must be parsed by botocore.

    What cannot be found out is taken to be watched.
    """
    try:
        client: Any = method.__self__
        kind: Any = client.__class__
        call: object = kind._make_api_call  # noqa: SLF001 - what every tracer wraps
        if type(call) is not FunctionType or call.__module__ != "botocore.client":
            return True
        emitter: Any = client.meta.events
        handlers = getattr(emitter, "_emitter", emitter)._handlers  # noqa: SLF001 - has no other form
        found: list[object] = [
            handler
            for event in _EVENTS
            for handler in handlers.prefix_search(f"{event}.dynamodb.{operation}")
        ]
    except Exception:  # noqa: BLE001 - a client of another make, or a later botocore
        return True
    return not all(_module(handler).startswith(_OWN) for handler in found)


def _module(handler: object) -> str:
    return str(getattr(handler, "__module__", ""))
