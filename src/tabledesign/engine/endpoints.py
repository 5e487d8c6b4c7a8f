"""The endpoint of a client, resolved once for our calls: botocore evaluates its rules at each one.

What the rules look at stays the same between calls of one client, but for the account: that of the
credentials, and that of a table named by its ARN.
"""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["resolve_once"]


class _Resolver:
    """Is the client's own resolver in all but how often it is asked by an armed thread."""

    def __init__(self, own: Any, armed: threading.local, signer: Any) -> None:
        self._own = own
        self._armed = armed
        self._signer = signer
        self._known: dict[tuple[str, object], object] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def construct_endpoint(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        call: Any = getattr(self._armed, "call", None)
        table: str = call_args.get("TableName", "")
        if call is None or not call.stands_in or table.startswith("arn:"):
            return self._resolved(operation_model, call_args, request_context)
        credentials: object = self._signer._credentials  # noqa: SLF001 - has no other form
        asked = (operation_model.name, getattr(credentials, "account_id", None))
        known = self._known.get(asked)
        if known is None:
            known = self._resolved(operation_model, call_args, request_context)
            self._known[asked] = known
        return known

    def _resolved(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        return self._own.construct_endpoint(
            operation_model=operation_model, call_args=call_args, request_context=request_context
        )


def resolve_once(client: Any, armed: threading.local) -> None:
    """Have the client's endpoint resolved once for calls in whose place stand-ins were given.

    Does nothing to a client that resolves its endpoint elsewhere.
    """
    own: object = getattr(client, "_ruleset_resolver", None)
    if callable(getattr(own, "construct_endpoint", None)):
        signer = client._request_signer  # noqa: SLF001 - has no other form
        client._ruleset_resolver = _Resolver(own, armed, signer)  # noqa: SLF001
