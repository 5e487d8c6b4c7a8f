"""The decision: one function, which is handed everything and answers yes or no, with reasons."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.todo.policies.actions import Action
from tabledesign.todo.policies.asked import Caller, Resource

if TYPE_CHECKING:
    from tabledesign.todo.policies.engine import PolicyEngine

__all__ = ["ENGINE_FAILED", "NO_CALLER", "NO_PERMIT", "WRONG_KIND", "Decision", "decide", "prepare"]

NO_PERMIT: Final = "decision.no_permit"
"""No policy permits it: what is denied unless somebody said otherwise."""
WRONG_KIND: Final = "decision.wrong_kind"
"""The action is not done to such a thing; whoever calls has mixed up two resources."""
NO_CALLER: Final = "decision.no_caller"
"""Who asks has no subject or no tenant, and would be taken for the owner of what has none."""
ENGINE_FAILED: Final = "decision.engine_failed"
"""The policies could not be evaluated, or one of them failed; what it would have forbidden is
not known, so everything is."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done, and the policies that say so, or the code of the denial.

    The reasons are for logs and for the developer; a stranger is told no more than the denial.
    """

    allowed: bool
    reasons: tuple[str, ...]


def decide(
    principal: Caller,
    action: Action,
    resource: Resource,
    *,
    now: datetime,
    purpose: str | None = None,
) -> Decision:
    """Whether the principal may do this to the resource; ``purpose`` is what support works on.

    Needs ``pip install tabledesign[policies]``.

    >>> from datetime import UTC
    >>> from tabledesign.todo.policies import Kind, Principal
    >>> ann = Principal("ann", tenant="acme", roles=frozenset({"member"}))
    >>> groceries = Resource(Kind.LIST, tenant="acme", owner="ann")
    >>> decide(ann, Action.DELETE_LIST, groceries, now=datetime(2026, 1, 1, tzinfo=UTC))
    Decision(allowed=True, reasons=('list-owner',))
    """
    if now.tzinfo is None:
        raise InputError(
            "now is a datetime without a time zone, which names no moment; give an aware datetime",
            code="value.naive_datetime",
            field="now",
        )
    if not principal.subject or not principal.tenant:
        return Decision(allowed=False, reasons=(NO_CALLER,))
    if action.kind is not resource.kind:
        return Decision(allowed=False, reasons=(WRONG_KIND,))
    return judged(prepare(), principal, action, resource, now=now, purpose=purpose)


def judged(
    engine: PolicyEngine,
    principal: Caller,
    action: Action,
    resource: Resource,
    *,
    now: datetime,
    purpose: str | None,
) -> Decision:
    """What an engine says, where it says anything at all; every failure is a denial."""
    try:
        answer = engine.ask(principal, action, resource, now=now, purpose=purpose)
    except Exception:  # noqa: BLE001 - whatever went wrong in there, nothing has been permitted
        return Decision(allowed=False, reasons=(ENGINE_FAILED,))
    if answer.failures:
        # Cedar leaves out a policy that fails, and that may have been one that forbids.
        return Decision(allowed=False, reasons=(ENGINE_FAILED,))
    return Decision(answer.allowed, answer.policies or (NO_PERMIT,))


@cache
def prepare() -> PolicyEngine:
    """Read the policies, once; a function does it while it starts, not in its first request.

    Raises `InputError` where the engine is not installed.
    """
    try:
        from tabledesign.todo.policies.engine import PolicyEngine
    except ImportError as error:
        raise InputError(
            "the policies need cedarpy; install it with `pip install tabledesign[policies]`",
            code="policies.not_installed",
        ) from error
    return PolicyEngine.of_package()
